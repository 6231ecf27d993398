"""The edge to MkDocs: macros for pages, and the hooks that put HTML in after Markdown has run."""

from __future__ import annotations

import contextlib
import os
import posixpath
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority

from drillbook.core.errors import DrillbookError
from drillbook.site.indexing import restore_colours, strip_colours
from drillbook.site.macro_calls import run_calls
from drillbook.site.macros import MACROS, Page, load_site
from drillbook.site.provenance import describe


def define_env(env: Any) -> None:
    """Load the site of one environment, and let pages call its macros."""
    root = Path(os.environ.get("DRILLBOOK_ROOT") or env.project_dir)
    try:
        site = load_site(root)
    except DrillbookError as error:
        raise Abort(str(error)) from error
    env.conf.extra["site"] = site
    env.conf.extra["here"] = here = describe(site, root)
    # The environment first: a narrow window cuts off the end.
    env.conf.site_name = f"{here['label']} · {env.conf.site_name}"
    # It is no page of ours, and its addresses only work at the root of a server.
    env.conf.theme.static_templates -= {"404.html"}

    def delegate(name: str) -> Any:
        def call(*words: Any, **named: Any) -> str:
            return site.page(env.page.file.src_uri).macros[name](*words, **named)

        return call

    for name in MACROS:
        env.macro(delegate(name), name)


@event_priority(50)  # before the plugin
def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:
    """Run the macros of a page that has nothing but calls; any other is left to the plugin."""
    if "@{" in str(page.title) or "render_macros" in page.meta:
        return markdown
    try:
        done = run_calls(markdown, config.extra["site"].page(page.file.src_uri).macros)
    except DrillbookError as error:
        raise Abort(str(error)) from error
    if done is None:
        return markdown
    page.meta["render_macros"] = False
    return done


def on_page_content(html: str, *, page: Any, config: Any, files: Any) -> str:
    """Put blocks and tables in after Markdown has run, byte for byte."""
    try:
        ours: Page = config.extra["site"].page(page.file.src_uri)
        ours.check_languages(page.markdown)
        # MkDocs checks links before it sees what is put in here.
        page.present_anchor_ids |= ours.anchors
        ours.html = ours.fill(html) + ours.details
    except DrillbookError as error:
        raise Abort(str(error)) from error
    return strip_colours(ours.html)


def on_env(env: Any, *, config: Any, files: Any) -> Any:
    """Keep compiled templates, and draw a section of the navigation once: on each page anew, its cost grows with both."""
    compiled = Path(config.config_file_path).parent / ".drillbook" / "templates"
    with contextlib.suppress(OSError):  # it is only quicker
        compiled.mkdir(parents=True, exist_ok=True)
        # Whoever reads one there compares the template's source.
        env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
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


@event_priority(-50)  # after the search plugin has indexed the page
def on_page_context(context: Any, *, page: Any, config: Any, nav: Any) -> Any:
    """Put the colours back."""
    page.content = restore_colours(page.content, config.extra["site"].page(page.file.src_uri).html)
    return context
