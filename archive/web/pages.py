"""How does a page of ours become HTML in which nothing from the web is markup?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from archive.neutral import one_line, web_url

FOLDER = Path(__file__).parent


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["line"] = lambda value: one_line(str(value))  # control characters and marks that turn text around made visible
    environment.filters["href"] = lambda value: web_url(str(value)) or ""  # http and https alone: `javascript:` links nowhere
    environment.filters["query"] = lambda value: quote(str(value), safe="")
    return environment


ENVIRONMENT = _environment()


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of `templates/`, with what every page knows."""
    settings = request.app.state.settings
    known: Mapping[str, Any] = {"settings": settings, "problem": request.app.state.readers.problem, "path": request.url.path}
    return HTMLResponse(ENVIRONMENT.get_template(template).render({**known, **values}), status_code=status)


def replay_path(timestamp: str, url: str) -> str:
    """Path of our page that shows a capture as it was, in a frame: `timestamp` has 14 digits."""
    return f"/replay/{timestamp}/{quote(url, safe=':/?&=%+,;@~!$()*')}"
