"""What counts as changed against a base, in real git repositories."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from pathlib import Path

import pytest

from drillbook.core.errors import DrillbookError
from drillbook.plan import changes
from drillbook.plan.changes import (
    find_base,
    find_changed_key,
    find_changed_paths,
    find_date,
    find_engine_changes,
    read_keys,
)
from drillbook.project.project import load_project, render, render_all
from tests.conftest import give_evidence, lay_out_project

ROOT = Path(__file__).parents[3]


def git(root: Path, *arguments: str, days_ago: float = 0.0) -> str:
    stamp = (dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC) - dt.timedelta(days=days_ago)).isoformat()
    who = {f"GIT_{role}_{what}": "x@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environ = {**os.environ, **who, "GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
    done = subprocess.run(["git", "-C", str(root), *arguments], env=environ, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(root: Path, *, days_ago: float) -> str:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "-m", "x", days_ago=days_ago)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = lay_out_project("small", tmp_path / "project")
    git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


@pytest.fixture
def old(root: Path) -> str:
    """A commit of three days ago with evidence."""
    give_evidence(root)
    return commit(root, days_ago=3)


def changed(root: Path, base: str) -> dict[str, list[str]]:
    project = load_project(root)
    keys = read_keys(root, base)
    found = {rendered.key: find_changed_key(project, rendered, keys) for rendered in render_all(project)}
    return {key: names for key, names in found.items() if names}


def test_a_base_that_is_named_is_taken(root: Path, old: str) -> None:
    assert find_base(root, "HEAD").revision == old


def test_a_base_that_is_not_there_is_refused(root: Path, old: str) -> None:
    with pytest.raises(DrillbookError, match="--base: there is no commit 'none-such' here"):
        find_base(root, "none-such")


def test_the_base_is_what_origin_has_too(root: Path, old: str) -> None:
    git(root, "update-ref", "refs/remotes/origin/main", old)
    commit(root, days_ago=2)
    commit(root, days_ago=0)
    assert find_base(root).revision == old
    assert "origin/main" in find_base(root).why


def test_where_origin_has_all_the_base_is_a_day_older(root: Path, old: str) -> None:
    yesterday = commit(root, days_ago=1.1)
    commit(root, days_ago=0.5)
    git(root, "update-ref", "refs/remotes/origin/main", commit(root, days_ago=0))
    assert find_base(root).revision == yesterday


def test_without_an_older_commit_there_is_no_base(root: Path) -> None:
    commit(root, days_ago=0.5)
    commit(root, days_ago=0)
    assert find_base(root).revision is None


def test_a_folder_without_git_has_no_base(tmp_path: Path) -> None:
    assert find_base(tmp_path).revision is None
    assert find_date(tmp_path) == dt.datetime.now(dt.UTC).date()


def test_the_day_is_the_commits(root: Path, old: str) -> None:
    assert find_date(root) == dt.date(2026, 11, 25)


def test_nothing_changed_where_nothing_changed(root: Path, old: str) -> None:
    assert changed(root, old) == {}
    assert find_changed_paths(root, old) == set()


def test_a_changed_text_changes_its_snippet_in_every_environment_and_its_partner(root: Path, old: str) -> None:
    path = root / "snippets/shop/health.sh"
    path.write_text(path.read_text("utf-8") + "# more\n", "utf-8")
    found = changed(root, old)
    assert found.keys() == {"shop/health@production", "shop/health@staging"}
    assert "text" in found["shop/health@production"]
    assert find_changed_paths(root, old) == {"snippets/shop/health.sh"}


def test_a_change_of_a_snippet_changes_what_undoes_it(root: Path, old: str) -> None:
    path = root / "snippets/shop/stop.sh"
    path.write_text(path.read_text("utf-8") + "# more\n", "utf-8")
    assert {key.split("@")[0] for key in changed(root, old)} == {"shop/stop", "shop/start"}


def test_a_reworded_title_changes_a_file_and_no_verdict(root: Path, old: str) -> None:
    path = root / "snippets/shop/health.sh"
    path.write_text(path.read_text("utf-8").replace("Ask for the health", "Is it healthy?"), "utf-8")
    assert changed(root, old) == {}
    assert find_changed_paths(root, old) == {"snippets/shop/health.sh"}


def test_a_change_of_a_sandbox_changes_all_of_the_system(root: Path, old: str) -> None:
    path = root / "sandboxes/shop/compose.yaml"
    path.write_text(path.read_text("utf-8") + "# more\n", "utf-8")
    found = changed(root, old)
    assert found.keys() == {rendered.key for rendered in render_all(load_project(root))}
    assert {tuple(names) for names in found.values()} == {("sandbox-definition",)}


def test_a_commit_between_counts_too_and_so_does_a_new_file(root: Path, old: str) -> None:
    (root / "docs/new.md").write_text("# New\n", "utf-8")
    commit(root, days_ago=0)
    (root / "docs/newer.md").write_text("# Newer\n", "utf-8")
    assert find_changed_paths(root, old) == {"docs/new.md", "docs/newer.md"}


def test_a_base_without_evidence_has_seen_nothing(root: Path) -> None:
    base = commit(root, days_ago=3)
    give_evidence(root)
    assert read_keys(root, base) == {}
    assert len(changed(root, base)) == len(render_all(load_project(root)))


def test_a_record_that_cannot_be_read_counts_as_changed(root: Path, old: str) -> None:
    (root / "evidence/shop/staging/health.json").write_text("{}", "utf-8")
    base = commit(root, days_ago=2)
    give_evidence(root)
    assert changed(root, base).keys() == {"shop/health@staging"}


def test_the_engine_changed_where_a_module_did_that_decides_a_verdict() -> None:
    paths = frozenset(
        {"src/drillbook/verify/is-no-more.py", "src/drillbook/verify/checking.py", "src/drillbook/cli/main.py"}
    )
    assert find_engine_changes(ROOT, paths, "HEAD")[-1] == "src/drillbook/verify/is-no-more.py"


def test_a_comment_is_no_change_of_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "drillbook/verify/checking.py"
    module.parent.mkdir(parents=True)
    module.write_text("x = 1\n", "utf-8")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, days_ago=1)
    monkeypatch.setattr(changes, "PACKAGE", tmp_path / "drillbook")
    path = "drillbook/verify/checking.py"
    module.write_text("x = 1  # one\n", "utf-8")
    assert find_engine_changes(tmp_path, frozenset({path}), "HEAD") == []
    module.write_text("x = 2\n", "utf-8")
    assert find_engine_changes(tmp_path, frozenset({path}), "HEAD") == [path]


def test_an_installed_engine_is_no_part_of_the_checkout(root: Path) -> None:
    assert find_engine_changes(root, frozenset({"src/drillbook/verify/checking.py"}), "HEAD") == []


def test_a_rendering_is_what_the_record_is_of(root: Path, old: str) -> None:
    project = load_project(root)
    rendered = render(project, "shop/health", "staging")
    keys = read_keys(root, old)
    assert keys["shop/staging/health.json"]["text"] == rendered.sha256
