"""Without the systems, lint is green and so are the engine's tests: they stand on no page and no sandbox of a system.

Here those are run that look into the project's own folders; `./run nightly` runs all of them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from drillbook.cli.lint_tools import list_tools, main
from tests.conftest import ROOT
from tests.engine.without_systems import PARTS, copy_without_systems, find_systems, make_environ

NAME = Path(__file__).name
LOOKS = re.compile(r"\(ROOT[,)]|\bROOT\.|\bROOT / .(?:docs|snippets|messages|sandboxes|evidence|environments)")
"""What a test's file holds that looks into the project's own folders."""
NEEDY = """
from drillbook.project.project import load_project
from tests.conftest import ROOT

def test_it():
    assert load_project(ROOT).snippets
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy without systems, with what mypy knows of the files that are the same."""
    folder = copy_without_systems(ROOT, tmp_path_factory.mktemp("bare") / "copy")
    if (ROOT / ".mypy_cache").is_dir():
        shutil.copytree(ROOT / ".mypy_cache", folder / ".mypy_cache")
    return folder


def run_pytest(folder: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    # Of the odd files, a few: the readers are the same.
    environ = make_environ(folder) | {"DRILLBOOK_EXAMPLES": "2"}
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=600)
    return done.returncode, done.stdout + done.stderr


def run_those_that_look(folder: Path) -> tuple[int, str]:
    """Run the engine's unit tests whose files look into the project's own folders."""
    files = sorted((folder / "tests/engine/unit").glob("test_*.py"))
    looking = [str(path) for path in files if path.name != NAME and LOOKS.search(path.read_text("utf-8"))]
    assert looking
    return run_pytest(folder, *looking)


def test_no_folder_of_a_system_is_left(bare: Path) -> None:
    assert [path for part in PARTS for name in find_systems(ROOT) if (path := bare / part / name).exists()] == []
    assert not (bare / "tests/systems").exists()


def test_lint_is_green(bare: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    for name, value in make_environ(bare).items():
        monkeypatch.setenv(name, value)
    # What is packed is the engine alone, with the systems or without.
    tools = [tool for tool in list_tools(bare) if tool.name != "package"]
    assert main(bare, tools) == 0, capfd.readouterr().out


def test_every_test_of_the_engine_is_found(bare: Path) -> None:
    code, said = run_pytest(bare, "tests/engine", "--collect-only")
    assert code == 0, said


def test_what_looks_into_the_project_is_green(bare: Path) -> None:
    code, said = run_those_that_look(bare)
    assert code == 0, said


def test_a_test_that_needs_a_system_is_found(bare: Path) -> None:
    planted = bare / "tests/engine/unit/test_planted.py"
    planted.write_text(NEEDY, "utf-8")
    try:
        code, said = run_pytest(bare, str(planted))
    finally:
        planted.unlink()
    assert LOOKS.search(NEEDY)
    assert code == 1
    assert "test_planted.py::test_it" in said
