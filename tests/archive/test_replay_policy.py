"""What does the policy before the replay let through, in both directions?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from archive.replay.gateway.policy import Guarded, Policy

POLICY = Policy(hosts=frozenset({"127.0.0.1:8081"}), origin="http://127.0.0.1:8081", viewer="http://localhost:8080")
PAGE = "/web/20241108081500/https://news.example/a?b=1"


def ask(
    path: str = PAGE, *, method: str = "GET", answer: Iterable[tuple[str, str]] = (), status: str = "200 OK", **headers: str
) -> tuple[str, dict[str, str], dict[str, Any] | None]:
    """Status and headers of the answer, and what the program behind was asked; null where it was not."""
    asked: list[dict[str, Any]] = []
    told: list[tuple[str, list[tuple[str, str]]]] = []

    def program(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        asked.append(dict(environ))
        start_response(status, list(answer))
        return [b"x"]

    environ = {"REQUEST_METHOD": method, "REQUEST_URI": path, "PATH_INFO": path, "HTTP_HOST": "127.0.0.1:8081"}
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    list(Guarded(program, POLICY)(environ, lambda line, head, exc_info=None: told.append((line, head))))
    line, head = told[0]
    return line, {name.lower(): value for name, value in head}, asked[0] if asked else None


@pytest.mark.parametrize(
    ("expected", "path", "headers"),
    [
        ("200", PAGE, {}),
        ("200", PAGE, {"sec_fetch_dest": "iframe", "sec_fetch_mode": "navigate", "sec_fetch_site": "cross-site"}),
        ("200", PAGE.replace("/https", "im_/https"), {"sec_fetch_dest": "image", "sec_fetch_site": "same-origin"}),
        ("200", "/static/wombat.js", {"sec_fetch_dest": "script", "sec_fetch_site": "same-origin"}),
        ("200", "/picture.jpg", {"referer": f"http://127.0.0.1:8081{PAGE}", "sec_fetch_site": "same-origin"}),
        ("404", "/picture.jpg", {"referer": "http://evil.example/web/"}),
        ("403", PAGE, {"sec_fetch_dest": "image", "sec_fetch_site": "cross-site"}),
        ("403", PAGE, {"sec_fetch_dest": "iframe", "sec_fetch_mode": "no-cors", "sec_fetch_site": "cross-site"}),
        ("403", PAGE, {"sec_fetch_dest": "embed", "sec_fetch_site": "same-origin"}),
        ("403", PAGE, {"sec_fetch_dest": "serviceworker", "sec_fetch_site": "same-origin"}),
        ("403", PAGE, {"service_worker": "script"}),
        ("403", PAGE.replace("/https", "sw_/https"), {}),
        ("421", PAGE, {"host": "localhost:8080"}),
        ("404", "/web/cdx?url=x", {}),
        ("404", "/web/2024*/https://news.example/", {}),
        ("404", "/", {}),
        ("404", "http://127.0.0.1:8081/web/2024/http://x.example/", {}),
    ],
)
def test_what_is_answered(expected: str, path: str, headers: dict[str, str]) -> None:
    status, head, asked = ask(path, **headers)
    assert status[:3] == expected
    assert (asked is not None) is (expected == "200")
    assert "sandbox allow-scripts" in head["content-security-policy"]
    assert head["connection-allowlist"] == "(response-origin);webrtc=block"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE"])
def test_nothing_is_sent_to_an_archive(method: str) -> None:
    assert ask(method=method)[0].startswith("405")


@pytest.mark.parametrize(
    ("path", "there"),
    [
        (PAGE, "/replay/20241108081500/https://news.example/a?b=1"),
        (PAGE.replace("/https", "id_/https"), "/replay/20241108081500/https://news.example/a?b=1"),
        ("/web/https://news.example/", "/replay/99991231235959/https://news.example/"),
        ("/static/wombat.js", "/"),
        ("/", "/"),
    ],
)
def test_a_document_of_the_top_is_led_into_the_viewer(path: str, there: str) -> None:
    status, head, asked = ask(path, sec_fetch_dest="document", sec_fetch_site="none")
    assert (status[:3], head["location"], asked) == ("302", f"http://localhost:8080{there}", None)


def test_requests_lose_what_could_change_access_or_address() -> None:
    _, _, asked = ask(
        cookie="a=1",
        authorization="Basic x",
        x_pywb_acl_user="staff",
        x_forwarded_proto="https",
        prefer="raw",
        origin="x",
        range="bytes=0-1",
    )
    assert asked is not None
    assert {name for name in asked if name.startswith("HTTP_")} == {"HTTP_HOST", "HTTP_RANGE"}


def test_of_an_archived_head_only_what_a_replay_needs_goes_through() -> None:
    place = f"http://127.0.0.1:8081{PAGE}"
    hostile = [
        ("Content-Type", "text/html"), ("Content-Length", "1"), ("Set-Cookie", "a=1"), ("Refresh", "0; url=http://evil.example"),
        ("Link", "<http://evil.example>; rel=preconnect"), ("Clear-Site-Data", '"*"'), ("Service-Worker-Allowed", "/"),
        ("WWW-Authenticate", "Basic"), ("Content-Security-Policy", "default-src *"), ("Speculation-Rules", '"x"'), ("NEL", "{}"),
        ("Access-Control-Allow-Origin", "*"), ("Memento-Datetime", "forged"), ("Content-Location", "http://evil.example/"),
        ("Memento-Datetime", "Fri, 08 Nov 2024 08:15:00 GMT"), ("Content-Location", place), ("Content-Language", "en\r\nX: y"),
    ]  # fmt: skip
    _, head, _ = ask(answer=hostile)
    own = {name.lower() for name, _ in POLICY.binding()}
    assert set(head) - own == {"content-type", "content-length", "memento-datetime", "link", "content-location"}
    assert head["content-security-policy"].startswith("default-src 'self'")
    assert head["memento-datetime"] == "Fri, 08 Nov 2024 08:15:00 GMT"
    assert head["link"].startswith('<https://news.example/a?b=1>; rel="original", <http://localhost:8080/timegate/')
    assert head["content-location"] == place


@pytest.mark.parametrize(
    "location", ["http://evil.example/", "//evil.example/", "/\\evil.example/", "http://127.0.0.1:80811/", "javascript:x", "/\tx"]
)
def test_a_redirect_leads_to_the_replay_or_nowhere(location: str) -> None:
    assert "location" not in ask(answer=[("Location", location)], status="302 Found")[1]
    own = "http://127.0.0.1:8081/web/20241108081500/https://news.example/b"
    assert ask(answer=[("Location", own)], status="302 Found")[1]["location"] == own


@pytest.mark.parametrize(
    ("given", "expected"), [("101 Switching", "502"), ("999 Odd", "502"), ("200 \x1b[2J", "200 OK"), ("404 None", "404 Not Found")]
)
def test_a_status_is_one_that_a_browser_takes_for_an_answer(given: str, expected: str) -> None:
    assert ask(status=given)[0].startswith(expected)
