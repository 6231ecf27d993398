"""A process that builds the images of many systems: what fails is said in its last words, and it can be stopped."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from drillbook.core.errors import SetupError
from drillbook.project.project import load_project
from drillbook.sandbox.builds import BUILDS, describe_build
from drillbook.sandbox.docker import image_exists, list_projects
from drillbook.sandbox.images import INTERRUPTED
from drillbook.sandbox.volumes import PREPARE, image_name, prepare

pytestmark = pytest.mark.docker

SMALL = Path(__file__).parents[2] / "fixtures" / "small"
COMPOSE = 'services: {app: {image: "drillbook/shop-app:${DRILLBOOK_DEFINITION:?}", build: .}}\n'


def lay_out(root: Path, command: str) -> Path:
    """Lay out a project of one system in whose image a command is run; return the folder for its builder."""
    shutil.copytree(SMALL, root)
    shop = root / "sandboxes" / "shop"
    (shop / "compose.yaml").write_text(COMPOSE, "utf-8")
    (shop / "Dockerfile").write_text(f"FROM debian:trixie-slim\nRUN {command}\n", "utf-8")
    folder = root.parent / "builds"
    folder.mkdir()
    return folder


def start_builder(root: Path, folder: Path) -> subprocess.Popen[str]:
    """Start a builder, wait until it says that the machine is ready."""
    command = [sys.executable, "-m", "drillbook.sandbox.images", str(folder), "--root", str(root)]
    builder = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert builder.stdout is not None
    assert builder.stdout.read() == "ready\n"
    return builder


def test_a_build_that_fails_is_not_tried_again_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "project"
    folder = lay_out(root, "echo its last words; exit 3")
    with start_builder(root, folder) as builder:
        assert builder.wait(300) == 1
    assert "its last words" in (folder / "shop.ended").read_text("utf-8")

    monkeypatch.setenv(BUILDS, str(folder))
    sandbox = load_project(root).sandboxes["shop"]
    with pytest.raises(SetupError, match="shop's sandbox could not be built") as raised:
        prepare(sandbox, {})
    assert "its last words" in str(raised.value)
    assert not image_exists(image_name(sandbox, sandbox.hosts["app"]))


def test_a_builder_that_is_stopped_stops_its_builds(tmp_path: Path) -> None:
    root = tmp_path / "project"
    folder = lay_out(root, f"echo {tmp_path}; sleep 900")
    with start_builder(root, folder) as builder:
        while "step app" not in describe_build("shop"):
            assert builder.poll() is None
            time.sleep(0.1)
        builder.send_signal(signal.SIGTERM)
        assert builder.wait(120) == INTERRUPTED
    assert not (folder / "shop.ended").exists() or (folder / "shop.ended").read_text("utf-8")
    # Other tests build a system of this name as well, for seconds; this build would go on for a quarter of an hour.
    deadline = time.monotonic() + 300
    while describe_build("shop"):
        assert time.monotonic() < deadline, describe_build("shop")
        time.sleep(0.2)
    assert not list_projects(f"{PREPARE}shop-")
