"""How does a test drive a real browser, and notice what a person would: errors in the console, requests to elsewhere?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.servers.browser import find_browser
from tests.servers.require import Missing

_QUIET = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--no-sandbox",  # tests may run as root
)


@dataclass(slots=True)
class Watched:
    """A page and what it did that a person would not like."""

    page: Page
    own: frozenset[str]
    """`host:port` of the servers that it may ask."""
    complaints: list[str] = field(default_factory=list)

    def expect_quiet(self) -> None:
        """Fails where the console has an error or a foreign host was asked."""
        assert self.complaints == []


@contextlib.contextmanager
def run_chrome() -> Iterator[Browser]:
    """Chromium without a window; raises `Missing` where it is not installed."""
    program = find_browser()
    if program is None:
        raise Missing("no Chromium here: `apt-get install chromium` gives one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=list(_QUIET))
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def watched(
    browser: Browser, *own: str, width: int = 1280, height: int = 900, dark: bool = False, scripts: bool = True
) -> Iterator[Watched]:
    """A new page in a context of its own; `own` are the origins that may be asked."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", java_script_enabled=scripts
    )
    try:
        page = context.new_page()
        seen = Watched(page=page, own=frozenset(urlsplit(one).netloc for one in own))
        context.on("console", lambda message: seen.complaints.append(f"console: {message.text}") if message.type == "error" else None)
        context.on("weberror", lambda error: seen.complaints.append(f"error: {error.error}"))

        def asked(url: str) -> None:
            parts = urlsplit(url)
            if parts.scheme not in ("data", "blob", "about") and parts.netloc not in seen.own:
                seen.complaints.append(f"asked {url}")

        context.on("request", lambda request: asked(request.url))
        yield seen
    finally:
        context.close()
