"""The order of the packages is held by import-linter, and each of its contracts can fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from drillbook.cli.reference import ORDER
from drillbook.core.files import PACKAGE

ROOT = Path(__file__).parents[3]


def lint_imports(folder: Path) -> str:
    """Return what import-linter says of the copy of the engine in a folder."""
    environ = {**os.environ, "PYTHONPATH": str(folder)}
    program = str(Path(sys.executable).with_name("lint-imports"))
    command = [program, "--no-cache", "--config", str(ROOT / "pyproject.toml")]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("core/errors.py", "from drillbook.project.project import Project", "A package imports"),
        ("site/build.py", "import mkdocs.plugins", "Only mkdocs_plugin"),
        ("verify/running.py", "import pytest", "Only pytest_plugin"),
        ("guest/agent.py", "import yaml", "What is sent into hosts"),
        ("guest/agent.py", "from drillbook.core.errors import Problem", "What is sent into hosts"),
    ],
)
def test_an_import_against_a_contract_is_named(tmp_path: Path, module: str, line: str, contract: str) -> None:
    package = Path(shutil.copytree(PACKAGE, tmp_path / "drillbook"))
    path = package / module
    path.write_text(path.read_text("utf-8") + f"\n{line}\n", "utf-8")
    said = lint_imports(tmp_path)
    (broken,) = (row for row in said.splitlines() if row.endswith(" BROKEN"))
    assert broken.startswith(contract), said
    assert f"drillbook.{module.removesuffix('.py').replace('/', '.')}" in said.split("Broken contracts")[1]


def test_every_package_has_its_place() -> None:
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} == set(ORDER)
