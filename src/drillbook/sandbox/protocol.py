"""What the agent is asked and what it answers, as values."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from drillbook.core.model import Ending

CAP = 1 << 20
"""Bytes of each output that are kept, where a request does not say otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the agent is asked; each kind is answered by the agent's method of the operation's name."""

    operation: ClassVar[str]

    def to_json(self, **more: Any) -> str:
        """Return the request as one line of JSON, with more keys such as its `id`; bytes become base64."""
        return json.dumps({"op": self.operation, **asdict(self), **more}, default=encode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello(Request):
    """Give the agent the file that traces shells: the first request of a session."""

    operation: ClassVar[str] = "hello"
    trace: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Request):
    """Run a text in a fresh login shell of a user."""

    operation: ClassVar[str] = "run"
    text: bytes
    user: str
    directory: str
    environ: dict[str, str]
    prerequisites: tuple[bytes, ...]
    """Texts that the same shell reads first."""
    timeout: float
    """Seconds."""
    cap: int = CAP
    terminal: bool = False
    """Run on a terminal and send on what it shows, instead of pipes."""
    command: str = ""
    """Run this instead of the text; it reads `given`."""
    given: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasteStep:
    """One text of a request to paste."""

    text: bytes
    timeout: float
    """Seconds."""
    stream: bool = False
    """It runs until Ctrl-C is pressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paste(Request):
    """Type texts into one interactive login shell of a user, one after the other."""

    operation: ClassVar[str] = "paste"
    steps: tuple[PasteStep, ...]
    bracketed: bool
    user: str
    directory: str
    environ: dict[str, str]
    cap: int = CAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe(Request):
    """Run commands as the agent's own user, a few at a time."""

    operation: ClassVar[str] = "probe"
    commands: dict[str, str]
    """By name."""
    timeout: float
    """Seconds for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Request):
    """Run one command as the agent's own user."""

    operation: ClassVar[str] = "command"
    command: str
    timeout: float
    """Seconds."""
    cap: int = CAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupt(Request):
    """Press Ctrl-C in what runs; the only request that is not answered."""

    operation: ClassVar[str] = "interrupt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the agent saw of one run or command."""

    returncode: int
    """As a shell counts: 128 and the signal's number for a process that a signal ended."""
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool
    capped: bool
    leftovers: tuple[str, ...] = ()
    sha256: str = ""
    interrupted: bool = False
    trace: str = ""
    trace_complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What came of one text that was typed into an interactive shell."""

    ended: Ending
    waiting: str
    """The command line of what held the terminal at the time limit; empty for the shell itself."""
    output: bytes
    """What commands printed, without prompts and echo."""
    returncode: int | None
    """Of the last command; None when no prompt came back."""
    seconds: float
    history: str
    """All that this shell has read so far, as it remembers it."""
    sha256: str
    left: tuple[str, ...] = ()
    """What it changed in the shell and on its terminal for good, as commands: `set -e`, `umask 0077`, `stty -opost`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What came of all texts that were typed into one shell; those after the last here were never typed."""

    typed: tuple[Typed, ...]
    leftovers: tuple[str, ...]
    capped: bool


def read_outcome(result: Mapping[str, Any]) -> Outcome:
    """Read the reply to a run, a probe or a command."""
    values = dict(result)
    for name in ("stdout", "stderr", "trace"):
        if name in values:
            values[name] = base64.b64decode(values[name]).decode(errors="replace")
    if values["returncode"] < 0:
        values["returncode"] = 128 - values["returncode"]
    return Outcome(**values | {"leftovers": tuple(values.get("leftovers", ()))})


def name_failure(outcome: Outcome, timeout: float) -> str:
    """Say how a probe failed; empty when it did not."""
    if outcome.timed_out:
        return f"did not end within {timeout:g} s"
    if outcome.returncode:
        said = outcome.stderr.strip()[-500:]
        return f"ended with exit code {outcome.returncode}" + (f": {said}" if said else "")
    return "printed more than is kept" if outcome.capped else ""


def read_conversation(result: Mapping[str, Any]) -> Conversation:
    """Read the reply to a request to paste."""
    typed = []
    for told in result["steps"]:
        output = base64.b64decode(told["output"])
        history = base64.b64decode(told["history"]).decode(errors="replace")
        values = {"ended": Ending(told["ended"]), "left": tuple(told.get("left", ()))}
        typed.append(Typed(**told | values | {"output": output, "history": history}))
    return Conversation(typed=tuple(typed), leftovers=tuple(result["leftovers"]), capped=result["capped"])


def encode(data: bytes) -> str:
    """Return bytes as a message carries them."""
    return base64.b64encode(data).decode()
