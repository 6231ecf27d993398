"""The HTML of one message: its exact text with the blanks marked, and a form for them once scripts run."""

from __future__ import annotations

from markupsafe import Markup

from drillbook.project.messages import RenderedMessage
from drillbook.site.markup import render_template


def spell_title(message_id: str) -> str:
    """Return a title made of a message's name, for a page that gives none: `p1-incident` is `P1 incident`."""
    words = message_id.rpartition("/")[2].replace("-", " ")
    return words[0].upper() + words[1:]


def render_message_block(rendered: RenderedMessage, *, label: str, title: str, anchor: str) -> Markup:
    """Return the block of a message in one environment (`label` is the environment's)."""
    return render_template("message.html", rendered=rendered, label=label, title=title, anchor=anchor)
