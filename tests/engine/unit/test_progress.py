"""A run is never silent: lines where there is no terminal, a bar where there is one."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from drillbook.core.pulse import clock
from drillbook.pytest_plugin.progress import describe_items

PULSE = {**os.environ, "DRILLBOOK_PULSE": "0.2"}
SLOW = """
import os, time
from pathlib import Path
import pytest

def test_slow():
    told = Path(os.environ["TOLD"])
    while not (told.exists() and b"running test_slow.py" in told.read_bytes()):
        time.sleep(0.05)

def test_wrong():
    assert False
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a foreign project; its first test lasts until the run has said that it runs."""
    folder = tmp_path / "foreign"
    folder.mkdir()
    (folder / "test_slow.py").write_text(SLOW, "utf-8")
    return folder


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "--drillbook-progress", "-p", "no:randomly", "-q", *options]


def run_piped(project: Path, *options: str) -> str:
    """Run the project's tests without a terminal; return what was told on standard error."""
    told = project / "told"
    with told.open("wb") as file:
        environ = {**PULSE, "TOLD": str(told)}
        done = subprocess.run(
            command(*options), cwd=project, env=environ, stdout=subprocess.PIPE, stderr=file, timeout=300, check=False
        )
    assert done.returncode == 1, done.stdout
    assert b"1 failed, 1 passed" in done.stdout
    assert not re.search(rb"^[.F]+( |$)", done.stdout, re.MULTILINE), done.stdout
    return told.read_text("utf-8")


@pytest.mark.parametrize("options", [(), ("-n", "2", "--dist", "loadgroup")])
def test_without_a_terminal_lines_say_how_far_the_run_is(project: Path, options: tuple[str, ...]) -> None:
    told = run_piped(project, *options)
    assert re.search(
        r"^drillbook: \d:\d\d 0 of 2 done, 0 failed; running test_slow\.py( \d:\d\d)?$", told, re.MULTILINE
    )
    assert "drillbook: FAILED test_slow.py::test_wrong\n" in told
    assert "\r" not in told


def test_on_a_terminal_there_is_a_bar(project: Path) -> None:
    told = project / "told"
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(ours, (24, 120))
    with subprocess.Popen(
        command(), cwd=project, env={**PULSE, "TOLD": str(told)}, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        screen = b""
        while chunk := read(ours):
            screen += chunk
            told.write_bytes(screen)
        assert process.wait() == 1
    os.close(ours)
    assert re.search(rb"\r0 of 2 +\d:\d\d 0 failed; running test_slow\.py", screen), screen
    assert b"FAILED test_slow.py::test_wrong" in screen


def read(terminal: int) -> bytes:
    """Read what is on a terminal; nothing once nobody writes to it any more."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def test_what_runs_is_named_shortly_and_a_file_once() -> None:
    items = [
        ("snippets/cloudforge-aegis/pods/usage.sh::production", 0.5),
        ("snippets/akira/look.sh::staging-control", 75.0),
        ("tests/sandbox/test_attacks.py::test_one", 0.1),
        ("tests/sandbox/test_attacks.py::test_two", 0.1),
    ]
    said = "cloudforge-aegis production (pods/usage), akira staging-control (look) 1:15, tests/sandbox/test_attacks.py"
    assert describe_items(items) == said


@pytest.mark.parametrize(("seconds", "said"), [(9.7, "0:09"), (750, "12:30"), (3723, "1:02:03")])
def test_times_are_written_as_people_do(seconds: float, said: str) -> None:
    assert clock(seconds) == said


def test_a_command_that_takes_its_time_says_that_it_is_at_work() -> None:
    imports = "import time; from drillbook.core.pulse import make_timer, pulse"
    script = f"{imports}\nwith pulse(make_timer('audit')): time.sleep(1)"
    result = subprocess.run(
        [sys.executable, "-c", script], env=PULSE, capture_output=True, text=True, timeout=60, check=True
    )
    assert re.search(r"^drillbook: audit is at work \(0:0\d\)$", result.stderr, re.MULTILINE)
    assert result.stdout == ""


def test_a_pulse_inside_of_another_takes_its_place() -> None:
    inner = "with pulse(lambda: 'outer'), pulse(lambda: 'inner'): time.sleep(1)"
    script = f"import time; from drillbook.core.pulse import pulse\n{inner}"
    result = subprocess.run(
        [sys.executable, "-c", script], env=PULSE, capture_output=True, text=True, timeout=60, check=True
    )
    assert set(result.stderr.splitlines()) == {"drillbook: inner"}
