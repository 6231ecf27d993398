"""What the browser tests look for in a built site."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page

CLASSES = re.compile(r'<(\w+)[^<>]*? class="([^"]*)"')


def find_pages(site: Path) -> list[Path]:
    """Return every page of every tree."""
    return sorted(site.glob("*/**/*.html"))


def find_pages_in(site: Path, scheme: str) -> list[Path]:
    """Return every page of one tree: light pages of the first environment, dark ones of the last.

    Trees differ in words alone, and both are tried; every page in each scheme of each tree takes a browser minutes.
    """
    trees = sorted({path.relative_to(site).parts[0] for path in find_pages(site)})
    return sorted((site / trees[0 if scheme == "light" else -1]).glob("**/*.html"))


def take_one_of_each_folder(pages: list[Path]) -> list[Path]:
    """Return the last page of each folder."""
    return list({path.parent: path for path in pages}.values())


def take_all_classes(pages: list[Path]) -> list[Path]:
    """Return so many of the pages that each class of element that any of them has is among them, in each tag."""
    classes = {path: set(CLASSES.findall(path.read_text("utf-8"))) for path in pages}
    left = set().union(*classes.values())
    taken = []
    while left:
        taken.append(max(pages, key=lambda path: len(classes[path] & left)))
        left -= classes[taken[-1]]
    return taken


def find_pages_with_blocks(site: Path) -> list[Path]:
    """Return the pages that show snippets; there must be some."""
    pages = [path for path in find_pages(site) if "data-snippet=" in path.read_text("utf-8")]
    assert pages
    return pages


def find_block_pages(site: Path) -> list[Path]:
    """Return one page with blocks of each environment."""
    return list({path.relative_to(site).parts[0]: path for path in find_pages_with_blocks(site)}.values())


def blocks_of(page: Page) -> list[Locator]:
    """Return the blocks; there must be some."""
    blocks = page.locator("[data-snippet]").all()
    assert blocks
    return blocks


def read_clipboard(page: Page) -> str:
    """Return the clipboard's text."""
    return str(page.evaluate("navigator.clipboard.readText()"))


def take_clipboard(page: Page) -> str:
    """Return the clipboard's text, and leave the clipboard empty: what is copied next must come from there."""
    return str(
        page.evaluate("navigator.clipboard.readText().then(t => navigator.clipboard.writeText('').then(() => t))")
    )
