"""The handbook's page about a new system, followed literally in a scratch clone: a third system needs only data."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from drillbook.sandbox.docker import list_projects
from drillbook.sandbox.lease import checkout_prefix
from tests.systems.sandbox.following import follow

pytestmark = [pytest.mark.docker, pytest.mark.system("voiceassist")]

STATUSES = (0, 0, 0, 0, 0, 0)
"""What each block of commands ends with."""
SNIPPETS = {"burn-steadily": ["bracketed", "plain"], "flash": ["bracketed", "plain"], "signal": ["plain"]}
"""How each is pasted."""
ENVIRONMENTS = ("production", "staging")


def test_a_system_of_two_hosts_is_added_as_the_page_says(handbook: Path, clone: Path) -> None:
    *_, verified, controlled, _ = follow(handbook / "adding-a-system.html", clone, STATUSES)
    assert "6 passed" in verified
    assert "1 passed" in controlled

    for environment in ENVIRONMENTS:
        page = (clone / f"site/{environment}/lighthouse/signal.html").read_text("utf-8")
        assert page.count('data-status="passed"') == len(SNIPPETS)
        for snippet, ways in SNIPPETS.items():
            assert f'data-snippet="lighthouse/{snippet}"' in page
            record = json.loads((clone / f"evidence/lighthouse/{environment}/{snippet}.json").read_text("utf-8"))
            assert record["predicate"]["result"] == "PASSED"
            assert record["predicate"]["drillbook"]["pasted"] == ways

    status = ["git", "status", "--porcelain", "--untracked-files=normal", "--", ":!.venv"]
    changed = subprocess.run(status, cwd=clone, capture_output=True, text=True, check=True, timeout=60).stdout
    assert sorted(changed.splitlines()) == [
        " M environments/production.yml",
        " M environments/staging.yml",
        " M mkdocs.yml",
        "?? docs/lighthouse/",
        "?? evidence/lighthouse/",
        "?? sandboxes/lighthouse/",
        "?? snippets/lighthouse/",
    ]
    assert not list_projects(checkout_prefix(clone))
