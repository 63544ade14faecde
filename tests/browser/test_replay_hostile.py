"""Can an archived page reach the live web, the archive's own pages, or its reader? In a real browser, through the real `warchive replay`.

The same pages, served by themselves, do reach the canary: what is found silent here is silent because it is held.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page

from archive.model import Capture
from tests.archive.shelf import START, Entry, publish
from tests.browser import hostile
from tests.e2e.newsstand import free_port
from tests.servers.browser import find_browser
from tests.servers.canary import Canary, Listener, run_canary
from tests.servers.chrome import _QUIET
from tests.servers.replay import Running, replay_environment, run_replay
from tests.servers.require import Missing, require

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chrome")]

STAMP = "20241108081500"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theatre:
    """Everybody who is in it."""

    canary: Canary
    running: Running
    listener: Listener
    """Before the archive's own pages."""
    browser: Browser
    free: Browser
    """The same, for the first test: what it looks up is in no log."""
    evil: str
    """Where the hostile pages are on the live web."""
    net_log: Path

    def viewer(self, page: str) -> str:
        return f"{self.running.origin}/replay/{STAMP}/{self.evil}/{page}"


def pages(canary: Canary, running_ui: str, replay: str, evil_port: int) -> dict[str, tuple[list[str], bytes]]:
    """Name of each hostile page, its headers, its body."""
    found: dict[str, tuple[list[str], bytes]] = {
        "probes.html": ([], hostile.probes_page(canary.port, running_ui)),
        # Chromium 156 kills the whole tab of a frame in a frame that tries WebRTC under Connection-Allowlist: it has a test of its own.
        "unlinked.html": ([], hostile.probes_page(canary.port, running_ui, without=frozenset({"webrtc"}))),
        "raw.html": ([], hostile.raw_frame_page(replay, STAMP, evil_port, "unlinked")),
        "raw-webrtc.html": ([], hostile.raw_frame_page(replay, STAMP, evil_port, "probes")),
        "frames.html": ([], hostile.frames_page([*hostile.NAVIGATIONS, *hostile.HEADERS, "moved", "moved-oddly"])),
    }
    for name in hostile.NAVIGATIONS:
        found[f"{name}.html"] = ([], hostile.navigation_page(name, canary.port, running_ui))
    for name, headers in hostile.HEADERS.items():
        at = f"http://{hostile.CANARY}:{canary.port}/{name}"
        lines = [header.format(at=at, host=f"{hostile.CANARY}:{canary.port}") for header in headers]
        found[f"{name}.html"] = (lines, b"<!doctype html><title>Head</title><img src=x.png><script>window.ran = true</script>")
    return found


@pytest.fixture(scope="module")
def theatre(chrome: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    folder = tmp_path_factory.mktemp("hostile")
    try:
        place = replay_environment()
    except Missing as missing:
        require(missing)
    ui_port, replay_port = free_port(), free_port()
    origin, replay = f"http://localhost:{ui_port}", f"http://127.0.0.1:{replay_port}"
    with contextlib.ExitStack() as stack:
        canary = stack.enter_context(run_canary())
        served: dict[str, tuple[list[str], bytes]] = {}
        evil_port = stack.enter_context(evil_server(served))
        served.update(pages(canary, origin, replay, evil_port))
        evil = f"http://{hostile.HOST}:{evil_port}"
        publish(folder, [Entry(capture=capture) for capture in captures(served, evil, canary)])
        (folder / "warchive.toml").write_text('store = "store"\nstate = "state/"\ncollection = "news"\n')
        running = stack.enter_context(run_replay(folder, place=place, port=ui_port, replay_port=replay_port))
        listener = Listener(ui_port)
        stack.callback(listener.close)
        net_log = folder / "net.json"
        rules = f"MAP localhost:{ui_port} 127.0.0.1:{listener.port}, MAP *.example 127.0.0.1"
        arguments = [*_QUIET, f"--host-resolver-rules={rules}"]
        browser, free = (
            chrome.browser_type.launch(executable_path=find_browser(), headless=True, args=[*arguments, *more])
            for more in ([f"--log-net-log={net_log}"], [])
        )
        stack.callback(browser.close)
        stack.callback(free.close)
        yield Theatre(canary=canary, running=running, listener=listener, browser=browser, free=free, evil=evil, net_log=net_log)


def captures(served: dict[str, tuple[list[str], bytes]], evil: str, canary: Canary) -> Iterator[Capture]:
    everything = dict(served)
    everything["sw.js"] = everything["worker.js"] = ([], b"onconnect = (e) => e.ports[0].postMessage(1); fetch('http://canary.example/sw')")
    for number, (name, (headers, body)) in enumerate(everything.items()):
        kind = "text/javascript" if name.endswith(".js") else "text/html"
        yield capture(f"{evil}/{name}", "200 OK", [f"Content-Type: {kind}", *headers], body, number)
    yield capture(f"{evil}/moved.html", "302 Found", [f"Location: http://{hostile.CANARY}:{canary.port}/moved"], b"", 98)
    yield capture(f"{evil}/moved-oddly.html", "302 Found", [f"Location: //\\{hostile.CANARY}:{canary.port}/moved"], b"", 99)


def capture(url: str, status: str, headers: list[str], body: bytes, number: int) -> Capture:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"]).encode()
    # All within one second: the replay is asked for that second.
    moment = START + timedelta(milliseconds=number)
    request = f"GET / HTTP/1.1\r\nHost: {hostile.HOST}\r\n\r\n".encode()
    return Capture(url=url, fetched_at=moment, request=request, response=head + b"\r\n\r\n" + body, ip_address=None)


@contextlib.contextmanager
def evil_server(served: dict[str, tuple[list[str], bytes]]) -> Iterator[int]:
    """The hostile pages on the live web."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers, body = served.get(self.path.strip("/"), ([], b""))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            for header in headers:
                self.send_header(*header.split(": ", 1))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def handle(self) -> None:
            with contextlib.suppress(OSError):  # a browser that leaves before the end
                super().handle()

        def log_message(self, *arguments: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


# -- that the probes can reach somebody


def test_the_same_pages_reach_the_canary_where_nothing_holds_them(theatre: Theatre) -> None:
    theatre.canary.forget()
    with opened(theatre.free) as context:
        shown = [visit(context, f"{theatre.evil}/{name}.html") for name in ("probes", *hostile.NAVIGATIONS, *hostile.HEADERS_ALIVE)]
        settle(shown, 2500)
    reached = theatre.canary.tags()
    expected = {probe.name for probe in hostile.SUBRESOURCES if probe.alive and probe.name not in ("webrtc", "preconnect")}
    expected |= {*hostile.NAVIGATIONS, *hostile.HEADERS_ALIVE, "connection", "packet", "markup-img", "other-port", "markup-background"}
    missed = expected - {tag.removesuffix(".js") for tag in reached}
    assert missed == set()
    assert len(expected) > 60


# -- that replayed they do not


def test_replayed_probes_reach_neither_the_live_web_nor_the_pages_around_them(theatre: Theatre) -> None:
    """Rewritten as every page is, and as they were sent."""
    for page, depth in (("probes.html", 1), ("raw.html", 2)):
        theatre.canary.forget()
        theatre.listener.asked.clear()
        with opened(theatre.browser) as context:
            keep_secrets(context, theatre.running.origin)
            theatre.listener.asked.clear()
            shown = visit(context, theatre.viewer(page))
            settle([shown], 2500)
            frames = replayed_frames(shown, theatre.running.replay)
            assert len(frames) >= depth, [frame.url for frame in shown.frames]
            inner = next(frame for frame in frames if frame.evaluate("!!window.ran && document.title") == "Probes")
            noted = inner.evaluate("window.noted")
            assert {name for name, words in noted.items() if any(word in ("reached", "registered", "runs") for word in words)} == set()
            assert "secret" not in json.dumps(noted)
            assert shown.url == theatre.viewer(page)
            assert len(context.pages) == 1, "a window was opened"
            assert context.cookies() == []
            assert [worker.url for worker in context.service_workers] == []
            assert only_what_our_pages_ask(theatre.listener.asked, page) == []
        assert theatre.canary.heard == [], page
    assert b"cookie:" not in b"".join(theatre.listener.said).lower()


def test_no_page_leads_its_reader_away(theatre: Theatre) -> None:
    theatre.canary.forget()
    theatre.listener.asked.clear()
    names = [f"{name}.html" for name in (*hostile.IN_VIEWER, "frames")]
    with opened(theatre.browser) as context:
        shown = [visit(context, theatre.viewer(name)) for name in names]
        settle(shown, 1000)
        for page in shown[: len(hostile.IN_VIEWER)]:
            page.locator("#viewer-frame").click(position={"x": 30, "y": 15})  # a person's click gives a page more rights
        settle(shown, 2000)
        assert [page.url for page in shown] == [theatre.viewer(name) for name in names]
        assert len(context.pages) == len(names), "a window was opened"
        assert context.cookies() == []
        assert only_what_our_pages_ask(theatre.listener.asked, *names) == []
    assert theatre.canary.heard == []


def test_webrtc_in_a_frame_of_a_frame_reaches_nobody_though_it_may_end_the_tab(theatre: Theatre) -> None:
    theatre.canary.forget()
    with opened(theatre.browser) as context:
        visit(context, theatre.viewer("raw-webrtc.html"))
        time.sleep(3)
    assert theatre.canary.heard == []


def test_a_replayed_page_by_itself_is_led_into_the_viewer(theatre: Theatre) -> None:
    theatre.canary.forget()
    with opened(theatre.browser) as context:
        page = visit(context, f"{theatre.running.replay}/web/{STAMP}/{theatre.evil}/nav-location.html")
        page.wait_for_url(theatre.viewer("nav-location.html"))
        raw = visit(context, f"{theatre.running.replay}/web/{STAMP}id_/{theatre.evil}/nav-location.html")
        raw.wait_for_url(theatre.viewer("nav-location.html"))
        settle([page, raw], 1000)
    assert theatre.canary.heard == []


def test_a_site_elsewhere_can_neither_frame_nor_probe_the_replay(theatre: Theatre) -> None:
    address = f"{theatre.running.replay}/web/{STAMP}/{theatre.evil}/probes.html"
    with opened(theatre.browser) as context:
        page = visit(context, f"{theatre.evil}/empty.html")
        page.evaluate("(a) => { const f = document.createElement('iframe'); f.src = a; document.body.append(f); }", address)
        image = (
            "(a) => new Promise((done) => { const i = new Image(); i.onload = () => done('seen'); i.onerror = () => done(''); i.src = a; })"
        )
        assert page.evaluate(image, f"{theatre.running.replay}/static/pywb-logo.png") == ""
        asked = "(a) => fetch(a, {mode: 'no-cors'}).then((r) => r.type).catch(() => 'refused')"
        assert page.evaluate(asked, f"{theatre.running.origin}/cdx?url=x") in ("opaque", "refused")
        settle([page], 1500)
        assert not any(frame.url.startswith(theatre.running.replay) for frame in page.frames)


def test_the_browser_looked_up_none_of_the_names(theatre: Theatre) -> None:
    """Last, since the log is whole when the browser is closed: a name that is looked up is told to somebody."""
    theatre.browser.close()
    text = theatre.net_log.read_text(errors="replace")
    looked_up = set(re.findall(r'"host":\s*"(?:https?://)?([^":/]+)', text))
    assert hostile.HOST in looked_up, "the log says nothing: it is no proof"  # the site elsewhere, which was visited
    assert {name for name in looked_up if hostile.CANARY in name} == set()


# -- helpers


@contextlib.contextmanager
def opened(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 900, "height": 700}, accept_downloads=True)
    try:
        yield context
    finally:
        context.close()


def visit(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.dismiss())
    with contextlib.suppress(Exception):  # a page that leaves at once interrupts its own loading
        page.goto(url, wait_until="commit")
    return page


def settle(shown: list[Page], milliseconds: int) -> None:
    for page in shown:
        with contextlib.suppress(Exception):
            page.wait_for_load_state("load", timeout=5000)
    shown[0].wait_for_timeout(milliseconds)


def keep_secrets(context: BrowserContext, origin: str) -> None:
    """What a page of ours would keep in the browser."""
    page = visit(context, f"{origin}/static/icon.svg")
    page.evaluate("localStorage.setItem('secret', 'secret'); indexedDB.open('secret')")
    page.close()


def replayed_frames(page: Page, replay: str) -> list[Frame]:
    return [frame for frame in page.frames if frame.url.startswith(replay)]


def only_what_our_pages_ask(asked: list[str], *names: str) -> list[str]:
    """What was asked of the archive's pages beyond what they ask themselves."""
    own = re.compile(
        r"^GET (/static/[a-z.]+|/favicon\.ico|/replay/\d{14}/http://evil\.example:\d+/(" + "|".join(map(re.escape, names)) + "))$"
    )
    return [line for line in asked if not own.match(line)]
