"""Broken snippets that `drillbook check` refuses: each is all that is wrong in a small sound project."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from drillbook.check.project import check_project

TESTS = Path(__file__).parents[2]
BROKEN = TESTS / "broken"
WAYS: dict[str, dict[str, Any]] = tomllib.loads((BROKEN / "refused.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", WAYS)
def test_check_refuses_it(name: str, tmp_path: Path) -> None:
    root = Path(shutil.copytree(TESTS / "fixtures" / "small", tmp_path / "small"))
    page = root / "docs/shop/first.md"
    assert check_project(root) == []
    page.write_text(page.read_text("utf-8") + f'\n@{{{{ snippet("shop/{name}") }}}}@\n', "utf-8")
    shutil.copy(BROKEN / "refused" / f"{name}.sh", root / "snippets/shop")
    if "edit" in WAYS[name]:
        place, old, new = WAYS[name]["edit"]
        text = (root / place).read_text("utf-8")
        assert old in text
        (root / place).write_text(text.replace(old, new), "utf-8")
    problems = [str(problem) for problem in check_project(root)]
    assert any(f"shop/{name}" in one and WAYS[name]["says"] in one for one in problems), problems
    assert not any("health.sh" in one or "stop.sh" in one or "start.sh" in one for one in problems), problems


def test_every_refused_snippet_is_tried() -> None:
    assert {path.stem for path in (BROKEN / "refused").glob("*.sh")} == WAYS.keys()
