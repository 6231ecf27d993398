"""The session held open into a host: sends requests to the agent there, and waits for each within a limit."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import selectors
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import IO, Any, cast

from drillbook.core.errors import SetupError
from drillbook.sandbox.agent_source import BOOTSTRAP, pack_agent, read_source
from drillbook.sandbox.pipes import Factory, Pipes
from drillbook.sandbox.protocol import (
    CAP,
    Command,
    Conversation,
    Hello,
    Interrupt,
    Outcome,
    Paste,
    PasteStep,
    Probe,
    Request,
    Run,
    name_failure,
    read_conversation,
    read_outcome,
)

SLACK = 20.0
"""Seconds beyond a request's own limit after which the agent counts as lost; it needs some to kill and to tell."""
START_TIMEOUT = 120.0
CLOSE_TIMEOUT = 10.0


class SessionLost(SetupError):  # noqa: N818  # a state, and the word that others use
    """The agent died or stopped answering: nothing can be said about the snippet."""


class AgentError(SetupError):
    """The agent could not do what was asked: no such user or directory on the host, a bad request."""


class Session:
    """Holds one agent; a context manager that must be closed."""

    def __init__(self, cmdline: Sequence[str], *, environ: Mapping[str, str] | None = None) -> None:
        self._closed = True
        self._command = " ".join(cmdline)[:200]
        # `slow_stop` would wait for ten seconds; closing its input was the polite way.
        self._factory = Factory(slow_stop=False, environ=cast(Any, dict(os.environ if environ is None else environ)))
        try:
            process = self._factory.impl.run(*cmdline)
        except OSError as error:
            cast(Pipes, self._factory.impl).close_files()
            raise SessionLost(f"cannot start `{self._command}`: {error}") from error
        # They are ours: the factory must not read or close them.
        self._stdin, self._stdout = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
        process.stdin = process.stdout = None
        self._process = process
        self._closed = False
        self._buffer = b""
        self._number = 0
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._stdout, selectors.EVENT_READ)
        try:
            source = pack_agent()
            deadline = time.monotonic() + START_TIMEOUT
            self._write(b"%d\n%b" % (len(source), source), deadline)
            self._receive(deadline)  # not before may more be sent: the bootstrap's reads are buffered
            self._ask(Hello(trace=read_source("trace.bash")), START_TIMEOUT)
        except BaseException:
            self.close()
            raise

    @classmethod
    def start(cls, cmdline: Sequence[str], environ: Mapping[str, str] | None = None) -> Session:
        """Open a session through a command that ends with the host's Python: `docker compose … exec -T app python3`."""
        return cls([*cmdline, "-I", "-c", BOOTSTRAP], environ=environ)

    @classmethod
    def local(cls) -> Session:
        """Open a session on this machine, with this Python."""
        return cls.start([sys.executable])

    def run(
        self,
        text: str,
        *,
        user: str,
        directory: str,
        environ: Mapping[str, str] | None = None,
        prerequisites: Sequence[str] = (),
        timeout: float = 30.0,
        cap: int = CAP,
        command: str = "",
        given: str = "",
    ) -> Outcome:
        """Run a text in a fresh login shell, with pipes and empty input; or a command that reads what is given."""
        more = {"timeout": timeout, "cap": cap, "command": command, "given": given.encode()}
        request = _make_run(text, user, directory, environ, prerequisites, **more)
        return read_outcome(self._ask(request, timeout))

    def stream(
        self,
        text: str,
        *,
        on_output: Callable[[bytes], bool],
        user: str,
        directory: str,
        environ: Mapping[str, str] | None = None,
        prerequisites: Sequence[str] = (),
        within: float = 30.0,
        cap: int = CAP,
    ) -> Outcome:
        """Run a text on a terminal; press Ctrl-C when `on_output` has seen enough, or after `within` seconds.

        The run is `timed_out` when it did not end in the five seconds after that and had to be killed.
        """
        pressed = False

        def take(step: int, data: bytes) -> None:
            nonlocal pressed
            if on_output(data) and not pressed:
                pressed = True
                self._interrupt()

        more = {"timeout": within, "cap": cap, "terminal": True}
        request = _make_run(text, user, directory, environ, prerequisites, **more)
        return read_outcome(self._ask(request, within, take))

    def paste(
        self,
        steps: Sequence[PasteStep],
        *,
        bracketed: bool,
        user: str,
        directory: str,
        environ: Mapping[str, str] | None = None,
        on_output: Callable[[int, bytes], bool] = lambda step, data: False,
        cap: int = CAP,
    ) -> Conversation:
        """Type texts into an interactive login shell, one after the other, as a terminal pastes them.

        Ctrl-C is pressed in a stream when `on_output` has seen enough of it.
        """
        pressed: set[int] = set()

        def take(step: int, data: bytes) -> None:
            if on_output(step, data) and step not in pressed:
                pressed.add(step)
                self._interrupt()

        request = Paste(
            steps=tuple(steps),
            bracketed=bracketed,
            user=user,
            directory=directory,
            environ=dict(environ or {}),
            cap=cap,
        )
        timeout = sum(step.timeout + SLACK for step in steps)
        return read_conversation(self._ask(request, timeout, take))

    def probe(self, probes: Mapping[str, str], timeout: float = 30.0) -> dict[str, str]:
        """Run commands as the agent's user, a few at a time, and return their outputs by name; each must succeed."""
        if not probes:
            return {}
        # The time limit is each probe's own; in the worst case they run one after the other.
        reply = self._ask(Probe(commands=dict(probes), timeout=timeout), timeout * len(probes))
        outcomes = {name: read_outcome(result) for name, result in reply["probes"].items()}
        wrong = [f"probe '{name}' {text}" for name, o in outcomes.items() if (text := name_failure(o, timeout))]
        wrong += [f"a probe left a process behind: {process}" for process in reply["leftovers"]]
        if wrong:
            raise SetupError("\n".join(sorted(wrong)))
        return {name: outcomes[name].stdout for name in probes}

    def command(self, command: str, timeout: float = 60.0, cap: int = CAP) -> Outcome:
        """Run one command as the agent's user (root in a host); what outlives it is killed and named in `leftovers`."""
        return read_outcome(self._ask(Command(command=command, timeout=timeout, cap=cap), timeout))

    def close(self) -> None:
        """End the agent and all that it started."""
        if self._closed:
            return
        self._closed = True
        self._selector.close()
        with contextlib.suppress(OSError):
            self._stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(CLOSE_TIMEOUT)
        self._stdout.close()
        self._factory.terminate()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if not self._closed:
            warnings.warn(f"a session was never closed: {self._command}", ResourceWarning, stacklevel=2)
            self.close()

    def _ask(
        self, request: Request, timeout: float, on_output: Callable[[int, bytes], None] | None = None
    ) -> dict[str, Any]:
        """Send a request and return its result; a reply to an older one is not ours."""
        if self._closed:
            raise SessionLost("the session is closed")
        deadline = time.monotonic() + timeout + SLACK
        self._number += 1
        self._write(request.to_json(id=self._number).encode() + b"\n", deadline)
        output, step = b"", 0
        while True:
            reply = self._receive(deadline)
            if reply.get("id") not in (self._number, None):
                continue
            if output and on_output and reply.get("step", step) != step:
                on_output(step, output)
                output = b""
            step = reply.get("step", step)
            output += base64.b64decode(reply.get("output", ""))
            # What has come in many small pieces is looked at once: looking is slow, and a flood must not outrun it.
            if output and on_output and not ("output" in reply and self._has_more()):
                on_output(step, output)
                output = b""
            if "output" in reply:
                continue
            if "error" in reply:
                raise AgentError(f"on the host: {reply['error']}")
            result: dict[str, Any] = reply["result"]
            return result

    def _has_more(self) -> bool:
        return b"\n" in self._buffer or bool(self._selector.select(0))

    def _interrupt(self) -> None:
        """Have Ctrl-C pressed in what runs."""
        self._write(Interrupt().to_json().encode() + b"\n", time.monotonic() + SLACK)

    def _write(self, data: bytes, deadline: float) -> None:
        """Write all of it; an agent that does not read must not hold us."""
        fd = self._stdin.fileno()
        os.set_blocking(fd, False)
        with selectors.DefaultSelector() as selector:
            selector.register(fd, selectors.EVENT_WRITE)
            while data:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise self._lose("stopped reading")
                try:
                    data = data[os.write(fd, data) :]
                except OSError as error:
                    raise self._lose(f"is gone ({error.strerror})") from error

    def _receive(self, deadline: float) -> dict[str, Any]:
        while b"\n" not in self._buffer:
            if not self._selector.select(max(0.0, deadline - time.monotonic())):
                raise self._lose("stopped answering")
            data = os.read(self._stdout.fileno(), 1 << 18)
            if not data:
                raise self._lose("is gone")
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            reply: dict[str, Any] = json.loads(line)
        except ValueError:
            raise self._lose(f"sent something that is no reply: {line[:200]!r}") from None
        return reply

    def _lose(self, what: str) -> SessionLost:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)  # for its last words
        errors = self._factory.impl._terminal_stderr
        said = ""
        if errors is not None:
            errors.seek(0)
            said = bytes(errors.read(1 << 20)).decode(errors="replace").strip()[-2000:]
        self.close()
        return SessionLost(f"the agent {what} (`{self._command}`)" + (f":\n{said}" if said else ""))


def _make_run(
    text: str, user: str, directory: str, environ: Mapping[str, str] | None, prerequisites: Sequence[str], **more: Any
) -> Run:
    return Run(
        text=text.encode(),
        user=user,
        directory=directory,
        environ=dict(environ or {}),
        prerequisites=tuple(prerequisite.encode() for prerequisite in prerequisites),
        **more,
    )
