"""`plugins: [drillbook]`: pages show snippets, messages and values by macros, beside any other plugin."""

from __future__ import annotations

from typing import Any

from mkdocs.config.base import Config
from mkdocs.config.config_options import Optional, Type
from mkdocs.plugins import BasePlugin, event_priority

from drillbook.mkdocs_plugin import hooks


class Settings(Config):  # type: ignore[no-untyped-call]  # of MkDocs
    """What a site says to the plugin."""

    environment = Optional(Type(str))
    """Whose site this is, where `drillbook build` does not say; needed where there are several."""


class DrillbookPlugin(BasePlugin[Settings]):  # type: ignore[no-untyped-call]  # likewise
    """Brings macros, blocks, theme parts and assets into a site."""

    def on_config(self, config: Any) -> Any:
        """Load the site of one environment."""
        return hooks.set_up(config, self.config.environment)

    @event_priority(50)  # before a plugin that reads macros of its own
    def on_page_markdown(self, markdown: str, *, page: Any, config: Any, files: Any) -> str:
        """Run our macros."""
        return hooks.run_macros(markdown, page=page, config=config)

    def on_page_content(self, html: str, *, page: Any, config: Any, files: Any) -> str:
        """Put the blocks in."""
        return hooks.insert_fragments(html, page=page, config=config)

    def on_env(self, env: Any, *, config: Any, files: Any) -> Any:
        """Prepare the theme's templates."""
        return hooks.prepare_templates(env, config=config)

    @event_priority(-50)  # after the search plugin has indexed the page
    def on_page_context(self, context: Any, *, page: Any, config: Any, nav: Any) -> Any:
        """Put the colours back."""
        return hooks.put_colours_back(context, page=page, config=config)
