"""Templates escape what they are given, say what is missing, and add no blanks of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from drillbook.core.model import Risk, Status
from drillbook.project.project import load_project
from drillbook.site import markup
from drillbook.site.blocks import render_block
from drillbook.site.macros import SitePage, open_site
from drillbook.site.markup import keep_compiled, render_template
from drillbook.site.tables import show_results
from tests.engine.unit.test_blocks import RECORD, make_result


def test_a_value_is_escaped_and_html_is_not() -> None:
    cells = ['<b> & "it\'s"', Markup("<i>made</i>")]
    table = render_template("cells.html", caption="C", heads=(), rows=[cells])
    assert '<th scope="row">&lt;b&gt; &amp; &quot;it&#x27;s&quot;</th><td><i>made</i></td>' in table


def test_a_value_that_is_not_given_fails() -> None:
    with pytest.raises(UndefinedError, match="'tag' is undefined"):
        render_template("value.html", path="a.b", text="c")


def test_carriage_returns_of_command_and_output_stay() -> None:
    result = make_result("echo 'a'\r\n", record=replace(RECORD, stdout='"b"\r\n'))
    block = render_block(result, label="Production", anchor="a")
    assert "&#13;\n<br></code></pre>" in block
    assert '"b"&#13;\n</code></pre></details>' in block
    assert "\r" not in block


@pytest.mark.parametrize("risk", Risk)
@pytest.mark.parametrize("status", Status)
def test_each_status_and_risk_has_a_badge(status: Status, risk: Risk) -> None:
    table = show_results([(make_result(status=status, risk=risk), None)])
    assert table.count(f'<span class="db-badge db-status" data-of="{status}"><svg') == 2
    assert table.count(f'<span class="db-badge db-risk" data-risk="{risk}"><svg') == 1


def test_what_has_no_badge_fails() -> None:
    with pytest.raises(UndefinedError, match="no attribute 'lost'"):
        render_block(make_result(status="lost"), label="Production", anchor="a")


def forget_templates() -> None:
    """Let the next rendering begin as a new process does."""
    markup._load.cache_clear()
    markup._open_templates.cache_clear()


@pytest.fixture
def new_process() -> Iterator[None]:
    forget_templates()
    yield
    forget_templates()


@pytest.mark.usefixtures("new_process")
def test_compiled_templates_are_kept_until_the_settings_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep() -> set[str]:
        forget_templates()
        keep_compiled(tmp_path)
        assert render_template("value.html", tag="b", path="a.b", text="c") == '<b data-value="a.b">c</b>'
        return {path.name for path in tmp_path.glob("*.cache")}

    kept = keep()
    assert len(kept) == 1
    assert keep() == kept
    (other := tmp_path / "markup.py").write_text("autoescape=False", "utf-8")
    monkeypatch.setattr(markup, "__file__", str(other))
    assert len(keep()) == 2


@pytest.fixture
def page(bytes_root: Path) -> SitePage:
    return SitePage(site=open_site(load_project(bytes_root), "production"), source="bytes/messages.md")


def test_a_page_is_made_of_plain_texts_as_markup_would_escape_what_it_is_joined_to(page: SitePage) -> None:
    tokens = [page.snippet("bytes/tabs"), page.message("bytes/notice"), page.contacts("bytes")]
    value = page.value("bytes.contacts.first.address")
    assert {type(piece) for piece in (*tokens, *page.fragments, value, page.details)} == {str}
    assert (
        page.fill("".join(f"<p>{token}</p>" for token in tokens)) + page.details
        == "".join(page.fragments) + page.details
    )


def test_a_table_is_one_line(page: SitePage) -> None:
    for show in (page.severities, page.contacts, page.escalation, page.symptoms):
        show("bytes")
    page.status_table()
    assert len(page.fragments) == 5
    assert "\n" not in "".join([*page.fragments, page.details])
