"""What the handbook says of schemas, commands, records and attributes is what the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html

from drillbook.cli.reference import fill_page, main, make_part
from drillbook.cli.verify import BAD, GOOD, UNUSABLE

ROOT = Path(__file__).parents[3]
HANDBOOK = ROOT / "docs" / "handbook"
SCHEMAS = sorted(path.name for path in (ROOT / "src/drillbook/project/schemas").glob("*.json"))


def read_page(name: str) -> str:
    """Return a page of the handbook."""
    return (HANDBOOK / name).read_text("utf-8")


@pytest.mark.parametrize("path", sorted(HANDBOOK.glob("*.md")), ids=lambda path: path.stem)
def test_each_part_that_is_made_from_the_code_is_as_the_code_says(path: Path) -> None:
    page = path.read_text("utf-8")
    assert fill_page(page) == page, "run `./run reference`"
    assert page.count("<!-- made from ") == page.count("<!-- end -->")


def test_every_schema_and_the_command_line_have_their_part() -> None:
    parts = re.findall(r"<!-- made from (.+) -->", read_page("reference.md"))
    assert sorted(parts) == sorted([*SCHEMAS, "the command line"])


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_of_a_schema_says_what_it_means(name: str) -> None:
    rows = [line for line in make_part(name).split("\n") if line.startswith("| `")]
    assert rows
    assert [row for row in rows if row.endswith("|  |")] == []


def test_a_part_that_is_out_of_date_is_written_anew(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "page.md"
    page.parent.mkdir()
    empty = "<!-- made from page.json -->\n<!-- end -->"
    late = "<!-- made from sandbox.json -->\nlast year's\n<!-- end -->"
    page.write_text(f"# A\n\n{empty}\n\n## B\n\n{late}\n", encoding="utf-8")
    assert fill_page(page.read_text("utf-8")) != page.read_text("utf-8")
    main(tmp_path)
    written = page.read_text("utf-8")
    assert fill_page(written) == written
    assert "last year's" not in written
    assert "## B" in written
    assert "| `review_by` |  | string |" in written
    assert "| `traffic` |  | list of *command* |" in written


def test_a_command_tells_its_arguments() -> None:
    part = make_part("the command line")
    assert "### `verify`" in part
    assert "| `-n N`, `--workers N` | number of sandboxes to run side by side (default 1) |" in part
    assert "| `--strict` |" in part
    assert "--help" not in part


def test_the_exit_statuses_are_those_of_the_code() -> None:
    rows = dict(re.findall(r"^\| (\d) \| (.+?) \|$", read_page("reference.md"), re.MULTILINE))
    assert set(rows) == {str(GOOD), str(BAD), str(UNUSABLE)}
    assert "a snippet failed" in rows[str(BAD)]
    assert "invalid input or setup" in rows[str(UNUSABLE)]


def test_every_attribute_of_ours_is_in_its_page(bytes_site: Path) -> None:
    found = set()
    for path in bytes_site.glob("*/**/*.html"):
        for element in html.parse(path, html.HTMLParser(encoding="utf-8")).iter():
            found |= {str(name) for name in element.attrib if str(name).startswith("data-")}
    ours = {name for name in found if not name.startswith("data-md-")}
    assert {"data-snippet", "data-message", "data-review-by", "data-value"} <= ours
    assert {name for name in ours if f"`{name}`" not in read_page("site-and-audit.md")} == set()
