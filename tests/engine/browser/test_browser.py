"""What a reader meets: the environment, on a phone, on paper, without a script or a server."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.engine.browser.pages import (
    COLOURS,
    PHONE,
    blocks_of,
    find_block_pages,
    find_pages,
    find_pages_in,
    find_serious,
    find_wide,
    take_all_classes,
    take_one_of_each_folder,
)

Open = Callable[..., Page]
Watch = Callable[[], AbstractContextManager[Open]]
Serve = Callable[[Path], str]
DAY = 86400


def contrast(first: str, second: str) -> float:
    """Return the contrast of two CSS colours, as WCAG reckons it."""

    def luminance(colour: str) -> float:
        parts = [float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_copy_button_stands_out_at_rest(project_site: Path, open_page: Open, scheme: str) -> None:
    page = open_page(find_block_pages(project_site)[0].as_uri(), color_scheme=scheme)
    button = page.locator(".db-copy").first
    style = button.evaluate(
        """button => { const at = (e) => { const c = getComputedStyle(e).backgroundColor;
             return /, 0\\)|transparent/.test(c) ? at(e.parentElement) : c; };
           const own = getComputedStyle(button);
           return [own.borderTopColor, own.color, own.backgroundColor, at(button.parentElement)]; }"""
    )
    border, text, ground, around = style
    assert contrast(border, around) >= 3, style
    assert contrast(text, ground) >= 4.5, style


@pytest.mark.parametrize(("name", "scheme"), [("project", "dark"), ("bytes", "light"), ("bytes", "dark")])
def test_nothing_is_wider_than_a_phone(request: pytest.FixtureRequest, open_page: Open, name: str, scheme: str) -> None:
    # The project's other tree is seen with scripts, below: here without, as it is there in half the time.
    scripts = name != "project"
    for path in find_pages_in(request.getfixturevalue(f"{name}_site"), scheme):
        page = open_page(path.as_uri(), viewport=PHONE, color_scheme=scheme, java_script_enabled=scripts)
        width, wide = find_wide(page)
        assert width <= 360, (path, wide)
        assert not wide, (path, wide)


def test_a_long_command_scrolls_by_keyboard(bytes_site: Path, open_page: Open) -> None:
    page = open_page(find_block_pages(bytes_site)[0].as_uri(), viewport=PHONE)
    code = page.locator('[data-snippet="bytes/long"] code')
    code.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")


def test_pages_read_without_a_script(project_site: Path, open_page: Open) -> None:
    for path in find_block_pages(project_site):
        label = path.relative_to(project_site).parts[0]
        page = open_page(path.as_uri(), java_script_enabled=False)
        expect(page.locator("[data-environment]")).to_contain_text(re.compile(label, re.IGNORECASE))
        expect(page.locator(".db-here__built")).to_contain_text("UTC")
        for block in page.locator(".db-block").all():
            expect(block.locator("[data-snippet] code")).to_be_visible()
            expect(block.locator(".db-risk")).to_be_visible()
            expect(block.locator(".db-verdict")).to_be_visible()
            expect(block.locator(".db-copy")).to_be_hidden()
        for time in page.locator("time[data-verified]").all():
            assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", time.inner_text())


def test_search_works_from_a_file(project_site: Path, open_page: Open) -> None:
    for path in find_block_pages(project_site):
        page = open_page(path.as_uri())
        page.locator("input.md-search__input").click()
        page.keyboard.type("escalation", delay=20)
        result = page.locator(".md-search-result__item a").first
        expect(result).to_be_visible()
        assert str(result.evaluate("a => a.href")).startswith(
            (project_site / path.relative_to(project_site).parts[0]).as_uri()
        )


def test_paper_shows_the_blocks_and_the_environment(project_site: Path, open_page: Open, tmp_path: Path) -> None:
    for path in find_block_pages(project_site):
        label = path.relative_to(project_site).parts[0]
        page = open_page(path.as_uri())
        page.emulate_media(media="print")
        expect(page.locator("[data-environment]")).to_be_visible()
        expect(page.locator("[data-environment]")).to_contain_text(re.compile(label, re.IGNORECASE))
        assert re.search(label, page.title(), re.IGNORECASE)
        for block in blocks_of(page):
            expect(block.locator("code")).to_be_visible()
            expect(block.locator(".db-copy")).to_be_hidden()
            assert block.locator("pre > code").evaluate("code => code.scrollWidth <= code.clientWidth + 1")
        assert len(page.pdf(path=tmp_path / "page.pdf", format="A4")) > 10_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_colour_that_is_hard_to_read(project_site: Path, open_page: Open, scheme: str) -> None:
    for path in take_all_classes(find_pages_in(project_site, scheme)):
        assert not find_serious(open_page(path.as_uri(), color_scheme=scheme), COLOURS), path


def test_a_text_that_can_hardly_be_read_is_found_by_its_colours(bytes_site: Path, open_page: Open) -> None:
    page = open_page(find_block_pages(bytes_site)[0].as_uri(), color_scheme="dark")
    page.add_style_tag(content=".md-typeset p { color: #777 !important; background: #888 !important; }")
    assert [rule for rule, _ in find_serious(page, COLOURS)] == ["color-contrast"]


def test_each_environment_has_its_own_colour_and_word(project_site: Path, open_page: Open) -> None:
    colours, words = set(), set()
    pages = find_block_pages(project_site)
    for path in pages:
        page = open_page(path.as_uri())
        here = page.locator("[data-environment]")
        colours.add(page.locator(".md-banner").evaluate("e => getComputedStyle(e).backgroundColor"))
        words.add(here.locator(".db-here__name").inner_text())
        page.mouse.wheel(0, 2500)
        expect(page.locator(".md-header")).to_be_in_viewport()
        expect(page.locator(".md-header__topic").first).to_contain_text(
            re.compile(path.relative_to(project_site).parts[0], re.IGNORECASE)
        )
    assert len(colours) == len(words) == len(pages) > 1


def test_the_switch_leads_to_the_same_page_elsewhere(site: Path, open_page: Open) -> None:
    # The audit follows the switch of every page; a browser tries one of each folder, from each environment.
    for path in take_one_of_each_folder(find_pages(site)):
        environment, *rest = path.relative_to(site).parts
        # Without scripts a page is there at once, and its links have to lead somewhere all the same.
        page = open_page(path.as_uri(), java_script_enabled=False)
        page.locator("[data-switch] a").first.click()
        there = page.locator("[data-environment]").get_attribute("data-environment")
        assert there != environment
        assert page.url.split("#")[0] == site.joinpath(str(there), *rest).as_uri()


def test_the_first_page_leads_to_each_environment(project_site: Path, open_page: Open) -> None:
    page = open_page((project_site / "index.html").as_uri(), java_script_enabled=False)
    for address in [link.get_attribute("href") for link in page.locator("a").all()]:
        assert (project_site / str(address)).is_file()
    page.locator("a").first.click()
    expect(page.locator("[data-environment]")).to_be_visible()


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_both_schemes_follow_the_system(
    project_site: Path, open_page: Open, tmp_path: Path, scheme: str, width: int
) -> None:
    # All pages have one style sheet; who wants to look at every one of them says where.
    wanted = os.environ.get("DRILLBOOK_SCREENSHOTS")
    folder = Path(wanted or tmp_path)
    pages = find_pages_in(project_site, scheme)
    for path in pages if wanted else take_one_of_each_folder(pages):
        page = open_page(path.as_uri(), color_scheme=scheme, viewport={"width": width, "height": 900})
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        text = page.locator("h1").first.evaluate("e => getComputedStyle(e).color")
        assert (contrast(ground, "rgb(0,0,0)") > 10) == (scheme == "light")
        assert contrast(ground, text) >= 4.5
        name = "-".join(path.relative_to(project_site).with_suffix("").parts)
        shot = page.screenshot(path=folder / f"{name}-{scheme}-{width}.png", full_page=True)
        assert len(shot) > 5_000


def test_a_request_to_others_is_counted_and_refused(bytes_site: Path, watch_tabs: Watch) -> None:
    tabs = watch_tabs()
    page = tabs.__enter__()(find_block_pages(bytes_site)[0].as_uri())
    assert page.evaluate("fetch('http://elsewhere.example/').then(() => 'came', () => 'refused')") == "refused"
    with pytest.raises(AssertionError, match=r"elsewhere\.example"):
        tabs.__exit__(None, None, None)
