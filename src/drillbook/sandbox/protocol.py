"""What the agent is asked and what it answers, as values."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drillbook.core.model import Ending


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


def describe_run(  # noqa: PLR0917  # the request has as many parts
    text: str,
    user: str,
    directory: str,
    environ: Mapping[str, str] | None,
    prerequisites: Sequence[str],
    timeout: float,
    cap: int,
) -> dict[str, Any]:
    """Return the request to run a text."""
    return {
        "op": "run",
        "text": encode(text),
        "user": user,
        "directory": directory,
        "environ": dict(environ or {}),
        "prerequisites": [encode(prerequisite) for prerequisite in prerequisites],
        "timeout": timeout,
        "cap": cap,
    }


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
        return f"ended with exit code {outcome.returncode}: {outcome.stderr.strip()[-500:]}"
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


def encode(data: str | bytes) -> str:
    """Return bytes as a message carries them."""
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()
