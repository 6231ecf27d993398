from __future__ import annotations

import pytest

from drillbook.scheduling import find_scope


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
