"""What happens at each of MkDocs' events, whoever is called by it."""

from __future__ import annotations

import contextlib
import importlib.resources
import os
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache
from mkdocs.exceptions import Abort

from drillbook.core.errors import DrillbookError
from drillbook.project.project import find_root
from drillbook.site.indexing import restore_colours, strip_colours
from drillbook.site.macros import Site, SitePage, load_site
from drillbook.site.markup import keep_compiled
from drillbook.site.provenance import describe

THEME = Path(str(importlib.resources.files("drillbook.site") / "theme"))
"""Templates that extend Material's, styles and scripts."""
ASSETS = {
    "extra_css": ["assets/drillbook.css"],
    "extra_javascript": ["assets/drillbook.js"],
}
WORKER = "assets/iframe-worker/shim.js"
"""With it the search works from file://."""
AGEING_DAYS = 30
"""After so many days a verdict is called ageing, where the site does not say otherwise (`extra.ageing_days`)."""
EXTENSIONS: dict[str, dict[str, Any]] = {
    "attr_list": {},
    "tables": {},
    "pymdownx.superfences": {},
    # The language stands for a fence that names none, which fails the build.
    "pymdownx.highlight": {"pygments_lang_class": True, "default_lang": "trafficscript"},
    "pymdownx.tasklist": {"clickable_checkbox": True},
}
"""How a page's Markdown has to be read, where the site does not say otherwise."""


@contextmanager
def aborting() -> Iterator[None]:
    """Let an error of ours end the build with its message."""
    try:
        yield
    except DrillbookError as error:
        raise Abort(str(error)) from error


def set_up(config: Any, environment: str | None = None) -> Any:
    """Load the site of one environment; give the theme its parts, and Markdown what blocks need."""
    if config.theme.name != "material":
        raise Abort(
            f"mkdocs.yml: the theme is '{config.theme.name}', and blocks need material. Write `name: material`."
        )
    with aborting():
        root = Path(os.environ.get("DRILLBOOK_ROOT") or find_root(Path(config.config_file_path).resolve().parent))
        site = load_site(root, os.environ.get("DRILLBOOK_ENVIRONMENT") or environment)
    if folder := _open_compiled(config):
        keep_compiled(folder)
    config.extra["site"] = site
    config.extra["here"] = here = describe(site, root)
    config.extra.setdefault("ageing_days", AGEING_DAYS)
    # The environment first: a narrow window cuts off the end.
    config.site_name = f"{here['label']} · {config.site_name}"
    config.use_directory_urls = False  # the pages must work from file://
    # It is no page of ours, and its addresses only work at the root of a server.
    config.theme.static_templates -= {"404.html"}
    # What the site overrides stands before ours, and Material's own after it.
    config.theme.dirs.insert(1 if config.theme.custom_dir else 0, str(THEME))
    if "offline" in config.plugins or "material/offline" in config.plugins:
        # That plugin takes it from a third party.
        others = [url for url in config.extra.get("polyfills", []) if "iframe-worker" not in url]
        config.extra["polyfills"] = [*others, WORKER]
    for key, names in ASSETS.items():
        config[key] += [name for name in names if name not in map(str, config[key])]
    for name, settings in EXTENSIONS.items():
        if name not in config.markdown_extensions:
            config.markdown_extensions.append(name)
        for key, value in settings.items():
            config.mdx_configs.setdefault(name, {}).setdefault(key, value)
    return config


def _open_compiled(config: Any) -> Path | None:
    """Return the folder for compiled templates; None where it cannot be made, as it is only quicker."""
    folder = Path(config.config_file_path).parent / ".drillbook" / "templates"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    return None


def find_page(page: Any, config: Any) -> SitePage:
    """Return our page of one of MkDocs'."""
    site: Site = config.extra["site"]
    return site.page(page.file.src_uri)


def run_macros(markdown: str, *, page: Any, config: Any) -> str:
    """Run the macros of a page."""
    with aborting():
        return find_page(page, config).render(markdown)


def insert_fragments(html: str, *, page: Any, config: Any) -> str:
    """Put blocks and tables in after Markdown has run, byte for byte."""
    with aborting():
        ours = find_page(page, config)
        ours.check_languages(page.markdown)
        # MkDocs checks links before it sees what is put in here.
        page.present_anchor_ids |= ours.anchors
        ours.html = ours.fill(html) + ours.details
    return strip_colours(ours.html)


def prepare_templates(env: Any, *, config: Any) -> Any:
    """Keep compiled templates, and draw a section of the navigation once for all pages of a folder."""
    if folder := _open_compiled(config):
        # Whoever reads one there compares the template's source.
        env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    drawn: dict[tuple[str, str], str] = {}

    def draw_once(draw: Any, item: Any, path: str, page: Any) -> str:
        if page is None or item.active:
            return str(draw(item, path, 1))
        key = (posixpath.dirname(page.url), path)
        if key not in drawn:
            drawn[key] = str(draw(item, path, 1))
        return drawn[key]

    env.globals["draw_once"] = draw_once
    return env


def put_colours_back(context: Any, *, page: Any, config: Any) -> Any:
    """Put the colours back, once the search plugin has indexed the page."""
    page.content = restore_colours(page.content, find_page(page, config).html)
    return context
