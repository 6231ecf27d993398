"""How each snippet stands today: by its record, and by whether what that depended on is still the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from drillbook.evidence import CLOCKS_DIFFER, Record, find_dependencies, load_evidence
from drillbook.model import Rendered, Status
from drillbook.project import Project, render, render_all


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a snippet stands in one environment, and in one sentence why."""

    rendered: Rendered
    status: Status
    record: Record | None
    reason: str


def find_standing(project: Project, rendered: Rendered, folder: Path, today: dt.date) -> Standing:
    """Say how one snippet stands by its record and by what that depended on."""
    snippet = rendered.snippet

    def standing(status: Status, reason: str, record: Record | None = None) -> Standing:
        return Standing(rendered=rendered, status=status, record=record, reason=reason)

    if snippet.skip is not None:
        late = " (expired)" if snippet.skip.expires < today else ""
        return standing(Status.SKIPPED, f"{snippet.skip.reason} Until {snippet.skip.expires}{late}.")
    record = load_evidence(folder, rendered)
    if record is None:
        return standing(Status.UNVERIFIED, "It has not been run yet.")
    if (stale := find_stale(project, rendered, record, today)) is not None:
        return standing(Status.STALE, stale, record)
    if record.status is Status.FAILED:
        return standing(Status.FAILED, record.problems[0] if record.problems else "It failed.", record)
    return standing(Status.PASSED, "It ran as shown.", record)


def find_stale(project: Project, rendered: Rendered, record: Record, today: dt.date) -> str | None:
    """Say why a record no longer holds, if it does not."""
    if record.sha256 != rendered.sha256:
        return "Its text has changed since it was run."
    wanted = find_dependencies(project, rendered)
    changed = sorted(
        name for name in wanted.keys() | record.dependencies if wanted.get(name) != record.dependencies.get(name)
    )
    if changed:
        return f"Changed since it was run: {', '.join(changed)}."
    if record.verified.date() > today + CLOCKS_DIFFER:
        date = record.verified.date().isoformat()
        return f"Its record is dated {date}, which is still to come; run it again."
    return None


def find_standings(
    project: Project,
    folder: Path | None = None,
    today: dt.date | None = None,
    *,
    ids: Collection[str] = (),
    environments: Collection[str] = (),
) -> dict[tuple[str, str], Standing]:
    """Say how every snippet, or those named, stand in every environment, or those named, by both."""
    folder = folder or project.root / "evidence"
    today = today or dt.datetime.now(dt.UTC).date()
    environments = environments or tuple(project.environments)
    named = [render(project, name, environment) for name in ids for environment in environments]
    return {
        (rendered.snippet.id, rendered.environment): find_standing(project, rendered, folder, today)
        for rendered in named or render_all(project, environments)
    }
