"""Verify one snippet in a live sandbox: run it between two measurements, judge it, try its undo.

`run_in` executes and may raise SetupError (the sandbox is at fault: errored); `judge` only looks at what happened.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from drillbook.core.model import Execution, Kind, Pasted, PasteMode, Rendered, Risk, Status, Verdict
from drillbook.project.project import Project, render, undone_by
from drillbook.sandbox.live import LiveSandbox
from drillbook.verify.checking import check, show_difference
from drillbook.verify.pasting import check_pasted, paste_snippet
from drillbook.verify.running import run_snippet

QUICK = 5.0
"""Seconds of a run; two pastes of that length go between two readings of the probes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The executions of one verification: the snippet's own, what it undoes, its undo."""

    rendered: Rendered
    execution: Execution
    undone: tuple[Rendered, Execution] | None = None
    """The snippet that this one undoes, run before it."""
    undo: tuple[Rendered, Execution] | None = None
    pastes: tuple[Pasted, ...] = ()
    transient: frozenset[str] = frozenset()
    """Probes whose difference leaves nothing to take back."""


def run_in(live: LiveSandbox, project: Project, *wanted: Rendered, shared: bool = False) -> dict[str, Trial]:
    """Run snippets of one chain, then paste them, each time from the known state on.

    Where the environments share out the ways of pasting, one is taken here. Returns the trial of each, by key.
    """
    chain = find_chain(project, wanted[0])
    ran, _ = _run_round(live, project, chain, wanted)
    sound = [one for one in wanted if _is_pasted(one) and not check(one, ran[one.key]).problems]
    pastes: dict[str, list[Pasted]] = {one.key: [] for one in wanted}
    turn, turns = find_turn(project, chain[0]) if shared else (0, 1)
    due = {one.key: share(find_ways(one), turn, turns) for one in sound}
    # What is quick and changes nothing is pasted both ways between two measurements.
    still = all(one.snippet.risk is Risk.READ_ONLY and ran[one.key].seconds < QUICK for one in chain)
    together = still or all(len(ways) == 1 for ways in due.values())
    for ways in (tuple(PasteMode),) if together else tuple((mode,) for mode in PasteMode):
        now = {key: [mode for mode in ways if mode in mine] for key, mine in due.items()}
        if any(now.values()):
            for key, pasted in _run_round(live, project, chain, wanted, pasting=now)[1].items():
                pastes[key] += pasted
    transient = frozenset(name for name, probe in live.sandbox.probes.items() if probe.transient)
    both = [None, *((one, ran[one.key]) for one in chain), None]
    return {
        one.key: Trial(
            rendered=one,
            execution=ran[one.key],
            undone=both[place],
            undo=both[place + 2],
            pastes=tuple(pastes[one.key]),
            transient=transient,
        )
        for place, one in enumerate(chain)
        if one.key in pastes
    }


def find_chain(project: Project, rendered: Rendered) -> list[Rendered]:
    """Return what a snippet undoes, the snippet, its undo, as far as there are such: they run one after the other."""
    names = (undone_by(project).get(rendered.snippet.id), rendered.snippet.id, rendered.snippet.undo)
    return [render(project, name, rendered.environment) for name in names if isinstance(name, str)]


def find_partner(project: Project, rendered: Rendered) -> Rendered | None:
    """Return a change's undo, or an undo's change, where the same rounds try both."""
    chain = find_chain(project, rendered)
    others = [one for one in chain if one.key != rendered.key]
    if len(others) != 1 or [one.key for one in find_chain(project, others[0])] != [one.key for one in chain]:
        return None
    return others[0]


def find_turn(project: Project, rendered: Rendered) -> tuple[int, int]:
    """Return this environment's number, and how many there are, where they share something out.

    Another snippet begins with another environment: each gets as much as the next.
    """
    names = sorted(project.environments)
    return (names.index(rendered.environment) + zlib.crc32(rendered.snippet.id.encode())) % len(names), len(names)


def share(ways: Sequence[PasteMode], turn: int, turns: int) -> tuple[PasteMode, ...]:
    """Return the ways of pasting that are this environment's: all of them are someone's, and everyone has one."""
    return tuple(way for place, way in enumerate(ways) if place % turns == turn) or (ways[-1],)


def _is_pasted(rendered: Rendered) -> bool:
    return rendered.snippet.kind is Kind.SHELL and rendered.snippet.paste_reason is None


def find_ways(rendered: Rendered) -> tuple[PasteMode, ...]:
    """Return how a text is pasted.

    Of a single line a terminal that marks it shows nothing that the plain one does not.
    """
    return tuple(PasteMode) if "\n" in rendered.text.rstrip("\n") or rendered.aliases else (PasteMode.PLAIN,)


def _run_round(
    live: LiveSandbox,
    project: Project,
    chain: Sequence[Rendered],
    wanted: Sequence[Rendered],
    *,
    pasting: Mapping[str, Sequence[PasteMode]] = MappingProxyType({}),
) -> tuple[dict[str, Execution], dict[str, list[Pasted]]]:
    """Run a chain from the known state on, or paste those of it that have ways; see whether the state is that again."""
    destructive = any(one.snippet.risk is Risk.DESTRUCTIVE for one in wanted)
    reading = any(one.snippet.risk is Risk.READ_ONLY for one in chain)
    ran: dict[str, Execution] = {}
    pasted: dict[str, list[Pasted]] = {}
    with live.changing(anew=destructive, reading=reading):
        for one in chain:
            if ways := pasting.get(one.key):
                pasted[one.key] = _paste(live, project, one, ways)
            else:
                ran[one.key] = _run(live, project, one)
        done: list[Execution | Pasted] = [*ran.values(), *(one for many in pasted.values() for one in many)]
        ends = (chain[0].key, chain[-1].key)
        first, last = (pasted[key][0] if key in pasted else ran[key] for key in ends)
        live.settle(first.before, last.after, left=any(one.leftovers for one in done))
    return ran, pasted


def _run(live: LiveSandbox, project: Project, rendered: Rendered) -> Execution:
    prerequisites = [render(project, name, rendered.environment) for name in rendered.snippet.requires]
    with live.account.spend("running"):
        return run_snippet(
            rendered,
            session=live.session(rendered.host.role),
            prerequisites=prerequisites,
            measure=_measure_twice(live),
            command=live.find_command(rendered.snippet.kind),
        )


def _paste(live: LiveSandbox, project: Project, rendered: Rendered, ways: Sequence[PasteMode]) -> list[Pasted]:
    """Paste a snippet in each of these ways between two measurements."""
    prerequisites = [render(project, name, rendered.environment) for name in rendered.snippet.requires]
    session = live.session(rendered.host.role)
    before = live.recall()
    with live.account.spend("pasting"):
        pastes = [paste_snippet(rendered, session=session, mode=mode, prerequisites=prerequisites) for mode in ways]
    after = live.measure()
    return [replace(one, before=before, after=after) for one in pastes]


def _measure_twice(live: LiveSandbox) -> Callable[[], dict[str, str]]:
    """Return what is called before and after a run: what was read after the last one holds before this one."""
    ways = iter((live.recall, live.measure))

    def measure() -> dict[str, str]:
        return next(ways)()

    return measure


def judge(trial: Trial) -> Verdict:
    """Judge a trial: the snippet by itself, then whether its undo, or what it undoes, works with it."""
    verdict = check(trial.rendered, trial.execution)
    problems = list(verdict.problems)
    if trial.undone:
        pair = (*trial.undone, trial.rendered, trial.execution)
        problems += _judge_pair(*pair, which=trial.undone[0], transient=trial.transient)
    for pasted in trial.pastes:
        problems += check_pasted(trial.rendered, trial.execution, pasted)
    if trial.undo:
        pair = (trial.rendered, trial.execution, *trial.undo)
        problems += _judge_pair(*pair, which=trial.undo[0], transient=trial.transient)
    ways = tuple(pasted.mode for pasted in trial.pastes)
    return replace(verdict, status=Status.FAILED if problems else Status.PASSED, problems=tuple(problems), pasted=ways)


def _judge_pair(
    change: Rendered,
    changed: Execution,
    undo: Rendered,
    undone: Execution,
    *,
    which: Rendered,
    transient: frozenset[str],
) -> list[str]:
    """Say what is wrong with a change and its undo run one after the other; `which` has not been judged by itself."""
    other = changed if which is change else undone
    problems = [f"{which.snippet.id}, run with it: {problem}" for problem in check(which, other).problems]
    for name in sorted(n for n in changed.before.keys() - transient if changed.before[n] != undone.after.get(n)):
        problems.append(
            f"{undo.snippet.location}: the undo {undo.snippet.id} does not take back what {change.snippet.id} did to "
            f"'{name}'. Make it reverse all of it, or declare undo = {{ none = \"why\" }}:\n"
            + show_difference(changed.before[name], undone.after.get(name, ""))
        )
    return problems


def judge_control(rendered: Rendered, trial: Trial) -> Verdict:
    """Judge a negative control: with the thing that it asks about gone, the snippet must fail."""
    if _is_red(trial):
        return Verdict(status=Status.PASSED, problems=(), execution=trial.execution)
    problem = (
        f"{rendered.snippet.location}: it still passes with the control '{rendered.snippet.control}' applied, so it "
        "cannot tell a healthy system from a broken one. Expect something of its output that only the healthy one says."
    )
    return Verdict(status=Status.FAILED, problems=(problem,), execution=trial.execution)


def run_control(live: LiveSandbox, project: Project, rendered: Rendered) -> Trial:
    """Run a read-only snippet with the thing that it asks about stopped or emptied.

    The sandbox is left so for the next one with the same control; what passes there is tried again in its known state.
    """
    control = rendered.snippet.control
    if not isinstance(control, str):
        raise ValueError(f"{rendered.key} has no control")
    prerequisites = [render(project, name, rendered.environment) for name in rendered.snippet.requires]
    pastes: tuple[Pasted, ...] = ()
    for anew in (live.control != control, True):
        with live.under_control(control, anew=anew):
            session = live.session(rendered.host.role)
            command = live.find_command(rendered.snippet.kind)
            with live.account.spend("running"):
                execution = run_snippet(rendered, session=session, prerequisites=prerequisites, command=command)
            if rendered.aliases:  # defining them asks nothing: they have to be called
                with live.account.spend("pasting"):
                    mode = PasteMode.BRACKETED
                    paste = paste_snippet(rendered, session=session, mode=mode, prerequisites=prerequisites)
                pastes = (paste,)
            if not execution.leftovers and not execution.timed_out:
                live.keep_control(control)
        trial = Trial(rendered=rendered, execution=execution, pastes=pastes)
        if anew or _is_red(trial):
            break
    return trial


def _is_red(trial: Trial) -> bool:
    if check(trial.rendered, trial.execution).problems:
        return True
    return any(check_pasted(trial.rendered, trial.execution, pasted) for pasted in trial.pastes)
