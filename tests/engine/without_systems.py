"""A copy of this repository in which the systems are deleted, as somebody has it who brings systems of their own.

`python -m tests.engine.without_systems` runs all tests of the engine there; `./run nightly` calls it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("docs", "snippets", "messages", "sandboxes", "evidence")
"""In each of these, a system has a folder of its name."""


def find_systems(root: Path) -> list[str]:
    """Return the systems: what lies below sandboxes/ and is not shared among them."""
    return sorted(path.name for path in (root / "sandboxes").iterdir() if (path / "sandbox.yml").is_file())


def copy_without_systems(root: Path, folder: Path) -> Path:
    """Copy what git knows and what is new, without the folders and the tests of the systems; commit that, return it."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
    )
    left_out = {f"{part}/{system}" for part in PARTS for system in find_systems(root)} | {"tests/systems"}
    for name in filter(None, os.fsdecode(listed.stdout).split("\0")):
        if "/".join(name.split("/")[:2]) in left_out or not os.path.lexists(root / name):
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, folder / name, follow_symlinks=False)
    who = ("-c", "user.name=copy", "-c", "user.email=copy@example.org")
    for arguments in (("init", "--quiet"), ("add", "--all"), (*who, "commit", "--quiet", "--message", "No system")):
        subprocess.run(["git", "-C", str(folder), *arguments], check=True)
    return folder


def make_environ(folder: Path) -> dict[str, str]:
    """Return the variables with which this interpreter, and the programs beside it, run the copy's own engine."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{folder}"}


def main() -> int:
    """Run the engine's tests in a copy without systems."""
    with tempfile.TemporaryDirectory(prefix="drillbook-without-systems-") as name:
        folder = copy_without_systems(ROOT, Path(name) / "copy")
        workers = str(os.cpu_count() or 1)
        command = [sys.executable, "-m", "pytest", "tests/engine", "-n", workers, "--dist", "loadgroup"]
        return subprocess.run(command, cwd=folder, env=make_environ(folder), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
