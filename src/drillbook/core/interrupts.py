"""Being told to end: SIGTERM and SIGHUP do what Ctrl-C does, and let Docker finish, so that nothing is left half made.

One message may come by several ways: to the whole process group, and from whoever started us. Only Ctrl-C counts twice.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

GRACE = 60.0
"""Seconds that what is under way may still take after a signal."""
LIMIT = 150.0
"""Seconds after which a process that was told to end does, whatever is still under way."""
LONGEST = 240.0
"""The same for whoever waits for such processes, and cleans up after them."""
CHILDREN_LIMIT = 60.0
"""Seconds that processes which we started may take to end."""
HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NOTICE = b"\ndrillbook: interrupted. Docker finishes what it is doing first (Ctrl-C again stops it at once).\n"
STDERR = 2
INTERRUPTED = 2
"""The exit code of whoever was told to end."""
ENGINES = frozenset({"dockerd", "containerd"})
"""Programs that are started for whoever comes after us, too."""

_holding = threading.local()


class Ending:
    """Whether this process was told to end."""

    def __init__(self) -> None:
        self.told = False
        self.limit: float | None = None

    def tell(self) -> None:
        """Note it, and see to it that the process ends in time."""
        if self.told:
            return
        self.told = True
        if self.limit is not None:
            timer = threading.Timer(self.limit, os._exit, (INTERRUPTED,))
            timer.daemon = True
            timer.start()


_ending = Ending()


def is_ending() -> bool:
    """Tell whether this process was told to end."""
    return _ending.told


def interrupt(number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt for the first signal, and for each Ctrl-C after it."""
    if _ending.told and number != signal.SIGINT:
        return
    _ending.tell()
    raise KeyboardInterrupt


def end_on_signals(limit: float = LIMIT) -> None:
    """Let SIGTERM and SIGHUP end this process as Ctrl-C does, at most `limit` seconds later.

    What is ignored stays so: `nohup` has a reason to ignore SIGHUP.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in HEARD:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, interrupt)
            _ending.limit = limit


@contextmanager
def hold_interrupts(grace: float = GRACE) -> Iterator[None]:
    """Let the block end before a signal is heard; a second Ctrl-C, or `grace` seconds, interrupts it at once.

    Only the main thread is interrupted: in another, and inside another such block, nothing is to be done.
    """
    before = {number: signal.getsignal(number) for number in HEARD}
    heard = [number for number in HEARD if before[number] in (signal.default_int_handler, interrupt)]
    main = threading.current_thread() is threading.main_thread()
    if not main or getattr(_holding, "on", False) or not heard:
        yield
        return
    pressed = False
    timer = threading.Timer(grace, os.kill, (os.getpid(), signal.SIGINT))
    timer.daemon = True

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        if pressed or (_ending.told and number != signal.SIGINT):
            return
        pressed = True
        if before[signal.Signals(number)] is interrupt:
            _ending.tell()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.write(STDERR, NOTICE)  # no print: the signal may have come in the middle of one
        timer.start()

    _holding.on = True
    for number in heard:
        signal.signal(number, note)
    try:
        yield
    finally:
        timer.cancel()
        for number in {*heard, signal.SIGINT}:
            signal.signal(number, before[number])
        _holding.on = False
        if pressed:
            raise KeyboardInterrupt


def end_children(within: float = CHILDREN_LIMIT) -> None:
    """End what this process has started and what still runs: asked first, so that it can clean up, then killed."""
    import psutil  # noqa: PLC0415  # slow to import, and seldom needed

    children = [child for child in psutil.Process().children() if _find_name(child) not in ENGINES]
    for child in children:
        with suppress(psutil.Error):
            child.terminate()
    for left in psutil.wait_procs(children, within)[1]:
        with suppress(psutil.Error):
            for process in (*left.children(recursive=True), left):
                if _find_name(process) not in ENGINES:
                    process.kill()


def _find_name(process: object) -> str:
    import psutil  # noqa: PLC0415  # slow to import, and seldom needed

    assert isinstance(process, psutil.Process)
    with suppress(psutil.Error):
        return str(process.name())
    return ""
