"""Where does a site announce what it publishes? `sources add`: home page, robots.txt, and the usual places for what these do not name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from archive.config import Config
from archive.errors import UsageError, WarchiveError
from archive.urls import normalize
from crawler.ask import read_target
from crawler.failures import FetchFailed
from crawler.siteseeds import Seeds
from crawler.trial import Trial, read_answer, run_child
from crawler.visitor import Answer, Visitor
from crawler.work import origin_of
from pipelines.pool import ChildFailed, ChildPool

LOOK = "crawler.homepage:look_task"
MAX_SECTIONS = 5
MAX_SECTIONS_TRIED = 10
USUAL = {
    "feed": ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/feeds", "/feed.rss", "/feed.atom", "/feed.json"),
    "news_sitemap": ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml"),
    "sitemap": ("/sitemap.xml", "/sitemap_index.xml"),
}
_MEDIA = re.compile(r"(?:image|video|photo|gallery|author|tag|categor)[^/]*\.xml", re.IGNORECASE)
# Why https may be no way to a site that http leads to.
_NO_WAY = frozenset({"connect", "tls", "timeout", "reset", "no-response"})


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


def addresses_of(url: str) -> tuple[str, ...]:
    """The addresses to ask, best first: where a person left the scheme out, https and then http. Raises `UsageError`."""
    wholes = [url] if "://" in url else [f"https://{url}", f"http://{url}"]
    try:
        for whole in wholes:
            normalize(whole)
            if "@" in urlsplit(whole).netloc:  # credentials belong into no source file
                raise ValueError("credentials")
            read_target(whole)
    except (ValueError, FetchFailed) as error:
        raise UsageError(f"{url[:200]!r} is not a URL of a site", hint="write it as in https://www.example.org/") from error
    return tuple(whole if urlsplit(whole).path else whole + "/" for whole in wholes)


async def probe(config: Config, visitor: Visitor, pool: ChildPool, addresses: Sequence[str], say: Callable[[str], None]) -> Probe:
    """Look at a site; raises `Unreachable` or `NothingFound`."""
    seeds = Seeds(config, visitor, pool, say)
    answer = await _arrive(visitor, addresses, seeds, say)
    page = await _look(config, pool, answer)
    homepage = answer.final
    given = await read_answer(pool, config, answer, "feed")
    if given.good:  # the address of a feed: the site is where its entries lie
        seeds.take(given)
        origins = Counter(origin_of(entry.url) for entry in given.entries)
        homepage = (origins.most_common(1)[0][0] or origin_of(answer.final)) + "/"
        say(f"asking {homepage}")
        front = await visitor.get(homepage)
        if front.problem is None:
            answer, homepage = front, front.final
            seen = await _look(config, pool, front)
            page = {**seen, "site_name": seen["site_name"] or page["title"]}
    for url, why in page["noise"]:
        seeds.pass_over(url, why)
    robots = await visitor.robots(homepage)
    named = [urljoin(homepage, one) for one in robots.sitemaps]
    for url in named:
        if _MEDIA.search(url):
            seeds.pass_over(url, "by its name, no sitemap of articles")
    await seeds.try_all("sitemap", [one for one in named if not _MEDIA.search(one)])
    await seeds.try_all("feed", page["feeds"])
    for kind, paths in USUAL.items():
        for path in paths:
            if seeds.has(kind):
                break
            await seeds.try_all(kind, [urljoin(homepage, path)], guess=True)
    if not seeds.has("feed") and not seeds.has("news_sitemap"):
        seeds.consider(await read_answer(pool, config, answer, "section"))
        await seeds.try_all("section", page["sections"][:MAX_SECTIONS_TRIED], guess=True, most=MAX_SECTIONS)
    if not seeds.taken and seeds.left_alone:
        raise Unreachable(f"{addresses[0]} could not be searched: {seeds.left_alone}", hint=_hint("overloaded"))
    if not seeds.taken:
        raise NothingFound(
            f"{addresses[0]} answers, but no feed, sitemap or section page was found ({visitor.requests} requests)",
            hint="name its seeds yourself in a source file: docs/sources.md",
        )
    return Probe(
        homepage=homepage,
        page=page,
        seeds=tuple(sorted(seeds.taken, key=lambda trial: ("feed", "news_sitemap", "sitemap", "section").index(trial.type))),
        passed_over=tuple(seeds.passed_over),
        requests=visitor.requests,
    )


async def _arrive(visitor: Visitor, addresses: Sequence[str], seeds: Seeds, say: Callable[[str], None]) -> Answer:
    """The answer of the first address that can be reached."""
    for number, url in enumerate(addresses, 1):
        say(f"asking {url}")
        answer = await visitor.get(url)
        if answer.problem is None:
            return answer
        words = answer.problem + (f" ({answer.detail})" if answer.detail else "")
        if answer.problem not in _NO_WAY or number == len(addresses):
            before = "".join(f"; {passed}: {why}" for passed, why in seeds.passed_over)
            raise Unreachable(f"{url} cannot be looked at: {words}{before}", hint=_hint(answer.problem))
        seeds.pass_over(url, words)
    raise ValueError("no address")


async def _look(config: Config, pool: ChildPool, answer: Answer) -> dict[str, Any]:
    try:
        return await run_child(pool, LOOK, answer.response, {"url": answer.final, "max_decoded_bytes": config.limits.max_decoded_bytes})
    except ChildFailed as error:
        hint = "give the address of the front page"
        raise Unreachable(f"{answer.final} answered, but its page cannot be read: {error}", hint=hint) from error


def _hint(problem: str) -> str:
    if problem == "robots_denied":
        return "its robots.txt does not want us there, and that is obeyed"
    if problem in ("robots_unreachable", "overloaded", "retry-after", "http_429", "http_503"):
        return "it is busy or broken now: try again later"
    if problem == "private-address":
        return "name the host in network.allow_private if it is yours"
    return "look at it in a browser: is the address right, with or without www?"
