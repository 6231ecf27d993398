"""How each snippet stands today: by its record, and by whether what that depended on is still the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from drillbook.core.errors import DrillbookError, InputError, Problem
from drillbook.core.index import Index, Read, join_key
from drillbook.core.model import Rendered, Snippet, Status
from drillbook.evidence.record import CLOCKS_DIFFER, Record, find_dependencies, load_evidence, locate_evidence
from drillbook.project.project import Project, render, render_all, undone_by

INDEX_PART = "standings"
"""What the index calls these results, in the names of its files too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnippetResult:
    """How a snippet stands in one environment, and in one sentence why."""

    rendered: Rendered
    status: Status
    record: Record | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What is told of a result where neither text nor record are asked for."""

    snippet: Snippet
    environment: str
    host: str
    """Its name in the environment."""
    sha256: str
    """Of the rendered text."""
    status: Status
    reason: str


def load_result(
    project: Project, rendered: Rendered, folder: Path, today: dt.date, read: Read = Path.read_bytes
) -> SnippetResult:
    """Say how one snippet stands by its record and by what that depended on."""
    record = None if rendered.snippet.skip else load_evidence(folder, rendered, read)
    status, reason = _judge(project, rendered, record)
    status, reason = _date(rendered.snippet, status, reason, record.verified.date() if record else None, today)
    return SnippetResult(rendered=rendered, status=status, record=record, reason=reason)


def _judge(project: Project, rendered: Rendered, record: Record | None) -> tuple[Status, str]:
    """Say how a snippet stands on any day."""
    if record is None:
        return Status.UNVERIFIED, "It has not been run yet."
    if (stale := find_stale(project, rendered, record)) is not None:
        return Status.STALE, stale
    if record.status is Status.FAILED:
        return Status.FAILED, record.problems[0] if record.problems else "It failed."
    return Status.PASSED, "It ran as shown."


def _date(
    snippet: Snippet, status: Status, reason: str, verified: dt.date | None, today: dt.date
) -> tuple[Status, str]:
    """Say how a snippet stands on one day, by how it stands on any."""
    if (skip := snippet.skip) is not None:
        late = " (expired)" if skip.expires < today else ""
        return Status.SKIPPED, f"{skip.reason} Until {skip.expires}{late}."
    if status in (Status.PASSED, Status.FAILED) and verified and verified > today + CLOCKS_DIFFER:
        return Status.STALE, f"Its record is dated {verified}, which is in the future. Run it again."
    return status, reason


def find_stale(project: Project, rendered: Rendered, record: Record) -> str | None:
    """Say why a record no longer holds, if it does not."""
    if record.sha256 != rendered.sha256:
        return "Its text has changed since it was run."
    wanted = find_dependencies(project, rendered)
    changed = sorted(
        name for name in wanted.keys() | record.dependencies if wanted.get(name) != record.dependencies.get(name)
    )
    return f"Changed since it was run: {', '.join(changed)}." if changed else None


def load_results(
    project: Project,
    folder: Path | None = None,
    today: dt.date | None = None,
    *,
    ids: Collection[str] = (),
    environments: Collection[str] = (),
) -> dict[tuple[str, str], SnippetResult]:
    """Say how every snippet, or those named, stand in every environment, or those named, by both."""
    folder = folder or project.root / "evidence"
    today = today or find_today()
    environments = environments or tuple(project.environments)
    named = [render(project, name, environment) for name in ids for environment in environments]
    return {
        (rendered.snippet.id, rendered.environment): load_result(project, rendered, folder, today)
        for rendered in named or render_all(project, environments)
    }


def find_today() -> dt.date:
    """Return the date, wherever this runs."""
    return dt.datetime.now(dt.UTC).date()


def summarise(
    project: Project, today: dt.date | None = None, *, ids: Collection[str] = ()
) -> dict[tuple[str, str], Summary]:
    """Say what `load_results` does, with as little work as the project's index allows; the index is saved."""
    today = today or find_today()
    if (index := project.index) is None:
        return {key: _shorten(result) for key, result in load_results(project, today=today, ids=ids).items()}
    folder = project.root / "evidence"
    keys = dict(_find_keys(project, index, folder, ids))
    found = {key: index.find(INDEX_PART, "@".join(key), digest) for key, digest in keys.items()}
    missing, problems = [key for key, kept in found.items() if kept is None], list[Problem]()
    for key in missing:
        try:
            render(project, *key)
        except DrillbookError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(sorted(set(problems)))
    for key in missing:
        rendered = render(project, *key)
        record = None if rendered.snippet.skip else load_evidence(folder, rendered, index.read)
        status, reason = _judge(project, rendered, record)
        verified = record.verified.date() if record else None
        found[key] = rendered.host.name, rendered.sha256, str(status), reason, verified
        index.keep(INDEX_PART, "@".join(key), keys[key], found[key])
    index.save()
    return {key: _read_summary(project.snippets[key[0]], key[1], kept, today) for key, kept in found.items()}


def _find_keys(
    project: Project, index: Index, folder: Path, ids: Collection[str]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield for each snippet and environment the key of all that its result hangs on, but for the date."""
    undone = undone_by(project)
    environments = [(one.name, index.digest(project.root / one.path)) for one in project.environments.values()]
    for snippet_id in ids or project.snippets:
        snippet = project.snippets[snippet_id]
        sandbox = project.sandboxes.get(snippet.system)
        undo = snippet.undo if isinstance(snippet.undo, str) else ""
        others = [undo, undone.get(snippet_id, ""), *snippet.requires]
        parts = [snippet.path, snippet.file_sha256, sandbox.definition if sandbox else ""]
        parts += [f"{one} {project.snippets[one].file_sha256}" if one else "" for one in others]
        for name, values in environments:
            record = index.digest(f"{folder}/{locate_evidence(snippet, name)}")
            yield (snippet_id, name), join_key(name, values, record, *parts)


def _shorten(result: SnippetResult) -> Summary:
    rendered = result.rendered
    return Summary(
        snippet=rendered.snippet,
        environment=rendered.environment,
        host=rendered.host.name,
        sha256=rendered.sha256,
        status=result.status,
        reason=result.reason,
    )


def _read_summary(
    snippet: Snippet, environment: str, kept: tuple[str, str, str, str, dt.date | None], today: dt.date
) -> Summary:
    host, digest, undated, why, verified = kept
    status, reason = _date(snippet, Status(undated), why, verified, today)
    return Summary(snippet=snippet, environment=environment, host=host, sha256=digest, status=status, reason=reason)
