"""What Akira's services share: their log and a small HTTP server."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

VERSION = os.environ["AKIRA_VERSION"]
QUIET = "/healthz"
"""Asked every minute by the engine and by whoever looks after the service; it would drown the users in the log."""


def log(level: str, msg: str, **fields: object) -> None:
    """Write one line of key=value pairs to standard output."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    texts = {key: str(value).replace('"', "'").replace("\n", " ") for key, value in {"msg": msg, **fields}.items()}
    words = [f'{key}="{text}"' if " " in text or not text else f"{key}={text}" for key, text in texts.items()]
    sys.stdout.write(f"ts={at} level={level} {' '.join(words)}\n")
    sys.stdout.flush()


class Answers(BaseHTTPRequestHandler):
    """Answers GET and HEAD by what `answer` says, and logs each request but those for health."""

    protocol_version = "HTTP/1.1"
    server_version = f"akira/{VERSION}"
    sys_version = ""
    timeout = 30

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, str, bytes]:
        """Return status, content type and body."""
        raise NotImplementedError  # what is answered is each service's own

    def do_GET(self) -> None:
        """Answer one request."""
        began = time.perf_counter()
        parts = urlsplit(self.path)
        status, kind, body = self.answer(parts.path, dict(parse_qsl(parts.query)))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        if parts.path != QUIET or status >= 400:
            level = "error" if status >= 500 else "warning" if status >= 400 else "info"
            client = self.headers.get("X-Forwarded-For", self.client_address[0])
            milliseconds = round((time.perf_counter() - began) * 1000, 1)
            log(level, "request", method=self.command, path=parts.path, status=status, ms=milliseconds, client=client)

    do_HEAD = do_GET  # noqa: N815  # the name is the base class's

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        """Leave the server's own lines out: `do_GET` writes better ones."""


class Server(ThreadingHTTPServer):
    """Serves each request in a thread; a client that hangs up is nothing to show a traceback for."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Log what went wrong in one line."""
        log("warning", "request not answered", error=repr(sys.exception()))


def as_json(status: int, value: object) -> tuple[int, str, bytes]:
    """Return an answer in JSON."""
    return status, "application/json", json.dumps(value).encode() + b"\n"


def serve(answers: type[Answers], port: int) -> None:
    """Serve on loopback until asked to stop."""
    server = Server(("127.0.0.1", port), answers)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    log("info", "started", version=VERSION, port=port)
    server.serve_forever()
    log("info", "stopped")
