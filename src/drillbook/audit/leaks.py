"""What must not be in a tree: another environment's values, and loads from anywhere else."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import unquote

from lxml import html

from drillbook.core.model import Environment

_REMOTE = re.compile(r"^\s*(?:https?:|wss?:)?//", re.IGNORECASE)
_LOADS = (
    "src",
    "href",
    "srcset",
    "imagesrcset",
    "data",
    "action",
    "poster",
    "ping",
    "background",
    "xlink:href",
)
_CSS_LOAD = re.compile(
    r"""(?:url\(\s*["']?|(?:@import\s+|image-set\([^)]*?)["'])\s*((?:https?:)?//[^"')\s]+)""", re.IGNORECASE
)
# Licence texts in comments name addresses too; one that a script could load stands right behind a quote.
_JS_LOAD = re.compile(r"""["'`]((?:https?:|wss?:)//(?!www\.w3\.org/)[^"'`\s]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A value by which another environment is known, in small letters."""

    value: str
    owner: str
    pattern: re.Pattern[str]


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _leaves(one, f"{key}.{name}")
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _leaves(one, key)
    else:
        yield key, value


def _distinctive(environment: Environment) -> Iterator[str]:
    """Yield values that are more than a word: names of hosts, addresses, paths, and ports behind a colon."""
    for key, value in _leaves(environment.values):
        is_address = (".hosts." in key and key.endswith(".name")) or (".contacts." in key and key.endswith(".address"))
        if isinstance(value, str) and (is_address or (len(value) >= 5 and re.search(r"[^\w\s]|_", value))):
            yield value
        elif ".ports." in key:
            yield f":{value}"


def _bound(value: str) -> re.Pattern[str]:
    """Match a value that is not part of a longer name: `app.example` is not in `other.app.example`."""
    before = "" if value.startswith(":") else r"(?<![\w.-])"
    return re.compile(rf"{before}{re.escape(value)}(?![\w-])")


def find_foreign(environment: Environment, others: Sequence[Environment]) -> tuple[Foreign, ...]:
    """Gather the other environments' values that are not this one's too."""
    own = "\n".join([*(str(value) for _, value in _leaves(environment.values)), *_distinctive(environment)]).lower()
    found = {}
    for other in others:
        for value in map(str.lower, _distinctive(other)):
            if not _bound(value).search(own):
                found[value] = Foreign(value=value, owner=other.name, pattern=_bound(value))
    return tuple(found.values())


def find_leaks(suffix: str, data: bytes, foreign: Sequence[Foreign]) -> list[Foreign]:
    """Return each foreign value that is in a file; a page's switch is left out."""
    if suffix == ".gz":
        data = gzip.decompress(data)
    if b"\0" in data:
        return []
    text = data.decode("utf-8", "replace")
    texts = [text]
    if suffix == ".html":
        document = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
        for switch in document.xpath("//nav[@data-switch]"):
            switch.drop_tree()
        # The text alone shows a name that elements cut in pieces; the source shows attributes and comments.
        texts = [unescape(html.tostring(document, encoding="unicode")), str(document.text_content())]
    elif suffix in (".json", ".js"):
        plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text).replace("\\/", "/")
        # `\\nhost.example` in a string is a line that begins with the name, not a longer name.
        texts.append(unescape(re.sub(r"\\[nrt]", " ", plain)))
    if "%" in text:
        texts.append(unquote(text))
    whole = "\n".join(texts).lower()
    # Nearly no file has any: a plain search first is ten times as fast as the pattern.
    return [one for one in foreign if one.value in whole and one.pattern.search(whole)]


def find_remote_loads(suffix: str, text: str) -> list[str]:
    """Return the addresses from which a file would load something that is not beside it; links do not count."""
    match suffix:
        case ".html" | ".svg":
            return sorted(set(_find_html_loads(text)))
        case ".css":
            return sorted(set(_CSS_LOAD.findall(text)))
        case ".js":
            return sorted(set(_JS_LOAD.findall(text)))
        case _:
            return []


def _find_html_loads(text: str) -> Iterator[str]:
    document = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    for element in document.iter():
        if not isinstance(element.tag, str):
            continue
        for name in _LOADS if element.tag != "a" else ("ping",):
            value = element.get(name) or ""
            parts = value.split(",") if name.endswith("srcset") else [value]
            yield from (part.strip() for part in parts if _REMOTE.match(part))
        if framed := element.get("srcdoc"):
            yield from _find_html_loads(framed)
        yield from _CSS_LOAD.findall(element.get("style") or "")
        if element.tag == "style":
            yield from _CSS_LOAD.findall(element.text or "")
        if element.tag == "script":
            yield from _JS_LOAD.findall(element.text or "")
        if element.tag == "meta" and "url=" in (element.get("content") or "").lower():
            yield str(element.get("content"))
