"""Calls of macros on a page: found with their lines, and run without Jinja where the page has nothing but calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from drillbook.project.rendering import DELIMITERS

if TYPE_CHECKING:
    import jinja2

_TEXT = r"""(?:"[^"\\\n]*"|'[^'\\\n]*')"""
_CALL = re.compile(
    rf"@\{{\{{\s*(?P<name>[a-z_]+)\(\s*(?P<words>(?:{_TEXT}(?:\s*,\s*{_TEXT})*)?)"
    rf"(?:\s*,\s*(?P<key>[a-z_]+)\s*=\s*(?P<value>{_TEXT}))?\s*\)\s*\}}\}}@"
)
"""A call with texts between parentheses, the last of which may have a name."""
_WORD = re.compile(_TEXT)
_BLOCK = re.compile(r"""\s*@\{\{\s*(?:snippet\(\s*["'][^"']+["']\s*|message\(\s*["'][^"']+["'][^}]*)\)\s*\}\}@\s*""")
"""A line with one call that makes a block, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of a macro that begins with a literal text, such as `snippet("shop/health")`."""

    macro: str
    word: str
    line: int
    alone: bool
    """It shows a snippet or a message, and has its line to itself, as a block must."""


def find_calls(text: str) -> tuple[Call, ...]:
    """Return the calls of a page's Markdown in order, as Jinja reads it: none in a comment, none in what is raw.

    Where Jinja cannot read the page, all that look like calls; `check` tells what is wrong.
    """
    if "@{" not in text:
        return ()
    lines = text.split("\n")

    def make(macro: str, word: str, line: int) -> Call:
        return Call(macro=macro, word=word, line=line, alone=_BLOCK.fullmatch(lines[line - 1]) is not None)

    if "@{" in _CALL.sub("", text):
        import jinja2  # noqa: PLC0415  # slow to import, and few pages need it
        from jinja2 import nodes  # noqa: PLC0415  # likewise

        try:
            return tuple(
                make(call.node.name, str(call.args[0].value), call.lineno)
                for call in parse_macros(text).find_all(nodes.Call)
                if isinstance(call.node, nodes.Name) and call.args and isinstance(call.args[0], nodes.Const)
            )
        except jinja2.TemplateSyntaxError:
            pass
    return tuple(
        make(call["name"], word[0][1:-1], text.count("\n", 0, call.start("name")) + 1)
        for call in _CALL.finditer(text)
        if (word := _WORD.match(call["words"]))
    )


def parse_macros(text: str) -> jinja2.nodes.Template:
    """Return a page's Markdown as Jinja reads it. Raises jinja2.TemplateSyntaxError."""
    return _jinja().parse(text)


@cache
def _jinja() -> jinja2.Environment:
    import jinja2  # noqa: PLC0415  # slow to import

    settings: Any = DELIMITERS
    return jinja2.Environment(**settings, autoescape=False)


def run_calls(text: str, macros: Mapping[str, Callable[..., str]]) -> str | None:
    """Run a page's calls as Jinja would; None, with nothing called, where only Jinja can tell what the page says."""
    calls = list(_CALL.finditer(text))
    if "\r" in text or "@{" in _CALL.sub("", text) or any(call["name"] not in macros for call in calls):
        return None
    # Jinja takes the last newline away.
    return _CALL.sub(lambda call: _run(call, macros[call["name"]]), text).removesuffix("\n")


def _run(call: re.Match[str], macro: Callable[..., str]) -> str:
    named = {call["key"]: call["value"][1:-1]} if call["key"] else {}
    return macro(*(word[1:-1] for word in _WORD.findall(call["words"])), **named)
