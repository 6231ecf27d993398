"""What a chat's commands leave behind: lists of records in one JSON file, such as tickets and alerts.

A command adds a record (`add`, `fields`), changes the newest that fits (`change`, `where`, `fields`), or takes it away
(`remove`, `where`); `reply` says what was done, `otherwise` what is said where no record fits. Texts name blanks and
the record's fields in braces; `{number}` counts the records of a list, `{now}` is the time, `{today}` the day,
`{sender}` who typed, `{since_opened}` the minutes since the time in the record's field `opened`, and so for each field.

`run` is a command that is run first, each of its words a text: what has to happen beside the record. Where it fails,
nothing is recorded, and the last line that it wrote on standard error is the answer.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from grammar import RefusedError

Record = dict[str, str]


class Records:
    """The lists in one file; nothing else writes it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def apply(self, effect: Mapping[str, Any], known: Mapping[str, str]) -> str:
        """Do what a command says and return the reply. Raises RefusedError, and changes nothing, where none fits."""
        lists: dict[str, list[Record]] = json.loads(self._path.read_text("utf-8"))
        name = effect.get("add") or effect.get("change") or effect["remove"]
        records = lists.setdefault(name, [])
        now = datetime.now(UTC)
        known = {**known, "now": now.isoformat(timespec="seconds").replace("+00:00", "Z"), "today": f"{now:%Y-%m-%d}"}
        if "add" in effect:
            last = max((int(record["number"]) for record in records), default=0)
            known["number"] = str(max(last, int(effect.get("after", 0))) + 1)
            record = {"number": known["number"]} | fill(effect["fields"], known)
            records.append(record)
        else:
            wanted = fill(effect.get("where", {}), known)
            fitting = [record for record in records if wanted.items() <= record.items()]
            if not fitting:
                raise RefusedError(effect["otherwise"].format(**known))
            record = fitting[-1]
            known = {**tell_minutes(record, now), **record, **known}
            if "remove" in effect:
                records.remove(record)
            else:
                record |= fill(effect["fields"], known)
        known = {**known, **record}
        if "run" in effect:
            run([word.format(**known) for word in effect["run"]])
        self._write(lists)
        return str(effect["reply"]).format(**known)

    def _write(self, lists: Mapping[str, list[Record]]) -> None:
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(lists, indent=1) + "\n", "utf-8")
        os.replace(new, self._path)


def fill(texts: Mapping[str, str], known: Mapping[str, str]) -> Record:
    """Return the texts with what is known in their braces."""
    return {key: text.format(**known) for key, text in texts.items()}


def tell_minutes(record: Record, now: datetime) -> Record:
    """Return how many minutes have passed since each time in a record."""
    found = {}
    for key, text in record.items():
        with contextlib.suppress(ValueError):
            if text.endswith("Z"):
                found[f"since_{key}"] = str(int((now - datetime.fromisoformat(text)).total_seconds() // 60))
    return found


def run(command: list[str]) -> None:
    """Run what has to happen beside a record. Raises RefusedError where it fails."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.SubprocessError) as problem:
        said = str(getattr(problem, "stderr", "") or problem).strip().splitlines()
        raise RefusedError(said[-1] if said else str(problem)) from problem
