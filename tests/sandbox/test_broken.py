"""Broken snippets in a real sandbox: a harness that lets one of them pass is broken itself."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pytestshellutils.shell import Subprocess

CANARIES = Path(__file__).parents[1] / "canaries"
SYSTEM = "voiceassist"

# What each one's report has to say; None: it has to pass.
EXPECTED = {
    "status-swallowed": "status 7",
    "pipe-swallowed": "statuses 1 0",
    "wrong-output": "unhealthy",
    "read-only-that-writes": "tmp-files",
    "leaks-a-container": "containers",
    "changes-something-else": "tmp-files",
    "changes-nothing": "redis-data",
    "leaves-a-process": "sleep 300",
    "hangs": "did not end within 1 s",
    "ends-halfway": "never",
    "silent-stream": "within 2",
    "undo-that-does-not": "does not take back",
    "useless-undo": "does not take back",
    "swallows-what-follows": "swallows what is pasted behind it",
    "opens-a-pager": "a pager waits for a key",
    "leaves-set-e": "leaves `set -e` behind",
    "expands-history": "history expansion",
    "an-alias-that-fails": "the alias va-health: stdout: expected to contain 'unhealthy'",
    "aliases-ask-nothing": None,
    "asks-nothing": None,
    "sound": None,
}
BLIND = "cannot tell a healthy system from a broken one"
CONTROLS = {"asks-nothing": BLIND, "aliases-ask-nothing": BLIND, "sound": None}
ERRORED = {"kills-its-sandbox"}

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ET.Element]:
    """Run every canary once, in production's sandbox; return its JUnit case by name."""
    report = tmp_path_factory.mktemp("canaries") / "report.xml"
    arguments = ("-p", "no:randomly", "-p", "no:cacheprovider", "--drillbook-controls", f"--rootdir={CANARIES}")
    result = Subprocess(cwd=CANARIES).run(
        *(sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", *arguments, f"--junit-xml={report}"),
        *("snippets", "-k", "production"),
        _timeout=1200,
    )
    assert result.returncode == 1, str(result)
    found = {}
    for case in ET.parse(report).iter("testcase"):
        stem = str(case.get("classname")).removesuffix(".sh").rpartition(".")[2]
        found[f"{stem}{'-control' if str(case.get('name')).endswith('control') else ''}"] = case
    return found


def outcome(case: ET.Element) -> tuple[str, str]:
    for name in ("error", "failure", "skipped"):
        element = case.find(name)
        if element is not None:
            return name, f"{element.get('message')}\n{element.text}"
    return "passed", ""


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_canary_comes_out_as_it_must(cases: dict[str, ET.Element], name: str) -> None:
    said = EXPECTED[name]
    how, text = outcome(cases[name])
    assert how == ("passed" if said is None else "failure"), text
    assert said is None or said in text


@pytest.mark.parametrize("name", sorted(CONTROLS))
def test_a_snippet_that_asks_nothing_fails_its_negative_control(cases: dict[str, ET.Element], name: str) -> None:
    said = CONTROLS[name]
    how, text = outcome(cases[f"{name}-control"])
    assert how == ("passed" if said is None else "failure"), text
    assert said is None or said in text


@pytest.mark.parametrize("name", sorted(ERRORED))
def test_a_sandbox_that_dies_is_errored_and_never_failed(cases: dict[str, ET.Element], name: str) -> None:
    how, text = outcome(cases[name])
    assert how == "error", text


def test_every_canary_was_run(cases: dict[str, ET.Element]) -> None:
    written = {path.stem for path in (CANARIES / "snippets" / SYSTEM).glob("*.sh")}
    assert written == EXPECTED.keys() | ERRORED
    assert cases.keys() == written | {f"{name}-control" for name in CONTROLS}


def test_a_failure_shows_what_a_reader_needs(cases: dict[str, ET.Element]) -> None:
    _, text = outcome(cases["wrong-output"])
    for part in (
        "docs/voiceassist/canaries.md:",
        "va-app-01.prod.voiceassist.example",
        "curl -s http://localhost:8000/health | jq .",
        "snippets/voiceassist/wrong-output.sh:",
        '"status"',
        "logs of the sandbox",
        "voiceassist-server",
    ):
        assert part in text
