"""Where does a site announce what it publishes? `sources add`: home page, robots.txt, and the usual places for what these do not name."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from archive.config import Config
from archive.errors import UsageError, WarchiveError
from archive.http import MalformedMessage, parse_response, split_interim
from archive.urls import normalize
from crawler.ask import read_target
from crawler.failures import FetchFailed
from crawler.homepage import NOISE
from crawler.trial import Trial, read_answer, run_child, try_seed, type_of
from crawler.visitor import Visitor
from pipelines.pool import ChildFailed, ChildPool

LOOK = "crawler.homepage:look_task"
MAX_TRIED = 16  # candidates of one kind that the site itself names
USUAL = {
    "feed": ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/feeds", "/feed.rss", "/feed.atom", "/feed.json"),
    "news_sitemap": ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml"),
    "sitemap": ("/sitemap.xml", "/sitemap_index.xml"),
}
_MEDIA = re.compile(r"(?:image|video|photo|gallery|author|tag|categor)[^/]*\.xml", re.IGNORECASE)


class Unreachable(WarchiveError):
    """The site does not answer, or not with a page."""

    exit_code = 4


class NothingFound(WarchiveError):
    """The site answers, and announces nothing that can be followed."""

    exit_code = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What was seen of a site."""

    homepage: str
    page: dict[str, Any]
    """As of crawler/homepage.py."""
    seeds: tuple[Trial, ...]
    passed_over: tuple[tuple[str, str], ...]
    """URL and why it was not taken."""
    requests: int


def homepage_of(url: str) -> str:
    """The URL as it is asked, with a scheme where a person left it out; raises `UsageError`."""
    whole = url if "://" in url else f"https://{url}"
    try:
        normalize(whole)
        read_target(whole)
    except (ValueError, FetchFailed) as error:
        raise UsageError(f"{url[:200]!r} is not a URL of a site", hint="write it as in https://www.example.org/") from error
    return whole if urlsplit(whole).path else whole + "/"


async def probe(config: Config, visitor: Visitor, pool: ChildPool, url: str, say: Callable[[str], None]) -> Probe:
    """Look at a site; raises `Unreachable` or `NothingFound`."""
    say(f"asking {url}")
    answer = await visitor.get(url)
    if answer.problem is not None:
        raise Unreachable(
            f"{url} cannot be looked at: {answer.problem}" + (f" ({answer.detail})" if answer.detail else ""), hint=_hint(answer.problem)
        )
    try:
        parse_response(split_interim(answer.response)[1])
        page = await run_child(pool, LOOK, answer.response, {"url": answer.final, "max_decoded_bytes": config.limits.max_decoded_bytes})
    except (ChildFailed, MalformedMessage) as error:
        raise Unreachable(f"{url} answered, but its page cannot be read: {error}", hint="give the address of the front page") from error
    search = _Search(config, visitor, pool, say)
    robots = await visitor.robots(answer.final)
    as_feed = await read_answer(pool, config, answer, "feed")
    if as_feed.good:  # the address of a feed was given
        search.consider(as_feed)
    named = [urljoin(answer.final, one) for one in robots.sitemaps]
    await search.try_all("sitemap", [one for one in named if not _MEDIA.search(one)])
    await search.try_all("feed", page["feeds"])
    for kind, paths in USUAL.items():
        for path in paths:
            if search.has(kind):
                break
            await search.try_all(kind, [urljoin(answer.final, path)], guess=True)
    if not search.has("feed") and not search.has("news_sitemap"):
        search.consider(await read_answer(pool, config, answer, "section"))
    if not search.seeds:
        raise NothingFound(
            f"{url} answers, but no feed, sitemap or section page was found ({visitor.requests} requests)",
            hint="name its seeds yourself in a source file: docs/sources.md",
        )
    return Probe(
        homepage=answer.final,
        page=page,
        seeds=tuple(sorted(search.seeds, key=lambda trial: ("feed", "news_sitemap", "sitemap", "section").index(trial.type))),
        passed_over=tuple(search.passed_over),
        requests=visitor.requests,
    )


class _Search:
    def __init__(self, config: Config, visitor: Visitor, pool: ChildPool, say: Callable[[str], None]) -> None:
        self._config, self._visitor, self._pool, self._say = config, visitor, pool, say
        self._tried: set[str] = set()
        self.seeds: list[Trial] = []
        self.passed_over: list[tuple[str, str]] = []

    def has(self, kind: str) -> bool:
        return any(trial.type == kind for trial in self.seeds)

    async def try_all(self, seed_type: str, urls: list[str], *, guess: bool = False) -> None:
        """Ask for candidates; what is not there at a place that was only guessed is not worth a word."""
        for url in urls[:MAX_TRIED]:
            if url in self._tried:
                continue
            self._tried.add(url)
            self._say(f"trying {url}")
            trial = await try_seed(self._visitor, self._pool, self._config, seed_type=seed_type, url=url)
            if guess and not trial.good:
                continue
            self.consider(trial)

    def consider(self, trial: Trial) -> None:
        """Take it, or note why not."""
        kind = type_of(trial.kind)
        for inner in trial.inner:  # the index of a news sitemap is one
            if inner.kind == "news_sitemap" and len(trial.children) == 1:
                kind = "news_sitemap"
        why = self._why_not(trial, kind)
        if why or kind is None:
            self.passed_over.append((trial.url, why or "unknown"))
            return
        self.seeds.append(_typed(trial, kind))

    def _why_not(self, trial: Trial, kind: str | None) -> str | None:
        if kind is None or (not trial.good and trial.status not in ("ok", "wrong-kind")):
            return trial.status
        if not trial.entries:
            return "announces nothing"
        if NOISE.search(urlsplit(trial.url).path):
            return "a feed of comments, a tag or a podcast"
        if kind == "section" and len(trial.entries) < 5:
            return "few of its links look like articles"
        urls = frozenset(entry.url for entry in trial.entries)
        for other in self.seeds:
            if other.type == kind and (other.final == trial.final or urls <= frozenset(entry.url for entry in other.entries)):
                return f"shows the same as {other.url}"
        return None


def _typed(trial: Trial, kind: str) -> Trial:
    status = "ok" if trial.status == "wrong-kind" else trial.status
    return dataclasses.replace(trial, type=kind, status=status, url=trial.moved_to or trial.url)


def _hint(problem: str) -> str:
    if problem == "robots_denied":
        return "its robots.txt does not want us there, and that is obeyed"
    if problem == "private-address":
        return "name the host in network.allow_private if it is yours"
    return "look at it in a browser: is the address right, with or without www?"
