"""A Ctrl-C is heard when what is under way has ended; a second one at once; never twice, never not at all."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from drillbook.core.errors import SetupError
from drillbook.core.interrupts import hold_interrupts
from drillbook.sandbox.docker import try_docker


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
    with pytest.raises(SetupError, match=r"`docker` was not found\. Install Docker Engine 20\.10"):
        try_docker("version")


SCRIPT = """
    import signal, subprocess, sys, time
    from drillbook.core.interrupts import end_children, end_on_signals, hold_interrupts, is_ending
    end_on_signals({limit})
    def say(text):
        print(text, flush=True)
    try:
    {block}
    except KeyboardInterrupt:
        say(f"interrupted {{is_ending()}}")
    {after}
"""


@contextmanager
def running(block: str, *, after: str = "pass", limit: float = 60.0, env: Sequence[str] = ()) -> Iterator[Listener]:
    """Run a block in a process of its own that ends on signals; it has begun when it says so."""
    script = textwrap.dedent(SCRIPT).format(
        limit=limit, block=textwrap.indent(textwrap.dedent(block), "    "), after=textwrap.dedent(after)
    )
    command = ["env", "--default-signal=INT,TERM,HUP", *env, sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        listener = Listener(process)
        assert listener.hear() == "begun"
        yield listener
        process.kill()


class Listener:
    """Reads what a process says, line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def send(self, *numbers: signal.Signals) -> None:
        for number in numbers:
            self.process.send_signal(number)


ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.mark.parametrize("number", ENDING)
def test_each_signal_interrupts(number: signal.Signals) -> None:
    with running("say('begun'); time.sleep(60)") as process:
        process.send(number)
        assert process.hear() == "interrupted True"
        assert process.process.wait(20) == 0


@pytest.mark.parametrize("number", ENDING)
def test_each_signal_lets_a_held_block_end(number: signal.Signals) -> None:
    block = "with hold_interrupts():\n    say('begun')\n    time.sleep(1)\n    say('all of it')\nsay('more')"
    with running(block) as process:
        process.send(number)
        assert [process.hear(), process.hear()] == ["all of it", "interrupted True"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_comes_by_several_ways_is_one(number: signal.Signals) -> None:
    block = "with hold_interrupts():\n    say('begun')\n    time.sleep(1)\n    say('all of it')"
    after = "say('cleaning')\ntime.sleep(1)\nsay('clean')"
    with running(block, after=after) as process:
        process.send(number, signal.SIGTERM, number)
        assert [process.hear() for _ in range(3)] == ["all of it", "interrupted True", "cleaning"]
        process.send(number, signal.SIGTERM)
        assert process.hear() == "clean"


def test_ctrl_c_after_a_signal_is_heard_at_once() -> None:
    with running("with hold_interrupts():\n    say('begun')\n    time.sleep(60)\n    say('all of it')") as process:
        process.send(signal.SIGTERM)
        time.sleep(0.2)
        process.send(signal.SIGINT)
        assert process.hear() == "interrupted True"


def test_what_is_ignored_stays_so() -> None:
    with running("say('begun'); time.sleep(1); say('there'); time.sleep(60)", env=["--ignore-signal=HUP"]) as process:
        process.send(signal.SIGHUP)
        assert process.hear() == "there"
        process.send(signal.SIGTERM)
        assert process.hear() == "interrupted True"


def test_a_process_in_the_background_hears_sigterm_and_its_grace_is_bounded() -> None:
    block = "with hold_interrupts(0.2):\n    say('begun')\n    time.sleep(60)"
    with running(block, env=["--ignore-signal=INT"]) as process:
        process.send(signal.SIGTERM)
        assert process.hear() == "interrupted True"


def test_a_process_that_does_not_come_to_an_end_is_ended() -> None:
    with running("say('begun'); time.sleep(60)", after="time.sleep(60)", limit=0.2) as process:
        process.send(signal.SIGTERM)
        assert process.hear() == "interrupted True"
        assert process.process.wait(20) == 2


def test_what_was_started_is_asked_to_end_and_then_killed() -> None:
    block = """
        polite = subprocess.Popen(["sh", "-c", "trap 'echo polite; exit' TERM; echo; while :; do sleep 0.1; done"],
                                  stdout=subprocess.PIPE, text=True)
        rude = subprocess.Popen(["sh", "-c", "trap '' TERM; echo; while :; do sleep 0.1; done"], stdout=subprocess.PIPE)
        for one in (polite, rude):
            one.stdout.readline()
        say("begun")
        end_children(2.0)
        say((polite.stdout.readline().strip(), rude.wait(20)))
    """
    with running(block) as process:
        assert process.hear() == "('polite', -9)"


def test_an_engine_that_was_started_goes_on(tmp_path: Path) -> None:
    engine = tmp_path / "dockerd"
    shutil.copy("/bin/sleep", engine)
    block = f"""
        engine = subprocess.Popen([{str(engine)!r}, "600"])
        time.sleep(0.2)
        say("begun")
        end_children(2.0)
        alive = engine.poll()
        engine.kill()
        say(alive)
    """
    with running(block) as process:
        assert process.hear() == "None"
