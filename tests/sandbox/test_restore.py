"""Bringing a sandbox back: quickly where that is enough, else anew."""

from __future__ import annotations

import pytest

from drillbook.sandbox.live import LiveSandbox

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist")]


def use(live: LiveSandbox, command: str) -> dict[str, str]:
    """Do something to the sandbox, as a snippet would; return what lasts of what the probes read before."""
    live.traffic()
    before = live.measure()
    assert live.session("app").command(command).returncode == 0
    live.used = True
    live.settle(before, live.measure(), left=False)
    return live.sandbox.keep_lasting(before)


def test_a_later_start_leaves_nothing_to_bring_back(live: LiveSandbox) -> None:
    before = live.measure()
    use(live, "docker restart --time 1 voiceassist-qdrant-1")
    assert not live.dirty
    assert live.measure()["container-starts"] != before["container-starts"]


def test_what_restore_brings_back_needs_no_new_host(live: LiveSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    before = use(live, "docker stop --time 1 voiceassist-redis-1 && touch /tmp/left && cd /root && echo new > new")
    assert live.dirty

    def tell() -> None:
        assert live.sandbox.keep_lasting(live.measure()) == before
        pytest.fail("a new host is made, though nothing differs any more")

    monkeypatch.setattr(live, "reset", tell)
    live.bring_back()
    assert not live.dirty
    assert live.sandbox.keep_lasting(live.measure()) == before


def test_what_restore_does_not_bring_back_takes_a_new_host(live: LiveSandbox) -> None:
    host = live.containers["app"]
    use(live, "docker exec voiceassist-redis-1 redis-cli FLUSHALL && echo 127.0.0.1 elsewhere >> /etc/hosts")
    assert live.dirty
    live.bring_back()
    assert not live.dirty
    assert live.containers["app"] != host
    assert "session:" in live.measure()["redis-data"]


def test_what_had_to_be_killed_takes_a_new_host(live: LiveSandbox) -> None:
    host = live.containers["app"]
    live.traffic()
    read = live.measure()
    live.settle(read, read, left=True)
    live.bring_back()
    assert live.containers["app"] != host
