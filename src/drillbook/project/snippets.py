"""A snippet's file: an inline metadata block as PEP 723 defines it, of type `snippet`, and below it the text."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Any

from drillbook.core.errors import InputError, Location, Problem, nearest
from drillbook.core.index import Read
from drillbook.core.model import Alias, Allowance, Input, Kind, Risk, Skip, Snippet, sha256
from drillbook.core.rules import Lacks
from drillbook.project.headers import find_key_lines, split_header
from drillbook.project.rule_headers import NUMBER, RuleReader

COMMENTS = {".sh": "#", ".sql": "--", ".promql": "#", ".chat": "#"}
KINDS = {".sh": Kind.SHELL, ".sql": Kind.SQL, ".promql": Kind.PROMQL, ".chat": Kind.CHAT}
NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_ALIAS = re.compile(r"^\s*alias\s+([\w.-]+)=", re.MULTILINE)
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
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
    "paste": (bool,),
    "paste_reason": (str,),
    "alias": (dict,),
    "skip": (dict,),
    "expect": (list,),
}


def parse_snippet(path: Path, root: Path, read: Read = Path.read_bytes) -> Snippet:
    """Read a snippet's file; `root` is the project's. Raises InputError with all that is wrong."""
    shown = path.relative_to(root).as_posix()
    data = read(path)
    try:
        source = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        text = f"byte {data[error.start]:#04x} is not valid UTF-8. Save the file as UTF-8."
        raise InputError(Problem(Location(shown, line), text)) from error
    comment = COMMENTS[path.suffix]
    header, text, text_line = split_header(source, comment, shown)
    try:
        table = tomllib.loads(header + "\n")
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(found[1]) + 1 if found else text_line - 1
        message = f"the header is not valid TOML: {error}. Write TOML after `{comment} `."
        raise InputError(Problem(Location(shown, line), message)) from error
    reader = _SnippetReader(shown, find_key_lines(header.split("\n")))
    snippet_id = path.relative_to(root / "snippets").with_suffix("").as_posix()
    snippet = reader.read(
        table, snippet_id=snippet_id, text=text, text_line=text_line, digest=sha256(data), kind=KINDS[path.suffix]
    )
    if reader.problems:
        raise InputError(reader.problems)
    return snippet


class _SnippetReader(RuleReader):
    """Turns a header's table into a snippet."""

    def read(
        self, table: dict[str, Any], *, snippet_id: str, text: str, text_line: int, digest: str, kind: Kind
    ) -> Snippet:
        """Return the snippet; it is worth nothing when problems were noted."""
        good = self.take(table, KEYS, {"title", "host", "risk"})
        if self.choose("kind", good.get("kind", kind), Kind, kind) is not kind:
            self.report("kind", f"'kind' is '{good['kind']}' in a {kind} file. Rename the file.")
        if not all(NAME.fullmatch(part) for part in snippet_id.split("/")) or "/" not in snippet_id:
            self.report("title", f"'{snippet_id}' is not a valid id. Rename the file. Use small letters, digits and -.")
        for key in ("title", "host"):
            if not good.get(key, "x").strip():
                self.report(key, f"'{key}' is empty. Fill it in.")
        risk = self.choose("risk", good.get("risk", "read-only"), Risk, Risk.READ_ONLY)
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
            kind=kind,
            risk=risk,
            changes=self.strings("changes", good.get("changes", [])),
            undo=self.name_or_waiver("undo", good.get("undo")),
            requires=self.strings("requires", good.get("requires", [])),
            inputs=tuple(self.input(name, value) for name, value in good.get("inputs", {}).items()),
            timeout=float(good.get("timeout", 30.0)),
            statuses=self.statuses("status", good.get("status", [0])),
            allow=tuple(self.allowance(f"allow.{n}", value, text) for n, value in enumerate(good.get("allow", []))),
            expectations=tuple(
                found
                for n, value in enumerate(good.get("expect", []))
                if (found := self.expectation(f"expect.{n}", value))
            ),
            silent=good.get("silent"),
            control=self.name_or_waiver("control", good.get("control")),
            stream_within=self.stream(good["stream"]) if "stream" in good else None,
            paste_reason=self.paste_reason(good),
            aliases=tuple(alias for name, value in good.get("alias", {}).items() if (alias := self.alias(name, value))),
            skip=skip,
            lines=dict(self.lines),
        )
        self.check(snippet)
        return snippet

    def check(self, snippet: Snippet) -> None:
        """Report what does not go together."""
        read_only = snippet.risk is Risk.READ_ONLY
        if read_only and snippet.changes:
            self.report("changes", "a read-only snippet changes nothing. Delete `changes`, or fix the risk.")
        if not read_only and not snippet.changes and not snippet.skip:
            self.report("risk", f"'{snippet.risk}' does not say what it changes. Add `changes = [names of probes]`.")
        if not read_only and snippet.undo is None:
            self.report("risk", 'it has no undo. Add `undo = "system/snippet"`, or `undo = { none = "why" }`.')
        if read_only and not snippet.skip and snippet.control is None:
            self.report("risk", 'it has no control. Add `control = "name"`, or `control = { none = "why" }`.')
        if not snippet.expectations and not (snippet.silent or "").strip() and not snippet.skip:
            self.report("title", 'it expects nothing about its output. Add an [[expect]], or `silent = "why"`.')
        if snippet.stream_within is not None and all(isinstance(e.rule, Lacks) for e in snippet.expectations):
            self.report("stream", "a stream must show something. Add an [[expect]] of what it shows.")
        self.check_aliases(snippet)
        if snippet.timeout <= 0:
            self.report("timeout", f"the time limit is {snippet.timeout}. Write a number of seconds above 0.")

    def check_aliases(self, snippet: Snippet) -> None:
        """Report an alias that nobody calls, and one that is not there."""
        defined, declared = _ALIAS.findall(snippet.text), {alias.name for alias in snippet.aliases}
        for name in (name for name in defined if name not in declared and not snippet.skip):
            self.report("alias", f"nothing says what the alias {name} prints. Add [alias.{name}] with one rule.")
        for name in sorted(declared - set(defined)):
            self.report(f"alias.{name}", f"the text defines no alias {name}. {nearest(name, defined)} Fix its name.")
        if declared and snippet.paste_reason is not None:
            self.report("paste", "aliases are tested by typing them. Delete `paste = false`.")

    def paste_reason(self, good: dict[str, Any]) -> str | None:
        """Return why it is not pasted; None when it is."""
        reason = good.get("paste_reason")
        if good.get("paste", True):
            if reason is not None:
                self.report("paste_reason", "it would be pasted anyway. Write `paste = false` too.")
            return None
        if not (reason or "").strip():
            self.report("paste", 'it has no reason. Add `paste_reason = "why it is not pasted"`.')
        return reason or "no reason is given"

    def alias(self, name: str, value: Any) -> Alias | None:
        """Return what an alias must show."""
        place = f"alias.{name}"
        if not isinstance(value, dict):
            self.report("alias", f"'{place}' is {value!r}. Write a table, [{place}].")
            return None
        rules = {key: item for key, item in value.items() if key != "within"}
        good = self.take({key: item for key, item in value.items() if key == "within"}, {"within": NUMBER}, set())
        expectation = self.expectation(place, rules)
        return Alias(name=name, expectation=expectation, stream_within=good.get("within")) if expectation else None

    def statuses(self, key: str, values: list[Any]) -> tuple[int, ...]:
        """Return exit codes."""
        if not values or not all(isinstance(v, int) and not isinstance(v, bool) and 0 <= v <= 255 for v in values):
            self.report(key, f"'{key}' is {values!r}. Write a list of numbers from 0 to 255.")
            return (0,)
        return tuple(values)

    def input(self, name: str, value: Any) -> Input:
        """Return an input."""
        if not VARIABLE.fullmatch(name):
            self.report(f"inputs.{name}", f"'{name}' is not a valid name for an input. Use capitals, digits and _.")
        keys: dict[str, tuple[type, ...]] = {"meaning": (str,), "sandbox": (str,)}
        good = self.take(value, keys, set(keys), f"inputs.{name}.") if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self.report(f"inputs.{name}", f"input {name} is {value!r}. Write a table with meaning and sandbox.")
        return Input(name=name, meaning=good.get("meaning", ""), sandbox=good.get("sandbox", ""))

    def allowance(self, place: str, value: Any, text: str) -> Allowance:
        """Return an allowed status."""
        keys: dict[str, tuple[type, ...]] = {"line": (int,), "status": (list,), "reason": (str,)}
        good = self.take(value, keys, set(keys), f"{place}.") if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self.report("allow", f"'allow' contains {value!r}. Write [[allow]] tables.")
        line, last = good.get("line", 1), text.count("\n") + 1
        if not 1 <= line <= last:
            self.report(
                f"{place}.line", f"the text has no line {line}. Use 1 to {last}, counted from the text's first line."
            )
        if "reason" in good and not good["reason"].strip():
            self.report(f"{place}.reason", "the reason is empty. Say why that exit code is right.")
        statuses = self.statuses(f"{place}.status", good.get("status", [1]))
        return Allowance(line=line, statuses=statuses, reason=good.get("reason", ""))

    def stream(self, value: Any) -> float | None:
        """Return the seconds in which a stream must show what is expected."""
        within = self.take(value, {"within": NUMBER}, {"within"}, "stream.").get("within")
        if within is not None and within <= 0:
            self.report("stream.within", f"a stream has {within} seconds. Write a number of seconds above 0.")
        return None if within is None else float(within)

    def skip(self, value: Any) -> Skip:
        """Return why and until when it is not run."""
        keys: dict[str, tuple[type, ...]] = {"reason": (str,), "owner": (str,), "expires": (dt.date,)}
        good = self.take(value, keys, set(keys), "skip.")
        for key in ("reason", "owner"):
            if key in good and not good[key].strip():
                self.report(f"skip.{key}", f"'skip.{key}' is empty. Fill it in.")
        return Skip(
            reason=good.get("reason", ""), owner=good.get("owner", ""), expires=good.get("expires", dt.date.min)
        )
