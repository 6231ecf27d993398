"""What pages can ask for, and that asking for the wrong thing fails with the right name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html

from drillbook.core.errors import DrillbookError
from drillbook.project.project import Project, load_project
from drillbook.site.addresses import page_address
from drillbook.site.macros import Site, SitePage, open_site, read_pages


@pytest.fixture(scope="module")
def project(bytes_root: Path) -> Project:
    return load_project(bytes_root)


@pytest.fixture(scope="module")
def site(project: Project) -> Site:
    return open_site(project, "production")


@pytest.fixture
def page(site: Site) -> SitePage:
    return SitePage(site=site, source="bytes/page.md")


def test_a_block_takes_the_place_of_its_macro(page: SitePage) -> None:
    filled = page.fill(f"<h1>Title</h1>\n<p>{page.snippet('bytes/tabs')}</p>\n")
    assert 'data-snippet="bytes/tabs"' in filled
    assert page.blocks == ["bytes/tabs"]


@pytest.mark.parametrize("context", ["<p>text {}</p>", "<pre data-kind='text'>{}</pre>", "<p>{0}</p><p>{0}</p>", ""])
def test_a_macro_that_does_not_stand_alone_fails(page: SitePage, context: str) -> None:
    token = page.snippet("bytes/tabs")
    with pytest.raises(DrillbookError, match=r"docs/bytes/page\.md: .*is not a paragraph of its own"):
        page.fill(context.format(token))


@pytest.mark.parametrize(
    ("ask", "meant"),
    [
        (lambda page: page.snippet("bytes/tab"), "bytes/tabs"),
        (lambda page: page.value("bytes.ports.apy"), "api"),
        (lambda page: page.value("byte.ports.api"), "bytes"),
        (lambda page: page.value("bytes.ports"), "bytes.ports.api"),
        (lambda page: page.value("bytes.ports.api.number"), "bytes.ports.api"),
        (lambda page: page.value("bytes.escalation.7.level"), "Known: 0, 1"),
        (lambda page: page.contacts("byte"), "bytes"),
        (lambda page: page.severities("byte"), "bytes"),
        (lambda page: page.escalation("byte"), "bytes"),
    ],
)
def test_a_misspelt_name_fails_and_says_what_was_meant(
    page: SitePage, ask: Callable[[SitePage], str], meant: str
) -> None:
    with pytest.raises(DrillbookError, match=re.escape(meant)):
        ask(page)


def test_an_unknown_environment_fails(project: Project) -> None:
    with pytest.raises(DrillbookError, match="Did you mean 'staging'"):
        open_site(project, "stagin")


def test_a_value_is_marked_and_safe_from_markdown(page: SitePage) -> None:
    marked = page.value("bytes.contacts.first.address")
    element = html.fragment_fromstring(marked)
    assert element.get("data-value") == "bytes.contacts.first.address"
    assert element.text_content() == "first@production.example"
    assert not re.search(r"[@_*.]", marked.split(">")[1])
    assert page.values == [("bytes.contacts.first.address", "first@production.example")]


def test_a_value_of_the_environment_itself(page: SitePage) -> None:
    assert "Production" in page.value("environment.label")


def test_the_escalation_is_a_diagram_and_a_list_that_say_the_same(page: SitePage) -> None:
    figure = html.fragment_fromstring(page.fill(f"<p>{page.escalation('bytes')}</p>"))
    drawn, listed = figure.xpath(".//*[local-name()='svg']")[0], figure.xpath(".//ol")[0]
    for said in ("L1", "On-call engineer", "L2", "Team lead", "30 min", "2 h"):
        assert said in drawn.text_content()
        assert said in listed.text_content()
    assert "second@production.example" in listed.text_content()
    assert drawn.get("role") == "img"
    assert "Escalation chain" in drawn.text_content()


def test_severities_say_their_minutes(page: SitePage) -> None:
    table = html.fragment_fromstring(page.fill(f"<p>{page.severities('bytes')}</p>"))
    assert [" ".join(row.itertext()) for row in table.xpath(".//tbody/tr")] == [
        "P1 Critical 15  min 15  min Everything is down No answer",
        "P2 High 60  min (1 h) 30  min Much is down Slow answers",
    ]


def test_the_status_table_lists_every_snippet_of_this_environment(site: Site) -> None:
    page = SitePage(site=site, source="index.md")
    table = html.fragment_fromstring(f"<div>{page.fill(f'<p>{page.status_table()}</p>')}</div>")
    links = table.xpath(".//tbody//a/@href")
    assert len(links) == len(site.project.snippets)
    assert "bytes/page.html#bytes-tabs" in links


@pytest.mark.parametrize(
    "block",
    ['<div class="highlight"><pre><code>indented</code></pre></div>', "<pre>raw</pre>"],
)
def test_a_block_without_a_language_fails(page: SitePage, block: str) -> None:
    with pytest.raises(DrillbookError, match="no language"):
        page.fill(block)


def test_a_fence_declares_its_kind(page: SitePage) -> None:
    filled = page.fill('<div class="language-toml highlight"><pre><span></span><code>a</code></pre></div>')
    assert '<pre data-kind="toml">' in filled


@pytest.mark.parametrize("language", ["bash", "sh", "console", "sql", "promql"])
def test_a_block_of_commands_without_a_reason_fails(page: SitePage, language: str) -> None:
    block = f'<div class="language-{language} highlight"{{}}><pre><code>ls</code></pre></div>'
    with pytest.raises(DrillbookError, match="does not say why"):
        page.fill(block.format(""))
    with pytest.raises(DrillbookError, match="does not say why"):
        page.fill(block.format(' data-reason="x" data-owner="y"'))
    assert "data-kind" in page.fill(block.format(' data-reason="x" data-owner="y" data-expires="2027-01-01"'))


@pytest.mark.parametrize(
    ("source", "address"), [("index.md", "index.html"), ("a/README.md", "a/index.html"), ("a/b.md", "a/b.html")]
)
def test_a_page_is_at_the_address_that_mkdocs_gives_it(source: str, address: str) -> None:
    assert page_address(source) == address


def test_pages_tell_what_they_must_show(site: Site, bytes_root: Path) -> None:
    pages = read_pages(site)
    assert len(pages["bytes/page.html"].blocks) == len(site.project.snippets)
    assert ("environment.label", "Production") in pages["bytes/page.html"].values


def test_a_page_that_names_what_is_not_there_fails_at_its_line(site: Site) -> None:
    with pytest.raises(DrillbookError, match=r"docs/page\.md: 'snipet' is undefined"):
        SitePage(site=site, source="page.md").render("# Title\n\n@{{ snipet('bytes/tabs') }}@\n")


def test_a_wrong_name_is_told_with_its_line(site: Site) -> None:
    # No macro of this page is called `publisher`; the word stands on its third line.
    with pytest.raises(DrillbookError, match=r"docs/index\.md:3: there is no snippet 'publisher'"):
        SitePage(site=site, source="index.md").snippet("publisher")
