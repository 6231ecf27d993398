"""Run one rendered snippet in an open session: what it did, without judging it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drillbook.core.model import Execution, Rendered, Step
from drillbook.sandbox.protocol import Outcome
from drillbook.sandbox.session import Session
from drillbook.verify.expectations import unmet
from drillbook.verify.screen import Screen

_TRAPS = {f"trap -- '{{ __drillbook_{name} " for name in ("step", "error", "return")}


def run_snippet(
    rendered: Rendered,
    *,
    session: Session,
    prerequisites: Sequence[Rendered] = (),
    measure: Callable[[], Mapping[str, str]] | None = None,
    command: str = "",
) -> Execution:
    """Run a snippet once, as its host's user; `measure` reads all probes and is called before and after.

    `command` is what reads a snippet that is no shell text. Raises SetupError when the sandbox, not the snippet, is at
    fault.
    """
    snippet = rendered.snippet
    arguments = {**find_place(rendered, prerequisites), "prerequisites": [one.text for one in prerequisites]}
    before = dict(measure()) if measure else {}
    if command:
        given = fill_blanks(rendered)
        outcome = session.run(rendered.text, timeout=snippet.timeout, command=command, given=given, **arguments)
        stdout, shown, stopped = outcome.stdout, None, None
    elif snippet.stream_within is None:
        outcome = session.run(rendered.text, timeout=snippet.timeout, **arguments)
        stdout, shown, stopped = outcome.stdout, None, None
    else:
        outcome, stdout, shown = _watch(rendered, session, snippet.stream_within, arguments)
        stopped = outcome.interrupted and not outcome.timed_out
    after = dict(measure()) if measure else {}
    trace = read_trace(outcome.trace, complete=outcome.trace_complete)
    return Execution(
        sha256=outcome.sha256,
        returncode=outcome.returncode,
        stdout=stdout,
        stderr=outcome.stderr,
        seconds=outcome.seconds,
        timed_out=outcome.timed_out,
        capped=outcome.capped,
        leftovers=outcome.leftovers,
        steps=trace.steps,
        # Nobody watches for the end of a stream: it is interrupted. What is no shell text is not traced.
        ended=trace.ended or snippet.stream_within is not None or bool(command),
        remarks=trace.remarks + _name_failed(trace.failed_prerequisite, prerequisites),
        lines_started=trace.lines_started,
        shown=shown,
        stopped=stopped,
        before=before,
        after=after,
    )


def fill_blanks(rendered: Rendered) -> str:
    """Return a text with the sandbox's values in its blanks, `[[NAME]]`, as a reader fills in his own."""
    text = rendered.text
    for given in rendered.snippet.inputs:
        text = text.replace(f"[[{given.name}]]", given.sandbox)
    return text


def find_place(rendered: Rendered, prerequisites: Sequence[Rendered]) -> dict[str, Any]:
    """Return who runs a snippet, where, and with which inputs set."""
    return {
        "user": rendered.host.user,
        "directory": rendered.directory,
        "environ": {i.name: i.sandbox for r in (*prerequisites, rendered) for i in r.snippet.inputs},
    }


def _watch(
    rendered: Rendered, session: Session, within: float, arguments: Mapping[str, Any]
) -> tuple[Outcome, str, bool]:
    """Run a stream until its screen shows what is expected; return what was on the screen then."""
    screen = Screen()
    seen: str | None = None

    def look(data: bytes) -> bool:
        nonlocal seen
        if seen is None:
            screen.feed(data)
            text = screen.text
            seen = None if unmet(rendered.expectations, text, "") else text
        return seen is not None

    outcome = session.stream(rendered.text, on_output=look, within=within, **arguments)
    return outcome, screen.text if seen is None else seen, seen is not None


def _name_failed(failed: tuple[int, int] | None, prerequisites: Sequence[Rendered]) -> tuple[str, ...]:
    if failed is None:
        return ()
    number, status = failed
    name = prerequisites[number].snippet.id
    return (f"its prerequisite {name} ended with exit code {status}, so that the snippet itself never ran",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What trace.bash told of a run."""

    steps: tuple[Step, ...]
    lines_started: frozenset[int]
    ended: bool
    remarks: tuple[str, ...]
    failed_prerequisite: tuple[int, int] | None
    """Its index and its status."""


def read_trace(text: str, *, complete: bool = True) -> Trace:
    """Read the records that trace.bash wrote (its head says what they mean)."""
    started: list[tuple[str, int]] = []
    steps: dict[Step, None] = {}
    remarks: dict[str, None] = {}
    traps: set[str] = set()
    ended = False
    failed: tuple[int, int] | None = None
    first = text.split(maxsplit=1)[:1]
    if first and first[0] not in ("B", "P"):
        remarks["it emptied its trace, the file that makes failures visible"] = None
    for record in text.splitlines():
        match record.split():
            case ["L", pid, line]:
                started.append((pid, int(line)))
            case ["X", pid]:
                latest = next((i for i in reversed(range(len(started))) if started[i][0] == pid), None)
                if latest is not None:
                    del started[latest]
            case ["S", line, main, *statuses]:
                enclosing = int(line) or (started[-1][1] if started else 1)
                steps[Step(line=enclosing, statuses=tuple(map(int, statuses)), main=main == "1")] = None
            case ["O", line]:
                where = f"line {line}"
                remarks[f"{where} runs without the options (set -u, -E, -T) that make failures visible"] = None
            case ["P", number, status]:
                failed = (int(number), int(status))
            case ["trap", *_]:
                traps |= {trap for trap in _TRAPS if record.startswith(trap)}
            case ["E"]:
                ended = True
                if traps != _TRAPS:
                    remarks["it replaced the traps (DEBUG, ERR, RETURN) that make failures visible"] = None
    if not complete:
        remarks["it ran more commands than can be traced"] = None
    return Trace(
        steps=tuple(steps),
        lines_started=frozenset(line for _, line in started),
        ended=ended,
        remarks=tuple(remarks),
        failed_prerequisite=failed,
    )
