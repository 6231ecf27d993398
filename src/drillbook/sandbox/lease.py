"""Who owns which sandbox: a name and a lock for each, so that a dead owner's leavings are found and nobody else's.

A sandbox is a Compose project `drillbook-CHECKOUT-SYSTEM-ENVIRONMENT-N`. Its owner holds a lock on a file of that
name; the kernel lets go of it when the owner dies, however it dies. A sandbox that `sandbox up` left standing has a
marker beside the lock.
"""

from __future__ import annotations

import fcntl
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from drillbook.core.errors import SetupError
from drillbook.core.model import sha256
from drillbook.sandbox.docker import list_projects, remove_project
from drillbook.sandbox.owners import disown, own

MOST_SANDBOXES = 16


def state_folder(root: Path) -> Path:
    """Return the folder of locks and markers, made if need be."""
    folder = root / ".drillbook" / "sandboxes"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def checkout_prefix(root: Path) -> str:
    """Return how the names of this checkout's Compose projects begin."""
    return f"drillbook-{sha256(str(root.resolve()))[:8]}-"


def lock_path(root: Path, name: str) -> Path:
    """Return the file whose lock the owner of a sandbox holds."""
    return root / ".drillbook" / "sandboxes" / f"{name}.lock"


def marker_path(root: Path, name: str) -> Path:
    """Return the file that says that a sandbox is meant to stand."""
    return root / ".drillbook" / "sandboxes" / f"{name}.standing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A Compose project's name and the lock that makes it ours until we close it or die."""

    name: str
    root: Path
    lock: IO[str]
    owner: IO[str]
    """The file that makes it known as ours in other checkouts."""

    @property
    def marker(self) -> Path:
        """The file that says that the sandbox is meant to stand."""
        return marker_path(self.root, self.name)

    def release(self, *, gone: bool = False) -> None:
        """Let go of the locks; `gone`: nothing of the sandbox is left."""
        if gone:
            disown(self.name, self.owner)
        self.owner.close()
        self.lock.close()


def try_lease(root: Path, name: str) -> Lease | None:
    """Take the lock of one name, or return None when somebody alive holds it."""
    state_folder(root)
    lock = lock_path(root, name).open("a", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    owner = own(name, root)
    if owner is None:
        lock.close()
        return None
    return Lease(name=name, root=root, lock=lock, owner=owner)


def take_lease(root: Path, system: str, environment: str) -> Lease:
    """Take the first free name; number 0 is the one that `sandbox up` leaves standing."""
    for number in range(MOST_SANDBOXES):
        if lease := try_lease(root, f"{checkout_prefix(root)}{system}-{environment}-{number}"):
            return lease
    raise SetupError(
        f"{MOST_SANDBOXES} sandboxes of {system} in {environment} are in use in this checkout. Wait for one to end."
    )


def sweep_sandboxes(root: Path) -> list[str]:
    """Remove what dead owners of this checkout left behind, and nothing else; return the projects' names."""
    swept = []
    for name in sorted(list_projects(checkout_prefix(root))):
        if lease := try_lease(root, name):
            gone = False
            try:
                if not lease.marker.exists():
                    remove_project(name)
                    gone = True
                    swept.append(name)
            finally:
                lease.release(gone=gone)
    return swept
