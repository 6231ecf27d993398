"""Writes call records from the stream into the database: the only part of Akira that writes them.

A record is acknowledged after its row is committed, and its key is the call's id: one that comes twice changes nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nats
import psycopg
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from service import VERSION, log

ALIVE = Path("/tmp/alive")
"""Touched on each turn in which both the stream and the database answered."""
BATCH = 64
WAIT_SECONDS = 5
RETRY_SECONDS = 1
INSERT = """
INSERT INTO cdr (call_id, caller, callee, started_at, answered_at, ended_at, status, pdd_ms)
VALUES (%(call_id)s, %(caller)s, %(callee)s, to_timestamp(%(started_at)s), to_timestamp(%(answered_at)s),
        to_timestamp(%(ended_at)s), %(status)s, %(pdd_ms)s)
ON CONFLICT (call_id) DO NOTHING
"""
FIELDS = ("call_id", "caller", "callee", "started_at", "answered_at", "ended_at", "status", "pdd_ms")


class Database:
    """One connection, made anew when it broke: to whichever host is the primary then."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection | None = None

    def insert(self, records: Sequence[dict[str, Any]]) -> int:
        """Commit the records in one transaction and return how many rows are new. Raises psycopg.Error."""
        if self._connection is None:
            self._connection = psycopg.connect(os.environ["DATABASE_URL"], password=os.environ["DATABASE_PASSWORD"])
        try:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                if records:
                    cursor.executemany(INSERT, records)
                else:
                    cursor.execute("SELECT 1")
                return cursor.rowcount if records else 0
        except psycopg.Error:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
            self._connection = None
            raise


def read_record(message: Msg) -> dict[str, Any] | None:
    """Return a message's record, or None when it is none: it would never become one."""
    try:
        record = json.loads(message.data)
        return {field: record[field] for field in FIELDS}
    except (ValueError, KeyError, TypeError):
        return None


async def take(messages: list[Msg], database: Database) -> None:
    """Write a batch, then acknowledge it."""
    records = []
    for message in messages:
        record = read_record(message)
        if record is None:
            sequence = message.metadata.sequence.stream
            log("error", "no call record", stream_sequence=sequence, text=message.data[:200].decode(errors="replace"))
            await message.term()
        else:
            records.append((message, record))
    inserted = await asyncio.to_thread(database.insert, [record for _, record in records])
    for message, _ in records:
        await message.ack()
    if records:
        last = records[-1][0].metadata
        log(
            "info",
            "ingested",
            messages=len(records),
            inserted=inserted,
            duplicates=len(records) - inserted,
            stream_sequence=last.sequence.stream,
            pending=last.num_pending,
        )


async def work(client: Client, stopping: asyncio.Event) -> None:
    """Fetch and write, batch after batch; what cannot be written now is tried again."""
    stream, consumer = os.environ["STREAM_NAME"], os.environ["STREAM_CONSUMER"]
    source = await client.jetstream().pull_subscribe_bind(consumer, stream)
    database = Database()
    while not stopping.is_set():
        try:
            messages = await source.fetch(BATCH, timeout=WAIT_SECONDS)
        except TimeoutError:  # nats-py's own error is one: there was nothing
            messages = []
        except NatsError as error:
            log("error", "stream does not answer", stream=stream, consumer=consumer, error=str(error) or repr(error))
            await asyncio.sleep(RETRY_SECONDS)
            continue
        while not stopping.is_set():
            try:
                await take(messages, database)
                ALIVE.touch()
                break
            except psycopg.Error as error:
                log("error", "database does not take records", waiting=len(messages), error=str(error).splitlines()[0])
                await asyncio.sleep(RETRY_SECONDS)


async def main() -> None:
    """Run until asked to stop."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    work_on: asyncio.Task[None] | None = None

    def stop() -> None:
        stopping.set()
        if work_on:
            work_on.cancel()

    loop.add_signal_handler(signal.SIGTERM, stop)

    async def say(event: str) -> None:
        log("warning", event)

    log("info", "started", version=VERSION, stream=os.environ["STREAM_NAME"], consumer=os.environ["STREAM_CONSUMER"])
    client = await nats.connect(
        os.environ["NATS_URL"],
        name="akira-cdr-worker",
        max_reconnect_attempts=-1,
        reconnect_time_wait=RETRY_SECONDS,
        disconnected_cb=lambda: say("lost the stream's server"),
        reconnected_cb=lambda: say("found the stream's server again"),
    )
    work_on = asyncio.create_task(work(client, stopping))
    with contextlib.suppress(asyncio.CancelledError):
        await work_on
    await client.close()
    log("info", "stopped")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
