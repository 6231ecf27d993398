"""The files under `messages/`: texts to send during an incident, with blanks that the sender fills in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from drillbook.core.errors import DrillbookError, InputError, Location, Problem
from drillbook.core.model import Environment, sha256
from drillbook.project.rendering import Leaf, render_text
from drillbook.project.snippets import NAME

_BLANK = re.compile(r"\[\[(?:(?!\[\[|\]\]).)+\]\]")
_STRAY = re.compile(r"\[\[|\]\]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as its file holds it: every byte, less one newline at the end."""

    id: str
    path: str
    """The file, relative to the project's root."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a message; a blank's text has its brackets."""

    text: str
    blank: bool
    at: int
    """Where it begins in the text."""

    @property
    def meaning(self) -> str:
        """Say what goes into a blank."""
        return self.text.removeprefix("[[").removesuffix("]]").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedMessage:
    """A message in one environment: exactly the bytes that are shown and copied while its blanks are empty."""

    message: Message
    text: str
    sha256: str
    pieces: tuple[Piece, ...]
    values: Mapping[str, Leaf] = field(default_factory=dict)
    """The environment's values that the rendering used, by dotted path."""

    @property
    def blanks(self) -> tuple[str, ...]:
        """Return what is to be filled in, in order; two blanks with the same words may mean two things."""
        return tuple(piece.meaning for piece in self.pieces if piece.blank)


def load_messages(root: Path) -> tuple[dict[str, Message], list[Problem]]:
    """Read every message of a project; return them by id, and all that is wrong with their files."""
    found: dict[str, Message] = {}
    problems: list[Problem] = []
    for path in sorted((root / "messages").rglob("*")):
        if path.is_dir() or path.name.startswith(".") or path.name == "README.md":
            continue
        try:
            message = _read_message(path, root)
        except DrillbookError as error:
            problems.extend(error.problems)
        else:
            found[message.id] = message
    return found, problems


def _read_message(path: Path, root: Path) -> Message:
    shown = path.relative_to(root).as_posix()
    parts = path.relative_to(root / "messages").with_suffix("").parts
    if path.suffix != ".txt" or len(parts) != 2 or not all(NAME.fullmatch(part) for part in parts):
        text = "this is not a message. Rename it to messages/SYSTEM/NAME.txt, in small letters, digits and -."
        raise InputError(Problem(Location(shown), text))
    try:
        text = path.read_bytes().decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError as error:
        raise InputError(Problem(Location(shown), "this is not valid UTF-8. Save the file as UTF-8.")) from error
    if not text.strip():
        raise InputError(Problem(Location(shown), "the message is empty. Write a text."))
    if control := _CONTROLS.search(text):
        line = text.count("\n", 0, control.start()) + 1
        said = f"the character {control[0]!r} is invisible but would be sent. Delete it."
        raise InputError(Problem(Location(shown, line), said))
    split_blanks(text, Location(shown, 1))
    return Message(id="/".join(parts), path=shown, text=text)


def split_blanks(text: str, location: Location) -> tuple[Piece, ...]:
    """Cut a text at its blanks, `[[what goes here]]`. Raises InputError where a bracket has no partner."""
    pieces: list[Piece] = []
    done = 0
    for blank in _BLANK.finditer(text):
        pieces += (
            Piece(text=text[done : blank.start()], blank=False, at=done),
            Piece(text=blank[0], blank=True, at=blank.start()),
        )
        done = blank.end()
    pieces.append(Piece(text=text[done:], blank=False, at=done))
    for piece in pieces:
        stray = None if piece.blank else _STRAY.search(piece.text)
        if stray or (piece.blank and not piece.meaning):
            at = piece.at + (stray.start() if stray else 0)
            line = location.line + text.count("\n", 0, at)
            wrong = f"'{stray[0]}' has no partner on its line" if stray else "a blank is empty"
            said = f"{wrong}. Write [[what goes here]]."
            raise InputError(Problem(Location(location.path, line), said))
    return tuple(piece for piece in pieces if piece.text)


def render_message(message: Message, environment: Environment) -> RenderedMessage:
    """Put an environment's values into a message, by the function that renders snippets."""
    place = Location(message.path, 1)
    text, used = render_text(message.text, environment, place)
    return RenderedMessage(
        message=message,
        text=text,
        sha256=sha256(text),
        pieces=split_blanks(text, place),
        values=dict(sorted(used.items())),
    )
