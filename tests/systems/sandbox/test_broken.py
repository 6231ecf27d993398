"""Broken snippets in a real sandbox: a harness that lets one of them pass is broken itself.

Here the first ones of each group; the others are in the files beside this one, so that workers can share them.
"""

from __future__ import annotations

import pytest

from drillbook.check.project import check_project
from tests.systems.sandbox import broken_runs as runs
from tests.systems.sandbox.broken_runs import BROKEN, WAYS, Cases

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist")]

FIRST = runs.find_first()
PARTS = (
    ("A status is swallowed",),
    ("Something is left behind",),
    tuple(group for group in runs.GROUPS if group not in ("A status is swallowed", "Something is left behind")),
)
"""The groups of test_broken_statuses, test_broken_left and test_broken_others."""


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Cases:
    return runs.run_cases(FIRST, tmp_path_factory.mktemp("broken") / "report.xml")


@pytest.fixture(scope="module")
def refused() -> list[str]:
    return [str(problem) for problem in check_project(BROKEN)]


@pytest.mark.parametrize("name", FIRST)
def test_each_broken_snippet_comes_out_as_it_must(cases: Cases, name: str) -> None:
    runs.expect_its_way(cases, name)


@pytest.mark.parametrize("name", FIRST)
def test_the_snippet_after_it_finds_a_clean_sandbox(cases: Cases, name: str) -> None:
    runs.expect_clean_after(cases, name)


@pytest.mark.parametrize("name", sorted(name for name, way in WAYS.items() if way["verdict"] == "refused"))
def test_what_need_not_be_run_to_be_refused_is_refused(refused: list[str], name: str) -> None:
    assert any(f"/{name}.sh:" in problem and WAYS[name]["says"] in problem for problem in refused), refused


def test_every_broken_snippet_is_run() -> None:
    written = {path.stem for path in (BROKEN / "snippets" / runs.SYSTEM).glob("*.sh")}
    assert written == WAYS.keys()
    run = [*FIRST, *(name for part in PARTS for name in runs.find_rest(*part))]
    assert sorted(run) == sorted(written)


def test_a_sound_snippet_passes_its_negative_control(cases: Cases) -> None:
    assert runs.outcome(cases["sound-control"]) == ("passed", "")


def test_a_failure_shows_what_a_reader_needs(cases: Cases) -> None:
    _, text = runs.outcome(cases["wrong-output"])
    for part in (
        "docs/voiceassist/broken.md:",
        "va-app-01.prod.voiceassist.example",
        "curl -s http://localhost:8000/health | jq .",
        "snippets/voiceassist/wrong-output.sh:",
        '"status"',
        "logs of the sandbox",
        "voiceassist-server",
    ):
        assert part in text
