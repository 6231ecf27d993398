"""Stands in for HashiCorp Vault, of which there is no package: sealing, unsealing with a threshold of keys, one secret.

The routes and their fields are those of Vault's HTTP API: sys/seal-status, sys/unseal, sys/seal, sys/health, and
reading a version 2 key/value store mounted at secret/. Keys are compared, not combined (no Shamir's secret sharing),
and nothing is encrypted. As in Vault, being unsealed is kept in memory only: each start begins sealed.

vault.py SETTINGS PORT; the settings hold `keys`, `threshold`, `token` and `secrets`.
"""

from __future__ import annotations

import json
import secrets
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

VERSION = "1.18.3"
"""Of the API that is spoken."""
SEALED = {"errors": ["Vault is sealed"]}
DENIED = {"errors": ["permission denied"]}


class Barrier:
    """What is sealed, and how far unsealing has come."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.keys: list[str] = settings["keys"]
        self.threshold: int = settings["threshold"]
        self.token: str = settings["token"]
        self.secrets: dict[str, dict[str, Any]] = settings["secrets"]
        self.given: set[str] = set()
        self.nonce = ""
        self.sealed = True
        self.lock = threading.Lock()

    def status(self) -> dict[str, Any]:
        """Return the fields of sys/seal-status."""
        fields: dict[str, Any] = {
            "type": "shamir",
            "initialized": True,
            "sealed": self.sealed,
            "t": self.threshold,
            "n": len(self.keys),
            "progress": len(self.given),
            "nonce": self.nonce,
            "version": VERSION,
            "build_date": "2024-12-16T14:00:53Z",
            "migration": False,
            "recovery_seal": False,
            "storage_type": "file",
        }
        return fields if self.sealed else fields | {"cluster_name": "vault-akira", "cluster_id": "stand-in"}

    def unseal(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Take one key; the one that reaches the threshold opens, if all were right."""
        with self.lock:
            return self._unseal(body)

    def _unseal(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if body.get("reset"):
            self.given, self.nonce = set(), ""
        elif not isinstance(body.get("key"), str) or not body["key"]:
            return 400, {"errors": ["'key' must be specified in request body as JSON, or 'reset' set to true"]}
        elif self.sealed:
            self.nonce = self.nonce or secrets.token_hex(8)
            self.given.add(body["key"])
            if len(self.given) >= self.threshold:
                right = self.given <= set(self.keys)
                self.given, self.nonce = set(), ""
                if not right:
                    return 400, {"errors": ["Unseal failed, invalid key"]}
                self.sealed = False
        return 200, self.status()

    def read(self, path: str) -> tuple[int, dict[str, Any]]:
        """Return one secret, as a key/value store of version 2 does."""
        if path not in self.secrets:
            return 404, {"errors": []}
        metadata = {"version": 1, "destroyed": False, "deletion_time": "", "custom_metadata": None}
        return 200, {"data": {"data": self.secrets[path], "metadata": metadata}}


def serve(barrier: Barrier, port: int) -> None:
    """Serve on loopback until asked to stop."""

    class Api(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            match self.path.partition("?")[0].removeprefix("/v1/"):
                case "sys/seal-status":
                    self.respond(200, barrier.status())
                case "sys/health":
                    fields = {"initialized": True, "sealed": barrier.sealed, "standby": False, "version": VERSION}
                    self.respond(503 if barrier.sealed else 200, fields)
                case path if path.startswith("secret/data/"):
                    self.guarded(lambda: barrier.read(path.removeprefix("secret/data/")))
                case _:
                    self.respond(404, {"errors": []})

        do_HEAD = do_GET  # noqa: N815  # the name is the base class's

        def do_PUT(self) -> None:
            size = min(int(self.headers.get("Content-Length", "0")), 1 << 16)
            data = self.rfile.read(size)
            match self.path:
                case "/v1/sys/unseal":
                    try:
                        body = json.loads(data)
                        self.respond(*barrier.unseal(body))
                    except (ValueError, AttributeError):
                        self.respond(400, {"errors": ["error parsing JSON"]})
                case "/v1/sys/seal":
                    self.guarded(self.seal)
                case _:
                    self.respond(404, {"errors": []})

        do_POST = do_PUT  # noqa: N815  # the same

        def seal(self) -> tuple[int, dict[str, Any]]:
            barrier.sealed = True
            return 204, {}

        def guarded(self, act: Any) -> None:
            """Do what needs an open Vault and the token."""
            if barrier.sealed:
                self.respond(503, SEALED)
            elif not secrets.compare_digest(self.headers.get("X-Vault-Token", ""), barrier.token):
                self.respond(403, DENIED)
            else:
                self.respond(*act())

        def respond(self, status: int, body: dict[str, Any]) -> None:
            content = b"" if status == 204 else json.dumps(body).encode() + b"\n"
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            if self.command != "GET" or not isinstance(code, int) or code >= 400:
                sys.stdout.write(f"{self.command} {self.path} {code}\n")
                sys.stdout.flush()

    server = ThreadingHTTPServer(("127.0.0.1", port), Api)
    server.daemon_threads = True
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()


if __name__ == "__main__":
    serve(Barrier(json.loads(Path(sys.argv[1]).read_text("utf-8"))), int(sys.argv[2]))
