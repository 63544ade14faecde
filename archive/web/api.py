"""What can programs ask of this server? The OpenAPI document, and a page of ours that lists the same.

No Swagger UI: it comes from another host, or weighs a megabyte.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from archive.web.pages import render

router = APIRouter()

DESCRIPTION = """One collection of warchive, read-only: articles, their versions and captures, where they come from, and what was captured
when.

Every page of the server has its JSON beside it, made by the same code. Nothing needs a key; nothing but GET and HEAD is answered.
Times are RFC 3339; identifiers of versions are `urn:uuid:`. A failure is `{"error": ..., "hint": ...}` with a status that says whose it is.
Texts, titles and addresses are those of the web: escape them before you show them."""

TAGS = [
    {"name": "front", "description": "What came in lately, and what is unwell."},
    {"name": "search", "description": "Full text, with filters."},
    {"name": "articles", "description": "Articles, their versions, their near duplicates, and what differs."},
    {"name": "captures", "description": "All captures of an address, also of those that are no articles."},
    {"name": "runs", "description": "What each run did."},
    {"name": "sources", "description": "What each source gives."},
    {"name": "feeds", "description": "Atom and JSON Feed of what is new, changed and gone, for other programs to subscribe to."},
    {"name": "index", "description": "What replay needs: the CDX server, WARC files and their ranges, Memento (RFC 7089)."},
]


_WORDS = {
    "ref": "Id of a version (`urn:uuid:...`, with or without that beginning), or the `article_id` of an article.",
    "a": "Id of the older version; left out: the one before the other.",
    "b": "Id of the newer one; left out: `a`, compared with the one before it.",
    "url": "Address of a page on the web.",
    "source": "Of this source alone.",
    "name": "Of a source, as its file is called.",
    "language": "BCP 47; takes in regional forms.",
    "first": "First versions alone.",
    "year": "Four digits: the captures of that year.",
    "day": "`2024-11-08`: the captures of that day, UTC.",
    "at": "14 digits: the capture whose proof is wanted.",
    "record": "Id of its record, where one moment has several.",
    "skip": "How many to leave out at the beginning.",
    "limit": "How many at most.",
    "cursor": "Of the answer before: where it goes on.",
    "before": "Of the answer before: where it goes on.",
    "file": "`new`, `changed` or `gone`, with `.atom` or `.json`.",
    "q": "Only articles that have these words.",
    "content": "`full`: whole texts; else a summary of each.",
    "filename": "Of a WARC file, as `/cdx` names it.",
    "Range": "Bytes that are wanted (RFC 9110 §14).",
    "If-Range": "Only if the file still has this tag.",
}
"""What a parameter means wherever it stands, for those whose function does not say more."""
_ASKS_FOR = frozenset({"/api/compare", "/api/url", "/cdx"})  # say nothing without a parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that can be asked, as the page shows it."""

    path: str
    summary: str
    description: str
    parameters: tuple[dict[str, Any], ...]
    link: str | None
    """An address to look at, where there is one without a name of something in it."""


def operation_id(route: APIRoute) -> str:
    """Names of functions: `api_front`; FastAPI's own repeat the path."""
    return route.name


def documented(app: FastAPI) -> None:
    """Make the application's OpenAPI document say what the server does: a wrong parameter is 400 with our words, never 422."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        known = app.openapi_schema is not None
        document = made()
        if not known:
            for operations in document["paths"].values():
                for operation in operations.values():
                    operation["responses"].pop("422", None)
                    for parameter in operation.get("parameters", ()):
                        if parameter["name"] in _WORDS:
                            parameter.setdefault("description", _WORDS[parameter["name"]])
            for name in ("HTTPValidationError", "ValidationError"):
                document.get("components", {}).get("schemas", {}).pop(name, None)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def operations_of(document: dict[str, Any]) -> dict[str, list[Operation]]:
    """By tag, in the order of the tags."""
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in document.get("tags", [])}
    for path, methods in document["paths"].items():
        operation = methods.get("get")
        if operation is None:
            continue
        parameters = tuple(operation.get("parameters", ()))
        needed = "{" in path or path in _ASKS_FOR
        found.setdefault((operation.get("tags") or ["index"])[0], []).append(
            Operation(
                path=path,
                summary=operation.get("summary", ""),
                description=operation.get("description", ""),
                parameters=parameters,
                link=None if needed else path,
            )
        )
    return {tag: operations for tag, operations in found.items() if operations}


@router.get("/api", include_in_schema=False)
def api_page(request: Request) -> HTMLResponse:
    """The list."""
    document = request.app.openapi()
    return render(request, "api.html", groups=operations_of(document), tags={tag["name"]: tag["description"] for tag in TAGS})
