"""Another environment's commands, which must find nothing to act on."""

from __future__ import annotations

from dataclasses import replace

from drillbook.model import Kind, Rendered, Risk
from drillbook.project import Project, render


def find_foreign_changes(project: Project, system: str) -> list[Rendered]:
    """Return production's commands that change something and name a host, to be pasted by a reader of staging."""
    found = []
    for snippet in project.snippets.values():
        if snippet.system == system and snippet.risk is not Risk.READ_ONLY and snippet.kind is Kind.SHELL:
            own, foreign = (render(project, snippet.id, name) for name in ("staging", "production"))
            if own.text != foreign.text:
                found.append(replace(own, text=foreign.text))
    return found
