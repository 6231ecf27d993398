"""What a chat's commands leave behind: lists of records in one JSON file, such as tickets and alerts.

A command adds a record (`add`, `fields`), changes the newest that fits (`change`, `where`, `fields`), or takes it away
(`remove`, `where`); `reply` says what was done, `otherwise` what is said where no record fits. Texts name blanks and
the record's fields in braces; `{number}` counts the records of a list, `{now}` is the time, `{sender}` who typed.
"""

from __future__ import annotations

import json
import os
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
        known = {**known, "now": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")}
        if "add" in effect:
            last = max((int(record["number"]) for record in records), default=0)
            known["number"] = str(max(last, int(effect.get("after", 0))) + 1)
            record = {"number": known["number"]} | {key: text.format(**known) for key, text in effect["fields"].items()}
            records.append(record)
        else:
            wanted = {key: text.format(**known) for key, text in effect.get("where", {}).items()}
            fitting = [record for record in records if wanted.items() <= record.items()]
            if not fitting:
                raise RefusedError(effect["otherwise"].format(**known))
            record = fitting[-1]
            if "remove" in effect:
                records.remove(record)
            else:
                record |= {key: text.format(**known) for key, text in effect["fields"].items()}
        self._write(lists)
        return str(effect["reply"]).format(**{**known, **record})

    def _write(self, lists: Mapping[str, list[Record]]) -> None:
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(lists, indent=1) + "\n", "utf-8")
        os.replace(new, self._path)
