"""The colours of code are taken out of what is indexed, and come back as they were."""

from __future__ import annotations

import pytest
from material.plugins.search.plugin import Parser

from drillbook.site.indexing import restore_colours, strip_colours

COLOURED = (
    '<h2 id="a">A <span>b</span></h2><pre data-kind="shell"><code><span class="nb">echo</span> '
    '<span class="s">&amp;</span><span class="s">lt;</span>\n<span class="w">  </span>\n</code></pre><p>After.</p>'
)


def index(html: str) -> list[tuple[str, str]]:
    """Return what the theme's search indexes of a page."""
    parser = Parser()
    parser.feed(html)
    parser.close()
    return [("".join(section.title), "".join(section.text)) for section in parser.data]


def test_the_index_is_the_same_without_colours() -> None:
    bare = strip_colours(COLOURED)
    assert bare.count("<span") == 1
    assert index(bare) == index(COLOURED)


def test_the_colours_come_back_and_what_else_has_changed_stays() -> None:
    bare = strip_colours(COLOURED)
    assert restore_colours(bare, COLOURED) == COLOURED
    changed = bare.replace("After", "Later")
    assert restore_colours(changed, COLOURED) == COLOURED.replace("After", "Later")


@pytest.mark.parametrize("attribute", ['data-search-exclude=""', 'class="a" id="b"'])
def test_spans_that_say_more_than_a_colour_stay(attribute: str) -> None:
    html = f'<pre><code><span {attribute}>a</span> <span class="k">b</span></code></pre>'
    assert strip_colours(html) == html
    assert restore_colours(html, html) == html


def test_a_block_that_was_changed_in_between_is_left_as_it_is() -> None:
    assert restore_colours("<pre>other</pre>", '<pre><span class="k">one</span></pre>') == "<pre>other</pre>"
