"""The handbook's tutorial, followed literally in a scratch clone, as a new colleague would read it on the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.systems.sandbox.following import follow

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist")]

STATUSES = (0, 2, 0, 0, 0, 1, 0, 0)
"""What each block of commands ends with: the check finds the raw command, and the misspelt field is red."""


def test_the_tutorial_works_as_it_is_written(handbook: Path, clone: Path) -> None:
    said = follow(handbook / "tutorial.html", clone, STATUSES)
    assert "docs/voiceassist/which-version.md:14: a raw bash block" in said[1]
    assert "snippets/voiceassist/which-version-is-running.sh" in said[2]
    assert "curl -fsS http://localhost:" in said[3]
    assert "stdout: expected a match of" in said[5]
    page = (clone / "site/production/voiceassist/which-version.html").read_text("utf-8")
    assert 'data-snippet="voiceassist/which-version-is-running"' in page
    assert 'data-status="passed"' in page
    assert "which-version.html#which-version-is-running" in (
        clone / "site/staging/voiceassist/symptoms.html"
    ).read_text("utf-8")
