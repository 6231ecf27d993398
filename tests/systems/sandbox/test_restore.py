"""Bringing a sandbox back: quickly where that is enough, else anew."""

from __future__ import annotations

import pytest

from drillbook.sandbox.live import LiveSandbox

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist")]


def use(live: LiveSandbox, command: str) -> dict[str, str]:
    """Do something to the sandbox, as a snippet would; return what lasts of what the probes read before."""
    with live.changing():
        before = live.measure()
        assert live.session("app").command(command).returncode == 0
        live.settle(before, live.measure(), left=False)
    return live.sandbox.keep_lasting(before)


def test_a_later_start_leaves_nothing_to_bring_back(live: LiveSandbox) -> None:
    before = live.measure()
    use(live, "docker restart --time 1 voiceassist-qdrant-1")
    assert not live.dirty
    assert live.measure()["container-starts"] != before["container-starts"]


SQL = "docker exec voiceassist-postgres-1 psql --quiet --username=postgres --command"
DAMAGE = {
    "files and a stopped container": (
        "docker stop --time 1 voiceassist-redis-1 && touch /tmp/left && cd /root && echo new > new"
    ),
    "what lies in containers": (
        f"{SQL} 'CREATE ROLE leaked' && {SQL} 'ALTER SYSTEM SET work_mem = 9999'"
        " && docker exec voiceassist-redis-1 redis-cli FLUSHALL && docker exec voiceassist-qdrant-1 touch /tmp/left"
        " && docker exec --detach voiceassist-redis-1 sleep 300 && docker pause voiceassist-qdrant-1"
    ),
    "what the engine holds": (
        "docker network create leaked && docker volume create leaked && docker tag voiceassist/base leaked/leaked"
        " && docker run --detach --cap-drop ALL voiceassist/base sleep 300"
    ),
    "what systemd runs": (
        "systemd-run --on-active=1h true && systemctl set-environment LEAKED=1 && touch /run/leaked /var/lib/leaked"
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_restore_brings_back_needs_no_new_host(
    live: LiveSandbox, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    before = use(live, DAMAGE[damage])
    assert live.dirty
    monkeypatch.setattr(
        live, "reset", lambda: pytest.fail(f"a new host is made; it differs in {live._find_moved(before)}")
    )
    live.bring_back()
    assert not live.dirty
    # Where containers are made anew, data is as it was laid out, without the traffic since; elsewhere nothing differs.
    moved = {name for name, text in live.sandbox.keep_lasting(live.measure()).items() if text != before[name]}
    assert moved <= ({"database-rows", "redis-data"} if "container" in damage else set())
    assert "session:" in live.measure()["redis-data"]


def test_what_restore_does_not_bring_back_takes_a_new_host(live: LiveSandbox) -> None:
    host = live.hosts.containers["app"]
    use(live, "iptables -A INPUT -s 192.0.2.1 -j DROP && echo 127.0.0.1 elsewhere >> /etc/hosts")
    assert live.dirty
    live.bring_back()
    assert not live.dirty
    assert live.hosts.containers["app"] != host
    assert "192.0.2.1" not in live.measure()["firewall"]


def test_what_had_to_be_killed_takes_a_new_host(live: LiveSandbox) -> None:
    host = live.hosts.containers["app"]
    with live.changing():
        read = live.measure()
        live.settle(read, read, left=True)
    live.bring_back()
    assert live.hosts.containers["app"] != host
