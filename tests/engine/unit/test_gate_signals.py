"""The gate hands a signal on to what it runs, and waits for it: nox by itself would kill it half a second later."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NOXFILE = f"""
    import sys
    sys.path.insert(0, {str(ROOT)!r})
    import nox
    from noxfile import run, run_own

    @nox.session(venv_backend="none")
    def slow(session):
        run(session, sys.executable, "slow.py")

    @nox.session(venv_backend="none")
    def bad(session):
        run_own(session, "drillbook", "--root", "nowhere", "list")
"""
SLOW = """
    import pathlib, sys, time
    from drillbook.core.interrupts import end_on_signals
    end_on_signals()
    try:
        print("begun", flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        time.sleep(2)
        pathlib.Path("clean").touch()
        sys.exit(2)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with sessions of its own, run as those of the project are."""
    (tmp_path / "noxfile.py").write_text(textwrap.dedent(NOXFILE), encoding="utf-8")
    (tmp_path / "slow.py").write_text(textwrap.dedent(SLOW), encoding="utf-8")
    return tmp_path


def nox(session: str) -> list[str]:
    return ["env", "--default-signal=INT,TERM,HUP", sys.executable, "-m", "nox", "--session", session]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_handed_on_and_what_runs_cleans_up(folder: Path, number: signal.Signals) -> None:
    with subprocess.Popen(nox("slow"), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(number)
        assert process.wait(60) == 130
    assert (folder / "clean").exists()


def test_the_status_of_the_command_line_is_the_sessions(folder: Path) -> None:
    environ = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(nox("bad"), cwd=folder, capture_output=True, check=False, timeout=60, env=environ)
    assert done.returncode == 2
