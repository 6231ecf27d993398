"""The HTML of one block: a snippet's exact text, and around it all that a reader needs before pasting it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import BashLexer, SqlLexer
from pygments.token import STANDARD_TYPES, _TokenType

from drillbook.core.model import Kind, Rendered, Risk, Snippet, Status, Waiver
from drillbook.evidence.record import Record
from drillbook.evidence.status import SnippetResult

# Shapes differ as well as colours, so that neither a colour-blind reader nor a printer loses the meaning.
_SHAPES = {
    "circle": '<circle cx="8" cy="8" r="6"/><circle cx="8" cy="8" r="2.2" class="db-hole"/>',
    "triangle": '<path d="M8 1.5 15 14H1z"/><path d="M7.2 6h1.6v4H7.2zm0 5h1.6v1.6H7.2z" class="db-hole"/>',
    "octagon": '<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/><path d="M7 3.6h2v5.6H7zm0 6.8h2v2H7z" class="db-hole"/>',
    "check": '<path d="m6.2 12.8-4-4L3.8 7.2l2.4 2.4 6-6 1.6 1.6z"/>',
    "cross": '<path d="m3.6 2.2 4.4 4.4 4.4-4.4 1.4 1.4L9.4 8l4.4 4.4-1.4 1.4L8 9.4l-4.4 4.4-1.4-1.4L6.6 8 2.2 3.6z"/>',
    "ring": '<path d="M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 2a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z"/>',
    "letter": '<path d="M1 3h14v10H1z"/><path d="m2.2 4.2 5.8 4.6 5.8-4.6v1.7L8 10.5 2.2 5.9z" class="db-hole"/>',
    "bar": '<path d="M1.5 6.5h13v3h-13z"/>',
}
_RISKS = {
    Risk.READ_ONLY: ("circle", "Reads only"),
    Risk.CHANGES: ("triangle", "Changes state"),
    Risk.DESTRUCTIVE: ("octagon", "Destroys data"),
}
_STATUSES = {
    Status.PASSED: ("check", "Verified"),
    Status.FAILED: ("cross", "Failed when it was run"),
    Status.ERRORED: ("cross", "Could not be run"),
    Status.STALE: ("ring", "Not verified as shown"),
    Status.UNVERIFIED: ("ring", "Not verified"),
    Status.SKIPPED: ("bar", "Not run"),
}
_LEXERS: Mapping[Kind, type[Lexer]] = {Kind.SHELL: BashLexer, Kind.SQL: SqlLexer}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where another snippet's block stands, seen from the page; `href` is None where no page shows it."""

    title: str
    href: str | None

    def html(self) -> str:
        """Return the link, or the bare title."""
        title = escape(self.title)
        return f'<a href="{escape(self.href)}">{title}</a>' if self.href else title


def draw_icon(shape: str) -> str:
    """Return a shape as inline SVG; the word beside it carries the meaning for a screen reader."""
    return f'<svg class="db-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">{_SHAPES[shape]}</svg>'


def show_risk(risk: Risk) -> str:
    """Return a risk as icon and word."""
    shape, word = _RISKS[risk]
    return f'<span class="db-badge db-risk" data-risk="{risk}">{draw_icon(shape)} {word}</span>'


def show_status(status: Status) -> str:
    """Return a status as icon and word."""
    shape, word = _STATUSES[status]
    return f'<span class="db-badge db-status" data-of="{status}">{draw_icon(shape)} {word}</span>'


def show_time(moment: dt.datetime) -> str:
    """Return the date in words that need no script; the script adds how long ago that is."""
    moment = moment.astimezone(dt.UTC)
    return f'<time datetime="{moment:%Y-%m-%dT%H:%M:%SZ}" data-verified>{moment:%Y-%m-%d %H:%M} UTC</time>'


def escape_text(text: str) -> str:
    """Escape a text so that an HTML parser gives back these characters, a carriage return included."""
    return escape(text, quote=False).replace("\r", "&#13;")


def colour(text: str, kind: Kind) -> str:
    """Return a text with its syntax in spans, or plain where the lexer does not give back every character."""
    if kind not in _LEXERS:
        return escape_text(text)
    tokens = list(_lexer(kind).get_tokens(text))
    if "".join(value for _, value in tokens) != text:
        return escape_text(text)
    return "".join(_colour_token(token, value) for token, value in tokens)


@cache
def _lexer(kind: Kind) -> Lexer:
    return _LEXERS[kind](stripnl=False, ensurenl=False)


@cache
def _name_token(token: _TokenType) -> str:
    kind: _TokenType | None = token
    while kind is not None and kind not in STANDARD_TYPES:
        kind = kind.parent
    return STANDARD_TYPES.get(kind, "") if kind is not None else ""


def _colour_token(token: _TokenType, value: str) -> str:
    name = _name_token(token)
    return f'<span class="{name}">{escape_text(value)}</span>' if name else escape_text(value)


def render_block(
    result: SnippetResult,
    *,
    label: str,
    anchor: str,
    undo: Link | None = None,
    requires: tuple[Link, ...] = (),
) -> str:
    """Return the block of a snippet in one environment (`label` is the environment's)."""
    snippet = result.rendered.snippet
    title = escape(snippet.title)
    return "\n".join(
        part
        for part in (
            f'<section class="db-block" id="{anchor}" aria-label="{title}" data-risk="{snippet.risk}"'
            f' data-of="{result.status}">',
            '<div class="db-head">',
            f'<p class="db-title">{title} <a class="db-anchor" href="#{anchor}"'
            f' aria-label="Link to: {title}">#</a></p>',
            show_risk(snippet.risk),
            _show_before(snippet, requires),
            "" if result.status is Status.PASSED else _show_verdict(result),
            "</div>",
            _show_command(result, label),
            '<div class="db-foot">',
            _show_verdict(result) if result.status is Status.PASSED else "",
            _show_effects(result, undo),
            "</div>",
            _show_output(result.record) if result.record else "",
            "</section>",
        )
        if part
    )


READERS = {Kind.SQL: "Paste it into psql", Kind.PROMQL: "Ask Prometheus"}
"""Who reads a text that is none of the shell's."""


def _show_place(rendered: Rendered, label: str) -> str:
    host, snippet = rendered.host, rendered.snippet
    here = f'<p class="db-place"><b class="db-environment">{escape(label)}</b>'
    if snippet.kind is Kind.CHAT:
        return f"{here} Type it into the chat.</p>"
    if reader := READERS.get(snippet.kind):
        return f'{here} {reader} on <b>{escape(host.role)}</b>: <span class="db-mono">{escape(host.name)}</span>.</p>'
    stop = "" if snippet.stream_within is None else ' <span class="db-stream">Runs until you press Ctrl-C.</span>'
    return (
        f"{here} Run on <b>{escape(host.role)}</b>: "
        f'<span class="db-mono">{escape(host.user)}@{escape(host.name)}</span> in '
        f'<span class="db-mono">{escape(rendered.directory)}</span>.{stop}</p>'
    )


def _show_before(snippet: Snippet, requires: tuple[Link, ...]) -> str:
    parts = []
    if requires:
        links = ", ".join(link.html() for link in requires)
        parts.append(f'<p class="db-requires">Run first, in the same shell: {links}.</p>')
    if snippet.inputs:
        rows = "".join(f"<li><code>{escape(item.name)}</code>: {escape(item.meaning)}</li>" for item in snippet.inputs)
        parts.append(f'<div class="db-inputs">You fill in:<ul>{rows}</ul></div>')
    return "".join(parts)


def _show_command(result: SnippetResult, label: str) -> str:
    rendered, snippet = result.rendered, result.rendered.snippet
    title = escape(snippet.title)
    # A browser shows and selects a final newline only where something follows it; this adds nothing to the text.
    last = "<br>" if rendered.text.endswith("\n") else ""
    skip = ""
    if snippet.skip:
        skip = (
            f' data-reason="{escape(snippet.skip.reason)}" data-owner="{escape(snippet.skip.owner)}"'
            f' data-expires="{snippet.skip.expires}"'
        )
    return (
        f'<div class="db-command highlight" data-snippet="{escape(snippet.id)}" data-sha256="{rendered.sha256}"'
        f' data-status="{result.status}"{skip}>'
        f'<div class="db-bar">{_show_place(rendered, label)}'
        f'<button type="button" class="db-copy" aria-label="Copy: {title}" hidden>Copy</button></div>'
        f'<pre data-kind="{snippet.kind}"><code tabindex="0">{colour(rendered.text, snippet.kind)}{last}</code></pre>'
        "</div>"
    )


def _show_verdict(result: SnippetResult) -> str:
    record, skip = result.record, result.rendered.snippet.skip
    words = ""
    if result.status is Status.PASSED and record:
        words = f"{show_time(record.verified)} {_show_sandbox(record)}; it took {_show_seconds(record.seconds)}."
        words += _show_pasted(result, record)
    elif result.status is Status.SKIPPED and skip:
        words = (
            f"{escape(skip.reason)} Answering for that: {escape(skip.owner)}. "
            f'Holds until <time datetime="{skip.expires}" data-expires-on>{skip.expires}</time>.'
        )
    else:
        words = escape(result.reason)
        if record:
            words += f" Last run {show_time(record.verified)} {_show_sandbox(record)}."
    return f'<p class="db-verdict" data-of="{result.status}">{show_status(result.status)} {words}</p>'


def _show_pasted(result: SnippetResult, record: Record) -> str:
    reason = result.rendered.snippet.paste_reason
    if reason is not None:
        return f" <b>Not pasted</b>: {escape(reason)}"
    ways = ", with bracketed paste and without" if len(record.pasted) > 1 else ""
    return f" Pasted into a terminal as well{ways}." if record.pasted else ""


def _show_sandbox(record: Record) -> str:
    stand_ins = ""
    if record.stand_ins:
        names = ", ".join(
            f'<abbr title="{escape(why)}">{escape(name)}</abbr>' for name, why in sorted(record.stand_ins.items())
        )
        stand_ins = f" (stand-in: {names})"
    return f"in the sandbox {escape(record.sandbox)}{stand_ins}"


def _show_seconds(seconds: float) -> str:
    return "under 0.1 s" if seconds < 0.1 else f"{seconds:.1f} s"


def _show_effects(result: SnippetResult, undo: Link | None) -> str:
    snippet = result.rendered.snippet
    if snippet.risk is Risk.READ_ONLY:
        measured = "nothing, as measured." if result.status is Status.PASSED else "nothing, says its label."
        return f'<p class="db-effects"><b>Changes</b> {measured}</p>'
    changes = ", ".join(f"<code>{escape(name)}</code>" for name in snippet.changes) or "what no sandbox can show"
    parts = [f"<b>Changes</b> {changes}."]
    if undo:
        parts.append(f"<b>Undo</b> {undo.html()}.")
    elif isinstance(snippet.undo, Waiver):
        parts.append(f"<b>No undo</b> {escape(snippet.undo.reason)}")
    return f'<p class="db-effects">{" ".join(parts)}</p>'


def _show_output(record: Record) -> str:
    word = "Output when it was run"
    parts = []
    if record.problems:
        found = "".join(f"<li>{escape(problem)}</li>" for problem in record.problems)
        parts.append(f'<ul class="db-problems">{found}</ul>')
    for name, text in (("Standard output", record.stdout), ("Standard error", record.stderr)):
        if text:
            parts.append(
                f'<p class="db-stream-name">{name}</p><pre data-kind="output" tabindex="0">'
                f'<code tabindex="0">{escape_text(text)}</code></pre>'
            )
    if not record.stdout and not record.stderr:
        parts.append("<p>It printed nothing.</p>")
    body = "".join(parts)
    return (
        f'<details class="db-output"><summary>{word} <small>exit status {record.returncode}</small></summary>'
        f"{body}</details>"
    )
