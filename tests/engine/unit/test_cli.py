"""The command line as a user meets it: what it prints, and its exit status."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from pytestshellutils.shell import ScriptSubprocess
from pytestshellutils.utils.processes import ProcessResult

from drillbook.cli.arguments import make_parser
from tests.conftest import give_evidence, lay_out_project

COMMAND = str(Path(sys.executable).with_name("drillbook"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = lay_out_project("small", tmp_path / "project")
    settings = "INHERIT: base.yml\nsite_name: Small\nnav: [index.md, shop/first.md]\n"
    (folder / "mkdocs.yml").write_text(settings, "utf-8")
    return folder


def run(root: Path, *arguments: str, **environ: str) -> ProcessResult:
    return ScriptSubprocess(script_name=COMMAND, cwd=root).run(*arguments, env=environ, _timeout=120)  # type: ignore[arg-type]  # any mapping does


def entries(root: Path) -> list[dict[str, Any]]:
    result = run(root, "list", "--format", "json")
    assert result.returncode == 0, str(result)
    return list(json.loads(result.stdout)["snippets"])


def without_docker(tmp_path: Path) -> str:
    """Return a PATH with git and Python on it, and neither Docker nor a package manager."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("git", "python3", "env", "sh"):
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return str(folder)


def test_help_names_every_command_and_the_exit_statuses(root: Path) -> None:
    result = run(root, "--help")
    assert result.returncode == 0
    (actions,) = (action for action in make_parser()._actions if isinstance(action, argparse._SubParsersAction))
    told = re.findall(r"^    (\w+)  +\S", result.stdout, re.MULTILINE)
    assert told == list(actions.choices)
    assert "exit codes: 0 success, 1" in result.stdout


def test_show_prints_exactly_the_bytes(root: Path) -> None:
    result = run(root, "show", "shop/health", "--environment", "production")
    assert (result.returncode, result.stdout) == (0, "curl -fsS http://localhost:8000/health")


def test_a_misspelt_snippet_is_bad_input_and_the_nearest_one_is_named(root: Path) -> None:
    result = run(root, "show", "shop/heath", "--environment", "production")
    assert result.returncode == 2
    assert "there is no snippet 'shop/heath'. Did you mean 'shop/health'?" in result.stderr


def test_a_misspelt_environment_is_bad_input(root: Path) -> None:
    result = run(root, "verify", "--environment", "prodution")
    assert result.returncode == 2
    assert "Did you mean 'production'?" in result.stderr


def test_list_holds_each_snippet_and_environment_once_with_all_that_others_rely_on(root: Path) -> None:
    found = entries(root)
    assert len(found) == 6
    assert {(e["id"], e["environment"]) for e in found} >= {("shop/health", "production"), ("shop/stop", "staging")}
    keys = {"id", "system", "environment", "host", "kind", "risk", "status", "sha256", "pages"}
    assert all(entry.keys() == keys for entry in found)
    assert {entry["status"] for entry in found} == {"unverified"}
    assert all(entry["pages"] == ["shop/first.html"] for entry in found)


def test_verify_with_fresh_evidence_runs_nothing(root: Path, tmp_path: Path) -> None:
    give_evidence(root)
    result = run(root, "verify", PATH=without_docker(tmp_path))
    assert result.returncode == 0
    assert "6 verdicts are up to date; nothing to run" in result.stderr


def test_verify_without_docker_is_a_broken_set_up_and_never_a_skip(root: Path, tmp_path: Path) -> None:
    result = run(root, "verify", PATH=without_docker(tmp_path))
    assert result.returncode == 2
    assert "no Docker Engine answers. Install Docker Engine" in result.stderr


def test_site_with_stale_evidence_and_no_docker_is_built_marked_stale_and_ends_with_2(
    root: Path, tmp_path: Path
) -> None:
    give_evidence(root)
    path = root / "snippets" / "shop" / "health.sh"
    path.write_text(path.read_text("utf-8").replace("curl -fsS", "curl -fs"), "utf-8")
    result = run(root, "site", PATH=without_docker(tmp_path))
    assert result.returncode == 2, str(result)
    page = (root / "site" / "production" / "shop" / "first.html").read_text("utf-8")
    assert page.count('data-status="stale"') == 1
    assert page.count('data-status="passed"') == 2
    assert "stale shop/health in staging: Its text has changed since it was run." in result.stdout
    assert (root / "site" / "index.html").is_file()


def test_site_in_a_fresh_clone_needs_no_docker(root: Path, tmp_path: Path) -> None:
    give_evidence(root)
    result = run(root, "site", PATH=without_docker(tmp_path))
    assert result.returncode == 0, str(result)
    assert result.stdout.rstrip().endswith((root / "site" / "index.html").as_uri())
    assert {entry["status"] for entry in entries(root)} == {"passed"}


def test_audit_of_an_edited_site_ends_with_1_and_names_the_block(root: Path) -> None:
    give_evidence(root)
    assert run(root, "build").returncode == 0
    assert run(root, "audit", "site", "--strict").returncode == 0
    page = root / "site" / "staging" / "shop" / "first.html"
    text = page.read_text("utf-8")
    assert "systemctl" in text
    page.write_text(text.replace("systemctl", "systemct1"), "utf-8")
    result = run(root, "audit", "site")
    assert result.returncode == 1
    assert "shop/stop" in result.stdout


def test_audit_of_no_site_ends_with_2(root: Path) -> None:
    assert run(root, "audit", "nowhere").returncode == 2


def test_a_project_without_snippets_is_good_and_told_so(root: Path) -> None:
    shutil.rmtree(root / "snippets")
    page = root / "docs/shop/first.md"
    page.write_text(re.sub(r"@\{\{ snippet.*", "Nothing yet.", page.read_text("utf-8")), "utf-8")
    for command in ("list", "verify"):
        result = run(root, command)
        assert (result.returncode, result.stdout) == (0, "")
        assert "there are no snippets yet. Add one, such as snippets/SYSTEM/health.sh." in result.stderr
    assert entries(root) == []
    for command in ("check", "build"):
        result = run(root, command)
        assert result.returncode == 0, str(result)


def test_outside_a_project_the_error_says_what_was_expected(tmp_path: Path) -> None:
    result = run(tmp_path, "list")
    assert result.returncode == 2
    assert "mkdocs.yml and environments/. Go to" in result.stderr


def test_check_of_a_sound_project_is_quiet_and_of_a_broken_one_names_the_line(root: Path) -> None:
    assert run(root, "check").returncode == 0
    path = root / "snippets" / "shop" / "health.sh"
    path.write_text(path.read_text("utf-8").replace("ports.api", "ports.apy"), "utf-8")
    result = run(root, "check")
    assert result.returncode == 2
    assert "snippets/shop/health.sh:" in result.stdout
    assert "Did you mean 'api'?" in result.stdout


def test_extract_wants_a_page_and_a_line(root: Path) -> None:
    result = run(root, "extract", "docs/shop/first.md")
    assert result.returncode == 2
    assert "PAGE:LINE" in result.stderr
