"""What may another program say of a page that it wants the article of, and how is it told when it says something wrong?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from archive.article import Article, NotAnArticle
from archive.ledger import rfc3339
from pipelines.extract import extract


def extract_page(
    html: bytes,
    url: str,
    *,
    content_type: str | None,
    headers: Mapping[str, str] | Sequence[tuple[str, str]],
    status: int,
    captured_at: datetime | None,
    timezone: str | None,
    languages: Sequence[str],
    furniture: Sequence[str],
) -> Article | NotAnArticle:
    """As `warchive.extract` promises it."""
    if not isinstance(html, bytes | bytearray | memoryview):
        raise TypeError(f"html must be bytes, not {type(html).__name__}: the page as it came, before anybody decoded it")
    if isinstance(languages, str) or isinstance(furniture, str):
        raise TypeError("languages and furniture are lists of strings, not one string")
    if captured_at is not None and captured_at.tzinfo is None:
        raise ValueError("captured_at has no time zone: give an aware datetime, as datetime.now(UTC) is one")
    if timezone is not None:
        try:
            ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{timezone[:80]!r} is no zone of the IANA database, as Europe/Kyiv is one") from error
    pairs = [*headers.items()] if isinstance(headers, Mapping) else [*headers]
    named = {name.lower(): value for name, value in reversed(pairs)}  # of several the first counts
    return extract(
        bytes(html),
        url,
        content_type=content_type if content_type is not None else named.get("content-type"),
        status=status,
        captured_at=None if captured_at is None else rfc3339(captured_at),
        timezone=timezone,
        languages=tuple(languages),
        last_modified=named.get("last-modified"),
        content_language=named.get("content-language"),
        x_robots_tag=named.get("x-robots-tag"),
        headers=pairs,
        furniture=tuple(furniture),
    )
