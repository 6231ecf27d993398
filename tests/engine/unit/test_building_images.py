"""Images are built beside the tests that need none; what needs them waits, and says so, and nothing hangs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from drillbook.core.locks import hold
from drillbook.sandbox.builds import (
    BUILDS,
    announce,
    begin_log,
    describe_build,
    describe_builds,
    find_step,
    has_ended,
    is_awaited,
    lock_path,
    note,
    note_end,
    read_failure,
)

ROOT = Path(__file__).parents[3]
SYSTEM = "night-shift"
LOG = """#0 building with "default" instance using docker driver

#1 [tools internal] load build definition from Dockerfile
#1 DONE 0.0s

#2 [db base 1/2] RUN apt-get update
#2 0.412 Get:1 http://deb.debian.org
#3 [tools cluster 3/3] RUN go install ./...
#2 DONE 3.1s

#4 [db host 2/2] COPY db /
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a builder that is to build one system."""
    path = tmp_path / "builds"
    path.mkdir()
    announce(path, (SYSTEM,))
    monkeypatch.setenv(BUILDS, str(path))
    monkeypatch.setenv("HOME", str(tmp_path))
    return path


def test_the_step_is_the_one_that_has_been_open_longest() -> None:
    assert find_step(LOG) == "step tools cluster 3/3"
    assert find_step(LOG + "#3 DONE 570.0s\n") == "step db host 2/2"
    assert find_step(LOG + "#3 DONE 570.0s\n#4 CACHED\n") == ""


def test_what_docker_does_not_say_is_noted() -> None:
    assert (
        find_step(LOG + "drillbook: filling the Docker Engine of host app\n") == "filling the Docker Engine of host app"
    )


def test_a_build_is_described_while_somebody_holds_its_lock(folder: Path) -> None:
    note(begin_log(SYSTEM), "filling host app")
    lock_path(SYSTEM).touch()
    assert describe_build(SYSTEM) == ""
    with hold(lock_path(SYSTEM)), hold(folder):
        said = describe_build(SYSTEM)
        assert describe_builds() == [said]
    assert re.fullmatch(rf"building {SYSTEM}'s images \(filling host app, 0:0\d\)", said)


def test_images_are_awaited_until_their_builder_has_ended_them_or_is_dead(folder: Path) -> None:
    assert not is_awaited(SYSTEM)
    with hold(folder):
        assert is_awaited(SYSTEM)
        assert not is_awaited("another")
        note_end(folder, SYSTEM, "")
        assert not is_awaited(SYSTEM)
    assert has_ended(folder, SYSTEM)
    assert read_failure(SYSTEM) == ""


def test_the_words_of_a_failure_are_kept(folder: Path) -> None:
    assert read_failure(SYSTEM) == ""
    note_end(folder, SYSTEM, "the disk is full")
    assert read_failure(SYSTEM) == "the disk is full"


WAITING = f"""
import os
from pathlib import Path
import pytest
pytestmark = pytest.mark.system("{SYSTEM}")

@pytest.mark.parametrize("number", range(3))
def test_it(number):
    assert os.environ["EXPECTED"] in os.listdir(os.environ["DRILLBOOK_BUILDS"])
"""
WORKING = f"""
import os
from pathlib import Path
import pytest

@pytest.mark.parametrize("number", range(3))
def test_it(number):
    pass

def test_the_build_ends():
    Path(os.environ["DRILLBOOK_BUILDS"], "{SYSTEM}.ended").touch()
"""


def run_beside(folder: Path, expected: str, workers: int = 2) -> str:
    """Run a project of two files beside a builder, whose build ends when the last test that needs no image is run."""
    project = folder.parent / "project"
    project.mkdir()
    (project / "test_a_waiting.py").write_text(WAITING, "utf-8")
    (project / "test_b_working.py").write_text(WORKING, "utf-8")
    (project / "pytest.ini").write_text("[pytest]\nmarkers = system(*names): sandboxes\n", "utf-8")
    command = [sys.executable, "-m", "pytest", "-n", str(workers), "--dist", "loadgroup", "-p", "no:randomly", "-v"]
    result = subprocess.run(
        [*command, "--drillbook-progress"],
        cwd=project,
        env={**os.environ, "EXPECTED": expected, "DRILLBOOK_PULSE": "0.2"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_workers_do_what_needs_no_images_first_and_to_the_last_item(folder: Path, workers: int) -> None:
    with hold(folder):
        assert "7 passed" in run_beside(folder, f"{SYSTEM}.ended", workers)


def test_nobody_waits_for_a_builder_that_died(folder: Path) -> None:
    assert "7 passed" in run_beside(folder, f"{SYSTEM}.wanted")
