"""The runner itself, spoken to over its own protocol."""

from __future__ import annotations

import base64
import json
import os
import pwd
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from drillbook.guest import agent

USER = pwd.getpwuid(os.geteuid()).pw_name


class Wire:
    """The other end of the protocol, as bare as can be."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def pipe(self, which: str) -> IO[bytes]:
        pipe: IO[bytes] | None = getattr(self.process, which)
        assert pipe is not None
        return pipe

    def write(self, line: bytes) -> None:
        self.pipe("stdin").write(line + b"\n")
        self.pipe("stdin").flush()

    def read(self) -> dict[str, Any]:
        reply: dict[str, Any] = json.loads(self.pipe("stdout").readline())
        return reply

    def ask(self, **request: Any) -> dict[str, Any]:
        self.write(json.dumps({"id": 1, **request}).encode())
        return self.read()

    def run(self, text: str, **more: Any) -> dict[str, Any]:
        encoded = base64.b64encode(text.encode()).decode()
        # A home without login files: they may take long, and must not be killed halfway.
        request = {"op": "run", "user": USER, "directory": "/", "environ": {"HOME": "/nonexistent"}, "timeout": 10}
        return self.ask(**request | {"text": encoded} | more)


@pytest.fixture
def wire() -> Iterator[Wire]:
    command = [sys.executable, "-I", agent.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        opened = Wire(process)
        assert opened.read() == {"ready": True}
        yield opened
        opened.pipe("stdin").close()
        assert process.wait(10) == 0


@pytest.mark.parametrize("line", [b"nonsense", b"[]", b"\xff\xfe", b""])
def test_what_is_no_request_gets_an_error(line: bytes, wire: Wire) -> None:
    wire.write(line)
    assert "not a request" in wire.read()["error"]
    assert wire.ask(op="command", command="echo alive", timeout=60)["result"]["returncode"] == 0


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"op": "dance"}, "no operation 'dance'"),
        ({}, "no operation None"),
        ({"op": "command"}, "command"),
        ({"op": "command", "command": "echo", "timeout": 1, "colour": "red"}, "colour"),
        ({"op": "command", "command": 7, "timeout": 1}, "TypeError"),
        ({"op": "run", "text": "*", "user": USER, "directory": "/", "timeout": 1}, "Error"),
        (
            {"op": "run", "text": "", "user": "nobody-of-that-name", "directory": "/", "timeout": 1},
            "nobody-of-that-name",
        ),
        ({"op": "run", "text": "", "user": USER, "directory": "/no/such", "timeout": 1}, "/no/such"),
    ],
)
def test_a_request_that_cannot_be_done_gets_an_error(request_: dict[str, Any], error: str, wire: Wire) -> None:
    assert error in wire.ask(**request_)["error"]
    assert wire.ask(op="command", command="echo alive", timeout=60)["result"]["returncode"] == 0


def test_an_interrupt_that_comes_too_late_is_passed_over(wire: Wire) -> None:
    wire.write(b'{"op": "interrupt"}')
    assert wire.ask(op="command", command="exit 3", timeout=60)["result"]["returncode"] == 3


def test_requests_that_come_during_a_run_wait_for_its_end(wire: Wire) -> None:
    wire.write(b'{"id": 1, "op": "command", "command": "sleep 0.1", "timeout": 5}')
    wire.write(b'{"id": 2, "op": "command", "command": "true", "timeout": 5}')
    assert [wire.read()["id"], wire.read()["id"]] == [1, 2]


def test_it_kills_what_it_started_when_its_input_closes(wire: Wire) -> None:
    wire.write(b'{"id": 1, "op": "command", "command": "setsid sleep 271.5 & sleep 271.5", "timeout": 500}')
    deadline = time.monotonic() + 60
    while len(list_sleepers("271.5")) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(list_sleepers("271.5")) == 2
    wire.pipe("stdin").close()
    assert wire.process.wait(10) == 0
    assert not list_sleepers("271.5")


def list_sleepers(seconds: str) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cmdline").read_bytes() == f"sleep\0{seconds}\0".encode():
                found.append(folder.name)
        except OSError:
            continue
    return found


def test_an_orphan_is_reaped_while_the_snippet_still_runs(wire: Wire) -> None:
    # A command that waits for a process to be gone would hang on a zombie.
    result = wire.run("pid=$( (sleep 0.05 >/dev/null & echo $!) )\nwhile kill -0 $pid; do sleep 0.02; done", timeout=60)
    assert not result["result"]["timed_out"]


def test_whoever_holds_the_output_open_does_not_hold_the_agent(wire: Wire) -> None:
    started = time.monotonic()
    result = wire.run("echo before\nsleep 300 &\nexit")["result"]
    assert base64.b64decode(result["stdout"]) == b"before\n"
    assert [line.split(" ", 1)[1] for line in result["leftovers"]] == ["sleep 300"]
    assert time.monotonic() - started < 60


def test_the_rest_of_a_pipeline_has_a_moment_to_end(wire: Wire) -> None:
    result = wire.run("echo late > >(sleep 0.02; cat)")["result"]
    assert not result["leftovers"]
    assert base64.b64decode(result["stdout"]) == b"late\n"


def test_what_starts_processes_while_it_is_killed_is_killed_too(wire: Wire) -> None:
    result = wire.run("bomb() { for i in 1 2 3; do (sleep 271.25; bomb) & done; wait; }\nbomb", timeout=0.3)["result"]
    assert result["timed_out"]
    assert not list_sleepers("271.25")


def test_a_run_leaves_no_file_behind(wire: Wire) -> None:
    result = wire.run('echo "$0"')["result"]
    snippet = Path(base64.b64decode(result["stdout"]).decode().strip())
    assert snippet.name == "snippet"
    assert not snippet.parent.exists()
    if os.access("/run", os.W_OK):
        assert snippet.parts[:2] == ("/", "run")


def test_a_gigabyte_is_drained_not_kept(wire: Wire) -> None:
    result = wire.run("head -c 1000000000 /dev/zero", cap=1000, timeout=600)["result"]
    assert result["capped"]
    assert result["returncode"] == 0
    assert base64.b64decode(result["stdout"]) == b"\0" * 1000
    peak = next(
        int(line.split()[1])
        for line in Path(f"/proc/{wire.process.pid}/status").read_text().splitlines()
        if line.startswith("VmHWM")
    )
    assert peak < 60_000  # kB
