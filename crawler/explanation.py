"""Which page is to be explained, and what does the extractor say of it? `warchive explain`: an archived URL, or a file.

The extractor runs in a child with limits, with what it was told when the page was captured: zone and languages of the source, how the
page was announced, and the furniture that the site's memory knew then.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from archive.article import Article
from archive.config import Config
from archive.errors import UsageError
from archive.ledger import rfc3339
from archive.model import CaptureRef
from archive.reader import Archive
from archive.sweep import provenance_of, sweep
from crawler.children import open_pool
from crawler.extraction_inputs import MAX_HTML, NO_URL
from pipelines.pool import ChildFailed

EXPLAIN = "pipelines.explain:explain_task"
_WEB = re.compile(r"^https?://", re.IGNORECASE)
_MAX_CAPTURES = 200  # newest ones of a URL that are looked at for one that holds the page
_MAX_REDIRECTS = 10  # as many as the crawler follows


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A page with what the extractor is told beside it."""

    payload: bytes
    """A response block."""
    params: Mapping[str, Any]
    """Of `pipelines.extract.extract_task`."""
    about: tuple[tuple[str, str], ...]
    """Where it came from, for people."""


def is_address(what: str) -> bool:
    """Whether an archived page is meant, and no file: a URL, or the id of an article's version."""
    return bool(_WEB.match(what)) or what.startswith("urn:uuid:")


def of_file(name: str, url: str | None, config: Config) -> Subject:
    """An HTML file, or `-` for standard input. Raises `UsageError`."""
    try:
        if name == "-":
            html = sys.stdin.buffer.read(MAX_HTML + 1)
        else:
            with Path(name).open("rb") as file:
                html = file.read(MAX_HTML + 1)
    except OSError as error:
        hint = "name an HTML file, `-` for standard input, or an archived URL with http:// or https://"
        raise UsageError(f"cannot read {name[:300]}: {error.strerror}", hint=hint) from error
    if len(html) > MAX_HTML:
        raise UsageError(f"{name[:300]} is larger than {MAX_HTML >> 20} MiB", hint="no page of a newspaper is: is it a WARC file?")
    payload = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + html
    about = (("file", "standard input" if name == "-" else name),)
    return Subject(payload=payload, params={"url": url or NO_URL, **_limits(config)}, about=about)


def of_archive(archive: Archive, what: str, at: str | None, config: Config) -> Subject | None:
    """The newest capture that holds the page (with `at`, the nearest to that time); null where there is none.

    Captures that say where the page moved are followed. A page that was only ever refused is explained as it was refused.
    """
    if what.startswith("urn:uuid:"):
        article = archive.article(what)
        ref = archive.capture_of(article) if article is not None else None
    else:
        article, ref = None, _page_capture(archive, what, at)
        if ref is not None:
            article = archive.article(ref.url, at=ref.fetched_at)
    return _of_capture(archive, ref, article, config) if ref is not None else None


def explain(subject: Subject, config: Config) -> dict[str, Any]:
    """What `pipelines.explain.account` says of it; of a child that was ended, that it was, and why."""
    pool = open_pool(config, workers=1)
    try:
        return pool.submit(EXPLAIN, subject.payload, dict(subject.params)).result()
    except ChildFailed as error:
        from pipelines.explain import refused  # and with it the whole extractor, which this process needs for nothing else

        return refused("extraction_failed", f"{error.reason}: {error.detail}"[:500], str(subject.params["url"]))
    finally:
        pool.close()


def _page_capture(archive: Archive, url: str, at: str | None) -> CaptureRef | None:
    fallback: CaptureRef | None = None
    for _ in range(_MAX_REDIRECTS):
        found = list(islice(_nearest_first(archive, url, at), _MAX_CAPTURES))
        holding = next((ref for ref in found if ref.status in (200, 203, 304)), None)
        if holding is not None:
            return holding
        fallback = fallback or next(iter(found), None)
        moved = next((ref for ref in found if ref.status in (301, 302, 303, 307, 308)), None)
        location = archive.read(moved).message().header("Location") if moved is not None else None
        if moved is None or location is None:
            return fallback
        url = urljoin(moved.url, location)
    return fallback


def _nearest_first(archive: Archive, url: str, at: str | None) -> Iterator[CaptureRef]:
    if at is not None:
        return archive.captures(url, at=at)
    return iter(sorted(archive.captures(url), key=lambda ref: ref.fetched_at, reverse=True))


def _of_capture(archive: Archive, ref: CaptureRef, article: Article | None, config: Config) -> Subject:
    kept = archive.read(ref)
    seed = article.discovered_via if article is not None else None
    captured = rfc3339(ref.fetched_at)
    about = [
        ("captured", f"{captured}, status {ref.status}, {ref.completeness}" + (", unchanged since" if kept.original else "")),
        ("lies in", f"{ref.filename}, offset {ref.offset}, of run {ref.run}"),
        ("record", ref.record_id),
        ("source", ref.source or ""),
        ("found in", f"{seed.type} {seed.url}" if seed else ""),
    ]
    if kept.original is not None:
        original = kept.original
        about.append(("bytes of", f"{rfc3339(original.fetched_at)}, {original.ref.filename}, offset {original.ref.offset}"))
    params = _params_of(archive, ref, article)
    if article is not None:
        params["furniture"] = list(article.extractor.furniture)
    return Subject(payload=kept.whole_response, params={**params, **_limits(config)}, about=tuple(about))


def _params_of(archive: Archive, ref: CaptureRef, article: Article | None) -> dict[str, Any]:
    """As the page was extracted when it was captured: told by the records beside it."""
    from crawler.extraction_task import params_of

    swept = next(iter(sweep(archive.store, archive.collection, [ref])))
    told = provenance_of(swept.data[ref.length :], ref.record_id)
    return params_of(ref, told, article.model_dump(mode="json", by_alias=True) if article is not None else None, {})


def _limits(config: Config) -> dict[str, Any]:
    return {"max_decoded_bytes": config.limits.max_decoded_bytes}
