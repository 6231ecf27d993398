"""Tables and lists that pages show of an environment's data, of how the snippets stand, and of the pages themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from drillbook.core.model import Status
from drillbook.evidence.status import SnippetResult
from drillbook.project.pages import FrontMatter
from drillbook.site.blocks import show_risk, show_status, show_time
from drillbook.site.diagrams import Step, draw_escalation

Put = Callable[..., str]
"""Takes a value's dotted path (and `tag=`, the element that holds it) and returns its marked HTML."""


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of cells that are HTML already; the first cell of a row is its head."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>' for first, *rest in rows
    )
    return (
        f'<div class="db-table" tabindex="0" role="region" aria-label="{escape(caption)}"><table class="db-rows">'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def show_severities(values: Mapping[str, Any], base: str, put: Put) -> str:
    """Return the severities, with their times right behind their names."""
    keys = sorted(
        dict.fromkeys(key for one in values.values() for key in one),
        key=lambda key: (key != "title", not key.endswith("_minutes")),
    )
    rows = [
        [escape(name), *(put(f"{base}.{name}.{key}") + _unit(key, one[key]) if key in one else "" for key in keys)]
        for name, one in values.items()
    ]
    return table("Severities", ["Severity", *(_spell(key) for key in keys)], rows)


def _spell(key: str) -> str:
    return key.removesuffix("_minutes").replace("_", " ").capitalize()


def _unit(key: str, value: object) -> str:
    if not key.endswith("_minutes"):
        return ""
    hours = f" ({value // 60} h)" if isinstance(value, int) and value >= 60 and value % 60 == 0 else ""
    return f" min{hours}"


def show_contacts(values: Mapping[str, Any], base: str, put: Put) -> str:
    """Return the roles that can be reached, how, and when."""
    keys = list(dict.fromkeys(key for one in values.values() for key in one if key != "title"))
    rows = [
        [put(f"{base}.{name}.title"), *(put(f"{base}.{name}.{key}") if key in one else "" for key in keys)]
        for name, one in values.items()
    ]
    return table("Contacts", ["Role", *(_spell(key) for key in keys)], rows)


def show_escalation(values: Sequence[Mapping[str, Any]], base: str, contacts: str, put: Put) -> str:
    """Return the escalation chain as a diagram and, with the addresses, as a list."""

    def after(number: int, tag: str) -> str:
        times = values[number].get("after", {})
        found = [f"{escape(name)} {put(f'{base}.{number}.after.{name}', tag=tag)}" for name in times]
        return "after " + ", ".join(found) if found else ""

    steps = [
        Step(
            level=put(f"{base}.{number}.level", tag="tspan"),
            who=put(f"{contacts}.{step['contact']}.title", tag="tspan"),
            after=after(number, "tspan"),
        )
        for number, step in enumerate(values)
    ]
    items = []
    for number, step in enumerate(values):
        who = f"{contacts}.{step['contact']}"
        late = after(number, "span")
        when = f"<br>{put(f'{base}.{number}.when')}" if "when" in step else ""
        items.append(
            f"<li><b>{put(f'{base}.{number}.level')} {put(f'{who}.title')}</b><br>{put(f'{who}.address')}"
            f"{f'<br>{late}' if late else ''}{when}</li>"
        )
    drawn = draw_escalation(steps, title="Escalation chain; the list says the same in words", anchor="escalation-chain")
    return f'<figure class="db-escalation">{drawn}<ol>{"".join(items)}</ol></figure>'


def show_symptoms(found: Sequence[tuple[str, str, str]]) -> str:
    """Return symptoms (literal text, address, title of the page) as a table in alphabetical order."""
    rows = [
        [f'<a href="{escape(href)}"><code>{escape(text)}</code></a>', escape(title)]
        for text, href, title in sorted(found, key=lambda one: (one[0].casefold(), one))
    ]
    return f'<div class="db-symptoms">{table("Symptoms, in alphabetical order", ["What you see", "Page"], rows)}</div>'


def show_details(page: FrontMatter) -> str:
    """Return what a page says of itself as one line; the script adds whether the review is overdue."""
    parts = []
    if page.owner:
        parts.append(f'Owner: <b data-page-owner="">{escape(page.owner)}</b>.')
    if page.version:
        parts.append(f"Version {escape(page.version)}.")
    if page.reviewed:
        parts.append(f'Reviewed <time datetime="{page.reviewed}">{page.reviewed}</time>.')
    if page.review_by:
        due = f'<time datetime="{page.review_by}" data-review-by="">{page.review_by}</time>'
        parts.append(f"To be reviewed again by {due}.")
    if not parts:
        return ""
    return f'<p class="db-page" data-page="" data-search-exclude="">{" ".join(parts)}</p>'


def show_results(results: Sequence[tuple[SnippetResult, str | None]]) -> str:
    """Return all snippets of an environment, worst first, each with the address of its block."""
    ranks = list(Status)
    ordered = sorted(results, key=lambda pair: (ranks.index(pair[0].status), pair[0].rendered.snippet.id))
    counts = [
        f"<li>{show_status(status)} {number}</li>"
        for status in ranks
        if (number := sum(one.status is status for one, _ in ordered))
    ]
    rows = [
        [
            f'<a href="{escape(href)}">{escape(one.rendered.snippet.title)}</a>'
            if href
            else f"{escape(one.rendered.snippet.title)} (on no page)",
            show_status(one.status),
            show_risk(one.rendered.snippet.risk),
            show_time(one.record.verified) if one.record else "never",
            "" if one.status is Status.PASSED else escape(one.reason),
        ]
        for one, href in ordered
    ]
    heads = ["Snippet", "Status", "Risk", "Last run", "Why"]
    return f'<ul class="db-counts">{"".join(counts)}</ul>{table("All snippets, worst first", heads, rows)}'
