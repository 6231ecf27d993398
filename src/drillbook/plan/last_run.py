"""When each snippet and each test in a sandbox was last run, and how long it took: a file that can be committed.

`./run tests --all` writes it; the plan of a run, its expected minutes, and shares of equal length are made from it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from drillbook.core.errors import InputError, Location, Problem
from drillbook.core.files import write_whole

PATH = Path(".ci/last-run.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The last run of one item: its day, and the seconds of one worker that it took."""

    date: dt.date
    seconds: float


def read_last_run(root: Path) -> dict[str, Run]:
    """Return the last run of each item by its node id; empty where nothing is recorded."""
    try:
        entries = json.loads((root / PATH).read_text("utf-8"))
        return {
            name: Run(date=dt.date.fromisoformat(entry["date"]), seconds=float(entry["seconds"]))
            for name, entry in entries.items()
        }
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        text = f"this is not what `./run tests --all` writes ({error}). Delete the file, or restore it from git."
        raise InputError(Problem(Location(PATH.as_posix()), text)) from error


def write_last_run(root: Path, runs: Mapping[str, Run]) -> None:
    """Write the file anew, one line an item, so that a reviewer and a merge see items."""
    lines = [
        f"  {json.dumps(name, ensure_ascii=False)}: "
        + json.dumps({"date": run.date.isoformat(), "seconds": round(run.seconds, 1)})
        for name, run in sorted(runs.items())
    ]
    write_whole(root / PATH, "{\n" + ",\n".join(lines) + "\n}\n")
