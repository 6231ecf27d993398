"""The stored record of a verdict, and whether it still holds.

A record is an in-toto Statement v1 with the predicate `test-result/v0.1`: its subject is the rendered text, its
`configuration` names what the verdict depended on, and what is ours lies under the one key `drillbook`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from drillbook.core.errors import InputError, Location, Problem
from drillbook.core.files import show_path, write_whole
from drillbook.core.generation import GENERATION
from drillbook.core.index import Read
from drillbook.core.locks import hold
from drillbook.core.model import Allowance, Input, PasteMode, Rendered, Snippet, Status, Verdict, Waiver, sha256
from drillbook.project.project import Project, render, sandbox_variables, undone_by

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
_RESULTS = {Status.PASSED: "PASSED", Status.FAILED: "FAILED"}
CLOCKS_DIFFER = dt.timedelta(days=1)
"""A record dated later than this from now would never age; a little, clocks may differ."""
NOT_DECIDING: Mapping[type, frozenset[str]] = {
    Snippet: frozenset({"title", "skip", "text_line", "file_sha256", "lines"}),
    Input: frozenset({"meaning"}),
    Allowance: frozenset({"reason"}),
}
"""The fields that decide no verdict: words for people, places in the file, and `skip`, as what is skipped has none.

Every other field counts.
"""
REASONS = frozenset({"silent", "paste_reason"})
"""The fields that give a reason: that there is one counts, its words do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What was verified, when, where, and how it came out; outputs are elided."""

    status: Status
    sha256: str
    dependencies: Mapping[str, str]
    """SHA-256 of each thing that the verdict depended on, by its name."""
    verified: dt.datetime
    seconds: float
    sandbox: str
    stand_ins: Mapping[str, str]
    versions: Mapping[str, str]
    """Versions of the packages in the sandbox, recorded but no part of the key."""
    returncode: int
    stdout: str
    stderr: str
    changed: tuple[str, ...]
    problems: tuple[str, ...]
    pasted: tuple[PasteMode, ...] = ()
    """The ways in which it was pasted into a terminal as well."""


def evidence_path(rendered: Rendered) -> Path:
    """Return the record's file, relative to the folder of evidence."""
    return Path(locate_evidence(rendered.snippet, rendered.environment))


def locate_evidence(snippet: Snippet, environment: str) -> str:
    """Return the same of a snippet that need not be rendered."""
    name = snippet.id.removeprefix(f"{snippet.system}/")
    return f"{snippet.system}/{environment}/{name}.json"


def find_dependencies(project: Project, rendered: Rendered) -> dict[str, str]:
    """Hash everything that a verdict on this snippet depends on, by name, besides its text."""
    snippet, environment = rendered.snippet, rendered.environment
    sandbox = project.sandboxes[snippet.system]
    found = {
        f"snippet:{snippet.path}": hash_snippet(snippet),
        "environment-values": _hash(dict(rendered.values)),
        "sandbox-definition": sandbox.definition,
        "sandbox-variables": _hash_variables(project, snippet.system, environment),
        "harness-generation": sha256(str(GENERATION)),
    }
    undone = undone_by(project).get(snippet.id)
    others = {"undo": snippet.undo, "undoes": undone} | {f"requires-{name}": name for name in snippet.requires}
    for role, other in others.items():
        if isinstance(other, str):
            found[f"{role.split('-')[0]}:{other}"] = render(project, other, environment).sha256
    return found


def hash_snippet(snippet: Snippet) -> str:
    """Hash what decides a verdict in a snippet's file: its text, and what its header means, defaults filled in."""
    return sha256(json.dumps(snippet, sort_keys=True, ensure_ascii=False, default=_select_deciding))


def _select_deciding(value: Any) -> object:
    """Return for JSON a value's class and its fields that decide; of what is no dataclass, such as a date, its repr.

    A waiver is nothing: without an undo or a control, no reason for that changes what is run.
    """
    if isinstance(value, Waiver):
        return None
    if not is_dataclass(value):
        return repr(value)
    names = {field.name for field in fields(value)} - NOT_DECIDING.get(type(value), frozenset())
    found = {name: getattr(value, name) for name in names}
    return {type(value).__name__: found | {name: bool(found[name]) for name in names & REASONS}}


@cache
def _hash_variables(project: Project, system: str, environment: str) -> str:
    """Hash a sandbox's variables, once for all snippets of its system."""
    return _hash(sandbox_variables(project, project.sandboxes[system], environment))


def _hash(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True, ensure_ascii=False))


def load_evidence(folder: Path, rendered: Rendered, read: Read = Path.read_bytes) -> Record | None:
    """Read the record of a snippet; None where there is none."""
    path = folder / evidence_path(rendered)
    try:
        statement = json.loads(read(path).decode("utf-8"))
        return _read(statement)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError) as error:
        text = (
            f"this is not an evidence record ({type(error).__name__}: {error}). "
            f"Delete the file and run `drillbook verify {rendered.snippet.id}`."
        )
        raise InputError(Problem(Location(show_path(path)), text)) from error


def _read(statement: dict[str, Any]) -> Record:
    predicate = statement["predicate"]
    ours = predicate["drillbook"]
    if statement["_type"] != STATEMENT or statement["predicateType"] != PREDICATE:
        raise ValueError(f"type {statement['_type']} with predicate {statement['predicateType']}")
    return Record(
        status={result: status for status, result in _RESULTS.items()}[predicate["result"]],
        sha256=statement["subject"][0]["digest"]["sha256"],
        dependencies={item["name"]: item["digest"]["sha256"] for item in predicate["configuration"]},
        verified=dt.datetime.fromisoformat(ours["verified"]),
        seconds=float(ours["seconds"]),
        sandbox=str(ours["sandbox"]),
        stand_ins=dict(ours["stand_ins"]),
        versions=dict(ours["versions"]),
        returncode=int(ours["returncode"]),
        stdout=str(ours["stdout"]),
        stderr=str(ours["stderr"]),
        changed=tuple(ours["changed"]),
        problems=tuple(ours["problems"]),
        pasted=tuple(PasteMode(mode) for mode in ours.get("pasted", ())),
    )


def serialise(record: Record, rendered: Rendered) -> str:
    """Return the record's file: JSON with sorted keys, two spaces, a newline at the end."""
    tests = [f"{rendered.snippet.path}::{rendered.environment}"]
    predicate = {
        "result": _RESULTS[record.status],
        "configuration": [
            {"name": name, "digest": {"sha256": digest}} for name, digest in sorted(record.dependencies.items())
        ],
        "passedTests" if record.status is Status.PASSED else "failedTests": tests,
        "drillbook": {
            "environment": rendered.environment,
            "host": rendered.host.name,
            "generation": GENERATION,
            "verified": record.verified.astimezone(dt.UTC).isoformat(timespec="seconds"),
            "seconds": round(record.seconds, 2),
            "sandbox": record.sandbox,
            "stand_ins": dict(record.stand_ins),
            "versions": dict(record.versions),
            "returncode": record.returncode,
            "stdout": record.stdout,
            "stderr": record.stderr,
            "changed": list(record.changed),
            "problems": list(record.problems),
            "pasted": list(record.pasted),
        },
    }
    statement = {
        "_type": STATEMENT,
        "subject": [{"name": rendered.snippet.id, "digest": {"sha256": record.sha256}}],
        "predicateType": PREDICATE,
        "predicate": predicate,
    }
    return json.dumps(statement, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def store(folder: Path, rendered: Rendered, record: Record, *, renew: bool = False) -> bool:
    """Write the record whole or not at all; leave the file alone when nothing but the run is new.

    Returns whether the file was written. `renew` writes it all the same, for a new date.
    """
    path = folder / evidence_path(rendered)
    try:
        old = load_evidence(folder, rendered)
    except InputError:
        old = None
    same = old is not None and (old.status, old.sha256, dict(old.dependencies)) == (
        record.status,
        record.sha256,
        dict(record.dependencies),
    )
    early = old is not None and old.verified > record.verified + CLOCKS_DIFFER
    if same and not early and not renew:
        return False
    write_whole(path, serialise(record, rendered))
    return True


def sweep(folder: Path) -> None:
    """Delete what a writer that was killed left half written."""
    for half in folder.glob("*/*/.*.half"):
        with hold(half.parent):
            half.unlink(missing_ok=True)


def make_record(
    project: Project, rendered: Rendered, verdict: Verdict, *, versions: Mapping[str, str], now: dt.datetime
) -> Record | None:
    """Turn a verdict into a record; None for errored and skipped ones, which prove nothing."""
    from drillbook.evidence.elision import elide  # noqa: PLC0415  # only a run needs it

    execution = verdict.execution
    if verdict.status not in _RESULTS or execution is None:
        return None
    sandbox = project.sandboxes[rendered.snippet.system]
    extra = {rendered.host.name: "[host]"}
    return Record(
        status=verdict.status,
        sha256=rendered.sha256,
        dependencies=find_dependencies(project, rendered),
        verified=now,
        seconds=execution.seconds,
        sandbox=f"{sandbox.system} as {rendered.environment}",
        stand_ins=sandbox.stand_ins,
        versions=versions,
        returncode=execution.returncode,
        stdout=elide(execution.stdout, extra={}),
        stderr=elide(execution.stderr, extra={}),
        changed=tuple(sorted(n for n in execution.before if execution.before[n] != execution.after.get(n))),
        problems=tuple(elide(problem, extra=extra) for problem in verdict.problems),
        pasted=verdict.pasted,
    )
