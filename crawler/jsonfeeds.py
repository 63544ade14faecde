"""Which articles does a JSON Feed announce? (jsonfeed.org, versions 1 and 1.1)"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from crawler.reading import Gatherer

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


def read_json_feed(text: str, gather: Gatherer) -> str | None:
    """Gather a JSON Feed's items; gives null, `json-malformed` (the items before the damage are gathered) or `unknown-format`."""
    problem = None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):  # ValueError: also a number of more digits than Python converts
        problem = "json-malformed"
        document = {"items": list(_before_damage(text))}
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return problem or "unknown-format"
    gather.language = _string(document.get("language"))
    for item in document["items"]:
        _add(item, gather)
    return problem


def _add(item: Any, gather: Gatherer) -> None:
    if not isinstance(item, dict):
        gather.add([])
        return
    identity = item.get("id")
    if isinstance(identity, int | float) and not isinstance(identity, bool):
        identity = repr(identity)[:100]  # version 1: a number counts as its text
    identity = _string(identity)
    links = [_string(item.get("url")), _string(item.get("external_url"))]
    if identity and identity.lower().startswith(("http://", "https://")):
        links.append(identity)
    gather.add(
        [link for link in links if link],
        entry_id=identity,
        title=_string(item.get("title")),
        published=_string(item.get("date_published")),
        modified=_string(item.get("date_modified")),
        language=_string(item.get("language")),
    )


def _before_damage(text: str) -> Iterator[Any]:
    """The items that are whole, up to the first that is not."""
    found = _ITEMS.search(text)
    if not found:
        return
    decoder = json.JSONDecoder()
    at = found.end()
    while True:
        between = _BETWEEN.match(text, at)
        try:
            item, at = decoder.raw_decode(text, between.end() if between else at)
        except (ValueError, RecursionError):
            return
        yield item


def _string(value: Any) -> str | None:
    return value[:20_000] if isinstance(value, str) and value.strip() else None
