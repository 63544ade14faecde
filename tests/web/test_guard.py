"""Does the web server answer whom it should, and nobody else?"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.archive.shelf import Entry, page, publish
from tests.servers.web import run_web
from tests.servers.webclient import ask, until

PAGES = ("/", "/search", "/search?q=bridge", "/runs", "/runs/last", "/sources", "/sources/news", "/feeds", "/api", "/url", "/nothing-here")
PROGRAMS = (
    "/api/front",
    "/api/search",
    "/api/runs",
    "/api/runs/last",
    "/api/sources",
    "/api/sources/news",
    "/api/health",
    "/api/openapi.json",
)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("guard")
    publish(folder, [Entry(capture=page("/a"), article={"title": "A bridge"})])
    with run_web(folder / "store", collection="news", state=folder / "state") as address:
        until(lambda: ask(address, "/api/search").json()["total"] == 1)
        yield address


def test_another_name_that_leads_here_is_refused(origin: str) -> None:
    port = urlsplit(origin).port
    for host in (
        "evil.example",
        f"evil.example:{port}",
        "localhost",
        "localhost:1",
        f"localhost.evil.example:{port}",
        f"127.0.0.1:{port}, x",
        "",
    ):
        answer = ask(origin, "/api/front", host=host)
        assert answer.status == 421, host
        assert "bridge" not in answer.text
    for host in (f"localhost:{port}", f"LOCALHOST:{port}", f"127.0.0.1:{port}"):
        assert ask(origin, "/api/front", host=host).status == 200, host


def test_a_request_without_a_name_is_refused(origin: str) -> None:
    parts = urlsplit(origin)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert connection.recv(100).split()[1] == b"421"


def test_nothing_but_reading_is_allowed(origin: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"):
        answer = ask(origin, "/", method, body=b"x=1" if method in ("POST", "PUT", "PATCH") else None)
        assert answer.status == 405, method
        assert answer.headers["allow"] == "GET, HEAD"


def test_pages_of_other_sites_may_link_to_us_and_nothing_else(origin: str) -> None:
    link = {"sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    for site in ("cross-site", "same-site"):
        assert ask(origin, "/", sec_fetch_site=site, **link).status == 200
        assert ask(origin, "/", sec_fetch_site=site, sec_fetch_mode="navigate", sec_fetch_dest="iframe").status == 403
        for mode, destination in (("no-cors", "image"), ("no-cors", "script"), ("cors", "empty"), ("no-cors", "style")):
            assert ask(origin, "/api/front", sec_fetch_site=site, sec_fetch_mode=mode, sec_fetch_dest=destination).status == 403
    for site in ("same-origin", "none"):
        assert ask(origin, "/api/front", sec_fetch_site=site, sec_fetch_mode="cors", sec_fetch_dest="empty").status == 200


@pytest.mark.parametrize("path", [*PAGES, *PROGRAMS, "/static/warchive.css", "/static/warchive.js", "/static/../app.py"])
def test_every_answer_says_what_a_browser_may_do_with_it(origin: str, path: str) -> None:
    for answer in (ask(origin, path), ask(origin, path, host="evil.example")):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"]
        assert "set-cookie" not in answer.headers
        assert "server" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", [*PAGES, *PROGRAMS, "/static/warchive.css"])
def test_every_page_answers_head_as_it_answers_get(origin: str, path: str) -> None:
    whole, head = ask(origin, path), ask(origin, path, "HEAD")
    assert head.body == b""
    assert (head.status, head.headers["content-type"]) == (whole.status, whole.headers["content-type"])
    if "took_ms" not in whole.text and " ms</span>" not in whole.text:
        assert head.headers["content-length"] == whole.headers["content-length"]


def test_a_page_holds_no_script_and_no_style_of_its_own(origin: str) -> None:
    for path in PAGES:
        text = ask(origin, path).text
        assert "<style" not in text, path
        assert " style=" not in text, path
        assert " onclick=" not in text, path
        assert text.count("<script") == text.count('<script src="/static/'), path
        assert 'src="http' not in text, path


def test_a_style_sheet_is_asked_for_again_and_not_sent_again(origin: str) -> None:
    first = ask(origin, "/static/warchive.css")
    again = ask(origin, "/static/warchive.css", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_a_web_socket_is_none(origin: str) -> None:
    answer = ask(
        origin, "/", connection="Upgrade", upgrade="websocket", sec_websocket_version="13", sec_websocket_key="AAAAAAAAAAAAAAAAAAAAAA=="
    )
    assert answer.status != 101


def test_files_beside_the_static_ones_are_not_served(origin: str, tmp_path: Path) -> None:
    for path in ("/static/../pages.py", "/static/%2e%2e/pages.py", "/static/..%2fpages.py", "/static//etc/passwd", "/templates/base.html"):
        assert ask(origin, path).status == 404, path
