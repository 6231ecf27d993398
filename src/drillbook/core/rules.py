"""What can be asked of a snippet's output: one frozen value for each rule. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Channel(StrEnum):
    """Which output an expectation reads; a stream's screen is its stdout."""

    STDOUT = "stdout"
    STDERR = "stderr"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Equals:
    """The output is this text, but for line ends at its end; `[…]` stands for any run of characters, line ends too."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contains:
    """The output contains this text, and not only as a part of a longer word: `healthy` is not in `unhealthy`."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacks:
    """The output does not contain this text, not even as a part of a word; that nothing was printed proves nothing."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The output has a match of this regular expression (`re.MULTILINE`)."""

    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSubset:
    """The output is JSON that has at least these members, nested alike."""

    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSchema:
    """The output is JSON that this JSON Schema (2020-12) accepts."""

    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The output has this many lines that are not blank."""

    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """One line of the output is a table's header with these column names, in this order; others may stand between."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """The first group of the pattern, read as a number, lies within the bounds."""

    pattern: str
    minimum: float | None = None
    maximum: float | None = None


Rule = Equals | Contains | Lacks | Matches | JsonSubset | JsonSchema | Lines | Columns | Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One rule for one channel."""

    channel: Channel
    rule: Rule
