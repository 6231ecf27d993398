"""Where pages and their blocks stand: addresses of HTML files, and fragments in them."""

from __future__ import annotations

import posixpath


def page_address(source: str) -> str:
    """Return the HTML file of a page, without directory URLs."""
    folder, name = posixpath.split(source)
    stem = name.removesuffix(".md")
    return posixpath.join(folder, ("index" if stem.lower() == "readme" else stem) + ".html")


def relative_address(target: str, page: str) -> str:
    """Return the address of an HTML file as a link on the page `page` has to give it."""
    return posixpath.relpath(target, posixpath.dirname(page) or ".")


def name_anchor(snippet_id: str, count: int = 1) -> str:
    """Return the fragment of a snippet's block on a page; later ones of the same snippet are numbered."""
    return snippet_id.replace("/", "-") + (f"-{count}" if count > 1 else "")


def name_message_anchor(message_id: str, count: int = 1) -> str:
    """Return the fragment of a message's block on a page; later ones of the same message are numbered."""
    return f"message-{name_anchor(message_id, count)}"
