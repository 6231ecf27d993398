"""Types texts into an interactive login shell on a terminal, as a reader who pastes them does.

Standard library only: it is sent into the host with `agent.py`. The shell tells what it does by marks that its prompts
print (OSC 133, as terminals read them: C a command starts, D it ended, P bash waits for more of it), each with a word
that nobody can guess. What bash read is told by its own history, which it writes before each prompt.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import functools
import hashlib
import os
import re
import secrets
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from drillbook.guest.process import (
    CAP,
    PRESS_AFTER,
    PRESS_AGAIN,
    STOP_WITHIN,
    Child,
    describe_process,
    encode,
    list_descendants,
)

LOOK_EVERY = 0.02
START_WITHIN = 15.0
WAITS_AFTER = 0.5  # seconds of silence after which a shell that stands at a prompt of its own is waiting for the reader
ASKS_AFTER = (
    3.0  # the same for one that shows no mark at all: on a busy machine what was typed may not have reached it yet
)
BRACKETS = (b"\x1b[200~", b"\x1b[201~")
SHELL = ("bash", "--login", "-i")
# `history -w` before the next prompt; the settings are what could keep it from telling all that was read.
PROMPT_COMMAND = (
    r"__drillbook_status=$?; "
    r"unset HISTFILE HISTIGNORE HISTTIMEFORMAT; HISTCONTROL= HISTSIZE=2000; shopt -s cmdhist lithist; "
    r"builtin history -w '@FOLDER@/history'; "
    r"""printf '\e]133;D;@WORD@;%s;%s;%s\a' "$__drillbook_status" "$SHELLOPTS" "$BASHOPTS"; """
    r"PS0='\e]133;C;@WORD@\a' PS1='\e]133;B;@WORD@\a$ ' PS2='\e]133;P;@WORD@\a> '"
)

# The names of `set -o` that have a letter as well.
LETTERS = {"allexport": "a", "braceexpand": "B", "errexit": "e", "errtrace": "E", "functrace": "T", "hashall": "h"}
LETTERS |= {"histexpand": "H", "keyword": "k", "monitor": "m", "noclobber": "C", "noglob": "f", "notify": "b"}
LETTERS |= {"nounset": "u", "physical": "P", "privileged": "p", "verbose": "v", "xtrace": "x"}
# Others cannot be told: at its prompt bash's line editor sets echo, lines, signals and input as it needs them.
SETTINGS = ((1, ("OPOST", "ONLCR", "OCRNL")), (3, ("IEXTEN", "ECHOE", "ECHOK", "ECHONL", "NOFLSH", "TOSTOP")))


class State(NamedTuple):
    """What lasts in a shell and on its terminal, at the prompt; what cannot be read is empty."""

    options: frozenset[str]
    """Of `set -o`."""
    shopts: frozenset[str]
    umask: str
    stty: frozenset[str]

    def name_changes(self, after: State) -> list[str]:
        """Return the commands that lead from this state to another."""
        changes = []
        for name in sorted(self.options ^ after.options):
            sign, letter = "-" if name in after.options else "+", LETTERS.get(name)
            changes.append(f"set {sign}{letter or f'o {name}'}")
        for name in sorted(self.shopts ^ after.shopts):
            changes.append(f"shopt {'-s' if name in after.shopts else '-u'} {name}")
        if after.umask not in ("", self.umask):
            changes.append(f"umask {after.umask}")
        return changes + [f"stty {'' if name in after.stty else '-'}{name}" for name in sorted(self.stty ^ after.stty)]


class Typist:
    """One interactive shell on a terminal; `turn` of its agent brings the shell's output in."""

    def __init__(self, turn: Callable[..., None], child: Child, word: str, folder: str) -> None:
        self.turn = turn
        self.child = child
        self.folder = Path(folder)
        self.marks = re.compile(rb"\x1b\]133;([BCDP]);" + word.encode() + rb"(?:;(\d+);([\w:-]*);([\w:-]*))?\x07")
        self.waiting_bytes = b""

    @staticmethod
    def prepare(folder: str) -> tuple[str, dict[str, str]]:
        """Return the word of this shell's marks, and the variables that make it print them."""
        word = secrets.token_hex(8)
        return word, {"PROMPT_COMMAND": PROMPT_COMMAND.replace("@FOLDER@", folder).replace("@WORD@", word)}

    @property
    def output(self) -> bytes:
        """All that the terminal has shown."""
        return bytes(next(iter(self.child.outputs.values())))

    def type(
        self, text: bytes, *, bracketed: bool, timeout: float, stream: bool, forward: Callable[[bytes], None]
    ) -> dict[str, Any]:
        """Paste one text, press Enter, and wait until bash stands at its prompt again; tell what happened."""
        self.child.enough = False
        before = self.read_state()
        start, started = len(self.output), time.monotonic()
        data = text.replace(b"\n", b"\r")
        self.waiting_bytes = (BRACKETS[0] + data + BRACKETS[1] if bracketed else data) + (
            b"" if data.endswith(b"\r") and not bracketed else b"\r"
        )
        ended, waiting = self.settle(start, started + timeout, stream=stream, forward=forward)
        seconds = time.monotonic() - started
        shown = self.output[start:]
        if ended not in ("prompt", "closed"):
            self.interrupt()
        return {
            "ended": ended,
            "waiting": waiting,
            "output": encode(self.cut_output(shown)),
            "returncode": int(told[2]) if (told := self.find_end(shown)) else None,
            "left": before.name_changes(self.read_state()) if ended == "prompt" else [],
            "seconds": seconds,
            "history": encode(self.read_history()),
            "sha256": hashlib.sha256(text).hexdigest(),
        }

    def settle(
        self, start: int, deadline: float, *, stream: bool = False, forward: Callable[[bytes], None] | None = None
    ) -> tuple[str, str]:
        """Wait for the prompt, the shell's end, or the deadline; return which, and what was waiting for the reader.

        A shell that sleeps while a command runs is no sign: it may wait for the command. At the deadline it is.
        """
        since: float | None = None
        pressed = press_at = float("inf")
        seen = start
        while True:
            self.turn(time.monotonic() + LOOK_EVERY)
            self.write()
            now = time.monotonic()
            if forward and len(self.output) > seen:
                forward(self.output[seen:])
                seen = len(self.output)
            if self.child.returncode is not None:
                return "closed", ""
            if stream and self.child.enough and press_at == float("inf"):
                press_at, pressed = now + PRESS_AFTER, now
            if now >= press_at:
                self.press(b"\x03")
                press_at = now + PRESS_AGAIN
            if now > min(deadline, pressed + STOP_WITHIN):
                return "late", self.name_foreground()
            mark = self.last_mark(start)
            if self.waiting_bytes or not self.is_idle():
                since = None
            elif since is None:
                since = now
            elif mark == b"B" and now - since > LOOK_EVERY:
                return "prompt", ""
            elif mark == b"P" and now - since > WAITS_AFTER:
                return "incomplete", ""
            elif mark is None and start and now - since > ASKS_AFTER:
                return "asked", ""

    def interrupt(self) -> None:
        """Press Ctrl-C, so that what waits can tidy up; what does not end is killed with the shell."""
        deadline = time.monotonic() + PRESS_AGAIN
        self.waiting_bytes = b""
        with contextlib.suppress(OSError):
            fcntl.ioctl(self.follower(), termios.TCFLSH, termios.TCIFLUSH)
        before = len(self.output)
        self.press(b"\x03")
        self.settle(before, deadline)

    def write(self) -> None:
        """Type as much as the terminal takes."""
        with contextlib.suppress(BlockingIOError, OSError):
            while self.waiting_bytes:
                count = os.write(self.controller, self.waiting_bytes)
                self.waiting_bytes = self.waiting_bytes[count:]

    def press(self, keys: bytes) -> None:
        """Type keys at once."""
        with contextlib.suppress(OSError):
            os.write(self.controller, keys)

    @property
    def controller(self) -> int:
        """Our end of the terminal."""
        assert self.child.controller is not None
        return self.child.controller

    def follower(self) -> int:
        """Open the shell's end of the terminal once, by its name: another user's /proc takes a capability."""
        if not hasattr(self, "_follower"):
            self._follower = os.open(self.child.terminal_name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        return self._follower

    def close(self) -> None:
        """Close the shell's end of the terminal, if it was opened."""
        if hasattr(self, "_follower"):
            os.close(self._follower)
            del self._follower

    def is_idle(self) -> bool:
        """Tell whether the shell itself sleeps in the foreground with nothing left to read."""
        try:
            state, pgrp, tpgid = read_stat(self.child.pid)
            (queued,) = struct.unpack("i", fcntl.ioctl(self.follower(), termios.FIONREAD, b"\0" * 4))
        except (OSError, ValueError):
            return False
        return state == "S" and pgrp == tpgid and not queued

    def name_foreground(self) -> str:
        """Describe what holds the terminal, the last of a pipeline; empty when that is the shell itself."""
        found = ""
        with contextlib.suppress(OSError, ValueError):
            _, pgrp, tpgid = read_stat(self.child.pid)
            for pid in list_descendants(self.child.pid) if tpgid != pgrp else []:
                with contextlib.suppress(OSError, ValueError):
                    if read_stat(pid)[1] == tpgid:
                        found = (describe_process(pid) or "").partition(" ")[2] or found
        return found

    def last_mark(self, start: int) -> bytes | None:
        """Return the letter of the last mark since a place in the output."""
        found = self.marks.findall(self.output, start)
        return found[-1][0] if found else None

    def find_end(self, shown: bytes) -> re.Match[bytes] | None:
        """Return the last mark of a command's end: it tells the command's status, and the shell's options."""
        told = [match for match in self.marks.finditer(shown) if match[1] == b"D"]
        return told[-1] if told else None

    def read_state(self) -> State:
        """Return what the last prompt told of the shell, and what the kernel tells of it and of its terminal."""
        told = self.find_end(self.output)
        options, shopts = (frozenset(told[at].decode().split(":") if told else ()) for at in (3, 4))
        umask, stty = "", frozenset[str]()
        with contextlib.suppress(OSError, termios.error):
            status = Path(f"/proc/{self.child.pid}/status").read_text()
            umask = status.partition("\nUmask:")[2].partition("\n")[0].strip()
            flags = termios.tcgetattr(self.follower())
            stty = frozenset(n.lower() for at, names in SETTINGS for n in names if flags[at] & getattr(termios, n))
        return State(options=options, shopts=shopts, umask=umask, stty=stty)

    def cut_output(self, shown: bytes) -> bytes:
        """Return what commands printed: what stands from the start of each command to its end."""
        kept, at = b"", None
        for match in self.marks.finditer(shown):
            if at is not None:
                kept += shown[at : match.start()]
            at = match.end() if match[1] == b"C" else None
        return kept if at is None else kept + shown[at:]

    def read_history(self) -> bytes:
        """Return what bash has read so far, as it remembers it."""
        try:
            return (self.folder / "history").read_bytes()[:CAP]
        except OSError:
            return b""


def read_stat(pid: int) -> tuple[str, int, int]:
    """Return a process's state, its process group, and the group in the foreground of its terminal."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return fields[0], int(fields[2]), int(fields[5])


def type_texts(
    typist: Typist, steps: Sequence[Mapping[str, Any]], *, bracketed: bool, forward: Callable[[int, bytes], None]
) -> list[dict[str, Any]]:
    """Type one text after the other, until the shell does not come back to its prompt."""
    ended, waiting = typist.settle(0, time.monotonic() + START_WITHIN)
    if ended != "prompt":
        raise RuntimeError(f"the login shell showed no prompt within {START_WITHIN:.0f} s ({ended} {waiting})")
    told: list[dict[str, Any]] = []
    for number, step in enumerate(steps):
        told.append(
            typist.type(
                base64.b64decode(step["text"], validate=True),
                bracketed=bracketed,
                timeout=step["timeout"],
                stream=step.get("stream", False),
                forward=functools.partial(forward, number),
            )
        )
        if told[-1]["ended"] != "prompt":
            break
    return told
