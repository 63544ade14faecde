"""What may a browser ask of the replay, and what may an archived page do that it gets?

An archived page is hostile. Asked for is refused unless a replay needs it; of the head of an answer only what is named here goes through,
and what binds the page is ours. Standard library alone: this runs in the environment of the program that replays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.client import responses
from typing import Any
from urllib.parse import urlsplit

Headers = list[tuple[str, str]]

PREFIX = "/web/"
READY = "/-/ready"
SANDBOX = "allow-scripts allow-same-origin allow-forms"

# `<digits><modifier>_/<URL>`. `sw_` would be a service worker, `*` a page of the program's own.
_REPLAY = re.compile(r"^/web/(?P<timestamp>\d{0,14})(?P<modifier>[a-z]{2,5}_)?/{0,2}(?P<url>(?:https?:/{1,2}|//)[^/].*)$", re.DOTALL)
# Fetch metadata: what a page may need, of itself. Documents of the top go to our viewer; plug-ins and shared workers are out.
_OWN = frozenset(
    {"", "empty", "image", "style", "script", "font", "audio", "video", "track", "manifest", "worker", "audioworklet", "paintworklet"}
    | {"xslt", "json", "text", "dictionary"}
)
_FRAMES = frozenset({"iframe", "frame"})
# What pywb reads. No cookie, no authorisation, nothing that would change access (X-Pywb-ACL-User) or the address (X-Forwarded-...).
_ASKED = frozenset(
    {"HTTP_HOST", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_RANGE", "HTTP_REFERER", "HTTP_USER_AGENT", "HTTP_ACCEPT_DATETIME"}
    | {"HTTP_X_REQUESTED_WITH", "HTTP_X_PYWB_REQUESTED_WITH"}
)
_ANSWERED = frozenset({"content-type", "content-length", "content-range", "accept-ranges", "content-language", "content-encoding"})
_FEATURES = (
    "accelerometer", "autoplay", "bluetooth", "camera", "clipboard-read", "clipboard-write", "display-capture", "encrypted-media",
    "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "join-ad-interest-group",
    "keyboard-map", "local-fonts", "magnetometer", "microphone", "midi", "otp-credentials", "payment", "picture-in-picture",
    "publickey-credentials-create", "publickey-credentials-get", "run-ad-auction", "screen-wake-lock", "serial", "storage-access",
    "usb", "web-share", "window-management", "xr-spatial-tracking",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One replay: who it is, and whose pages may frame it. Immutable."""

    hosts: frozenset[str]
    """Values of the Host header that are answered, lower-case, with port."""
    origin: str
    """`http://127.0.0.1:8081`, as browsers see it."""
    viewer: str
    """`http://localhost:8080`, whose pages frame what is replayed."""

    def refusal(self, environ: dict[str, Any]) -> tuple[str, Headers, str] | None:
        """Status, headers and words for a request that is not answered by a replay; null for one that is."""
        if environ.get("HTTP_HOST", "").lower() not in self.hosts:
            return "421 Misdirected Request", [], "this server is not known by that name"
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return "405 Method Not Allowed", [("Allow", "GET, HEAD")], "an archived page sends nothing"
        path = str(environ.get("REQUEST_URI") or environ.get("PATH_INFO") or "/")
        if path == READY:
            return "200 OK", [], "ready"
        kind, site = environ.get("HTTP_SEC_FETCH_DEST", ""), environ.get("HTTP_SEC_FETCH_SITE", "none")
        replayed = _REPLAY.match(path)
        if kind == "document":
            # By itself a page could leave for the live web: it is shown in the viewer's frame, which cannot.
            there = f"/replay/{replayed['timestamp'] or '99991231235959'}/{_address(replayed['url'])}" if replayed else "/"
            return "302 Found", [("Location", self.viewer + there)], "shown in the viewer"
        if "HTTP_SERVICE_WORKER" in environ or (replayed and replayed["modifier"] == "sw_"):
            return "403 Forbidden", [], "service workers are not replayed: one would stand between you and other captures"
        framed = kind in _FRAMES and environ.get("HTTP_SEC_FETCH_MODE", "navigate") == "navigate"
        if not framed and (kind not in _OWN or site not in ("none", "same-origin")):
            return "403 Forbidden", [], "not for pages of other sites, and not for that use"
        if replayed or path.startswith("/static/") or environ.get("HTTP_REFERER", "").startswith(self.origin + PREFIX):
            return None  # an address that a script put together leads to the root: pywb finds out by the referrer what was meant
        return "404 Not Found", [], "archived pages are at /web/<timestamp>/<URL>"

    def headers(self, given: Iterable[tuple[str, str]], *, url_path: str) -> Headers:
        """What goes to the browser of the head of an answer, with what binds it."""
        found = [(name.lower(), value) for name, value in given]
        kept = [(name, value) for name, value in found if name in _ANSWERED and _printable(value)]
        location = _last(found, "location")
        if location is not None and self._is_own(location):
            kept.append(("location", location))
        memento = self._memento(found, url_path)
        return [*kept, *memento, *self.binding()]

    def binding(self) -> Headers:
        """Headers of every answer, whatever it is."""
        own = "'self' data: blob:"
        rules = (
            f"default-src {own} 'unsafe-inline' 'unsafe-eval'",
            f"connect-src {own}",
            "frame-src 'self'",
            "worker-src 'self' blob:",
            "form-action 'self'",
            "base-uri 'self'",
            "object-src 'none'",
            f"frame-ancestors 'self' {self.viewer}",
            f"sandbox {SANDBOX}",
        )
        return [
            ("Content-Security-Policy", "; ".join(rules)),
            ("X-DNS-Prefetch-Control", "off"),
            ("Referrer-Policy", "same-origin"),
            ("Permissions-Policy", ", ".join(f"{feature}=()" for feature in _FEATURES)),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Origin-Agent-Cluster", "?1"),
            # What no CSP reaches: preconnect, WebRTC (which no browser's CSP knows), speculation. Chromium 152 and later.
            ("Connection-Allowlist", "(response-origin);webrtc=block"),
            ("Cache-Control", "no-store"),
            ("X-Robots-Tag", "noindex, nofollow"),
        ]

    def _is_own(self, location: str) -> bool:
        # A backslash and control characters are read otherwise by browsers than by urlsplit: "/\evil.example" leaves.
        if not _printable(location) or "\\" in location:
            return False
        return location.startswith((self.origin + "/", "/")) and not location.startswith("//")

    def _memento(self, found: Headers, url_path: str) -> Headers:
        """RFC 7089 §2.1: when this was captured, and where there are others of it. Ours, by what pywb put at the end of the head."""
        moment, place = _last(found, "memento-datetime"), _last(found, "content-location")
        replayed = _REPLAY.match(place.removeprefix(self.origin)) if place else None
        asked = _REPLAY.match(url_path)
        if moment is None or replayed is None or asked is None or not _printable(moment) or not _printable(place or ""):
            return []
        original = _address(replayed["url"]).replace(">", "%3E")
        here = f"{self.origin}{PREFIX}{replayed['timestamp']}/{original}"
        links = (
            f'<{original}>; rel="original"',
            f'<{self.viewer}/timegate/{original}>; rel="timegate"',
            f'<{self.viewer}/timemap/link/{original}>; rel="timemap"; type="application/link-format"',
            f'<{here}>; rel="memento"; datetime="{moment}"',
        )
        return [("Memento-Datetime", moment), ("Link", ", ".join(links)), ("Content-Location", here)]


class Guarded:
    """The WSGI application of a replay behind its policy."""

    def __init__(self, app: Callable[..., Iterable[bytes]], policy: Policy) -> None:
        self._app, self._policy = app, policy

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """As WSGI has it."""
        path = str(environ.get("REQUEST_URI") or environ.get("PATH_INFO") or "/")
        refusal = self._policy.refusal(environ)
        if refusal is not None:
            status, headers, words = refusal
            body = words.encode() + b"\n"
            own = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), *headers]
            start_response(status, [*own, *self._policy.binding()])
            return [body]
        for name in [name for name in environ if name.startswith("HTTP_") and name not in _ASKED]:
            del environ[name]

        def start(status: str, headers: Headers, exc_info: Any = None) -> Any:
            # 101 and its like would leave HTTP, 304 a page without its body: both are what was said then, not now.
            code = int(status[:3]) if re.fullmatch(r"[2-5]\d\d( .*)?", status, re.DOTALL) else 502
            return start_response(f"{code} {responses.get(code, 'Archived')}", self._policy.headers(headers, url_path=path), exc_info)

        return self._app(environ, start)


def _address(url: str) -> str:
    if url.startswith("//"):
        return f"http:{url}"
    scheme, _, rest = url.partition(":")
    return f"{scheme}://{rest.lstrip('/')}"


def _last(headers: Headers, name: str) -> str | None:
    return next((value for key, value in reversed(headers) if key == name), None)


def _printable(value: str) -> bool:
    return not any(character < " " or character == "\x7f" or character > "\xff" for character in value)


def origin_of(url: str) -> tuple[str, int]:
    """Host and port of an http address."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 80
