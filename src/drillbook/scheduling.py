"""How pytest-xdist hands out work: the snippets of one sandbox to one worker, other tests file by file.

Taken for `--dist loadgroup`, whose own grouping pytest-xdist 3.8 loses with pytest 9.2: the mark no longer reaches the
node's id.
"""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

SNIPPET = re.compile(r"(?P<project>([^:\[]*/)?snippets/[^/:]+)/[^:]+::(?P<environment>[^:]+?)(-control)?$")


def find_scope(nodeid: str) -> str:
    """Return what goes to one worker together: `snippets/SYSTEM::ENVIRONMENT`, or a test's file."""
    if found := SNIPPET.match(nodeid):
        return f"{found['project']}::{found['environment']}"
    return nodeid.split("::", 1)[0]


class SandboxScheduling(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Hands out whole sandboxes and whole files."""

    def _split_scope(self, nodeid: str) -> str:
        return find_scope(nodeid)
