"""Takes a sandbox for a while: one that was left standing if it will do, else a new one; lets go of it in the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from drillbook.core.errors import SetupError
from drillbook.core.interrupts import hold_interrupts
from drillbook.project.project import Project
from drillbook.sandbox.lease import sweep_sandboxes, take_lease
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.standing import read_standing


@contextmanager
def open_sandbox(project: Project, system: str, environment: str) -> Iterator[LiveSandbox]:
    """Hold a running sandbox of one system that plays one environment.

    One that `sandbox up` left standing is taken when it is free, made anew if it is too old or of another definition,
    and left standing, in its known state; another is made, and removed in the end.
    """
    if system not in project.sandboxes:
        raise SetupError(f"system {system} has no sandbox. Add sandboxes/{system}/sandbox.yml.")
    sweep_sandboxes(project.root)
    lease = take_lease(project.root, system, environment)
    live = LiveSandbox(project, project.sandboxes[system], environment, lease)
    standing, usable = lease.marker.exists(), stands(live)
    # Whoever is killed while using it must not leave it marked as clean.
    lease.marker.unlink(missing_ok=True)
    sound = False
    try:
        if usable and live.hosts.is_running():
            live.hosts.attach()
        else:
            live.start()
        yield live
        if standing and live.dirty:
            live.bring_back()
        sound = True
    finally:
        with hold_interrupts():
            gone = False
            try:
                if standing and sound:
                    leave_standing(live)
                else:
                    live.remove()
                    gone = True
            finally:
                lease.release(gone=gone)


def stands(live: LiveSandbox) -> bool:
    """Tell whether the sandbox of this name was left standing not long ago, of the present definition and values."""
    standing = read_standing(live.lease.marker)
    return standing is not None and live.resume(standing)


def leave_standing(live: LiveSandbox) -> None:
    """Close the sessions and mark the sandbox as one that is meant to stand."""
    live.hosts.close()
    live.clones.drop_spare()
    live.identity().write(live.lease.marker)
