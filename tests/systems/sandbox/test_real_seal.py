"""The seal, tried on a real sandbox: whole, with a hole in it, and with a dead canary."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from drillbook.core.errors import SetupError
from drillbook.sandbox.docker import docker, try_docker
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.seal import SealError, check_seal

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist")]


@contextmanager
def hole(live: LiveSandbox) -> Iterator[None]:
    """Join the host to the canary's network, which is ours but not the sandbox's."""
    network, container = f"{live.name}-canary", live.hosts.containers["app"]
    names = docker("exec", container, "cat", "/etc/hosts")
    docker("network", "connect", network, container)
    try:
        yield
    finally:
        docker("network", "disconnect", "--force", network, container)
        # Older engines lay the default route once more, which the host's start had taken away.
        try_docker("exec", container, "ip", "route", "del", "default")
        # The engine has rewritten this file, and a mounted file cannot be restored: the next test would get a new host.
        docker("exec", container, "sh", "-c", 'printf %s "$1" > /etc/hosts', "sh", names)
        assert docker("exec", container, "cat", "/etc/hosts") == names


def test_a_sandbox_is_sealed(live: LiveSandbox) -> None:
    live.hosts.check_seal()


def test_a_hole_in_the_seal_is_found_by_route_tcp_udp_and_dns(live: LiveSandbox) -> None:
    with hole(live), pytest.raises(SealError) as caught:
        live.hosts.check_seal()
    for way in ("a route leads to", "over TCP", "over UDP", "over DNS", "nothing was run"):
        assert way in str(caught.value)
    live.hosts.check_seal()


def test_nothing_can_be_run_in_a_sandbox_with_a_hole(live: LiveSandbox) -> None:
    with hole(live):
        with pytest.raises(SealError):
            live.hosts.attach()
        with pytest.raises(SetupError, match="no session"):
            live.session("app")
    live.hosts.attach()


def test_a_check_of_no_host_proves_no_seal() -> None:
    with pytest.raises(SetupError, match="no host"):
        check_seal({}, {}, "192.0.2.1")


def test_a_dead_canary_proves_no_seal(live: LiveSandbox) -> None:
    canary = f"{live.name}-canary"
    docker("stop", "--time", "0", canary)
    try:
        with pytest.raises(SetupError, match="does not answer itself"):
            live.hosts.check_seal()
    finally:
        docker("start", canary)
    live.hosts.check_seal()
