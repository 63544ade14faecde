"""How does a page of ours become HTML in which nothing from the web is markup?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from archive.neutral import one_line, plain, web_url
from archive.web.direction import direction
from archive.web.languages import language_name

FOLDER = Path(__file__).parent
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,5}")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?")


def when(value: str) -> str:
    """A moment for people, as it was stated: to the minute, and with its zone unless that is UTC; a date stays one."""
    found = _MOMENT.fullmatch(value)
    if found is None:
        return one_line(value)[:40]
    day, time, zone = found.groups()
    return f"{day} {time}" + {None: " (no zone)", "Z": "", "+00:00": ""}.get(zone, f" {zone}")


def size(count: int) -> str:
    """A number of bytes for people."""
    value, units = float(count), ["bytes", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{value:,.0f} {units[0]}" if units[0] == "bytes" or value >= 100 else f"{value:,.1f} {units[0]}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["line"] = lambda value: one_line(str(value))  # control characters and marks that turn text around made visible
    environment.filters["href"] = lambda value: web_url(str(value)) or ""  # http and https alone: `javascript:` links nowhere
    environment.filters["query"] = lambda value: quote(str(value), safe="")  # also for a piece of a path
    environment.filters["line_inside"] = lambda value: re.sub(r"\s+", " ", plain(str(value)))  # a piece of a line: its spaces stay
    environment.filters["plain"] = lambda value: plain(str(value))  # several lines, each harmless
    environment.filters["bare"] = lambda value: str(value).removeprefix("urn:uuid:")
    environment.filters["when"] = lambda value: when(str(value))
    environment.filters["tag"] = lambda tag: str(tag) if _TAG.fullmatch(str(tag)) else ""  # of a language, for `lang`
    environment.filters["language"] = lambda value: language_name(str(value))
    environment.filters["direction"] = lambda tag: direction(str(tag) if tag else None)
    environment.filters["number"] = lambda value: f"{value:,}"
    environment.filters["size"] = size
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
