"""A verify that is killed leaves no half-written evidence, and the next run cleans up after it and nobody else."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from drillbook.sandbox.docker import list_projects
from drillbook.sandbox.lease import checkout_prefix, sweep_sandboxes
from drillbook.sandbox.live import LiveSandbox

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist")]

ROOT = Path(__file__).parents[3]


MOMENTS = (0.1, 0.5, 1.0, 2.0, 4.0)
"""Seconds after the first trace of a sandbox: cloning, the canary, Compose, the seal, the first snippets."""


def copy_checkout(root: Path) -> None:
    """Make a checkout without evidence."""
    for folder in ("docs", "snippets", "environments", "sandboxes"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "mkdocs.yml", root)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of its own, without evidence."""
    copy_checkout(tmp_path)
    return tmp_path


def start_verify(checkout: Path, system: str = "voiceassist") -> subprocess.Popen[bytes]:
    """Start a verify of all that a system has in production, in a process group of its own.

    That of one host comes up in seconds, so that a moment after it did is soon there.
    """
    names = sorted(f"{system}/{path.stem}" for path in (checkout / "snippets" / system).iterdir())
    return start(checkout, "verify", "-e", "production", *names)


def start(checkout: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own."""
    return subprocess.Popen(
        # What is started in the background of a shell ignores Ctrl-C, and so do its children.
        [
            "env",
            "--default-signal=INT,TERM,HUP",
            sys.executable,
            "-m",
            "drillbook.cli.main",
            "--root",
            str(checkout),
            *arguments,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait_for(what: str, condition: object, seconds: float) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.1)


@pytest.mark.parametrize("moment", ["while the sandbox starts", "after the first evidence"])
def test_kill_9_leaves_no_half_evidence_and_the_next_run_cleans_up(
    checkout: Path, moment: str, live: LiveSandbox
) -> None:
    evidence = checkout / "evidence"
    prefix = checkout_prefix(checkout)
    with start_verify(checkout) as verify:
        if moment == "after the first evidence":
            wait_for("evidence", lambda: list(evidence.rglob("*.json")), 400)
        else:
            wait_for("a sandbox", lambda: list_projects(prefix), 400)
        os.kill(verify.pid, signal.SIGKILL)
        verify.wait(60)
    for path in evidence.rglob("*.json"):
        assert json.loads(path.read_text("utf-8"))["predicate"]["result"] == "PASSED"
    assert list_projects(prefix)
    assert sweep_sandboxes(checkout)
    assert not list_projects(prefix)
    assert live.hosts.is_running(), "another checkout's sandbox was touched"


@pytest.mark.system("akira")
def test_ctrl_c_takes_a_sandbox_of_several_hosts_away_at_once(checkout: Path) -> None:
    prefix = checkout_prefix(checkout)
    with start_verify(checkout, "akira") as verify:
        wait_for("a sandbox", lambda: list_projects(prefix), 400)
        os.killpg(verify.pid, signal.SIGINT)
        assert verify.wait(300) == 2
    assert not list_projects(prefix)


ALONE, GROUP = os.kill, os.killpg
BOUND = 240.0
"""Seconds in which whatever is told to end does; it takes about ten on a machine with nothing else to do."""
VERIFY = ("verify", "voiceassist/health", "voiceassist/disk-space")
"""The images of one system suffice; each environment has a worker of its own."""


@pytest.mark.parametrize(
    ("arguments", "number", "send"),
    [
        pytest.param(VERIFY, signal.SIGTERM, ALONE, id="verify-TERM"),
        pytest.param(VERIFY, signal.SIGHUP, GROUP, id="verify-HUP-group"),
        pytest.param((*VERIFY, "-n", "2"), signal.SIGTERM, ALONE, id="workers-TERM"),
        pytest.param((*VERIFY, "-n", "2"), signal.SIGHUP, ALONE, id="workers-HUP"),
        pytest.param((*VERIFY, "-n", "2"), signal.SIGTERM, GROUP, id="workers-TERM-group"),
        pytest.param((*VERIFY, "-n", "2"), signal.SIGINT, GROUP, id="workers-INT-group"),
        pytest.param(("site",), signal.SIGTERM, ALONE, id="site-TERM"),
        pytest.param(("sandbox", "up", "voiceassist"), signal.SIGTERM, ALONE, id="up-TERM"),
        pytest.param(("sandbox", "up", "voiceassist"), signal.SIGHUP, GROUP, id="up-HUP-group"),
    ],
)
def test_a_signal_ends_it_as_ctrl_c_does_and_leaves_nothing(
    checkout: Path, arguments: tuple[str, ...], number: int, send: Callable[[int, int], None]
) -> None:
    prefix = checkout_prefix(checkout)
    with start(checkout, *arguments) as process:
        wait_for("a sandbox", lambda: list_projects(prefix), 240)
        children = psutil.Process(process.pid).children(recursive=True)
        send(process.pid, number)
        assert process.wait(BOUND) == 2
    assert not list_projects(prefix)
    assert not [child for child in children if child.is_running()]
    assert not (checkout / "site").exists()


def test_workers_whose_controller_is_killed_clean_up(checkout: Path) -> None:
    prefix = checkout_prefix(checkout)
    with start(checkout, *VERIFY, "-n", "2") as controller:
        wait_for("a sandbox", lambda: list_projects(prefix), 240)
        workers = psutil.Process(controller.pid).children(recursive=True)
        controller.kill()
        controller.wait(20)
    wait_for("the workers' end", lambda: not [worker for worker in workers if worker.is_running()], BOUND)
    assert not list_projects(prefix)


def test_ctrl_c_at_any_moment_leaves_nothing_behind(tmp_path: Path) -> None:
    roots = []
    for moment in MOMENTS:
        root = tmp_path / str(moment)
        roots.append(root)
        copy_checkout(root)
        with start_verify(root) as verify:
            wait_for("a sandbox", lambda root=root: list_projects(checkout_prefix(root)), 400)
            time.sleep(moment)
            os.killpg(verify.pid, signal.SIGINT)
            assert verify.wait(300) == 2, f"interrupted after {moment} s"
    # What the engine had still been making would have come up by now.
    time.sleep(2)
    assert not [root.name for root in roots if list_projects(checkout_prefix(root))]
