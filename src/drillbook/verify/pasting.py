"""Paste a snippet into an interactive shell in an open session, and judge what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from drillbook.core.model import Ending, Execution, Pasted, PasteMode, Rendered
from drillbook.core.rules import Channel, Contains, Equals, Expectation, Lacks, Matches, Number
from drillbook.sandbox.protocol import PasteStep, Typed
from drillbook.sandbox.session import Session
from drillbook.verify.checking import INTERRUPTED, check_state
from drillbook.verify.expectations import show, show_difference, unmet
from drillbook.verify.running import find_place
from drillbook.verify.screen import Screen

_EVENT = re.compile(r"!(?![\s=(]|$)")
PAGERS = frozenset({"less", "more", "most", "pg", "pager", "view", "vim", "vi"})
READ_FROM_WIDTH = 2000
"""Columns of the screen that outputs are read from: no program's line is broken by the reading."""


@dataclass(slots=True, kw_only=True)
class _Step:
    """One text to type, and what a stream among them has shown so far."""

    text: str
    timeout: float
    expectations: tuple[Expectation, ...] = ()
    stream: bool = False
    screen: Screen | None = None
    seen: str | None = None

    def look(self, data: bytes) -> bool:
        """Take output in; tell whether a stream has shown all that is expected."""
        if not self.stream:
            return False
        self.screen = self.screen or Screen(READ_FROM_WIDTH)
        if self.seen is None:
            self.screen.feed(data)
            text = self.screen.text
            self.seen = None if unmet(self.expectations, text, "") else text
        return self.seen is not None


def paste_snippet(
    rendered: Rendered,
    *,
    session: Session,
    mode: PasteMode,
    prerequisites: Sequence[Rendered] = (),
) -> Pasted:
    """Type a snippet's bytes into a login shell on a terminal, and call its aliases.

    Raises SetupError when the sandbox, not the snippet, is at fault.
    """
    snippet = rendered.snippet
    steps = [_Step(text=one.text, timeout=one.snippet.timeout) for one in prerequisites]
    within = snippet.stream_within
    main = _Step(
        text=rendered.text,
        timeout=snippet.timeout if within is None else within,
        expectations=_merge_channels(rendered.expectations),
        stream=within is not None,
    )
    calls = [
        _Step(
            text=alias.name,
            timeout=snippet.timeout if alias.stream_within is None else alias.stream_within,
            expectations=_merge_channels((alias.expectation,)),
            stream=alias.stream_within is not None,
        )
        for alias in rendered.aliases
    ]
    steps += [main, *calls]
    told = session.paste(
        [PasteStep(text=step.text.encode(), timeout=step.timeout, stream=step.stream) for step in steps],
        bracketed=mode is PasteMode.BRACKETED,
        on_output=lambda number, data: steps[number].look(data),
        **find_place(rendered, prerequisites),
    )
    done = [_read_step(step, typed, mode) for step, typed in zip(steps, told.typed, strict=False)]
    first = len(prerequisites)
    failed = [
        one.snippet.id
        for one, step in zip(prerequisites, done, strict=False)
        if step.ended is not Ending.PROMPT or step.returncode
    ]
    result = done[first] if len(done) > first else done[-1]
    earlier = told.typed[first - 1].history if 0 < first <= len(told.typed) else ""
    return replace(
        result,
        read=result.read.removeprefix(earlier),
        failed_prerequisite=failed[0] if failed else None,
        leftovers=told.leftovers,
        capped=told.capped,
        aliases={alias.name: one for alias, one in zip(rendered.aliases, done[first + 1 :], strict=False)},
    )


def _read_step(step: _Step, typed: Typed, mode: PasteMode) -> Pasted:
    screen = Screen(READ_FROM_WIDTH)
    screen.feed(typed.output)
    return Pasted(
        mode=mode,
        sha256=typed.sha256,
        ended=typed.ended,
        waiting=typed.waiting,
        returncode=typed.returncode,
        output=screen.text if step.seen is None else step.seen,
        seconds=typed.seconds,
        read=typed.history,
        left=typed.left,
        terminal=screen.left if typed.ended is Ending.PROMPT else {},
        shown=step.seen is not None if step.stream else None,
    )


def check_pasted(rendered: Rendered, execution: Execution, pasted: Pasted) -> list[str]:
    """Say what is wrong with a snippet that was pasted; `execution` is its run."""
    how = "bracketed paste" if pasted.mode is PasteMode.BRACKETED else "no bracketed paste"
    return [
        f"{rendered.snippet.location}: pasted into a terminal with {how}: {problem}"
        for problem in _find_problems(rendered, execution, pasted)
    ]


def _find_problems(rendered: Rendered, execution: Execution, pasted: Pasted) -> Iterator[str]:
    snippet = rendered.snippet
    if pasted.failed_prerequisite:
        yield f"its prerequisite {pasted.failed_prerequisite} failed, so that the snippet itself was not typed"
        return
    if pasted.sha256 != rendered.sha256:
        yield f"{pasted.sha256} was typed. Expected {rendered.sha256}, the bytes that the page shows."
    yield from _check_end(pasted, stream=snippet.stream_within is not None)
    if pasted.ended is Ending.PROMPT:
        yield from _check_reading(rendered, pasted)
        right = (*snippet.statuses, INTERRUPTED) if pasted.shown else snippet.statuses
        if pasted.returncode not in right:
            expected = " or ".join(map(str, snippet.statuses))
            screen = show(pasted.output)
            yield f"it ended with exit code {pasted.returncode}. Expected {expected}. The screen:\n{screen}"
    yield from _check_left(pasted)
    if pasted.shown is not False:
        yield from unmet(_choose(rendered.expectations, execution), pasted.output, "")
    if pasted.capped:
        yield "it printed more than is kept. Print less."
    for process in pasted.leftovers:
        yield f"it left a process behind: {process}. End it, or wait for it."
    yield from (problem.partition(": ")[2] for problem in check_state(rendered, pasted.before, pasted.after))
    yield from _check_aliases(rendered, pasted)


def _check_end(pasted: Pasted, *, stream: bool) -> Iterator[str]:
    """Whether bash came back to its prompt, and if not, why."""
    match pasted.ended:
        case Ending.CLOSED:
            yield "it closed the reader's terminal (`exit`, `exec`, or `set -e` and a failure). Put it into a subshell."
        case Ending.LATE if stream and not pasted.shown:
            yield f"it did not show what is expected in time. The screen:\n{show(pasted.output)}"
        case Ending.LATE if stream:
            yield "it did not end after Ctrl-C"
        case Ending.LATE if pasted.waiting.split(" ")[0].rpartition("/")[2] in PAGERS:
            yield f"a pager waits for a key: `{pasted.waiting}`. Turn it off (--no-pager, psql -P pager=off)."
        case Ending.LATE if pasted.waiting:
            yield (
                f"`{pasted.waiting}` holds the terminal: it waits for input, swallows what is pasted after it, or is "
                "too slow. Give it </dev/null, an option that does not ask, or a longer timeout."
            )
        case Ending.LATE:
            yield "bash itself waits (`read`, `wait`, `select`) past the time limit. Remove it, or raise `timeout`."
        case Ending.INCOMPLETE:
            yield "bash waits for more: a quote, a bracket or a here-document is not closed, or a \\ ends the last line"
        case Ending.ASKED:
            yield "bash's line editor asks something and waits for a key (a tab that completes). Use spaces."
        case Ending.PROMPT:
            if stream and not pasted.shown:
                yield f"it ended by itself before it showed what is expected. The screen:\n{show(pasted.output)}"
        case _:
            assert_never(pasted.ended)


def _check_left(pasted: Pasted) -> Iterator[str]:
    """The reader's shell and terminal must be as before."""
    if "set -e" in pasted.left:
        yield (
            "it leaves `set -e` behind: the reader's next command that fails closes the terminal. Put it into a "
            "subshell, ( set -e; … )."
        )
    lines = [one for one in pasted.left if one.startswith("stty ")]
    shell = [one for one in pasted.left if one != "set -e" and one not in lines]
    if shell:
        what = " and ".join(f"`{one}`" for one in shell)
        yield f"it leaves {what} behind, in the reader's shell. Put it into a subshell, ( {'; '.join(shell)}; … )."
    if lines:
        what = " and ".join(f"`{one}`" for one in lines)
        yield f"it leaves the reader's terminal at {what}. Restore what `stty -g` printed before."
    if pasted.terminal:
        what, undo = " and ".join(pasted.terminal), "".join(pasted.terminal.values())
        yield f"it leaves the reader's terminal {what}. Print '{undo}' at the end."


def _check_reading(rendered: Rendered, pasted: Pasted) -> Iterator[str]:
    """Bash must have read every line as the page shows it."""
    wanted, found = _lines(rendered.text), _lines(pasted.read)
    if wanted == found:
        return
    at = next((n for n, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b), min(len(wanted), len(found)))
    line = wanted[at] if at < len(wanted) else wanted[-1]
    if _EVENT.search(line):
        why = "history expansion took the `!`. Use single quotes."
    elif "\t" in line:
        why = "the terminal completed at the tab. Use spaces."
    else:
        why = "the command before it swallowed what was pasted after it. Give it </dev/null (ssh -n)."
    difference = show_difference("\n".join(wanted), "\n".join(found))
    yield f"bash did not read `{line}` as the page shows it: {why} Shown (-) and read (+):\n{difference}"


def _lines(text: str) -> list[str]:
    # Bash's history joins continued lines and leaves blank ones out.
    return [line for line in text.replace("\\\n", "").split("\n") if line.strip()]


def _check_aliases(rendered: Rendered, pasted: Pasted) -> Iterator[str]:
    for alias in rendered.aliases:
        called = pasted.aliases.get(alias.name)
        place = rendered.snippet.locate(f"alias.{alias.name}")
        if called is None:
            yield f"{place}: the alias {alias.name} was never called, because what stands before it did not come back"
            continue
        for problem in _check_end(called, stream=alias.stream_within is not None):
            yield f"{place}: the alias {alias.name}: {problem}"
        right = (0, INTERRUPTED) if called.shown else (0,)
        if called.ended is Ending.PROMPT and called.returncode not in right:
            yield f"{place}: the alias {alias.name} ended with exit code {called.returncode}:\n{show(called.output)}"
        for problem in _check_left(called):
            yield f"{place}: the alias {alias.name}: {problem}"
        if called.shown is not False:
            for problem in unmet(_merge_channels((alias.expectation,)), called.output, ""):
                yield f"{place}: the alias {alias.name}: {problem}"


def _merge_channels(expectations: Sequence[Expectation]) -> tuple[Expectation, ...]:
    """A terminal has one channel for all."""
    return tuple(replace(one, channel=Channel.STDOUT) for one in expectations)


def _choose(expectations: Sequence[Expectation], execution: Execution) -> tuple[Expectation, ...]:
    """Return what a terminal must show: what speaks of one channel as a whole cannot hold where two are mixed."""
    mixed = bool(execution.stderr.strip()) and execution.shown is None
    chosen = []
    for one in _merge_channels(expectations):
        if mixed and not isinstance(one.rule, Contains | Matches | Number):
            continue
        if isinstance(one.rule, Equals):
            # A screen has no blanks at line ends.
            text = "\n".join(line.rstrip() for line in one.rule.text.split("\n"))
            chosen.append(replace(one, rule=Equals(text=text)))
        else:
            chosen.append(one)
    # What only lacks something is judged by the run, unless it printed something here.
    return tuple(chosen) if any(not isinstance(one.rule, Lacks) for one in chosen) else ()
