"""The handbook names what there is: every key of a header, every rule, every command; the README quotes a live file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from drillbook.cli.arguments import make_parser
from drillbook.project.rule_headers import RULES
from drillbook.project.snippets import KEYS

ROOT = Path(__file__).parents[2]
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


def find_missing_tests(page: str) -> list[str]:
    """Return the tests that a page names and that are not there."""
    named = re.findall(r"`(\w+/test_\w+)::(test_\w+)`", page)
    assert len(named) > 40
    return [
        f"{file}::{name}"
        for file, name in named
        if not (path := ROOT / "tests" / f"{file}.py").is_file() or f"def {name}(" not in path.read_text("utf-8")
    ]


def test_every_promise_names_tests_that_are_there() -> None:
    page = (HANDBOOK / "promises.md").read_text("utf-8")
    assert find_missing_tests(page) == []
    for number in range(1, 8):
        (row,) = re.findall(rf"^\| {number}\. .*$", page, re.MULTILINE)
        _, _, held, fails, _ = row.split("|")
        assert "::" in held and "::" in fails  # noqa: PT018  # one row


def test_a_test_that_is_not_there_is_found() -> None:
    page = (HANDBOOK / "promises.md").read_text("utf-8").replace("test_a_sandbox_is_sealed", "test_a_sandbox_leaks")
    assert find_missing_tests(page) == ["sandbox/test_real_seal::test_a_sandbox_leaks"]


def find_stale_quotes(page: bytes) -> list[str]:
    """Return the snippets' files that a page names before a block and that are not, byte for byte, that block."""
    quoted = re.findall(rb"`(snippets/[\w./-]+)`:\n\n```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(quoted) == page.count(b"```sh\n# /// snippet\n") == 1
    return [name.decode() for name, text in quoted if text != (ROOT / name.decode()).read_bytes()]


def test_the_snippet_in_the_readme_is_the_live_file() -> None:
    assert find_stale_quotes((ROOT / "README.md").read_bytes()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"# timeout = 20\n", b""),
        (b'contains = "accepting', b'contains = "Accepting'),
        (b"</dev/null\n", b"</dev/null \n"),
        (b"</dev/null\n", b"</dev/null\n\n"),
        (b"postgres-ready.sh`", b"postgres-answers.sh`"),
    ],
)
def test_a_snippet_in_the_readme_that_is_not_the_live_file_is_found(old: bytes, new: bytes) -> None:
    page = (ROOT / "README.md").read_bytes()
    assert page.count(old) == 1
    (stale,) = find_stale_quotes(page.replace(old, new))
    assert stale.startswith("snippets/voiceassist/postgres-")


def test_a_snippet_in_the_readme_that_names_no_file_is_found() -> None:
    page = (ROOT / "README.md").read_bytes().replace(b"This is `snippets/", b"This is `")
    with pytest.raises(AssertionError):
        find_stale_quotes(page)
