"""The page of promises names tests, of the engine and of the systems, that are there."""

from __future__ import annotations

import re
from pathlib import Path

from drillbook.cli.gate import find_named

ROOT = Path(__file__).parents[3]
PROMISES = ROOT / "docs/handbook/promises.md"


def find_missing_tests(page: str) -> list[str]:
    """Return the tests that a page names and that are not there."""
    named = re.findall(r"`([\w/]+/test_\w+)::(test_\w+)`", page)
    assert len(named) > 40
    return [
        f"{file}::{name}"
        for file, name in named
        if not (path := ROOT / "tests" / f"{file}.py").is_file() or f"def {name}(" not in path.read_text("utf-8")
    ]


def test_every_promise_names_tests_that_are_there() -> None:
    page = PROMISES.read_text("utf-8")
    assert find_missing_tests(page) == []
    for number in range(1, 8):
        (row,) = re.findall(rf"^\| {number}\. .*$", page, re.MULTILINE)
        _, _, held, fails, _ = row.split("|")
        assert "::" in held and "::" in fails  # noqa: PT018  # one row


def test_a_test_that_is_not_there_is_found() -> None:
    page = PROMISES.read_text("utf-8").replace("test_a_sandbox_is_sealed", "test_a_sandbox_leaks")
    assert find_missing_tests(page) == ["systems/sandbox/test_real_seal::test_a_sandbox_leaks"]


def test_what_the_promises_name_is_there() -> None:
    named = find_named(ROOT)
    assert "tests/systems/sandbox/test_real_seal.py::test_a_sandbox_is_sealed" in named
    assert len(named) > 40
