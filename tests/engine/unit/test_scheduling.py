from __future__ import annotations

from pathlib import Path

import pytest

from drillbook.pytest_plugin.reporting import describe_minutes
from drillbook.pytest_plugin.scheduling import find_scope

ROOT = Path(__file__).parents[3]


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
