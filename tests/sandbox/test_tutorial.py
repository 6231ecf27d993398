"""The handbook's tutorial, followed literally in a scratch clone, as a new colleague would read it on the page."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import html

from drillbook.building import build_site
from drillbook.project import load_project

ROOT = Path(__file__).parents[2]
STATUSES = (0, 2, 0, 0, 0, 1, 0, 0)
"""What each block of commands ends with: the check finds the raw command, and the misspelt field is red."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of the page: commands, or with a name the text of a file."""

    text: str
    file: str | None


@pytest.fixture(scope="module")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> list[Block]:
    """Return the blocks of the published page, in order."""
    site = build_site(load_project(ROOT), tmp_path_factory.mktemp("built") / "site").parent
    page = html.parse(site / "production/handbook/tutorial.html", html.HTMLParser(encoding="utf-8"))
    return [
        Block(
            text=str(pre.text_content()),
            file="".join(pre.xpath("ancestor::*[contains(@class, 'highlight')][1]//*[@class='filename']/text()"))
            or None,
        )
        for pre in page.getroot().xpath("//article//pre")
    ]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Clone what is committed; the environment of Python packages is the one that is there already."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(tmp_path / "clone")], check=True, timeout=120)
    (tmp_path / "clone" / ".venv").symlink_to(ROOT / ".venv")
    return tmp_path / "clone"


def test_the_tutorial_works_as_it_is_written(blocks: list[Block], clone: Path) -> None:
    said = []
    commands = [block for block in blocks if block.file is None]
    assert len(commands) == len(STATUSES)
    statuses = iter(STATUSES)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DRILLBOOK"))}
    for block in blocks:
        if block.file:
            (clone / block.file).write_text(block.text, encoding="utf-8")
            continue
        done = subprocess.run(
            ["bash", "-c", block.text], cwd=clone, env=environ, capture_output=True, text=True, timeout=900, check=False
        )
        said.append(done.stdout + done.stderr)
        assert done.returncode == next(statuses), f"{block.text}\n{said[-1]}"
    assert "docs/voiceassist/which-version.md:14: a raw bash block" in said[1]
    assert "snippets/voiceassist/which-version-is-running.sh" in said[2]
    assert "curl -s http://localhost:" in said[3]
    assert "stdout: expected a match of" in said[5]
    page = (clone / "site/production/voiceassist/which-version.html").read_text("utf-8")
    assert 'data-snippet="voiceassist/which-version-is-running"' in page
    assert 'data-status="passed"' in page
    assert "which-version.html#which-version-is-running" in (
        clone / "site/staging/voiceassist/symptoms.html"
    ).read_text("utf-8")
