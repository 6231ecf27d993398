"""The processes of a host's agent: how one is started with pipes or on a terminal, and what lives below it.

Standard library only: it is sent into the host with `agent.py`.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import os
import pty
import pwd
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

CAP = 1 << 20  # bytes kept of each output
PRESS_AFTER = 0.2  # seconds in which what ends by itself has ended: it shall not pass for a stream that was stopped
# In no step with what sleeps for round times: a loop would be met between two of its commands again and again.
PRESS_AGAIN = 1.07
STOP_WITHIN = 5.0  # seconds that a stream has to end after Ctrl-C
TERMINAL_SIZE = (50, 200)
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Child:
    """One process that was started: its outputs (one when it has a terminal), its deadline, its end."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        environ: Mapping[str, str],
        directory: str,
        timeout: float,
        cap: int = CAP,
        account: pwd.struct_passwd | None = None,
        terminal: bool = False,
        start: Callable[..., Any] | None = None,
    ) -> None:
        """Start a command; or with `start` what that starts on the outputs it is given, and can be waited for."""
        self.cap = cap
        self.capped = self.timed_out = self.interrupted = self.enough = False
        self.returncode: int | None = None
        self.seconds = 0.0
        become: dict[str, Any] = {}
        if account is not None and os.geteuid() == 0:
            groups = os.getgrouplist(account.pw_name, account.pw_gid)
            become = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": groups}
        ours, theirs = _open_terminal() if terminal else _open_pipes()
        self.controller = ours[0] if terminal else None
        self.terminal_name = os.ttyname(theirs[0]) if terminal else ""
        try:
            self.started = time.monotonic()
            self.process: Any = (
                start(outputs=theirs)
                if start
                else subprocess.Popen(
                    argv,
                    env=dict(environ),
                    cwd=directory,
                    stdin=theirs[0] if terminal else subprocess.DEVNULL,
                    stdout=theirs[0],
                    stderr=theirs[-1],
                    start_new_session=True,
                    preexec_fn=_take_terminal if terminal else None,  # noqa: PLW1509  # the agent has one thread
                    umask=0o022,
                    **become,
                )
            )
        except BaseException:
            for fd in ours:
                os.close(fd)
            raise
        finally:
            for fd in theirs:
                os.close(fd)
        self.deadline = self.started + timeout
        self.last_chance = float("inf")  # for a terminal's program to end after Ctrl-C
        self.outputs = {fd: bytearray() for fd in ours}
        self.open = set(ours)

    @property
    def pid(self) -> int:
        """The process's number, also when it has ended."""
        return int(self.process.pid)

    def read(self, fd: int) -> bytes:
        """Take what has come on one output; keep it up to the cap, and throw the rest away."""
        try:
            data = os.read(fd, 1 << 16)
        except BlockingIOError:
            return b""
        except OSError:  # a terminal that nobody holds any more
            data = b""
        if not data:
            self.close(fd)
            return b""
        kept = data[: self.cap - len(self.outputs[fd])]
        self.outputs[fd] += kept
        self.capped = self.capped or len(kept) < len(data)
        return kept

    def close(self, fd: int) -> None:
        """Read no more from one output."""
        self.open.discard(fd)
        os.close(fd)

    def interrupt_soon(self) -> None:
        """Have Ctrl-C pressed after a moment, if there is a terminal."""
        self.enough = True
        if self.controller in self.open and not self.interrupted:
            self.deadline = min(self.deadline, time.monotonic() + PRESS_AFTER)

    def interrupt(self) -> None:
        """Press Ctrl-C, and each second once more, as a person does: bash loses one that comes between commands."""
        assert self.controller is not None
        if not self.interrupted:
            self.interrupted, self.last_chance = True, time.monotonic() + STOP_WITHIN
        with contextlib.suppress(OSError):
            os.write(self.controller, b"\x03")
        self.deadline = min(self.last_chance, time.monotonic() + PRESS_AGAIN)

    def end(self, status: int) -> None:
        """Take the status that the kernel gave."""
        self.seconds = time.monotonic() - self.started
        self.returncode = self.process.returncode = os.waitstatus_to_exitcode(status)


def _open_pipes() -> tuple[tuple[int, ...], tuple[int, ...]]:
    pipes = os.pipe(), os.pipe()
    ours, theirs = tuple(p[0] for p in pipes), tuple(p[1] for p in pipes)
    for fd in ours:
        os.set_blocking(fd, False)
    return ours, theirs


def _open_terminal() -> tuple[tuple[int, ...], tuple[int, ...]]:
    controller, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", *TERMINAL_SIZE, 0, 0))
    modes = termios.tcgetattr(follower)
    modes[3] &= ~termios.ECHO  # a `^C` on the screen is not the program's
    termios.tcsetattr(follower, termios.TCSANOW, modes)
    os.set_blocking(controller, False)
    return (controller,), (follower,)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def list_descendants(pid: int) -> list[int]:
    """Return the processes below one, parents before children."""
    found: list[int] = []
    todo = [pid]
    while todo:
        parent = todo.pop(0)
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{parent}/task"):
                children = Path(f"/proc/{parent}/task/{task}/children").read_text()
                found += map(int, children.split())
                todo += map(int, children.split())
    return found


def kill(pids: Iterable[int]) -> None:
    """Kill processes; those that have gone already, or are not ours to kill, are passed over."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def describe_process(pid: int) -> str | None:
    """Return pid and command line; None when it has ended."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        return f"{pid} {words or Path(f'/proc/{pid}/comm').read_text().strip()}"[:200]
    except OSError:
        return None


def login_environ(account: pwd.struct_passwd, *, terminal: bool = False) -> dict[str, str]:
    """Return what a login gives a shell; the shell's own login files add to it."""
    environ = {"PATH": PATH}
    for file in ("/etc/environment", "/etc/default/locale"):  # as pam_env reads them
        with contextlib.suppress(OSError):
            for line in Path(file).read_text().splitlines():
                name, equals, value = line.removeprefix("export ").partition("=")
                if equals and name.isidentifier():
                    environ[name] = value.strip("'\"")
    environ |= {"HOME": account.pw_dir, "USER": account.pw_name, "LOGNAME": account.pw_name}
    environ |= {"SHELL": account.pw_shell or "/bin/sh"}
    return environ | ({"TERM": "xterm-256color"} if terminal else {})


def encode(data: bytes | bytearray) -> str:
    """Return bytes as a message carries them."""
    return base64.b64encode(data).decode()
