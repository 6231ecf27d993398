"""Whether probes are still: what every sandbox has to show."""

from __future__ import annotations

import difflib
import time

from drillbook.sandbox.live import LiveSandbox

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
    assert measure_anew(live) == first


def measure_anew(live: LiveSandbox) -> dict[str, str]:
    """Read every probe by a command of its own, as a shell starts it: it reads what a fork of the session reads."""
    found: dict[str, str] = {}
    for role in live.sandbox.hosts:
        commands = {name: f"true; {command}" for name, command in live.sandbox.find_commands(role).items()}
        found |= live.sandbox.split_outputs(role, live.session(role).probe(commands))
    return found
