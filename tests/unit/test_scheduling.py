from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from drillbook.reporting import describe_minutes
from drillbook.scheduling import find_scope

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("nodeid", "scope"),
    [
        ("snippets/voiceassist/health.sh::production", "snippets/voiceassist::production"),
        ("snippets/voiceassist/health.sh::production-control", "snippets/voiceassist::production"),
        ("snippets/voiceassist/deep/er.sh::staging", "snippets/voiceassist::staging"),
        ("tests/unit/test_cli.py::test_it[a::b]", "tests/unit/test_cli.py"),
        ("tests/unit/test_it.py::test_it[snippets/a/b.sh::c]", "tests/unit/test_it.py"),
    ],
)
def test_snippets_go_by_sandbox_and_tests_by_file(nodeid: str, scope: str) -> None:
    assert find_scope(nodeid) == scope


def test_a_run_says_where_its_minutes_went() -> None:
    durations = [
        ("snippets/night-shift/health.sh::production", 60.0),
        ("snippets/shop/look.sh::staging", 30.0),
        ("tests/sandbox/test_night_shift.py::test_it[a/b]", 90.0),
        ("tests/sandbox/test_crash.py::test_it", 6.0),
    ]
    assert describe_minutes(durations) == "night-shift 2.5, shop 0.5, tests/sandbox 0.1"


@pytest.mark.parametrize(("which", "times"), [("all", 2), ("shared", 1)])
def test_controls_are_run_everywhere_or_shared_out(which: str, times: int) -> None:
    arguments = ("--collect-only", "-q", "-o", "addopts=", f"--drillbook-controls={which}", "snippets/voiceassist")
    listed = subprocess.run(
        (sys.executable, "-m", "pytest", *arguments), cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    controls = [line.rsplit("::", 1) for line in listed.splitlines() if line.endswith("-control")]
    counted = Counter(name for name, _ in controls)
    assert len(counted) > 30
    assert set(counted.values()) == {times}
    assert {place for _, place in controls} == {"production-control", "staging-control"}
