"""The project's own site: every snippet has a fresh verdict, nothing expired, the pages are what the sources say."""

from __future__ import annotations

from pathlib import Path

from drillbook.audit.site import audit_site
from drillbook.project.project import load_project

ROOT = Path(__file__).parents[3]


def test_a_strict_audit_finds_nothing(project_site: Path) -> None:
    assert [str(problem) for problem in audit_site(project_site, load_project(ROOT), strict=True)] == []
