"""The screen of a terminal, read as a person does: what stands on it, and what has scrolled away above."""

from __future__ import annotations

from collections import deque

import pyte

COLUMNS, LINES = 200, 50
SCROLLED = 5000


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

    def feed(self, data: bytes) -> None:
        """Paint more output."""
        self._stream.feed(data)

    @property
    def text(self) -> str:
        """What was scrolled away and what is on the screen, without blanks at line ends and blank lines at the end."""
        shown = (self._screen.read_line(number) for number in range(self._screen.lines))
        text = "\n".join(line.rstrip() for line in (*self._screen.scrolled, *shown)).rstrip("\n")
        return text + "\n" if text else ""
