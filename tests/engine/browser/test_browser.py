"""What a reader meets, on pages of difficult bytes: on a phone, with the keyboard, in another environment."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.engine.browser.pages import (
    COLOURS,
    PHONE,
    expect_narrow,
    expect_switches,
    find_block_pages,
    find_pages_in,
    find_serious,
)

Open = Callable[..., Page]
Watch = Callable[[], AbstractContextManager[Open]]
Serve = Callable[[Path], str]
DAY = 86400


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone_with_difficult_bytes(bytes_site: Path, open_page: Open, scheme: str) -> None:
    for path in find_pages_in(bytes_site, scheme):
        expect_narrow(open_page(path.as_uri(), viewport=PHONE, color_scheme=scheme))


def test_the_switch_leads_to_the_same_page_in_another_environment(bytes_site: Path, open_page: Open) -> None:
    expect_switches(bytes_site, open_page)


def test_a_long_command_scrolls_by_keyboard(bytes_site: Path, open_page: Open) -> None:
    page = open_page(find_block_pages(bytes_site)[0].as_uri(), viewport=PHONE)
    code = page.locator('[data-snippet="bytes/long"] code')
    code.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")


def test_a_text_that_can_hardly_be_read_is_found_by_its_colours(bytes_site: Path, open_page: Open) -> None:
    page = open_page(find_block_pages(bytes_site)[0].as_uri(), color_scheme="dark")
    page.add_style_tag(content=".md-typeset p { color: #777 !important; background: #888 !important; }")
    assert [rule for rule, _ in find_serious(page, COLOURS)] == ["color-contrast"]


@pytest.mark.parametrize(("days", "said"), [(0, "today"), (29, "29 days ago"), (31, "ageing"), (-3, "future")])
def test_the_age_of_a_verdict_is_reckoned_in_the_browser(
    bytes_site: Path, browser_with_verdict: Callable[[int], Page], days: int, said: str
) -> None:
    page = browser_with_verdict(days)
    expect(page.locator("time[data-verified] + .db-age").first).to_contain_text(said)


@pytest.fixture
def browser_with_verdict(bytes_site: Path, open_page: Open) -> Callable[[int], Page]:
    """Open a page as it is read so many days after a verdict."""

    def open_later(days: int) -> Page:
        page = open_page("about:blank")
        page.clock.install(time=1_800_000_000 + days * DAY + 60)
        page.goto(find_block_pages(bytes_site)[0].as_uri())
        page.evaluate(
            """() => { const time = document.createElement('time'); time.dateTime = '2027-01-15T08:00:00Z';
                 time.dataset.verified = ''; document.querySelector('.db-foot').append(time); }"""
        )
        page.add_script_tag(url=(bytes_site / "production/assets/drillbook.js").as_uri())
        return page

    return open_later


def test_a_request_to_others_is_counted_and_refused(bytes_site: Path, watch_tabs: Watch) -> None:
    tabs = watch_tabs()
    page = tabs.__enter__()(find_block_pages(bytes_site)[0].as_uri())
    assert page.evaluate("fetch('http://elsewhere.example/').then(() => 'came', () => 'refused')") == "refused"
    with pytest.raises(AssertionError, match=r"elsewhere\.example"):
        tabs.__exit__(None, None, None)
