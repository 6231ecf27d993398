"""The tools of `./run lint`: all of them run, each is named, what one found is shown whole and fails the run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from drillbook.cli.lint_tools import PACKAGE, PYTHON, SHELL, Tool, list_tools, main
from tests.conftest import ROOT


def shell(name: str, script: str, **more: str | tuple[str, ...]) -> Tool:
    return Tool(name=name, command=("sh", "-c", script), **more)  # type: ignore[arg-type]  # a field's own type


def test_nothing_is_said_of_good_tools_but_their_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tmp_path, [shell("one", "echo noise"), shell("two", "true")]) == 0
    said = capsys.readouterr().out
    assert "lint: one: good (" in said
    assert "lint: two: good (" in said
    assert "noise" not in said
    assert said.endswith("lint: nothing is wrong\n")


def test_all_tools_run_and_each_failure_is_shown_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tools = [
        shell("first", "seq 1 500; echo 'a.py:1: bad' >&2; exit 3"),
        Tool(name="missing", command=("there-is-no-such-tool",)),
        shell("silent", "exit 1"),
        shell("last", "touch ran"),
    ]
    assert main(tmp_path, tools) == 1
    said = capsys.readouterr().out
    lines = "\n".join(map(str, range(1, 501)))
    assert f"ended with exit code 3:\n{lines}\na.py:1: bad\nlint: end of first\n" in said
    assert "there-is-no-such-tool" in said.split("lint: missing: FAILED")[1]
    assert "it said nothing" in said.split("lint: silent: FAILED")[1]
    assert (tmp_path / "ran").exists()
    assert said.endswith("lint: FAILED: first, missing, silent\n")


def test_what_takes_long_is_named_meanwhile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # It ends when it was named: no time decides. The reader gets what was printed so far.
    gate = tmp_path / "gate"
    tool = shell("slow", "until [ -e gate ]; do sleep 0.02; done")

    class Opening:
        def write(self, text: str) -> int:
            if "at work: slow; 1 of 1 to end" in text:
                gate.touch()
            return len(text)

        def flush(self) -> None:
            """Nothing is kept."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", Opening())
        assert main(tmp_path, [tool], pause=0.05) == 0
    assert gate.exists()


def test_a_tool_does_not_run_again_on_files_in_which_it_found_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "books").mkdir()
    book = tmp_path / "books" / "a.yml"
    book.write_text("good\n", "utf-8")
    tool = shell("reader", "echo ran >>runs; grep -q good books/a.yml", reads=("books",))

    def lint(tool: Tool = tool) -> tuple[int, int]:
        status = main(tmp_path, [tool])
        return status, len((tmp_path / "runs").read_text("utf-8").splitlines())

    assert lint() == (0, 1)
    assert lint() == (0, 1)
    assert "these files are good" in capsys.readouterr().out
    book.write_text("evil\n", "utf-8")
    # What was found is found again, as long as it is there.
    assert lint() == (1, 2)
    assert lint() == (1, 3)
    book.write_text("good\n", "utf-8")
    book.chmod(0o755)
    assert lint() == (0, 4)
    (tmp_path / "books" / "b.yml").touch()
    assert lint() == (0, 5)
    # Another command asks something else of the same files.
    assert lint(shell("reader", "echo ran >>runs; false", reads=("books",))) == (1, 6)


def test_a_file_that_changes_under_a_tool_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "book").write_text("one\n", "utf-8")
    tool = shell("reader", "echo ran >>runs; echo more >>book", reads=("book",))
    assert main(tmp_path, [tool]) == main(tmp_path, [tool]) == 0
    assert (tmp_path / "runs").read_text("utf-8") == "ran\nran\n"


def test_what_the_tools_read_is_there() -> None:
    tools = list_tools(ROOT)
    # Playbooks are of systems; whether there are any, none of these tests says.
    assert [tool.command[0] for tool in tools if tool.command[0] != "ansible-lint"] == [
        *("ruff", "ruff", "lint-imports", "shellcheck", "shfmt", "mypy", "sh", "drillbook")
    ]
    for tool in tools:
        for path in (tool.directory, *tool.reads, *SHELL, *PYTHON):
            assert (ROOT / path).exists(), path


def test_a_package_that_says_little_of_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare/__init__.py").touch()
    (tmp_path / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "bare"\nversion = "1"\n',
        "utf-8",
    )
    environ = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-euc", PACKAGE], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "long_description" in done.stdout + done.stderr
