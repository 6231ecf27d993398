"""One live sandbox for the tests that look into it; each file's tests share a worker."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from drillbook.project.project import Project, load_project
from drillbook.sandbox.docker import list_projects, remove_project
from drillbook.sandbox.lease import checkout_prefix
from drillbook.sandbox.live import LiveSandbox
from drillbook.sandbox.opening import open_sandbox

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def project() -> Project:
    return load_project(ROOT)


@pytest.fixture(scope="session")
def shared(project: Project) -> Iterator[LiveSandbox]:
    with open_sandbox(project, "voiceassist", "production") as sandbox:
        yield sandbox


@pytest.fixture
def live(shared: LiveSandbox) -> LiveSandbox:
    """Return the sandbox in its known state, whatever the test before did to it."""
    if shared.dirty:
        shared.bring_back()
    return shared


@pytest.fixture
def settled(live: LiveSandbox) -> Iterator[LiveSandbox]:
    """Return the sandbox in its known state with traffic; what the test did to it is measured for the next one."""
    with live.changing():
        before = live.measure()
        yield live
        live.settle(before, live.measure(), left=False)


@pytest.fixture(scope="session")
def handbook(project_site: Path) -> Path:
    """Return the folder of the handbook as it is published."""
    return project_site / "production/handbook"


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Path]:
    """Clone what is committed; the environment of Python packages is the one that is there already."""
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True, timeout=120)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    yield folder
    # A page that was left half-way may have left a sandbox standing.
    for name in list_projects(checkout_prefix(folder)):
        remove_project(name)
