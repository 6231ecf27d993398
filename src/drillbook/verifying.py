"""Verify one snippet in a live sandbox: run it between two measurements, judge it, try its undo.

`run_in` executes and may raise SetupError (the sandbox is at fault: errored); `judge` only looks at what happened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from drillbook.checking import check, show_difference
from drillbook.model import Execution, Rendered, Risk, Status, Verdict
from drillbook.project import Project, render, undone_by
from drillbook.running import run_snippet
from drillbook.sandbox import LiveSandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The executions of one verification: the snippet's own, what it undoes, its undo."""

    rendered: Rendered
    execution: Execution
    undone: tuple[Rendered, Execution] | None = None
    """The snippet that this one undoes, run before it."""
    undo: tuple[Rendered, Execution] | None = None


def run_in(live: LiveSandbox, project: Project, rendered: Rendered) -> Trial:
    """Run a snippet in a sandbox that is brought to its known state first where need be."""
    snippet, environment = rendered.snippet, rendered.environment
    if live.dirty:
        live.reset()
    live.traffic()
    # Until both measurements have been compared, nobody knows what the state is.
    live.dirty = True
    undone = undo = None
    if other := undone_by(project).get(snippet.id):
        before = render(project, other, environment)
        undone = (before, _run(live, project, before))
    execution = _run(live, project, rendered)
    if snippet.undo:
        after = render(project, snippet.undo, environment)
        undo = (after, _run(live, project, after))
    trial = Trial(rendered=rendered, execution=execution, undone=undone, undo=undo)
    live.dirty = snippet.risk is not Risk.READ_ONLY or execution.before != execution.after or bool(execution.leftovers)
    return trial


def _run(live: LiveSandbox, project: Project, rendered: Rendered) -> Execution:
    prerequisites = [render(project, name, rendered.environment) for name in rendered.snippet.requires]
    return run_snippet(
        rendered,
        session=live.session(rendered.host.role),
        prerequisites=prerequisites,
        measure=live.measure,
    )


def judge(trial: Trial) -> Verdict:
    """Judge a trial: the snippet by itself, then whether its undo, or what it undoes, works with it."""
    verdict = check(trial.rendered, trial.execution)
    problems = list(verdict.problems)
    if trial.undone:
        problems += _judge_pair(*trial.undone, trial.rendered, trial.execution, which=trial.undone[0])
    if trial.undo:
        problems += _judge_pair(trial.rendered, trial.execution, *trial.undo, which=trial.undo[0])
    return replace(verdict, status=Status.FAILED if problems else Status.PASSED, problems=tuple(problems))


def _judge_pair(
    change: Rendered, changed: Execution, undo: Rendered, undone: Execution, *, which: Rendered
) -> list[str]:
    """Say what is wrong with a change and its undo run one after the other; `which` has not been judged by itself."""
    other = changed if which is change else undone
    problems = [f"{which.snippet.id}, run with it: {problem}" for problem in check(which, other).problems]
    for name in (n for n in changed.before if changed.before[n] != undone.after.get(n)):
        problems.append(
            f"{undo.snippet.location}: the undo {undo.snippet.id} does not take back what {change.snippet.id} did to "
            f"'{name}'; make it take back all of it, or declare undo = {{ none = \"why\" }}:\n"
            + show_difference(changed.before[name], undone.after.get(name, ""))
        )
    return problems


def judge_control(rendered: Rendered, trial: Trial) -> Verdict:
    """Judge a negative control: with the thing that it asks about gone, the snippet must fail."""
    if check(rendered, trial.execution).status is Status.FAILED:
        return Verdict(status=Status.PASSED, problems=(), execution=trial.execution)
    problem = (
        f"{rendered.snippet.location}: it still passes with the control '{rendered.snippet.control}' applied, so it "
        "cannot tell a healthy system from a broken one; expect something of its output that only the healthy one says"
    )
    return Verdict(status=Status.FAILED, problems=(problem,), execution=trial.execution)


def run_control(live: LiveSandbox, project: Project, rendered: Rendered) -> Trial:
    """Run a read-only snippet with the thing that it asks about stopped or emptied."""
    control = rendered.snippet.control
    if control is None:
        raise ValueError(f"{rendered.key} has no control")
    if live.dirty:
        live.reset()
    live.traffic()
    live.apply_control(control)
    prerequisites = [render(project, name, rendered.environment) for name in rendered.snippet.requires]
    execution = run_snippet(
        rendered, session=live.session(rendered.host.role), prerequisites=prerequisites, measure=None
    )
    return Trial(rendered=rendered, execution=execution)
