"""How a figure is measured, and put beside its floor."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from drillbook.sandbox.live import LiveSandbox

Figure = dict[str, float | str]


def time_once(do: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def time_median(do: Callable[[], object], times: int) -> float:
    """Return the median of several timings, in seconds."""
    return statistics.median(time_once(do) for _ in range(times))


def compare(seconds: float, floor: float, floor_is: str, aim: str) -> Figure:
    """Put a figure beside its floor."""
    return {
        "seconds": round(seconds, 4),
        "floor_seconds": round(floor, 4),
        "ratio": round(seconds / floor, 2) if floor else 0.0,
        "floor_is": floor_is,
        "aim": aim,
    }


def measure_resets(live: LiveSandbox) -> dict[str, Figure]:
    """Measure a sandbox's resets: the first has no spare clone to take, later ones are what many snippets see."""
    floor = live.seconds["up"] + live.seconds["start"]
    first = time_once(live.reset)
    later = time_median(live.reset, 2)
    what = "starting the hosts and laying out their state, without clone and removal"
    return {
        "the first reset": compare(first, floor, what, "none"),
        "a later reset": compare(later, floor, what, "none"),
    }
