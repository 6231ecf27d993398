"""What the tests of `drillbook check`'s rules for texts share."""

from __future__ import annotations

from collections.abc import Callable

from drillbook.core.errors import Problem

Lint = Callable[..., list[Problem]]


def expect_one(problems: list[Problem], fragment: str, line: int) -> None:
    """Demand exactly one finding, on a line of the text (which begins on line 11 of its file)."""
    assert [str(problem) for problem in problems if fragment not in str(problem)] == []
    assert [problem.location.line for problem in problems] == [line + 10]
