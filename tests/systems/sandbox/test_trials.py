"""Drillbook killed at random moments: nothing is lost or half written, and the next start finds no orphan.

The gate tries a sample. `./run trials` tries two hundred and more, restarts the Docker Engine meanwhile, and says the
seed with which the same moments come again (`DRILLBOOK_SEED`).
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from drillbook.audit.site import audit_site
from drillbook.core.model import Status
from drillbook.evidence.record import load_evidence, sweep
from drillbook.project.project import load_project, render_all
from drillbook.sandbox.docker import list_projects
from drillbook.sandbox.lease import checkout_prefix, sweep_sandboxes
from drillbook.site.build import build_site
from tests.systems.sandbox.test_crash import copy_checkout, start_verify, wait_for

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist")]

ALL = "DRILLBOOK_TRIALS" in os.environ
TRIALS = int(os.environ.get("DRILLBOOK_TRIALS", "10"))
SEED = os.environ.get("DRILLBOOK_SEED", dt.datetime.now(dt.UTC).date().isoformat())
WRITES, BUILDS, VERIFIES = TRIALS // 2, TRIALS * 3 // 10, TRIALS // 5
SMALL = Path(__file__).parents[2] / "fixtures" / "small"
STARTED = b"started\n"


def pick(kind: str, number: int, longest: float) -> float:
    """Return a moment, in seconds: the same one for the same seed."""
    return random.Random(f"{SEED} {kind} {number}").uniform(0.0, longest)


def kill_after(command: list[str], moment: float, *, cwd: Path) -> None:
    """Start a command, wait until it says that it has begun, and for a moment; kill it and what it started."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=cwd) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == STARTED
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait(60)


WRITER = """
    import datetime as dt
    import itertools
    import sys
    from pathlib import Path
    from drillbook.evidence.record import Record, find_dependencies, store
    from drillbook.core.model import Status
    from drillbook.project.project import load_project, render_all
    project = load_project(Path.cwd())
    print("started", flush=True)
    for number in itertools.count():
        for rendered in render_all(project):
            record = Record(
                status=(Status.PASSED, Status.FAILED)[number % 2], sha256=rendered.sha256,
                dependencies=find_dependencies(project, rendered), verified=dt.datetime.now(dt.UTC), seconds=0.1,
                sandbox="shop", stand_ins={}, versions={}, returncode=number % 2, stdout="line\\n" * 4000, stderr="",
                changed=(), problems=("it is down",) * (number % 2),
            )
            store(project.root / "evidence", rendered, record)
"""


@pytest.mark.parametrize("number", range(WRITES))
def test_a_writer_of_evidence_is_killed(tmp_path: Path, number: int) -> None:
    root = Path(shutil.copytree(SMALL, tmp_path / "project"))
    project = load_project(root)
    command = [sys.executable, "-c", textwrap.dedent(WRITER)]
    for again in range(2):  # the second one finds what the first one left
        kill_after(command, pick(f"write {again}", number, 0.2), cwd=root)
        for rendered in render_all(project):
            record = load_evidence(root / "evidence", rendered)
            assert record is None or (record.status is Status.FAILED) == (record.returncode == 1), SEED
            assert record is None or record.stdout == "line\n" * 4000
    sweep(root / "evidence")
    assert all(path.suffix == ".json" and path.name[0] != "." for path in files_of(root / "evidence"))


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


BUILDER = """
    import sys
    from pathlib import Path
    from drillbook.site.build import build_site
    from drillbook.project.project import load_project
    project = load_project(Path.cwd())
    print("started", flush=True)
    build_site(project, Path.cwd() / "site")
    print("done", flush=True)
"""


@pytest.fixture(scope="module")
def longest_build(bytes_root: Path, tmp_path_factory: pytest.TempPathFactory) -> float:
    """Return the seconds that a build takes here and now."""
    began = time.monotonic()
    build_site(load_project(bytes_root), tmp_path_factory.mktemp("timed") / "site")
    return time.monotonic() - began


@pytest.mark.parametrize("number", range(BUILDS))
def test_a_build_is_killed(
    bytes_root: Path, bytes_site: Path, tmp_path: Path, number: int, longest_build: float
) -> None:
    root = Path(shutil.copytree(bytes_root, tmp_path / "project"))
    site = Path(shutil.copytree(bytes_site, root / "site"))
    left = site / "production" / "left.txt"
    left.write_text("of the old site")
    # Towards the end it writes most.
    moment = longest_build * 1.2 - pick("build", number, longest_build)
    kill_after([sys.executable, "-c", textwrap.dedent(BUILDER)], max(0.0, moment), cwd=root)
    assert left.exists() or not audit_site(site, load_project(root), strict=False), SEED
    left.unlink(missing_ok=True)
    assert not audit_site(site, load_project(root), strict=False), SEED
    wait_for("the end of what it had started", lambda: not find_processes(root), 60)
    build_site(load_project(root), site)
    assert not list((root / ".drillbook").glob(".building-*")), SEED


def find_processes(root: Path) -> list[str]:
    """Return the processes that speak of a folder."""
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in listed if str(root) in line]


@pytest.mark.parametrize("number", range(VERIFIES))
def test_a_verify_is_killed(tmp_path: Path, number: int) -> None:
    copy_checkout(tmp_path)
    with start_verify(tmp_path) as verify:
        time.sleep(pick("verify", number, 30.0))
        os.kill(verify.pid, signal.SIGKILL)
        verify.wait(60)
    expect_whole(tmp_path)
    # What the engine had still been making comes up now.
    time.sleep(2)
    sweep_sandboxes(tmp_path)
    assert not list_projects(checkout_prefix(tmp_path)), SEED
    wait_for("the end of its clients", lambda: not find_processes(tmp_path), 120)


def expect_whole(root: Path) -> None:
    for path in (root / "evidence").rglob("*.json"):
        assert json.loads(path.read_text("utf-8"))["predicate"]["result"] == "PASSED", SEED


def test_two_verifies_at_once_in_one_checkout(tmp_path: Path) -> None:
    copy_checkout(tmp_path)
    names = ("voiceassist/disk-space", "voiceassist/docker-disk")
    command = [sys.executable, "-m", "drillbook.cli.main", "--root", str(tmp_path), "verify", "-e", "staging", *names]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    said = [one.communicate(timeout=900)[1].decode() for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    expect_whole(tmp_path)
    assert len(files_of(tmp_path / "evidence")) == len(names)
    assert not list_projects(checkout_prefix(tmp_path))


READINGS = (
    "disk-space",
    "docker-disk",
    "health",
    "host-memory",
    "memory-use",
    "redis-memory",
    "redis-ping",
    "postgres-ready",
)


@pytest.mark.skipif(not ALL, reason="it stops every container; `./run trials` has the machine for itself")
def test_the_engine_is_restarted_in_the_middle(tmp_path: Path) -> None:
    copy_checkout(tmp_path)
    names = [f"voiceassist/{name}" for name in READINGS]
    command = [sys.executable, "-m", "drillbook.cli.main", "--root", str(tmp_path), "verify", "-e", "staging", *names]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as verify:
        wait_for("evidence", lambda: files_of(tmp_path / "evidence"), 900)
        subprocess.run(["pkill", "-KILL", "-x", "dockerd"], check=True)
        time.sleep(2)
        subprocess.run([sys.executable, "-m", "drillbook.sandbox.machine"], check=True)
        said = verify.communicate(timeout=900)[0]
    # What could not be run meanwhile has no verdict; the next start verifies it, and finds no orphan.
    assert verify.returncode == 2, said
    assert "errored" in said
    expect_whole(tmp_path)
    assert len(files_of(tmp_path / "evidence")) < len(names)
    again = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert again.returncode == 0, again.stdout + again.stderr
    expect_whole(tmp_path)
    assert len(files_of(tmp_path / "evidence")) == len(names)
    assert not list_projects(checkout_prefix(tmp_path))
