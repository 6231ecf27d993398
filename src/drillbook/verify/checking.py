"""Judge what a snippet did. Pure: looks only at the rendered snippet and its execution."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from drillbook.core.errors import Location
from drillbook.core.model import Execution, Kind, Rendered, Risk, Status, Step, Verdict, sha256
from drillbook.shell.script import Script, parse_script
from drillbook.verify.expectations import show, show_difference, unmet

__all__ = ["check", "check_state", "show_difference", "unmet"]

INTERRUPTED = 130
"""The status of a command that Ctrl-C ended."""
BROKEN_PIPE = 141
_AT_EXIT = frozenset({"EXIT", "0"})
_OUR_TRAPS = frozenset({"DEBUG", "ERR", "RETURN"}) | _AT_EXIT


def check(rendered: Rendered, execution: Execution) -> Verdict:
    """Judge an execution by everything that the snippet declares; any problem makes it failed."""
    problems = [
        *_check_bytes(rendered, execution),
        *_check_end(rendered, execution),
        *_check_commands(rendered, execution),
        *_check_output(rendered, execution),
        *check_state(rendered, execution.before, execution.after),
    ]
    status = Status.FAILED if problems else Status.PASSED
    return Verdict(status=status, problems=tuple(problems), execution=execution)


def _check_bytes(rendered: Rendered, execution: Execution) -> Iterator[str]:
    if not execution.sha256 == rendered.sha256 == sha256(rendered.text):
        yield (
            f"{rendered.snippet.location}: the shell ran a file with SHA-256 {execution.sha256}; "
            f"expected {rendered.sha256}, the bytes that the page shows"
        )


def _check_end(rendered: Rendered, execution: Execution) -> Iterator[str]:
    """The exit code, the time, what was cut short or left behind."""
    snippet = rendered.snippet
    stream = snippet.stream_within is not None
    here = _place(rendered, _find_last_line(execution))
    if stream:
        if not execution.shown:
            yield f"{here}: its screen did not show what is expected within {snippet.stream_within:g} s"
        if execution.timed_out:
            yield f"{here}: it did not end within five seconds after Ctrl-C, and was killed"
        elif not execution.stopped:
            yield f"{here}: it ended by itself with exit code {execution.returncode}, but a stream runs until Ctrl-C."
    elif execution.timed_out:
        yield f"{here}: it did not end within {snippet.timeout:g} s, and was killed here. Fix it, or raise `timeout`."
    # Ctrl-C is how a stream is meant to end.
    right = (*snippet.statuses, INTERRUPTED) if execution.stopped else snippet.statuses
    if execution.returncode not in right and not execution.timed_out:
        expected = " or ".join(map(str, snippet.statuses))
        yield (
            f"{here}: it ended with exit code {execution.returncode}. Expected {expected}." + _show_errors(execution)
        )
    if not execution.ended and not execution.timed_out:
        yield f"{here}: its end was not seen: `exec`, a signal, or a trap on EXIT. It must reach its last line."
    if execution.capped:
        yield f"{snippet.location}: it printed more than is kept, so that its output was cut short. Print less."
    for process in execution.leftovers:
        yield f"{snippet.location}: it left a process behind: {process}. End it, or wait for it."
    for remark in execution.remarks:
        yield f"{snippet.location}: {remark}"


def _check_commands(rendered: Rendered, execution: Execution) -> Iterator[str]:
    """What a shell's trace tells of each command."""
    if rendered.snippet.kind is not Kind.SHELL:
        return
    script = parse_script(rendered.text)
    yield from _check_steps(rendered, execution, script)
    yield from _check_blind_spots(rendered, script)
    yield from _check_coverage(rendered, execution, script)


def _check_steps(rendered: Rendered, execution: Execution, script: Script) -> Iterator[str]:
    """No pipeline may fail, in whole or in part, unless its line allows that status with a reason."""
    told: set[tuple[int, tuple[int, ...]]] = set()
    for step in execution.steps:
        wrong = [s for s in step.statuses if s and s not in _find_allowed(rendered, execution, step, script)]
        if not wrong or (step.line, step.statuses) in told:
            continue
        told.add((step.line, step.statuses))
        what = f"a command ended with exit code {wrong[0]}"
        if len(step.statuses) > 1:
            what = f"the commands of a pipeline ended with exit codes {' '.join(map(str, step.statuses))}"
        if BROKEN_PIPE in wrong:
            what += f" ({BROKEN_PIPE}: it was cut off while it printed, by a command that had read enough)"
        quoted = _get_line(rendered, step.line).strip()
        advice = f"Expected 0. Fix it, or allow that exit code for line {step.line} with a reason."
        yield f"{_place(rendered, step.line)}: {what} in `{quoted}`. {advice}{_show_errors(execution)}"
    for text in (execution.stderr, execution.stdout if execution.shown is not None else ""):
        for found in re.finditer(r"line (\d+): (\S+): unbound variable$", text, re.MULTILINE):
            line, name = int(found[1]), found[2]
            yield f"{_place(rendered, line)}: the variable {name} is not set. Declare it as an input, or set it first."


def _check_blind_spots(rendered: Rendered, script: Script) -> Iterator[str]:
    """What the shell's traps cannot see, and what takes them away."""
    waits = [one for one in script.commands if one.words[:1] == ("wait",) and len(one.words) > 1]
    if len(waits) < len(script.jobs):
        # A plain `wait` succeeds whatever its jobs did, and one for several jobs tells only of the last.
        what = "what runs in the background may fail unseen. Wait for each job by its own number: `wait $!`."
        yield f"{_place(rendered, script.jobs[len(waits)].line)}: {what}"
    for job in script.jobs:
        if job.pipeline_line is not None:
            what = "a pipeline in the background has only its last exit code checked. Write `{ …; } &` around it."
            yield f"{_place(rendered, job.pipeline_line)}: {what}"
    for command in script.commands:
        if command.words[:1] == ("coproc",):
            what = "a coprocess may fail unseen. Run it in the background, and wait for it."
            yield f"{_place(rendered, command.line)}: {what}"
    # On a terminal there is no trap on EXIT of ours.
    ours = _OUR_TRAPS - (_AT_EXIT if rendered.snippet.stream_within is not None else set())
    for command in script.commands:
        traps = command.words[:1] == ("trap",) and "-p" not in command.words
        if traps and ours & {word.upper() for word in command.plain}:
            what = "a trap on DEBUG, ERR, RETURN or EXIT replaces the one that makes failures visible. Remove it."
            yield f"{_place(rendered, command.line)}: {what}"
    for command in script.commands:
        if command.words[:1] == ("exit",) and command.followed:
            what = "what follows `exit` on its line may be skipped unseen. Give it a line of its own."
            yield f"{_place(rendered, command.line)}: {what}"


def _find_allowed(rendered: Rendered, execution: Execution, step: Step, script: Script) -> frozenset[int]:
    """Return the statuses that the commands of a step may have."""
    snippet = rendered.snippet
    allowed: set[int] = set()
    for allowance in snippet.allow:
        if allowance.line == step.line or any(
            first <= allowance.line <= last and first <= step.line <= last for first, last in script.simple_spans
        ):
            allowed |= set(allowance.statuses)
    first, last = max(script.statements, default=(1, 1))
    # A status of the whole is none of a command that is only substituted into it.
    whole_only = any(first <= line <= last for line in script.substitution_lines)
    if first <= step.line <= last and execution.returncode in snippet.statuses and (step.main or not whole_only):
        whole = step.statuses[-1] == execution.returncode and not any(step.statuses[:-1])
        allowed |= {execution.returncode} if whole else set()
    if snippet.stream_within is not None and execution.stopped:
        allowed.add(INTERRUPTED)
    return frozenset(allowed)


def _check_coverage(rendered: Rendered, execution: Execution, script: Script) -> Iterator[str]:
    """Every statement must have started: an `exit 0` halfway skips the rest without a word."""
    statements = script.statements
    if not statements and not execution.lines_started:
        yield f"{rendered.snippet.location}: no command of it was started, so that nothing is known"
    missing = [first for first, last in statements if not execution.lines_started & set(range(first, last + 1))]
    if missing and not execution.timed_out:
        lines = ", ".join(map(str, missing))
        quoted = _get_line(rendered, missing[0]).strip()
        yield f"{_place(rendered, missing[0])}: `{quoted}` never started (lines {lines}). Every line must run."


def _check_output(rendered: Rendered, execution: Execution) -> Iterator[str]:
    if execution.shown:  # what was on the screen then met every expectation
        return
    for problem in unmet(rendered.expectations, execution.stdout, execution.stderr):
        yield f"{rendered.snippet.location}: {problem}"
    # Where nothing is expected, an error that is printed with status 0 would be seen by nobody.
    if rendered.snippet.silent and not rendered.expectations and execution.stdout.strip():
        yield (
            f"{rendered.snippet.location}: it is declared silent ({rendered.snippet.silent}). Expect something "
            f"of what it prints:\n{show(execution.stdout)}"
        )


def check_state(rendered: Rendered, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Say which probes do not differ as the label says: not at all, or in what is declared and nothing else."""
    snippet = rendered.snippet
    declared = frozenset() if snippet.risk is Risk.READ_ONLY else frozenset(snippet.changes)
    for name in sorted(before.keys() | after.keys() | declared):
        old, new = before.get(name), after.get(name)
        if name in declared and old is None and new is None:
            yield f"{snippet.location}: it says that it changes '{name}', but no probe of that name was read"
        elif name in declared and old == new:
            yield (
                f"{snippet.location}: it says that it changes '{name}', but that probe did not change:\n"
                f"{show(new or '')}"
            )
        elif name not in declared and old != new:
            label = f"it is labelled {snippet.risk}" + (f" of {', '.join(sorted(declared))}" if declared else "")
            difference = show_difference(old or "", new or "")
            yield f"{snippet.location}: {label}, but the probe '{name}' differs:\n{difference}"


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
    return f"\nstderr:\n{show(execution.stderr)}" if execution.stderr.strip() else ""
