"""Broken snippets in a real sandbox: a harness that lets one of them pass is broken itself.

tests/broken/ways.toml says of each in which way it is wrong, and what its report has to say.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pytestshellutils.shell import Subprocess

from drillbook.static_checks import check_project

BROKEN = Path(__file__).parents[1] / "broken"
SYSTEM = "voiceassist"
WAYS: dict[str, dict[str, Any]] = tomllib.loads((BROKEN / "ways.toml").read_text("utf-8"))
AFTER = "what-comes-after"
"""What is run after each."""
SECONDS = 2400

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist")]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ET.Element]:
    """Run every broken snippet once, in production's sandbox; return its JUnit case by name."""
    report = tmp_path_factory.mktemp("broken") / "report.xml"
    arguments = ("-p", "no:randomly", "-p", "no:cacheprovider", "--drillbook-controls", f"--rootdir={BROKEN}")
    result = Subprocess(cwd=BROKEN).run(
        *(sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", *arguments, f"--junit-xml={report}"),
        *("snippets", "-k", "production"),
        _timeout=SECONDS,
    )
    assert result.returncode == 1, str(result)
    found = {}
    for case in ET.parse(report).iter("testcase"):
        stem = str(case.get("classname")).removesuffix(".sh").rpartition(".")[2]
        found[f"{stem}{'-control' if str(case.get('name')).endswith('control') else ''}"] = case
    return found


@pytest.fixture(scope="module")
def refused() -> list[str]:
    return [str(problem) for problem in check_project(BROKEN)]


def outcome(case: ET.Element) -> tuple[str, str]:
    for name, how in {"error": "errored", "failure": "failed", "skipped": "skipped"}.items():
        element = case.find(name)
        if element is not None:
            return how, f"{element.get('message')}\n{element.text}"
    return "passed", ""


def name_ways(*verdicts: str) -> list[str]:
    """Return the names of snippets with one of these verdicts."""
    return sorted(name for name, way in WAYS.items() if way["verdict"] in verdicts)


@pytest.mark.parametrize("name", name_ways("failed", "errored", "failed or errored"))
def test_each_broken_snippet_comes_out_as_it_must(cases: dict[str, ET.Element], name: str) -> None:
    how, text = outcome(cases[name])
    assert how in WAYS[name]["verdict"].split(" or "), text
    assert WAYS[name].get("says", "") in text


@pytest.mark.parametrize("name", name_ways("refused"))
def test_what_need_not_be_run_to_be_refused_is_refused(refused: list[str], name: str) -> None:
    assert any(f"/{name}.sh:" in problem and WAYS[name]["says"] in problem for problem in refused), refused


@pytest.mark.parametrize("name", name_ways("control"))
def test_a_snippet_that_asks_nothing_fails_its_negative_control(cases: dict[str, ET.Element], name: str) -> None:
    assert outcome(cases[name]) == ("passed", "")
    how, text = outcome(cases[f"{name}-control"])
    assert how == "failed", text
    assert WAYS[name]["says"] in text


@pytest.mark.parametrize("name", name_ways("passed"))
def test_a_sound_snippet_passes_among_them(cases: dict[str, ET.Element], name: str) -> None:
    assert outcome(cases[name]) == ("passed", "")


def test_a_sound_snippet_passes_its_negative_control(cases: dict[str, ET.Element]) -> None:
    assert outcome(cases["sound-control"]) == ("passed", "")


@pytest.mark.parametrize("name", sorted(WAYS.keys() - {AFTER}))
def test_the_snippet_after_it_finds_a_clean_sandbox(cases: dict[str, ET.Element], name: str) -> None:
    (said,) = (one.get("value") for one in cases[name].iter("property") if one.get("name") == "after")
    assert not said


def test_every_broken_snippet_was_run(cases: dict[str, ET.Element]) -> None:
    written = {path.stem for path in (BROKEN / "snippets" / SYSTEM).glob("*.sh")}
    assert written == WAYS.keys()
    assert {name for name in cases if not name.endswith("-control")} == written


def test_a_failure_shows_what_a_reader_needs(cases: dict[str, ET.Element]) -> None:
    _, text = outcome(cases["wrong-output"])
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
