"""How does what was discovered get into the frontier, and what a seed said into the report?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from archive.catalogue import Catalogue
from archive.errors import WarchiveError
from archive.model import Announcement, Message
from archive.spool import Effect, Spool
from crawler.frontier import Frontier
from crawler.groupcommit import GroupCommit
from crawler.ranking import rank_of
from crawler.scope import Anywhere, Scope
from crawler.sources import Source
from crawler.work import Work

if TYPE_CHECKING:
    from collections.abc import Awaitable


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
        refresh: Callable[[Source], None],
        count: Callable[[Source, int], None],
    ) -> None:
        self._frontier, self._catalogue, self._spool, self._commits = frontier, catalogue, spool, commits
        self._scopes, self._recheck, self._wall = scopes, recheck, wall
        self._refresh, self._count = refresh, count

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

    async def announce_all(self, source: Source, announcements: Sequence[Announcement]) -> int:
        """Enter the candidates of a seed, in pieces that do not hold up the reactor; returns how many were new."""
        found: list[int] = []  # its own: other seeds of the source are being entered at the same time

        def count(new: int) -> None:
            found.append(new)
            self._count(source, new)

        for at in range(0, len(announcements), 500):
            await self._announce(source, announcements[at : at + 500], count)
        return sum(found)

    def visit_effect(
        self, work: Work, *, status: str, detail: str | None, kind: str | None = None, entries: int = 0, new: int = 0,
        record_id: str | None = None, message: Message | None = None,
    ) -> Effect:  # fmt: skip
        """The effect that enters what a seed said, or why it said nothing; validators of a whole answer are kept for the next run."""
        complete = status == "ok" and message is not None
        keep = self._frontier.seed_state(work.source.name, work.seed_url) if status == "not_modified" else None
        return self._frontier.visited(
            work.source.name,
            work.seed_url,
            work.seed_type,
            status=status,
            detail=detail,
            kind=kind,
            entries=entries,
            new=new,
            record_id=record_id,
            asked_at=datetime.now(UTC),
            etag=keep.etag if keep else (message.header("ETag") if complete and message else None),
            last_modified=keep.last_modified if keep else (message.header("Last-Modified") if complete and message else None),
        )

    def visit(self, work: Work, **values: Any) -> None:
        """Enter what a seed said."""
        self._spool.enqueue(self.visit_effect(work, **values))
        self._commits.soon()
