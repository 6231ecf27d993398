"""Static SVG made from an environment's data; what it shows is also said in words beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _BOX, _GAP = 320, 46, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One level of an escalation chain; the strings are HTML that `tspan` may hold."""

    level: str
    who: str
    after: str
    """When the level before hands over; empty for the first."""


def draw_escalation(steps: Sequence[Step], *, title: str, anchor: str) -> str:
    """Draw a chain of levels from top to bottom, narrow enough for a phone."""
    height = len(steps) * _BOX + (len(steps) - 1) * _GAP + 4
    parts = []
    for number, step in enumerate(steps):
        top = 2 + number * (_BOX + _GAP)
        if number:
            start, end = top - _GAP, top - 2
            parts.append(
                f'<path class="db-arrow" d="M24 {start}V{end}m-5-7 5 7 5-7"/>'
                f'<text class="db-after" x="40" y="{start + _GAP / 2 + 4:g}">{step.after}</text>'
            )
        parts.append(
            f'<rect x="2" y="{top}" width="{_WIDTH - 4}" height="{_BOX}" rx="4"/>'
            f'<text x="14" y="{top + 28}"><tspan class="db-level">{step.level}</tspan>'
            f'<tspan dx="10">{step.who}</tspan></text>'
        )
    return (
        f'<svg class="db-diagram" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="{anchor}-title">'
        f'<title id="{anchor}-title">{escape(title)}</title>{"".join(parts)}</svg>'
    )
