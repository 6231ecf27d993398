"""Who owns which Compose project on this machine, in whatever checkout: a file of its name, locked by its owner.

It holds the checkout's path, and outlives it: what a killed run left is known although its folder is gone. The kernel
lets go of the lock when the owner dies, however it dies. What has no file here is nobody's to judge, and left alone.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def owners_folder() -> Path:
    """Return the folder of these files, made if need be."""
    folder = Path.home() / ".cache" / "drillbook" / "owners"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def own(project: str, root: Path | None, *, wait: bool = False) -> IO[str] | None:
    """Take a project; return its file, which has to be kept open, or None when somebody alive has it."""
    path = owners_folder() / project
    while (file := _lock(path, "a+", wait=wait)) is not None:
        if _is_there(path, file):
            file.truncate(0)
            file.write(str(root.resolve()) if root else "")
            file.flush()
            return file
        file.close()  # whoever had it has removed it
    return None


def claim(project: str) -> tuple[IO[str], Path | None] | None:
    """Take a project whose owner is dead; return its file and the owner's checkout."""
    path = owners_folder() / project
    try:
        file = _lock(path, "r", wait=False)
    except FileNotFoundError:
        return None
    if file is None:
        return None
    if not _is_there(path, file):
        file.close()
        return None
    root = file.read()
    return file, Path(root) if root else None


def disown(project: str, file: IO[str]) -> None:
    """Let go of a project of which nothing is left."""
    (owners_folder() / project).unlink(missing_ok=True)
    file.close()


def list_owned() -> list[str]:
    """Return the projects that have, or had, an owner."""
    return sorted(path.name for path in owners_folder().iterdir())


@contextmanager
def owning(project: str) -> Iterator[None]:
    """Own a project that belongs to no checkout; it has to be gone at the end of the block, unless that fails."""
    file = own(project, None, wait=True)
    assert file is not None
    try:
        yield
    except BaseException:
        file.close()
        raise
    disown(project, file)


def _lock(path: Path, mode: str, *, wait: bool) -> IO[str] | None:
    file: IO[str] = path.open(mode, encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        file.close()
        return None
    return file


def _is_there(path: Path, file: IO[str]) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
