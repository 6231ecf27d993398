"""Whoever asks which page shows what gets the same answer: check, list, reports of failures, links, the build."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from drillbook.check.project import check_project
from drillbook.cli.main import main
from drillbook.project.macro_calls import find_calls
from drillbook.project.pages import Page
from drillbook.project.project import load_project, pages_showing, render
from drillbook.pytest_plugin.reporting import describe_failure
from drillbook.site.macros import open_site, read_pages

ROOT = Path(__file__).parents[3]
TODAY = dt.date(2026, 11, 21)
TOP = '---\n{{owner: Shop team, version: "1", reviewed: 2026-11-01, review_by: 2027-02-01{more}}}\n---\n# Shop\n\n'
SNIPPET, MESSAGE = '@{{ snippet("shop/health") }}@', '@{{ message("shop/first") }}@'
WAYS = {
    "on a line": ("{call}", [6]),
    "without blanks": ("{bare}", [6]),
    "with a condition": ("@{{% if true %}}@\n\n{call}\n\n@{{% endif %}}@", [8]),
    "beside a comment": ("@{{# no #}}@\n\n{call}", [8]),
    "in a list": ("- When:\n\n    {call}", [8]),
    "twice": ("{call}\n\n{call}", [6, 8]),
    "in a fence, where macros run too": ("```text\n{call}\n```", [7]),
    "not at all": ("Nothing.", []),
    "in a comment": ("@{{#\n{call}\n#}}@", []),
    "raw": ("@{{% raw %}}@\n{call}\n@{{% endraw %}}@", []),
    "raw in a fence": ("```text\n@{{% raw %}}@\n{call}\n@{{% endraw %}}@\n```", []),
}
"""Ways to write a call into a page, and the lines on which each shows the block."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = Path(shutil.copytree(ROOT / "tests/fixtures/small", tmp_path / "small"))
    page = root / "docs/shop/first.md"
    page.write_text(page.read_text("utf-8").replace(SNIPPET, ""), "utf-8")
    (root / "messages/shop").mkdir(parents=True)
    (root / "messages/shop/first.txt").write_text("We look into it.\n", "utf-8")
    return root


def write(root: Path, way: str, call: str, *, more: str = "") -> list[int]:
    """Write a page with a call; return the lines on which it shows the block."""
    text, lines = WAYS[way]
    body = text.format(call=call, bare=call.replace(" ", ""))
    (root / "docs/shop/more.md").write_text(f"{TOP.format(more=more)}{body}\n", "utf-8")
    return lines


@pytest.mark.parametrize("way", WAYS)
def test_all_who_ask_where_a_snippet_is_shown_get_the_same_answer(
    root: Path, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = write(root, way, SNIPPET)
    project = load_project(root)
    page = project.pages["shop/more.md"]
    anchors = ["shop-health", "shop-health-2"][: len(lines)]
    assert [(one.name, one.line) for one in page.snippets] == [("shop/health", line) for line in lines]
    assert [(one.name, one.line) for one in page.anchors] == list(zip(anchors, lines, strict=True))
    assert pages_showing(project).get("shop/health", ()) == tuple(("shop/more.md", line) for line in lines)

    reported = ", ".join(f"docs/shop/more.md:{line}" for line in lines) or "no page"
    rendered = render(project, "shop/health", "production")
    assert f"shown on {reported}\n" in describe_failure(project, rendered, "it is wrong", None, "")

    assert main(["--root", str(root), "list", "--format", "json"]) == 0
    entries = json.loads(capsys.readouterr().out)["snippets"]
    listed = [one["pages"] for one in entries if one["id"] == "shop/health"]
    assert listed == [["shop/more.html"] if lines else []] * 2

    found = "\n".join(map(str, check_project(root, TODAY)))
    assert ("health.sh:1: no page shows it" in found) == (not lines)

    site = open_site(project, "production")
    built = read_pages(site)["shop/more.html"]
    assert built.blocks == ["shop/health"] * len(lines)
    assert built.anchors == set(anchors)
    assert site.shown.get("shop/health", ()) == (("shop/more.html",) if lines else ())


@pytest.mark.parametrize("way", WAYS)
def test_all_who_ask_where_a_message_is_shown_get_the_same_answer(root: Path, way: str) -> None:
    lines = write(root, way, MESSAGE)
    project = load_project(root)
    page = project.pages["shop/more.md"]
    assert [(one.name, one.line) for one in page.messages] == [("shop/first", line) for line in lines]
    found = "\n".join(map(str, check_project(root, TODAY)))
    assert ("first.txt:1: no page shows it" in found) == (not lines)
    built = read_pages(open_site(project, "production"))["shop/more.html"]
    assert built.messages == ["shop/first"] * len(lines)
    assert built.anchors == {one.name for one in page.anchors}


@pytest.mark.parametrize("way", WAYS)
def test_a_symptom_leads_to_a_block_where_the_page_shows_it(root: Path, way: str) -> None:
    lines = write(root, way, SNIPPET, more=", symptoms: [{text: it hangs, anchor: shop-health}]")
    found = "\n".join(map(str, check_project(root, TODAY)))
    assert ("points to 'shop-health', which is not an anchor" in found) == (not lines)


def test_a_call_in_front_matter_shows_nothing(root: Path) -> None:
    page = root / "docs/shop/more.md"
    page.write_text(f"---\nowner: |\n  {SNIPPET}\nreviewed: 2026-11-01\n---\n# Shop\n", "utf-8")
    project = load_project(root)
    assert pages_showing(project).get("shop/health") is None
    assert "health.sh:1: no page shows it" in "\n".join(map(str, check_project(root, TODAY)))
    assert read_pages(open_site(project, "production"))["shop/more.html"].blocks == []


def test_a_call_that_shares_its_line_shows_nothing_and_is_told() -> None:
    page = Page(path="docs/a.md", source=f"Now: {SNIPPET}\n\n@{{{{ snippet('a/b', 'c') }}}}@\n")
    assert (page.snippets, page.anchors) == ((), ())
    assert [(call.word, call.line, call.alone) for call in page.calls] == [("shop/health", 1, False), ("a/b", 3, False)]


def test_a_page_tells_its_values_with_their_lines() -> None:
    page = Page(path="docs/a.md", source='@{{ value("a.b") }}@ @{{ value("a.c") }}@\n\n@{{ contacts("a") }}@\n')
    assert [(one.name, one.line) for one in page.values] == [("a.b", 1), ("a.c", 1), ("a.contacts", 3)]


def test_a_page_that_jinja_cannot_read_still_shows_what_it_calls() -> None:
    page = Page(path="docs/a.md", source=f"{SNIPPET}\n\n@{{{{ contacts(\n")
    assert [(one.name, one.line) for one in page.snippets] == [("shop/health", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "no call",
        "@{{ a('x', 'y') }}@ and\n@{{ b( 'z' , key = \"v\") }}@ @{{ c() }}@",
        '\n\n@{{\nsnippet(\n  "a/b"\n) }}@\n',
        '    @{{ message("a/b", title="it\'s") }}@  \n',
    ],
)
def test_calls_are_found_without_jinja_as_with_it(text: str) -> None:
    assert find_calls(f"{text}\n") == find_calls(f"{text}\n@{{# only Jinja can tell #}}@")


def test_a_check_and_all_who_ask_after_it_read_each_page_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = Path.open

    def note(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.suffix == ".md":
            read.append(path.name)
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", note)  # read_text and read_bytes go through it
    check_project(root, TODAY)
    assert sorted(read) == ["first.md", "index.md"]
    project = load_project(root)
    assert pages_showing(project)
    assert read_pages(open_site(project, "production"))
    assert sorted(read) == ["first.md", "first.md", "index.md", "index.md"]
