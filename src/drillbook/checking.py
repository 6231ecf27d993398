"""Judge what a snippet did. Pure: looks only at the rendered snippet and its execution."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, assert_never

from drillbook.errors import Location
from drillbook.model import (
    Channel,
    Columns,
    Contains,
    Equals,
    Execution,
    Expectation,
    JsonSchema,
    JsonSubset,
    Kind,
    Lacks,
    Lines,
    Matches,
    Number,
    Rendered,
    Risk,
    Rule,
    Status,
    Step,
    Verdict,
    sha256,
)
from drillbook.shell_syntax import parse, top_level_statements, walk

INTERRUPTED = 130
"""The status of a command that Ctrl-C ended."""
BROKEN_PIPE = 141
SHOWN_LINES, SHOWN_CHARACTERS = 30, 3000
_SIMPLE = frozenset(
    {"pipeline", "command", "redirected_statement", "variable_assignment", "declaration_command", "test_command"}
)
_COMPOUND = frozenset(
    {"if_statement", "while_statement", "for_statement", "c_style_for_statement", "case_statement", "list"}
    | {"compound_statement", "subshell", "function_definition"}
)


def check(rendered: Rendered, execution: Execution) -> Verdict:
    """Judge an execution by everything that the snippet declares; any problem makes it failed."""
    problems = [
        *_check_bytes(rendered, execution),
        *_check_end(rendered, execution),
        *_check_steps(rendered, execution),
        *_check_coverage(rendered, execution),
        *_check_output(rendered, execution),
        *_check_state(rendered, execution),
    ]
    status = Status.FAILED if problems else Status.PASSED
    return Verdict(status=status, problems=tuple(problems), execution=execution)


def unmet(expectations: Sequence[Expectation], stdout: str, stderr: str) -> tuple[str, ...]:
    """Say which expectations these outputs do not meet: expected against actual."""
    problems: list[str] = []
    for expectation in expectations:
        match expectation.channel:
            case Channel.STDOUT:
                output = stdout
            case Channel.STDERR:
                output = stderr
            case Channel.BOTH:
                output = stdout + stderr
            case _:
                assert_never(expectation.channel)
        problem = _find_fault(expectation.rule, output)
        if problem:
            problems.append(f"{expectation.channel}: {problem}; actual:\n{_show(output)}")
    if expectations and all(isinstance(e.rule, Lacks) for e in expectations) and not (stdout + stderr).strip():
        problems.append("it printed nothing, so that what it lacks proves nothing; expect something that it prints")
    return tuple(problems)


def _check_bytes(rendered: Rendered, execution: Execution) -> Iterator[str]:
    if not execution.sha256 == rendered.sha256 == sha256(rendered.text):
        yield (
            f"{rendered.snippet.location}: the shell ran a file with SHA-256 {execution.sha256}; "
            f"expected {rendered.sha256}, the bytes that the page shows"
        )


def _check_end(rendered: Rendered, execution: Execution) -> Iterator[str]:
    """The exit status, the time, what was cut short or left behind."""
    snippet = rendered.snippet
    stream = snippet.stream_within is not None
    here = _place(rendered, _find_last_line(execution))
    if stream:
        if not execution.shown:
            yield f"{here}: its screen did not show what is expected within {snippet.stream_within:g} s"
        if execution.timed_out:
            yield f"{here}: it did not end within five seconds after Ctrl-C, and was killed"
        elif not execution.stopped:
            yield f"{here}: it ended by itself with status {execution.returncode}; a stream goes on until Ctrl-C"
    elif execution.timed_out:
        yield f"{here}: it did not end within {snippet.timeout:g} s, and was killed here; mend it, or raise timeout"
    if execution.returncode not in snippet.statuses and not execution.timed_out:
        expected = " or ".join(map(str, snippet.statuses))
        yield (
            f"{here}: it ended with exit status {execution.returncode}; expected {expected}" + _show_errors(execution)
        )
    if not execution.ended and not execution.timed_out:
        yield f"{here}: its end was not seen: `exec`, a signal, or a trap on EXIT; expected it to reach its last line"
    if execution.capped:
        yield f"{snippet.location}: it printed more than is kept, so that its output was cut short; print less"
    for process in execution.leftovers:
        yield f"{snippet.location}: it left a process behind: {process}; end it, or wait for it"
    for remark in execution.remarks:
        yield f"{snippet.location}: {remark}"


def _check_steps(rendered: Rendered, execution: Execution) -> Iterator[str]:
    """No pipeline may fail, in whole or in part, unless its line allows that status with a reason."""
    if rendered.snippet.kind is not Kind.SHELL:
        return
    spans = _find_simple_spans(rendered.text)
    told: set[tuple[int, tuple[int, ...]]] = set()
    for step in execution.steps:
        wrong = [s for s in step.statuses if s and s not in _find_allowed(rendered, execution, step, spans)]
        if not wrong or (step.line, step.statuses) in told:
            continue
        told.add((step.line, step.statuses))
        what = f"a command ended with status {wrong[0]}"
        if len(step.statuses) > 1:
            what = f"the commands of a pipeline ended with statuses {' '.join(map(str, step.statuses))}"
        if BROKEN_PIPE in wrong:
            what += f" ({BROKEN_PIPE}: it was cut off while it printed, by a command that had read enough)"
        quoted = _get_line(rendered, step.line).strip()
        advice = f"expected 0; mend it, or allow that status for line {step.line} with a reason"
        yield f"{_place(rendered, step.line)}: {what} in `{quoted}`; {advice}{_show_errors(execution)}"
    yield from _check_background(rendered)
    for text in (execution.stderr, execution.stdout if execution.shown is not None else ""):
        for found in re.finditer(r"line (\d+): (\S+): unbound variable$", text, re.MULTILINE):
            line, name = int(found[1]), found[2]
            yield f"{_place(rendered, line)}: the variable {name} is not set; declare it as an input, or set it first"


def _check_background(rendered: Rendered) -> Iterator[str]:
    """A plain `wait` succeeds whatever its jobs did, and no trap tells how they ended."""
    nodes = list(walk(parse(rendered.text)))
    started = [node.start_point.row + 1 for node in nodes if node.type == "&"]
    words = [(node.text or b"").split() for node in nodes if node.type == "command"]
    waited = any(word[:1] == [b"wait"] and len(word) > 1 for word in words)
    if started and not waited:
        what = "what runs in the background may fail unseen; wait for it by number: `wait $!`"
        yield f"{_place(rendered, started[0])}: {what}"


def _find_allowed(
    rendered: Rendered, execution: Execution, step: Step, spans: Sequence[tuple[int, int]]
) -> frozenset[int]:
    """Return the statuses that the commands of a step may have."""
    snippet = rendered.snippet
    allowed: set[int] = set()
    for allowance in snippet.allow:
        if allowance.line == step.line or any(
            first <= allowance.line <= last and first <= step.line <= last for first, last in spans
        ):
            allowed |= set(allowance.statuses)
    first, last = max(top_level_statements(rendered.text), default=(1, 1))
    if first <= step.line <= last and execution.returncode in snippet.statuses:
        whole = step.statuses[-1] == execution.returncode and not any(step.statuses[:-1])
        allowed |= {execution.returncode} if whole else set()
    if snippet.stream_within is not None and execution.stopped:
        allowed.add(INTERRUPTED)
    return frozenset(allowed)


def _find_simple_spans(text: str) -> list[tuple[int, int]]:
    """Return the lines of every pipeline that holds no loop, condition or list: there, one line stands for all."""
    return [
        (node.start_point.row + 1, node.end_point.row + 1)
        for node in walk(parse(text))
        if node.type in _SIMPLE and not any(below.type in _COMPOUND for below in walk(node))
    ]


def _check_coverage(rendered: Rendered, execution: Execution) -> Iterator[str]:
    """Every statement must have started: an `exit 0` halfway skips the rest without a word."""
    if rendered.snippet.kind is not Kind.SHELL:
        return
    statements = top_level_statements(rendered.text)
    if not statements:
        yield f"{rendered.snippet.location}: it holds no command, so that nothing was run"
    missing = [first for first, last in statements if not execution.lines_started & set(range(first, last + 1))]
    if missing and not execution.timed_out:
        lines = ", ".join(map(str, missing))
        quoted = _get_line(rendered, missing[0]).strip()
        yield f"{_place(rendered, missing[0])}: `{quoted}` never started (lines {lines}); expected every line to run"


def _check_output(rendered: Rendered, execution: Execution) -> Iterator[str]:
    if execution.shown:  # what was on the screen then met every expectation
        return
    for problem in unmet(rendered.expectations, execution.stdout, execution.stderr):
        yield f"{rendered.snippet.location}: {problem}"


def _check_state(rendered: Rendered, execution: Execution) -> Iterator[str]:
    """The probes must differ as the label says: not at all, or in what is declared and nothing else."""
    snippet, before, after = rendered.snippet, execution.before, execution.after
    declared = frozenset() if snippet.risk is Risk.READ_ONLY else frozenset(snippet.changes)
    for name in sorted(before.keys() | after.keys() | declared):
        old, new = before.get(name), after.get(name)
        if name in declared and old is None and new is None:
            yield f"{snippet.location}: it says that it changes '{name}', but no probe of that name was read"
        elif name in declared and old == new:
            yield (
                f"{snippet.location}: it says that it changes '{name}', but that probe did not change:\n"
                f"{_show(new or '')}"
            )
        elif name not in declared and old != new:
            label = f"it is labelled {snippet.risk}" + (f" of {', '.join(sorted(declared))}" if declared else "")
            difference = show_difference(old or "", new or "")
            yield f"{snippet.location}: {label}, but the probe '{name}' differs:\n{difference}"


def _find_fault(rule: Rule, output: str) -> str | None:  # noqa: PLR0911  # one branch a rule
    """Say how an output breaks a rule; None when it keeps it."""
    match rule:
        case Equals(text=text):
            return None if _equals(text, output) else f"expected exactly:\n{_show(text)}"
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
            header = r"[ \t|│]+(?:.*[ \t|│])?".join(map(re.escape, names))
            found = re.search(rf"^(?:.*[ \t|│])?{header}(?:[ \t|│].*)?$", output, re.MULTILINE)
            return None if found else f"expected a table with the columns {', '.join(names)}"
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


def _read_json(output: str) -> tuple[Any, str | None]:
    try:
        return json.loads(output), None
    except ValueError as error:
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
    from jsonschema import Draft202012Validator  # noqa: PLC0415
    from jsonschema.exceptions import best_match  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415

    # An empty registry: a `$ref` must not fetch anything.
    error = best_match(Draft202012Validator(schema, registry=Registry()).iter_errors(document))
    return f"expected JSON by the schema; at {error.json_path}: {error.message}" if error else None


def _within(number: float, minimum: float | None, maximum: float | None) -> bool:
    return (minimum is None or number >= minimum) and (maximum is None or number <= maximum)


def _range(minimum: float | None, maximum: float | None) -> str:
    return " and ".join(
        f"{word} {bound:g}" for word, bound in (("at least", minimum), ("at most", maximum)) if bound is not None
    )


def _find_last_line(execution: Execution) -> int:
    """Return the line that failed last, or else the last that started."""
    failed = [step.line for step in execution.steps if step.statuses[-1] == execution.returncode != 0]
    return failed[-1] if failed else max(execution.lines_started, default=1)


def _place(rendered: Rendered, line: int) -> Location:
    return Location(rendered.snippet.path, rendered.snippet.text_line + line - 1)


def _get_line(rendered: Rendered, line: int) -> str:
    lines = rendered.text.split("\n")
    return lines[line - 1] if line <= len(lines) else ""


def _show_errors(execution: Execution) -> str:
    return f"; stderr:\n{_show(execution.stderr)}" if execution.stderr.strip() else ""


def _show(text: str) -> str:
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
    return _show("\n".join(lines))
