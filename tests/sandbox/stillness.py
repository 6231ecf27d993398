"""Whether probes are still: what every sandbox has to show."""

from __future__ import annotations

import difflib
import time

from drillbook.sandbox import LiveSandbox

PERIOD = 60.0
PAUSE = 3.0


def expect_stillness(live: LiveSandbox) -> None:
    """Read every probe for a minute while nothing happens; none may move."""
    live.traffic()
    first = live.measure()
    assert first.keys() == live.sandbox.probes.keys()
    assert any(first.values())
    deadline = time.monotonic() + PERIOD
    while time.monotonic() < deadline:
        time.sleep(PAUSE)
        now = live.measure()
        moved = {
            name: list(difflib.unified_diff(first[name].splitlines(), now[name].splitlines(), lineterm="", n=0))
            for name in first
            if first[name] != now[name]
        }
        assert not moved
