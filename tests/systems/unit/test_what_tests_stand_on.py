"""Which changes of a file have a test in a sandbox run again."""

from __future__ import annotations

from pathlib import Path

import pytest

from drillbook.cli.gate import find_changed_ground
from drillbook.plan.changes import find_imports

ROOT = Path(__file__).parents[3]


SYSTEMS = {
    "attacks": ["voiceassist"],
    "broken_left": ["voiceassist"],
    "broken_statuses": ["voiceassist"],
    "akira": ["akira"],
    "crash": [],
}


def test_a_test_stands_on_what_it_imports_and_on_what_that_imports() -> None:
    names = {path.stem for path in find_imports(ROOT, ROOT / "tests/systems/sandbox/test_real_seal.py")}
    assert {"live", "docker", "model", "errors"} <= names
    assert "main" not in names


@pytest.mark.parametrize(
    ("file", "path", "stands"),
    [
        ("broken_left", "tests/broken/ways.toml", True),
        ("broken_statuses", "tests/broken/ways.toml", True),
        ("broken_left", "tests/broken/snippets/voiceassist/hangs.sh", True),
        ("broken_left", "tests/systems/sandbox/broken_runs.py", True),
        ("broken_left", "tests/systems/sandbox/test_broken.py", True),
        ("broken_left", "tests/conftest.py", True),
        ("broken_left", "sandboxes/voiceassist/sandbox.yml", True),
        ("broken_left", "environments/production.yml", True),
        ("broken_left", "docs/akira/sev1.md", False),
        ("broken_left", "tests/engine/unit/test_changes.py", False),
        ("attacks", "tests/engine/unit/test_changes.py", False),
        ("akira", "sandboxes/_host/Dockerfile", True),
        ("akira", "sandboxes/voiceassist/sandbox.yml", False),
        ("akira", "tests/broken/ways.toml", False),
        ("akira", "tests/systems/sandbox/broken_runs.py", False),
        ("crash", "src/drillbook/cli/main.py", True),
        ("crash", "environments/production.yml", False),
    ],
)
def test_what_a_test_in_a_sandbox_stands_on(file: str, path: str, stands: bool) -> None:
    found = find_changed_ground(ROOT, ROOT / f"tests/systems/sandbox/test_{file}.py", SYSTEMS[file], frozenset({path}))
    assert found == (path if stands else None)
