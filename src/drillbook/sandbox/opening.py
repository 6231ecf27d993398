"""Takes a sandbox for a while: one that was left standing if it will do, else a new one; lets go of it in the end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from drillbook.core.errors import SetupError
from drillbook.core.interrupts import hold_interrupts
from drillbook.project.project import Project
from drillbook.sandbox.lease import sweep_sandboxes, take_slot
from drillbook.sandbox.live import LiveSandbox


@contextmanager
def open_sandbox(project: Project, system: str, environment: str) -> Iterator[LiveSandbox]:
    """Hold a running sandbox of one system that plays one environment.

    One that `sandbox up` left standing is taken when it is free, made anew if it is too old or of another definition,
    and left standing, in its known state; another is made, and removed in the end.
    """
    if system not in project.sandboxes:
        raise SetupError(f"system {system} has no sandbox. Add sandboxes/{system}/sandbox.yml.")
    sweep_sandboxes(project.root)
    slot = take_slot(project.root, system, environment)
    live = LiveSandbox(project, project.sandboxes[system], environment, slot)
    standing, usable = slot.marker.exists(), stands(live)
    # Whoever is killed while using it must not leave it marked as clean.
    slot.marker.unlink(missing_ok=True)
    try:
        if usable and live.is_running():
            live.attach()
        else:
            live.start()
        yield live
        if standing and live.dirty:
            live.bring_back()
    except BaseException:
        live.dirty = True
        raise
    finally:
        with hold_interrupts():
            gone = False
            try:
                if standing and not live.dirty:
                    leave_standing(live)
                else:
                    live.remove()
                    gone = True
            finally:
                slot.release(gone=gone)


def stands(live: LiveSandbox) -> bool:
    """Tell whether the sandbox in this slot was left standing not long ago, of the present definition and values."""
    with suppress(FileNotFoundError, ValueError, KeyError):
        return live.resume(json.loads(live.slot.marker.read_text("utf-8")))
    return False


def leave_standing(live: LiveSandbox) -> None:
    """Close the sessions and mark the sandbox as one that is meant to stand."""
    live.close_sessions()
    live.clones.drop_spare()
    live.slot.marker.write_text(json.dumps(live.identity()), "utf-8")
