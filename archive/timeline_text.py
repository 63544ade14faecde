"""How is a timeline shown: to a person as a table, to a program as JSON?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from archive.ledger import rfc3339
from archive.neutral import one_line
from archive.timeline import Event, Timeline, Version

HEADS = ("time", "event", "status", "what")
_PARTS = {"title": "title", "text": "text", "authors": "authors", "dates": "dates", "page": "page around the article"}
_REASONS = {
    "no_http_answer": "the answer was no HTTP message",
    "redirected": "redirected to another page",
    "payload": "other bytes than before; no text was made of them",
    "bot_challenge": "a test for robots",
    "consent": "a consent page",
    "login": "a login or payment page",
    "geo_block": "closed for our country",
    "soft_404": "a page that says it is not there",
    "redirected_home": "redirected to the front page",
    "rate_limited": "asked too often",
    "forbidden": "forbidden",
}


def timeline_text(found: Timeline) -> Iterator[str]:
    """Lines above the table: title, article, addresses."""
    yield one_line(found.title or found.url)
    if found.title:
        yield one_line(found.url)
    if found.article_id:
        count = len(found.versions)
        yield f"article {found.article_id}, {count} version{'s' if count != 1 else ''}"
    else:
        yield "no article was made of it"
    for address in found.addresses:
        yield one_line(f"also {address.url} ({address.how})")


def rows(found: Timeline) -> Iterator[tuple[str, str, str, str]]:
    """A row an event, for a table under `HEADS`."""
    for event in found.events:
        yield _short(event.at), event.kind, "" if event.status is None else str(event.status), _what(event, found.url)


def as_json(found: Timeline) -> dict[str, Any]:
    """Everything that is known, for programs."""
    return {
        "url": found.url,
        "article_id": found.article_id,
        "title": found.title,
        "addresses": [{"url": one.url, "how": one.how} for one in found.addresses],
        "versions": [_version(one) for one in found.versions],
        "events": [_event(one) for one in found.events],
    }


def reason_text(reason: str) -> str:
    """A reason of an event in words."""
    return _REASONS.get(reason) or reason.replace("http_", "HTTP ").replace("_", " ")


def _what(event: Event, url: str) -> str:
    said: list[str] = []
    if event.version is not None:
        said.append(f"version {event.version.number}")
        if event.version.change is not None:
            said.append(_change(event.version))
    if event.reason is not None:
        said.append(_REASONS.get(event.reason, event.reason.replace("_", " ")))
    if event.to is not None:
        said.append(f"to {event.to}")
    elif event.kind == "moved":
        said.append("where to could not be read")
    if event.times > 1 and event.until is not None:
        said.append(f"{event.times} times, until {_short(event.until)}")
    if event.url != url:
        said.append(f"at {event.url}")
    return ", ".join(said)


def _change(version: Version) -> str:
    change = version.change
    assert change is not None
    said = []
    for part in change.parts:
        text = _PARTS[part]
        if part == "text" and change.similarity is not None:
            sizes = "" if change.words is None else f", {change.words[0]:,} -> {change.words[1]:,} words"
            text += f" ({change.similarity:.1%} in common{sizes})"
        said.append(text)
    return "changed: " + ", ".join(said) if said else "nothing that is told"


def _version(one: Version) -> dict[str, Any]:
    change = one.change
    return {
        "version": one.number,
        "id": one.id,
        "record_id": one.record_id,
        "title": one.title,
        "change": None
        if change is None
        else {"parts": list(change.parts), "similarity": change.similarity, "words": list(change.words) if change.words else None},
    }


def _event(one: Event) -> dict[str, Any]:
    return {
        "at": rfc3339(one.at),
        "event": one.kind,
        "until": rfc3339(one.until or one.at),
        "times": one.times,
        "version": one.version.number if one.version else None,
        "version_id": one.version.id if one.version else None,
        "change": _version(one.version)["change"] if one.version else None,
        "reason": one.reason,
        "to": one.to,
        "status": one.status,
        "url": one.url,
        "record_id": one.record_id,
        "run": one.run,
    }


def _short(moment: datetime) -> str:
    return rfc3339(moment)[:19] + "Z"
