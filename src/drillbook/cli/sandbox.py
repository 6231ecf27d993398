"""`drillbook sandbox up|down|status|shell|prune`: the only commands that leave a sandbox standing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from drillbook.core.errors import InputError, Location, Problem, SetupError, nearest
from drillbook.core.interrupts import hold_interrupts
from drillbook.project.project import Project
from drillbook.sandbox.docker import PROJECT_LABEL, docker, list_projects, remove_project
from drillbook.sandbox.lease import Lease, checkout_prefix, sweep_sandboxes, try_lease
from drillbook.sandbox.leavings import sweep_leavings
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.machine import ensure_engine
from drillbook.sandbox.opening import leave_standing, stands
from drillbook.sandbox.standing import read_standing
from drillbook.sandbox.volumes import compose_args, prune_cache


def run_action(
    project: Project, action: str, system: str | None, environment: str | None, host: str | None, *, everything: bool
) -> int:
    """Do what `drillbook sandbox ACTION` says; return the exit code."""
    ensure_engine()
    sweep_leavings(project.root)
    sweep_sandboxes(project.root)
    if action == "status":
        rows = sandbox_status(project)
        for name, state, containers in rows:
            print(f"{state:9} {name}  {containers}")
        if not rows:
            print("no sandbox stands", file=sys.stderr)
        return 0
    if action == "prune":
        removed, kept = prune_cache(() if everything else project.sandboxes.values())
        for name in removed:
            print(f"removed {name}")
        for name in kept:
            print(f"kept {name}: it is in use")
        if not removed and not kept:
            print("nothing to remove", file=sys.stderr)
        if not everything:
            print("kept what current sandboxes are made from; --all removes that too", file=sys.stderr)
        return 0
    systems = [_choose("system", system, project.sandboxes)] if system else list(project.sandboxes)
    environment = _choose("environment", environment or next(iter(project.environments)), project.environments)
    if action == "shell":
        _shell(project, systems[0], environment, host)
    for name in systems:
        {"up": _up, "down": _down}[action](project, name, environment)
    return 0


def sandbox_status(project: Project) -> list[tuple[str, str, str]]:
    """Return (name, state, what runs) of each sandbox of this checkout."""
    rows = []
    for name in sorted(list_projects(checkout_prefix(project.root))):
        lease = try_lease(project.root, name)
        state = "in use"
        if lease:
            state = describe_marker(lease)
            lease.release()
        names = docker("ps", "--filter", f"label={PROJECT_LABEL}={name}", "--format", "{{.Names}}").split()
        rows.append((name, state, ", ".join(sorted(names))))
    return rows


def describe_marker(lease: Lease) -> str:
    """Say whether a sandbox that nobody uses is meant to stand, and may be taken."""
    if not lease.marker.exists():
        return "left over"
    standing = read_standing(lease.marker)
    return "too old" if standing is None or standing.is_too_old else "standing"


def _choose(what: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    if name not in names:
        text = f"there is no {what} '{name}'. {nearest(name, names)}"
        raise InputError(Problem(Location("drillbook sandbox"), text))
    return name


def _lease_standing(project: Project, system: str, environment: str) -> Lease:
    name = f"{checkout_prefix(project.root)}{system}-{environment}-0"
    lease = try_lease(project.root, name)
    if lease is None:
        text = f"the sandbox {name} is in use by another command. Wait for that one, or stop it."
        raise SetupError(text, "drillbook sandbox")
    return lease


def _up(project: Project, system: str, environment: str) -> None:
    lease = _lease_standing(project, system, environment)
    live = LiveSandbox(project, project.sandboxes[system], environment, lease)
    try:
        if not (stands(live) and live.hosts.is_running()):
            lease.marker.unlink(missing_ok=True)
            live.start()
            leave_standing(live)
        print(f"{lease.name} is up. `drillbook sandbox shell {system} -e {environment}` opens a shell in it.")
    except BaseException:
        with hold_interrupts():
            live.remove()
            lease.release(gone=True)
        raise
    finally:
        lease.release()


def _down(project: Project, system: str, environment: str) -> None:
    lease = _lease_standing(project, system, environment)
    lease.marker.unlink(missing_ok=True)
    remove_project(lease.name)
    lease.release(gone=True)


def _shell(project: Project, system: str, environment: str, role: str | None) -> None:
    lease = _lease_standing(project, system, environment)
    live = LiveSandbox(project, project.sandboxes[system], environment, lease)
    if not (stands(live) and live.hosts.is_running()):
        text = f"no sandbox of {system} is up in {environment}. Run `drillbook sandbox up {system} -e {environment}`."
        raise SetupError(text, "drillbook sandbox")
    hosts = project.environments[environment].values[system.replace("-", "_")]["hosts"]
    role = _choose("host", role or next(iter(live.sandbox.hosts)), live.sandbox.hosts)
    # A person changes things: the sandbox is no longer known to be clean, and the next `up` makes it anew.
    lease.marker.unlink(missing_ok=True)
    service = live.sandbox.hosts[role].service
    command = (*compose_args(live.sandbox, lease.name), "exec", service, "su", "-", hosts[role]["user"])
    # The locks go along, so that nothing sweeps the sandbox away under the person's hands.
    for lock in (lease.lock, lease.owner):
        os.set_inheritable(lock.fileno(), True)
    os.execvpe("docker", ["docker", *command], {**os.environ, **live.environ})
