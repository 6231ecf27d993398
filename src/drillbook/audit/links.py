"""Links of a built page that lead to no page, or to no place on it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from lxml import html

_ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


def find_dead_links(site: Path, name: str, document: html.HtmlElement) -> Iterator[tuple[int, str]]:
    """Yield (line, address) of each link of a page that leads nowhere; `name` is its path in the site's folder."""
    for link in document.xpath("//a[@href]"):
        address = str(link.get("href"))
        if _ELSEWHERE.match(address):
            continue
        path, _, fragment = address.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(path))) if path else name
        file = site / target
        if not file.is_file() or (fragment and unquote(fragment) not in _find_ids(file, file.stat().st_mtime_ns)):
            yield link.sourceline or 0, address


@cache
def _find_ids(path: Path, _changed: int) -> frozenset[str]:
    """Return the places on a page to which a link can lead; read again where the file was written since."""
    if path.suffix != ".html":
        return frozenset()
    document = html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    return frozenset(map(str, document.xpath("//@id | //a/@name")))
