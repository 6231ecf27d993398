from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from drillbook.core.errors import DrillbookError
from drillbook.project.sandbox_files import load_sandbox

SMALL = Path(__file__).parents[2] / "fixtures" / "small"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


def hash_of(root: Path) -> str:
    return load_sandbox(root / "sandboxes/shop", root).definition


def test_a_sandbox_is_read(root: Path) -> None:
    sandbox = load_sandbox(root / "sandboxes/shop", root)
    assert sandbox.system == "shop"
    assert sandbox.hosts["app"].images == ("shop/base",)
    assert sandbox.start == (("app", "lay-out"),)
    assert sandbox.probes["units"].command == "systemctl list-units"
    assert sandbox.controls["stopped"].meaning == "the shop is stopped"
    assert sandbox.stand_ins == {"shop": "answers its health route only"}
    assert sandbox.shares == (root / "sandboxes/_host",)
    assert sandbox.variables == ("DRILLBOOK_DEFINITION", "HOSTS_APP_NAME")
    assert len(sandbox.definition) == 64


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("probes:", "prbes:", ":1: there is no key 'prbes' in the file. Did you mean 'probes'?"),
        ("probes:", "prbes:", ":1: the file has no 'probes'"),
        ("system: shop", "system: shpo", ":1: the system is called 'shpo' but its folder is 'shop'"),
        ("[_host]", "[_hots]", ":2: there is no folder sandboxes/_hots"),
        ("[_host]", "[host]", ":2: shares.0 is 'host'"),
        ("units: {host: app", "units: {host: ap", ":7: probes.units runs on no host 'ap'. Did you mean 'app'?"),
        ("stopped: {host: app", "stopped: {host: ap", ":9: controls.stopped runs on no host 'ap'"),
        ("start: [{host: app", "start: [{host: ap", ":5: start.0 runs on no host 'ap'"),
        ("meaning: the shop is stopped, ", "", ":9: controls.stopped has no 'meaning'"),
        ("{service: app", "{sevice: app", ":4: there is no key 'sevice' in hosts.app. Did you mean 'service'?"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(root: Path, old: str, new: str, said: str) -> None:
    path = root / "sandboxes/shop/sandbox.yml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(DrillbookError) as caught:
        load_sandbox(path.parent, root)
    assert f"sandboxes/shop/sandbox.yml{said}" in str(caught.value)


def test_a_sandbox_without_a_compose_file_is_refused(root: Path) -> None:
    (root / "sandboxes/shop/compose.yaml").unlink()
    with pytest.raises(DrillbookError, match=r"there is no compose.yaml"):
        load_sandbox(root / "sandboxes/shop", root)


def change_bytes(root: Path) -> None:
    (root / "sandboxes/shop/compose.yaml").write_text("services: {}\n")


def change_shared(root: Path) -> None:
    (root / "sandboxes/_host/start").write_text("#!/bin/sh\n")


def change_mode(root: Path) -> None:
    os.chmod(root / "sandboxes/_host/start", 0o644)


def change_name(root: Path) -> None:
    (root / "sandboxes/_host/start").rename(root / "sandboxes/_host/begin")


def add_file(root: Path) -> None:
    (root / "sandboxes/shop/.dockerignore").write_text("")


def add_link(root: Path) -> None:
    (root / "sandboxes/shop/link").symlink_to("../_host")


@pytest.mark.parametrize("change", [change_bytes, change_shared, change_mode, change_name, add_file, add_link])
def test_the_definition_changes_with_every_file(root: Path, change: Callable[[Path], None]) -> None:
    before = hash_of(root)
    change(root)
    assert hash_of(root) != before


@pytest.mark.parametrize("name", ["README.md", "__pycache__/x.pyc", "app/x.pyc", ".compose.yaml.swp", "compose.yaml~"])
def test_prose_and_leftovers_do_not_count(root: Path, name: str) -> None:
    before = hash_of(root)
    path = root / "sandboxes/shop" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    assert hash_of(root) == before


def test_the_definition_does_not_depend_on_where_the_project_lies(root: Path) -> None:
    assert hash_of(root) == hash_of(SMALL)


def test_one_command_can_read_many_probes(root: Path) -> None:
    path = root / "sandboxes/shop/sandbox.yml"
    shared = (
        "units: &read {host: app, command: probe, shared: true}\n  files: *read\n  starts: {<<: *read, transient: true}"
    )
    own = "\n  own: {host: app, command: date}"
    path.write_text(path.read_text().replace("units: {host: app, command: systemctl list-units}", shared + own))
    sandbox = load_sandbox(path.parent, root)
    assert sandbox.find_commands("app") == {"units": "probe", "own": "date"}
    text = "==> units <==\nssh on\n==> other <==\nx\n==> starts <==\n==> at ten\n"
    read = sandbox.split_outputs("app", {"units": text, "own": "==> files <==\n"})
    assert read == {"units": "ssh on", "files": "", "starts": "==> at ten", "own": "==> files <==\n"}
    assert sandbox.keep_lasting(read).keys() == {"units", "files", "own"}
