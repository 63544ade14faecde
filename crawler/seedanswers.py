"""What is done with the answer of a seed? Keep it, read it in a child, announce what it shows, and say what became of the visit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from archive.http import split_interim
from archive.model import Announcement, Capture, CaptureRef, Message
from crawler import outcomes
from crawler.answer import Judgement
from crawler.discoveries import Shown
from crawler.work import Work
from pipelines.pool import ChildFailed

if TYPE_CHECKING:
    from crawler.session import RunSession

READ_SEED = "crawler.discovery:read_seed_task"
SEED_TRIES = 2

Rest = Callable[[], Awaitable[None]]


class SeedAnswers:
    """Those of one run."""

    def __init__(self, session: RunSession) -> None:
        self._session = session

    def keep(
        self,
        work: Work,
        capture: Capture,
        judgement: Judgement,
        message: Message | None,
        block: str | None,
        retry_after: float | None,
    ) -> Rest | None:
        session = self._session
        original = session.earlier.original_for(work, capture, judgement)
        ref = session.receive(work, capture, original=original)
        if ref is None:
            return None
        if judgement.what == "follow" and judgement.target is not None:
            session.lines.add(work.at(judgement.target, permanent=judgement.permanent))
        elif judgement.what == "unchanged":
            session.discoveries.visit(work, status="not_modified", detail=None, record_id=ref.record_id)
            self._walk_on(work)
        elif judgement.what != "keep":
            if block is not None and block in outcomes.HOST_BLOCKS:
                session.pace.blocked(work.host, session.now(), block)
            self.failed(
                work,
                judgement.reason or "unknown",
                None if block is None else f"a block: {block}",
                retry=judgement.what == "retry" and block is None,
                record_id=ref.record_id,
                retry_after=retry_after,
            )
        else:
            kept = ref
            session.reading += 1

            async def rest() -> None:
                try:
                    await self._read(work, capture, kept, message)
                finally:
                    session.reading -= 1
                    session.lines.wake()

            return rest
        return None

    def failed(
        self,
        work: Work,
        reason: str,
        detail: str | None,
        *,
        retry: bool,
        record_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        if retry and work.tries + 1 < SEED_TRIES and not retry_after:
            self._session.lines.add(work.again())
            return
        self._session.discoveries.visit(work, status=reason, detail=detail, record_id=record_id, retry_after=retry_after)
        if work.backfill:
            self._session.spool.enqueue(self._session.backfill.failed(work, reason))
            self._walk_on(work)

    def _walk_on(self, work: Work) -> None:
        """The next sitemap of a backfill, once what was said of this one is committed."""
        if work.backfill:
            session = self._session
            session.spool.enqueue(lambda _db, _row: None, lambda _error: session.backfill.go_on(work.source))
            session.soon()

    async def _read(self, work: Work, capture: Capture, ref: CaptureRef, message: Message | None) -> None:
        session = self._session
        params = {"url": capture.url, "seed_type": work.seed_type, "max_decoded_bytes": session.config.limits.max_decoded_bytes}
        try:
            reading = await asyncio.wrap_future(session.pool.submit(READ_SEED, split_interim(capture.response)[1], params))
        except ChildFailed as error:
            if not session.abandoned:
                self.failed(work, f"reading_failed:{error.reason}", error.detail, retry=False, record_id=ref.record_id)
            return
        found = announcements(reading["entries"], work, ref)
        if work.backfill:
            await self._read_backfill(work, reading, found, ref)
            return
        children, notes = session.children.choose(reading["children"], work, capture.url)
        for child in children:
            if session.is_due(work.source, child):
                session.ask_seed(
                    Work(
                        kind="seed",
                        url=child["url"],
                        source=work.source,
                        seed_url=child["url"],
                        seed_type=work.seed_type,
                        depth=work.depth + 1,
                        marked=child["modified"],
                    )
                )
        new = await session.discoveries.announce_all(work.source, found)
        if new is None:
            return
        shown = session.discoveries.shown(work, found, new=new)
        notes += [reading["detail"]] if reading["detail"] else []
        session.discoveries.visit(
            work,
            status=reading["problem"] or "ok",
            detail="; ".join(notes) or None,
            kind=reading["kind"],
            shown=shown,
            children=len(reading["children"]),
            record_id=ref.record_id,
            # An index that did not change says nothing of its sitemaps: without its validators it is asked whole each time, and they too.
            message=None if reading["children"] else message,
        )
        if shown.gap is not None:
            session.spool.enqueue(session.frontier.seeds.open_gap(shown.gap, "nobody has looked yet for what may be missing"))
            session.gaps.seek(work.source)

    async def _read_backfill(self, work: Work, reading: dict[str, Any], found: list[Announcement], ref: CaptureRef) -> None:
        """A sitemap of the archive: its children join the walk, its entries the frontier, as far as the budget goes."""
        session, walk = self._session, self._session.backfill
        wanted = walk.wanted(found)
        new = taken = 0
        while taken < len(wanted) and (left := walk.left(work.source) - new) > 0:
            piece = wanted[taken : taken + min(left, 500)]
            entered = await session.discoveries.announce_all(work.source, piece)
            if entered is None:
                return
            new += entered
            taken += len(piece)
        whole = taken == len(wanted)
        session.spool.enqueue(walk.children(work, reading["children"]))
        session.spool.enqueue(walk.read(work, entries=len(found), taken=new, whole=whole))
        session.discoveries.visit(
            work,
            status=reading["problem"] or "ok",
            detail=f"backfill: {len(wanted)} of the time that was ordered, {new} new" + ("" if whole else "; the budget is spent"),
            kind=reading["kind"],
            shown=Shown(entries=len(found), new=new),
            children=len(reading["children"]),
            record_id=ref.record_id,
        )
        self._walk_on(work)


def announcements(entries: list[dict[str, Any]], work: Work, ref: CaptureRef) -> list[Announcement]:
    """Entries of a seed as announcements that name the seed's record."""
    seen_at: datetime = ref.fetched_at
    return [
        Announcement(
            url=entry["url"],
            seed_url=work.seed_url,
            seed_type=work.seed_type,
            seed_record_id=ref.record_id,
            entry=entry["entry"],
            seen_at=seen_at,
            title=entry["title"],
            published=entry["published"],
            modified=entry["modified"],
            language=entry["language"],
        )
        for entry in entries
    ]
