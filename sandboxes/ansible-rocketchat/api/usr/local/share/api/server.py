"""Harbor's API: shipments, from PostgreSQL, over a pool of connections; `server.py N` serves on the Nth port."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import psycopg
from psycopg.rows import dict_row

VERSION = (Path(__file__).resolve().parent / "VERSION").read_text().strip()
INSTANCE = int(sys.argv[1])
QUIET = ("/healthz", "/metrics")
"""Asked every second by the balancer; they would drown the users in the log."""
ROUTES = ("/healthz", "/version", "/metrics", "/shipments")


class UnavailableError(Exception):
    """The database, or a connection to it, is not to be had; the message says why."""


class Pool:
    """Holds a fixed number of connections; whoever finds none free waits a while, and is then refused."""

    def __init__(self, size: int, wait: float) -> None:
        """Open them all, where the database answers."""
        self.size, self.wait = size, wait
        self.free: queue.Queue[psycopg.Connection[dict[str, Any]] | None] = queue.Queue()
        for _ in range(size):
            try:
                self.free.put(self.connect())
            except psycopg.Error as error:
                log("error", "no connection", error=error)
                self.free.put(None)

    def connect(self) -> psycopg.Connection[dict[str, Any]]:
        """Open one connection; a database that is cut off is noticed within seconds."""
        return psycopg.connect(
            host=os.environ["DATABASE_HOST"],
            dbname=os.environ["DATABASE_NAME"],
            user=os.environ["DATABASE_USER"],
            password=os.environ["DATABASE_PASSWORD"],
            application_name=f"api@{INSTANCE} on {socket.gethostname()}",
            autocommit=True,
            row_factory=dict_row,
            connect_timeout=2,
            tcp_user_timeout=2000,
            keepalives_idle=30,
        )

    def ask(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Ask over a free connection; one that has broken meanwhile is opened anew, once."""
        try:
            connection = self.free.get(timeout=self.wait)
        except queue.Empty as error:
            raise UnavailableError(f"pool: none of {self.size} connections became free within {self.wait} s") from error
        try:
            for last in (False, True):
                try:
                    connection = connection or self.connect()
                    return connection.execute(sql, values).fetchall()
                except psycopg.OperationalError as error:
                    if connection:
                        connection.close()
                        connection = None
                    if last:
                        raise UnavailableError(f"database: {str(error).splitlines()[0]}") from error
            raise AssertionError
        finally:
            self.free.put(connection)


class Handler(BaseHTTPRequestHandler):
    """Answers requests, and logs each but those for health."""

    protocol_version = "HTTP/1.1"
    server_version = f"harbor-api/{VERSION}"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        """Answer one request."""
        began = time.perf_counter()
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            status, value = self.answer(parts.path, dict(parse_qsl(parts.query)), body)
        except UnavailableError as problem:
            log("error", "unavailable", error=problem)
            status, value = 503, {"status": "unavailable", "version": VERSION, "error": str(problem)}
        except (ValueError, KeyError, TypeError) as problem:
            status, value = 400, {"error": repr(problem)}
        kind = "text/plain" if isinstance(value, str) else "application/json"
        content = value.encode() if isinstance(value, str) else json.dumps(value).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        if parts.path not in QUIET or status >= 500:
            COUNTS[status] += 1
            level = "error" if status >= 500 else "warning" if status >= 400 else "info"
            milliseconds = round((time.perf_counter() - began) * 1000, 1)
            client = self.headers.get("X-Forwarded-For", self.client_address[0])
            log(level, "request", method=self.command, path=parts.path, status=status, ms=milliseconds, client=client)

    do_PUT = do_GET  # noqa: N815  # the name is the base class's

    def answer(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, object]:
        """Return status and value."""
        match self.command, path:
            case "GET", "/healthz":
                POOL.ask("SELECT 1")
                return 200, {"status": "ok", "version": VERSION, "instance": f"api@{INSTANCE}"}
            case "GET", "/version":
                return 200, {"version": VERSION, "instance": f"api@{INSTANCE}", "host": socket.gethostname()}
            case "GET", "/metrics":
                used = POOL.size - POOL.free.qsize()
                lines = [f"api_pool_connections {POOL.size}", f"api_pool_connections_in_use {used}"]
                counts = sorted(COUNTS.items())
                lines += [f'api_requests_total{{status="{status}"}} {count}' for status, count in counts]
                return 200, "\n".join((*lines, ""))
            case "GET", "/shipments":
                limit = min(int(query.get("limit", "20")), 200)
                return 200, POOL.ask("SELECT id, recipient, city, status FROM shipment ORDER BY id LIMIT %s", limit)
            case "PUT", "/shipments":
                given = json.loads(body)
                sql = "UPDATE shipment SET status = %s WHERE id = %s RETURNING id, status"
                changed = POOL.ask(sql, str(given["status"]), int(given["id"]))
                return (200, changed[0]) if changed else (404, {"error": "no such shipment"})
            case _:
                return (405 if path in ROUTES else 404), {"error": "no such route"}

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        """Leave the server's own lines out: `do_GET` writes better ones."""


class Server(ThreadingHTTPServer):
    """Serves each request in a thread; a client that hangs up is nothing to show a traceback for."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Log what went wrong in one line, but for a balancer's check, which hangs up as soon as it has its answer."""
        if not isinstance(sys.exception(), ConnectionError):
            log("warning", "request not answered", error=repr(sys.exception()))


def log(level: str, msg: str, **fields: object) -> None:
    """Write one line of key=value pairs to standard output."""
    texts = {key: str(value).replace('"', "'").replace("\n", " ") for key, value in {"msg": msg, **fields}.items()}
    words = [f'{key}="{text}"' if " " in text or not text else f"{key}={text}" for key, text in texts.items()]
    sys.stdout.write(f"level={level} {' '.join(words)}\n")
    sys.stdout.flush()


def tell_systemd(state: str) -> None:
    """Say that the service is ready."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.sendto(state.encode(), os.environ["NOTIFY_SOCKET"])


COUNTS: Counter[int] = Counter()
POOL = Pool(int(os.environ["POOL_SIZE"]), wait=2)

if __name__ == "__main__":
    port = int(os.environ["PORT_BASE"]) + INSTANCE
    server = Server(("", port), Handler)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    log("info", "started", version=VERSION, port=port, pool=POOL.size)
    tell_systemd("READY=1")
    server.serve_forever()
    log("info", "stopped", version=VERSION)
