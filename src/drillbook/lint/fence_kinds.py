"""The kind of each published block of code: a fence's language, and for a shell block the reason why it is not run."""

from __future__ import annotations

import re

from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from drillbook.shell.words import COMMANDS, EXCUSE

UNDECLARED = "trafficscript"
"""What mkdocs.yml has a fence called that names no language: one that nobody uses."""
_FENCE = re.compile(
    r'<div class="(?:language-(?P<language>[\w+-]+) )?highlight"(?P<more>[^>]*)>'
    r'(?:<span class="filename">[^<]*</span>)?<pre(?P<pre>[^>]*)>'
)
_OPENER = re.compile(r"^[ >]*(?:`{3,}|~{3,})[ ]*\{?[ ]*\.?(?P<language>[\w+#-]+)", re.MULTILINE)
_PRE = re.compile(r"<pre(?![^>]*\bdata-kind=)[^>]*>")


class UndeclaredError(Exception):
    """A block says too little of itself; `word` stands in the source where it does."""

    def __init__(self, text: str, word: str = "") -> None:
        super().__init__(text)
        self.word = word


def declare_kinds(html: str) -> str:
    """Declare the kind of each block of code in a page's HTML. Raises UndeclaredError where it cannot."""
    html = _FENCE.sub(_declare, html)
    if _PRE.search(html):
        raise UndeclaredError(
            "a block has no language, or is indented by four spaces. Write a fence with a language, "
            "such as ```text for plain text."
        )
    return html


def _declare(match: re.Match[str]) -> str:
    language, more = (match["language"] or "").lower(), match["more"]
    if not language or language == UNDECLARED or "data-kind=" in match["pre"]:
        return match[0]
    if language in COMMANDS and not all(f"{name}=" in more for name in EXCUSE):
        raise UndeclaredError(
            f"a {language} block is not a snippet and does not say why. Move it with "
            '`drillbook extract`, or write ``` { .bash data-reason="…" data-owner="…" '
            'data-expires="2027-01-31" } as its first line.'
        )
    return match[0].replace("<pre", f'<pre data-kind="{language}"')


def check_languages(markdown: str) -> None:
    """Raise UndeclaredError for a fence in a language that is not known: it would be published as plain text."""
    for match in _OPENER.finditer(markdown):
        try:
            get_lexer_by_name(match["language"])
        except ClassNotFound:
            text = f"there is no language '{match['language']}'. Fix it, to bash or text for example."
            raise UndeclaredError(text, match[0].lstrip("\n")) from None
