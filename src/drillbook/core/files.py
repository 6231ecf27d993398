"""Files: written whole or not at all, and shown in messages by the end of their path."""

from __future__ import annotations

import os
from pathlib import Path

from drillbook.core.errors import SetupError
from drillbook.core.locks import hold


def show_path(path: Path) -> str:
    """Return the end of a path, as messages show it."""
    return str(Path(*path.parts[-4:]))


def write_whole(path: Path, text: str) -> None:
    """Replace a file in one step, so that a reader or a crash sees the old one or the new one.

    Raises SetupError where there is no room, or no right to write; what was there is there then.
    """
    half = path.with_name(f".{path.name}.{os.getpid()}.half")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with hold(path.parent, shared=True):
            with half.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
    except OSError as error:
        said = f"this could not be written ({error.strerror}) and is unchanged. Free some space, then run it again."
        raise SetupError(said, show_path(path)) from error
    finally:
        half.unlink(missing_ok=True)


PACKAGE = Path(__file__).parents[1]
"""The folder of the engine's packages."""


def list_sources(*packages: str) -> list[Path]:
    """Return every file of these packages of the engine, sorted by its path below PACKAGE."""
    return sorted(
        path
        for package in packages
        for path in (PACKAGE / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    )
