"""Ctrl-C while Docker is at work: let it end what it was asked for, so that nothing is left half made behind us."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

GRACE = 60.0
"""Seconds that what is under way may still take after Ctrl-C."""
NOTICE = b"\ndrillbook: interrupted; what Docker is doing ends first (Ctrl-C again: at once)\n"
STDERR = 2

_holding = threading.local()


@contextmanager
def hold_interrupts(grace: float = GRACE) -> Iterator[None]:
    """Let the block end before a Ctrl-C is heard; a second one, or `grace` seconds, interrupts it at once.

    Only the main thread is interrupted by Ctrl-C: in another, and inside another such block, nothing is to be done.
    """
    main = threading.current_thread() is threading.main_thread()
    inside = getattr(_holding, "on", False)
    if not main or inside or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    pressed = False
    timer = threading.Timer(grace, os.kill, (os.getpid(), signal.SIGINT))
    timer.daemon = True

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.write(STDERR, NOTICE)  # no print: the signal may have come in the middle of one
        timer.start()

    _holding.on = True
    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _holding.on = False
        if pressed:
            raise KeyboardInterrupt
