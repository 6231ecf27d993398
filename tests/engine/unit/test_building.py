"""A build is whole or leaves what was there, never runs a snippet, and fails on every warning."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html

from drillbook.cli.main import main
from drillbook.core.errors import DrillbookError
from drillbook.core.locks import hold
from drillbook.core.model import sha256
from drillbook.project.project import load_project
from drillbook.site.build import MANIFEST, build_site, hash_inputs


@pytest.fixture
def root(bytes_root: Path, tmp_path: Path) -> Path:
    """Return a copy of the project that a test may spoil."""
    return Path(shutil.copytree(bytes_root, tmp_path / "project"))


def test_each_environment_has_a_tree_and_one_page_leads_to_them(bytes_site: Path) -> None:
    assert sorted(path.name for path in bytes_site.iterdir()) == ["index.html", "production", "staging"]
    index = (bytes_site / "index.html").read_text("utf-8")
    assert 'href="production/index.html"' in index
    assert 'href="staging/index.html"' in index
    assert "<script" not in index


def test_a_tree_says_what_it_was_built_from(bytes_site: Path, bytes_root: Path) -> None:
    manifest = json.loads((bytes_site / "staging" / MANIFEST).read_text("utf-8"))
    assert manifest["environment"] == "staging"
    assert manifest["inputs"] == hash_inputs(bytes_root)
    assert {"mkdocs.yml", "docs/index.md", "snippets/bytes/tabs.sh", "environments/staging.yml"} <= set(
        manifest["inputs"]
    )


def test_the_build_time_is_the_one_that_was_asked_for(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    site = build_site(load_project(root), tmp_path / "site").parent
    for path in site.rglob("*.html"):
        assert "2023-11-14 22:13 UTC" in path.read_text("utf-8")


def test_two_builds_of_one_time_are_the_same_bytes(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    one, two = (build_site(load_project(root), tmp_path / name).parent for name in ("one", "two"))
    files = {
        path.relative_to(one): path.read_bytes() for path in one.rglob("*") if path.suffix in (".html", ".json", ".js")
    }
    assert files
    assert all((two / name).read_bytes() == data for name, data in files.items())


def test_the_page_says_the_commit_and_whether_it_was_clean(root: Path) -> None:
    (root / ".gitignore").write_text("site/\n.drillbook/\n", encoding="utf-8")
    git = ("git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b.example")
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "one")):
        subprocess.run([*git, *words], check=True)

    def read_banner() -> str:
        page = build_site(load_project(root), root / "site").parent / "production/index.html"
        return page.read_text("utf-8").split("db-here__built")[1].split("</p>")[0]

    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout
    assert f"<code>{head[:10]}</code>" in read_banner()
    (root / "docs/index.md").write_text("# Edited\n", encoding="utf-8")
    assert f"<code>{head[:10]} with uncommitted changes</code>" in read_banner()


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("# A\n\n@{{ snippet('bytes/tab') }}@\n", "Did you mean 'bytes/tabs'?"),
        ("# A\n\n@{{ snipet('bytes/tabs') }}@\n", "snipet"),
        ("# A\n\n@{{ value('bytes.hosts.ap.name') }}@\n", "Did you mean 'app'?"),
        ("# A\n\n[away](nowhere.md)\n", "nowhere.md"),
        ("# A\n\n[away](index.md#nowhere)\n", "nowhere"),
        ("# A\n\n```\nno language\n```\n", "no language"),
        ("# A\n\n    indented\n", "no language"),
        ("# A\n\n```shel\nls\n```\n", "no language 'shel'"),
        ("# A\n\n```bash\nls\n```\n", "does not say why"),
        ('# A\n\n``` { .Bash title="t" }\nls\n```\n', "does not say why"),
        ("# A\n\n```openrc\nls\n```\n", "does not say why"),
        ("# A\n\ntext @{{ snippet('bytes/tabs') }}@\n", "is not"),
    ],
)
def test_a_fault_in_a_page_fails_the_build_and_leaves_the_old_site(
    root: Path, tmp_path: Path, bytes_site: Path, page: str, said: str
) -> None:
    site = Path(shutil.copytree(bytes_site, tmp_path / "site"))
    before = {path: path.stat().st_mtime_ns for path in site.rglob("*")}
    (root / "docs/index.md").write_text(page, encoding="utf-8")
    with pytest.raises(DrillbookError) as caught:
        build_site(load_project(root), site)
    assert said in " ".join(str(caught.value).split())
    assert {path: path.stat().st_mtime_ns for path in site.rglob("*")} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["project", "site"]


def test_a_new_site_takes_the_place_of_an_old_one(root: Path, tmp_path: Path, bytes_site: Path) -> None:
    site = Path(shutil.copytree(bytes_site, tmp_path / "site"))
    (site / "production/left-over.html").write_text("old", encoding="utf-8")
    build_site(load_project(root), site)
    assert not (site / "production/left-over.html").exists()


def test_a_folder_that_is_no_site_is_not_replaced(root: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(DrillbookError, match="was not built by"):
        build_site(load_project(root), precious)
    assert (precious / "letter.txt").read_text("utf-8") == "dear"


def test_what_a_killed_build_left_is_swept_and_nothing_of_one_that_goes_on(root: Path) -> None:
    place = root / ".drillbook"
    for name in (".building-killed", ".building-goes-on"):
        (place / name).mkdir(parents=True)
    with hold(place / ".building-goes-on"):
        build_site(load_project(root), root / "site")
    assert [path.name for path in place.glob(".building-*")] == [".building-goes-on"]


def test_what_is_tied_to_its_parent_does_not_begin_without_it() -> None:
    def say(parent: int) -> tuple[int, str]:
        words = ("-m", "drillbook.core.pdeathsig", str(parent), "calendar", "2026", "11")
        done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.strip().split("\n")[0]

    assert say(os.getpid()) == (0, "November 2026")
    assert say(os.getppid()) == (1, "")


def test_building_runs_no_snippet(root: Path, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    path = root / "snippets/bytes/env.sh"
    path.write_text(path.read_text("utf-8") + f"touch {trace}\n", encoding="utf-8")
    build_site(load_project(root), tmp_path / "site")
    assert not trace.exists()


def test_no_script_of_the_theme_knows_another_server(bytes_site: Path) -> None:
    for path in bytes_site.rglob("*.js"):
        assert not re.search(r"""["'`]https?://(?!www.w3.org/)""", path.read_text("utf-8"))


def test_show_prints_the_bytes_that_the_page_holds(
    bytes_site: Path, bytes_root: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for environment in ("production", "staging"):
        page = html.parse(bytes_site / environment / "bytes/page.html", html.HTMLParser(encoding="utf-8"))
        blocks = page.getroot().xpath("//*[@data-snippet]")
        assert len(blocks) == len(load_project(bytes_root).snippets)
        for block in blocks:
            assert main(["--root", str(bytes_root), "show", block.get("data-snippet"), "-e", environment]) == 0
            shown = capfdbinary.readouterr().out
            assert block.xpath("string(.//code)").encode() == shown
            assert sha256(shown) == block.get("data-sha256")
