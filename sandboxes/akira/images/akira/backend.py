"""Akira's API: call records, and how well calls went, from the database; its password comes from Vault."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import Any

import psycopg
from psycopg.rows import dict_row
from service import VERSION, Answers, as_json, log, serve

QUALITY = """
SELECT count(*) AS calls, count(answered_at) AS answered,
       round(100.0 * count(answered_at) / nullif(count(*), 0), 1)::float AS asr_percent,
       round((percentile_cont(0.95) WITHIN GROUP (ORDER BY pdd_ms) / 1000)::numeric, 3)::float AS pdd_p95_seconds,
       min(started_at)::text AS first_call, max(started_at)::text AS last_call
FROM cdr WHERE started_at > now() - make_interval(mins => %s)
"""
RECORDS = """
SELECT call_id, caller, callee, started_at::text, answered_at::text, ended_at::text, status, pdd_ms
FROM cdr ORDER BY started_at DESC, call_id LIMIT %s
"""


class UnavailableError(Exception):
    """A part that the answer depends on is away; the message says which and why."""


def read_password() -> str:
    """Ask Vault for the database's password: anew each time, so that one that was replaced is used at once."""
    url = f"{os.environ['VAULT_ADDR']}/v1/secret/data/akira/database"
    request = urllib.request.Request(url, headers={"X-Vault-Token": os.environ["VAULT_TOKEN"]})
    try:
        with urllib.request.urlopen(request, timeout=2) as answer:
            return str(json.load(answer)["data"]["data"]["password"])
    except urllib.error.HTTPError as error:
        reasons = "; ".join(json.load(error).get("errors", [])) or error.reason
        raise UnavailableError(f"vault: {error.code} {reasons}") from error
    except OSError as error:
        raise UnavailableError(f"vault: {error}") from error


def ask(sql: str, *values: object) -> list[dict[str, Any]]:
    """Ask the database, whichever host is the primary now."""
    password = read_password()
    try:
        with psycopg.connect(os.environ["DATABASE_URL"], password=password, row_factory=dict_row) as connection:
            rows: list[dict[str, Any]] = connection.execute(sql, values).fetchall()
            return rows
    except psycopg.Error as error:
        raise UnavailableError(f"database: {str(error).splitlines()[0] if str(error) else repr(error)}") from error


class Api(Answers):
    """The API's routes."""

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, str, bytes]:
        """Answer one route; 503 says which part is away."""
        try:
            return as_json(*find(path, query))
        except UnavailableError as problem:
            log("error", "unavailable", error=problem)
            return as_json(503, {"status": "unavailable", "version": VERSION, "error": str(problem)})
        except ValueError as problem:
            return as_json(400, {"error": str(problem)})


def find(path: str, query: dict[str, str]) -> tuple[int, object]:
    """Return status and value of one route. Raises UnavailableError, and ValueError for a query that is none."""
    match path:
        case "/healthz":
            ask("SELECT 1")
            return 200, {"status": "ok", "version": VERSION}
        case "/api/version":
            return 200, {"version": VERSION}
        case "/api/cdr":
            return 200, ask(RECORDS, min(int(query.get("limit", "20")), 1000))
        case "/api/quality":
            minutes = int(query.get("minutes", "30"))
            return 200, {"minutes": minutes, **ask(QUALITY, minutes)[0]}
        case _:
            return 404, {"error": "no such route"}


if __name__ == "__main__":
    serve(Api, int(os.environ["PORT"]))
