"""Messages, symptoms and reviews, as a reader meets them: the exact bytes, what was typed, what is found."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from drillbook.core.model import sha256
from drillbook.project.messages import render_message
from drillbook.project.project import load_project

Open = Callable[..., Page]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def open_messages(bytes_site: Path, open_page: Open) -> Open:
    """Open the page with messages."""
    return functools.partial(open_page, (bytes_site / "production/bytes/messages.html").as_uri())


def read_clipboard(page: Page) -> str:
    """Return the clipboard's text."""
    return str(page.evaluate("navigator.clipboard.readText()"))


def find_block(page: Page, number: int = 0) -> Locator:
    """Return a message's block."""
    return page.locator("[data-message]").nth(number)


def test_copying_a_message_gives_exactly_its_bytes(open_messages: Open, bytes_root: Path) -> None:
    page = open_messages()
    block = find_block(page)
    block.locator(".db-copy").click()
    expect(block.locator(".db-copy")).to_have_text("Copied, 3 blanks left")
    project = load_project(bytes_root)
    wanted = render_message(project.messages["bytes/notice"], project.environments["production"])
    assert read_clipboard(page) == wanted.text
    assert sha256(wanted.text) == block.get_attribute("data-sha256")


def test_selecting_a_message_by_hand_gives_exactly_its_bytes(open_messages: Open) -> None:
    page = open_messages()
    block = find_block(page)
    block.locator("code").evaluate("code => getSelection().selectAllChildren(code)")
    page.keyboard.press("Control+C")
    assert sha256(read_clipboard(page)) == block.get_attribute("data-sha256")


def test_what_is_typed_stands_in_its_blank_alone_and_is_copied(open_messages: Open) -> None:
    page = open_messages()
    block = find_block(page)
    before = str(block.locator("code").text_content())
    block.get_by_text("Fill in the 3 blanks here").click()
    # Two blanks have the same words and mean two times; their lines tell which is which.
    block.get_by_label("time, as 14:05 UTC (Since … the service is\t….)").fill('14:07 <UTC> & "$1"')
    expect(block.locator("mark").first).to_have_text('14:07 <UTC> & "$1"')
    expect(block.locator("mark").last).to_have_text("[[time, as 14:05 UTC]]")
    block.locator(".db-copy").click()
    expect(block.locator(".db-copy")).to_have_text("Copied, 2 blanks left")
    assert read_clipboard(page) == before.replace("[[time, as 14:05 UTC]]", '14:07 <UTC> & "$1"', 1)
    block.get_by_label("down or slow").fill("slow")
    block.get_by_label("time, as 14:05 UTC (Next notice: …)").fill("14:30 UTC")
    block.locator(".db-copy").click()
    expect(block.locator(".db-copy")).to_have_text("Copied")
    assert "[[" not in read_clipboard(page)
    # The other message of the page has blanks of its own.
    assert find_block(page, 1).locator("code").text_content() == before


def test_what_is_taken_out_again_leaves_the_message_as_it_was(open_messages: Open) -> None:
    page = open_messages()
    block = find_block(page)
    block.get_by_text("Fill in the 3 blanks here").click()
    for text in ("slow", ""):
        block.get_by_label("down or slow").fill(text)
    block.locator(".db-copy").click()
    assert sha256(read_clipboard(page)) == block.get_attribute("data-sha256")


def test_a_click_on_a_blank_leads_to_its_field(open_messages: Open) -> None:
    page = open_messages()
    block = find_block(page)
    block.locator("mark").nth(1).click()
    expect(block.get_by_label("down or slow")).to_be_focused()


def test_a_message_that_was_altered_is_said_to_differ(open_messages: Open) -> None:
    page = open_messages()
    block = find_block(page)
    block.locator("mark").first.click()
    block.get_by_label("down or slow").fill("slow")
    block.locator("code").evaluate("code => code.prepend('Not ')")
    block.locator(".db-copy").click()
    expect(block.locator(".db-copy")).to_have_text("Differs!")


def test_without_a_script_a_message_is_its_text(open_messages: Open) -> None:
    page = open_messages(java_script_enabled=False)
    block = find_block(page)
    expect(block.locator("code")).to_be_visible()
    expect(block.locator("mark").first).to_have_text("[[time, as 14:05 UTC]]")
    expect(block.locator(".db-copy")).to_be_hidden()
    assert block.locator("input").count() == 0


def test_on_paper_a_message_has_no_form(open_messages: Open) -> None:
    page = open_messages()
    find_block(page).get_by_text("Fill in the 3 blanks here").click()
    page.emulate_media(media="print")
    expect(find_block(page).locator(".db-blanks")).to_be_hidden()
    expect(find_block(page).locator("mark").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_form_fits_on_a_phone(open_messages: Open, scheme: str) -> None:
    page = open_messages(viewport=PHONE, color_scheme=scheme)
    find_block(page).get_by_text("Fill in the 3 blanks here").click()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    for field in find_block(page).locator("input").all():
        box = field.bounding_box()
        assert box
        assert box["x"] + box["width"] <= 360
        assert box["height"] >= 24


@pytest.mark.parametrize(("day", "overdue"), [("2027-02-01T23:00:00Z", False), ("2027-02-02T00:01:00Z", True)])
def test_an_overdue_review_is_reckoned_in_the_browser(
    bytes_site: Path, open_page: Open, day: str, overdue: bool
) -> None:
    page = open_page("about:blank")
    page.clock.set_fixed_time(day)
    page.goto((bytes_site / "production/bytes/messages.html").as_uri())
    expect(page.locator("[data-page]")).to_contain_text("To be reviewed again by 2027-02-01")
    notice = page.locator("h1 + .db-overdue")
    expect(notice).to_have_count(int(overdue))
    if overdue:
        expect(notice).to_contain_text("overdue since 2027-02-01. Answering for it: Bytes team & friends.")
        expect(page.locator("[data-page]")).to_contain_text("(overdue)")


def test_without_a_script_the_page_says_when_its_review_is_due(open_messages: Open) -> None:
    page = open_messages(java_script_enabled=False)
    expect(page.locator("[data-page]")).to_have_text(
        "Owner: Bytes team & friends. Version 2.1. Reviewed 2026-11-01. To be reviewed again by 2027-02-01."
    )


def search(page: Page, words: str) -> Locator:
    """Put words into the search, the last letter by its key, and return the addresses that it finds."""
    page.locator("input.md-search__input").click()
    page.locator("input.md-search__input").fill(words[:-1])
    page.keyboard.type(words[-1])
    return page.locator(".md-search-result__item a")


@pytest.mark.parametrize(
    "words",
    [
        'FATAL: <sorry>, "too many" clients | already',
        "FATAL: <sorry>",
        "sorry, too many clients",
        "HTTPConnectionPool_Timeout",
        "httpconnectionpool",
        "ConnectionPool_Timeout",
        'FATAL: "somebody" -sorry ~ *',
        "cannot",
    ],
)
def test_the_search_finds_an_error_text_as_it_stands(bytes_site: Path, open_page: Open, words: str) -> None:
    page = open_page((bytes_site / "production/index.html").as_uri())
    found = search(page, words)
    expect(found.first).to_be_visible()
    assert any("bytes/symptoms.html" in str(a.get_attribute("href")) for a in found.all())
