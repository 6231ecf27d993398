"""A Ctrl-C is heard when what is under way has ended; a second one at once; never twice, never not at all."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drillbook.docker import try_docker
from drillbook.errors import SetupError
from drillbook.interrupts import hold_interrupts


@pytest.fixture(autouse=True)
def listen() -> Iterator[None]:
    """Hear Ctrl-C, which a process that was started in the background of a shell ignores."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def press_later(seconds: float) -> None:
    threading.Timer(seconds, press).start()


def interrupted(block: Callable[[], None], grace: float = 60.0) -> float:
    """Run a block while interruptions are held, see that one was heard; return how many seconds that took."""
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), hold_interrupts(grace):
        block()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    return time.monotonic() - began


def test_the_block_ends_before_the_interruption_is_heard() -> None:
    done = []

    def block() -> None:
        press()
        time.sleep(0.05)
        done.append("all of it")

    interrupted(block)
    assert done


def test_a_second_one_is_heard_at_once() -> None:
    def block() -> None:
        press()
        press_later(0.1)
        time.sleep(20)

    assert interrupted(block) < 5


def test_the_grace_is_bounded() -> None:
    def block() -> None:
        press()
        time.sleep(20)

    assert interrupted(block, grace=0.1) < 5


def test_inside_another_block_only_the_outer_one_is_heard() -> None:
    done = []

    def block() -> None:
        with hold_interrupts():
            press()
        done.append("the rest of the outer block")

    interrupted(block)
    assert done


def test_inside_another_block_a_second_one_is_heard_at_once() -> None:
    def block() -> None:
        press()
        press_later(0.1)
        with hold_interrupts():
            time.sleep(20)

    assert interrupted(block) < 5


def test_an_error_in_the_block_does_not_swallow_the_interruption() -> None:
    def block() -> None:
        press()
        raise ValueError("no")

    interrupted(block)


def test_without_an_interruption_nothing_happens() -> None:
    with hold_interrupts(grace=0.01):
        time.sleep(0.05)
    with pytest.raises(ValueError, match="no"), hold_interrupts():
        raise ValueError("no")


def make_docker(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a client in place of Docker's: only what happens to the process is of interest here."""
    client = folder / "docker"
    client.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_a_client_ends_by_itself_after_ctrl_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_docker(tmp_path, f"sleep 0.5; echo made >{tmp_path}/made", monkeypatch)
    press_later(0.2)
    with pytest.raises(KeyboardInterrupt):
        try_docker("run")
    assert (tmp_path / "made").exists()


def test_a_client_is_in_a_session_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_docker(tmp_path, "cut -d' ' -f1,6 /proc/$$/stat", monkeypatch)
    process, session = try_docker("run")[1].split()
    assert process == session != str(os.getsid(0))


def test_a_second_ctrl_c_kills_the_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_docker(tmp_path, f"echo $$ >{tmp_path}/pid; exec sleep 30", monkeypatch)
    press_later(0.2)
    press_later(0.4)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        try_docker("run")
    assert time.monotonic() - began < 15
    assert not Path("/proc", (tmp_path / "pid").read_text("utf-8").strip()).exists()


def test_no_docker_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SetupError, match=r"no `docker` command is found; install Docker Engine 20\.10"):
        try_docker("version")
