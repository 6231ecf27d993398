"""What differs from a base commit, as far as a run of the gate has to know: paths, keys of evidence, the engine.

Goes in: a checkout and, perhaps, a revision. Comes out: frozen values. `gate` calls it. Reads git, writes nothing.
"""

from __future__ import annotations

import ast
import datetime as dt
import io
import json
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from drillbook.core.errors import InputError, Location, Problem
from drillbook.core.files import PACKAGE
from drillbook.core.generation import DECIDING, strip_notes
from drillbook.core.model import Rendered
from drillbook.evidence.record import evidence_path, find_dependencies
from drillbook.project.project import Project

GENERATION_KEY = "harness-generation"
DAY = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The commit that a run compares with; None where there is none, and why this one."""

    revision: str | None
    why: str


def _git(root: Path, *arguments: str) -> str | None:
    """Return what git prints; None where it fails, or is not there."""
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return None if done.returncode else done.stdout.decode("utf-8", "surrogateescape")


def find_base(root: Path, wanted: str | None = None) -> Base:
    """Return the commit to compare with: the one wanted, else what `origin/main` has in common, else yesterday's.

    Raises InputError where the wanted one is not there.
    """
    if wanted is not None:
        if (found := _git(root, "rev-parse", "--verify", "--quiet", f"{wanted}^{{commit}}")) is None:
            text = f"there is no commit '{wanted}' here. Fetch it, or name another one."
            raise InputError(Problem(Location("--base"), text))
        return Base(revision=found.strip(), why=f"--base {wanted}")
    if (head := _git(root, "rev-parse", "--verify", "--quiet", "HEAD")) is None:
        return Base(revision=None, why="no commit here")
    common = _git(root, "merge-base", "HEAD", "origin/main")
    if common and common != head:
        return Base(revision=common.strip(), why="merge base with origin/main")
    before = int((_git(root, "log", "-1", "--format=%ct") or "0").strip()) - DAY
    if older := (_git(root, "rev-list", "-1", f"--before={before}", "HEAD") or "").strip():
        return Base(revision=older, why="newest commit a day older than HEAD")
    return Base(revision=None, why="no commit is a day older than HEAD")


def find_date(root: Path) -> dt.date:
    """Return the date of HEAD, in UTC; today where there is no commit."""
    if stamp := _git(root, "log", "-1", "--format=%ct"):
        return dt.datetime.fromtimestamp(int(stamp), dt.UTC).date()
    return dt.datetime.now(dt.UTC).date()


def find_changed_paths(root: Path, base: str) -> frozenset[str]:
    """Return the files that differ from the base in the working tree, relative to the root; new ones count."""
    differing = _git(root, "diff", "--name-only", "--no-renames", "--relative", "-z", base) or ""
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z") or ""
    return frozenset(filter(None, (differing + new).split("\0")))


def read_keys(root: Path, base: str) -> dict[str, dict[str, str]]:
    """Return what each verdict depended on in the base's evidence, by the record's path; `text` is the subject."""
    done = subprocess.run(["git", "-C", str(root), "archive", base, "evidence"], capture_output=True, check=False)
    if done.returncode:  # no evidence was committed then
        return {}
    found = {}
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        for member in archive:
            if member.name.endswith(".json") and (file := archive.extractfile(member)):
                found[member.name.removeprefix("evidence/")] = _read_key(file.read())
    return found


def _read_key(record: bytes) -> dict[str, str]:
    try:
        statement = json.loads(record)
        key = {one["name"]: one["digest"]["sha256"] for one in statement["predicate"]["configuration"]}
        return key | {"text": statement["subject"][0]["digest"]["sha256"]}
    except (ValueError, KeyError, TypeError, IndexError):
        return {}  # it holds nothing: the snippet counts as changed


def find_changed_key(project: Project, rendered: Rendered, keys: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the names of what a verdict depends on and the base's record does not have so; empty if it is the same."""
    now = find_dependencies(project, rendered) | {"text": rendered.sha256}
    old = keys.get(evidence_path(rendered).as_posix(), {})
    return sorted(name for name in now.keys() | old.keys() if now.get(name) != old.get(name))


def find_engine_changes(root: Path, paths: frozenset[str], base: str) -> list[str]:
    """Return the files of the engine that decide a verdict and differ, where the engine is part of this checkout.

    A comment or a docstring decides nothing.
    """
    if not PACKAGE.is_relative_to(root):
        return []
    folders = tuple(f"{(PACKAGE / name).relative_to(root).as_posix()}/" for name in DECIDING)
    return sorted(path for path in paths if path.startswith(folders) and _differs(root, path, base))


def _differs(root: Path, path: str, base: str) -> bool:
    old, now = _git(root, "show", f"{base}:./{path}"), root / path
    if old is None or not now.is_file():
        return True
    return strip_notes(old, now.suffix) != strip_notes(now.read_text("utf-8"), now.suffix)


@cache
def find_imports(root: Path, path: Path) -> frozenset[Path]:
    """Return the modules of the engine and of the checkout that a Python file imports, and those that they import."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        for module in _read_imports(root, waiting.pop()) - found:
            found.add(module)
            waiting.append(module)
    return frozenset(found)


@cache
def _read_imports(root: Path, path: Path) -> frozenset[Path]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    parts = [name.split(".") for name in names]
    files = (base.joinpath(*name).with_suffix(".py") for base in (PACKAGE.parent, root) for name in parts)
    return frozenset(file for file in files if file.is_file())
