"""Building all trees of the site: one MkDocs process each, whole or not at all; nothing of a snippet is run."""

from __future__ import annotations

import ctypes
import datetime as dt
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from pytestshellutils.customtypes import EnvironDict
from pytestshellutils.exceptions import FactoryTimeout
from pytestshellutils.shell import Subprocess

from drillbook.core.errors import DrillbookError, InputError, Location, Problem, SetupError
from drillbook.core.files import list_sources
from drillbook.core.interrupts import end_children
from drillbook.core.locks import hold, is_held
from drillbook.core.model import sha256
from drillbook.project.pages import find_docs
from drillbook.project.project import Project
from drillbook.site.markup import render_template
from drillbook.site.provenance import COMMIT_VARIABLE, find_build_time, find_commit

MANIFEST = "drillbook.json"
"""The file in each tree that says what it was built from."""
_INPUTS = ("snippets", "messages", "environments", "evidence", "macros")
_MAKERS = ("core", "shell", "project", "evidence", "site", "mkdocs_plugin")
"""The packages of the engine that make a page."""
HERE, EXCHANGE = -100, 2
"""What renameat2(2) calls AT_FDCWD and RENAME_EXCHANGE."""
_LIMIT = 600
"""Seconds for one tree."""
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
# Material's bundle knows two addresses of third parties (a diagram library, a host's star count) and a shim for old
# browsers. Nothing here uses them; the address is taken out, so that nothing ever can.
_REMOTE = re.compile(r"""(?<=["'`])(?:https?|wss?)://(?!www\.w3\.org/)""")


def hash_inputs(root: Path) -> dict[str, str]:
    """Hash every file that a site is built from, by its path; the engine counts as one."""
    found = {}
    for path in _find_inputs(root):
        found[path.relative_to(root).as_posix()] = sha256(path.read_bytes())
    sources = [path.read_bytes() for path in list_sources(*_MAKERS)]
    return found | {"drillbook": sha256(b"\0".join(sources))}


def _find_inputs(root: Path) -> Iterator[Path]:
    yield root / "mkdocs.yml"
    for folder in (find_docs(root), *(root / name for name in _INPUTS)):
        for path in sorted(folder.rglob("*")):
            hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(root).parts)
            if path.is_file() and not hidden:
                yield path


def build_site(project: Project, site: Path, *, generator: str = "mkdocs") -> Path:
    """Build every environment's tree and the page that leads to them; return that page.

    `generator` is the Python module that takes MkDocs' command line.
    """
    _refuse_to_replace(site)
    site.parent.mkdir(parents=True, exist_ok=True)
    inputs = hash_inputs(project.root)
    commit, built = find_commit(project.root), find_build_time()
    environ = {
        **os.environ,
        COMMIT_VARIABLE: commit,
        "SOURCE_DATE_EPOCH": str(int(built.timestamp())),
        "PYTHONIOENCODING": "utf-8",
        "NO_COLOR": "1",
    }
    with _open_workshop(project.root, site) as folder:
        whole = Path(folder, "site")
        whole.mkdir()

        def build(environment: str) -> Sequence[Problem]:
            tree = whole / environment
            try:
                _build_tree(project.root, tree, environ | {"DRILLBOOK_ENVIRONMENT": environment}, generator)
                _finish_tree(tree, {"environment": environment, "commit": commit, "inputs": inputs})
            except DrillbookError as error:
                return error.problems
            return ()

        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            try:
                problems = [problem for found in pool.map(build, project.environments) for problem in found]
            except BaseException:
                # Nobody waits for pages that are thrown away.
                pool.shutdown(wait=False, cancel_futures=True)
                end_children()
                raise
        if problems:
            raise InputError(problems)
        (whole / "index.html").write_text(_write_index(project, commit, built), encoding="utf-8")
        _swap(whole, site)
    return site.resolve() / "index.html"


def _refuse_to_replace(site: Path) -> None:
    """Raise where the folder holds something that is no built site, so that a slip does not delete it."""
    if not site.exists() or (site.is_dir() and not any(site.iterdir())):
        return
    if not site.is_dir() or not any(site.glob(f"*/{MANIFEST}")):
        text = "this folder is not empty and was not built by `drillbook build`. Choose a new, an empty or a built one."
        raise InputError(Problem(Location(str(site)), text))


@contextmanager
def _open_workshop(root: Path, site: Path) -> Iterator[str]:
    """Make a folder on the site's file system, out of git's sight where it can be; delete what killed builds left."""
    inside = site.resolve().is_relative_to(root.resolve())
    place = root / ".drillbook" if inside else site.parent
    place.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        # Nobody may take a folder for left that has just been made and is not locked yet.
        with hold(place):
            _sweep(place)
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=".building-", dir=place))
            stack.enter_context(hold(Path(folder)))
        yield folder
    # What a killed build was just starting has held its lock a moment longer.
    with hold(place):
        _sweep(place)


def _sweep(place: Path) -> None:
    for left in place.glob(".building-*"):
        if not is_held(left):
            shutil.rmtree(left, ignore_errors=True)


def _build_tree(root: Path, tree: Path, environ: dict[str, str], generator: str) -> None:
    environment = environ["DRILLBOOK_ENVIRONMENT"]
    words = (
        "-m",
        "drillbook.core.pdeathsig",
        str(os.getpid()),
        generator,
        "build",
        "--strict",
        "--config-file",
        str(root / "mkdocs.yml"),
    )
    shell = Subprocess(cwd=root, environ=EnvironDict(environ), timeout=_LIMIT)
    try:
        done = shell.run(sys.executable, *words, "--site-dir", str(tree))
    except FactoryTimeout as error:
        text = f"{generator} did not end within {_LIMIT} s for {environment}"
        raise SetupError(text, "mkdocs.yml") from error
    if done.returncode != 0:
        # Material's notice of its end is coloured, whatever it was told.
        output = _COLOUR.sub("", f"{done.stdout}{done.stderr}")
        lines = [line for line in output.splitlines() if line and not line.startswith("INFO")]
        # What a program says at the end of a traceback is what a reader can use.
        if traced := [number for number, line in enumerate(lines) if line.startswith("Traceback ")]:
            lines = [*lines[: traced[0]], lines[-1]]
        said = "\n".join(f"  {line}" for line in lines[-40:])
        text = f"{generator} could not build {environment} (exit code {done.returncode}). It said:\n{said}"
        raise InputError(Problem(Location("mkdocs.yml"), text))


def _finish_tree(tree: Path, manifest: dict[str, Any]) -> None:
    for path in tree.rglob("*.js"):
        text = path.read_text("utf-8")
        if _REMOTE.search(text):
            path.write_text(_REMOTE.sub("about:blank#", text), encoding="utf-8")
    (tree / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _swap(new: Path, site: Path) -> None:
    """Put the new site in the old one's place, in one step: whoever is killed leaves the one or the other."""
    if not site.exists():
        new.replace(site)
    elif not _exchange(new, site):
        old = new.with_name("old")
        site.replace(old)
        try:
            new.replace(site)
        except OSError:
            old.replace(site)
            raise


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; tell whether this system can (Linux can, on most file systems)."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return rename is not None and rename(HERE, bytes(one), HERE, bytes(other), EXCHANGE) == 0


def _write_index(project: Project, commit: str, built: dt.datetime) -> str:
    """Return the page that leads to each environment."""
    environments = sorted(project.environments.items())
    return render_template("index.html", environments=environments, commit=commit, built=built) + "\n"
