"""Probes of a real sandbox: still while nothing happens."""

from __future__ import annotations

import pytest

from drillbook.sandbox.live import LiveSandbox
from tests.systems.sandbox.stillness import expect_stillness

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist")]


def test_every_probe_is_still_for_a_minute_on_an_idle_sandbox(live: LiveSandbox) -> None:
    expect_stillness(live)
    assert all(live.measure().values()), "a probe that prints nothing shows nothing"


def test_what_was_read_last_holds_until_something_is_done(live: LiveSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    read = live.measure()
    assert live.recall() is read
    monkeypatch.setattr("drillbook.sandbox.live.FRESH", 0.0)
    live.traffic()
    again = live.recall()
    assert again is not read
    monkeypatch.setattr("drillbook.sandbox.live.FRESH", 60.0)
    live.traffic()
    assert live.recall() is again, "traffic was laid just now"


def test_what_comes_after_the_measurement_falls_to_the_next_one(live: LiveSandbox) -> None:
    before = live.measure()
    live.session("app").command("touch /tmp/late")
    assert live.recall() == before
    assert live.measure()["tmp-files"] != before["tmp-files"]
    live.session("app").command("rm /tmp/late")
