"""The runner inside a host: starts a fresh login shell for every snippet, owns its process tree, reads the probes.

Standard library only: it and what it imports come over the session's standard input; nothing is baked into an image.
Requests and replies are JSON, one a line: `{"id": 1, "op": "run", …}` is answered by `{"id": 1, "result": {…}}` or
`{"id": 1, "error": "…"}`, and on the way by `{"id": 1, "output": …}` where there is a terminal. Bytes are base64.
When standard input closes, it kills what it started and ends.
"""

from __future__ import annotations

import base64
import collections
import functools
import hashlib
import json
import os
import pwd
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from drillbook.guest.preloaded import ForkedProcess, Scripts
from drillbook.guest.process import CAP, Child, encode, login_environ
from drillbook.guest.supervisor import Supervisor
from drillbook.guest.typist import SHELL, Typist, type_texts

TRACE_CAP = 4 << 20
PROBES_AT_ONCE = 4


class Gone(Exception):  # noqa: N818  # not an error: the way a session ends
    """The session's other end closed."""


class Agent(Supervisor):
    """Answers requests, one at a time; a run may be interrupted meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.trace = b""
        self.scripts = Scripts()
        self.incoming = b""
        self.requests: collections.deque[dict[str, Any]] = collections.deque()

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
            "paste": self.paste,
            "probe": self.probe,
            "command": self.command,
        }
        number, name = request.pop("id", None), request.pop("op", None)
        if name == "interrupt":
            return  # came too late: the run has ended
        try:
            if name not in operations:
                raise ValueError(f"no operation {name!r}; known: {', '.join(operations)}")
            if name in ("run", "paste"):
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
        command: str = "",
        given: str = "",
    ) -> dict[str, Any]:
        """Run a text as a file of exactly its bytes in a fresh login shell.

        With a command, that runs instead, and reads `given`: the text with its blanks filled in.
        """
        account = find_account(user)
        folder = make_folder()
        try:
            snippet, trace = f"{folder}/snippet", f"{folder}/trace"
            files = {snippet: base64.b64decode(text, validate=True), f"{folder}/trace.bash": self.trace, trace: b""}
            if terminal:
                files[f"{folder}/terminal"] = b""
            if command:
                files[f"{folder}/given"] = base64.b64decode(given, validate=True)
            for index, prerequisite in enumerate(prerequisites):
                files[f"{folder}/prerequisite-{index:02}"] = base64.b64decode(prerequisite, validate=True)
            for file, data in files.items():
                Path(file).write_bytes(data)
                os.chmod(file, 0o666 if file == trace else 0o644)
            sha256 = hashlib.sha256(Path(snippet).read_bytes()).hexdigest()
            child = Child(
                ["bash", "--login", *(["-c", f"exec < {folder}/given; {command}"] if command else [snippet])],
                environ=login_environ(account, terminal=terminal)
                | dict(environ or {})
                | ({} if command else {"BASH_ENV": f"{folder}/trace.bash"}),
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

    def paste(
        self,
        *,
        number: Any,
        steps: Sequence[Mapping[str, Any]],
        user: str,
        directory: str,
        bracketed: bool,
        environ: Mapping[str, str] | None = None,
        cap: int = CAP,
    ) -> dict[str, Any]:
        """Type texts into an interactive login shell; nothing of it lives on."""
        account = find_account(user)
        folder = make_folder()
        typist: Typist | None = None
        try:
            os.chmod(folder, 0o777)  # the shell writes its history there
            word, prompts = Typist.prepare(folder)
            settings = login_environ(account, terminal=True) | dict(environ or {}) | prompts
            child = Child(
                SHELL, environ=settings, directory=directory, timeout=1e9, cap=cap, account=account, terminal=True
            )
            self.keep(child)
            typist = Typist(self.turn, child, word, folder)

            def forward(step: int, data: bytes) -> None:
                self.send({"id": number, "step": step, "output": encode(data)})

            told = type_texts(typist, steps, bracketed=bracketed, forward=forward)
            left = self.list_leftovers(child.pid)
        finally:
            if typist:
                typist.close()
            self.kill_all()
            shutil.rmtree(folder, ignore_errors=True)
            self.forget_outputs()
        return {"steps": told, "leftovers": left, "capped": child.capped}

    def probe(self, *, commands: Mapping[str, str], timeout: float) -> dict[str, Any]:
        """Run probes, a few at a time; each has its own time limit."""
        children: dict[str, Child] = {}

        def start(name: str) -> Child:
            children[name] = self.start_command(commands[name], timeout, CAP, self.scripts.find(commands[name]))
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

    def start_command(self, command: str, timeout: float, cap: int, body: Callable[[], object] | None = None) -> Child:
        """Start a command, or what does the same in a fork of the agent, as the agent's own user."""
        environ = login_environ(pwd.getpwuid(os.geteuid()))
        start = functools.partial(ForkedProcess, body, environ=environ, directory="/") if body else None
        return Child(["bash", "-c", command], environ=environ, directory="/", timeout=timeout, cap=cap, start=start)

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


def find_account(user: str) -> pwd.struct_passwd:
    """Return the account of a user whom this process can become."""
    account = pwd.getpwnam(user)
    if os.geteuid() not in (0, account.pw_uid):
        raise PermissionError(f"only root can run a snippet as {user}")
    return account


def make_folder() -> str:
    """Make a folder whose name is hard to guess; the user and who he becomes need what is in it."""
    folder = tempfile.mkdtemp(prefix="drillbook-", dir="/run" if os.access("/run", os.W_OK) else None)
    os.chmod(folder, 0o711)
    return folder


if __name__ == "__main__":
    Agent().serve()
