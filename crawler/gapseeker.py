"""Who else is asked when a feed lost entries between two visits, and what is known of the gap at the end of the run?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from archive.spool import Effect
from crawler.discoveries import Discoveries
from crawler.frontier import Frontier
from crawler.gaps import fill_note
from crawler.sources import Source
from crawler.work import Work, origin_of

GAP_PATIENCE = 6 * 3600.0  # seconds for which a gap stays open while no sitemap can be read
MAX_ROBOTS_SITEMAPS = 3  # that are asked when a feed lost entries and its source names no sitemap


class GapSeeker:
    """The gaps of one run. `ask` asks a seed, once in a run; `sitemaps` gives those that the robots.txt of an origin names."""

    def __init__(
        self,
        frontier: Frontier,
        sources: Mapping[str, Source],
        discoveries: Discoveries,
        *,
        wall: Callable[[], float],
        ask: Callable[[Work], None],
        may_ask: Callable[[Source, str], bool],
        sitemaps: Callable[[str], list[str]],
    ) -> None:
        self._frontier, self._sources, self._discoveries = frontier, sources, discoveries
        self._wall, self._ask, self._may_ask, self._sitemaps = wall, ask, may_ask, sitemaps
        self.sought: set[str] = set()
        """Names of the sources whose other seeds were asked for it."""

    def seek(self, source: Source) -> None:
        """Entries of a seed may have been lost: ask what else knows of them, whether it is due or not."""
        if source.name in self.sought:
            return
        self.sought.add(source.name)
        others = [seed for seed in source.seeds if seed.type in ("sitemap", "news_sitemap")]
        for seed in others:
            self._ask(Work(kind="seed", url=seed.url, source=source, seed_url=seed.url, seed_type=seed.type))
        if not others:
            for url in self._sitemaps(origin_of(source.homepage))[:MAX_ROBOTS_SITEMAPS]:
                if self._may_ask(source, url):
                    self._ask(Work(kind="seed", url=url, source=source, seed_url=url, seed_type="sitemap"))

    def judge(self, *, cut_short: bool) -> Iterator[Effect]:
        """What is known of each gap, now that others were asked; `cut_short`: some of those who were to be asked were not."""
        for gap in self._frontier.seeds.open_gaps(list(self._sources)):
            since, until = (datetime.fromisoformat(text).timestamp() for text in (gap.since, gap.until))
            covered = [
                (url, oldest, newest, oldest is not None and oldest <= since)
                for url, oldest, newest in self._discoveries.reached.get(gap.source, ())
            ]
            may_yet = any(seed.type.endswith("sitemap") for seed in self._sources[gap.source].seeds)
            age = abs(self._wall() - until)
            if cut_short and age < (GAP_PATIENCE if covered else 4 * GAP_PATIENCE):
                continue  # the next run asks them, but not for ever
            if not covered and may_yet and age < GAP_PATIENCE:
                continue  # the sitemap did not answer just now: a later run asks again
            found = self._frontier.tally.found_late(gap.source, since, until)
            state, note = fill_note(gap, covered, found)
            yield self._frontier.seeds.note_gap(gap, state=state, found=found, note=note)
