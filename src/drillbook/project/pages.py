"""What a page says of itself at its top: who answers for it, when it was reviewed, which symptoms it deals with."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drillbook.core.errors import DrillbookError, InputError, Location, Problem
from drillbook.project.yaml_files import find_schema_problems, parse_yaml, read_settings

# As MkDocs reads it; what it does not take for front matter it publishes.
_FRONT_MATTER = re.compile(r"\A-{3}[ \t]*\n(.*?\n)(?:\.{3}|-{3})[ \t]*\n", re.DOTALL)
_OLD_STYLE = re.compile(r"\A {0,3}([A-Za-z0-9_-]+):")
_HEADING = re.compile(r"^# +(.*?)(?: *\{[^}]*\})? *$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """The literal text of an error or an alert, and where on its page it is dealt with."""

    text: str
    anchor: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFile:
    """What a page says of itself; nothing where it has no front matter."""

    path: str
    """Relative to the project's root."""
    title: str
    owner: str | None = None
    version: str | None = None
    reviewed: dt.date | None = None
    review_by: dt.date | None = None
    symptoms: tuple[Symptom, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict, repr=False)
    """The line of each key by its dotted path."""

    def locate(self, key: str) -> Location:
        """Return the place of a key, or the first line."""
        return Location(self.path, self.lines.get(key, 1))


def blank_front_matter(source: str) -> str:
    """Return a page's Markdown on the lines on which it stands in the file."""
    return _FRONT_MATTER.sub(lambda match: "\n" * match[0].count("\n"), source)


def find_docs(root: Path) -> Path:
    """Return the folder of a project's pages: `docs_dir` of mkdocs.yml, else docs/."""
    docs = (root / str(read_settings(root).get("docs_dir") or "docs")).resolve()
    if not docs.is_relative_to(root.resolve()):
        text = "docs_dir leads out of the project, and a page is known by its path in it. Name a folder in the project."
        raise InputError(Problem(Location("mkdocs.yml"), text))
    return root / docs.relative_to(root.resolve())


def read_page_files(root: Path) -> dict[str, PageFile]:
    """Read what pages say of themselves, by path under their folder. Raises InputError with all that is wrong."""
    docs = find_docs(root)
    found: dict[str, PageFile] = {}
    problems: list[Problem] = []
    for path in sorted(docs.rglob("*.md")):
        try:
            page = parse_page(path.read_text("utf-8", "replace"), path.relative_to(root).as_posix())
        except DrillbookError as error:
            problems.extend(error.problems)
        else:
            found[path.relative_to(docs).as_posix()] = page
    if problems:
        raise InputError(problems)
    return found


def parse_page(source: str, path: str) -> PageFile:
    """Read a page's front matter and its title. Raises InputError with all that is wrong."""
    heading = _HEADING.search(blank_front_matter(source))
    title = heading[1].replace("`", "") if heading else Path(path).stem.replace("-", " ").capitalize()
    match = _FRONT_MATTER.match(source)
    if match is None:
        if old := _OLD_STYLE.match(source):
            text = f"a page that begins with '{old[1]}:' loses its first lines. Write a heading first."
            raise InputError(Problem(Location(path, 1), text))
        return PageFile(path=path, title=title)
    # The opening mark stays, so that lines are counted as in the file.
    value, lines = parse_yaml(f"---\n{match[1]}", path)
    if not isinstance(value, dict):
        text = "the front matter has no keys. Write owner: and others, or delete it."
        raise InputError(Problem(Location(path, 1), text))
    value = {key: one.isoformat() if isinstance(one, dt.date) else one for key, one in value.items()}
    problems = find_schema_problems(value, "page", lines, path) or _find_wrong_dates(value, lines, path)
    if problems:
        raise InputError(problems)
    return PageFile(
        path=path,
        title=value.get("title", title),
        owner=value.get("owner"),
        version=value.get("version"),
        reviewed=_read_date(value.get("reviewed")),
        review_by=_read_date(value.get("review_by")),
        symptoms=tuple(
            Symptom(**one, location=Location(path, lines[f"symptoms.{number}"]))
            for number, one in enumerate(value.get("symptoms", ()))
        ),
        lines=lines,
    )


def _read_date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _find_wrong_dates(value: Mapping[str, Any], lines: Mapping[str, int], path: str) -> list[Problem]:
    problems = []
    for key in ("reviewed", "review_by"):
        try:
            _read_date(value.get(key))
        except ValueError:
            text = f"{key} is '{value[key]}', which is not a date. Write one such as 2026-11-21."
            problems.append(Problem(Location(path, lines[key]), text))
    return problems
