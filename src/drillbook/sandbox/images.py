"""Builds the images of many systems beside what needs none: `python -m drillbook.sandbox.images FOLDER [SYSTEM ...]`.

First the machine gets what it must have; then `ready` is printed and standard output ends, and whoever started this
goes on. Each system is built by a process of its own, two at a time: one takes the slowest that is left, the other the
quickest, so that tests in sandboxes begin early. FOLDER says what has ended (`drillbook.sandbox.builds`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from drillbook.core.errors import DrillbookError
from drillbook.core.interrupts import end_on_signals, hold_interrupts
from drillbook.core.locks import hold
from drillbook.core.pulse import clock, say
from drillbook.project.project import Project, find_root, load_project, sandbox_variables
from drillbook.project.sandbox_model import Sandbox
from drillbook.sandbox import machine
from drillbook.sandbox.builds import announce, has_ended, note_end
from drillbook.sandbox.volumes import CACHE_LOCK, is_prepared, machine_lock, prepare

LANES = 2
"""Builds at a time: two cores are busy with that."""
IMAGE, MODULE = 20.0, 1.0
"""Seconds that an image takes, and a line of a Go module's sums, when nothing is cached."""
READY = "ready"
KILLED = "the process that built its images was killed"
INTERRUPTED = 130


def estimate_seconds(sandbox: Sandbox) -> float:
    """Return about how long a sandbox's images take from nothing: what is compiled takes longest."""
    images = len(sandbox.hosts) + sum(len(host.images) for host in sandbox.hosts.values())
    sums = [path for folder in (sandbox.folder, *sandbox.shares) for path in folder.rglob("go.sum")]
    return images * IMAGE + sum(len(path.read_bytes().splitlines()) for path in sums) * MODULE


def order(sandboxes: Mapping[str, Sandbox], systems: Sequence[str]) -> tuple[str, ...]:
    """Return the systems that have a sandbox, the slowest to build first."""
    known = [system for system in dict.fromkeys(systems) if system in sandboxes]
    return tuple(sorted(known, key=lambda system: -estimate_seconds(sandboxes[system])))


def build_one(project: Project, system: str) -> None:
    """Build the images of one system, unless they are there."""
    sandbox = project.sandboxes[system]
    # No environment's name is in an image; Compose wants a value for each variable all the same.
    variables = sandbox_variables(project, sandbox, next(iter(project.environments)))
    if is_prepared(sandbox):
        return
    began = time.monotonic()
    # Nothing may be pruned while it is made.
    with machine_lock(CACHE_LOCK, shared=True):
        prepare(sandbox, variables)
    say(f"the images of {system}'s sandbox are there ({clock(time.monotonic() - began)})")


def build_all(root: Path, folder: Path, systems: Sequence[str], lanes: int = LANES) -> int:
    """Build the images of systems side by side, these in the order of their time; return the exit code."""
    waiting = deque(systems)
    running: dict[str, tuple[subprocess.Popen[bytes], bool]] = {}
    parent, failed = os.getppid(), False
    try:
        while waiting or running:
            while waiting and len(running) < lanes:
                # One lane takes the slowest, the other the quickest.
                slow = not any(kind for _, kind in running.values())
                system = waiting.popleft() if slow else waiting.pop()
                running[system] = start_build(root, folder, system), slow
            for system, (process, _) in list(running.items()):
                if process.poll() is None:
                    continue
                del running[system]
                if not has_ended(folder, system):
                    note_end(folder, system, KILLED if process.returncode else "")
                failed = failed or process.returncode != 0
            if os.getppid() != parent:
                raise KeyboardInterrupt  # whoever wanted the images is dead
            time.sleep(0.1)
    except KeyboardInterrupt:
        with hold_interrupts():
            for process, _ in running.values():
                process.terminate()
            for process, _ in running.values():
                process.wait()
        return INTERRUPTED
    return int(failed)


def start_build(root: Path, folder: Path, system: str) -> subprocess.Popen[bytes]:
    """Start a process that builds one system's images."""
    command = [sys.executable, "-m", "drillbook.sandbox.images", str(folder), "--root", str(root), "--only", system]
    # In a session of its own: a signal is handed on, once.
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)


def build_and_note(root: Path, folder: Path, system: str) -> int:
    """Build one system's images, and note in the folder how that ended."""
    try:
        build_one(load_project(root), system)
    except DrillbookError as error:
        note_end(folder, system, str(error))
        say(f"the images of {system}'s sandbox could not be built; what needs them is errored")
        return 1
    note_end(folder, system, "")
    return 0


def build_wanted(root: Path, folder: Path, systems: Sequence[str] | None) -> int:
    """Set the machine up, say so, build what is wanted; without systems, what the project has."""
    with hold(folder):
        if status := machine.main():
            return status
        sandboxes = load_project(root).sandboxes
        ordered = order(sandboxes, list(sandboxes) if systems is None else systems)
        announce(folder, ordered)
        print(READY, flush=True)  # noqa: T201  # what started this waits for it
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        return build_all(root, folder, ordered)


def main(argv: Sequence[str] | None = None) -> int:
    """Build images; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m drillbook.sandbox.images", description="Build the images of systems."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("systems", nargs="*", metavar="SYSTEM")
    parser.add_argument("--root", type=Path, default=None)
    parser.add_argument("--plan", type=Path, help="a plan of the gate, which names the systems")
    parser.add_argument("--only", metavar="SYSTEM", help="build this one, and nothing beside it")
    arguments = parser.parse_args(argv)
    root = (arguments.root or find_root(Path.cwd())).resolve()
    systems = json.loads(arguments.plan.read_text("utf-8"))["systems"] if arguments.plan else arguments.systems or None
    end_on_signals()
    try:
        if arguments.only:
            return build_and_note(root, arguments.folder, arguments.only)
        return build_wanted(root, arguments.folder, systems)
    except DrillbookError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
