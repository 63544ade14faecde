"""Which of a site's candidates are worth being its seeds: those that announce articles, and what no other one announces already?"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence

from archive.config import Config
from crawler import noise
from crawler.family import family
from crawler.reading import SeedEntry
from crawler.trial import Trial, try_seed, type_of
from crawler.visitor import LEFT_ALONE, Visitor
from pipelines.pool import ChildPool

MAX_TRIED = 16  # candidates of one kind that the site itself names
SAME = 0.9  # of the entries that two seeds must share: a new article may come in between two requests
FEWEST_LINKS = 5  # a section page with fewer articles is some other page


class Seeds:
    """What was taken, and what was passed over and why."""

    def __init__(self, config: Config, visitor: Visitor, pool: ChildPool, say: Callable[[str], None]) -> None:
        self._config, self._visitor, self._pool, self._say = config, visitor, pool, say
        self._tried: set[str] = set()
        self._keys: dict[str, frozenset[str]] = {}
        self.taken: list[Trial] = []
        self.passed_over: list[tuple[str, str]] = []
        self.left_alone: str | None = None
        """Why a host of the site was not asked any more: the search is not whole."""

    def has(self, kind: str) -> bool:
        """Was one of this kind taken?"""
        return any(trial.type == kind for trial in self.taken)

    def pass_over(self, url: str, why: str) -> None:
        """Note what is not even asked for."""
        self.passed_over.append((url, why))

    async def try_all(self, seed_type: str, urls: Sequence[str], *, guess: bool = False, most: int = MAX_TRIED) -> None:
        """Ask for candidates until `most` were taken; what is not there at a place that was only guessed is not worth a word."""
        before = len(self.taken)
        if len(urls) > MAX_TRIED and not guess:
            self.pass_over(urls[MAX_TRIED], f"not asked, nor {len(urls) - MAX_TRIED - 1} more: {MAX_TRIED} of a kind are enough")
        for url in urls[:MAX_TRIED]:
            if len(self.taken) - before >= most:
                return
            if url in self._tried:
                continue
            self._tried.add(url)
            self._say(f"trying {url}")
            trial = await try_seed(self._visitor, self._pool, self._config, seed_type=seed_type, url=url, judged=True)
            if trial.status in LEFT_ALONE and self.left_alone is None:
                self.left_alone = trial.detail or trial.status
                self.pass_over(url, f"not asked, nor what may lie beside it: {self.left_alone}")
                continue
            if not guess or trial.good:
                self.consider(trial)

    def consider(self, trial: Trial) -> None:
        """Take it, or note why not."""
        kind = _kind(trial)
        why = self._why_not(trial, kind)
        if why or kind is None:
            self.passed_over.append((trial.url, why or "unknown"))
            return
        self._take(trial, kind)
        for inner in trial.inner:  # the news sitemap within an index of all: dates and titles, and few entries to ask for
            if kind != "news_sitemap" and inner.kind == "news_sitemap" and self._why_not(inner, "news_sitemap") is None:
                self._take(inner, "news_sitemap")

    def take(self, trial: Trial) -> None:
        """Take what a person named, whatever it announces."""
        self._tried.add(trial.url)
        self._take(trial, type_of(trial.kind) or trial.type)

    def _take(self, trial: Trial, kind: str) -> None:
        status = "ok" if trial.status == "wrong-kind" else trial.status
        self.taken.append(dataclasses.replace(trial, type=kind, status=status, url=trial.moved_to or trial.url))

    def _why_not(self, trial: Trial, kind: str | None) -> str | None:
        if kind is None or (not trial.good and trial.status not in ("ok", "wrong-kind")):
            return trial.status + (f" ({trial.detail})" if trial.detail and trial.status != "ok" else "")
        if not trial.entries:
            return "announces nothing"
        found = trial.noise or (noise.by_url(trial.url) if kind == "feed" else None)
        if found is None and kind == "sitemap":
            found = noise.by_entries(entry.url for entry in trial.entries)
        if found:
            return found
        if kind == "section" and len(trial.entries) < FEWEST_LINKS:
            return "few of its links look like articles"
        return self._repeats(trial, kind)

    def _repeats(self, trial: Trial, kind: str) -> str | None:
        """Whether another one announces the same; one that announces what this one does and less makes room for it."""
        own = self._keys_of(trial)
        for other in [other for other in self.taken if other.type == kind]:
            if any(child.url == trial.final for child in other.children):
                return f"is part of {other.url}"
            theirs = self._keys_of(other)
            if other.final == trial.final or len(own & theirs) >= SAME * len(own):
                return f"shows the same as {other.url}"
            if kind != "section" and len(own & theirs) >= SAME * len(theirs):
                self.taken.remove(other)
                self.passed_over.append((other.url, f"shows the same as {trial.url}, and less"))
        return None

    def _keys_of(self, trial: Trial) -> frozenset[str]:
        # Of an index, a few sitemaps were looked into: which ones it names says more.
        if trial.final not in self._keys:
            self._keys[trial.final] = frozenset(_families(trial.children or trial.entries))
        return self._keys[trial.final]


def _families(entries: Iterable[SeedEntry]) -> Iterable[str]:
    for entry in entries:
        try:
            yield family(entry.url)
        except ValueError:
            yield entry.url


def _kind(trial: Trial) -> str | None:
    """The seed's type; an index of news sitemaps is one itself."""
    if trial.inner and len(trial.inner) == len(trial.children) and all(inner.kind == "news_sitemap" for inner in trial.inner):
        return "news_sitemap"
    return type_of(trial.kind)
