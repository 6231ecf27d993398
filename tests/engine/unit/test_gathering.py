from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from drillbook.core.index import Index
from drillbook.project import sandbox_files
from drillbook.project.project import load_project
from drillbook.project.sandbox_files import load_sandbox
from drillbook.project.sandbox_model import Sandbox
from drillbook.sandbox.gathering import gather
from drillbook.sandbox.volumes import compose_args

SMALL = Path(__file__).parents[2] / "fixtures" / "small"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project that shares a folder which Drillbook brings."""
    root = Path(shutil.copytree(SMALL, tmp_path / "small"))
    (tmp_path / "shares").mkdir()
    (root / "sandboxes/_host").rename(tmp_path / "shares/_host")
    monkeypatch.setattr(sandbox_files, "SHARES", tmp_path / "shares")
    return root


def load(root: Path) -> Sandbox:
    return load_sandbox(root / "sandboxes/shop", root)


def test_a_share_of_the_project_comes_before_drillbooks_and_nothing_is_copied(root: Path) -> None:
    assert load(root).shares == (root.parent / "shares/_host",)
    shutil.copytree(root.parent / "shares/_host", root / "sandboxes/_host")
    assert load(root).shares == (root / "sandboxes/_host",)
    assert gather(load(root)) == root / "sandboxes/shop"
    assert not (root / ".drillbook").exists()


def test_the_index_does_not_hide_a_share_that_the_project_has_got_since(root: Path) -> None:
    for own in (False, True):
        if own:
            shutil.copytree(root.parent / "shares/_host", root / "sandboxes/_host")
        index = Index(root)
        (share,) = load_project(root, index).sandboxes["shop"].shares
        assert share.is_relative_to(root) is own
        index.save()


def test_a_share_of_drillbook_lies_beside_the_copy_of_the_sandbox(root: Path) -> None:
    sandbox = load(root)
    folder = gather(sandbox)
    assert folder.is_relative_to(root / ".drillbook")
    assert sandbox_files.hash_definition((folder, folder.with_name("_host"))) == sandbox.definition
    (folder / "mark").touch()
    assert gather(sandbox) == folder
    assert (folder / "mark").exists(), "it is copied once"


def test_the_copy_of_another_definition_and_half_a_copy_are_removed(root: Path) -> None:
    old = gather(load(root))
    (old.parents[1] / "half/shop").mkdir(parents=True)
    (root / "sandboxes/shop/more").touch()
    new = gather(load(root))
    assert (new / "more").exists()
    assert [path.name for path in new.parents[1].iterdir()] == [new.parent.name]


def test_what_compose_reads_is_what_was_gathered(root: Path) -> None:
    sandbox = load(root)
    assert str(gather(sandbox) / "compose.yaml") in compose_args(sandbox, "project")
    own = dataclasses.replace(sandbox, shares=())
    assert str(root / "sandboxes/shop/compose.yaml") in compose_args(own, "project")
