"""Who may ask the web server for what, and what may its pages do in a browser?

Read-only, for the names that it was started under, and for its own pages: the archived pages next door are hostile, and so may be any
site that is open in another tab.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = frozenset({"GET", "HEAD"})


def content_security_policy(replay_origin: str | None) -> str:
    """Nothing but our own style sheets, scripts, forms and data URLs of pictures that we draw; frames of the replay alone."""
    rules = [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        f"frame-src {replay_origin}" if replay_origin else "frame-src 'none'",
    ]
    return "; ".join(rules)


class _HeadAnswered(Exception):
    """The head was sent, and no body is wanted."""


class Guard:
    """ASGI middleware: refuses foreign Host headers, other methods and requests that another site's page makes; sets the headers."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], replay_origin: str | None) -> None:
        self._app, self._hosts = app, frozenset(hosts)
        self._headers = {
            "Content-Security-Policy": content_security_policy(replay_origin),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            # Asked for anew each time: the archive grows, and a later version of this program has another style sheet.
            "Cache-Control": "no-cache",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        head, ended = scope["method"] == "HEAD", False

        async def send_guarded(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            elif head and message["type"] == "http.response.body":
                if not ended:
                    ended = True
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
                if message.get("more_body"):
                    raise _HeadAnswered  # what would stream gigabytes has no reader
                return
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send_guarded)
            return
        try:
            # Every page has its head: FastAPI's routes for GET do not answer HEAD (RFC 9110 §9.3.2) by themselves.
            await self._app({**scope, "method": "GET"} if head else scope, receive, send_guarded)
        except _HeadAnswered:
            return

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() not in self._hosts:
            # DNS rebinding: a name of somebody else's that leads here.
            return PlainTextResponse("this server is not known by that name: open it under the address that it printed\n", status_code=421)
        if scope["method"] not in _METHODS:
            return PlainTextResponse("this archive is read-only\n", status_code=405, headers={"Allow": "GET, HEAD"})
        # Fetch metadata (W3C): a page of another site may link to us, and nothing else.
        site = headers.get("sec-fetch-site", "none")
        link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        if site not in ("none", "same-origin") and not link:
            return PlainTextResponse("not for pages of other sites\n", status_code=403)
        return None
