"""Where a built site comes from: the commit, the time, the environment, as every page says it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from drillbook.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """The commit that the site was built from."""

    short: str
    dirty: bool

    def __str__(self) -> str:
        return self.short + (" with uncommitted changes" if self.dirty else "")


def find_commit(root: Path) -> Commit:
    """Ask git which commit the work tree is at; outside a work tree it is called unknown."""

    def git(*words: str) -> str | None:
        command = ["git", "-C", str(root), *words]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    short = git("rev-parse", "--short=10", "HEAD")
    if not short:
        return Commit(short="unknown", dirty=False)
    return Commit(short=short, dirty=bool(git("status", "--porcelain")))


def find_build_time() -> dt.datetime:
    """Return SOURCE_DATE_EPOCH where it is set, else now; in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return dt.datetime.fromtimestamp(int(epoch), dt.UTC) if epoch else dt.datetime.now(dt.UTC)


def describe(site: Site, root: Path) -> dict[str, Any]:
    """Return what the theme shows on every page about environment, commit and time of the build."""
    built = find_build_time()
    return {
        "name": site.environment.name,
        "label": site.environment.label,
        "number": site.number,
        "icon": site.icon,
        "others": [{"name": other.name, "label": escape(other.label)} for other in site.others],
        "commit": str(find_commit(root)),
        "built": f"{built:%Y-%m-%d %H:%M} UTC",
        "built_iso": f"{built:%Y-%m-%dT%H:%M:%SZ}",
    }
