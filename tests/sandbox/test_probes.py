"""Probes of a real sandbox: still while nothing happens."""

from __future__ import annotations

import difflib
import time

import pytest

from drillbook.sandbox import LiveSandbox

pytestmark = pytest.mark.docker

PERIOD = 60.0
PAUSE = 3.0


def test_every_probe_is_still_for_a_minute_on_an_idle_sandbox(live: LiveSandbox) -> None:
    live.traffic()
    first = live.measure()
    assert first.keys() == live.sandbox.probes.keys()
    assert all(first.values()), "a probe that prints nothing shows nothing"
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
