"""A session on this machine, and snippets made on the spot."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drillbook.core.errors import Problem
from drillbook.core.model import Host, Input, Kind, Rendered, Risk, Snippet, Verdict, sha256
from drillbook.lint.snippet import lint_snippet
from drillbook.sandbox.session import Session
from drillbook.verify.checking import check
from drillbook.verify.running import run_snippet
from tests.engine.unit.linting import Lint

USER = pwd.getpwuid(os.geteuid()).pw_name


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session.local() as opened:
        yield opened


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Rendered]:
    """Make a rendered snippet from its text; whatever else is given is the snippet's."""

    def make_rendered(text: str, **declared: Any) -> Rendered:
        expectations = tuple(declared.pop("expectations", ()))
        snippet = Snippet(
            **{
                "id": "test/it",
                "system": "test",
                "path": "snippets/test/it.sh",
                "text": text,
                "text_line": 11,
                "file_sha256": "",
                "title": "It",
                "host": "here",
                "directory": None,
                "kind": Kind.SHELL,
                "risk": Risk.READ_ONLY,
                "timeout": 5.0,
                # A home without login files: the tests do not depend on whose machine they run on.
                "inputs": (Input(name="HOME", meaning="a home", sandbox=str(tmp_path)),),
                "expectations": expectations,
                **declared,
            }
        )
        return Rendered(
            snippet=snippet,
            environment="production",
            text=text,
            sha256=sha256(text),
            host=Host(role="here", name="here.example", user=USER, directory=str(tmp_path)),
            directory=str(tmp_path),
            expectations=expectations,
            aliases=tuple(snippet.aliases),
            values={},
        )

    return make_rendered


@pytest.fixture
def judge(session: Session, make: Callable[..., Rendered]) -> Callable[..., Verdict]:
    """Run a text in this machine's bash and judge it."""

    def run_and_check(text: str, **declared: Any) -> Verdict:
        rendered = make(text, **declared)
        return check(rendered, run_snippet(rendered, session=session))

    return run_and_check


@pytest.fixture
def lint(make: Callable[..., Rendered]) -> Lint:
    """Return what the rules for texts find in one; whatever else is given is the snippet's."""

    def lint_text(text: str, **declared: Any) -> list[Problem]:
        return lint_snippet(make(text, **{"inputs": (), **declared}))

    return lint_text
