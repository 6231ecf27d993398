"""A snippet's file: an inline metadata block as PEP 723 defines it, of type `snippet`, and below it the text."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from drillbook.errors import DrillbookError, Location, Problem, nearest
from drillbook.model import (
    Allowance,
    Channel,
    Columns,
    Contains,
    Equals,
    Expectation,
    Input,
    JsonSchema,
    JsonSubset,
    Kind,
    Lacks,
    Lines,
    Matches,
    Number,
    Risk,
    Rule,
    Skip,
    Snippet,
    sha256,
)

COMMENTS = {".sh": "#", ".sql": "--", ".promql": "#", ".chat": "#"}
RULES = ("equals", "contains", "lacks", "matches", "json", "json_schema", "lines", "columns", "number")
NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
NUMBER = (int, float)
KEYS: dict[str, tuple[type, ...]] = {
    "title": (str,),
    "host": (str,),
    "directory": (str,),
    "kind": (str,),
    "risk": (str,),
    "changes": (list,),
    "undo": (str, dict),
    "requires": (list,),
    "timeout": NUMBER,
    "status": (list,),
    "control": (str, dict),
    "silent": (str,),
    "inputs": (dict,),
    "allow": (list,),
    "stream": (dict,),
    "skip": (dict,),
    "expect": (list,),
}
NAMES_OF_TYPES = {
    str: "a string",
    int: "a number",
    list: "a list",
    dict: "a table",
    dt.date: "a date such as 2027-05-01",
}


def parse_snippet(path: Path, root: Path) -> Snippet:
    """Read a snippet's file; `root` is the project's. Raises DrillbookError with all that is wrong."""
    shown = path.relative_to(root).as_posix()
    data = path.read_bytes()
    try:
        source = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        text = f"byte {data[error.start]:#04x} is no UTF-8; UTF-8 was expected; save the file as UTF-8"
        raise DrillbookError(Problem(Location(shown, line), text)) from error
    comment = COMMENTS[path.suffix]
    header, text, text_line = _split(source, comment, shown)
    try:
        table = tomllib.loads(header)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(found[1]) + 1 if found else 1
        message = (
            f"the header is no TOML: {error}; TOML behind `{comment} ` was expected; see the handbook's snippet page"
        )
        raise DrillbookError(Problem(Location(shown, line), message)) from error
    reader = _Reader(shown, header.split("\n"))
    snippet_id = path.relative_to(root / "snippets").with_suffix("").as_posix()
    snippet = reader.read(table, snippet_id, text, text_line, sha256(data))
    if reader.problems or snippet is None:
        raise DrillbookError(reader.problems)
    return snippet


def _split(source: str, comment: str, shown: str) -> tuple[str, str, int]:
    """Return the header's TOML, the text, and the line on which the text begins."""
    lines = source.split("\n")
    opening, closing = f"{comment} /// snippet", f"{comment} ///"
    if lines[0].rstrip("\r") != opening:
        text = f"the file does not begin with a header; `{opening}` was expected as its first line; add one"
        raise DrillbookError(Problem(Location(shown, 1), text))
    header: list[str] = []
    for number, line in enumerate(lines[1:], start=2):
        if line == closing:
            text = "\n".join(lines[number:])
            if number == len(lines) or not text.strip():
                problem = "there is no command below the header; one was expected; write it"
                raise DrillbookError(Problem(Location(shown, number), problem))
            return "\n".join(header), text.removesuffix("\n"), number + 1
        if line != comment and not line.startswith(f"{comment} "):
            text = f"the header is not closed above; `{closing}` was expected; close it, or begin with `{comment} `"
            raise DrillbookError(Problem(Location(shown, number), text))
        header.append(line[len(comment) + 1 :])
    raise DrillbookError(
        Problem(Location(shown, 1), f"the header is never closed; a line `{closing}` was expected; add it")
    )


class _Reader:
    """Turns the header's table into a snippet and collects what is wrong with it, each with its line."""

    def __init__(self, shown: str, header: list[str]) -> None:
        self.shown, self.header = shown, header
        self.problems: list[Problem] = []

    def report(self, key: str, text: str) -> None:
        """Note a problem on the line of a key (`skip.owner`: below `[skip]`), or on the first line."""
        line, start = 1, 0
        for part in key.split("."):
            pattern = re.compile(rf"\s*(\[+\s*(\w+\.)*)?{re.escape(part)}\s*(=|\]|\.)")
            line = next((n + 2 for n in range(start, len(self.header)) if pattern.match(self.header[n])), line)
            start = max(line - 2, 0)
        self.problems.append(Problem(Location(self.shown, line), text))

    def take(
        self, table: Mapping[str, Any], keys: Mapping[str, tuple[type, ...]], required: set[str], within: str = ""
    ) -> dict[str, Any]:
        """Return the members of the right types; report unknown, missing and wrong ones."""
        good = {}
        for key, value in table.items():
            place = f"{within}{key}"
            if key not in keys:
                self.report(place, f"there is no key '{place}'; {nearest(key, keys)}; mend its name or take it out")
            elif not isinstance(value, keys[key]) or (isinstance(value, bool) and bool not in keys[key]):
                wanted = " or ".join(dict.fromkeys(NAMES_OF_TYPES.get(t, "a number") for t in keys[key]))
                self.report(place, f"'{place}' is {value!r}; {wanted} was expected; write one")
            else:
                good[key] = value
        for key in sorted(required - table.keys()):
            name = within.removesuffix(".")
            self.report(name or key, f"'{within}{key}' is missing; it is needed{f' in {name}' if name else ''}; add it")
        return good

    def choose(self, key: str, value: Any, known: type[Kind] | type[Risk] | type[Channel], default: Any) -> Any:
        """Return a member of a closed set."""
        try:
            return known(value)
        except ValueError:
            self.report(key, f"'{key}' is '{value}'; {nearest(str(value), known)}; write one of them")
            return default

    def strings(self, key: str, values: list[Any]) -> tuple[str, ...]:
        """Return a list of strings."""
        if not all(isinstance(value, str) for value in values):
            self.report(key, f"'{key}' is {values!r}; a list of strings was expected; write one")
        return tuple(map(str, values))

    def reason(self, key: str, value: Any) -> str | None:
        """Return the reason in `{ none = "why" }`."""
        reason = self.take(value, {"none": (str,)}, {"none"}, f"{key}.").get("none")
        if reason is not None and not reason.strip():
            self.report(key, f"'{key}' gives no reason; say why there is none")
        return reason

    def read(self, table: dict[str, Any], snippet_id: str, text: str, text_line: int, digest: str) -> Snippet | None:
        """Return the snippet, or None when too much is wrong to make one."""
        good = self.take(table, KEYS, {"title", "host", "kind", "risk"})
        if not all(NAME.fullmatch(part) for part in snippet_id.split("/")) or "/" not in snippet_id:
            self.report("title", f"'{snippet_id}' is no id; small letters, digits and - were expected; rename the file")
        risk = self.choose("risk", good.get("risk", "read-only"), Risk, Risk.READ_ONLY)
        undo, control = good.get("undo"), good.get("control")
        skip = self.skip(good["skip"]) if "skip" in good else None
        snippet = Snippet(
            id=snippet_id,
            system=snippet_id.split("/", maxsplit=1)[0],
            path=self.shown,
            text=text,
            text_line=text_line,
            file_sha256=digest,
            title=good.get("title", ""),
            host=good.get("host", ""),
            directory=good.get("directory"),
            kind=self.choose("kind", good.get("kind", "shell"), Kind, Kind.SHELL),
            risk=risk,
            changes=self.strings("changes", good.get("changes", [])),
            undo=undo if isinstance(undo, str) else None,
            no_undo=self.reason("undo", undo) if isinstance(undo, dict) else None,
            requires=self.strings("requires", good.get("requires", [])),
            inputs=tuple(self.input(name, value) for name, value in good.get("inputs", {}).items()),
            timeout=float(good.get("timeout", 30.0)),
            statuses=self.statuses("status", good.get("status", [0])),
            allow=tuple(self.allowance(value, text) for value in good.get("allow", [])),
            expectations=tuple(e for value in good.get("expect", []) if (e := self.expectation(value))),
            silent=good.get("silent"),
            control=control if isinstance(control, str) else None,
            no_control=self.reason("control", control) if isinstance(control, dict) else None,
            stream_within=self.stream(good["stream"]) if "stream" in good else None,
            skip=skip,
        )
        self.check(snippet)
        return snippet

    def check(self, snippet: Snippet) -> None:
        """Report what does not go together."""
        read_only = snippet.risk is Risk.READ_ONLY
        if read_only and snippet.changes:
            self.report("changes", "a read-only snippet changes nothing; take `changes` out, or mend the risk")
        if not read_only and not snippet.changes and not snippet.skip:
            self.report("risk", f"'{snippet.risk}' says nothing of what it changes; add changes = [names of probes]")
        if not read_only and snippet.undo is None and snippet.no_undo is None:
            self.report("risk", 'it has no undo; add undo = "system/snippet", or undo = { none = "why there is none" }')
        if read_only and not snippet.skip and snippet.control is None and snippet.no_control is None:
            self.report("risk", 'it has no control; add control = "name", or control = { none = "why" }')
        if not snippet.expectations and not (snippet.silent or "").strip() and not snippet.skip:
            self.report("title", 'it expects nothing of its output; add an [[expect]], or silent = "why"')
        if snippet.stream_within is not None and not snippet.expectations:
            self.report("stream", "a stream must show something; add an [[expect]]")
        if snippet.timeout <= 0:
            self.report("timeout", f"the time limit is {snippet.timeout}; seconds above 0 were expected")

    def statuses(self, key: str, values: list[Any]) -> tuple[int, ...]:
        """Return exit statuses."""
        if not values or not all(isinstance(v, int) and 0 <= v <= 255 for v in values):
            self.report(key, f"'{key}' is {values!r}; a list of numbers from 0 to 255 was expected")
            return (0,)
        return tuple(values)

    def input(self, name: str, value: Any) -> Input:
        """Return an input."""
        if not VARIABLE.fullmatch(name):
            self.report(f"inputs.{name}", f"'{name}' is no name for an input; capitals, digits and _ were expected")
        keys: dict[str, tuple[type, ...]] = {"meaning": (str,), "sandbox": (str,)}
        good = self.take(value, keys, set(keys), f"inputs.{name}.") if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self.report(f"inputs.{name}", f"input {name} is {value!r}; a table with meaning and sandbox was expected")
        return Input(name=name, meaning=good.get("meaning", ""), sandbox=good.get("sandbox", ""))

    def allowance(self, value: Any, text: str) -> Allowance:
        """Return an allowed status."""
        keys: dict[str, tuple[type, ...]] = {"line": (int,), "status": (list,), "reason": (str,)}
        good = self.take(value, keys, set(keys), "allow.") if isinstance(value, dict) else {}
        line = good.get("line", 1)
        if not 1 <= line <= text.count("\n") + 1:
            self.report("allow.line", f"the text has no line {line}; 1 to {text.count(chr(10)) + 1} was expected")
        return Allowance(
            line=line, statuses=self.statuses("status", good.get("status", [1])), reason=good.get("reason", "")
        )

    def stream(self, value: Any) -> float | None:
        """Return the seconds in which a stream must show what is expected."""
        within = self.take(value, {"within": NUMBER}, {"within"}, "stream.").get("within")
        return None if within is None else float(within)

    def skip(self, value: Any) -> Skip:
        """Return why and until when it is not run."""
        keys: dict[str, tuple[type, ...]] = {"reason": (str,), "owner": (str,), "expires": (dt.date,)}
        good = self.take(value, keys, set(keys), "skip.")
        for key in ("reason", "owner"):
            if key in good and not good[key].strip():
                self.report(f"skip.{key}", f"'skip.{key}' is empty; say it")
        return Skip(
            reason=good.get("reason", ""), owner=good.get("owner", ""), expires=good.get("expires", dt.date.min)
        )

    def expectation(self, value: Any) -> Expectation | None:
        """Return one expectation."""
        if not isinstance(value, dict):
            self.report("expect", f"'expect' holds {value!r}; [[expect]] tables were expected")
            return None
        names = [key for key in value if key in RULES]
        types: dict[str, tuple[type, ...]] = {
            "of": (str,),
            **dict.fromkeys(("equals", "contains", "lacks", "matches"), (str,)),
            "json": (dict, list, str, int, float, bool),
            **dict.fromkeys(("json_schema", "lines", "number"), (dict,)),
            "columns": (list,),
        }
        good = self.take(value, types, set(), "expect.")
        if len(names) != 1:
            said = " and ".join(names) or "none"
            self.report("expect", f"an expectation has one rule; found {said}; write exactly one of {', '.join(RULES)}")
            return None
        if names[0] not in good:
            return None
        channel = self.choose("of", good.get("of", "stdout"), Channel, Channel.STDOUT)
        rule = self.rule(names[0], good[names[0]])
        return Expectation(channel=channel, rule=rule) if rule else None

    def rule(self, name: str, value: Any) -> Rule | None:  # noqa: PLR0911  # one return a rule
        """Return the rule of an expectation."""
        match name:
            case "equals":
                return Equals(text=value)
            case "contains":
                return Contains(text=value)
            case "lacks":
                return Lacks(text=value)
            case "matches":
                return Matches(pattern=value) if self.compiles(name, value) else None
            case "json":
                return JsonSubset(value=value)
            case "json_schema":
                return JsonSchema(schema=value)
            case "lines":
                good = self.take(value, {"min": (int,), "max": (int,)}, set(), "lines.")
                if not good:
                    self.report("lines", "'lines' has no bound; min, max or both were expected")
                return Lines(minimum=good.get("min"), maximum=good.get("max"))
            case "columns":
                return Columns(names=self.strings("columns", value))
            case _:
                keys: dict[str, tuple[type, ...]] = {"pattern": (str,), "min": (*NUMBER, str), "max": (*NUMBER, str)}
                good = self.take(value, keys, {"pattern"}, "number.")
                if "pattern" not in good or not self.compiles("number", good["pattern"], groups=1):
                    return None
                return Number(pattern=good["pattern"], minimum=good.get("min"), maximum=good.get("max"))

    def compiles(self, key: str, pattern: str, groups: int = 0) -> bool:
        """Report a pattern that is none, or has no group."""
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            self.report(key, f"'{pattern}' is no regular expression: {error}; mend it")
            return False
        if compiled.groups < groups:
            self.report(key, f"'{pattern}' has no group; the number was expected in ( ); add them")
            return False
        return True
