"""The thin edge of mkdocs-macros-plugin: it and MkDocs call the functions of `drillbook.mkdocs_plugin`."""

from __future__ import annotations

from typing import Any

from mkdocs.plugins import event_priority

from drillbook.mkdocs_plugin import hooks
from drillbook.project.macro_calls import run_calls
from drillbook.site.macros import MACROS


def define_env(env: Any) -> None:
    """Load the site of one environment, and let pages call its macros."""
    hooks.set_up(env.conf)

    def delegate(name: str) -> Any:
        def call(*words: Any, **named: Any) -> str:
            return str(hooks.find_page(env.page, env.conf).macros[name](*words, **named))

        return call

    for name in MACROS:
        env.macro(delegate(name), name)


@event_priority(50)  # before the plugin
def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:
    """Run the macros of a page that has nothing but calls; any other is left to the plugin."""
    if "@{" in str(page.title) or "render_macros" in page.meta:
        return markdown
    with hooks.aborting():
        done = run_calls(markdown, hooks.find_page(page, config).macros)
    if done is None:
        return markdown
    page.meta["render_macros"] = False
    return done


def on_page_content(html: str, *, page: Any, config: Any, files: Any) -> str:
    """Put the blocks in."""
    return hooks.insert_fragments(html, page=page, config=config)


def on_env(env: Any, *, config: Any, files: Any) -> Any:
    """Prepare the theme's templates."""
    return hooks.prepare_templates(env, config=config)


@event_priority(-50)  # after the search plugin has indexed the page
def on_page_context(context: Any, *, page: Any, config: Any, nav: Any) -> Any:
    """Put the colours back."""
    return hooks.put_colours_back(context, page=page, config=config)
