"""Where a built site comes from: the commit, the time, the environment, as every page says it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from html import escape
from pathlib import Path
from typing import Any

from drillbook.site.macros import Site

COMMIT_VARIABLE = "DRILLBOOK_COMMIT"
"""Set for the processes of a build: they all say what held when it began, before it wrote anything."""
_ICONS = ("▲", "●", "■", "◆", "▼", "★")
"""The shapes that stand for environments, another one for each."""


def find_commit(root: Path) -> str:
    """Ask git which commit the work tree is at; outside a work tree it is called unknown."""
    if (told := os.environ.get(COMMIT_VARIABLE)) is not None:
        return told

    def git(*words: str) -> str | None:
        command = ["git", "-C", str(root), *words]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    short = git("rev-parse", "--short=10", "HEAD")
    if not short:
        return "unknown"
    return short + (" with uncommitted changes" if git("status", "--porcelain") else "")


def find_build_time() -> dt.datetime:
    """Return SOURCE_DATE_EPOCH where it is set, else now; in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return dt.datetime.fromtimestamp(int(epoch), dt.UTC) if epoch else dt.datetime.now(dt.UTC)


def describe(site: Site, root: Path) -> dict[str, Any]:
    """Return what the theme shows on every page about environment, commit and time of the build."""
    built = find_build_time()
    number = sorted(site.project.environments).index(site.environment.name)
    return {
        "name": site.environment.name,
        "label": site.environment.label,
        "number": number,
        "icon": _ICONS[number % len(_ICONS)],
        "others": [{"name": other.name, "label": escape(other.label)} for other in site.others],
        "commit": find_commit(root),
        "built": f"{built:%Y-%m-%d %H:%M} UTC",
        "built_iso": f"{built:%Y-%m-%dT%H:%M:%SZ}",
    }
