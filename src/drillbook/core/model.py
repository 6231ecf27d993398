"""The nouns: frozen values that each stage takes and returns. Standard library only.

The way of the data: file -> `Snippet` -> `Rendered` -> `Execution` -> `Verdict` -> evidence and pages.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from drillbook.core.errors import Location
from drillbook.core.rules import Expectation


def sha256(data: str | bytes) -> str:
    """Return the hexadecimal SHA-256 of the bytes, or of the UTF-8 of the text."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


class Kind(StrEnum):
    """How a snippet is read."""

    SHELL = "shell"
    SQL = "sql"
    PROMQL = "promql"
    CHAT = "chat"


class Risk(StrEnum):
    """What a snippet does to the system, as its label says; verification proves the label."""

    READ_ONLY = "read-only"
    CHANGES = "changes"
    DESTRUCTIVE = "destructive"


class Status(StrEnum):
    """How a snippet stands in one environment, worst first."""

    FAILED = "failed"
    ERRORED = "errored"
    STALE = "stale"
    UNVERIFIED = "unverified"
    SKIPPED = "skipped"
    PASSED = "passed"


class PasteMode(StrEnum):
    """A way of pasting a text into a terminal; evidence holds the values."""

    BRACKETED = "bracketed"
    """The terminal marks the text as pasted, so that bash takes it in whole before it runs the first line."""
    PLAIN = "plain"
    """The text comes as if it was typed: the terminal acts on each line and each tab."""


class Ending(StrEnum):
    """How it ended when a text was typed into an interactive shell; the agent on the host says the values."""

    PROMPT = "prompt"
    """Bash came back to its prompt."""
    CLOSED = "closed"
    """The shell is gone."""
    LATE = "late"
    """Something still held the terminal at the time limit."""
    INCOMPLETE = "incomplete"
    """Bash waits for more of the text."""
    ASKED = "asked"
    """The shell's line editor waits for a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A status other than 0 that a pipeline on one line of the text may have, with the reason."""

    line: int
    statuses: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A value that only the reader knows; `sandbox` is what the harness exports for it."""

    name: str
    meaning: str
    sandbox: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """An alias that the text defines: what calling it in an interactive shell must show."""

    name: str
    expectation: Expectation
    stream_within: float | None = None
    """Seconds in which one that goes on until Ctrl-C must show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Why a snippet goes without something that it ought to have."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Why a snippet is not run, who answers for that, and until when that holds."""

    reason: str
    owner: str
    expires: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """One command block as its file declares it, not yet rendered."""

    id: str
    system: str
    path: str
    """The file, relative to the project's root."""
    text: str
    text_line: int
    """The line of the file on which the text begins."""
    file_sha256: str
    title: str
    host: str
    """The role on which the reader runs it."""
    directory: str | None
    """Where on that host; None is the host's own directory."""
    kind: Kind
    risk: Risk
    changes: tuple[str, ...] = ()
    """Names of the probes that must differ afterwards."""
    undo: str | Waiver | None = None
    """The snippet that takes back what this one changes, or why there is none; None: neither is declared."""
    requires: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    timeout: float = 30.0
    """Seconds."""
    statuses: tuple[int, ...] = (0,)
    allow: tuple[Allowance, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    """As written; strings may hold values of the environment until rendered."""
    silent: str | None = None
    """Why nothing is expected of the output."""
    control: str | Waiver | None = None
    """The control of the sandbox with which this one must fail, or why there is none; None: neither is declared."""
    stream_within: float | None = None
    """Seconds in which a stream must show what is expected; None: not a stream."""
    paste_reason: str | None = None
    """Why it is not pasted (`paste = false`); None: it is."""
    aliases: tuple[Alias, ...] = ()
    skip: Skip | None = None
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
    """The line of each key of the header by its dotted path, such as `expect.0.contains`."""

    @property
    def location(self) -> Location:
        """Where the snippet's text begins."""
        return Location(self.path, self.text_line)

    def locate(self, key: str) -> Location:
        """Return the place of a key of the header, or of what holds it."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return Location(self.path, self.lines.get(key, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A role in one environment: the machine's name, the reader's user and directory there."""

    role: str
    name: str
    user: str
    directory: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One file under `environments/`."""

    name: str
    label: str
    path: str
    values: Mapping[str, Any]
    """All values, nested; the systems lie at the top with `-` turned to `_`, as templates name them."""
    lines: Mapping[str, int] = field(repr=False)
    """The line of each value by its dotted path."""

    def locate(self, dotted: str) -> Location:
        """Return the place of a value."""
        return Location(self.path, self.lines.get(dotted, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A snippet in one environment: exactly the bytes that are shown, copied and run."""

    snippet: Snippet
    environment: str
    text: str
    sha256: str
    host: Host
    directory: str
    expectations: tuple[Expectation, ...]
    aliases: tuple[Alias, ...]
    values: Mapping[str, str | int | float | bool]
    """The environment's values that the rendering used, by dotted path (the host's own included)."""

    @property
    def key(self) -> str:
        """Name the pair of snippet and environment."""
        return f"{self.snippet.id}@{self.environment}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One pipeline that failed, in whole or in part: the line of the text, the status of each of its commands."""

    line: int
    """In a child bash or a prerequisite's function, the line of the text that started it."""
    statuses: tuple[int, ...]
    main: bool
    """False in a subshell, a command substitution, a child bash or a prerequisite's function."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What a snippet did; no judgement."""

    sha256: str
    """Of the file that the shell ran, as read back inside the sandbox."""
    returncode: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool = False
    capped: bool = False
    """True when output beyond the cap was thrown away."""
    leftovers: tuple[str, ...] = ()
    """Processes that outlived the snippet (pid and command line); they were killed."""
    steps: tuple[Step, ...] = ()
    ended: bool = True
    """False when the shell's end was not traced: a trap was replaced, `exec`, a signal."""
    remarks: tuple[str, ...] = ()
    """What else makes the run worthless, in words: a prerequisite that failed, tracing that the text turned off."""
    lines_started: frozenset[int] = frozenset()
    """Lines of the text on which a command started, in the shell itself or in a subshell."""
    shown: bool | None = None
    """For a stream: whether what is expected showed in time."""
    stopped: bool | None = None
    """For a stream: whether it ended after Ctrl-C."""
    before: Mapping[str, str] = field(default_factory=dict)
    """Probe outputs by name."""
    after: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What a snippet did when its bytes were typed into an interactive shell on a terminal."""

    mode: PasteMode
    sha256: str
    """Of the bytes that were typed, as the host got them."""
    ended: Ending
    waiting: str
    """What held the terminal at the time limit; empty for the shell itself."""
    returncode: int | None
    output: str
    """What the reader saw, without prompts and echo; standard error is in it."""
    seconds: float
    read: str
    """What bash read, as its history tells it."""
    left: tuple[str, ...] = ()
    """What it changed for good in the reader's shell and on the terminal's line, as commands (see `outcomes.Typed`)."""
    terminal: Mapping[str, str] = field(default_factory=dict)
    """How the terminal's screen stands afterwards, if not as before, each with what undoes it (see `Screen.left`)."""
    leftovers: tuple[str, ...] = ()
    capped: bool = False
    shown: bool | None = None
    """For a stream: whether what is expected showed in time."""
    failed_prerequisite: str | None = None
    aliases: Mapping[str, Pasted] = field(default_factory=dict)
    """What calling each alias did, by name; those after one that did not come back are missing."""
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The judgement on an execution; `problems` is empty when it passed."""

    status: Status
    problems: tuple[str, ...]
    execution: Execution | None
    pasted: tuple[PasteMode, ...] = ()
    """The ways in which it was pasted as well."""
