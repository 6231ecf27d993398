"""Calls are run without Jinja exactly as Jinja would run them, or not at all."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest

from drillbook.project.macro_calls import run_calls
from drillbook.project.rendering import DELIMITERS


def show(*words: str, **named: str) -> str:
    """Return what it was called with."""
    return f"<{words} {named}>"


MACROS = {"show": show}


def run_jinja(text: str) -> str:
    """Return what Jinja makes of a page."""
    settings: Any = DELIMITERS
    return jinja2.Environment(**settings, undefined=jinja2.StrictUndefined).from_string(text).render(MACROS)


@pytest.mark.parametrize(
    "text",
    [
        "no call\n",
        "two ends\n\n",
        "no end",
        '@{{ show("a/b") }}@\n',
        "@{{show('a','b')}}@ and @{{ show( ) }}@",
        '@{{ show("a", title="it\'s <b>") }}@\n\ntext {{ left }} alone }}@\n',
        '@{{ show("a",\n  "b") }}@',
    ],
)
def test_calls_are_run_as_jinja_runs_them(text: str) -> None:
    assert run_calls(text, MACROS) == run_jinja(text)


@pytest.mark.parametrize(
    "text",
    [
        '@{{ show("a\\n") }}@',
        '@{{ show("a") | upper }}@',
        '@{{ show("a" ~ "b") }}@',
        '@{{- show("a") }}@',
        '@{% if true %}@ @{{ show("a") }}@ @{% endif %}@',
        '@{# no #}@ @{{ show("a") }}@',
        '@{{ other("a") }}@',
        '@{{ show("a") }}@\r\n',
    ],
)
def test_what_is_more_than_a_call_is_left_to_jinja_and_nothing_is_called(text: str) -> None:
    def fail(*_: str, **__: str) -> str:
        raise AssertionError("it was called")

    assert run_calls(text, {"show": fail}) is None
