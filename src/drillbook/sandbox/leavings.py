"""Takes away what killed runs left in Docker, in whatever checkout, and says so; never what has a living owner."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import IO

from drillbook.core.errors import EngineError
from drillbook.core.locks import is_held
from drillbook.core.pulse import say
from drillbook.sandbox.docker import Removed, remove_project
from drillbook.sandbox.lease import lock_path, marker_path
from drillbook.sandbox.owners import claim, disown, list_owned
from drillbook.sandbox.volumes import PREPARE, drop_half_filled

SWEPT = "DRILLBOOK_SWEPT"
"""The variable that a run sets for what it starts: the outermost one sweeps the machine, the others their checkout."""


def sweep_leavings(root: Path) -> Removed:
    """Remove what dead owners left, and say in one line what that was: of the whole machine, or, inside a run, here."""
    only = root.resolve() if os.environ.get(SWEPT) else None
    removed = Removed()
    with suppress(EngineError):  # without an engine there is nothing to be removed
        for project in list_owned():
            if claimed := claim(project):
                removed += _sweep_project(project, *claimed, only)
    if removed:
        say(f"removed what a killed run left: {removed}")
    return removed


def _sweep_project(project: str, file: IO[str], root: Path | None, only: Path | None) -> Removed:
    try:
        if only not in (None, root) or (root and _is_wanted(root, project)):
            return Removed()
        removed = remove_project(project)
        if project.startswith(PREPARE):
            drop_half_filled(project)
        disown(project, file)
        return removed
    finally:
        file.close()


def _is_wanted(root: Path, project: str) -> bool:
    """Tell whether a sandbox is meant to stand; without its checkout nobody could use it."""
    return marker_path(root, project).exists() or is_held(lock_path(root, project))
