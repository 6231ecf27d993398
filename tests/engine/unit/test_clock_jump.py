"""The clock of a host jumps while a snippet runs: limits hold, and a record with a date to come is not believed.

The clock is that of the session's processes alone, by libfaketime; the machine's is never touched.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drillbook.core.model import Rendered, Status
from drillbook.sandbox.machine import ensure_faketime
from drillbook.sandbox.session import Session
from drillbook.verify.checking import check
from drillbook.verify.running import run_snippet

Make = Callable[..., Rendered]


class Clock:
    """What the processes of a session take for the time."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.jump("+0")

    def jump(self, to: str) -> None:
        """Let it say something else from now on."""
        self.file.write_text(f"{to}\n")

    @property
    def environ(self) -> dict[str, str]:
        """What makes a process believe it."""
        own = {"FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        return {**os.environ, "LD_PRELOAD": str(ensure_faketime()), **own}


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path / "clock")


@pytest.fixture
def session(clock: Clock) -> Iterator[Session]:
    with Session.start([sys.executable], environ=clock.environ) as opened:
        yield opened


def tell(session: Session, clock: Clock) -> dt.datetime:
    """Return what a process of the session takes for now."""
    settings = " ".join(f"{name}={clock.environ[name]}" for name in ("LD_PRELOAD", "FAKETIME_TIMESTAMP_FILE"))
    said = session.command(f"{settings} FAKETIME_NO_CACHE=1 date +%s").stdout
    return dt.datetime.fromtimestamp(int(said), dt.UTC)


@pytest.mark.parametrize("jump", ["+2d", "-2d"])
def test_a_jump_neither_ends_a_run_nor_lengthens_it(session: Session, clock: Clock, make: Make, jump: str) -> None:
    endless = f"echo {jump} > {clock.file}; while :; do sleep 0.2; done"
    began = time.monotonic()
    execution = run_snippet(make(endless, timeout=2.0), session=session)
    took = time.monotonic() - began
    moved = abs(tell(session, clock) - dt.datetime.now(dt.UTC))
    assert moved > dt.timedelta(days=1), "the clock did not jump"
    assert execution.timed_out
    assert 1.5 < execution.seconds <= took < 60
    assert check(make(endless, timeout=2.0), execution).status is Status.FAILED


def test_a_sound_run_is_sound_whatever_the_clock_does(session: Session, clock: Clock, make: Make) -> None:
    rendered = make(f"echo +2d > {clock.file}; sleep 0.5; echo -2d > {clock.file}; echo well", timeout=10.0)
    execution = run_snippet(rendered, session=session)
    assert check(rendered, execution).status is Status.PASSED
    assert 0.4 < execution.seconds < 10


def test_the_machines_clock_is_left_alone(session: Session, clock: Clock) -> None:
    before = time.time()
    clock.jump("+30d")
    assert tell(session, clock) - dt.datetime.now(dt.UTC) > dt.timedelta(days=29)
    assert 0 <= time.time() - before < 3600
