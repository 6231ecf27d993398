"""The audit renders messages and pages' feet anew, and finds each way in which a built site differs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from lxml import html

from drillbook.audit.site import audit_site
from drillbook.core.model import sha256
from drillbook.project.messages import render_message
from drillbook.project.project import load_project

PAGE = "production/bytes/messages.html"
BLOCK = r'<section class="db-message" id="message-bytes-notice".*?</section>'


@pytest.fixture
def site(bytes_site: Path, tmp_path: Path) -> Path:
    """Return a copy of the site that a test may change."""
    return Path(shutil.copytree(bytes_site, tmp_path / "site"))


def audit(site: Path, root: Path) -> str:
    """Return the findings, one a line."""
    return "\n".join(map(str, audit_site(site, load_project(root), strict=False)))


def test_the_page_holds_exactly_the_bytes_of_each_message(bytes_site: Path, bytes_root: Path) -> None:
    project = load_project(bytes_root)
    for name, environment in project.environments.items():
        page = html.parse(bytes_site / name / "bytes/messages.html", html.HTMLParser(encoding="utf-8")).getroot()
        rendered = render_message(project.messages["bytes/notice"], environment)
        assert f"bytes-01.{name}.example" in rendered.text
        blocks = page.xpath("//*[@data-message='bytes/notice']")
        assert len(blocks) == 2
        for block in blocks:
            (pre,) = block.xpath(".//pre[@data-kind='message']")
            assert pre.text_content() == rendered.text
            assert sha256(pre.text_content()) == block.get("data-sha256")
            assert [mark.text for mark in pre.xpath(".//mark")] == [p.text for p in rendered.pieces if p.blank]


@pytest.mark.parametrize(
    ("pattern", "new", "said"),
    [
        ("Four blanks", "Three blanks", "the text of the message 'bytes/notice' differs from its file: line 4 is"),
        (
            r'(data-message="bytes/notice" data-sha256=")[0-9a-f]{8}',
            r"\g<1>00000000",
            "has the wrong hash, or not exactly one",
        ),
        (BLOCK, "", "the message 'bytes/notice' is missing (1 of 2)"),
        (f"({BLOCK})", r"\1\1", "no source has this message 'bytes/notice' here"),
        (
            "</article>",
            '<div data-message="bytes/none"></div></article>',
            "no source has this message 'bytes/none' here",
        ),
        ("</article>", '<pre data-kind="message">x</pre></article>', "no source has this message"),
        (
            "<br></code>|(?=</code></pre></div>\n</section>)",
            '</code></pre><pre data-kind="output"><code>',
            "not exactly one <pre>",
        ),
        (r'<mark class="db-blank">(\[\[down or slow\]\])</mark>', r"\1", "a block, a table, a diagram"),
        ("Fill in the 3 marked blanks", "Send it", "a block, a table, a diagram"),
        ("Bytes team &amp; friends</b>", "Nobody</b>", "a block, a table, a diagram"),
        ('datetime="2027-02-01" data-review-by', 'datetime="2099-02-01" data-review-by', "the page's foot differs"),
    ],
)
def test_an_edit_of_a_message_or_a_foot_is_found(
    site: Path, bytes_root: Path, pattern: str, new: str, said: str
) -> None:
    path = site / PAGE
    text, count = re.subn(pattern, new, path.read_bytes().decode(), count=1, flags=re.DOTALL)
    assert count
    path.write_bytes(text.encode())
    assert said in audit(site, bytes_root)


def test_an_edit_of_the_index_of_symptoms_is_found(site: Path, bytes_root: Path) -> None:
    path = site / "production/bytes/symptoms.html"
    text = path.read_text("utf-8")
    assert "messages.html#too-many" in text
    path.write_text(text.replace("messages.html#too-many", "messages.html#messages"), encoding="utf-8")
    assert "a block, a table, a diagram" in audit(site, bytes_root)


def test_a_message_that_changed_is_found_as_input_and_as_text(
    bytes_site: Path, bytes_root: Path, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(bytes_root, tmp_path / "project"))
    path = root / "messages/bytes/notice.txt"
    path.write_text(path.read_text("utf-8").replace("Next", "The next"), encoding="utf-8")
    found = audit(bytes_site, root)
    assert "'messages/bytes/notice.txt' was changed after the site was built" in found
    assert "the message 'bytes/notice' has the wrong hash, or not exactly one <pre><code>" in found


@pytest.mark.parametrize(
    ("link", "dead"),
    [
        ("messages.html#too-many", False),
        ("#too-many", False),
        ("../index.html", False),
        ("../../staging/bytes/messages.html", False),
        ("https://elsewhere.example/#x", False),
        ("mailto:somebody@elsewhere.example", False),
        ("messages.html#too-few", True),
        ("#too-few", True),
        ("message.html", True),
        ("../", True),
        ("../../staging/bytes/message.html", True),
    ],
)
def test_a_link_that_leads_nowhere_is_found(site: Path, bytes_root: Path, link: str, dead: bool) -> None:
    path = site / PAGE
    path.write_text(path.read_text("utf-8").replace("</article>", f'<a href="{link}">x</a></article>'), "utf-8")
    assert (f"the link to '{link}' is broken. Fix it in docs/bytes/messages.md." in audit(site, bytes_root)) == dead
