"""What a killed run left is taken away by the next one, whatever became of its checkout; the rest stays."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from drillbook.sandbox.docker import (
    CACHE_LABEL,
    PROJECT_LABEL,
    docker,
    list_projects,
    remove_project,
    try_docker,
    volume_exists,
)
from drillbook.sandbox.lease import Lease, checkout_prefix, sweep_sandboxes, try_lease
from drillbook.sandbox.leavings import SWEPT, sweep_leavings
from drillbook.sandbox.machine import BASE_IMAGE, ensure_base_image
from drillbook.sandbox.owners import list_owned, owning
from drillbook.sandbox.volumes import PREPARE
from tests.conftest import give_evidence, lay_out_project

pytestmark = pytest.mark.docker


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with no other owners: other tests leave things too, and look at them."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv(SWEPT, raising=False)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A checkout of its own."""
    root = tmp_path / "checkout"
    root.mkdir()
    yield root
    for name in list_projects(checkout_prefix(root)):
        remove_project(name)


def make(project: str) -> None:
    """Make one of each for a project."""
    ensure_base_image()
    label = f"{PROJECT_LABEL}={project}"
    docker("network", "create", "--internal", "--label", label, project)
    docker("volume", "create", "--label", label, project)
    docker("create", "--name", project, "--label", label, "--network", "none", BASE_IMAGE, "true")


def take(root: Path) -> Lease:
    lease = try_lease(root, f"{checkout_prefix(root)}shop-production-0")
    assert lease is not None
    return lease


def test_what_a_dead_owner_left_goes_though_its_checkout_is_gone(
    root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lease = take(root)
    make(lease.name)
    shutil.rmtree(root)
    assert not sweep_leavings(tmp_path), "its owner is alive"
    assert list_projects(lease.name)
    lease.release()
    assert not capfd.readouterr().err
    assert sweep_leavings(tmp_path)
    assert capfd.readouterr().err == ("drillbook: removed what a killed run left: 1 container, 1 network, 1 volume\n")
    assert not list_projects(lease.name)
    assert list_owned() == []


def test_what_is_meant_to_stand_stays_as_long_as_its_checkout(root: Path, tmp_path: Path) -> None:
    lease = take(root)
    make(lease.name)
    lease.marker.write_text("{}", "utf-8")
    lease.release()
    assert not sweep_leavings(tmp_path)
    assert list_projects(lease.name)
    shutil.rmtree(root)
    assert sweep_leavings(tmp_path)
    assert not list_projects(lease.name)


def test_inside_a_run_only_the_own_checkout_is_swept(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = take(root)
    make(lease.name)
    lease.release()
    monkeypatch.setenv(SWEPT, "1")
    assert not sweep_leavings(tmp_path)
    assert sweep_leavings(root)


def be_interrupted(project: str, root: Path) -> None:
    make(project)
    assert not sweep_leavings(root), "its owner is alive"
    raise KeyboardInterrupt


def test_a_killed_preparation_leaves_no_volume_that_looks_filled(tmp_path: Path) -> None:
    project, half, other = (
        f"{PREPARE}leavings-0123456789ab",
        "drillbook-prepared-leavings-app-0123456789ab",
        "drillbook-prepared-leavings-app-ba9876543210",
    )
    try:
        for name in (half, other):
            docker("volume", "create", "--label", f"{CACHE_LABEL}=leavings", name)
        with pytest.raises(KeyboardInterrupt), owning(project):
            be_interrupted(project, tmp_path)
        assert sweep_leavings(tmp_path)
        assert not list_projects(project)
        assert (volume_exists(half), volume_exists(other)) == (False, True)
    finally:
        remove_project(project)
        try_docker("volume", "rm", "-f", half, other)


def test_verify_sweeps_and_says_so_although_nothing_is_to_be_run(root: Path, tmp_path: Path) -> None:
    lease = take(root)
    make(lease.name)
    lease.release()
    small = lay_out_project("bytes", tmp_path / "project")
    give_evidence(small)
    command = [sys.executable, "-m", "drillbook.cli.main", "--root", str(small), "verify"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, env=dict(os.environ))
    # A slow start says that it is at work.
    removed, fresh = (line for line in done.stderr.splitlines() if " is at work (" not in line)
    assert removed == "drillbook: removed what a killed run left: 1 container, 1 network, 1 volume"
    assert fresh.endswith("verdicts are up to date; nothing to run")
    assert not list_projects(lease.name)
    assert sweep_sandboxes(root) == []
