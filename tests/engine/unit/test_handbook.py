"""The handbook names what there is: every key of a header, every rule, every command; the README quotes a live file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from drillbook.cli.arguments import make_parser
from drillbook.project.rule_headers import RULES
from drillbook.project.snippets import KEYS

ROOT = Path(__file__).parents[3]
HANDBOOK = ROOT / "docs" / "handbook"


def find_missing(page: str, names: set[str]) -> set[str]:
    """Return the names that a page does not set as code."""
    found = set(re.findall(r"`([\w.-]+)`", page))
    return names - found - {name.split(".")[0] for name in found}


def test_every_key_and_rule_is_in_the_page_about_snippets() -> None:
    page = (HANDBOOK / "snippets.md").read_text("utf-8").replace("`[[expect]]`", "`expect`")
    assert find_missing(page, {*KEYS, *RULES}) == set()


def test_every_command_is_in_the_reference() -> None:
    helped = set(re.findall(r"^    (\w+) ", make_parser().format_help(), re.MULTILINE))
    assert helped
    headings = re.findall(r"^### .*$", (HANDBOOK / "reference.md").read_text("utf-8"), re.MULTILINE)
    assert find_missing("\n".join(headings), helped) == set()


@pytest.mark.parametrize("page", sorted(path.name for path in HANDBOOK.glob("*.md")))
def test_every_page_of_the_handbook_is_in_its_index(page: str) -> None:
    assert page == "index.md" or f"]({page})" in (HANDBOOK / "index.md").read_text("utf-8")


def test_a_name_that_is_left_out_is_found() -> None:
    assert find_missing("`model` and inputs `inputs.NAME`", {"model", "inputs", "audit"}) == {"audit"}
