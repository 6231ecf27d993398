from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import pytest

from drillbook.check.project import check_project
from drillbook.core.errors import DrillbookError
from drillbook.lint.extraction import extract
from drillbook.lint.fences import find_paragraphs, find_published
from drillbook.project.project import load_project, pages_showing
from drillbook.project.snippets import parse_snippet

TODAY = dt.date(2026, 11, 21)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(Path(__file__).parents[2] / "fixtures" / "small", tmp_path / "small"))


def write_page(root: Path, text: str) -> Path:
    page = root / "docs" / "shop" / "more.md"
    page.write_bytes(text.encode())
    return page


def test_the_fence_becomes_a_snippet_and_the_page_shows_it(root: Path) -> None:
    top = '---\nowner: Shop team\nversion: "1"\nreviewed: 2026-11-01\nreview_by: 2027-02-01\n---\n'
    page = write_page(root, f"{top}# More\n\n## Look around\n\n```sh\nuptime\n```\n\nGoodbye.\n")
    path = extract(root, Path("docs/shop/more.md"), 12, today=TODAY)
    assert path == root / "snippets" / "shop" / "look-around.sh"
    assert page.read_text() == f'{top}# More\n\n## Look around\n\n@{{{{ snippet("shop/look-around") }}}}@\n\nGoodbye.\n'
    snippet = parse_snippet(path, root)
    assert (snippet.text, snippet.title, snippet.host) == ("uptime", "Look around", "app")
    assert snippet.skip is not None
    assert (snippet.skip.reason, snippet.skip.expires) == (
        "newly extracted; not yet verified",
        dt.date(2026, 12, 21),
    )
    assert snippet.skip.owner
    assert pages_showing(load_project(root))["shop/look-around"] == (("shop/more.md", 11),)
    assert check_project(root, TODAY) == []
    assert not [name for name in os.listdir(page.parent) + os.listdir(path.parent) if name.startswith(".")]


@pytest.mark.parametrize(
    "text",
    [
        "a\tb",
        "  indented\n\n   \nlast  ",
        "cat <<-EOF\n\tx\n\tEOF",
        "echo '&<>' \"$HOME\" {{ .Names }} ${#A[@]}",
        "one\r\ntwo\r",
        "",
        "\n\nbelow blank lines\n\n",
        "echo 'ü' 🔴",
        "~~~",
        "# /// snippet",
        "# ///",
    ],
)
def test_every_byte_is_moved(root: Path, text: str) -> None:
    write_page(root, f"# More\n\n```sh\necho begin\n{text}\n```\n")
    path = extract(root, Path("docs/shop/more.md"), 3, today=TODAY)
    assert parse_snippet(path, root).text == f"echo begin\n{text}"
    assert path.read_bytes().endswith(f"# ///\necho begin\n{text}\n".encode())


@pytest.mark.parametrize(
    ("before", "indent", "macro_indent"),
    [
        ("1. First\n\n", "    ", "    "),
        ("1. First\n\n", "   ", "    "),
        ("- First\n\n", "  ", "    "),
        ("!!! note\n\n", "    ", "    "),
        ("!!! note\n    Hear:\n\n", "    ", "    "),
        ('=== "Tab"\n\n', "    ", "    "),
        ("- a\n\n    - b\n\n", "        ", "        "),
        ("- a\n   - b\n\n", "      ", "    "),
        ("1. a\n   1. b\n\n", "      ", "    "),
        ("- a\n  - b\n    - c\n\n", "      ", "        "),
    ],
)
def test_the_macro_stays_where_the_fence_was_nested(root: Path, before: str, indent: str, macro_indent: str) -> None:
    source = f"# More\n\n{before}{indent}```sh\n{indent}echo a\n\n{indent}  echo b\n{indent}```\n\nEnd.\n"
    page = write_page(root, source)
    path = extract(root, Path("docs/shop/more.md"), source.split("\n").index(f"{indent}```sh") + 1, today=TODAY)
    assert parse_snippet(path, root).text == "echo a\n\n  echo b"
    assert page.read_text() == f'# More\n\n{before}{macro_indent}@{{{{ snippet("shop/more") }}}}@\n\nEnd.\n'
    assert find_published(page.read_text(), root) == ()
    assert '@{{ snippet("shop/more") }}@' in find_paragraphs(page.read_text(), root)


def test_where_a_macro_would_be_no_paragraph_nothing_is_moved(root: Path) -> None:
    source = "<div>\n\n- a\n\n  ```sh\n  uptime\n  ```\n\n</div>\n"
    page = write_page(root, source)
    with pytest.raises(
        DrillbookError, match=r"more.md:5: a macro would not be a paragraph here. Indent the list by four"
    ):
        extract(root, Path("docs/shop/more.md"), 5, id="shop/up", today=TODAY)
    assert page.read_text() == source


def test_blank_lines_make_the_macro_a_paragraph_of_its_own(root: Path) -> None:
    page = write_page(root, "# More\nRun:\n```sh\nuptime\n```\nThen wait.\n")
    extract(root, Path("docs/shop/more.md"), 3, id="shop/up", today=TODAY)
    assert page.read_text() == '# More\nRun:\n\n@{{ snippet("shop/up") }}@\n\nThen wait.\n'


def test_the_reason_of_the_fence_is_kept(root: Path) -> None:
    info = '{.sh data-reason="asks \'them\'" data-owner="desk" data-expires="2027-05-01"}'
    write_page(root, f"# More\n\n``` {info}\nuptime\n```\n")
    skip = parse_snippet(extract(root, Path("docs/shop/more.md"), 3, today=TODAY), root).skip
    assert skip is not None
    assert (skip.reason, skip.owner, skip.expires) == ("asks 'them'", "desk", dt.date(2027, 5, 1))


def test_sql_becomes_a_snippet_of_its_kind(root: Path) -> None:
    write_page(root, "# More\n\n```sql\nSELECT 1;\n```\n")
    path = extract(root, Path("docs/shop/more.md"), 3, today=TODAY)
    assert (path.name, parse_snippet(path, root).kind) == ("more.sql", "sql")


@pytest.mark.parametrize(
    ("source", "line", "name", "fragment"),
    [
        ("# More\n\ntext\n", 3, None, "The page has no fences"),
        ("# More\n\n```sh\nls\n```\n", 1, None, "no fence is on this line. Fences begin on line 3"),
        ("# More\n\n```yaml\na: 1\n```\n", 3, None, "a yaml block is not a command"),
        ("# More\n\n```sh\n\n```\n", 3, None, "empty"),
        ("# More\n\n> ```sh\n> ls\n> ```\n", 3, None, "quotation"),
        ("# More\n\n```sh\nls\n```\n", 3, "shop/No Id", "is not a valid id"),
        ("# More\n\n```sh\nls\n```\n", 3, "health", "is not a valid id"),
        ("# More\n\n```sh\nls\n```\n", 3, "shop/health", "already exists"),
        ("# More\n\n```sh\nls\n```\n", 3, "shpo/new", "no environment has a host"),
    ],
)
def test_what_cannot_be_moved_is_refused_and_nothing_changes(
    root: Path, source: str, line: int, name: str | None, fragment: str
) -> None:
    page = write_page(root, source)
    before = sorted(root.rglob("*"))
    with pytest.raises(DrillbookError, match=fragment):
        extract(root, Path("docs/shop/more.md"), line, id=name, today=TODAY)
    assert page.read_text() == source
    assert sorted(root.rglob("*")) == before


def test_a_page_outside_of_docs_is_refused(root: Path) -> None:
    with pytest.raises(DrillbookError, match="no such page"):
        extract(root, Path("mkdocs.yml"), 1)


def test_when_the_page_cannot_be_replaced_the_snippet_does_not_stay(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = write_page(root, "# More\n\n```sh\nls\n```\n")

    def refuse(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", refuse)
    before = sorted(root.rglob("*"))
    with pytest.raises(OSError, match="disk full"):
        extract(root, Path("docs/shop/more.md"), 3, today=TODAY)
    assert sorted(root.rglob("*")) == before
    assert page.read_text().endswith("```\n")


@pytest.mark.parametrize("opening", ["!!! note", '=== "Debian"'])
def test_a_fence_right_below_the_first_line_of_an_admonition_or_tab_is_moved(root: Path, opening: str) -> None:
    page = write_page(root, f"# More\n\n{opening}\n    ```sh\n    uptime\n      -p\n    ```\n\nGoodbye.\n")
    path = extract(root, Path("docs/shop/more.md"), 5, today=TODAY)
    assert page.read_text() == f'# More\n\n{opening}\n\n    @{{{{ snippet("shop/more") }}}}@\n\nGoodbye.\n'
    assert parse_snippet(path, root).text == "uptime\n  -p"
