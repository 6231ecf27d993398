"""The HTML of one block: a snippet's exact text, and around it all that a reader needs before pasting it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup
from pygments.lexer import Lexer
from pygments.lexers import BashLexer, SqlLexer
from pygments.token import STANDARD_TYPES, _TokenType

from drillbook.core.model import Kind
from drillbook.evidence.status import SnippetResult
from drillbook.site.markup import render_template

_LEXERS: Mapping[Kind, type[Lexer]] = {Kind.SHELL: BashLexer, Kind.SQL: SqlLexer}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where another snippet's block stands, seen from the page; `href` is None where no page shows it."""

    title: str
    href: str | None


def colour(text: str, kind: Kind) -> Markup:
    """Return a text with its syntax in spans, or plain where the lexer does not give back every character."""
    tokens = [(_name_token(token), value) for token, value in _lexer(kind).get_tokens(text)] if kind in _LEXERS else []
    if "".join(value for _, value in tokens) != text:
        tokens = [("", text)]
    return render_template("tokens.html", tokens=tokens)


@cache
def _lexer(kind: Kind) -> Lexer:
    return _LEXERS[kind](stripnl=False, ensurenl=False)


@cache
def _name_token(token: _TokenType) -> str:
    kind: _TokenType | None = token
    while kind is not None and kind not in STANDARD_TYPES:
        kind = kind.parent
    return STANDARD_TYPES.get(kind, "") if kind is not None else ""


def render_block(
    result: SnippetResult,
    *,
    label: str,
    anchor: str,
    undo: Link | None = None,
    requires: tuple[Link, ...] = (),
) -> Markup:
    """Return the block of a snippet in one environment (`label` is the environment's)."""
    return render_template(
        "block.html",
        result=result,
        code=colour(result.rendered.text, result.rendered.snippet.kind),
        label=label,
        anchor=anchor,
        undo=undo,
        requires=requires,
    )
