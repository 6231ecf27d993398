"""Tables and lists that pages show of an environment's data, of how the snippets stand, and of the pages themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from drillbook.core.model import Status
from drillbook.evidence.status import SnippetResult
from drillbook.project.pages import FrontMatter
from drillbook.site.markup import render_template

Put = Callable[..., Markup]
"""Takes a value's dotted path (and `tag=`, the element that holds it) and returns its marked HTML."""


def show_severities(values: Mapping[str, Any], base: str, put: Put) -> Markup:
    """Return the severities, with their times right behind their names."""
    keys = sorted(
        dict.fromkeys(key for one in values.values() for key in one),
        key=lambda key: (key != "title", not key.endswith("_minutes")),
    )
    rows = [
        [name, *(put(f"{base}.{name}.{key}") + _unit(key, one[key]) if key in one else "" for key in keys)]
        for name, one in values.items()
    ]
    heads = ["Severity", *(_spell(key) for key in keys)]
    return render_template("cells.html", caption="Severities", heads=heads, rows=rows)


def _spell(key: str) -> str:
    return key.removesuffix("_minutes").replace("_", " ").capitalize()


def _unit(key: str, value: object) -> str:
    if not key.endswith("_minutes"):
        return ""
    hours = f" ({value // 60} h)" if isinstance(value, int) and value >= 60 and value % 60 == 0 else ""
    return f" min{hours}"


def show_contacts(values: Mapping[str, Any], base: str, put: Put) -> Markup:
    """Return the roles that can be reached, how, and when."""
    keys = list(dict.fromkeys(key for one in values.values() for key in one if key != "title"))
    rows = [
        [put(f"{base}.{name}.title"), *(put(f"{base}.{name}.{key}") if key in one else "" for key in keys)]
        for name, one in values.items()
    ]
    heads = ["Role", *(_spell(key) for key in keys)]
    return render_template("cells.html", caption="Contacts", heads=heads, rows=rows)


def show_escalation(values: Sequence[Mapping[str, Any]], base: str, contacts: str, put: Put) -> Markup:
    """Return the escalation chain as a diagram and, with the addresses, as a list."""
    return render_template("escalation.html", chain=values, base=base, contacts=contacts, put=put)


def show_symptoms(found: Sequence[tuple[str, str, str]]) -> Markup:
    """Return symptoms (literal text, address, title of the page) as a table in alphabetical order."""
    symptoms = sorted(found, key=lambda one: (one[0].casefold(), one))
    return render_template("symptoms.html", symptoms=symptoms)


def show_details(page: FrontMatter) -> Markup:
    """Return what a page says of itself as one line; empty where it says nothing."""
    if not (page.owner or page.version or page.reviewed or page.review_by):
        return Markup()
    return render_template("details.html", page=page)


def show_results(results: Sequence[tuple[SnippetResult, str | None]]) -> Markup:
    """Return all snippets of an environment, worst first, each with the address of its block."""
    ranks = list(Status)
    ordered = sorted(results, key=lambda pair: (ranks.index(pair[0].status), pair[0].rendered.snippet.id))
    counts = Counter(one.status for one, _ in ordered)
    return render_template("results.html", counts=counts, results=ordered)
