"""What a reader of this project's pages meets: the environment, on a phone, on paper, without a script or a server."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from time import time
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from drillbook.project.pages import load_pages
from tests.engine.browser.pages import (
    COLOURS,
    PHONE,
    blocks_of,
    expect_narrow,
    expect_switches,
    find_block_pages,
    find_pages_in,
    find_serious,
    take_all_classes,
    take_one_of_each_folder,
)

Open = Callable[..., Page]
ROOT = Path(__file__).parents[3]
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


def test_nothing_is_wider_than_a_phone(project_site: Path, open_page: Open) -> None:
    # The other tree is seen with scripts, in test_every_page.py: here without, as it is there in half the time.
    for path in find_pages_in(project_site, "dark"):
        expect_narrow(open_page(path.as_uri(), viewport=PHONE, color_scheme="dark", java_script_enabled=False))


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
        for verified in page.locator("time[data-verified]").all():
            assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", verified.inner_text())


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


def test_the_switch_leads_to_the_same_page_elsewhere(project_site: Path, open_page: Open) -> None:
    expect_switches(project_site, open_page)


def test_the_first_page_leads_to_each_environment(project_site: Path, open_page: Open) -> None:
    page = open_page((project_site / "index.html").as_uri(), java_script_enabled=False)
    for address in [link.get_attribute("href") for link in page.locator("a").all()]:
        assert (project_site / str(address)).is_file()
    page.locator("a").first.click()
    expect(page.locator("[data-environment]")).to_be_visible()


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


def test_the_copy_is_named_and_announced(project_site: Path, open_page: Open) -> None:
    page = open_page("about:blank")
    page.clock.install()
    page.goto(find_block_pages(project_site)[0].as_uri())
    # What is said stays until it was read, however slow the machine is.
    page.clock.pause_at(time() + DAY)
    for block in blocks_of(page):
        title = str(block.locator("xpath=..").get_attribute("aria-label"))
        page.get_by_role("button", name=f"Copy: {title}", exact=True).press("Enter")
        expect(page.locator("[aria-live=polite]", has_text=f"Copied: {title}")).to_have_count(1)
    page.clock.run_for(10_000)
    expect(page.locator("[aria-live=polite]", has_text="Copied")).to_have_count(0)


SEARCH = """async (words) => {
  const field = document.querySelector('input.md-search__input');
  const find = () => [...document.querySelectorAll('.md-search-result__item a')].map(link => link.href);
  const put = async (text, done) => {
    field.value = text;
    field.dispatchEvent(new KeyboardEvent('keyup', {bubbles: true}));
    for (const end = Date.now() + 60_000; !done() && Date.now() < end;) await new Promise(wait => setTimeout(wait, 1));
  };
  await put('', () => !find().length);
  await put(words, () => find().length);
  return find();
}"""
"""Search for words in an open search, from an empty result; return the addresses that are found within a minute."""


def test_every_symptom_is_found_by_its_text_and_leads_to_its_anchor(project_site: Path, open_page: Open) -> None:
    symptoms = [symptom for page in load_pages(ROOT)[0].values() for symptom in page.front_matter.symptoms]
    assert symptoms
    indexes = sorted(project_site.glob("*/*/symptoms.html"))
    assert len(indexes) > 2
    page = open_page(indexes[0].as_uri())
    page.locator("input.md-search__input").click()
    for text in dict.fromkeys(symptom.text for symptom in symptoms):
        # In the page itself: there are hundreds. A key is pressed in the tests above.
        assert any("symptoms" in address for address in page.evaluate(SEARCH, text)), text
    # The search index of each environment is compared by the audit; of the links, each system's are tried in one.
    for index in indexes[::2]:
        page.goto(index.as_uri())
        # Page by page: from one anchor of a page to the next one nothing is loaded.
        for address in sorted(str(a.get_attribute("href")) for a in page.locator(".db-rows a:has(code)").all()):
            page.goto(urljoin(index.as_uri(), address))
            expect(page.locator(f"[id='{address.split('#')[1]}']")).to_be_in_viewport()
