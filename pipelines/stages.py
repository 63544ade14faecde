"""What happens to a captured page: extract, then keep. The item pipelines of Scrapy, and the same steps for what a killed run left.

    capture (acknowledged) → ExtractStage: bytes → Article | NotAnArticle, in a child → KeepStage: version, row, outcome

The stages know nothing of the crawler: the page brings the effect that tells its frontier.
"""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from pydantic import ValidationError
from scrapy.exceptions import DropItem

from archive.article import Article, Change, WarcPointer
from archive.errors import WarchiveError
from archive.ledger import Ledger, rfc3339
from archive.model import CaptureRef
from archive.spool import Effect, Spool
from pipelines.pool import ChildFailed, ChildPool

EXTRACT = "pipelines.extract:extract_task"
_NAMESPACE = uuid.UUID("6f0f4f0e-7d0b-5a6e-9a55-3c1f6d6f2b11")  # of article ids: the same record makes the same id again

ARTICLE, UNCHANGED = "article", "unchanged"


class Previous(Protocol):
    """The version before, from the ledger or the catalogue."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def title(self) -> str | None: ...
    @property
    def text_sha256(self) -> str: ...
    @property
    def page_sha256(self) -> str | None: ...
    @property
    def authors(self) -> Sequence[str]: ...
    @property
    def date_published(self) -> str | None: ...
    @property
    def date_modified(self) -> str | None: ...


FindPrevious = Callable[[str], Previous | None]


@dataclass(slots=True, kw_only=True)
class PageItem:
    """A captured page on its way through the stages."""

    ref: CaptureRef
    row: int
    """Row id of the acknowledged capture."""
    payload: bytes
    """The response block whose payload is the page's: this capture's, or the original's of a revisit."""
    params: dict[str, Any]
    """For `pipelines.extract.extract_task`."""
    settle: Callable[[str, str | None], Effect]
    """Given the outcome's group and reason, the effect that finishes the page in the frontier."""
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What the stages work with."""

    pool: ChildPool
    spool: Spool
    ledger: Ledger
    find_previous: FindPrevious
    run: str
    soon: Callable[[], None]
    """Asks for a commit within the group commit's delay."""
    kept: Callable[[CaptureRef, str, str | None], None]
    """Told of each page's outcome, for the progress display."""
    abandoned: Callable[[], bool] = lambda: False
    """The run was told to stop and its children are being killed: that is no verdict on a page."""


class ExtractStage:
    """Bytes → Article | NotAnArticle, in a child with limits. A killed child costs the page its text, never its capture."""

    def __init__(self, workshop: Callable[[], Workshop]) -> None:
        self._find = workshop

    @classmethod
    def from_crawler(cls, crawler: Any) -> ExtractStage:
        """For ITEM_PIPELINES; the spider brings the workshop, which `scrapy crawl` opens after the pipelines, and `scrapy shell` never."""
        return cls(lambda: crawler.spider.session.workshop)

    async def process_item(self, item: PageItem) -> PageItem:
        """Fill `item.result`."""
        workshop = self._find()
        future = workshop.pool.submit(EXTRACT, item.payload, item.params)
        try:
            item.result = await asyncio.wrap_future(future)
        except ChildFailed as error:
            if workshop.abandoned():
                raise DropItem("the run stops; the next start extracts this page") from error
            item.result = failed_extraction(error, item.params["url"])
        finally:
            item.payload = b""
        return item


class KeepStage:
    """Article → the next version or no change, as one row with the page's outcome; done when it is durable."""

    def __init__(self, workshop: Callable[[], Workshop]) -> None:
        self._find = workshop

    @classmethod
    def from_crawler(cls, crawler: Any) -> KeepStage:
        """For ITEM_PIPELINES; the spider brings the workshop, which `scrapy crawl` opens after the pipelines, and `scrapy shell` never."""
        return cls(lambda: crawler.spider.session.workshop)

    async def process_item(self, item: PageItem) -> PageItem:
        """Enter the result and wait until it is committed."""
        workshop = self._find()
        loop = asyncio.get_running_loop()
        committed: asyncio.Future[None] = loop.create_future()

        def done(error: WarchiveError | None) -> None:
            if not committed.done():
                committed.set_result(None)  # an undone commit leaves the verdict pending: the next start extracts it again

        workshop.spool.enqueue(keep(item, workshop), done)
        workshop.soon()
        await committed
        return item


def extract_and_keep(item: PageItem, workshop: Workshop) -> None:
    """Both stages without an event loop: for captures that a killed run left without a verdict."""
    try:
        item.result = workshop.pool.submit(EXTRACT, item.payload, item.params).result()
    except ChildFailed as error:
        item.result = failed_extraction(error, item.params["url"])
    workshop.spool.enqueue(keep(item, workshop))


def failed_extraction(error: ChildFailed, url: str) -> dict[str, Any]:
    """A child's end as a verdict."""
    reason = f"{error.reason}: {error.detail}"[:500]
    return {"not_article": {"verdict": "extraction_failed", "reasons": [reason], "url": url, "title": None}}


def keep(item: PageItem, workshop: Workshop) -> Effect:
    """The effect that enters the result: verdict of the capture, article row, outcome of the page, all or nothing."""
    draft: Article | None = None
    refused: dict[str, Any] = item.result.get("not_article") or {}
    if "article" in item.result:
        try:
            draft = Article.model_validate(item.result["article"])
        except ValidationError as error:  # a fault of the extractor costs this page its text, not the commit of its neighbours
            refused = failed_extraction(ChildFailed("error", str(error)), item.params["url"])["not_article"]

    def effect(db: sqlite3.Connection, _row: int) -> None:
        if draft is not None:
            kept = next_version(draft, item, workshop.ledger, workshop.find_previous, workshop.run)
            verdict, group, reason = draft.verdict, (ARTICLE if kept else UNCHANGED), None
            if kept is not None:
                db.execute(
                    "INSERT OR REPLACE INTO articles (id, run, capture, article_id, version, json) VALUES (?, ?, ?, ?, ?, ?)",
                    (kept.id, workshop.run, item.row, kept.article_id, kept.version, kept.to_json()),
                )
        else:
            verdict = reason = str(refused["verdict"])
            group = "not_article"
        db.execute("UPDATE captures SET verdict = ? WHERE id = ?", (verdict, item.row))
        if (item.result.get("decode_problem") or "too-large") != "too-large":  # a body that is only long is whole
            db.execute("UPDATE captures SET completeness = 'decode-error' WHERE id = ? AND completeness = 'complete'", (item.row,))
        item.settle(group, reason)(db, 0)
        workshop.kept(item.ref, group, reason)

    return effect


def next_version(draft: Article, item: PageItem, ledger: Ledger, find_previous: FindPrevious, run: str) -> Article | None:
    """The draft as the next version of its article, or null where nothing differs from the version before; docs/decisions/0202."""
    pending = ledger.latest_version(draft.article_id)
    previous: Previous | None = _Pending.of(pending) if pending else find_previous(draft.article_id)
    change = None
    if previous is not None:
        change = Change(
            title=previous.title != draft.title,
            text=previous.text_sha256 != draft.text_sha256,
            authors=list(previous.authors) != [author.name for author in draft.authors],
            dates=(previous.date_published, previous.date_modified) != (draft.date_published, draft.date_modified),
            page=previous.page_sha256 != draft.page_sha256,
        )
        if not (change.title or change.text or change.authors or change.dates or change.page):
            return None
    ref = item.ref
    return draft.model_copy(
        update={
            "id": uuid.uuid5(_NAMESPACE, f"{draft.article_id} {ref.record_id}").urn,
            "version": previous.version + 1 if previous else 1,
            "previous_id": previous.id if previous else None,
            "change": change,
            "source": ref.source,
            "run": run,
            "captured_at": rfc3339(ref.fetched_at),
            "warc": WarcPointer(
                filename=ref.filename, offset=ref.offset, length=ref.length, record_id=ref.record_id, payload_digest=ref.payload_digest
            ),
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    id: str
    version: int
    title: str | None
    text_sha256: str
    page_sha256: str | None
    authors: Sequence[str]
    date_published: str | None
    date_modified: str | None

    @classmethod
    def of(cls, record: dict[str, Any]) -> _Pending:
        """From an article record."""
        return cls(
            id=record["id"],
            version=record["version"],
            title=record["title"],
            text_sha256=record["text_sha256"],
            page_sha256=record["page_sha256"],
            authors=[author["name"] for author in record["authors"]],
            date_published=record["date_published"],
            date_modified=record["date_modified"],
        )


def now_text() -> str:
    """The moment of an extraction, for its parameters."""
    return rfc3339(datetime.now(UTC))
