"""What a reader of a red run needs to see, in words."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from drillbook.core.model import Rendered
from drillbook.evidence.record import Record
from drillbook.project.project import Project, pages_showing
from drillbook.sandbox.accounting import PARTS, Spent, add_spent
from drillbook.verify.verdict import Trial

ERRORED = ("drillbook", "errored")
"""What the report of an item says that ended without a verdict, whatever it was doing."""
SPENT = "drillbook-spent"
"""The name under which a test's report says what it spent with sandboxes."""


def describe_contradiction(committed: Record | None, record: Record, rendered: Rendered) -> list[str]:
    """Say where the committed record and this run part."""
    mend = "Run `drillbook site` and commit what it writes to evidence/."
    if committed is None:
        return [f"{rendered.snippet.location}: no evidence is committed for {rendered.environment}. {mend}"]
    if (committed.sha256, dict(committed.dependencies)) != (record.sha256, dict(record.dependencies)):
        names = committed.dependencies.keys() | record.dependencies.keys()
        stale = sorted(n for n in names if committed.dependencies.get(n) != record.dependencies.get(n))
        return [f"{rendered.snippet.location}: the committed evidence is stale ({', '.join(stale) or 'text'}). {mend}"]
    if committed.status is not record.status:
        return [
            f"{rendered.snippet.location}: the committed evidence says {committed.status}, this run says "
            f"{record.status}. Find out which is right before you commit either."
        ]
    return []


def describe_failure(project: Project, rendered: Rendered, problems: str, trial: Trial | None, logs: str) -> str:
    """Return the report of a failure: where it is shown, where it ran, the text, what was wrong, what it printed."""
    snippet, host = rendered.snippet, rendered.host
    shown = ", ".join(f"{project.show_page(page)}:{line}" for page, line in pages_showing(project).get(snippet.id, ()))
    numbered = "\n".join(f"{snippet.text_line + n:5} | {line}" for n, line in enumerate(rendered.text.split("\n")))
    parts = [
        f"{snippet.id} in {rendered.environment}, shown on {shown or 'no page'}",
        f"run as {host.user} on {host.name} ({host.role}) in {rendered.directory}:\n{numbered}",
        problems,
    ]
    if trial:
        done = trial.execution
        parts.append(f"exit code {done.returncode} after {done.seconds:.2f} s")
        parts += [f"--- {name}\n{text}" for name, text in (("stdout", done.stdout), ("stderr", done.stderr)) if text]
    if logs:
        parts.append(f"--- logs of the sandbox\n{logs}")
    return "\n\n".join(parts)


def describe_minutes(durations: Iterable[tuple[str, float]]) -> str:
    """Return how many minutes each system took, from the seconds of each test.

    Its snippets count, and the tests that bear its name; all other tests count for their folder.
    """
    taken = [(PurePosixPath(nodeid.split("::", 1)[0]), seconds) for nodeid, seconds in durations]
    systems = {path.parent.name for path, _ in taken if path.parent.parent.name == "snippets"}
    minutes: dict[str, float] = defaultdict(float)
    for path, seconds in taken:
        named = path.stem.removeprefix("test_").replace("_", "-")
        name = path.parent.name if path.parent.name in systems else named if named in systems else str(path.parent)
        minutes[name] += seconds / 60
    return ", ".join(f"{name} {number:.1f}" for name, number in sorted(minutes.items(), key=lambda item: -item[1]))


def describe_spent(told: Iterable[tuple[str, Iterable[tuple[str, object]]]]) -> list[str]:
    """Return a line for each system, and whether snippets or tests used it: the minutes of each part, and how often.

    `told` has what each test's report says, by names, with the test's own.
    """
    many: dict[str, list[Spent]] = defaultdict(list)
    for nodeid, properties in told:
        who = "tests" if nodeid.startswith("tests/") else "snippets"
        for text in (str(value) for name, value in properties if name == SPENT):
            for system, spent in json.loads(text).items():
                many[f"{system}, {who}"].append(spent)
    lines = []
    for name, total in sorted((name, add_spent(spents)) for name, spents in many.items()):
        parts = [f"{part} {total[part][1] / 60:.1f} ({total[part][0]})" for part in PARTS if part in total]
        lines.append(f"{name}: {', '.join(parts)}")
    return lines
