"""The plan of a run, as the gate prints it and as pytest follows it, for a project in a git repository of its own."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drillbook.cli.gate import main
from drillbook.plan.last_run import PATH, Run, read_last_run, write_last_run
from tests.conftest import give_evidence, lay_out_project
from tests.engine.unit.test_changes import commit, git

TEST = """
    import pytest

    pytestmark = [pytest.mark.docker, pytest.mark.system("shop")]

    @pytest.mark.parametrize("case", "ab")
    def test_it(case):
        assert case
"""
LIGHT = """
    def test_without_a_sandbox():
        pass
"""
MARKERS = (
    "[pytest]\naddopts = --import-mode=importlib\nmarkers =\n  docker: needs Docker\n  system(*names): needs these\n"
)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(line[4:] for line in text.split("\n")), "utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = lay_out_project("small", tmp_path / "project")
    write(folder / "tests/sandbox/test_deep.py", TEST)
    write(folder / "tests/sandbox/test_wide.py", TEST)
    write(folder / "tests/unit/test_light.py", LIGHT)
    (folder / "pytest.ini").write_text(MARKERS, "utf-8")
    (folder / ".gitignore").write_text(".drillbook/\n__pycache__/\n", "utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    give_evidence(folder)
    commit(folder, days_ago=3)
    return folder


Plan = Callable[..., tuple[dict[str, Any], str]]


@pytest.fixture
def plan(root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Plan:
    """Plan a run, and return what is written and what is said."""

    def make(*options: str) -> tuple[dict[str, Any], str]:
        monkeypatch.chdir(root)
        output = root / ".drillbook/plan.json"
        code = main(["--output", str(output), "--paths", "snippets", "tests/sandbox", *options])
        said = capsys.readouterr()
        if code:
            return {"code": code}, said.err
        return json.loads(output.read_text("utf-8")), said.out

    return make


def follow(root: Path, *options: str) -> set[str]:
    """Return the tests, without the snippets, that pytest runs with the plan."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "tests", "-q", "-rA", "--disable-plugin-autoload"),
            *("-p", "drillbook.pytest_plugin.plugin", "-p", "no:cacheprovider", f"--rootdir={root}"),
            *(f"--drillbook-plan={root / '.drillbook/plan.json'}", *options),
        ],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return {line.split()[1] for line in done.stdout.splitlines() if line.startswith("PASSED ")}


def test_a_changed_snippet_is_planned_in_both_environments_and_the_plan_says_why(root: Path, plan: Plan) -> None:
    path = root / "snippets/shop/health.sh"
    path.write_text(path.read_text("utf-8") + "# more\n", "utf-8")
    found, said = plan("--base", "HEAD")
    changed = {name for name, why in found["chosen"].items() if why == "changed"}
    assert {name.removesuffix("-control") for name in changed} == {
        f"snippets/shop/health.sh::{environment}" for environment in ("production", "staging")
    }
    for words in ("against", "(--base HEAD)", "changed", "text", "sandboxes: shop", "expected time: unknown"):
        assert words in said


def test_all_shares_run_each_test_once_and_what_needs_no_sandbox_each_time(root: Path, plan: Plan) -> None:
    ran: list[str] = []
    for share in ("1/2", "2/2"):
        plan("--base", "HEAD", "--share", share)
        tests = follow(root)
        light = "tests/unit/test_light.py::test_without_a_sandbox"
        assert light in tests
        ran += tests - {light}
    assert sorted(ran) == [
        f"tests/sandbox/test_{name}.py::test_it[{case}]" for name in ("deep", "wide") for case in "ab"
    ]


def test_a_test_that_the_plan_does_not_know_is_run(root: Path, plan: Plan) -> None:
    plan("--base", "HEAD")
    write(root / "tests/sandbox/test_new.py", TEST)
    assert "tests/sandbox/test_new.py::test_it[a]" in follow(root)


def test_a_changed_test_and_a_changed_sandbox_run_the_test(root: Path, plan: Plan) -> None:
    (root / "tests/sandbox/test_deep.py").write_text((root / "tests/sandbox/test_wide.py").read_text("utf-8") + "\n")
    found, said = plan("--base", "HEAD", "--share", "1/1000")
    changed = {name for name, why in found["chosen"].items() if why == "changed"}
    assert changed == {f"tests/sandbox/test_deep.py::test_it[{case}]" for case in "ab"}
    path = root / "sandboxes/shop/compose.yaml"
    path.write_text(path.read_text("utf-8") + "# more\n", "utf-8")
    found, said = plan("--base", "HEAD", "--share", "1/1000")
    assert found["chosen"]["tests/sandbox/test_wide.py::test_it[a]"] == "changed"
    assert "sandboxes/shop/compose.yaml" in said


def test_all_leaves_nothing_out_and_records_when_each_was_run(root: Path, plan: Plan) -> None:
    found, said = plan("--all")
    assert not found["left"]
    assert "everything: --all" in said
    follow(root, "--drillbook-record")
    runs = read_last_run(root)
    assert runs["tests/sandbox/test_deep.py::test_it[a]"].date.isoformat() == "2026-11-25"
    assert "tests/unit" in runs
    assert "expected: 0 minutes and lint" in plan("--all")[1]


def test_what_fails_keeps_its_day(root: Path, plan: Plan) -> None:
    plan("--all")
    follow(root, "--drillbook-record")
    before = read_last_run(root)["tests/sandbox/test_deep.py::test_it[a]"]
    path = root / "tests/sandbox/test_deep.py"
    path.write_text(path.read_text("utf-8").replace("assert case", 'assert case == "b"'), "utf-8")
    commit(root, days_ago=0)
    plan("--all")
    with pytest.raises(AssertionError, match="1 failed"):
        follow(root, "--drillbook-record")
    runs = read_last_run(root)
    assert runs["tests/sandbox/test_deep.py::test_it[a]"] == before
    assert runs["tests/sandbox/test_deep.py::test_it[b]"].date > before.date


def test_a_base_that_is_not_there_ends_with_2(plan: Plan) -> None:
    said = "--base: there is no commit 'none-such' here. Fetch it, or name another one.\n"
    assert plan("--base", "none-such") == ({"code": 2}, said)


def test_a_record_that_is_none_is_bad_input(root: Path, plan: Plan) -> None:
    write(root / PATH, '    {"snippets/shop/health.sh::staging": {"date": "yesterday"}}')
    found, said = plan()
    assert found == {"code": 2}
    assert ".ci/last-run.json: this is not what `./run tests --all` writes" in said


def test_a_record_is_written_one_line_an_item(tmp_path: Path) -> None:
    date = dt.date(2026, 11, 28)
    runs = {"b::x": Run(date=date, seconds=1.25), "a::y": Run(date=date, seconds=30.0)}
    write_last_run(tmp_path, runs)
    assert read_last_run(tmp_path) == runs | {"b::x": Run(date=date, seconds=1.2)}
    assert len((tmp_path / PATH).read_text("utf-8").splitlines()) == 4


def test_what_a_run_that_was_cut_short_did_not_reach_keeps_its_day(root: Path, plan: Plan) -> None:
    plan("--all")
    follow(root, "--drillbook-record")
    before = read_last_run(root)
    follow(root, "--drillbook-record", "-k", "test_deep")
    assert read_last_run(root).keys() >= {name for name in before if "::" in name}


def test_what_was_interrupted_half_way_is_not_held_for_passed(root: Path, plan: Plan) -> None:
    path = root / "tests/sandbox/test_deep.py"
    path.write_text(path.read_text("utf-8").replace("assert case", 'if case == "a": raise KeyboardInterrupt'), "utf-8")
    plan("--all")
    with pytest.raises(AssertionError, match="KeyboardInterrupt"):
        follow(root, "--drillbook-record", "-p", "no:randomly")
    assert "tests/sandbox/test_deep.py::test_it[a]" not in read_last_run(root)


def test_planning_leaves_docker_alone(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drillbook.pytest_plugin.stopping.sweep_leavings", lambda root: pytest.fail(f"{root} is swept"))
    assert plan("--base", "HEAD")[0]["chosen"]
