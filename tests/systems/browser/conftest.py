"""The same Chromium as for the engine's pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.browser.conftest import browser, open_page, serve, watch_tabs

__all__ = ["browser", "open_page", "serve", "watch_tabs"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands here."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
