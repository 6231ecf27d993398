"""Two systems' sandboxes at once: neither sees the other."""

from __future__ import annotations

import pytest

from drillbook.project.project import Project
from drillbook.sandbox.docker import inspect
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.opening import open_sandbox

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist", "akira")]


def find_addresses(live: LiveSandbox) -> list[str]:
    """Return the addresses of a sandbox's hosts."""
    return [
        network["IPAddress"]
        for container in inspect(*live.hosts.containers.values())
        for network in container["NetworkSettings"]["Networks"].values()
    ]


def expect_no_way(live: LiveSandbox, other: LiveSandbox, project: Project) -> None:
    """Try the other's names and addresses, by its sshd, from every host of this one."""
    names = [host["name"] for host in other_hosts(other, project)]
    for role in live.sandbox.hosts:
        for name in names:
            assert live.session(role).command(f"getent hosts {name}").returncode == 2, (role, name)
        for address in find_addresses(other):
            tried = live.session(role).command(f"timeout 1 bash -c '< /dev/tcp/{address}/22'")
            assert tried.returncode != 0, (role, address)


def other_hosts(live: LiveSandbox, project: Project) -> list[dict[str, str]]:
    values = project.environments[live.environment].values
    return list(values[live.sandbox.system]["hosts"].values())


def test_two_systems_run_side_by_side_without_meeting(live: LiveSandbox, project: Project) -> None:
    first = live
    with open_sandbox(project, "akira", "production") as second:
        # Each is itself: its own sshd answers, so that a silent one tells of the wall and not of a dead host.
        own = find_addresses(first)[0]
        assert first.session("app").command(f"timeout 30 bash -c '< /dev/tcp/{own}/22'").returncode == 0
        state = first.measure()
        expect_no_way(first, second, project)
        expect_no_way(second, first, project)
        second.hosts.check_seal()
        first.hosts.check_seal()
        assert first.measure() == state
