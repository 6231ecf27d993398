"""What a search index needs of a page's HTML: its words, without the spans that colour code."""

from __future__ import annotations

import re

_PRE = re.compile(r"<pre\b[^>]*>.*?</pre>", re.DOTALL)
_SPAN = re.compile(r"</span>|<span(?: class=\"[\w -]*\")?>")


def strip_colours(html: str) -> str:
    """Take out the spans that colour code: they are most of a page's elements, and none of its words."""
    return _PRE.sub(lambda block: _strip(block[0]), html)


def restore_colours(html: str, coloured: str) -> str:
    """Put the spans back that were in `coloured`, which is the same page with them."""
    blocks = iter(_PRE.findall(coloured))

    def restore(block: re.Match[str]) -> str:
        whole = next(blocks, block[0])
        return whole if _strip(whole) == block[0] else block[0]

    return _PRE.sub(restore, html)


def _strip(block: str) -> str:
    bare = _SPAN.sub("", block)
    # A span with more than a class may tell the index something, and then every span has to stay.
    return block if "<span" in bare else bare
