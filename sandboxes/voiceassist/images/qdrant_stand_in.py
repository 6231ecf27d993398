"""Stands in for Qdrant: answers its health routes and its greeting, stores nothing, searches nothing."""

from __future__ import annotations

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWERS = {
    "/": ("application/json", json.dumps({"title": "qdrant - vector search engine", "version": "stand-in"})),
    "/healthz": ("text/plain", "healthz check passed"),
    "/livez": ("text/plain", "healthz check passed"),
    "/readyz": ("text/plain", "all shards are ready"),
}


class StandIn(BaseHTTPRequestHandler):
    """Answers one of the routes above, and 404 for all else."""

    def do_GET(self) -> None:
        """Answer the request."""
        kind, text = ANSWERS.get(self.path, ("application/json", json.dumps({"status": {"error": "Not found"}})))
        body = text.encode()
        self.send_response(200 if self.path in ANSWERS else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    # As process 1 it would otherwise ignore the signal that asks it to stop.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    ThreadingHTTPServer(("0.0.0.0", int(os.environ["QDRANT__SERVICE__HTTP_PORT"])), StandIn).serve_forever()
