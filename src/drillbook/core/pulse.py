"""Never silent: says what goes on, and for how long already, while something takes its time."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

INTERVAL = "DRILLBOOK_PULSE"
"""The variable that says after how many seconds of silence something is said."""
DEFAULT, FIRST = 20.0, 4.0
"""Seconds of silence; at the beginning a reader wants to know sooner that something goes on."""

_said: list[tuple[str, float]] = [("", 0.0)]
"""What was said last, and when."""
_kept: list[TextIO] = []
"""Standard error as it was before pytest captured it."""


def say(text: str) -> None:
    """Tell the reader what takes a while."""
    _said[0] = (text, time.monotonic())
    write_line(text)


def write_line(text: str) -> None:
    """Write a line to standard error, above a progress bar if there is one."""
    line, file = f"drillbook: {text}", _kept[-1] if _kept else sys.stderr
    if "tqdm" in sys.modules:
        sys.modules["tqdm"].tqdm.write(line, file=file)
        file.flush()
    else:
        print(line, file=file, flush=True)


@contextmanager
def keep_stderr() -> Iterator[TextIO]:
    """Write to standard error as it is now while the block runs, also when pytest captures it; yield it."""
    with os.fdopen(os.dup(sys.__stderr__.fileno() if sys.__stderr__ else 2), "w", encoding="utf-8") as file:
        _kept.append(file)
        try:
            yield file
        finally:
            _kept.remove(file)


def clock(seconds: float) -> str:
    """Return a time as people write it: 0:09, 12:30, 1:02:03."""
    minutes, second = divmod(max(0, int(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def make_timer(what: str) -> Callable[[], str]:
    """Return what says that something is at work, and for how long already."""
    began = time.monotonic()
    return lambda: f"{what} is at work ({clock(time.monotonic() - began)})"


def describe_last() -> str:
    """Return what was said last, with the time since then."""
    text, at = _said[0]
    return f"{text} ({clock(time.monotonic() - at)})" if text else ""


def find_interval() -> float:
    """Return after how many seconds of silence something is said."""
    return float(os.environ.get(INTERVAL) or DEFAULT)


_pulses: list[threading.Event] = []
"""Those that beat, the innermost last: only that one is heard."""


@contextmanager
def pulse(describe: Callable[[], str] = describe_last, *, tick: float | None = None) -> Iterator[None]:
    """While the block runs, write a description soon and then at each interval; by default what was said last.

    Nothing is written where the description is empty. With `tick` it is asked for every so many seconds instead. A
    pulse inside of another takes its place.
    """
    stop = threading.Event()
    interval = tick or find_interval()

    def beat() -> None:
        wait = min(FIRST, interval)
        while not stop.wait(wait):
            if _pulses[-1] is stop and (text := describe()):
                write_line(text)
            wait = interval

    thread = threading.Thread(target=beat, name="pulse", daemon=True)
    _pulses.append(stop)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        _pulses.remove(stop)
