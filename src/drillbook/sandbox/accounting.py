"""Where a run's seconds go: per sandbox and part of the work, noted while it is done. Standard library only.

Parts nest: what an inner one takes is its own, not the outer one's, so that together they are the time spent.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias, get_args

Part: TypeAlias = Literal[
    "preparing", "lay-out", "reset", "restore", "traffic", "control", "measuring", "running", "pasting", "teardown"
]
PARTS: tuple[Part, ...] = get_args(Part)
"""What a sandbox's time is spent on, in the order of its life."""

Spent: TypeAlias = dict[str, tuple[int, float]]
"""How often each part was done, and for how many seconds altogether."""

_spent: dict[str, Spent] = {}
"""What this process has spent and nobody has taken yet, by system."""


class Account:
    """Notes the time of one sandbox; whoever works with it is one thread."""

    def __init__(self, system: str) -> None:
        self._system = system
        self._open: list[Part] = []
        self._since = 0.0

    @contextmanager
    def spend(self, part: Part) -> Iterator[None]:
        """Note the block's time as this part's, and no outer part's."""
        self._charge()
        self._open.append(part)
        _add(self._system, part, 1, 0.0)
        try:
            yield
        finally:
            self._charge()
            self._open.pop()

    def _charge(self) -> None:
        now = time.monotonic()
        if self._open:
            _add(self._system, self._open[-1], 0, now - self._since)
        self._since = now


def take_spent() -> dict[str, Spent]:
    """Return what was spent in each system since this was asked last."""
    taken = dict(_spent)
    _spent.clear()
    return taken


def add_spent(many: Iterable[Spent]) -> Spent:
    """Add up what was spent in several places."""
    total: Spent = {}
    for spent in many:
        for part, (count, seconds) in spent.items():
            old_count, old_seconds = total.get(part, (0, 0.0))
            total[part] = (old_count + count, old_seconds + seconds)
    return total


def _add(system: str, part: Part, count: int, seconds: float) -> None:
    _spent[system] = add_spent((_spent.get(system, {}), {part: (count, seconds)}))
