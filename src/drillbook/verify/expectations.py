"""The rules of outputs: whether an output keeps to what a snippet expects of it, and texts cut short for reports."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from drillbook.core.rules import (
    Channel,
    Columns,
    Contains,
    Equals,
    Expectation,
    JsonSchema,
    JsonSubset,
    Lacks,
    Lines,
    Matches,
    Number,
    Rule,
)

SHOWN_LINES, SHOWN_CHARACTERS = 30, 3000


def unmet(expectations: Sequence[Expectation], stdout: str, stderr: str) -> tuple[str, ...]:
    """Say which expectations these outputs do not meet: expected against actual."""
    outputs = {Channel.STDOUT: stdout, Channel.STDERR: stderr, Channel.BOTH: stdout + stderr}
    problems = [
        f"{expectation.channel}: {problem}; actual:\n{show(outputs[expectation.channel])}"
        for expectation in expectations
        if (problem := _find_fault(expectation.rule, outputs[expectation.channel]))
    ]
    if expectations and all(isinstance(e.rule, Lacks) for e in expectations):
        # A healthy command may leave its stderr empty; what stands there does not speak for an empty stdout.
        spoke = stdout if all(e.channel is Channel.STDOUT for e in expectations) else stdout + stderr
        if not spoke.strip():
            problems.append("it printed nothing, so what it lacks proves nothing. Expect something that it prints.")
    return tuple(problems)


def show(text: str) -> str:
    """Indent a text, cut in the middle when it is long."""
    lines = text.rstrip("\n").split("\n")
    if len(lines) > SHOWN_LINES:
        half = SHOWN_LINES // 2
        lines = [*lines[:half], f"[… {len(lines) - 2 * half} more lines]", *lines[-half:]]
    text = "\n".join(f"    {line}" for line in lines)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + " [… cut]"


def show_difference(old: str, new: str) -> str:
    """Return a short unified diff of a probe's two outputs."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), "before", "after", lineterm="", n=1)
    return show("\n".join(lines))


def _find_fault(rule: Rule, output: str) -> str | None:  # noqa: PLR0911  # one branch a rule
    """Say how an output breaks a rule; None when it keeps it."""
    match rule:
        case Equals(text=text):
            return None if _equals(text, output) else f"expected exactly:\n{show(text)}"
        case Contains(text=text):
            # `healthy` must not be found in `unhealthy`.
            left, right = r"(?<!\w)" * bool(re.match(r"\w", text)), r"(?!\w)" * bool(re.search(r"\w\Z", text))
            return None if re.search(left + re.escape(text) + right, output) else f"expected to contain {text!r}"
        case Lacks(text=text):
            return f"expected not to contain {text!r}" if text in output else None
        case Matches(pattern=pattern):
            return None if re.search(pattern, output, re.MULTILINE) else f"expected a match of /{pattern}/"
        case JsonSubset(value=value):
            document, fault = _read_json(output)
            return fault or _find_missing(value, document, "the document")
        case JsonSchema(schema=schema):
            document, fault = _read_json(output)
            return fault or _break_schema(schema, document)
        case Lines(minimum=minimum, maximum=maximum):
            count = sum(bool(line.strip()) for line in output.splitlines())
            return (
                None if _within(count, minimum, maximum) else f"expected {_range(minimum, maximum)} lines, not {count}"
            )
        case Columns(names=names):
            has = any(_has_columns(line, names) for line in output.splitlines())
            return None if has else f"expected a table with the columns {', '.join(names)}"
        case Number(pattern=pattern, minimum=minimum, maximum=maximum):
            found = re.search(pattern, output, re.MULTILINE)
            if not found:
                return f"expected a number by /{pattern}/, which matches nothing"
            try:
                number = float(found[1])
            except (TypeError, ValueError, IndexError):
                return f"expected a number by /{pattern}/, which finds {found[0]!r}"
            return None if _within(number, minimum, maximum) else f"expected {_range(minimum, maximum)}, not {number:g}"
        case _:
            assert_never(rule)


def _equals(expected: str, actual: str) -> bool:
    """Compare, with `[…]` for any run of characters; line ends at the end do not count."""
    expected, actual = expected.rstrip("\n"), actual.rstrip("\n")
    first, *others = expected.split("[…]")
    if not others:
        return expected == actual
    *middle, last = others
    if not (actual.startswith(first) and actual.endswith(last) and len(actual) >= len(first) + len(last)):
        return False
    at, end = len(first), len(actual) - len(last)
    for part in middle:
        found = actual.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _has_columns(line: str, names: Sequence[str]) -> bool:
    """Look for the names one after the other, each between separators: in one pass, however long the line is."""
    at = 0
    for name in names:
        found = re.compile(rf"(?<![^ \t|│]){re.escape(name)}(?![^ \t|│])").search(line, at)
        if not found:
            return False
        at = found.end()
    return True


def _read_json(output: str) -> tuple[Any, str | None]:
    try:
        return json.loads(output), None
    except (ValueError, RecursionError) as error:
        return None, f"expected one JSON document ({error})"


def _find_missing(expected: Any, actual: Any, where: str) -> str | None:
    """Say where a document lacks what is expected; members that are not named are free."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name, value in expected.items():
            if name not in actual:
                return f"expected {where} to have '{name}'"
            if fault := _find_missing(value, actual[name], f"{where}.{name}"):
                return fault
        return None
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        faults = (_find_missing(e, a, f"{where}[{i}]") for i, (e, a) in enumerate(zip(expected, actual, strict=True)))
        return next((fault for fault in faults if fault), None)
    # In Python true equals 1.
    if isinstance(expected, bool) is isinstance(actual, bool) and expected == actual:
        return None
    return f"expected {where} to be {json.dumps(expected)}, not {json.dumps(actual)[:200]}"


def _break_schema(schema: Mapping[str, Any], document: Any) -> str | None:
    # Only a run needs them, and they take long to import.
    from jsonschema import Draft202012Validator  # noqa: PLC0415  # slow to import, and rarely needed
    from jsonschema.exceptions import best_match  # noqa: PLC0415  # likewise
    from referencing import Registry  # noqa: PLC0415  # likewise

    # An empty registry: a `$ref` must not fetch anything.
    error = best_match(Draft202012Validator(schema, registry=Registry()).iter_errors(document))
    return f"expected JSON that fits the schema; at {error.json_path}: {error.message}" if error else None


def _within(number: float, minimum: float | None, maximum: float | None) -> bool:
    return (minimum is None or number >= minimum) and (maximum is None or number <= maximum)


def _range(minimum: float | None, maximum: float | None) -> str:
    return " and ".join(
        f"{word} {bound:g}" for word, bound in (("at least", minimum), ("at most", maximum)) if bound is not None
    )
