"""The HTML of one message: its exact text with the blanks marked, and a form for them once scripts run."""

from __future__ import annotations

from html import escape

from drillbook.project.messages import Piece, RenderedMessage
from drillbook.site.blocks import draw_icon, escape_text


def spell_title(message_id: str) -> str:
    """Return a title made of a message's name, for a page that gives none: `p1-incident` is `P1 incident`."""
    words = message_id.rpartition("/")[2].replace("-", " ")
    return words[0].upper() + words[1:]


def render_message_block(rendered: RenderedMessage, *, label: str, title: str, anchor: str) -> str:
    """Return the block of a message in one environment (`label` is the environment's)."""
    name = escape(title)
    text = "".join(map(_show_piece, rendered.pieces))
    # A browser shows and selects a final newline only where something follows it; this adds nothing to the text.
    last = "<br>" if rendered.text.endswith("\n") else ""
    return "\n".join(
        (
            f'<section class="db-message" id="{anchor}" aria-label="{name}">',
            '<div class="db-head">',
            f'<p class="db-title">{name} <a class="db-anchor" href="#{anchor}" aria-label="Link to: {name}">#</a></p>',
            f'<span class="db-badge db-send">{draw_icon("letter")} Message to send</span>',
            "</div>",
            f'<div class="db-command" data-message="{escape(rendered.message.id)}" data-sha256="{rendered.sha256}">'
            f'<div class="db-bar"><p class="db-place"><b class="db-environment">{escape(label)}</b> '
            f"{_say_blanks(len(rendered.blanks))}</p>"
            f'<button type="button" class="db-copy" aria-label="Copy: {name}" hidden>Copy</button></div>'
            f'<pre data-kind="message"><code tabindex="0">{text}{last}</code></pre></div>',
            "</section>",
        )
    )


def _show_piece(piece: Piece) -> str:
    text = escape_text(piece.text)
    return f'<mark class="db-blank">{text}</mark>' if piece.blank else text


def _say_blanks(number: int) -> str:
    match number:
        case 0:
            return "Nothing is to be filled in."
        case 1:
            return "Fill in the marked blank."
        case _:
            return f"Fill in the {number} marked blanks."
