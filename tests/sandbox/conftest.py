"""One live sandbox for the tests that look into it; each file's tests share a worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drillbook.opening import open_sandbox
from drillbook.project import Project, load_project
from drillbook.sandbox import LiveSandbox

ROOT = Path(__file__).parents[2]


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
