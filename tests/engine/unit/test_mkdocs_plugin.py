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
from drillbook.project.sandbox_files import hash_definition
from drillbook.site.indexing import strip_colours
from tests.conftest import read_site

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
COMPOSE = """\
services:
  app:
    extends: {file: ../_host/compose.yaml, service: plain}
    image: drillbook/shop-app:${DRILLBOOK_DEFINITION:?}
    build: {args: {FILES: shop/app}}
    hostname: ${HOSTS_APP_NAME:?}
"""
FIND_BUILD = """\
import yaml
from pathlib import Path
from drillbook.project.project import load_project
from drillbook.sandbox.gathering import gather

folder = gather(load_project(Path.cwd()).sandboxes["shop"])
base = folder / yaml.safe_load((folder / "compose.yaml").read_text())["services"]["app"]["extends"]["file"]
build = yaml.safe_load(base.read_text())["services"]["plain"]["build"]
print((base.parent / build["context"]).resolve(), build["dockerfile"])
"""
"""Prints from which folder the image of the project's host is built, and by which file in it."""
FRONT_MATTER = "---\nowner: Shop team\nreviewed: 2026-11-21\n---\n"
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


def try_check(installed: Path, project: Path) -> tuple[int, str]:
    """Run `drillbook check` of the wheel; return its exit code and what it prints."""
    command = [sys.executable, "-m", "drillbook", "check"]
    environ = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def sharing(site_of_two: Path) -> Path:
    """Lay out a project in order whose host is the one that comes with Drillbook, with a file of the project's own."""
    for name, snippets in (("index", ("start", "stop")), ("health", ("health",))):
        blocks = "\n\n".join(f"@{{{{ snippet('shop/{snippet}') }}}}@" for snippet in snippets)
        (site_of_two / f"pages/{name}.md").write_text(f"{FRONT_MATTER}\n# Shop\n\n{blocks}\n", "utf-8")
    shutil.rmtree(site_of_two / "sandboxes/_host")
    (site_of_two / "sandboxes/shop/compose.yaml").write_text(COMPOSE, "utf-8")
    (site_of_two / "sandboxes/shop/app/etc").mkdir(parents=True)
    (site_of_two / "sandboxes/shop/app/etc/shop.env").write_text("OPEN=yes\n", "utf-8")
    return site_of_two


def test_a_sandbox_shares_the_host_that_an_installed_wheel_brings(installed: Path, sharing: Path) -> None:
    code, said = try_check(installed, sharing)
    assert code == 0, said
    context, dockerfile = run(sharing, "-c", FIND_BUILD, PYTHONPATH=str(installed)).split()
    # What the file copies into an image: the package's as they are in this repository, and the project's own.
    assert dockerfile == "_host/Dockerfile"
    assert hash_definition((Path(context, "_host"),)) == hash_definition((ROOT / "sandboxes/_host",))
    assert Path(context, "shop/app/etc/shop.env").read_text("utf-8") == "OPEN=yes\n"


def test_an_unknown_share_is_told_with_what_the_wheel_brings(installed: Path, sharing: Path) -> None:
    path = sharing / "sandboxes/shop/sandbox.yml"
    path.write_text(path.read_text("utf-8").replace("[_host]", "[_hots]"), "utf-8")
    code, said = try_check(installed, sharing)
    assert code == 2
    assert "sandboxes/shop/sandbox.yml:2: there is no folder sandboxes/_hots, and Drillbook has none" in said
    assert "Did you mean '_host'?" in said


def test_properdocs_builds_the_same_site(installed: Path, site_of_two: Path) -> None:
    for generator in ("mkdocs", "properdocs"):
        words = ("build", "--strict", "--quiet", "--config-file", "mkdocs.yml", "--site-dir", generator)
        run(site_of_two, "-m", generator, *words, PYTHONPATH=str(installed), SOURCE_DATE_EPOCH="1700000000")
    files, (name,) = read_site(site_of_two / "mkdocs")
    same, (other,) = read_site(site_of_two / "properdocs")
    assert "health.html" in files
    assert same == files
    assert name.startswith("mkdocs-1.")
    assert "ProperDocs" in other


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
    assert "pages/health.md:3" in try_check(installed, site_of_two)[1]


def test_pages_outside_of_the_project_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("docs_dir: ../elsewhere\n", "utf-8")
    with pytest.raises(DrillbookError, match=r"mkdocs\.yml: docs_dir leads out of the project"):
        find_docs(tmp_path)
