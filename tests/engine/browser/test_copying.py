"""What a reader copies, by button and by hand: exactly the bytes that were verified."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from drillbook.core.model import sha256
from tests.engine.browser.pages import (
    blocks_of,
    expect_copies,
    find_block_pages,
    find_pages_with_blocks,
    read_clipboard,
    take_clipboard,
)

Open = Callable[..., Page]
Serve = Callable[[Path], str]
DAY = 86400


def test_each_block_is_copied_exactly_by_pointer_and_keys(bytes_site: Path, open_page: Open) -> None:
    for path in find_pages_with_blocks(bytes_site):
        page = open_page(path.as_uri())
        for block in blocks_of(page):
            for copy in (press_button, select_by_hand):
                copy(page, block)
                expect_bytes(block, take_clipboard(page))


def test_each_block_of_the_other_tree_is_copied_exactly_in_the_page_itself(bytes_site: Path, open_page: Open) -> None:
    expect_copies(bytes_site, open_page)


def press_button(page: Page, block: Locator) -> None:
    block.locator(".db-copy").click()
    expect(block.locator(".db-copy")).to_have_text("Copied")


def select_by_hand(page: Page, block: Locator) -> None:
    block.locator("pre > code").evaluate("code => getSelection().selectAllChildren(code)")
    page.keyboard.press("Control+C")


def expect_bytes(block: Locator, copied: str) -> None:
    assert sha256(copied) == block.get_attribute("data-sha256"), (block.get_attribute("data-snippet"), repr(copied))


def test_each_copy_button_works_over_http_too(bytes_site: Path, open_page: Open, serve: Serve) -> None:
    base = serve(bytes_site)
    for path in find_pages_with_blocks(bytes_site):
        page = open_page(f"{base}/{path.relative_to(bytes_site)}")
        for block in blocks_of(page):
            press_button(page, block)
            expect_bytes(block, take_clipboard(page))


def test_the_copy_button_works_where_the_browser_offers_no_clipboard(bytes_site: Path, open_page: Open) -> None:
    page = open_page(find_block_pages(bytes_site)[0].as_uri())
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    for block in blocks_of(page):
        block.locator(".db-copy").click()
        expect(block.locator(".db-copy")).to_have_text("Copied")
        assert sha256(read_clipboard(page)) == block.get_attribute("data-sha256")


def test_selecting_by_hand_needs_no_script(bytes_site: Path, open_page: Open) -> None:
    # A page that may not run scripts does not read the clipboard either.
    reader = open_page((bytes_site / "index.html").as_uri(), java_script_enabled=True)
    for path in find_pages_with_blocks(bytes_site):
        page = open_page(path.as_uri(), java_script_enabled=False)
        for block in blocks_of(page):
            select_by_hand(page, block)
            reader.bring_to_front()
            copied = take_clipboard(reader)
            page.bring_to_front()
            expect_bytes(block, copied)


def test_dragging_the_pointer_over_a_command_copies_its_bytes(bytes_site: Path, open_page: Open) -> None:
    page = open_page(find_block_pages(bytes_site)[0].as_uri())
    for block in blocks_of(page)[:5]:
        code = block.locator("pre > code")
        # Near an edge of the window the page would scroll under the pointer.
        code.evaluate("code => code.scrollIntoView({block: 'center', behavior: 'instant'})")
        box = code.bounding_box()
        assert box
        page.mouse.move(box["x"] + 2, box["y"] + 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 3, box["y"] + box["height"] - 3, steps=5)
        page.mouse.up()
        page.keyboard.press("Control+C")
        copied = read_clipboard(page)
        assert sha256(copied) == block.get_attribute("data-sha256"), repr(copied)


def test_a_button_that_falls_silent_leaves_what_another_said(bytes_site: Path, open_page: Open) -> None:
    page = open_page("about:blank")
    page.clock.install()
    page.goto(find_block_pages(bytes_site)[0].as_uri())
    page.clock.pause_at(time.time() + DAY)
    first, second = page.locator(".db-copy").all()[:2]
    first.click()
    expect(first).to_have_text("Copied")
    page.clock.run_for(2000)
    second.click()
    expect(second).to_have_text("Copied")
    said = page.locator("[aria-live=polite]", has_text="Copied: ").inner_text()
    page.clock.run_for(1000)
    expect(first).to_have_text("Copy")
    assert page.locator("[aria-live=polite]", has_text="Copied: ").inner_text() == said


def test_a_text_that_is_not_the_verified_one_is_said_to_differ(bytes_site: Path, open_page: Open) -> None:
    page = open_page(find_block_pages(bytes_site)[0].as_uri())
    block = blocks_of(page)[0]
    block.locator("code").evaluate("code => code.append(' # edited')")
    block.locator(".db-copy").click()
    expect(block.locator(".db-copy")).to_have_text("Differs!")
