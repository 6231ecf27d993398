"""The patches from which a sandbox makes its deployment's history fit the deployment that lies beside them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SHARES = sorted(path.parent for path in (ROOT / "sandboxes").glob("*/*/usr/local/share/*/history"))


def apply(work: Path, patch: Path, *options: str) -> str:
    """Apply a patch as `lay-out` does; return what git says against it."""
    command = ["git", "apply", *options, str(patch)]
    return subprocess.run(command, cwd=work, capture_output=True, text=True, check=False, timeout=30).stderr.strip()


def find_misfit(share: Path, scratch: Path) -> str:
    """Take the patches back from the newest, then apply them again; return the first thing that goes wrong."""
    patches = sorted((share / "history").glob("*.patch"))
    work = Path(shutil.copytree(share / "deployment", scratch / "deployment"))
    subprocess.run(["git", "init", "--quiet"], cwd=work, check=True, timeout=30)
    for patch in reversed(patches):
        if said := apply(work, patch, "--reverse"):
            return f"{patch.name} cannot be taken back: {said}"
    for patch in patches:
        if said := apply(work, patch):
            return f"{patch.name} does not apply: {said}"
    return ""


@pytest.mark.parametrize("share", SHARES, ids=lambda share: share.name)
def test_the_patches_lead_to_the_deployment(share: Path, tmp_path: Path) -> None:
    assert find_misfit(share, tmp_path) == ""
    for path in (p for p in (share / "deployment").rglob("*") if p.is_file()):
        again = tmp_path / "deployment" / path.relative_to(share / "deployment")
        assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("share", SHARES, ids=lambda share: share.name)
def test_every_commit_says_who_when_and_what(share: Path) -> None:
    commits = sorted((share / "history").iterdir())
    assert len(commits) > 1
    for commit in commits:
        text = commit.read_text("utf-8")
        for field in (r"Author: [^<\n]+ <[^>\n]+>", r"Age: \d+ \w+ ago", r"Subject: \S.*"):
            assert re.search(f"^{field}$", text, re.MULTILINE), (commit.name, field)


def test_there_is_a_history() -> None:
    assert SHARES


def test_a_deployment_that_its_patches_do_not_know_is_told(tmp_path: Path) -> None:
    share = Path(shutil.copytree(SHARES[0], tmp_path / "share"))
    version = share / "deployment" / "VERSION"
    version.write_text("9.9.9\n", "utf-8")
    assert "cannot be taken back: error: patch failed: VERSION:1" in find_misfit(share, tmp_path / "scratch")
