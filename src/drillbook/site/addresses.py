"""Addresses of the pages' HTML files, and links between them."""

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
