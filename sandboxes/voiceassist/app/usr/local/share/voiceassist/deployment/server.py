"""The VoiceAssist API: logins, conversations, and what operators ask it for."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import psycopg_pool
import redis
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from psycopg.rows import dict_row
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

VERSION = Path(__file__).with_name("VERSION").read_text().strip()
MAINTENANCE = Path("/app/maintenance_mode")
# Answered during maintenance too, and not logged: probes would drown the users.
OPERATORS = ("/health", "/ready", "/metrics")
SESSION_SECONDS = 24 * 60 * 60

disable_created_metrics()  # each counter would be listed twice
duration = Histogram("http_request_duration_seconds", "Time to answer a request.", ["method", "route", "status"])
errors = Counter("http_errors", "Answers with a status of 400 or more.", ["route", "status"])
login_failures = Counter("login_failures", "Logins that were refused.")
dependency_failures = Counter("dependency_failures", "Calls to a dependency that failed.", ["dependency"])
pool_connections = Gauge("db_pool_connections", "Connections of the database pool.", ["state"])
for known in ("postgres", "redis", "qdrant", "speech"):
    dependency_failures.labels(known)


def log(level: str, **fields: object) -> None:
    """Write one line of key=value pairs to standard output."""
    words = {"ts": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, **fields}
    texts = {key: str(value).replace('"', "'").replace("\n", " ") for key, value in words.items()}
    line = " ".join(f'{key}="{text}"' if " " in text or not text else f"{key}={text}" for key, text in texts.items())
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class PoolLines(logging.Handler):
    """Puts the warnings of the database pool into the service's own log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record as one line."""
        log(record.levelname.lower(), msg=record.getMessage())


logging.getLogger("psycopg.pool").addHandler(PoolLines(logging.WARNING))

# As many connections as DB_POOL_SIZE says, opened at the start; one that has died is noticed when it is handed out.
pool = psycopg_pool.ConnectionPool(
    os.environ["DATABASE_URL"],
    min_size=int(os.environ["DB_POOL_SIZE"]),
    kwargs={
        "row_factory": dict_row,
        "application_name": "voiceassist-server",
        "connect_timeout": 2,
        "autocommit": True,
    },
    timeout=5,
    check=psycopg_pool.ConnectionPool.check_connection,
    open=False,
)
cache = redis.Redis.from_url(
    os.environ["REDIS_URL"],
    decode_responses=True,
    socket_timeout=2,
    socket_connect_timeout=1,
    client_name="voiceassist-server",
)


class DependencyError(Exception):
    """A dependency did not do what it was asked."""

    def __init__(self, dependency: str, problem: object) -> None:
        super().__init__(f"{dependency}: {problem}".strip())
        dependency_failures.labels(dependency).inc()


def explain_timeout(error: psycopg_pool.PoolTimeout) -> str:
    """Say why the pool had no connection to lend: the database cannot be reached, or every connection is in use."""
    try:
        psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=2).close()
    except psycopg.OperationalError as cause:
        return str(cause)
    waiting = pool.get_stats().get("requests_waiting", 0)
    return f"connection pool exhausted, {waiting} requests waiting: {error}"


@contextmanager
def database(timeout: float = 5) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """Lend a connection of the pool, or raise DependencyError after `timeout` seconds of waiting for one."""
    try:
        with pool.connection(timeout=timeout) as connection:
            yield connection
    except psycopg_pool.PoolTimeout as error:
        raise DependencyError("postgres", explain_timeout(error)) from error
    except psycopg.Error as error:
        raise DependencyError("postgres", error) from error


@contextmanager
def sessions() -> Iterator[redis.Redis]:
    """Lend the client of the session cache, or raise DependencyError."""
    try:
        yield cache
    except redis.RedisError as error:
        raise DependencyError("redis", error) from error


def ask_postgres() -> None:
    """Raise DependencyError unless the database answers within a second."""
    with database(timeout=1) as connection:
        connection.execute("SELECT 1")


def ask_redis() -> None:
    """Raise DependencyError unless the session cache answers."""
    with sessions() as client:
        client.ping()


def ask_qdrant() -> None:
    """Raise DependencyError unless the vector store answers."""
    try:
        urllib.request.urlopen(os.environ["QDRANT_URL"] + "/readyz", timeout=1).close()
    except OSError as error:
        raise DependencyError("qdrant", error) from error


def examine(*questions: tuple[str, Callable[[], None]]) -> dict[str, str]:
    """Ask each dependency and say "ok" or what is wrong with it."""
    answers = {}
    for name, ask in questions:
        try:
            ask()
            answers[name] = "ok"
        except DependencyError as problem:
            answers[name] = str(problem)
            log("error", error=str(problem), asked_by="health")
    return answers


def health(_: Request) -> Response:
    """Say whether the API can serve its users now."""
    checks = examine(("postgres", ask_postgres), ("redis", ask_redis))
    well = all(answer == "ok" for answer in checks.values())
    status = "unhealthy" if not well else "maintenance" if MAINTENANCE.exists() else "healthy"
    report = {"status": status, "version": VERSION, "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds")}
    return JSONResponse(report if well else report | {"checks": checks}, status_code=200 if well else 503)


def ready(_: Request) -> Response:
    """Say of each dependency whether it answers."""
    checks = examine(("postgres", ask_postgres), ("redis", ask_redis), ("qdrant", ask_qdrant))
    well = all(answer == "ok" for answer in checks.values())
    return JSONResponse({"ready": well, "checks": checks}, status_code=200 if well else 503)


def metrics(_: Request) -> Response:
    """Give the counters to Prometheus."""
    stats = pool.get_stats()
    pool_connections.labels("open").set(stats.get("pool_size", 0))
    pool_connections.labels("available").set(stats.get("pool_available", 0))
    return PlainTextResponse(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def login(request: Request) -> Response:
    """Open a session for whoever knows an e-mail address and its password."""
    try:
        sent = await request.json()
        email, password = str(sent["email"]), str(sent["password"])
    except (ValueError, TypeError, KeyError) as error:
        raise HTTPException(422, "a JSON object with email and password was expected") from error
    token = await run_in_threadpool(open_session, request, email, password)
    return JSONResponse({"token": token})


def open_session(request: Request, email: str, password: str) -> str:
    """Open a session: a row that stays, and a key in the cache that is asked on each request."""
    client = request.client.host if request.client else "0.0.0.0"
    with database() as connection:
        user = connection.execute(
            "SELECT id FROM users WHERE email = %s AND password_hash = crypt(%s, password_hash)",
            (email, password),
        ).fetchone()
        connection.execute(
            "INSERT INTO audit_log (user_id, event, client_address) VALUES (%s, %s, %s)",
            (user and user["id"], "login" if user else "login refused", client),
        )
        if user is None:
            login_failures.inc()
            raise HTTPException(401, "wrong e-mail address or password")
        session = uuid.uuid4()
        connection.execute(
            "INSERT INTO user_sessions (id, user_id, client_address, user_agent, expires_at)"
            " VALUES (%s, %s, %s, %s, now() + make_interval(secs => %s))",
            (session, user["id"], client, request.headers.get("user-agent", ""), SESSION_SECONDS),
        )
    with sessions() as cached:
        cached.set(f"session:{session}", user["id"], ex=SESSION_SECONDS)
    return str(session)


def user_of(request: Request) -> int:
    """Give the user whose session the request carries, or answer 401."""
    with sessions() as cached:
        user = cached.get("session:" + request.headers.get("authorization", "").removeprefix("Bearer "))
    if user is None:
        raise HTTPException(401, "no such session")
    return int(user)


class Rows(JSONResponse):
    """Rows of the database, as JSON."""

    def render(self, content: object) -> bytes:
        """Write points in time as ISO 8601 has them."""
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=datetime.isoformat).encode()


def conversations(request: Request) -> Response:
    """List the user's conversations, newest first; `q` looks through their messages."""
    user, looked_for = user_of(request), request.query_params.get("q", "")
    with database() as connection:
        found = connection.execute(
            "SELECT c.id, c.title, c.created_at, count(m.id) AS messages FROM conversations c"
            " JOIN messages m ON m.conversation_id = c.id WHERE c.user_id = %s"
            " GROUP BY c.id HAVING bool_or(m.content ILIKE %s) ORDER BY c.created_at DESC",
            (user, f"%{looked_for}%"),
        ).fetchall()
    return Rows(found)


def conversation_of(request: Request) -> Response:
    """Give the messages of one of the user's conversations."""
    user = user_of(request)
    with database() as connection:
        found = connection.execute(
            "SELECT m.role, m.content, m.created_at FROM messages m JOIN conversations c ON c.id = m.conversation_id"
            " WHERE c.id = %s AND c.user_id = %s ORDER BY m.created_at",
            (request.path_params["conversation"], user),
        ).fetchall()
    if not found:
        raise HTTPException(404, "no such conversation")
    return Rows(found)


def speech(request: Request) -> Response:
    """Hand the recording to the speech provider."""
    user = user_of(request)
    url = os.environ.get("SPEECH_URL", "")
    try:
        with urllib.request.urlopen(url, data=b"", timeout=5) as answer:
            return JSONResponse({"user": str(user), "text": answer.read().decode()})
    except (OSError, ValueError) as error:
        raise DependencyError("speech", error if url else "no provider is configured") from error


def refuse(_: Request, error: Exception) -> Response:
    """Answer that the request is to blame."""
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, str(error))
    return JSONResponse({"detail": detail}, status)


def report(request: Request, error: Exception) -> Response:
    """Answer that a dependency is to blame, and leave word for the log."""
    request.state.problem = str(error)
    return JSONResponse({"error": str(error)}, status_code=503)


async def account(request: Request, answer: RequestResponseEndpoint) -> Response:
    """Time, count and log each request, and turn users away during maintenance."""
    began = time.perf_counter()
    path = request.url.path
    status = 500
    request.state.problem = ""
    try:
        if path not in OPERATORS and MAINTENANCE.exists():
            response: Response = JSONResponse({"error": "down for maintenance"}, 503, {"Retry-After": "300"})
        else:
            response = await answer(request)
        status = response.status_code
    except Exception as error:
        request.state.problem = repr(error)
        raise
    finally:
        seconds = time.perf_counter() - began
        route = PATHS.get(request.scope.get("endpoint"), "unknown")
        duration.labels(request.method, route, str(status)).observe(seconds)
        if status >= 400:
            errors.labels(route, str(status)).inc()
        if path not in OPERATORS:
            level = "error" if status >= 500 else "warning" if status >= 400 else "info"
            fields = {"method": request.method, "path": path, "status": status, "duration_ms": round(seconds * 1000, 1)}
            fields["client"] = request.client.host if request.client else "-"
            log(level, **fields, **({"error": request.state.problem} if request.state.problem else {}))
    return response


ROUTES = [
    Route("/health", health),
    Route("/ready", ready),
    Route("/metrics", metrics),
    Route("/api/auth/login", login, methods=["POST"]),
    Route("/api/conversations", conversations),
    Route("/api/conversations/{conversation:int}", conversation_of),
    Route("/api/speech", speech, methods=["POST"]),
]
PATHS = {route.endpoint: route.path_format for route in ROUTES}
app = Starlette(
    routes=ROUTES,
    middleware=[Middleware(BaseHTTPMiddleware, dispatch=account)],
    exception_handlers={DependencyError: report, HTTPException: refuse},
)


def wait_for_database(seconds: float) -> None:
    """Give the database a moment to come up, so that the pool fills at its first try."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)


def main() -> None:
    """Serve until asked to stop."""
    log("info", msg="starting", version=VERSION, db_pool_size=os.environ["DB_POOL_SIZE"])
    wait_for_database(10)
    pool.open()
    uvicorn.run(app, host="0.0.0.0", port=int(os.environ["API_PORT"]), log_level="warning", access_log=False)
    pool.close()
    log("info", msg="stopped")


if __name__ == "__main__":
    sys.exit(main())
