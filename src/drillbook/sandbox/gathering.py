"""Puts a sandbox's folder beside those that it shares, where its compose.yaml expects them: `../_host`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from drillbook.core.locks import hold
from drillbook.project.sandbox_model import Sandbox


def gather(sandbox: Sandbox) -> Path:
    """Return the folder from which Compose reads a sandbox, with what it shares beside it.

    That is its own folder, unless a share comes with Drillbook: then all of them are copied below `.drillbook/`, once
    for each definition. Docker builds from a single folder and follows no link out of it.
    """
    sandboxes = sandbox.folder.parent
    if all(share.parent == sandboxes for share in sandbox.shares):
        return sandbox.folder
    top = sandboxes.parent / ".drillbook" / "gathered" / sandbox.system
    whole = top / sandbox.definition[:12]
    top.mkdir(parents=True, exist_ok=True)
    with hold(top):
        if not whole.is_dir():
            for old in top.iterdir():
                shutil.rmtree(old)
            half = Path(tempfile.mkdtemp(dir=top))
            for folder in (sandbox.folder, *sandbox.shares):
                shutil.copytree(folder, half / folder.name, symlinks=True)
            half.replace(whole)
    return whole / sandbox.folder.name
