"""Akira's management page."""

from __future__ import annotations

import os

from service import VERSION, Answers, serve

PAGE = f"""<!doctype html>
<html lang="en">
<title>Akira</title>
<meta charset="utf-8">
<h1>Akira</h1>
<p>Release {VERSION}. <a href="/api/quality">Call quality</a>, <a href="/api/cdr">call records</a>.</p>
</html>
""".encode()


class Page(Answers):
    """One page, and nothing else."""

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, str, bytes]:
        """Give the page."""
        if path == "/healthz":
            return 200, "text/plain; charset=utf-8", b"ok\n"
        if path == "/":
            return 200, "text/html; charset=utf-8", PAGE
        return 404, "text/plain; charset=utf-8", b"no such page\n"


if __name__ == "__main__":
    serve(Page, int(os.environ["PORT"]))
