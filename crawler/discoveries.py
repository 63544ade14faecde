"""How does what was discovered get into the frontier, and what a seed said into the report?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from archive.catalogue import Catalogue
from archive.errors import WarchiveError
from archive.ledger import rfc3339
from archive.model import Announcement, Message
from archive.spool import Effect, Spool
from crawler.cadence import CadenceLimits, SeedVisit, next_visit
from crawler.frontier import Frontier
from crawler.gaps import KEY, MOST, pack, shares_nothing, unpack
from crawler.groupcommit import GroupCommit
from crawler.pageid import page_id
from crawler.ranking import rank_of, read_date
from crawler.scope import Anywhere, Scope
from crawler.seedbook import ROLLING, OpenGap, Visited
from crawler.sources import Source
from crawler.work import Work

if TYPE_CHECKING:
    from collections.abc import Awaitable


FEWEST = 3  # entries of each of two visits: a seed that shows one or two things replaces them, and loses nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The entries of one visit, as far as they say when to come again and whether something was missed."""

    entries: int = 0
    new: int = 0
    """That no seed had announced before."""
    unseen: int = 0
    """That this seed did not show at its visit before."""
    newest: float | None = None
    oldest: float | None = None
    window: bytes | None = None
    gap: OpenGap | None = None


class Discoveries:
    """Of one run. `refresh` is told of a source whose candidates were committed, `count` how many of them were new."""

    def __init__(
        self,
        frontier: Frontier,
        catalogue: Catalogue,
        spool: Spool,
        commits: GroupCommit,
        *,
        scopes: Mapping[str, Scope | Anywhere],
        recheck: bool,
        wall: Callable[[], float],
        limits: CadenceLimits,
        refresh: Callable[[Source], None],
        count: Callable[[Source, int], None],
    ) -> None:
        self._frontier, self._catalogue, self._spool, self._commits = frontier, catalogue, spool, commits
        self._scopes, self._recheck, self._wall = scopes, recheck, wall
        self._refresh, self._count = refresh, count
        self._limits = limits
        self.reached: dict[str, list[tuple[str, float | None, float | None]]] = {}
        """Source → sitemaps that this run has read, with the Unix times of their oldest and newest entry."""

    def _announce(self, source: Source, announcements: Sequence[Announcement], count: Callable[[int], None]) -> Awaitable[bool]:
        effect = self._frontier.announce(
            source.name,
            announcements,
            in_scope=self._scopes[source.name].in_scope,
            now=self._wall(),
            rank=lambda one: rank_of(one, self._wall()),
            known=self._catalogue.knows_page,
            others=self._scopes,
            recheck=self._recheck,
            count=count,
        )
        return self._commits.durable(lambda done: self._spool.enqueue(effect, self._and(done, self.refresh_when_done(source))))

    def announce_named(self, source: Source, announcements: Sequence[Announcement]) -> None:
        """Enter what the command line names."""
        effect = self._frontier.announce_named(
            source.name,
            announcements,
            in_scope=self._scopes[source.name].in_scope,
            now=self._wall(),
            known=self._catalogue.knows_page,
        )
        self._spool.enqueue(effect, self.refresh_when_done(source))
        self._commits.soon()

    @staticmethod
    def _and(*calls: Callable[[WarchiveError | None], None]) -> Callable[[WarchiveError | None], None]:
        def both(error: WarchiveError | None) -> None:
            for call in calls:
                call(error)

        return both

    def refresh_when_done(self, source: Source) -> Callable[[WarchiveError | None], None]:
        """To be called when a change of the source's pages is committed."""
        return lambda error: self._refresh(source) if error is None else None

    async def announce_all(self, source: Source, announcements: Sequence[Announcement]) -> int | None:
        """Enter the candidates of a seed, in pieces that do not hold up the reactor; returns how many were new.

        Null where a commit was undone (the disk is full): then the seed must not pass for read, or a 304 would hide its entries for ever.
        """
        found: list[int] = []  # its own: other seeds of the source are being entered at the same time

        def count(new: int) -> None:
            found.append(new)
            self._count(source, new)

        for at in range(0, len(announcements), 500):
            if not await self._announce(source, announcements[at : at + 500], count):
                return None
        return sum(found)

    def shown(self, work: Work, entries: Sequence[Announcement], *, new: int) -> Shown:
        """What a visit showed, beside what the seed showed before."""
        now = self._wall()
        dates = [moment for one in entries if (moment := read_date(one.published or one.modified)) is not None and moment <= now + 86400]
        newest, oldest = max(dates, default=None), min(dates, default=None)
        if work.seed_type in ("sitemap", "news_sitemap") and entries:
            self.reached.setdefault(work.source.name, []).append((work.seed_url, oldest, newest))
        if work.seed_type not in ROLLING or not entries:
            return Shown(entries=len(entries), new=new, unseen=new, newest=newest, oldest=oldest)
        keys = [page_id(one.url)[:KEY] for one in entries[:MOST]]
        state = self._frontier.seeds.state(work.source.name, work.seed_url)
        before = unpack(state.window)
        known = set(before)
        gap = None
        if state.window_at is not None and min(len(before), len(keys)) >= FEWEST and shares_nothing(before, keys):
            until = rfc3339(datetime.fromtimestamp(now, UTC))
            gap = OpenGap(source=work.source.name, url=work.seed_url, since=state.window_at, until=until)
        return Shown(
            entries=len(entries),
            new=new,
            unseen=sum(1 for key in keys if key not in known),
            newest=newest,
            oldest=oldest,
            window=pack(keys),
            gap=gap,
        )

    def visit_effect(
        self, work: Work, *, status: str, detail: str | None, kind: str | None = None, shown: Shown | None = None, children: int = 0,
        record_id: str | None = None, message: Message | None = None, retry_after: float | None = None,
    ) -> Effect:  # fmt: skip
        """The effect that enters what a seed said, or why it said nothing; validators of a whole answer are kept for the next run."""
        complete = status == "ok" and message is not None
        now = self._wall()
        before = self._frontier.seeds.state(work.source.name, work.seed_url)
        keep = before if status == "not_modified" else None
        seen = shown or Shown()
        cadence = next_visit(
            before.cadence,
            SeedVisit(
                at=now,
                status=status,
                entries=seen.entries + children,
                new=seen.new,
                unseen=seen.unseen,
                newest=seen.newest,
                oldest=seen.oldest,
                retry_after=retry_after,
            ),
            kind=work.seed_type,
            limits=self._limits,
        )
        return self._frontier.seeds.visited(
            Visited(
                source=work.source.name,
                url=work.seed_url,
                type=work.seed_type,
                status=status,
                detail=detail,
                kind=kind,
                entries=seen.entries + children,
                new=seen.new,
                unseen=seen.unseen,
                record_id=record_id,
                asked_at=datetime.fromtimestamp(now, UTC),
                etag=keep.etag if keep else (message.header("ETag") if complete and message else None),
                last_modified=keep.last_modified if keep else (message.header("Last-Modified") if complete and message else None),
                cadence=cadence,
                window=seen.window,
                marked=work.marked if status in ("ok", "not_modified") else None,
                newest=seen.newest,
                redirected_to=work.url if work.hops and work.permanent else None,
            )
        )

    def visit(self, work: Work, **values: Any) -> None:
        """Enter what a seed said."""
        self._spool.enqueue(self.visit_effect(work, **values))
        self._commits.soon()
