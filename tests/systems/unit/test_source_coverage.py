"""Every command of the old runbooks became a snippet that passed everywhere, or a place on a page that is none."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from drillbook.check.pages import find_anchors
from drillbook.core.model import Status
from drillbook.evidence.status import SnippetResult, load_results
from drillbook.project.project import Project, load_project

ROOT = Path(__file__).parents[3]
TABLE = ROOT / "tests/data/source_coverage.tsv"
ROWS = {"voiceassist": 91, "akira": 21, "ansible-rocketchat": 23, "cloudforge-aegis": 26, "sre-production": 20}
"""How many rows each system has that has joined; the list of the old commands is no part of the repository."""
PROSE = re.compile(r"\b(?:template|agenda|name)s?\b", re.IGNORECASE)
"""What a row's note says where a page may be its target: it holds nothing that could be run."""
Results = Mapping[tuple[str, str], SnippetResult]


def find_gaps(table: str, project: Project, results: Results, rows: Mapping[str, int]) -> Iterator[str]:
    """Yield what the table lacks, and what its targets do not hold."""
    head, *lines = table.removesuffix("\n").split("\n")
    if head != "id\ttargets\tnote":
        yield f"the head is {head!r}"
    found: Counter[str] = Counter()
    for number, line in enumerate(lines, start=2):
        cells = line.split("\t")
        if len(cells) != 3:
            yield f"line {number} has {len(cells)} cells"
            continue
        row, targets, note = cells
        found[row] += 1
        for target in (one.strip() for one in targets.split(",")):
            if wrong := _find_wrong(target, note, project, results):
                yield f"{row}: {wrong}"
    wanted = {f"{system}-{number:03}" for system, most in rows.items() for number in range(1, most + 1)}
    yield from (f"{row} is missing" for row in sorted(wanted - found.keys()))
    yield from (f"{row} is no row of a system that has joined" for row in sorted(found.keys() - wanted))
    yield from (f"{row} stands there {number} times" for row, number in sorted(found.items()) if number > 1)


def _find_wrong(target: str, note: str, project: Project, results: Results) -> str:
    if not target:
        return "a target is empty"
    if ".md" in target:
        return _find_wrong_page(target, note, project)
    if target not in project.snippets:
        return f"there is no snippet '{target}'"
    statuses = {environment: results[target, environment].status for environment in project.environments}
    bad = ", ".join(f"{status} in {name}" for name, status in statuses.items() if status is not Status.PASSED)
    return f"'{target}' has not passed: {bad}" if bad else ""


def _find_wrong_page(target: str, note: str, project: Project) -> str:
    name, _, anchor = target.removeprefix("docs/").partition("#")
    if not PROSE.search(note):
        return f"a page is the target, and the note says of no template, agenda or name: '{note}'"
    if (page := project.pages.get(name)) is None:
        return f"there is no page '{name}'"
    if anchor not in find_anchors(page, project.root):
        return f"'{name}' has no anchor '{anchor}'"
    return ""


def test_every_row_of_the_systems_that_have_joined_is_covered() -> None:
    project = load_project(ROOT)
    gaps = list(find_gaps(TABLE.read_text("utf-8"), project, load_results(project), ROWS))
    assert gaps == []


GOOD = "id\ttargets\tnote\nshop-001\tshop/health\t\nshop-002\tshop/stop, shop/start\ttwo\n"
GOOD += "shop-003\tshop/first.md#shop\ta template of a message\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return load_project(Path(shutil.copytree(ROOT / "tests/fixtures/small", tmp_path / "small")))


@pytest.fixture
def results(project: Project) -> dict[tuple[str, str], SnippetResult]:
    """Return the results as they are once all snippets have passed."""
    return {key: replace(one, status=Status.PASSED) for key, one in load_results(project).items()}


def test_a_table_that_covers_all_has_no_gaps(project: Project, results: Results) -> None:
    assert list(find_gaps(GOOD, project, results, {"shop": 3})) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id\ttargets", "row\ttargets", "the head is 'row\\ttargets\\tnote'"),
        ("shop-001\tshop/health\t\n", "", "shop-001 is missing"),
        ("shop-001", "shop-004", "shop-004 is no row of a system that has joined"),
        ("shop-001", "akira-001", "akira-001 is no row of a system that has joined"),
        ("shop-001", "shop-002", "shop-002 stands there 2 times"),
        ("shop/health\t\n", "shop/health\n", "line 2 has 2 cells"),
        ("shop/health", "", "shop-001: a target is empty"),
        ("shop/stop,", "shop/stop,,", "shop-002: a target is empty"),
        ("shop/start", "shop/strat", "shop-002: there is no snippet 'shop/strat'"),
        ("#shop", "#shops", "shop-003: 'shop/first.md' has no anchor 'shops'"),
        ("#shop", "", "shop-003: 'shop/first.md' has no anchor ''"),
        ("first.md", "second.md", "shop-003: there is no page 'shop/second.md'"),
        ("a template of a message", "in words", "shop-003: a page is the target, and the note says of no template"),
        ("a template of a message", "renamed", "shop-003: a page is the target, and the note says of no template"),
    ],
)
def test_each_gap_is_named(project: Project, results: Results, old: str, new: str, said: str) -> None:
    assert old in GOOD
    gaps = find_gaps(GOOD.replace(old, new), project, results, {"shop": 3})
    assert any(gap.startswith(said) for gap in gaps)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.PASSED])
def test_a_snippet_that_has_not_passed_in_one_environment_is_named(
    project: Project, results: dict[tuple[str, str], SnippetResult], status: Status
) -> None:
    key = ("shop/stop", "staging")
    results[key] = replace(results[key], status=status)
    assert list(find_gaps(GOOD, project, results, {"shop": 3})) == [
        f"shop-002: 'shop/stop' has not passed: {status} in staging"
    ]


def test_evidence_that_is_not_there_is_no_pass(project: Project) -> None:
    gaps = list(find_gaps(GOOD, project, load_results(project), {"shop": 3}))
    assert gaps[0] == "shop-001: 'shop/health' has not passed: unverified in production, unverified in staging"
    assert len(gaps) == 3
