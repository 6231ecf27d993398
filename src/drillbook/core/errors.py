"""Every error that a reader sees: where it is, what is wrong, what was expected, how to mend it.

    DrillbookError              ends a command with exit code 2
    ├── InputError              a file, a name or an option is wrong: whoever wrote it can fix it
    └── SetupError              what Drillbook stands on is missing or broken: a snippet is errored, never failed
        ├── EngineError         Docker or Compose is missing, does not answer, or refuses a command
        ├── SealError           a way leads out of a sandbox              (sandbox.seal)
        ├── SessionLost         a host's agent died or does not answer    (sandbox.session)
        └── AgentError          a host's agent cannot do what it is asked (sandbox.session)

`UnknownNameError` never reaches a reader: whoever catches it knows the place, and raises an InputError.
"""

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
    """What all errors have in common: they carry all the problems that were found, not just the first."""

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class InputError(DrillbookError):
    """A file, a name or an option is wrong."""


class SetupError(DrillbookError):
    """What Drillbook stands on is missing or broken: a full disk, a sandbox that does not come up."""

    def __init__(self, text: str, where: str = "drillbook") -> None:
        super().__init__(Problem(Location(where), text))


class EngineError(SetupError):
    """Docker or Compose is missing, does not answer, or refuses a command."""


class UnknownNameError(Exception):
    """A text asks for a value that the environment does not have, or not as one value."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant, or list what there is."""
    known = sorted(map(str, known))
    if match := find_nearest(name, known):
        return f"Did you mean '{match}'?"
    return f"Known: {', '.join(known)}." if known else "None is defined."


def find_nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant, if any is near enough."""
    # In YAML a name may have come out as a number.
    return next(iter(difflib.get_close_matches(str(name), sorted(map(str, known)), n=1)), None)
