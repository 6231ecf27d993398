"""A real Chromium, which may ask nobody but this machine for anything."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from drillbook.sandbox.machine import find_chromium

Open = Callable[..., Page]
Watch = Callable[[], AbstractContextManager[Open]]

# What is expected is waited for, on a machine under load for longer than the five seconds that are usual.
expect.set_options(timeout=60_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands here."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    path = find_chromium()
    assert path, "no Chromium is found; install the package `chromium-headless-shell`"
    with sync_playwright() as playwright:
        # Without a sandbox of its own, as root has none; it only opens our pages. No name resolves.
        names = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", names])
        yield browser
        browser.close()


@contextmanager
def watch_tabs_of(browser: Browser) -> Iterator[Open]:
    """Open addresses in tabs, one for each set of options; what a page asks of others fails at the end."""
    tabs: dict[str, Page] = {}
    outside: list[str] = []
    faults: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith(("file:", "http://127.0.0.1:", "data:", "blob:", "about:")):
            outside.append(request.url)

    def open_tab(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.on("request", watch)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    def open_address(address: str, **options: Any) -> Page:
        key = repr(sorted(options.items()))
        if key not in tabs:
            tabs[key] = open_tab(**options)
        tabs[key].goto(address)
        return tabs[key]

    yield open_address
    for page in tabs.values():
        page.context.close()
    assert outside == []
    assert faults == []


@pytest.fixture
def watch_tabs(browser: Browser) -> Watch:
    """Return what makes tabs that are watched."""
    return functools.partial(watch_tabs_of, browser)


@pytest.fixture
def open_page(watch_tabs: Watch) -> Iterator[Open]:
    """Open an address in a tab; one that asks anything of others fails the test."""
    with watch_tabs() as open_tab:
        yield open_tab


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve a folder on the loopback address; return where."""
    servers = []

    def start(folder: Path) -> str:
        handler = functools.partial(_Quiet, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()
