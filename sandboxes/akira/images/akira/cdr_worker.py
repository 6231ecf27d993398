"""Writes call records from the stream into the database: the only part of Akira that writes them.

A record is acknowledged after its row is committed, and its key is the call's id: one that comes twice changes nothing.
With `--drain` it ends once nothing is left for its consumer, and says what it did: for a replay.
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
Record = dict[str, Any]


class Database:
    """One connection, made anew when it broke: to whichever host is the primary then."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection | None = None

    def insert(self, records: Sequence[Record]) -> list[bool]:
        """Commit the records in one transaction and tell of each whether it is new. Raises psycopg.Error."""
        if self._connection is None:
            url, password = os.environ["DATABASE_URL"], os.environ["DATABASE_PASSWORD"]
            self._connection = psycopg.connect(url, password=password, autocommit=True)
        try:
            if not records:
                self._connection.execute("SELECT 1")
            with self._connection.transaction():
                return [self._connection.execute(INSERT, record).rowcount == 1 for record in records]
        except psycopg.Error:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
            self._connection = None
            raise


class Worker:
    """Takes records from one consumer, batch after batch."""

    def __init__(self, client: Client, drain: bool) -> None:
        self._client = client
        self._drain = drain
        self._database = Database()
        self.read = self.inserted = 0

    async def work(self) -> None:
        """Fetch and write; what cannot be written now is tried again."""
        stream, consumer = os.environ["STREAM_NAME"], os.environ["STREAM_CONSUMER"]
        source = await self._client.jetstream().pull_subscribe_bind(consumer, stream)
        await self._store([])  # tells whether the database answers, before there is a record
        while True:
            try:
                messages = await source.fetch(BATCH, timeout=1 if self._drain else WAIT_SECONDS)
            except TimeoutError:  # nats-py's own error is one: there was nothing
                messages = []
            except NatsError as error:
                log("error", "the stream does not answer", stream=stream, consumer=consumer, error=error or repr(error))
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if self._drain and not messages:
                return
            await self._store(messages)

    async def _store(self, messages: list[Msg]) -> None:
        """Write a batch, then acknowledge it."""
        good: list[tuple[Msg, Record]] = []
        for message in messages:
            if record := read_record(message):
                good.append((message, record))
            else:
                text = message.data[:200].decode(errors="replace")
                log("error", "no call record", stream_sequence=message.metadata.sequence.stream, text=text)
                await message.term()
        while True:
            try:
                new = await asyncio.to_thread(self._database.insert, [record for _, record in good])
                break
            except psycopg.Error as error:
                log("error", "the database takes no records", waiting=len(good), error=str(error).partition("\n")[0])
                await asyncio.sleep(RETRY_SECONDS)
        for (message, record), is_new in zip(good, new, strict=True):
            await message.ack()
            sequence = message.metadata.sequence.stream
            log("info", "stored" if is_new else "known already", call_id=record["call_id"], stream_sequence=sequence)
        self.read += len(good)
        self.inserted += sum(new)
        ALIVE.touch()


def read_record(message: Msg) -> Record | None:
    """Return a message's record, or None where it is none: it would never become one."""
    try:
        record = json.loads(message.data)
        return {field: record[field] for field in FIELDS}
    except (ValueError, KeyError, TypeError):
        return None


async def main(drain: bool) -> None:
    """Run until asked to stop, or until all is drained."""

    async def lost() -> None:
        if not work.done():
            log("warning", "lost the stream's server")

    async def found() -> None:
        log("info", "found the stream's server again")

    if not drain:
        stream, consumer = os.environ["STREAM_NAME"], os.environ["STREAM_CONSUMER"]
        log("info", "started", version=VERSION, stream=stream, consumer=consumer)
    client = await nats.connect(
        os.environ["NATS_URL"],
        name="akira-cdr-worker",
        max_reconnect_attempts=-1,
        reconnect_time_wait=RETRY_SECONDS,
        disconnected_cb=lost,
        reconnected_cb=found,
    )
    worker = Worker(client, drain)
    work = asyncio.create_task(worker.work())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await work
    if drain:
        known = worker.read - worker.inserted
        sys.stdout.write(f"read={worker.read} inserted={worker.inserted} already={known}\n")
    else:
        log("info", "stopped")
    await client.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:] == ["--drain"])))
