"""What is wrong with pages as such: who answers for them, the symptoms they claim, the messages they show."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from drillbook.core.errors import DrillbookError, Location, Problem, nearest
from drillbook.lint.fences import find_ids
from drillbook.project.messages import render_message
from drillbook.project.pages import Page
from drillbook.project.project import Project

_EXAMPLES = {
    "owner": "owner: Platform team",
    "version": 'version: "1.0"',
    "reviewed": "reviewed: 2026-11-21",
    "review_by": "review_by: 2027-02-21",
}


def check_front_matter(page: Page, today: dt.date, *, root: Path, on_system_page: bool) -> Iterator[Problem]:
    """Yield what is wrong with what a page says of itself; a system's page also needs a version and a next review."""
    try:
        front = page.front_matter
    except DrillbookError as error:
        yield from error.problems
        return
    needed = ("owner", "version", "reviewed", "review_by") if on_system_page else ("owner", "reviewed")
    if missing := [key for key in needed if getattr(front, key) is None]:
        examples = ", ".join(f"`{_EXAMPLES[key]}`" for key in missing)
        text = f"the page does not say its {', '.join(missing)}. Add front matter with {examples}."
        yield Problem(Location(page.path, 1), text)
    # A day later it may be already, where the page was written.
    if front.reviewed and front.reviewed > today + dt.timedelta(days=1):
        text = f"reviewed is {front.reviewed}, which is in the future. Write the date of the last review."
        yield Problem(front.locate("reviewed"), text)
    if front.reviewed and front.review_by and front.review_by <= front.reviewed:
        text = f"review_by is {front.review_by}, not after the review of {front.reviewed}. Write a later date."
        yield Problem(front.locate("review_by"), text)
    yield from _check_symptoms(page, root)


def _check_symptoms(page: Page, root: Path) -> Iterator[Problem]:
    front = page.front_matter
    if not front.symptoms:
        return
    known = find_anchors(page, root)
    for symptom in front.symptoms:
        if symptom.anchor not in known:
            text = f"'{symptom.text}' points to '{symptom.anchor}', which is not an anchor of this page"
            yield Problem(symptom.location, f"{text}. {nearest(symptom.anchor, known)}")
    for text, number in Counter(symptom.text for symptom in front.symptoms).items():
        if number > 1:
            said = f"'{text}' appears {number} times here. Delete all but one."
            yield Problem(front.locate("symptoms"), said)
    if any("symptoms(" in line for line in page.source.split("\n") if line.strip().startswith("@{{")):
        # The plugin gives a page's own keys precedence over macros of the same name.
        text = "this page's own symptoms hide the macro symptoms(…). Call the macro on a separate page."
        yield Problem(front.locate("symptoms"), text)


def find_anchors(page: Page, root: Path) -> frozenset[str]:
    """Return the anchors of a page: its headings, its blocks, and whatever else has an id."""
    return find_ids(page.source, root) | {anchor.name for anchor in page.anchors}


def check_messages(project: Project) -> list[Problem]:
    """Return the messages that cannot be rendered somewhere, and those that no page shows."""
    problems: list[Problem] = []
    shown = {message.name for page in project.pages.values() for message in page.messages}
    for message in project.messages.values():
        for environment in project.environments.values():
            try:
                render_message(message, environment)
            except DrillbookError as error:
                problems.extend(error.problems)
        if message.id not in shown:
            text = f'no page shows it. Write @{{{{ message("{message.id}") }}}}@ on a page.'
            problems.append(Problem(Location(message.path, 1), text))
    return problems
