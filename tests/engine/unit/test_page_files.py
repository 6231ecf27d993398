"""A page says who answers for it, when it was reviewed and which symptoms it deals with; each slip is named."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from lxml import html

from drillbook.check.pages import check_front_matter
from drillbook.core.errors import DrillbookError
from drillbook.lint.fences import find_fences
from drillbook.project.pages import Page, blank_front_matter, load_pages, parse_front_matter, read_front_matters
from drillbook.project.project import load_project
from drillbook.site.macros import SitePage, open_site

TODAY = dt.date(2026, 11, 21)
TOP = 'owner: Team\nversion: "1.0"\nreviewed: 2026-11-01\nreview_by: 2027-02-01\n'
BODY = '\n# Title of `it`\n\n## Pool is full\n\n@{{ snippet("shop/health") }}@\n\n@{{ message("shop/first") }}@\n'


def check(front: str, body: str = BODY, *, on_system_page: bool = True) -> str:
    """Return the findings about a page with this front matter, one a line."""
    source = f"---\n{front}---\n{body}" if front else body
    page = Page(path="docs/shop/a.md", source=source)
    found = check_front_matter(page, TODAY, root=Path("/nowhere"), on_system_page=on_system_page)
    return "\n".join(map(str, found))


def test_a_page_says_what_it_is() -> None:
    page = parse_front_matter(f"---\n{TOP}symptoms:\n  - {{text: 'a: b', anchor: x}}\n---\n{BODY}", "docs/shop/a.md")
    assert (page.title, page.owner, page.version) == ("Title of it", "Team", "1.0")
    assert (page.reviewed, page.review_by) == (dt.date(2026, 11, 1), dt.date(2027, 2, 1))
    (symptom,) = page.symptoms
    assert (symptom.text, symptom.anchor, str(symptom.location)) == ("a: b", "x", "docs/shop/a.md:7")


@pytest.mark.parametrize(("source", "title"), [("", "A b"), ("## No\n\n# Yes {#x}\n", "Yes"), ("text", "A b")])
def test_a_page_without_front_matter_has_a_title_and_no_more(source: str, title: str) -> None:
    page = parse_front_matter(source, "docs/shop/a-b.md")
    assert (page.title, page.owner, page.symptoms) == (title, None, ())


@pytest.mark.parametrize("end", ["---", "..."])
def test_lines_are_counted_as_in_the_file(end: str) -> None:
    source = f"---\n{TOP}{end}\n\n# A\n\n```sh\nls\n```\n"
    assert blank_front_matter(source).count("\n") == source.count("\n")
    assert [fence.line for fence in find_fences(source)] == [10]


def test_nothing_is_wrong_with_a_page_that_says_all() -> None:
    anchors = ("pool-is-full", "shop-health", "message-shop-first")
    symptoms = "".join(f"  - {{text: error {anchor}, anchor: {anchor}}}\n" for anchor in anchors)
    assert check(f"{TOP}symptoms:\n{symptoms}") == ""


def test_a_page_of_no_system_needs_an_owner_and_a_review() -> None:
    assert check("owner: Team\nreviewed: 2026-11-01\n", on_system_page=False) == ""
    assert "a.md:1: the page does not say its owner, reviewed. Add front matter with" in check("", on_system_page=False)


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("", "a.md:1: the page does not say its owner, version, reviewed, review_by. Add front matter with `owner: "),
        (TOP.replace("owner: Team\n", ""), "a.md:1: the page does not say its owner. "),
        (TOP.replace('"1.0"', "1.0"), "a.md:3: version is 1.0. Expected a text. Put it in quotes."),
        (TOP.replace("owner: Team", "owner: ' '"), "a.md:2: owner is ' '. Expected who answers for the page: a role"),
        (TOP.replace("reviewed:", "reviwed:"), "there is no key 'reviwed' in the file. Did you mean 'reviewed'?"),
        (TOP.replace("2026-11-01", "lately"), "a.md:4: reviewed is 'lately'. Expected the date of the last review"),
        (TOP.replace("2026-11-01", "'2026-13-01'"), "a.md:4: reviewed is '2026-13-01', which is not a date"),
        (TOP.replace("2026-11-01", "2026-13-01"), "a.md:1: this is not valid YAML: month must be in 1..12"),
        (TOP.replace("2026-11-01", "2026-11-23"), "a.md:4: reviewed is 2026-11-23, which is in the future"),
        (TOP.replace("2027-02-01", "2026-11-01"), "a.md:5: review_by is 2026-11-01, not after the review"),
        (f"{TOP}owner: Other\n", "a.md:6: 'owner' is here and on line 2"),
        (f"{TOP}symptoms: none\n", "a.md:6: symptoms is 'none'. Expected a list (`- item`)"),
        (f"{TOP}symptoms:\n  - {{text: a}}\n", "a.md:7: symptoms.0 has no 'anchor'"),
        (f"{TOP}symptoms:\n  - {{text: a, anchor: '#b'}}\n", "a.md:7: symptoms.0.anchor is '#b'"),
        (
            f"{TOP}symptoms:\n  - {{text: a, anchor: pool}}\n",
            "a.md:7: 'a' points to 'pool', which is not an anchor of this page. ",
        ),
        (f"{TOP}symptoms:\n  - {{text: a, anchor: shop-stop}}\n", "'a' points to 'shop-stop'"),
        (f"{TOP}symptoms:\n" + "  - {text: a, anchor: shop-health}\n" * 2, "'a' appears 2 times here"),
        ("- a list\n", "a.md:1: the front matter has no keys"),
        ("owner: [\n", "a.md:3: this is not valid YAML"),
    ],
)
def test_each_slip_is_named_at_its_line(front: str, said: str) -> None:
    assert said in check(front)


def test_a_page_that_mkdocs_would_cut_at_its_top_is_named() -> None:
    # MkDocs takes such lines for front matter of an older style, and publishes the rest.
    assert "a.md:1: a page that begins with 'Note:' loses its first lines" in check("", "Note: read this\n\n# A\n")


def test_own_symptoms_on_the_page_that_lists_all_are_told() -> None:
    front = f"{TOP}symptoms:\n  - {{text: a, anchor: title}}\n"
    assert "this page's own symptoms hide the macro symptoms(…)" in check(
        front, '# Title\n\n@{{ symptoms("shop") }}@\n'
    )


def test_the_problems_of_all_pages_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "docs/shop").mkdir(parents=True)
    for name in ("a", "b"):
        (tmp_path / f"docs/shop/{name}.md").write_text("---\nowner: 1\n---\n", encoding="utf-8")
    with pytest.raises(DrillbookError) as caught:
        read_front_matters(load_pages(tmp_path)[0])
    assert [str(problem.location) for problem in caught.value.problems] == ["docs/shop/a.md:2", "docs/shop/b.md:2"]


def test_the_index_lists_every_symptom_in_order_with_its_page(bytes_root: Path) -> None:
    site = open_site(load_project(bytes_root), "production")
    page = SitePage(site=site, source="bytes/symptoms.md")
    table = html.fragment_fromstring(page.fill(f"<p>{page.symptoms('bytes')}</p>"))
    assert [(a.text_content(), a.get("href")) for a in table.xpath(".//tbody//a[code]")] == [
        ("cannot send", "messages.html#message-bytes-notice-2"),
        ('FATAL: <sorry>, "too many" clients | already', "messages.html#too-many"),
        ("HTTPConnectionPool_Timeout", "messages.html#messages"),
    ]
    assert {td.text_content() for td in table.xpath(".//td")} == {"Messages"}
    elsewhere = SitePage(site=site, source="index.md")
    assert 'href="bytes/messages.html#too-many"' in elsewhere.fill(f"<p>{elsewhere.symptoms('bytes')}</p>")


def test_an_index_of_nothing_fails(bytes_root: Path) -> None:
    page = SitePage(site=open_site(load_project(bytes_root), "production"), source="index.md")
    with pytest.raises(DrillbookError, match="no page of 'byte' has symptoms"):
        page.symptoms("byte")


def test_the_foot_says_what_the_page_says_of_itself(bytes_root: Path) -> None:
    site = open_site(load_project(bytes_root), "production")
    foot = html.fragment_fromstring(SitePage(site=site, source="bytes/messages.md").details)
    assert foot.text_content() == (
        "Owner: Bytes team & friends. Version 2.1. Reviewed 2026-11-01. To be reviewed again by 2027-02-01."
    )
    assert SitePage(site=site, source="bytes/page.md").details == ""
