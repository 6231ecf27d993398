"""Scripts that a session runs in forks of its agent: they do what the same command does, and are not started anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drillbook.core.errors import SetupError
from drillbook.sandbox.session import Session

TELL = """#!/usr/bin/python3 -IS
import json
import os
import sys
{more}
def main():
    about = {{"argv": sys.argv, "directory": os.getcwd(), "umask": os.umask(0), "environ": dict(os.environ)}}
    print(json.dumps(about | {{"open": sorted(os.listdir("/proc/self/fd"))[:3], "input": sys.stdin.read()}}))
    print(sys.modules.keys() >= {{"drillbook.guest.agent"}}, file=sys.stderr)

if __name__ == "__main__":
    sys.exit(main())
"""


@pytest.fixture
def local() -> Iterator[Session]:
    with Session.local() as session:
        yield session


@pytest.fixture
def script(tmp_path: Path) -> Path:
    file = tmp_path / "script"
    file.touch()
    file.chmod(0o755)
    return file


def guard(body: str) -> str:
    """Write a script that can be imported."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f'#!/usr/bin/python3\nimport os, sys, time\nif __name__ == "__main__":\n{lines}\n'


def read(session: Session, command: object, timeout: float = 10.0) -> str:
    return session.probe({"it": str(command)}, timeout)["it"]


FORKED = "print('drillbook.guest.agent' in sys.modules)"


def test_a_script_finds_what_a_command_finds(local: Session, script: Path) -> None:
    script.write_text(TELL.format(more=""))

    def tell(command: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(read(local, command))
        for passing in ("_", "SHLVL", "PWD", "OLDPWD", "LC_CTYPE"):  # the shell's own, and Python's
            found["environ"].pop(passing, None)
        return found

    forked, started = tell(f"{script} units"), tell(f"true; {script} units")
    assert forked == started
    assert forked["argv"] == [str(script), "units"]
    assert forked["input"] == ""


def test_it_runs_in_a_fork_of_the_agent(local: Session, script: Path) -> None:
    script.write_text(guard(FORKED))
    assert read(local, script) == "True\n"
    assert read(local, f"true; {script}") == "False\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("sys.exit(3)", "exit code 3$"),
        ("sys.exit('no such thing')", "no such thing"),
        ("raise ValueError('odd')", "ValueError: odd"),
        ("os.kill(os.getpid(), 9)", "exit code 137$"),
        ("time.sleep(60)", "within 0.5"),
        ("os.spawnlp(os.P_NOWAIT, 'sleep', 'sleep', '61')", "left a process behind"),
    ],
)
def test_what_goes_wrong_in_it_is_told(local: Session, script: Path, body: str, said: str) -> None:
    script.write_text(guard(body))
    with pytest.raises(SetupError, match=said):
        read(local, script, timeout=0.5 if "60" in body else 10.0)
    script.write_text(guard("print('well')"))
    assert read(local, script) == "well\n"


def test_what_it_prints_is_capped_and_comes_whole(local: Session, script: Path) -> None:
    script.write_text(guard("sys.stdout.write('x' * 300_000)"))
    assert read(local, script) == "x" * 300_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"#!/usr/bin/python3\nimport sys\n{FORKED}\n", "False"),  # importing it would run it
        ("#!/bin/sh\necho False\n", "False"),
        ("#!/usr/bin/python3\nif __name__ == '__main__':\n    print(\n", "was never closed"),
        ("#!/usr/bin/python3\nimport gone\nif __name__ == '__main__':\n    pass\n", "No module named 'gone'"),
    ],
)
def test_what_cannot_be_imported_is_started(local: Session, script: Path, text: str, said: str) -> None:
    script.write_text(text)
    if said == "False":
        assert read(local, script) == "False\n"
    else:
        with pytest.raises(SetupError, match=said):
            read(local, script)
