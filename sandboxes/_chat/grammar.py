"""Reads what people type into a chat by a grammar that is data: a TOML file of forms, of blanks, and of what follows.

    [blanks]
    name = {meaning = "who you are", pattern = "[^<>]+"}
    severity = {meaning = "how bad it is", values = ["critical", "minor"]}

    [[command]]
    form = '/ticket "<title>" severity:<severity>'
    add = "tickets"
    fields = {id = "INC-{number}", title = "{title}", severity = "{severity}", state = "open"}
    reply = "Ticket {id} is open"

A form is literal words and blanks; a blank may stand in quotes, or behind a key and a colon. The last one takes all
that is left of the line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BLANK = re.compile(r"<([a-z]+)>")


class RefusedError(Exception):
    """What was typed is meant for the bot, and wrong; the message says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """What fits where a form has a blank."""

    meaning: str
    pattern: str
    values: tuple[str, ...]

    def problem(self, text: str) -> str | None:
        """Say what is wrong with a text for this blank, if anything is."""
        if self.values and text not in self.values:
            return f"one of {', '.join(self.values)} was expected, not '{text}'"
        if not re.fullmatch(self.pattern, text):
            return f"{self.meaning} was expected, not '{text}'"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One form, and what follows when it was typed."""

    form: str
    shape: re.Pattern[str]
    effect: Mapping[str, Any]

    @property
    def word(self) -> str:
        """The word that the form begins with."""
        return self.form.split()[0].lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """All forms of one chat."""

    blanks: Mapping[str, Blank]
    commands: tuple[Command, ...]

    def read(self, text: str) -> tuple[Command, dict[str, str]] | None:
        """Return the command and what its blanks were filled with, or None: the text is no command of this bot.

        Raises RefusedError where the text begins as a command does and goes on as none.
        """
        words = text.split()
        meant = [command for command in self.commands if words and words[0].lower() == command.word]
        if not meant:
            if text.startswith("/"):
                raise RefusedError("I know " + "; ".join(command.form for command in self.commands))
            return None
        for command in meant:
            if found := command.shape.fullmatch(text.strip()):
                for name, value in found.groupdict().items():
                    if problem := self.blanks[name].problem(value):
                        raise RefusedError(f"{name}: {problem}")
                return command, found.groupdict()
        raise RefusedError("the form is " + " or ".join(command.form for command in meant))


def read_grammar(path: Path) -> Grammar:
    """Read a grammar's file. Raises KeyError or ValueError where it is none."""
    data = tomllib.loads(path.read_text("utf-8"))
    blanks = {
        name: Blank(meaning=blank["meaning"], pattern=blank.get("pattern", ".+"), values=tuple(blank.get("values", ())))
        for name, blank in data["blanks"].items()
    }
    commands = []
    for entry in data["command"]:
        if unknown := set(BLANK.findall(entry["form"])) - blanks.keys():
            raise ValueError(f"{path}: '{entry['form']}' has blanks that [blanks] does not name: {sorted(unknown)}")
        effect = {key: value for key, value in entry.items() if key != "form"}
        commands.append(Command(form=entry["form"], shape=_compile(entry["form"]), effect=effect))
    return Grammar(blanks=blanks, commands=tuple(commands))


def _compile(form: str) -> re.Pattern[str]:
    parts = []
    words = form.split()
    for number, word in enumerate(words):
        # Phones turn straight quotes into curly ones.
        piece = re.escape(word).replace('"<', '["“]<').replace('>"', '>["”]')
        inside = r'[^"“”]*' if '"' in word else r".+" if number == len(words) - 1 else r"\S+"
        parts.append(BLANK.sub(_take(inside), piece))
    return re.compile(r"\s+".join(parts), re.IGNORECASE | re.DOTALL)


def _take(inside: str) -> Callable[[re.Match[str]], str]:
    return lambda blank: f"(?P<{blank[1]}>{inside})"
