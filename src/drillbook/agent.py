"""The runner inside a host: starts a fresh login shell for every snippet, owns its process tree, reads the probes.

Standard library only: it and `children.py` are sent over the session's standard input; nothing is baked into an image.
Requests and replies are JSON, one a line: `{"id": 1, "op": "run", …}` is answered by `{"id": 1, "result": {…}}` or
`{"id": 1, "error": "…"}`, and on the way by `{"id": 1, "output": …}` when the run has a terminal. Bytes are base64.
When standard input closes, it kills what it started and ends.
"""

from __future__ import annotations

import base64
import collections
import contextlib
import ctypes
import functools
import hashlib
import json
import os
import pwd
import select
import selectors
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from drillbook.children import CAP, STOP_WITHIN, Child, describe_process, encode, kill, list_descendants, login_environ

TRACE_CAP = 4 << 20
GRACE = 0.5  # seconds that the rest of a pipeline has to end after the shell, on a busy machine too
PROBES_AT_ONCE = 4
PR_SET_CHILD_SUBREAPER = 36


class Gone(Exception):  # noqa: N818  # not an error: the way a session ends
    """The session's other end closed."""


class Agent:
    """Answers requests, one at a time; a run may be interrupted meanwhile."""

    def __init__(self) -> None:
        if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "cannot become the reaper of orphans")
        if not os.path.exists(f"/proc/self/task/{os.getpid()}/children"):
            raise OSError("this kernel does not list a process's children")
        self.trace = b""
        self.incoming = b""
        self.requests: collections.deque[dict[str, Any]] = collections.deque()
        self.children: dict[int, Child] = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(0, selectors.EVENT_READ)
        # An ended child wakes the selector: nothing here polls.
        self.wake, wakes = os.pipe()
        for fd in (self.wake, wakes):
            os.set_blocking(fd, False)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit(1))
        self.selector.register(self.wake, selectors.EVENT_READ)

    def serve(self) -> None:
        """Answer requests until standard input closes; leave no process behind."""
        try:
            self.send({"ready": True})
            while True:
                while self.requests:
                    self.answer(self.requests.popleft())
                self.turn(None)
        except (Gone, BrokenPipeError):
            pass
        finally:
            self.kill_all()

    def answer(self, request: dict[str, Any]) -> None:
        """Do what one request asks and send the result, or what is wrong with the request."""
        operations: dict[str, Callable[..., dict[str, Any]]] = {
            "hello": self.hello,
            "run": self.run,
            "probe": self.probe,
            "command": self.command,
        }
        number, name = request.pop("id", None), request.pop("op", None)
        if name == "interrupt":
            return  # came too late: the run has ended
        try:
            if name not in operations:
                raise ValueError(f"no operation {name!r}; known: {', '.join(operations)}")
            if name == "run":
                request["number"] = number
            reply: dict[str, Any] = {"result": operations[name](**request)}
        except (Gone, BrokenPipeError):
            raise
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
            self.kill_all()
        self.send({"id": number} | reply)

    def send(self, message: dict[str, Any]) -> None:
        """Write one message."""
        data = memoryview(json.dumps(message).encode() + b"\n")
        while data:
            data = data[os.write(1, data) :]

    # The operations.

    def hello(self, *, trace: str) -> dict[str, Any]:
        """Take the file that traces shells."""
        self.trace = base64.b64decode(trace)
        return {"pid": os.getpid(), "python": sys.version.split()[0], "user": pwd.getpwuid(os.geteuid()).pw_name}

    def run(
        self,
        *,
        number: Any,
        text: str,
        user: str,
        directory: str,
        timeout: float,
        environ: Mapping[str, str] | None = None,
        prerequisites: Sequence[str] = (),
        cap: int = CAP,
        terminal: bool = False,
    ) -> dict[str, Any]:
        """Run a text as a file of exactly its bytes in a fresh login shell."""
        account = pwd.getpwnam(user)
        if os.geteuid() not in (0, account.pw_uid):
            raise PermissionError(f"only root can run a snippet as {user}")
        folder = tempfile.mkdtemp(prefix="drillbook-", dir="/run" if os.access("/run", os.W_OK) else None)
        try:
            os.chmod(folder, 0o711)  # its name is hard to guess, and the user and who he becomes need what is in it
            snippet, trace = f"{folder}/snippet", f"{folder}/trace"
            files = {snippet: base64.b64decode(text, validate=True), f"{folder}/trace.bash": self.trace, trace: b""}
            if terminal:
                files[f"{folder}/terminal"] = b""
            for index, prerequisite in enumerate(prerequisites):
                files[f"{folder}/prerequisite-{index:02}"] = base64.b64decode(prerequisite, validate=True)
            for file, data in files.items():
                Path(file).write_bytes(data)
                os.chmod(file, 0o666 if file == trace else 0o644)
            sha256 = hashlib.sha256(Path(snippet).read_bytes()).hexdigest()
            child = Child(
                ["bash", "--login", snippet],
                environ=login_environ(account, terminal=terminal)
                | dict(environ or {})
                | {"BASH_ENV": f"{folder}/trace.bash"},
                directory=directory,
                timeout=timeout,
                cap=cap,
                account=account,
                terminal=terminal,
            )
            forward = (lambda data: self.send({"id": number, "output": encode(data)})) if terminal else None
            leftovers = self.attend(collections.deque([lambda: child]), forward=forward)
            with open(trace, "rb") as stream:
                seen = stream.read(TRACE_CAP)
                complete = not stream.read(1)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return self.describe(child) | {
            "sha256": sha256,
            "interrupted": child.interrupted,
            "leftovers": leftovers,
            "trace": encode(seen),
            "trace_complete": complete,
        }

    def probe(self, *, commands: Mapping[str, str], timeout: float) -> dict[str, Any]:
        """Run probes, a few at a time; each has its own time limit."""
        children: dict[str, Child] = {}

        def start(name: str) -> Child:
            children[name] = self.start_command(commands[name], timeout, CAP)
            return children[name]

        waiting = collections.deque(functools.partial(start, name) for name in commands)
        leftovers = self.attend(waiting, parallel=PROBES_AT_ONCE)
        return {
            "probes": {name: self.describe(child) for name, child in children.items()},
            "leftovers": leftovers,
        }

    def command(self, *, command: str, timeout: float, cap: int = CAP) -> dict[str, Any]:
        """Run one command; what outlives it is killed."""
        child = self.start_command(command, timeout, cap)
        leftovers = self.attend(collections.deque([lambda: child]))
        return self.describe(child) | {"leftovers": leftovers}

    def start_command(self, command: str, timeout: float, cap: int) -> Child:
        """Start a command as the agent's own user."""
        environ = login_environ(pwd.getpwuid(os.geteuid()))
        return Child(["bash", "-c", command], environ=environ, directory="/", timeout=timeout, cap=cap)

    def describe(self, child: Child) -> dict[str, Any]:
        """Return what a child did, as a reply tells it."""
        outputs = [*child.outputs.values(), bytearray()]
        return {
            "returncode": child.returncode,
            "stdout": encode(outputs[0]),
            "stderr": encode(outputs[1]),
            "seconds": child.seconds,
            "timed_out": child.timed_out,
            "capped": child.capped,
        }

    # The processes.

    def attend(  # noqa: PLR0912  # one loop, read from top to bottom
        self,
        waiting: collections.deque[Any],
        *,
        parallel: int = 1,
        forward: Callable[[bytes], None] | None = None,
    ) -> list[str]:
        """Start children and see each to its end; kill what outlives them, and name it."""
        ended: list[Child] = []
        expired = False
        while waiting or self.children:
            while waiting and len(self.children) < parallel:
                child = waiting.popleft()()
                self.children[child.pid] = child
                for fd in child.open:
                    self.selector.register(fd, selectors.EVENT_READ, child)
            self.turn(min(child.deadline for child in self.children.values()), forward)
            now = time.monotonic()
            for pid, child in list(self.children.items()):
                if child.returncode is not None:
                    ended.append(self.children.pop(pid))
                elif now >= child.deadline:
                    if child.controller in child.open and now < child.last_chance:
                        child.interrupt()
                    else:
                        child.timed_out = expired = True
                        child.deadline = float("inf")
                        # The parents first: a shell whose command is killed would go on to the next.
                        kill([pid, *list_descendants(pid)])
        # Without a snippet's shell nothing of it may live: orphans have come to us, whatever session they are in.
        deadline = time.monotonic() + GRACE
        while not expired and self.find_strays() and time.monotonic() < deadline:
            self.turn(deadline, forward)
        leftovers = [] if expired else [text for pid in self.find_strays() if (text := describe_process(pid))]
        self.kill_all()
        for child in ended:
            for fd in list(child.open):
                # All that was printed is in the pipe by now; whoever still holds it may not hold us.
                self.selector.unregister(fd)
                while fd in child.open and (data := child.read(fd)):
                    if forward:
                        forward(data)
                if fd in child.open:
                    child.close(fd)
        return leftovers

    def turn(self, deadline: float | None, forward: Callable[[bytes], None] | None = None) -> None:
        """Wait for the next thing to happen, and take it in."""
        timeout = None if deadline in (None, float("inf")) else max(0.0, deadline - time.monotonic())
        for key, _ in self.selector.select(timeout):
            fd: int = key.fd
            if fd == 0:
                self.receive()
            elif fd == self.wake:
                self.rest()
            else:
                data = key.data.read(fd)
                if fd not in key.data.open:
                    self.selector.unregister(fd)
                elif data and forward:
                    forward(data)
        self.reap()

    def rest(self) -> None:
        """Forget the wake-ups that have come."""
        with contextlib.suppress(BlockingIOError):
            os.read(self.wake, 4096)

    def receive(self) -> None:
        """Read requests; have Ctrl-C pressed, keep the others until they are due."""
        data = os.read(0, 1 << 16)
        if not data:
            raise Gone
        *lines, self.incoming = (self.incoming + data).split(b"\n")
        for line in lines:
            try:
                request = json.loads(line)
                if not isinstance(request, dict):
                    raise ValueError("a request is a JSON object")
            except ValueError as error:
                self.send({"id": None, "error": f"not a request: {error}"})
                continue
            if request.get("op") == "interrupt" and self.children:
                for child in self.children.values():
                    child.interrupt_soon()
            else:
                self.requests.append(request)

    def reap(self) -> None:
        """Take the status of every ended child; orphans too, or a command that waits for them to go would hang."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            if pid in self.children:
                self.children[pid].end(status)

    def find_strays(self) -> list[int]:
        """Return all processes below this one."""
        self.reap()
        return list_descendants(os.getpid())

    def kill_all(self) -> None:
        """Kill every process below this one, and what those start meanwhile, within a bound."""
        deadline = time.monotonic() + STOP_WITHIN
        while (strays := self.find_strays()) and time.monotonic() < deadline:
            kill(strays)
            select.select([self.wake], [], [], 0.01)
            self.rest()
        self.children.clear()


if __name__ == "__main__":
    Agent().serve()
