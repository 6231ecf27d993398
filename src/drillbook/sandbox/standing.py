"""What a sandbox that was left standing is known by, in a file beside its lock."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

OLDEST = 4 * 3600.0
"""Seconds after which a standing sandbox is made anew: its state was laid relative to now, and sessions run out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a sandbox that stands was made of, and when."""

    definition: str
    variables: Mapping[str, str]
    number: int
    """Which set of clones is in use."""
    versions: Mapping[str, str]
    laid_out: float
    """When its state was laid out, in seconds since the epoch."""

    @property
    def is_too_old(self) -> bool:
        """Tell whether the state was laid out too long ago to be the known one."""
        return not 0 <= time.time() - self.laid_out < OLDEST

    def write(self, path: Path) -> None:
        """Write it to a file."""
        path.write_text(json.dumps(asdict(self)), "utf-8")


def read_standing(path: Path) -> Standing | None:
    """Read what was written; None if there is nothing, or less than is needed."""
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
        value = json.loads(path.read_text("utf-8"))
        return Standing(**{field.name: value[field.name] for field in fields(Standing)})
    return None
