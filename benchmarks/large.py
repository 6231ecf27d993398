"""A project of 10,000 verdicts, and what the commands cost in it that look at all of them.

    python -m benchmarks.large FOLDER

Five systems, 1,000 snippets each (undo pairs, prerequisites, values of the environment), two environments, 200 pages.
Every verdict has a record, so nothing needs to be run.
"""

from __future__ import annotations

import argparse
import datetime as dt
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.figures import Figure, compare, time_median, time_once
from drillbook.core.model import Rendered, Status
from drillbook.evidence.record import Record, evidence_path, find_dependencies, serialise
from drillbook.project.project import Project, load_project, render_all

SYSTEMS = ("orders", "payments", "search", "stock", "mail")
ENVIRONMENTS = ("production", "staging")
SNIPPETS, PAGES = 1000, 40
"""For each system."""
RESTED = 3
"""Seconds after which a file is no longer so fresh that it is hashed again, see `drillbook.core.index`."""
VERIFIED = dt.datetime(2026, 11, 21, 3, 0, tzinfo=dt.UTC)

ENVIRONMENT = """\
name: {name}
label: {label}
systems:
{systems}"""
SYSTEM = """\
  {system}:
    hosts:
      app: {{name: app-01.{name}.{system}.example, user: ops, directory: /opt/{system}}}
    ports: {{api: {port}}}
    limits: {{errors: 10, workers: {workers}}}
    contacts:
      on_call: {{title: On call, address: on-call@{name}.{system}.example, availability: always}}
    escalation:
      - {{level: L1, contact: on_call, when: at first}}
    severities:
      P1: {{title: Critical, description: All is down, response_minutes: 15, examples: Nothing answers}}
"""
COMPOSE = """\
services:
  app:
    image: "drillbook/{system}-app:${{DRILLBOOK_DEFINITION:?}}"
    hostname: "${{HOSTS_APP_NAME:?}}"
"""
SANDBOX = """\
system: {system}
hosts:
  app: {{service: app}}
start: [{{host: app, command: /opt/{system}/lay-out}}]
probes:
  units: {{host: app, command: systemctl list-units}}
  files: {{host: app, command: find /opt/{system}}}
controls:
  stopped: {{host: app, meaning: the service is stopped, command: systemctl stop {system}}}
"""
READS = """\
# /// snippet
# title = "Ask worker {number} of {system}"
# host = "app"
# risk = "read-only"
# control = "stopped"{requires}
#
# [[expect]]
# contains = "worker {number} of {system} on @{{{{ {system}.ports.api }}}}@"
#
# [[expect]]
# number = {{ pattern = "errors: (\\\\d+)", max = "@{{{{ {system}.limits.errors }}}}@" }}
# ///
curl -fsS http://localhost:@{{{{ {system}.ports.api }}}}@/workers/{number}
curl -fsS http://localhost:@{{{{ {system}.ports.api }}}}@/workers/{number}/errors | grep -c error-{number}
"""
CHANGES = """\
# /// snippet
# title = "{title} worker {number} of {system}"
# host = "app"
# risk = "changes"
# changes = ["units"]
# undo = {undo}
# silent = "systemctl says nothing when all went well"
# ///
sudo systemctl {verb} {system}-worker@{number}.service
"""
PAGE = """\
---
owner: {system} engineers
version: "1.0"
reviewed: 2026-11-01
review_by: 2027-11-01
symptoms:
  - {{text: "worker {number} of {system} does not answer", anchor: what-you-see}}
---

# {system}: workers, part {number}

## What you see

Requests wait. The log of {system} says:

```text
level=error worker={number} msg="no answer"
```

## What to do

{blocks}"""


def write(path: Path, text: str) -> None:
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def make_snippets(system: str, count: int) -> Iterator[tuple[str, str]]:
    """Yield names and texts: of ten, one stops, one starts again, three need a prerequisite, five stand alone."""
    for number in range(count):
        place = number % 10
        if place == 0:
            undo = f'"{system}/worker-{number + 1:04}"'
            yield (
                f"worker-{number:04}",
                CHANGES.format(title="Stop", verb="stop", undo=undo, **locals_of(system, number)),
            )
        elif place == 1:
            undo = '{ none = "it is itself an undo" }'
            title = CHANGES.format(title="Start", verb="start", undo=undo, **locals_of(system, number - 1))
            yield f"worker-{number:04}", title
        else:
            needed = f'\n# requires = ["{system}/worker-{number - place + 9:04}"]' if place in (2, 3, 4) else ""
            yield f"worker-{number:04}", READS.format(requires=needed, **locals_of(system, number))


def locals_of(system: str, number: int) -> dict[str, object]:
    """Return what every template takes."""
    return {"system": system, "number": number}


def make_project(root: Path, *, snippets: int = SNIPPETS, pages: int = PAGES) -> Path:
    """Write the project and a record for each verdict."""
    write(root / "mkdocs.yml", "site_name: Large\n")
    for environment, port in zip(ENVIRONMENTS, (8000, 8100), strict=True):
        parts = [SYSTEM.format(system=system, name=environment, port=port, workers=snippets) for system in SYSTEMS]
        text = ENVIRONMENT.format(name=environment, label=environment.capitalize(), systems="".join(parts))
        write(root / "environments" / f"{environment}.yml", text)
    for system in SYSTEMS:
        write(root / "sandboxes" / system / "compose.yaml", COMPOSE.format(system=system))
        write(root / "sandboxes" / system / "sandbox.yml", SANDBOX.format(system=system))
        for number in range(40):
            write(root / "sandboxes" / system / "app" / f"part-{number}.sh", f"echo {system} {number}\n")
        names = []
        for name, text in make_snippets(system, snippets):
            write(root / "snippets" / system / f"{name}.sh", text)
            names.append(name)
        for number in range(pages):
            shown = names[number::pages]
            blocks = "".join(f'@{{{{ snippet("{system}/{name}") }}}}@\n\n' for name in shown).rstrip("\n") + "\n"
            write(
                root / "docs" / system / f"part-{number}.md", PAGE.format(system=system, number=number, blocks=blocks)
            )
    write(root / "docs" / "index.md", "---\nowner: engineers\nreviewed: 2026-11-01\n---\n\n# Large\n")
    project = load_project(root)
    for rendered in render_all(project):
        write(root / "evidence" / evidence_path(rendered), serialise(make_record(project, rendered), rendered))
    make_older(root)
    return root


def make_older(root: Path) -> None:
    """Wait until no file is so fresh that it is hashed again."""
    time.sleep(RESTED)


def make_record(project: Project, rendered: Rendered) -> Record:
    """Return a record as a run would leave it."""
    return Record(
        status=Status.PASSED,
        sha256=rendered.sha256,
        dependencies=find_dependencies(project, rendered),
        verified=VERIFIED,
        seconds=0.2,
        sandbox=f"{rendered.snippet.system} as {rendered.environment}",
        stand_ins={},
        versions={f"package-{number}": f"{number}.0-1" for number in range(10)},
        returncode=0,
        stdout=f"{rendered.snippet.title}: well\n" * 5,
        stderr="",
        changed=rendered.snippet.changes,
        problems=(),
    )


def measure_large(drillbook: Callable[..., None]) -> dict[str, Figure]:
    """Measure the commands that look at every verdict; `drillbook` runs one of them in a project."""
    with tempfile.TemporaryDirectory(prefix="drillbook-benchmark-large-") as name:
        root = make_project(Path(name))
        floor = time_median(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), 9)
        figures: dict[str, Figure] = {}

        def note(what: str, seconds: float, aim: str) -> None:
            figures[f"10,000 verdicts: {what}"] = compare(seconds, floor, "starting Python", aim)

        note("a whole check", time_once(lambda: drillbook(root, "check")), "30 s")
        note("a verify with nothing to do, without index", time_once(lambda: drillbook(root, "verify")), "none")
        time.sleep(RESTED)
        note("a verify with nothing to do", time_median(lambda: drillbook(root, "verify"), 5), "2 s")
        note("a list", time_median(lambda: drillbook(root, "list"), 5), "3 s")
        change_snippet(root)
        note("a check after one change", time_once(lambda: drillbook(root, "check")), "3 s")
        change_snippet(root)
        note("a list after one change", time_once(lambda: drillbook(root, "list")), "3 s")
    return figures


def change_snippet(root: Path) -> None:
    """Change the text of one snippet that others need."""
    path = root / "snippets" / SYSTEMS[0] / "worker-0009.sh"
    path.write_text(path.read_text("utf-8") + "true\n", "utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="large", description=__doc__)
    parser.add_argument("folder", type=Path)
    make_project(parser.parse_args().folder)
