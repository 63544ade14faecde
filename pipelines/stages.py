"""What happens to a captured page: extract, then keep. The item pipelines of Scrapy, and the same steps for what a killed run left.

    capture (acknowledged) → ExtractStage: bytes → Article | NotAnArticle, in a child → KeepStage: version, row, outcome

The stages know nothing of the crawler: the page brings the effect that tells its frontier.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, get_args

from pydantic import ValidationError
from scrapy.exceptions import DropItem

from archive.article import Article, Change, WarcPointer, version_id
from archive.errors import WarchiveError
from archive.ledger import Ledger, rfc3339
from archive.model import CaptureRef
from archive.spool import Effect, Spool
from archive.stories import Stories
from archive.worddiff import similarity
from pipelines.pool import ChildFailed, ChildPool, Reason

EXTRACT = "pipelines.extract:extract_task"

ARTICLE, CHANGED, UNCHANGED, ALIAS, NOT_ARTICLE = "article", "changed", "unchanged", "alias", "not_article"


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
    @property
    def furniture(self) -> Sequence[str]: ...


class Addresses(Protocol):
    """Which other pages may be the same article, and who is told of such a claim."""

    def canonical(self, url: str, canonical: str | None) -> str | None:
        """What the page calls its canonical address, where it may be believed and is another page's; else null."""
        ...

    def twins(self, page: bytes, canonical: str | None) -> Sequence[str]:
        """Ids of articles that may be the one of this page: that of its canonical address, and those that call it theirs."""
        ...

    def claim(self, canonical: str, article_id: str) -> Effect:
        """Remember that this article calls that URL its canonical address."""
        ...


class Memories(Protocol):
    """What is remembered of each site's lines."""

    def params(self, source: str | None, article_id: str) -> dict[str, Any]:
        """For the extraction of a page that is, or will be, this article."""
        ...

    def seen(self, source: str | None, article_id: str, lines: Sequence[str]) -> Effect:
        """A version of this article was kept, and has these lines."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionBefore:
    """What only the whole record of a version says."""

    id: str
    text: str
    extractor: str
    """Version of what made it."""


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
    settle: Callable[[str, str | None, str | None], Effect]
    """Given the outcome's group, its reason and the article's id, the effect that finishes the page in the frontier."""
    page: bytes = b""
    """Id of the page in the frontier."""
    article: str | None = None
    """Id of the article whose versions this page has given so far, at whatever address it lay."""
    result: dict[str, Any] = field(default_factory=dict)
    earlier: VersionBefore | None = None
    """The version before, where it had to be read from the store."""


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
    addresses: Addresses | None = None
    """Null where nothing is known of other pages."""
    memories: Memories | None = None
    """Null where nothing is to be remembered."""
    stories: Stories | None = None
    """Null where no near duplicates are looked for."""
    last_number: Callable[[str], int] = lambda _article: 0
    """The highest number of the article's published versions: not always that of the newest, where captures were imported."""
    versions: Callable[[Article, PageItem], Article | None] | None = None
    """The draft as a version of its article, or null where it is none; null for the version after the newest one (`next_version`)."""
    earlier_of: Callable[[Previous], VersionBefore | None] = lambda _previous: None
    """More of a published version than is known without asking the store; may take its time."""
    needs: Callable[[PageItem, str], Effect | None] = lambda _item, _group: None
    """Given a page and the group of its outcome, the effect that enters what it needs to be shown; null for nothing."""
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
        differing = differing_version(item, workshop)
        if differing is not None:
            item.earlier = await asyncio.to_thread(workshop.earlier_of, differing)

        def done(error: WarchiveError | None) -> None:
            if error is not None and workshop.stories is not None:
                workshop.stories.forget()
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
    differing = differing_version(item, workshop)
    if differing is not None:
        item.earlier = workshop.earlier_of(differing)
    workshop.spool.enqueue(keep(item, workshop))


def latest_version(article_id: str, ledger: Ledger, find_previous: FindPrevious) -> Previous | None:
    """The newest version, published or not."""
    pending = ledger.latest_version(article_id)
    return _Pending.of(pending) if pending else find_previous(article_id)


def differing_version(item: PageItem, workshop: Workshop) -> Previous | None:
    """The published version whose text or words the page no longer has, so that it can be said how much changed; null where there is
    none.
    """
    record = item.result.get("article")
    if record is None:
        return None
    identity = item.article or record["article_id"]
    if workshop.ledger.latest_version(identity) is not None:  # then its text is at hand
        return None
    previous = workshop.find_previous(identity)
    if previous is None:
        return None
    same = (previous.text_sha256, previous.page_sha256) == (record["text_sha256"], record["page_sha256"])
    return None if same else previous


def failed_extraction(error: ChildFailed, url: str) -> dict[str, Any]:
    """A child's end as a verdict."""
    reason = f"{error.reason}: {error.detail}"[:500]
    return {"not_article": {"verdict": "extraction_failed", "reasons": [reason], "url": url, "title": None}}


def why_not(refused: Mapping[str, Any]) -> str:
    """The reason of the page's outcome: its verdict, and where a limit was broken, which: `extraction_failed:cpu`."""
    verdict, first = str(refused["verdict"]), str(next(iter(refused.get("reasons") or ()), ""))
    limit = first.partition(":")[0]
    return f"{verdict}:{limit}" if verdict == "extraction_failed" and limit in get_args(Reason) else verdict


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
        article: str | None = None
        if draft is not None:
            verdict, reason = draft.verdict, None
            group, article = _keep_article(db, draft, item, workshop)
        else:
            verdict, reason = str(refused["verdict"]), why_not(refused)
            group = NOT_ARTICLE
        db.execute("UPDATE captures SET verdict = ? WHERE id = ?", (verdict, item.row))
        if (item.result.get("decode_problem") or "too-large") != "too-large":  # a body that is only long is whole
            db.execute("UPDATE captures SET completeness = 'decode-error' WHERE id = ? AND completeness = 'complete'", (item.row,))
        item.settle(group, reason, article)(db, 0)
        if (needs := workshop.needs(item, group)) is not None:
            needs(db, 0)
        workshop.kept(item.ref, group, reason)

    return effect


def _keep_article(db: sqlite3.Connection, draft: Article, item: PageItem, workshop: Workshop) -> tuple[str, str]:
    """Enter the draft as what it is; returns the outcome's group and the article's id."""
    canonical = None
    if item.article is not None:
        draft = draft.model_copy(update={"article_id": item.article})
    elif workshop.addresses is not None:
        canonical = workshop.addresses.canonical(draft.url, draft.canonical_url)
        twin = _twin(draft, workshop.addresses.twins(item.page, canonical), workshop)
        if twin is not None:
            return ALIAS, twin
    if workshop.versions is not None:
        kept = workshop.versions(draft, item)
    else:
        kept = next_version(draft, item, workshop.ledger, workshop.find_previous, workshop.run, workshop.last_number)
    if kept is None:
        return UNCHANGED, draft.article_id
    if workshop.stories is not None:
        kept = _told(kept, workshop.stories)
    db.execute(
        "INSERT OR REPLACE INTO articles (id, run, capture, article_id, version, json) VALUES (?, ?, ?, ?, ?, ?)",
        (kept.id, workshop.run, item.row, kept.article_id, kept.version, kept.to_json()),
    )
    if workshop.memories is not None:
        workshop.memories.seen(item.ref.source, kept.article_id, item.result.get("lines", ()))(db, 0)
    if canonical is not None and workshop.addresses is not None:
        workshop.addresses.claim(canonical, kept.article_id)(db, 0)
    return (ARTICLE if kept.previous_id is None else CHANGED), kept.article_id


def _told(article: Article, stories: Stories) -> Article:
    """The version with its near duplicates."""
    found = stories.tell(article.model_dump(include={"article_id", "captured_at", "verdict", "text"}))
    return article.model_copy(update={"near_duplicate_of": found.near_duplicate_of, "cluster_id": found.cluster_id})


def _twin(draft: Article, candidates: Sequence[str], workshop: Workshop) -> str | None:
    """Which of these articles the draft is once more. A page's word alone does not count: headline or text must be the same."""
    for candidate in candidates:
        if candidate == draft.article_id:
            continue
        pending = workshop.ledger.latest_version(candidate)
        other: Previous | None = _Pending.of(pending) if pending else workshop.find_previous(candidate)
        if other is not None and (other.text_sha256 == draft.text_sha256 or (draft.title and _same_words(other.title, draft.title))):
            return candidate
    return None


def _same_words(one: str | None, other: str | None) -> bool:
    return (one or "").casefold().split() == (other or "").casefold().split()


def next_version(
    draft: Article,
    item: PageItem,
    ledger: Ledger,
    find_previous: FindPrevious,
    run: str,
    last_number: Callable[[str], int] = lambda _article: 0,
) -> Article | None:
    """The draft as the next version of its article, or null where nothing differs from the version before; docs/decisions/0202."""
    pending = ledger.latest_version(draft.article_id)
    previous: Previous | None = _Pending.of(pending) if pending else find_previous(draft.article_id)
    number = max(previous.version if previous else 0, last_number(draft.article_id)) + 1
    return version_after(previous, _earlier(previous, pending, item) if previous else None, draft, item.ref, run=run, number=number)


def version_after(
    previous: Previous | None, earlier: VersionBefore | None, draft: Article, ref: CaptureRef, *, run: str, number: int
) -> Article | None:
    """The draft as the version of this number that follows `previous`, or null where nothing differs. `earlier` is the whole record of
    that one, where it is at hand.
    """
    change = None
    if previous is not None:
        # Which words count is the extractor's rule: another version of it sees a change where nobody made one.
        comparable = earlier is None or earlier.extractor == draft.extractor.version
        change = Change(
            title=previous.title != draft.title,
            text=previous.text_sha256 != draft.text_sha256,
            authors=list(previous.authors) != [author.name for author in draft.authors],
            dates=(previous.date_published, previous.date_modified) != (draft.date_published, draft.date_modified),
            page=comparable and previous.page_sha256 != draft.page_sha256,
            similarity=1.0 if previous.text_sha256 == draft.text_sha256 else similarity(earlier.text, draft.text) if earlier else None,
        )
        if not (change.title or change.text or change.authors or change.dates or change.page):
            return None
    return draft.model_copy(
        update={
            "id": version_id(draft.article_id, ref.record_id),
            "version": number,
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


def pending_version(record: dict[str, Any]) -> Previous:
    """A version that is not yet published, from its record."""
    return _Pending.of(record)


def _earlier(previous: Previous, pending: dict[str, Any] | None, item: PageItem) -> VersionBefore | None:
    """The whole record of the version before, where it is at hand."""
    if pending is not None:
        return VersionBefore(id=previous.id, text=pending["text"], extractor=pending["extractor"]["version"])
    return item.earlier if item.earlier is not None and item.earlier.id == previous.id else None


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
    furniture: Sequence[str]

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
            furniture=record["extractor"].get("furniture", ()),
        )
