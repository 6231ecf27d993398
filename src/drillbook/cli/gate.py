"""Plans a run of the gate: `python -m drillbook.cli.gate --output FILE [--base REV] [--share K/N] [--all] --paths …`.

Collects the items below the paths as pytest would, chooses among them, prints why, and writes the choice to a file for
`pytest --drillbook-plan FILE`. `./run tests` and `./run nightly` call it.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from drillbook.core.errors import DrillbookError, InputError, Location, Problem
from drillbook.core.files import write_whole
from drillbook.plan.changes import (
    GENERATION_KEY,
    Base,
    find_base,
    find_changed_key,
    find_changed_paths,
    find_date,
    find_engine_changes,
    find_imports,
    read_keys,
)
from drillbook.plan.last_run import read_last_run
from drillbook.plan.selection import (
    DAYS,
    Facts,
    Plan,
    Unit,
    Why,
    find_date_of,
    find_todays_share,
    parse_share,
    select,
)
from drillbook.project.project import find_root, load_project
from drillbook.pytest_plugin import plugin as pytest_plugin
from drillbook.pytest_plugin.planned import needs_sandbox
from drillbook.pytest_plugin.plugin import ControlItem, SnippetItem
from drillbook.verify.verdict import find_chain, find_turn

PROMISES = Path("docs/handbook/promises.md")
NAMED = re.compile(r"`([\w/]+/test_\w+)::(test_\w+)`")
COMMAND_LINE = re.compile(r"""["']drillbook["']|drillbook\.cli|\bclone\b|start_verify""")
"""What a test's file holds that starts the whole program: any module may then matter to it."""


SHOWN = 3
"""So many files of the engine a plan names."""


class Collected:
    """The items that pytest collects."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep them."""
        self.items = list(session.items)


def collect(root: Path, paths: Sequence[str]) -> list[pytest.Item]:
    """Return the items below the paths that need a sandbox. Raises InputError where something is not collected."""
    collected = Collected()
    arguments = ["--collect-only", "-q", f"--rootdir={root}", "--disable-plugin-autoload", "--drillbook-controls"]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = pytest.main([*arguments, *(str(root / path) for path in paths)], plugins=[pytest_plugin, collected])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise InputError(Problem(Location(" ".join(paths)), f"pytest cannot collect this:\n{said.getvalue().strip()}"))
    return [item for item in collected.items if needs_sandbox(item)]


def make_unit(item: pytest.Item) -> Unit:
    """Return what the choice has to know of an item."""
    if isinstance(item, SnippetItem):
        head = find_chain(item.project, item.rendered)[0]
        return Unit(
            nodeid=item.nodeid,
            systems=(item.rendered.snippet.system,),
            group=head.snippet.id,
            environment=item.rendered.environment,
            turn=find_turn(item.project, head)[0],
            control=isinstance(item, ControlItem),
        )
    return Unit(nodeid=item.nodeid, systems=find_systems(item), group=item.nodeid.split("::", 1)[0])


def find_systems(item: pytest.Item) -> tuple[str, ...]:
    """Return the systems that a test says it needs."""
    return tuple(name for marker in item.iter_markers("system") for name in marker.args)


def find_changed(root: Path, items: Sequence[pytest.Item], base: str) -> tuple[dict[str, str], list[str]]:
    """Return what changed against the base, by node id; and what of the engine did."""
    paths = find_changed_paths(root, base)
    keys = read_keys(root, base)
    engine = find_engine_changes(root, paths, base)
    changed: dict[str, str] = {}
    for item in items:
        if isinstance(item, SnippetItem):
            if item.rendered.snippet.skip:
                continue
            names = find_changed_key(item.project, item.rendered, keys)
            if names == [GENERATION_KEY]:
                engine = engine or ["its generation"]
            elif names:
                changed[item.nodeid] = ", ".join(names)
        elif reason := find_changed_ground(root, item.path, find_systems(item), paths):
            changed[item.nodeid] = reason
    return changed, engine


def find_changed_ground(root: Path, file: Path, systems: Sequence[str], paths: frozenset[str]) -> str | None:
    """Say which file that a test's file in sandboxes of these systems stands on has changed, if one has."""
    folders = ["sandboxes/_", *(f"sandboxes/{name}/" for name in systems), *(["environments/"] if systems else [])]
    imported = {path for path in find_imports(root, file) if path.is_relative_to(root)}
    ground = {path.relative_to(root).as_posix() for path in {file, *imported}}
    own = [file, *(path for path in imported if path.is_relative_to(root / "tests"))]
    text = "\n".join(path.read_text("utf-8") for path in own)
    for path in sorted(paths):
        if (
            path in ground
            or path.startswith(tuple(folders))
            or (path.startswith("src/drillbook/") and COMMAND_LINE.search(text))
            or (path.startswith("tests/") and _stands_on(file.relative_to(root), path, text))
        ):
            return path
    return None


def _stands_on(file: Path, path: str, text: str) -> bool:
    """Tell whether a path is a conftest above a test's file, or has a folder or a name that the test's text quotes."""
    changed = Path(path)
    if changed.name == "conftest.py" and changed.parent in file.parents:
        return True
    # The names of the folders that tests lie in are words of many a text; on a test's file stands who names it.
    is_test = changed.name.startswith("test_")
    names = {changed.name} if is_test else set(changed.parts) - set(file.parent.parts) - {"engine", "systems"}
    return any(re.search(rf"""["'/]{re.escape(name)}["'/]""", text) for name in names)


def find_named(root: Path) -> frozenset[str]:
    """Return the node ids of the tests that the page of promises names."""
    try:
        page = (root / PROMISES).read_text("utf-8")
    except FileNotFoundError:
        return frozenset()
    return frozenset(f"tests/{file}.py::{name}" for file, name in NAMED.findall(page))


def describe(plan: Plan, units: Sequence[Unit], facts: Facts, base: Base, engine: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a plan: how many, why these, what is left to which day, how long."""
    against = f"against {base.revision[:9]} ({base.why})" if base.revision else base.why
    yield f"plan for {facts.date}, {against}"
    counts = Counter(plan.chosen.values())
    for why in Why:
        if counts[why]:
            yield f"  {counts[why]:5}  {_say(why, facts, engine)}"
    for reason, number in Counter(facts.changed[n] for n, why in plan.chosen.items() if why is Why.CHANGED).most_common(
        5
    ):
        yield f"         {number} by {reason}"
    yield f"  {len(plan.chosen):5}  of {len(units)} snippets, controls and sandbox tests, and all other tests"
    systems = Counter(s for unit in units if unit.nodeid in plan.chosen for s in unit.systems)
    yield "  sandboxes: " + (", ".join(f"{name} ({number})" for name, number in sorted(systems.items())) or "none")
    yield from describe_left(Counter(plan.left.values()), facts)
    yield f"  {describe_minutes(plan, facts)}"


def describe_left(left: Mapping[int, int], facts: Facts) -> Iterator[str]:
    """Yield what other days have, and what has its turn in the other environments next week."""
    shares = [number for number in sorted(left) if number]
    if facts.share.of == DAYS:
        shares.sort(key=lambda number: find_date_of(number, facts.date))
    names = {n: f"{find_date_of(n, facts.date):%a} " if facts.share.of == DAYS else "" for n in shares}
    if shares:
        yield "  left: " + ", ".join(f"{names[n]}{n}/{facts.share.of} {left[n]}" for n in shares)
    if left.get(0):
        yield f"  next week, in the other environment: {left[0]}"


def _say(why: Why, facts: Facts, engine: Sequence[str]) -> str:
    if why is Why.EVERYTHING:
        return f"everything: {facts.everything}"
    if why is Why.ENGINE:
        names = ", ".join(Path(name).name for name in engine[:SHOWN])
        more = f" and {len(engine) - SHOWN} more" if len(engine) > SHOWN else ""
        return f"the engine changed ({names}{more}): each snippet once"
    if why is Why.SHARE:
        return f"share {facts.share} of the rest"
    return str(why)


def describe_minutes(plan: Plan, facts: Facts) -> str:
    """Say how long it will take, by what it took when it was last recorded."""
    if not facts.last:
        return "expected time: unknown, as `./run tests --all` has not recorded any"
    chosen = {name for name in facts.last if name in plan.chosen or "::" not in name}
    minutes = sum(facts.last[name].seconds for name in chosen) / count_workers() / 60
    unknown = len(plan.chosen.keys() - facts.last.keys())
    return f"expected: {minutes:.0f} minutes and lint" + (f"; {unknown} of these were never timed" if unknown else "")


def count_workers() -> int:
    """Return how many workers a run has: sandboxes wait now and then, so twice as many as there are cores."""
    return (os.cpu_count() or 1) * 2


def make_plan(
    root: Path, paths: Sequence[str], *, base: str | None, share: str | None, everything: bool
) -> dict[str, Any]:
    """Choose what a run runs; return the choice with its description, ready for JSON."""
    compared, date = find_base(root, base), find_date(root)
    todays, last = parse_share(share) if share else find_todays_share(date), read_last_run(root)
    project = load_project(root)
    items = collect(root, paths)
    units = [make_unit(item) for item in items]
    changed, engine = find_changed(root, items, compared.revision) if compared.revision else ({}, [])
    facts = Facts(
        date=date,
        share=todays,
        environments=tuple(sorted(project.environments)),
        everything="--all" if everything else None if compared.revision else compared.why,
        changed=changed,
        engine=bool(engine),
        named=find_named(root),
        last=last,
    )
    plan = select(units, facts)
    lines = list(describe(plan, units, facts, compared, engine))
    systems = sorted({name for unit in units if unit.nodeid in plan.chosen for name in unit.systems})
    return {"lines": lines, "chosen": plan.chosen, "left": plan.left, "systems": systems, "date": date.isoformat()}


def main(argv: Sequence[str] | None = None) -> int:
    """Plan a run."""
    parser = argparse.ArgumentParser(prog="./run tests", description="Run what changed and today's share of the rest.")
    parser.add_argument("--paths", nargs="*", default=["snippets"], help=argparse.SUPPRESS)
    parser.add_argument("--output", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument(
        "--base", metavar="REV", help="the commit to compare with (default: what origin/main has too, else yesterday's)"
    )
    parser.add_argument("--share", metavar="K/N", help="another share than today's, such as 3/7")
    parser.add_argument("--all", action="store_true", help="leave nothing out, and record when each was run")
    parser.add_argument("--plan", action="store_true", help="print the plan, and run nothing")
    arguments = parser.parse_args(argv)
    print("drillbook: planning the run", flush=True)  # no report is open yet
    try:
        plan = make_plan(
            find_root(Path.cwd()).resolve(),
            arguments.paths,
            base=arguments.base,
            share=arguments.share,
            everything=arguments.all,
        )
        write_whole(arguments.output, json.dumps(plan, indent=1, ensure_ascii=False))
    except DrillbookError as error:
        print(error, file=sys.stderr)  # likewise
        return 2
    print("\n".join(f"drillbook: {line}" for line in plan["lines"]), flush=True)  # likewise
    return 0


if __name__ == "__main__":
    sys.exit(main())
