"""The MkDocs plugin, as it comes out of a wheel: a site of two pages, with folders and plugins of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from drillbook.core.errors import DrillbookError
from drillbook.project.pages import find_docs
from drillbook.site.indexing import strip_colours

ROOT = Path(__file__).resolve().parents[3]
SMALL = ROOT / "tests/fixtures/small"
MATERIAL = """\
theme: {name: material, font: false}
plugins:
  - search
  - offline"""
SETTINGS = f"""\
site_name: Shop
docs_dir: pages
{MATERIAL}
  - macros
  - drillbook: {{environment: production}}
extra: {{greeting: Good morning}}
"""
INDEX = "# Start\n\n{{ greeting }}: the API answers on @{{ value('shop.ports.api') }}@.\n"
PAGE = "# Health\n\nLook first:\n\n@{{ snippet('shop/health') }}@\n"


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, and install it and nothing else into a folder."""
    folder = tmp_path_factory.mktemp("wheel")
    run(folder, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder), cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    run(folder, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder / "lib"), str(wheel))
    return folder / "lib"


def run(folder: Path, *words: str, cwd: Path | None = None, **environ: str) -> str:
    """Run Python; return what it prints. It must end with 0."""
    command = [sys.executable, *words]
    done = subprocess.run(
        command, cwd=cwd or folder, env={**os.environ, **environ}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def site_of_two(tmp_path: Path) -> Path:
    """Lay out a site of two pages, with a snippet for two environments."""
    for part in ("environments", "sandboxes", "snippets"):
        shutil.copytree(SMALL / part, tmp_path / part)
    (tmp_path / "pages").mkdir()
    (tmp_path / "mkdocs.yml").write_text(SETTINGS, "utf-8")
    (tmp_path / "pages/index.md").write_text(INDEX, "utf-8")
    (tmp_path / "pages/health.md").write_text(PAGE, "utf-8")
    return tmp_path


def test_an_installed_wheel_builds_a_site_with_the_plugin(installed: Path, site_of_two: Path) -> None:
    assert run(site_of_two, "-c", "import drillbook; print(drillbook.__file__)", PYTHONPATH=str(installed)) == (
        f"{installed}/drillbook/__init__.py\n"
    )
    run(site_of_two, "-m", "mkdocs", "build", "--strict", "--quiet", PYTHONPATH=str(installed))
    index, page = ((site_of_two / "site" / name).read_text("utf-8") for name in ("index.html", "health.html"))
    assert 'Good morning: the API answers on <span data-value="shop.ports.api">8000</span>' in index
    assert 'data-snippet="shop/health"' in page
    assert "curl -fsS http://localhost:8000/health" in strip_colours(page)
    assert 'data-environment="production"' in page
    assert "unpkg.com" not in page
    for asset in ("drillbook.css", "drillbook.js", "iframe-worker/shim.js"):
        assert (site_of_two / "site/assets" / asset).is_file()
        assert f"assets/{asset}" in page


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (MATERIAL, "theme: {name: mkdocs}\nplugins:", "the theme is 'mkdocs', and blocks need material"),
        (": {environment: production}", "", "a site is of one environment, and here are production, staging"),
        ("environment: production", "environment: prod", "there is no environment 'prod'. Known: production, staging"),
    ],
)
def test_what_the_plugin_cannot_use_ends_the_build_with_its_cause(
    installed: Path, site_of_two: Path, old: str, new: str, said: str
) -> None:
    (site_of_two / "mkdocs.yml").write_text(SETTINGS.replace(old, new), "utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    environ = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(command, cwd=site_of_two, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    told = " ".join((done.stdout + done.stderr).split())
    assert said in told
    assert "Traceback" not in told


def test_the_pages_folder_of_mkdocs_yml_is_the_one_that_is_checked(installed: Path, site_of_two: Path) -> None:
    (site_of_two / "pages/health.md").write_text("# Health\n\n```bash\ncurl -fsS localhost\n```\n", "utf-8")
    command = [sys.executable, "-m", "drillbook", "check"]
    environ = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(command, cwd=site_of_two, env=environ, capture_output=True, text=True, check=False)
    assert "pages/health.md:3" in done.stdout + done.stderr


def test_pages_outside_of_the_project_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("docs_dir: ../elsewhere\n", "utf-8")
    with pytest.raises(DrillbookError, match=r"mkdocs\.yml: docs_dir leads out of the project"):
        find_docs(tmp_path)
