"""Another environment's commands, which must find nothing to act on."""

from __future__ import annotations

from dataclasses import replace

from drillbook.core.model import Kind, Rendered, Risk
from drillbook.project.project import Project, render
from drillbook.sandbox.live import LiveSandbox
from drillbook.verify.running import run_snippet


def find_foreign_changes(project: Project, system: str) -> list[Rendered]:
    """Return production's commands that change something and name a host, to be pasted by a reader of staging."""
    found = []
    for snippet in project.snippets.values():
        if snippet.system == system and snippet.risk is not Risk.READ_ONLY and snippet.kind is Kind.SHELL:
            own, foreign = (render(project, snippet.id, name) for name in ("staging", "production"))
            if own.text != foreign.text:
                found.append(replace(own, text=foreign.text))
    return found


def expect_nothing_to_act_on(
    live: LiveSandbox, project: Project, role: str, *, at_least: int, said: tuple[str, ...] = ()
) -> None:
    """Run each of production's commands in staging: it fails, says one of these words if any, and moves no probe."""
    foreign = find_foreign_changes(project, live.sandbox.system)
    assert len(foreign) >= at_least
    before = live.measure()
    for rendered in foreign:
        execution = run_snippet(rendered, session=live.session(role))
        assert execution.returncode != 0, rendered.snippet.id
        assert not said or any(words in execution.stderr for words in said), (rendered.snippet.id, execution.stderr)
    assert live.measure() == before
