"""What is wrong with pages as such: who answers for them, the symptoms they claim, the messages they show."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from drillbook.core.errors import DrillbookError, Location, Problem, nearest
from drillbook.lint.fences import find_ids
from drillbook.project.messages import SHOWS as SHOWS_MESSAGE
from drillbook.project.messages import render_message
from drillbook.project.pages import PageFile, blank_front_matter, parse_page
from drillbook.project.project import SHOWS, Project
from drillbook.site.addresses import name_anchor, name_message_anchor

_EXAMPLES = {
    "owner": "owner: Platform team",
    "version": 'version: "1.0"',
    "reviewed": "reviewed: 2026-11-21",
    "review_by": "review_by: 2027-02-21",
}


def check_page_file(source: str, path: str, today: dt.date, *, root: Path, on_system_page: bool) -> Iterator[Problem]:
    """Yield what is wrong with what a page says of itself; a system's page also needs a version and a next review."""
    try:
        page = parse_page(source, path)
    except DrillbookError as error:
        yield from error.problems
        return
    needed = ("owner", "version", "reviewed", "review_by") if on_system_page else ("owner", "reviewed")
    if missing := [key for key in needed if getattr(page, key) is None]:
        examples = ", ".join(f"`{_EXAMPLES[key]}`" for key in missing)
        text = f"the page does not say its {', '.join(missing)}. Add front matter with {examples}."
        yield Problem(Location(path, 1), text)
    # A day later it may be already, where the page was written.
    if page.reviewed and page.reviewed > today + dt.timedelta(days=1):
        text = f"reviewed is {page.reviewed}, which is in the future. Write the date of the last review."
        yield Problem(page.locate("reviewed"), text)
    if page.reviewed and page.review_by and page.review_by <= page.reviewed:
        text = f"review_by is {page.review_by}, not after the review of {page.reviewed}. Write a later date."
        yield Problem(page.locate("review_by"), f"{text}. Fix it.")
    yield from _check_symptoms(page, source, root)


def _check_symptoms(page: PageFile, source: str, root: Path) -> Iterator[Problem]:
    if not page.symptoms:
        return
    known = find_anchors(source, root)
    for symptom in page.symptoms:
        if symptom.anchor not in known:
            text = f"'{symptom.text}' points to '{symptom.anchor}', which is not an anchor of this page"
            yield Problem(symptom.location, f"{text}. {nearest(symptom.anchor, known)}")
    for text, number in Counter(symptom.text for symptom in page.symptoms).items():
        if number > 1:
            said = f"'{text}' appears {number} times here. Delete all but one."
            yield Problem(page.locate("symptoms"), said)
    if any("symptoms(" in line for line in source.split("\n") if line.strip().startswith("@{{")):
        # The plugin gives a page's own keys precedence over macros of the same name.
        text = (
            "this page has symptoms of its own and the macro symptoms(…), which would hide them. Delete one of the two."
        )
        yield Problem(page.locate("symptoms"), f"{text}. List them on a separate page.")


def find_anchors(source: str, root: Path) -> frozenset[str]:
    """Return the anchors of a page: its headings, its blocks, and whatever else has an id."""
    return find_ids(source, root) | frozenset(_find_block_anchors(source))


def _find_block_anchors(source: str) -> Iterator[str]:
    seen: Counter[tuple[str, str]] = Counter()
    for line in blank_front_matter(source).split("\n"):
        for what, shows, make in (("snippet", SHOWS, name_anchor), ("message", SHOWS_MESSAGE, name_message_anchor)):
            for name in shows.findall(line):
                seen[what, name] += 1
                yield make(name, seen[what, name])


def check_messages(project: Project) -> list[Problem]:
    """Return the messages that cannot be rendered somewhere, and those that no page shows."""
    problems: list[Problem] = []
    shown = set(_find_shown(path for path in project.docs.rglob("*.md")))
    for message in project.messages.values():
        for environment in project.environments.values():
            try:
                render_message(message, environment)
            except DrillbookError as error:
                problems.extend(error.problems)
        if message.id not in shown:
            text = f'no page shows it. Write @{{{{ message("{message.id}") }}}}@ in it'
            problems.append(Problem(Location(message.path, 1), text))
    return problems


def _find_shown(pages: Iterable[Path]) -> Iterator[str]:
    for path in pages:
        for line in path.read_text("utf-8").split("\n"):
            yield from SHOWS_MESSAGE.findall(line)
