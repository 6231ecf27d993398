"""The project's own site: every snippet has a fresh verdict, nothing expired, the pages are what the sources say."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from drillbook.audit.site import audit_site
from drillbook.project.project import load_project
from drillbook.site.build import MANIFEST, build_site
from drillbook.site.provenance import COMMIT_VARIABLE
from tests.conftest import read_site

ROOT = Path(__file__).parents[3]


def test_a_strict_audit_finds_nothing(project_site: Path) -> None:
    assert [str(problem) for problem in audit_site(project_site, load_project(ROOT), strict=True)] == []


def test_properdocs_builds_the_same_site(project_site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = project_site / "production"
    built = re.findall(r'db-here__built">.*?datetime="(.*?)"', (tree / "index.html").read_text("utf-8"), re.DOTALL)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", f"{dt.datetime.fromisoformat(built[0]).timestamp():.0f}")
    monkeypatch.setenv(COMMIT_VARIABLE, json.loads((tree / MANIFEST).read_text("utf-8"))["commit"])
    build_site(load_project(ROOT), tmp_path / "site", generator="properdocs")
    files, _ = read_site(project_site)
    same, names = read_site(tmp_path / "site")
    assert {path for path in files | same if files.get(path) != same.get(path)} == set()
    assert all("ProperDocs" in name for name in names)
