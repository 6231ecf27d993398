"""What several kinds of test stand on: a small project whose texts a careless publisher would change."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from drillbook.core.locks import hold
from drillbook.core.model import Status
from drillbook.evidence.record import Record, find_dependencies, store
from drillbook.project.project import load_project, render_all

ROOT = Path(__file__).parent.parent
FIXTURES = Path(__file__).parent / "fixtures"
GENERATOR = re.compile(rb'<meta name="generator" content="([^"]*)">')


LONGEST = (
    "tests/engine/unit/test_pasting.py",
    "tests/systems/sandbox/test_broken.py",
    "tests/systems/sandbox/test_ansible_rocketchat.py",
    "tests/systems/sandbox/test_sre_production.py",
    "tests/systems/sandbox/test_cloudforge_aegis.py",
    "tests/systems/sandbox/",
    "tests/engine/sandbox/",
    "tests/systems/browser/",
    "tests/engine/browser/",
)
"""What several workers must not wait for one of in the end; snippets are longer still.

Pasting takes a minute in which little is done but wait: others work meanwhile.
"""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first, otherwise in the order that they have: a random one."""

    def rank(item: pytest.Item) -> int:
        if not item.nodeid.startswith("tests/"):
            return -1
        return next((place for place, start in enumerate(LONGEST) if item.nodeid.startswith(start)), len(LONGEST))

    items.sort(key=rank)


def lay_out_project(name: str, folder: Path) -> Path:
    """Copy a fixture project and give it the theme, the macros and the settings of the real one."""
    shutil.copytree(FIXTURES / name, folder, ignore=shutil.ignore_patterns(".drillbook"), dirs_exist_ok=True)
    shutil.copytree(ROOT / "macros", folder / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", folder / "base.yml")
    return folder


def give_evidence(root: Path, stdout: str = "healthy\n") -> None:
    """Store a passed record for everything, as a verify would."""
    project = load_project(root)
    for rendered in render_all(project):
        record = Record(
            status=Status.PASSED,
            sha256=rendered.sha256,
            dependencies=find_dependencies(project, rendered),
            verified=dt.datetime.now(dt.UTC),
            seconds=0.1,
            sandbox=f"{rendered.snippet.system} as {rendered.environment}",
            stand_ins={},
            versions={},
            returncode=0,
            stdout=stdout,
            stderr="",
            changed=rendered.snippet.changes,
            problems=(),
        )
        store(root / "evidence", rendered, record)


@pytest.fixture(scope="session")
def bytes_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the project whose snippets hold tabs, blanks, markup and braces."""
    return lay_out_project("bytes", tmp_path_factory.mktemp("bytes") / "project")


def read_site(site: Path) -> tuple[dict[str, bytes], set[str]]:
    """Return a site's files, without the elements in which pages name their generator, and what these say."""
    files, names = {}, set()
    for path in site.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            names |= {name.decode() for name in GENERATOR.findall(content)}
            files[path.relative_to(site).as_posix()] = GENERATOR.sub(b"", content)
    return files, names


def build_once(root: Path, name: str, base: Path, worker_id: str) -> Path:
    """Build a site where it stands for all workers, or wait for the worker that does; return it."""
    from drillbook.site.build import build_site  # noqa: PLC0415  # MkDocs takes long to load, and most tests need it not

    folder = (base if worker_id == "master" else base.parent) / name
    folder.mkdir(exist_ok=True)
    # A build locks the folder that its site lies in.
    site = folder / "built/site"
    with hold(folder):
        if not site.exists():
            build_site(load_project(root), site)
    return site


@pytest.fixture(scope="session")
def bytes_site(bytes_root: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return that project's site, built once for all workers (their copies are the same); nobody writes there."""
    return build_once(bytes_root, "bytes-site", tmp_path_factory.getbasetemp(), worker_id)


@pytest.fixture(scope="session")
def project_site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return the project's own site, built from the committed evidence, once for all workers; nobody writes there."""
    return build_once(ROOT, "project", tmp_path_factory.getbasetemp(), worker_id)
