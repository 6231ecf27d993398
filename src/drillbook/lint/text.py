# ruff: noqa: RUF001 - the characters that are looked for have to be written down
"""Lint of characters and lines: what looks right on a page and is wrong when pasted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from drillbook.core.errors import nearest
from drillbook.shell.words import looks_like_command

Finding = tuple[int, str]
"""A line of the text, from 1, and what is wrong there."""

QUOTES = dict.fromkeys("‘’‚‛′´", "'") | dict.fromkeys("“”„‟″«»", '"')
DASHES = "‐‑‒–—―−﹘﹣－"
# Letters of other alphabets that a reader takes for Latin ones.
LOOK_ALIKES = frozenset("аеорсухіјѕԁһӏкАВЕКМНОРСТУХІЈЅοαρνυκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
# Blank, though Unicode counts them as letters or symbols.
FILLERS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
LEVELS = frozenset({"DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL", "ALERT"})

PROMPT = re.compile(r"^\s*(?:(?:\([\w.-]+\)\s*)?(?:\[?[\w.-]+@[\w.-]+[^$#%]*)?[$%❯]|\[?[\w.-]+@[\w.-]+[^$#%]*#)\s+\S")
ANGLE = re.compile(r"(?<![<?P\w])<([A-Za-z](?:[\w .:-]*\w)?)>")
SQUARE = re.compile(r"(?<![\w\\$\[:])\[([A-Z][A-Z0-9 _-]+|[A-Z][a-z]{2,}(?: [\w/]+)*|[A-Z](?: [\w/]+)+)\](?![\w{*+?=])")
CAPITALS = re.compile(r"\b(?:(?:YOUR|your|CHANGE|REPLACE|INSERT)[_-]\w+|CHANGEME|TODO|FIXME)\b")


def lint_characters(text: str) -> Iterator[Finding]:
    """Find characters that cannot be seen, or are not what they seem."""
    for number, line in enumerate(text.split("\n"), start=1):
        for column, character in enumerate(line, start=1):
            if (wrong := _describe_character(line, column - 1)) is not None:
                code = f"U+{ord(character):04X} {unicodedata.name(character, 'a control character')}"
                yield number, f"column {column} has {code}. {wrong}"
        for word in re.findall(r"\w+", line):
            foreign = [c for c in word if c in LOOK_ALIKES]
            if foreign and (re.search("[A-Za-z]", word) or all(c in LOOK_ALIKES for c in word if c.isalpha())):
                names = ", ".join(unicodedata.name(c) for c in dict.fromkeys(foreign))
                yield number, f"'{word}' has {names}, not Latin letters. Type the word again."


def _describe_character(line: str, index: int) -> str | None:  # noqa: PLR0911 - one return a kind
    character = line[index]
    if character in "\t\r" or " " <= character <= "~":
        return None
    before = line[index - 1] if index else " "
    after = line[index + 1] if index + 1 < len(line) else " "
    in_comment = re.match(r"\s*#", line) is not None
    category = unicodedata.category(character)
    # U+200D and variation selectors join emoji; elsewhere they are invisible.
    if (category in {"Cf", "Cc", "Zl", "Zp", "Co", "Cn"} or character in FILLERS) and not _joins_emoji(
        character, before
    ):
        return "It is invisible. Delete it."
    if category == "Zs":
        return "A shell treats it as a letter. Type a plain space."
    if character in QUOTES and not in_comment:
        return f"A shell treats it as a letter. Type {QUOTES[character]}."
    if character in DASHES and not in_comment and before.isspace() and not after.isspace():
        return "It does not begin an option. Type -."
    if 0xFF01 <= ord(character) <= 0xFF5E:
        return f"A shell treats it as a letter. Type {unicodedata.normalize('NFKC', character)}."
    return None


def _joins_emoji(character: str, before: str) -> bool:
    return character == "\u200d" and unicodedata.category(before) in {"So", "Sk", "Mn"}


def lint_lines(text: str, data: Collection[int]) -> Iterator[Finding]:
    """Find line ends, tabs and prompts that a terminal takes otherwise than the reader.

    `data` are the lines inside of quotes and here-documents, where a prompt is only text.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if "\r" in line:
            yield (
                number,
                "the line has a carriage return. Convert the file to Unix line endings.",
            )
        if re.search(r"\\[ \t]+$", line):
            yield (
                number,
                "a space follows the backslash, so the line does not continue. Delete the space.",
            )
        if "\t" in line:
            yield number, "a tab makes a terminal complete a word. Use spaces."
        if number in data:
            continue
        if PROMPT.match(line):
            yield number, "the line begins with a prompt. Delete the prompt."
        comment = re.match(r"\s*#\s+(.*)", line)
        if comment and looks_like_command(comment[1]):
            yield (
                number,
                "the # turns this command into a comment. Delete the root prompt, or write the comment as a sentence.",
            )


def lint_placeholders(text: str, inputs: Collection[str]) -> Iterator[Finding]:
    """Find marks that the reader should replace, and that a shell would not refuse."""
    for number, line in enumerate(text.split("\n"), start=1):
        if re.match(r"\s*#", line):
            continue
        # `<b>…</b>` is markup, and in `<in 2>err` the bracket is a redirection.
        found = [m[0] for m in ANGLE.finditer(line) if not re.search(r" \d$", m[1]) and f"</{m[1]}>" not in line]
        found += [
            m[0]
            for m in SQUARE.finditer(line)
            if m[1] not in LEVELS and not re.match(r"[A-Z]-[A-Z]", m[1]) and not _is_test(line, m.start())
        ]
        found += [m[0] for m in CAPITALS.finditer(line) if m[0] not in inputs]
        for mark in found:
            text = "Declare [inputs.NAME] and write ${NAME:?set it first}."
            yield number, f"'{mark}' is a placeholder. {text}"


def lint_blanks(text: str, inputs: Collection[str]) -> Iterator[Finding]:
    """Find blanks of a text that is no shell text, `[[NAME]]`, which are no inputs, and inputs that have no blank."""
    for number, line in enumerate(text.split("\n"), start=1):
        for blank in re.finditer(r"\[\[(.*?)\]\]", line):
            if blank[1] not in inputs:
                yield number, f"'{blank[0]}' is a blank without an input. {nearest(blank[1], inputs)}"
    for name in inputs:
        if f"[[{name}]]" not in text:
            yield 1, f"the input {name} is declared but has no blank. Write [[{name}]], or delete the input."
    bare = text
    for name in inputs:
        bare = bare.replace(f"[[{name}]]", "")
    yield from lint_placeholders(bare, ())


def _is_test(line: str, start: int) -> bool:
    """See the `[` of a test, or an index such as `${A[KEY]}`."""
    return line[start : start + 2] == "[ " or line[max(start - 1, 0)] in "}!"
