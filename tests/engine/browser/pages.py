"""What the browser tests look for in a built site."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, ViewportSize

from drillbook.core.model import sha256

PHONE: ViewportSize = {"width": 360, "height": 740}
WIDE: ViewportSize = {"width": 1280, "height": 900}
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
    pages = [path for path in find_pages(site) if has_blocks(path)]
    assert pages
    return pages


def has_blocks(page: Path) -> bool:
    """Tell whether a page shows snippets."""
    return "data-snippet=" in page.read_text("utf-8")


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


def find_wide(page: Page) -> tuple[int, list[str]]:
    """Return how wide a page is on a phone, and which parts of it stand out."""
    wide = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
             .filter(e => e.getBoundingClientRect().right > 361)
             .filter(e => !e.closest('.md-sidebar, .md-search, .md-header__title, pre, .db-live'))
             // What scrolls by itself: a script wraps tables, without one they are blocks.
             .filter(e => !e.closest('.db-table, .md-typeset__scrollwrap, thead, tbody'))
             .map(e => e.outerHTML.slice(0, 120))"""
    )
    return int(page.evaluate("document.scrollingElement.scrollWidth")), list(wide)


def expect_narrow(page: Page) -> None:
    """Demand that a page in a phone's window is no wider than that."""
    width, wide = find_wide(page)
    assert width <= PHONE["width"], (page.url, wide)
    assert not wide, (page.url, wide)


def expect_switches(site: Path, open_page: Callable[..., Page]) -> None:
    """Demand that the switch leads to the same page of another environment, on one page of each folder.

    The audit follows the switch of every page.
    """
    for path in take_one_of_each_folder(find_pages(site)):
        environment, *rest = path.relative_to(site).parts
        # Without scripts a page is there at once, and its links have to lead somewhere all the same.
        page = open_page(path.as_uri(), java_script_enabled=False)
        page.locator("[data-switch] a").first.click()
        there = page.locator("[data-environment]").get_attribute("data-environment")
        assert there != environment
        assert page.url.split("#")[0] == site.joinpath(str(there), *rest).as_uri()


COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""The rules of axe that colours can break: the others find the same in each scheme. They take most of its time."""
OTHERS = {"rules": {rule: {"enabled": False} for rule in COLOURS["runOnly"]["values"]}}


SHARED = {"exclude": [[".md-header"], [".md-sidebar--primary"], [".md-footer"]]}
"""What all pages of a folder have in common."""


def find_serious(
    page: Page, options: dict[str, Any], context: dict[str, Any] | None = None
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what axe finds on a page, or in a part of it, with everything unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    found = Axe().run(page, context, {"resultTypes": ["violations"], **options}).response["violations"]
    return [
        (one["id"], [(node["html"][:150], node["failureSummary"]) for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


COPY_ALL = """async () => {
  const empty = () => navigator.clipboard.writeText('');
  const read = () => navigator.clipboard.readText();
  const copied = [];
  for (const block of document.querySelectorAll('[data-snippet]')) {
    const button = block.querySelector('.db-copy');
    await empty();
    button.click();
    while (button.textContent.trim() !== 'Copied') await new Promise(wait => setTimeout(wait, 1));
    const pressed = await read();
    await empty();
    getSelection().selectAllChildren(block.querySelector('pre > code'));
    document.execCommand('copy');
    copied.push([block.dataset.snippet, block.dataset.sha256, pressed, await read()]);
  }
  return copied;
}"""
"""Copy each block of a page by its button and from a selection; return both, with the block's id and digest."""


def copy_all(page: Page) -> list[tuple[str, str, str, str]]:
    """Copy each block of a page that has some."""
    page.bring_to_front()
    copied = [(snippet, digest, pressed, selected) for snippet, digest, pressed, selected in page.evaluate(COPY_ALL)]
    assert copied
    return copied


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen of a page that was opened once: on a phone, by axe on a wide screen, and copied from it."""

    path: Path
    width: int
    wide: list[str]
    serious: list[tuple[str, list[tuple[str, str]]]]
    copied: list[tuple[str, str, str, str]]
    """Each block's id and digest, and what its button and a selection by hand copied."""


def expect_copied(snippet: str, digest: str, by_button: str, by_hand: str) -> None:
    """Demand that both ways copied what was verified."""
    assert sha256(by_button) == digest, (snippet, by_button)
    assert sha256(by_hand) == digest, (snippet, by_hand)


def expect_copies(site: Path, open_page: Callable[..., Page]) -> None:
    """Demand that each block of the tree that is shown dark is copied exactly."""
    for path in find_pages_in(site, "dark"):
        if has_blocks(path):
            for block in copy_all(open_page(path.as_uri())):
                expect_copied(*block)
