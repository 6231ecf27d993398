"""Inline metadata as PEP 723 defines it: comments at the top of a file that hold TOML, each problem with its line."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from itertools import takewhile
from typing import Any, NoReturn

from drillbook.core.errors import InputError, Location, Problem, nearest
from drillbook.core.model import Waiver

NAMES_OF_TYPES = {
    str: "a string",
    bool: "true or false",
    int: "a number",
    list: "a list",
    dict: "a table",
    dt.date: "a date such as 2027-05-01",
}


def split_header(source: str, comment: str, shown: str) -> tuple[str, str, int]:
    """Return the header's TOML, the text, and the line on which the text begins."""
    # A line's carriage return is left to lint, which names it; here it must not hide the marks.
    lines = [line.removesuffix("\r") for line in source.split("\n")]
    opening, closing = f"{comment} /// snippet", f"{comment} ///"

    def refuse(line: int, text: str) -> NoReturn:
        raise InputError(Problem(Location(shown, line), text))

    if lines[0] != opening:
        refuse(1, f"the file does not begin with a header. Make `{opening}` its first line.")
    end = 1
    while end < len(lines) and lines[end] != closing:
        if end == len(lines) - 1 and not lines[end]:
            refuse(1, f"the header is never closed. Add a line `{closing}`.")
        if lines[end] != comment and not lines[end].startswith(f"{comment} "):
            refuse(
                end + 1,
                f"the header is not closed above this line. Write `{closing}`, or begin the line with `{comment} `.",
            )
        end += 1
    if end == len(lines):
        refuse(1, f"the header is never closed. Add a line `{closing}`.")
    text = "\n".join(source.split("\n")[end + 1 :])
    if not text.strip():
        refuse(end + 1, "there is no command below the header. Write one.")
    # PEP 723 has the last closing mark of the comment count, and other readers of the format go by it.
    following = takewhile(lambda line: line == comment or line.startswith(f"{comment} "), lines[end + 1 :])
    if closing in following:
        refuse(end + 1, f"the header is closed twice. To begin the text with `{closing}`, put a blank line first.")
    header = "\n".join(line[len(comment) + 1 :] for line in lines[1:end])
    return header, text.removesuffix("\n"), end + 2


def find_key_lines(header: list[str]) -> dict[str, int]:
    """Return the line in the file of each table and key of a header, by its dotted path."""
    found: dict[str, int] = {}
    counts: Counter[str] = Counter()
    prefix = ""
    for line, content in enumerate(header, start=2):
        if match := re.match(r"\s*\[\[\s*([\w.-]+)\s*\]\]", content):
            prefix = f"{match[1]}.{counts[match[1]]}"
            counts[match[1]] += 1
            found.setdefault(match[1], line)
            found[prefix] = line
        elif match := re.match(r"\s*\[\s*([\w.-]+)\s*\]", content):
            prefix = match[1]
            parts = prefix.split(".")
            for end in range(1, len(parts) + 1):
                found.setdefault(".".join(parts[:end]), line)
        elif match := re.match(r"\s*([\w.-]+)\s*=", content):
            found.setdefault(f"{prefix}.{match[1]}".lstrip("."), line)
    return found


def _is_disguised(value: Any, types: tuple[type, ...]) -> bool:
    """In Python a truth value is a number, a time is a date, and there are numbers without a bound."""
    if isinstance(value, float) and not math.isfinite(value):
        return True
    return (isinstance(value, bool) and bool not in types) or isinstance(value, dt.datetime)


class HeaderReader:
    """Reads a header's tables and collects what is wrong with them, each with its line."""

    def __init__(self, shown: str, lines: Mapping[str, int]) -> None:
        self.shown, self.lines = shown, lines
        self.problems: list[Problem] = []

    def report(self, key: str, text: str) -> None:
        """Note a problem on the line of a key, or of what holds it (`skip.owner`: at `[skip]`), or on the first."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        self.problems.append(Problem(Location(self.shown, self.lines.get(key, 1)), text))

    def take(
        self, table: Mapping[str, Any], keys: Mapping[str, tuple[type, ...]], required: set[str], within: str = ""
    ) -> dict[str, Any]:
        """Return the members of the right types; report unknown, missing and wrong ones."""
        good = {}
        for key, value in table.items():
            place = f"{within}{key}"
            if key not in keys:
                self.report(place, f"there is no key '{place}'. {nearest(key, keys)} Fix its name or delete it.")
            elif not isinstance(value, keys[key]) or _is_disguised(value, keys[key]):
                wanted = " or ".join(dict.fromkeys(NAMES_OF_TYPES.get(t, "a number") for t in keys[key]))
                self.report(place, f"'{place}' is {value!r}. Write {wanted}.")
            else:
                good[key] = value
        for key in sorted(required - table.keys()):
            name = within.removesuffix(".")
            self.report(name or key, f"'{within}{key}' is missing{f' in {name}' if name else ''}. Add it.")
        return good

    def choose(self, key: str, value: Any, known: type[StrEnum], default: Any) -> Any:
        """Return a member of a closed set."""
        try:
            return known(value)
        except ValueError:
            self.report(key, f"'{key}' is '{value}'. {nearest(str(value), known)} Write one of them.")
            return default

    def strings(self, key: str, values: list[Any]) -> tuple[str, ...]:
        """Return a list of strings."""
        if not all(isinstance(value, str) for value in values):
            self.report(key, f"'{key}' is {values!r}. Write a list of strings.")
        return tuple(map(str, values))

    def name_or_waiver(self, key: str, value: str | dict[str, Any] | None) -> str | Waiver | None:
        """Return a name, or the reason in `{ none = "why" }`; None where there is neither."""
        if not isinstance(value, dict):
            return value
        reason = self.take(value, {"none": (str,)}, {"none"}, f"{key}.").get("none")
        if reason is not None and not reason.strip():
            self.report(key, f"'{key}' has no reason. Say why there is none.")
        return None if reason is None else Waiver(reason=reason)
