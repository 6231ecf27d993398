"""Commands that stand raw in Markdown: in fences, in indented blocks, and in the running text of system pages.

Two parsers read each page: markdown-it-py, which knows the lines, and Python-Markdown with the site's own
extensions, which makes what is published. Where one sees a command block and the other does not, that is told.
"""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drillbook.core.errors import Location, Problem
from drillbook.project.pages import blank_front_matter
from drillbook.project.yaml_files import read_settings
from drillbook.shell.words import COMMANDS, EXCUSE, begins_with_command, looks_like_command

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

UNNAMED = frozenset({"", "text", "txt", "plain", "plaintext", "none"})
EXTENSIONS: tuple[str, ...] = (
    "pymdownx.superfences",
    "admonition",
    "pymdownx.details",
    "pymdownx.tabbed",
    "attr_list",
    "md_in_html",
)
"""What a page is read with where mkdocs.yml names no extensions."""
DEPTH = 5
PROMPT = re.compile(r"^\s*[$%>❯#]\s+")  # noqa: RUF001 - a prompt of zsh themes
_ATTRIBUTE = re.compile(r"""([\w-]+)=(?:"([^"]*)"|'([^']*)'|([^\s}]+))""")
_MARKER = re.compile(r"^\s*(`{3,}|~{3,})", re.MULTILINE)
# The first line of an admonition, a folded one or a tab, with its content right below it: to CommonMark one paragraph.
_OPENING = re.compile(r"^(?=[ \t]*(?:!!!|\?\?\?\+?|===[!+]?)[ \t]+\S)([ \t]*)", re.MULTILINE)
_AS_HEADING = "# \ue000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A block of code in a page, as its source shows it."""

    line: int
    """The line of the opening mark, or of the first line of an indented block; from 1."""
    last_line: int
    """The line of the closing mark, or of the last line of the block."""
    indent: str
    """What stands before the opening mark: blanks, and `>` in a quotation."""
    language: str
    text: str
    attributes: dict[str, str] = field(default_factory=dict)
    marked: bool = True
    """False for an indented block."""
    nested: bool = False
    """True in a list item, a quotation, an admonition or a tab."""

    @property
    def is_command(self) -> bool:
        """Say whether a reader would paste this and run it, in a shell or a database."""
        if self.language in COMMANDS:
            return True
        lines = (PROMPT.sub("", line) for line in self.text.split("\n"))
        return self.language in UNNAMED and any(map(looks_like_command, lines))


@cache
def _markdown_it() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415  # slow to import

    return MarkdownIt("commonmark").enable("table")


def find_fences(source: str) -> tuple[Fence, ...]:
    """Return the blocks of code of a page, those in admonitions, tabs and list items too."""
    return tuple(_find_fences(blank_front_matter(source), 1, DEPTH))


def find_heading(source: str, line: int) -> str | None:
    """Return the text of the last heading above a line of a page."""
    tokens = _markdown_it().parse(blank_front_matter(source))
    found = None
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.map is not None and opening.map[0] < line:
            found = "".join(child.content for child in inline.children or ())
    return found


def _find_fences(source: str, first: int, depth: int, indent: str = "") -> Iterator[Fence]:
    lines = source.split("\n")
    for token in _markdown_it().parse(_OPENING.sub(rf"\1{_AS_HEADING}", source)):
        if token.type not in {"fence", "code_block"} or token.map is None:
            continue
        start, end = token.map
        content = token.content.replace(_AS_HEADING, "")
        if token.type == "fence":
            language, attributes = _read_info(token.info)
            before = re.match(r"(.*?)(?:`{3,}|~{3,})", lines[start])
            yield Fence(
                line=first + start,
                last_line=first + end - 1,
                indent=indent + (before[1] if before else ""),
                language=language,
                text=content.removesuffix("\n"),
                attributes=attributes,
                nested=depth < DEPTH or token.level > 0,
            )
        elif depth and _MARKER.search(content):
            # CommonMark takes what is indented in an admonition or a tab for code; it is Markdown of its own.
            inner = "\n".join(lines[start:end])
            bare = textwrap.dedent(inner)
            margin = inner[: len(inner) - len(inner.lstrip(" \t"))]
            yield from _find_fences(bare, first + start, depth - 1, indent + margin)
        else:
            yield Fence(
                line=first + start,
                last_line=first + end - 1,
                indent=indent + "    ",
                language="",
                text=content.rstrip("\n"),
                marked=False,
            )


def _read_info(info: str) -> tuple[str, dict[str, str]]:
    """Return language and attributes of ```sh, ``` sh title="…" and ``` {.sh data-reason="…"}."""
    attributes = {m[1]: next(v for v in m.groups()[1:] if v is not None) for m in _ATTRIBUTE.finditer(info)}
    bare = _ATTRIBUTE.sub("", info).replace("{", " ").replace("}", " ").split()
    return (bare[0].lstrip(".").lower() if bare else ""), attributes


def lint_page(source: str, page: str, today: dt.date, *, root: Path, on_system_page: bool) -> list[Problem]:
    """Return the raw commands of a page, the excuses that no longer hold, and where the two parsers disagree."""
    fences = find_fences(source)
    found = [problem for fence in fences for problem in _lint_fence(fence, page, today)]
    if on_system_page:
        found += _lint_inline(source, page, root)
    return sorted({*found, *_compare(source, fences, page, root)})


def _lint_fence(fence: Fence, page: str, today: dt.date) -> Iterator[Problem]:
    place = Location(page, fence.line)
    missing = [name for name in EXCUSE if not fence.attributes.get(name, "").strip()]
    if len(missing) == len(EXCUSE):
        if fence.is_command:
            what = f"a raw {fence.language} block" if fence.language else "a block of commands"
            text = (
                f"{what} is published but never run. Move it with `drillbook extract "
                f'{page}:{fence.line}`, or say why not: ``` {{.sh data-reason="…" data-owner="…" data-expires="…"}}.'
            )
            yield Problem(place, text)
        return
    if missing:
        names = ", ".join(missing)
        yield Problem(place, f"the block does not fully say why it is not run. Add {names}.")
        return
    expires = fence.attributes["data-expires"]
    try:
        date = dt.date.fromisoformat(expires)
    except ValueError:
        yield Problem(place, f"data-expires is '{expires}'. Write a date such as 2027-05-01.")
        return
    if date < today:
        text = f"the reason why this block is not run expired on {expires}."
        yield Problem(place, f"{text} Run it, or have {fence.attributes['data-owner']} renew the reason.")


def _lint_inline(source: str, page: str, root: Path) -> Iterator[Problem]:
    """Find commands in running text, in tabs and admonitions too: a reader pastes them as well."""
    bare = blank_front_matter(source)
    lines = bare.split("\n")
    seen: Counter[str] = Counter()
    for code in _publish(bare, root).iter("code"):
        words = str(code.text_content())
        if any(above.tag == "pre" for above in code.iterancestors()):
            continue
        pattern = rf"[`>] *{re.escape(words.partition(chr(10))[0])}"
        places = [n for n, line in enumerate(lines, start=1) for _ in re.finditer(pattern, line)] or [1]
        line, seen[words] = places[min(seen[words], len(places) - 1)], seen[words] + 1
        if begins_with_command(PROMPT.sub("", words)):
            text = f"`{words}` is a command that is never run. Move it to a block of its own, or name only the program."
            yield Problem(Location(page, line), text)


def _compare(source: str, fences: tuple[Fence, ...], page: str, root: Path) -> Iterator[Problem]:
    """Say where the site publishes a command block that the source does not show, or the other way round."""
    published = Counter(_normalise(text) for text in find_published(blank_front_matter(source), root))
    for fence in fences:
        text = _normalise(fence.text)
        if published[text]:
            published[text] -= 1
        elif fence.marked:
            message = (
                "markdown-it sees a fence here, but the site (SuperFences) publishes none with this "
                "text. Close the fence, put blank lines around it, indent by four in lists, and fix its "
                "first line."
            )
            yield Problem(Location(page, fence.line), message)
    for text in published.elements():
        block = Fence(line=0, last_line=0, indent="", language="", text=text)
        if block.is_command:
            line = _locate(text, source)
            message = (
                "the site (SuperFences) publishes a block of commands here that markdown-it does not see. "
                "Move it out of what surrounds it, or make it a snippet."
            )
            yield Problem(Location(page, line), message)


def _normalise(text: str) -> str:
    # Python-Markdown expands tabs and drops blanks, inside of fences too.
    lines = [line.expandtabs(4).rstrip() for line in text.split("\n")]
    return textwrap.dedent("\n".join(lines)).strip("\n")


def _locate(text: str, source: str) -> int:
    wanted = [line.strip() for line in text.split("\n") if line.strip()]
    lines = [line.strip() for line in source.split("\n")]
    for number in range(len(lines)):
        following = [line for line in lines[number:] if line][: len(wanted)]
        if lines[number] and following == wanted:
            return number + 1
    return next((n for n, line in enumerate(lines, start=1) if wanted and wanted[0] in line), 1)


def find_published(source: str, root: Path) -> tuple[str, ...]:
    """Return the texts of the blocks of code that the site makes of a page."""
    return tuple(str(pre.text_content()) for pre in _publish(source, root).iter("pre"))


def find_paragraphs(source: str, root: Path) -> tuple[str, ...]:
    """Return the texts of the paragraphs that the site makes of a page."""
    return tuple(str(p.text_content()).strip() for p in _publish(blank_front_matter(source), root).iter("p"))


def find_ids(source: str, root: Path) -> frozenset[str]:
    """Return the anchors that the site makes of a page; those of its macros are not among them."""
    return frozenset(map(str, _publish(blank_front_matter(source), root).xpath(".//@id")))


@lru_cache(maxsize=1)
def _publish(source: str, root: Path) -> Any:
    """Return the elements that the site makes of a page."""
    import lxml.html  # noqa: PLC0415  # slow to import
    import markdown  # type: ignore[import-untyped]  # noqa: PLC0415  # likewise

    extensions, settings = read_extensions(root)
    html = markdown.Markdown(extensions=extensions, extension_configs=settings).convert(source)
    return lxml.html.fragment_fromstring(html or "<p></p>", create_parent="div")


@cache
def read_extensions(root: Path) -> tuple[list[str], dict[str, dict[str, Any]]]:
    """Return the Markdown extensions of mkdocs.yml and their settings; code is left without colours."""
    named: dict[str, dict[str, Any]] = {}
    for item in read_settings(root).get("markdown_extensions") or EXTENSIONS:
        for name, given in ({item: {}} if isinstance(item, str) else item).items():
            # Callables are named by tags, which are not read here; the extension's default has to do.
            named[name] = {key: value for key, value in (given or {}).items() if value is not None}
    named.setdefault("pymdownx.superfences", {})
    named.setdefault("toc", {})  # MkDocs always has it
    named["pymdownx.highlight"] = {"use_pygments": False}
    return list(named), named
