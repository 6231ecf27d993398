"""Stands in for Grafana, of which there is no package: its health, its login page, and nothing behind it.

/api/health, and / leading to /login, answer as Grafana's HTTP API says. grafana.py PORT
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HEALTH = json.dumps({"commit": "stand-in", "database": "ok", "version": "11.4.0"}, indent=2).encode()
LOGIN = b"<!doctype html>\n<html lang=en><title>Grafana</title>\n<h1>Welcome to Grafana</h1>\n</html>\n"


class Answers(BaseHTTPRequestHandler):
    """The routes."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """Answer one."""
        match self.path.partition("?")[0]:
            case "/api/health":
                self.respond(200, "application/json; charset=UTF-8", HEALTH)
            case "/login":
                self.respond(200, "text/html; charset=UTF-8", LOGIN)
            case "/":
                self.respond(302, "text/html; charset=utf-8", b"", Location="/login")
            case _:
                self.respond(404, "application/json", b'{"message":"Not found"}')

    do_HEAD = do_GET  # noqa: N815  # the name is the base class's

    def respond(self, status: int, kind: str, body: bytes, **headers: str) -> None:
        """Send an answer."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        """Log nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answers)
    server.daemon_threads = True
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
