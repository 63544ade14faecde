"""What does a visitor see where something is not there, was asked for wrongly, or went wrong?

A page, or JSON where a program asks, with a message and what to do about it; never a traceback, which goes to the log.
"""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archive.errors import BusyError, StoreError, UsageError, WarchiveError
from archive.web.pages import render

logger = logging.getLogger(__name__)

_TITLES = {
    400: "That cannot be answered",
    404: "Not here",
    503: "Not just now",
}
_OURS = 'see the log of "warchive replay"; the archive itself is not touched, this server only reads'


class NotThere(WarchiveError):
    """Nothing in this archive has that address or name: 404."""


class Failure(BaseModel):
    """What every answer of the API that is no success says."""

    error: str = Field(description="What is wrong, in a sentence.")
    hint: str | None = Field(description="What to do about it, where that is known.")


FAILURES: dict[int | str, dict[str, Any]] = {
    400: {"model": Failure, "description": "A parameter is not as it must be."},
    404: {"model": Failure, "description": "There is no such thing in this archive."},
    503: {"model": Failure, "description": "The store cannot be read just now."},
}


def for_programs(path: str) -> bool:
    """Whether who asks for that path expects JSON."""
    return path.startswith(("/api/", "/cdx", "/timemap/json/")) or path.endswith(".json")


def failure(request: Request, status: int, message: str, hint: str | None) -> Response:
    """The answer for an error."""
    if for_programs(request.url.path):
        return JSONResponse(Failure(error=message, hint=hint).model_dump(), status_code=status)
    template = "missing.html" if status == 404 else "error.html"
    return render(request, template, status, heading=_TITLES.get(status, "Something went wrong"), message=message, hint=hint)


def handle_errors(app: FastAPI) -> None:
    """Register the handlers with an application."""

    @app.exception_handler(WarchiveError)
    def _warchive(request: Request, error: WarchiveError) -> Response:
        status = 404 if isinstance(error, NotThere) else 400 if isinstance(error, UsageError) else 500
        if isinstance(error, StoreError | BusyError):
            status = 503
        if status >= 500:
            logger.warning("%s: %s", request.url.path[:200].encode("unicode_escape").decode(), error)
        return failure(request, status, error.message, error.hint)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        wrong = [f"{'.'.join(str(part) for part in one['loc'][1:])}: {one['msg']}" for one in error.errors()[:5]]
        return failure(request, 400, "; ".join(wrong) or "the address is not understood", "/api lists what can be asked, and how")

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return failure(request, 404, "There is no page at this address.", None)
        return failure(request, error.status_code, str(error.detail), None)


class Unforeseen:
    """ASGI middleware: an error that nobody foresaw becomes a page without a traceback; the log has it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        started = False

        async def send_noticed(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_noticed)
        except Exception:
            if started or scope["type"] != "http":
                raise  # the connection is closed: who asked sees that it is not all
            logger.exception("unforeseen error at %s", scope["path"][:200].encode("unicode_escape").decode())
            message = "This page met an error that nobody foresaw."
            try:
                answer = failure(Request(scope, receive), 500, message, _OURS)
            except Exception:  # the page of the error itself
                logger.exception("and the page that would say so fails too")
                answer = PlainTextResponse(f"{message}\n{_OURS}\n", status_code=500)
            await answer(scope, receive, send)
