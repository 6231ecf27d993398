"""The pages, each read once: what a page says of itself at its top, and what it shows on which line."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from drillbook.core.errors import DrillbookError, InputError, Location, Problem
from drillbook.core.index import Read
from drillbook.project.macro_calls import Call, find_calls
from drillbook.project.yaml_files import find_schema_problems, parse_yaml, read_settings

# As MkDocs reads it; what it does not take for front matter it publishes.
_FRONT_MATTER = re.compile(r"\A-{3}[ \t]*\n(.*?\n)(?:\.{3}|-{3})[ \t]*\n", re.DOTALL)
_OLD_STYLE = re.compile(r"\A {0,3}([A-Za-z0-9_-]+):")
_HEADING = re.compile(r"^# +(.*?)(?: *\{[^}]*\})? *$", re.MULTILINE)
_VALUES = {"value": "", "severities": ".severities", "contacts": ".contacts", "escalation": ".escalation"}
"""What each macro that shows values adds to its word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """The literal text of an error or an alert, and where on its page it is dealt with."""

    text: str
    anchor: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What a page says of itself; nothing but a title where it has no front matter."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a page shows, by name, and the line of its macro."""

    name: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page as its file holds it. Whoever asks what a page shows asks it; each answer is worked out once.

    A call counts where Jinja runs it: not in front matter, a comment or what is raw, but in a fence. A block's call
    counts where it stands alone on its line. What a condition or a loop makes of a call, only a build knows.
    """

    path: str
    """Relative to the project's root."""
    source: str = field(repr=False)

    @cached_property
    def front_matter(self) -> FrontMatter:
        """What the page says of itself. Raises InputError with all that is wrong."""
        return parse_front_matter(self.source, self.path)

    @cached_property
    def markdown(self) -> str:
        """The source without its front matter, on the lines on which it stands in the file."""
        return blank_front_matter(self.source)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """The calls of macros, in order."""
        return find_calls(self.markdown)

    @cached_property
    def snippets(self) -> tuple[Shown, ...]:
        """The snippets that the page shows, in order, by their ids."""
        return self._find_blocks("snippet")

    @cached_property
    def messages(self) -> tuple[Shown, ...]:
        """The messages that the page shows, in order, by their ids."""
        return self._find_blocks("message")

    @cached_property
    def values(self) -> tuple[Shown, ...]:
        """The environment's values that the page shows, singly or as a table, in order, by their dotted paths."""
        return tuple(
            Shown(name=call.word + _VALUES[call.macro], line=call.line) for call in self.calls if call.macro in _VALUES
        )

    @cached_property
    def anchors(self) -> tuple[Shown, ...]:
        """The anchors of the blocks that the page shows; those of its headings are known once Markdown has run."""
        return (*_name_anchors(self.snippets, name_anchor), *_name_anchors(self.messages, name_message_anchor))

    def _find_blocks(self, macro: str) -> tuple[Shown, ...]:
        calls = (call for call in self.calls if call.macro == macro and call.alone)
        return tuple(Shown(name=call.word, line=call.line) for call in calls)


def name_anchor(snippet_id: str, count: int = 1) -> str:
    """Return the fragment of a snippet's block on a page; later ones of the same snippet are numbered."""
    return snippet_id.replace("/", "-") + (f"-{count}" if count > 1 else "")


def name_message_anchor(message_id: str, count: int = 1) -> str:
    """Return the fragment of a message's block on a page; later ones of the same message are numbered."""
    return f"message-{name_anchor(message_id, count)}"


def _name_anchors(blocks: Iterable[Shown], name: Callable[[str, int], str]) -> Iterator[Shown]:
    seen: Counter[str] = Counter()
    for block in blocks:
        seen[block.name] += 1
        yield Shown(name=name(block.name, seen[block.name]), line=block.line)


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


def find_pages(root: Path) -> list[Path]:
    """Return the files of a project's pages, in order."""
    return sorted(find_docs(root).rglob("*.md"))


def load_pages(root: Path, read: Read = Path.read_bytes) -> tuple[dict[str, Page], list[Problem]]:
    """Read every page of a project; return them by path under their folder, and those that are not valid UTF-8."""
    docs = find_docs(root)
    found: dict[str, Page] = {}
    problems: list[Problem] = []
    for path in find_pages(root):
        shown = path.relative_to(root).as_posix()
        data = read(path)
        try:
            source = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            text = f"byte {data[error.start]:#04x} is not valid UTF-8. Save the page as UTF-8."
            problems.append(Problem(Location(shown, line), text))
            source = data.decode("utf-8", "replace")
        source = source.replace("\r\n", "\n").replace("\r", "\n")
        found[path.relative_to(docs).as_posix()] = Page(path=shown, source=source)
    return found, problems


def read_front_matters(pages: Mapping[str, Page]) -> dict[str, FrontMatter]:
    """Return what each page says of itself. Raises InputError with all that is wrong."""
    found: dict[str, FrontMatter] = {}
    problems: list[Problem] = []
    for name, page in pages.items():
        try:
            found[name] = page.front_matter
        except DrillbookError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return found


def parse_front_matter(source: str, path: str) -> FrontMatter:
    """Read a page's front matter and its title. Raises InputError with all that is wrong."""
    heading = _HEADING.search(blank_front_matter(source))
    title = heading[1].replace("`", "") if heading else Path(path).stem.replace("-", " ").capitalize()
    match = _FRONT_MATTER.match(source)
    if match is None:
        if old := _OLD_STYLE.match(source):
            text = f"a page that begins with '{old[1]}:' loses its first lines. Write a heading first."
            raise InputError(Problem(Location(path, 1), text))
        return FrontMatter(path=path, title=title)
    # The opening mark stays, so that lines are counted as in the file.
    value, lines = parse_yaml(f"---\n{match[1]}", path)
    if not isinstance(value, dict):
        text = "the front matter has no keys. Add keys such as `owner:`, or delete it."
        raise InputError(Problem(Location(path, 1), text))
    value = {key: one.isoformat() if isinstance(one, dt.date) else one for key, one in value.items()}
    problems = find_schema_problems(value, "page", lines, path) or _find_wrong_dates(value, lines, path)
    if problems:
        raise InputError(problems)
    return FrontMatter(
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
