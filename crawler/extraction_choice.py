"""Which captures of the archive are to be made again, and where is what was made of each?"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from archive.article import version_id
from archive.catalogue_rows import StoredArticle
from archive.crashpoints import crashpoint
from archive.errors import UsageError
from archive.extractions import extraction_id
from archive.ledger import rfc3339
from archive.model import CaptureRef
from archive.period import Period
from archive.reader import Archive
from crawler.extraction_work import Work
from crawler.overriding import code_digest
from pipelines.options import ExtractOptions, extractor_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is asked for. Times are those of capture; without any bound it is everything."""

    run: str | None = None
    """Its id."""
    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    site_memory: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether every article of the sites in it is in it."""
        return self.run is None and self.since is None and self.until is None

    def as_json(self) -> dict[str, Any]:
        """For manifest and report."""
        bounds = {name: rfc3339(value) if isinstance(value, datetime) else value for name, value in asdict(self).items()}
        return dict(bounds)


def choice_of(archive: Archive, *, run: str | None, source: str | None, since: str | None, until: str | None, site_memory: bool) -> Choice:
    """As the command line says it; raises `UsageError` for a run or a source of which the archive has nothing."""
    if run == "last":
        run = next((one.run for one in archive.catalogue.runs(newest_first=True)), None)
        if run is None:
            raise UsageError("nothing is published yet", hint="`warchive crawl` makes the first run")
    elif run is not None and archive.catalogue.run(run) is None:
        raise UsageError(f"no run {run[:80]!r} in collection {archive.collection}", hint="`warchive runs list` shows those that are there")
    period = Period.of(since=since, until=until)
    return Choice(run=run, source=source, since=period.since, until=period.until, site_memory=site_memory)


def request_digest(choice: Choice, max_decoded_bytes: int, overrides: Sequence[dict[str, str]] = ()) -> str:
    """The same where the same is asked of the same extractor: names the folder of its work."""
    asked = [
        extractor_version(),
        ExtractOptions().sha256(),
        choice.as_json(),
        max_decoded_bytes,
        *([code_digest(overrides)] if overrides else []),
    ]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def choose(archive: Archive, choice: Choice, work: Work, request: str) -> str:
    """Write down the captures, unless an earlier call did; returns the id of the extraction, which says what goes into it."""
    if work.fact("chosen") is None:
        work.choose(_chosen(archive, choice))
        crashpoint("extraction-chosen")
    digest = hashlib.sha256(request.encode())
    for one in work.chosen():
        digest.update(f"\n{one.ref.record_id} {one.at} {one.length}".encode())
    return extraction_id(extractor_version(), digest.hexdigest())


def site_of(source: str | None, url: str) -> str:
    """Whose memory counts for a page: its source's, else its host's, with and without `www.` alike."""
    return source or "//" + (urlsplit(url).hostname or "").lower().removeprefix("www.")


def _chosen(archive: Archive, choice: Choice) -> Iterator[tuple[CaptureRef, str | None, str, int | None, int | None]]:
    run, made = "", dict[str, list[StoredArticle]]()
    bounds = {"run": choice.run, "source": choice.source, "since": choice.since, "until": choice.until}
    for ref, verdict in archive.catalogue.pages_in_order(**bounds):  # type: ignore[arg-type]
        if ref.run != run:
            run, made = ref.run, defaultdict(list)
            for article in archive.catalogue.articles(run=run):
                made[article.captured_at or ""].append(article)
        found = _made_of(ref, made.get(rfc3339(ref.fetched_at), ()))
        at, length = (found.offset, found.length) if found is not None else (None, None)
        yield ref, verdict, site_of(ref.source, ref.url), at, length


def _made_of(ref: CaptureRef, candidates: Sequence[StoredArticle]) -> StoredArticle | None:
    """Which of the articles of captures of that very moment is this one's."""
    for article in candidates:
        if article.id == version_id(article.article_id, ref.record_id):
            return article
    # Of another program, or of an older one, which named them otherwise.
    return next((article for article in candidates if article.url == ref.url), None)
