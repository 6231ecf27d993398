"""Every error that a reader sees: where it is, what is wrong, what was expected, how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file; `path` is relative to the project, `line` counts from 1, 0 is the whole file."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong at one place."""

    location: Location
    text: str

    def __str__(self) -> str:
        return f"{self.location}: {self.text}"


class DrillbookError(Exception):
    """Bad input or set-up (exit code 2); carries all the problems that were found, not just the first."""

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class SetupError(DrillbookError):
    """What Drillbook stands on is missing or broken: no Docker Engine, a sandbox that does not come up."""

    def __init__(self, text: str, where: str = "drillbook") -> None:
        super().__init__(Problem(Location(where), text))


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant, or list what there is."""
    known = sorted(known)
    match = difflib.get_close_matches(name, known, n=1)
    if match:
        return f"Did you mean '{match[0]}'?"
    return f"Known: {', '.join(known)}." if known else "None is defined."
