"""The screen of a terminal, read as a person does: what stands on it, and what has scrolled away above."""

from __future__ import annotations

import re
from collections import deque

import pyte

COLUMNS, LINES = 200, 50
SCROLLED = 5000
CURSOR = "with its cursor hidden"
OTHER = "on its alternate screen"
MOUSE = "with the mouse typing"
MODES = {5: "with colours reversed", 7: "with long lines cut off", 25: CURSOR, 47: OTHER, 1047: OTHER, 1049: OTHER}
MODES |= dict.fromkeys((9, 1000, 1001, 1002, 1003), MOUSE)
EDITOR_MODES = frozenset({1034, 2004})
"""What a line editor sets when it begins, and bash's at each prompt: Meta as the eighth bit, bracketed paste."""
_PRIVATE = 5  # pyte keeps the number of a private mode shifted by so many bits
_CHARSET = re.compile(rb"\x1b(?:\(([0-9A-Z])|c)")  # the last is a reset; pyte passes over all others in UTF-8


class _Scroll(pyte.Screen):
    """Keeps the text of the lines that leave at the top."""

    def __init__(self, columns: int) -> None:
        super().__init__(columns, LINES)
        self.scrolled: deque[str] = deque(maxlen=SCROLLED)

    def index(self) -> None:
        top, bottom = self.margins or (0, self.lines - 1)
        if self.cursor.y == bottom and top == 0:
            self.scrolled.append(self.read_line(0))
        super().index()

    def read_line(self, number: int) -> str:
        """Return one line up to the last column that was painted; `display` would draw every column of every line."""
        line = self.buffer[number]
        return "".join(line[column].data for column in range(max(line, default=-1) + 1))


class Screen:
    """Takes a program's output to its terminal and tells what can be read there."""

    def __init__(self, columns: int = COLUMNS) -> None:
        self._screen = _Scroll(columns)
        self._stream = pyte.ByteStream(self._screen)
        self._modes = frozenset(self._screen.mode)
        self._charset = b""

    def feed(self, data: bytes) -> None:
        """Paint more output."""
        self._stream.feed(data)
        self._charset = (_CHARSET.findall(data) or [self._charset])[-1]

    @property
    def text(self) -> str:
        """What was scrolled away and what is on the screen, without blanks at line ends and blank lines at the end."""
        shown = (self._screen.read_line(number) for number in range(self._screen.lines))
        text = "\n".join(line.rstrip() for line in (*self._screen.scrolled, *shown)).rstrip("\n")
        return text + "\n" if text else ""

    @property
    def left(self) -> dict[str, str]:
        """How the terminal stands now, if not as at the start: in words, each with the sequence that undoes it."""
        found: dict[str, str] = {}
        for mode in sorted(self._modes ^ self._screen.mode):
            private = mode >> _PRIVATE
            number = private or mode
            if number not in EDITOR_MODES | {0}:
                back = "h" if mode in self._modes else "l"
                name = MODES.get(private, f"in mode {'?' if private else ''}{number}")
                found[name] = found.get(name, "") + f"\\033[{'?' if private else ''}{number}{back}"
        if self._screen.cursor.attrs != self._screen.default_char:
            found["with a colour or style switched on"] = "\\033[0m"
        if self._screen.margins not in (None, (0, self._screen.lines - 1)):
            found["with a part of it that scrolls alone"] = "\\033[r"
        if self._charset not in (b"", b"B"):
            found["in another character set"] = "\\033(B"
        return found
