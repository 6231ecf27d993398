"""Which systems' images a test needs, and which are built first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from drillbook.project.project import load_project
from drillbook.pytest_plugin.scheduling import find_systems
from drillbook.sandbox.images import estimate_seconds, order

ROOT = Path(__file__).parents[3]


def test_what_compiles_most_is_built_first() -> None:
    sandboxes = load_project(ROOT).sandboxes
    ordered = order(sandboxes, [*sandboxes, "unknown"])
    assert sorted(ordered) == sorted(sandboxes)
    clusters = {name for name, sandbox in sandboxes.items() if any("kube" in one.name for one in sandbox.shares)}
    assert clusters == set(ordered[: len(clusters)])
    assert estimate_seconds(sandboxes[ordered[0]]) > 600 > estimate_seconds(sandboxes[ordered[-1]])


@pytest.mark.parametrize(
    ("scope", "systems"),
    [
        ("snippets/akira::production", {"akira"}),
        ("other/snippets/akira::production", {"akira"}),
        ("tests/systems/sandbox/test_side_by_side.py", {"voiceassist", "akira"}),
        ("tests/engine/unit/test_building_images.py", set()),
        ("tests/none.py", set()),
    ],
)
def test_a_scope_says_which_systems_it_needs(scope: str, systems: set[str]) -> None:
    assert find_systems(scope, ROOT) == systems


def test_every_test_in_a_sandbox_says_which() -> None:
    opening = re.compile(r"\bopen_sandbox\(|live: LiveSandbox|settled: LiveSandbox|shared: LiveSandbox|clone: Path")
    files = [path for path in (ROOT / "tests").glob("*/sandbox/test_*.py") if opening.search(path.read_text("utf-8"))]
    assert len(files) > 10
    assert [path.name for path in files if not find_systems(path.relative_to(ROOT).as_posix(), ROOT)] == []
