"""What holds for every page and every block: a page of a tree is opened once for all that is looked for in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.engine.browser.conftest import watch_tabs_of
from tests.engine.browser.pages import (
    OTHERS,
    PHONE,
    SHARED,
    WIDE,
    Seen,
    copy_all,
    expect_copied,
    expect_copies,
    find_pages_in,
    find_serious,
    find_wide,
    has_blocks,
    take_one_of_each_folder,
)

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def light_pages(project_site: Path, browser: Browser) -> list[Seen]:
    """Open each page of the light tree."""
    pages = find_pages_in(project_site, "light")
    whole = take_one_of_each_folder(pages)
    seen = []
    with watch_tabs_of(browser) as open_tab:
        for path in pages:
            page = open_tab(path.as_uri(), color_scheme="light", viewport=PHONE)
            width, wide = find_wide(page)
            page.set_viewport_size(WIDE)
            serious = find_serious(page, OTHERS, None if path in whole else SHARED)
            copied = copy_all(page) if has_blocks(path) else []
            seen.append(Seen(path=path, width=width, wide=wide, serious=serious, copied=copied))
            page.set_viewport_size(PHONE)
    assert seen
    return seen


def test_nothing_is_wider_than_a_phone_in_the_other_tree_and_scheme(light_pages: list[Seen]) -> None:
    for seen in light_pages:
        assert seen.width <= 360, (seen.path, seen.wide)
        assert not seen.wide, (seen.path, seen.wide)


def test_axe_finds_nothing_serious(light_pages: list[Seen]) -> None:
    for seen in light_pages:
        assert not seen.serious, seen.path


def test_each_block_is_copied_exactly_by_its_button_and_by_hand(light_pages: list[Seen]) -> None:
    # Hundreds of them, in the page itself. That pointer and keys come to the same is tried with the difficult bytes.
    copied = [block for seen in light_pages for block in seen.copied]
    assert copied
    for block in copied:
        expect_copied(*block)


def test_each_block_of_the_other_tree_is_copied_exactly(project_site: Path, open_page: Open) -> None:
    expect_copies(project_site, open_page)
