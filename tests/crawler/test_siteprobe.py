"""What does `sources add` take of a site, and what does it pass over and why?"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from archive.config import load_config
from archive.errors import UsageError
from crawler.children import open_pool
from crawler.newspaper.exchange import Reply, data, html, redirect
from crawler.siteprobe import NothingFound, Probe, Unreachable, addresses_of, probe
from crawler.visitor import Visitor
from pipelines.pool import ChildPool
from tests.e2e.town import Answer, Town, feed
from tests.servers.tls import make_authority

SITE = "http://paper.example"
SITEMAPS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChildPool]:
    pool = open_pool(load_config(None, environ={}, overrides={}, folder=tmp_path_factory.mktemp("pool")), workers=1)
    yield pool
    pool.close()


Look = Callable[..., Probe]


@pytest.fixture
def look(pool: ChildPool, tmp_path: Path) -> Look:
    """`look(town)`: what `sources add` sees of the paper's front page, or of other addresses; without delay."""

    def run(town: Town, *addresses: str, connect_to: Iterable[str] = (), **overrides: object) -> Probe:
        rules = [*connect_to, *town.connect_to]
        config = load_config(None, environ={}, overrides={"network.connect_to": rules, "limits.delay": 0.0, **overrides}, folder=tmp_path)

        async def ask() -> Probe:
            async with Visitor(config, "warchive/1.0") as visitor:
                return await probe(config, visitor, pool, addresses or (f"{SITE}/",), lambda _text: None)

        return asyncio.run(ask())

    return run


def stories(count: int = 6, *, start: int = 0, path: str = "news", host: str = SITE) -> list[str]:
    return [f"{host}/{path}/2026/11/2{number % 10}/the-ferry-runs-again-today-{start + number}" for number in range(count)]


def xml(text: str) -> Reply:
    return data(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode(), "application/xml")


def front(links: str = "", *, head: str = "") -> Reply:
    return html(f"<!DOCTYPE html><html lang='en'><head><title>The Paper</title>{head}</head><body>{links}</body></html>")


def alternate(path: str, title: str = "") -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{path}" title="{title}">'


def rss(items: str, title: str = "The Paper") -> Reply:
    return xml(f'<rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>')


def sitemap(urls: Iterable[str], inside: str = "", *, spaces: str = "") -> Reply:
    return xml(f"<urlset {SITEMAPS} {spaces}>" + "".join(f"<url><loc>{url}</loc>{inside}</url>" for url in urls) + "</urlset>")


def news_sitemap(urls: Iterable[str]) -> Reply:
    news = "<news:news><news:publication_date>2026-11-20</news:publication_date><news:title>Ferry</news:title></news:news>"
    return sitemap(urls, news, spaces='xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"')


def robots(*paths: str) -> Reply:
    return data("".join(f"Sitemap: {SITE}{path}\n" for path in paths).encode(), "text/plain")


def taken(found: Probe) -> list[tuple[str, str]]:
    return [(seed.type, seed.url.removeprefix(SITE)) for seed in found.seeds]


def passed(found: Probe) -> dict[str, str]:
    return {url.removeprefix(SITE): why for url, why in found.passed_over}


# -- noise


def test_feeds_that_are_noise_by_address_or_title_are_not_even_asked_for_and_named(look: Look) -> None:
    noisy = {
        "/comments/feed/": ("", "a feed of comments"),
        "/f1.rss": ("The Paper » Comments Feed", "a feed of comments"),
        "/f2.rss": ("Kommentare zu: Die Fähre", "a feed of comments"),
        "/tag/ferry/feed/": ("", "a feed of one tag"),
        "/feed?tag=ferry": ("", "a feed of one tag"),
        "/author/ann/feed": ("", "a feed of one author"),
        "/f3.rss": ("Posts by Ann Smith Feed", "a feed of one author"),
        "/search/ferry/feed/rss2/": ("", "a feed of a search"),
        "/feed/?s=ferry": ("", "a feed of a search"),
        "/podcast/feed.xml": ("", "a podcast"),
        "/?feed=comments-rss2": ("", "a feed of comments"),
    }
    good = {"/feed": "The Paper » Feed", "/opinion.rss": "Kommentare", "/comment-is-free.rss": "Opinion", "/tagesthemen.rss": "Tagesthemen"}
    head = "".join(alternate(path, title) for path, (title, _) in noisy.items()) + "".join(alternate(*pair) for pair in good.items())
    answers: dict[str, Answer] = {f"{SITE}/": front(head=head)}
    answers |= {f"{SITE}{path}": feed(stories(start=10 * number)) for number, path in enumerate(good)}
    with Town(answers) as town:
        found = look(town)
        asked = town.asked()
    assert passed(found) == {path: why for path, (_, why) in noisy.items()}
    assert [url for kind, url in taken(found) if kind == "feed"] == list(good)
    assert not {f"{SITE}{path}" for path in noisy} & set(asked)


COMMENTS = "".join(f"<item><title>By: Ann</title><link>{SITE}/news/1#comment-{number}</link></item>" for number in range(1, 6))
SOUND = '<enclosure url="/a.mp3" type="audio/mpeg" length="1"/>'
MIXED = "".join(f"<item><title>Ferry</title><link>{url}</link>{SOUND * (number == 0)}</item>" for number, url in enumerate(stories()))


def enclosed(kind: str, name: str) -> str:
    return "".join(
        f'<item><title>Talk</title><link>{url}</link><enclosure url="{SITE}/{name}" type="{kind}" length="9"/></item>' for url in stories()
    )


ATOM_AUDIO = "".join(
    f'<entry><title>Talk</title><link href="{url}"/><link rel="enclosure" type="audio/ogg" href="/a.ogg"/></entry>' for url in stories()
)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (rss(COMMENTS, "Feed of the talk"), "a feed of comments"),
        (rss(COMMENTS.replace("#comment-", "?c="), "Comments on: The ferry"), "a feed of comments"),
        (rss(enclosed("audio/mpeg", "a")), "a podcast"),
        (rss(enclosed("application/octet-stream", "a.mp3?x=1")), "a podcast"),
        (xml(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Talks</title>{ATOM_AUDIO}</feed>'), "a podcast"),
        (rss(enclosed("image/jpeg", "a.jpg")), None),
        (rss(MIXED), None),
        (rss("".join(f"<item><title>Ferry</title><link>{url}#comments</link></item>" for url in stories()), "Paper"), "a feed of comments"),
    ],
    ids=["links", "title", "audio", "by-name", "atom", "pictures", "one-podcast-among-stories", "links-to-comments"],
)
def test_a_feed_of_comments_or_sounds_is_known_by_what_it_holds(look: Look, reply: Reply, why: str | None) -> None:
    with Town({f"{SITE}/": front(head=alternate("/f.rss")), f"{SITE}/f.rss": reply, f"{SITE}/sitemap.xml": sitemap(stories())}) as town:
        found = look(town)
    assert passed(found).get("/f.rss") == why
    assert (("feed", "/f.rss") in taken(found)) == (why is None)


IMAGES = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
FILMS = 'xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'
IMAGE = f"<image:image><image:loc>{SITE}/a.jpg</image:loc></image:image>"
FILM = "<video:video><video:title>Film</video:title></video:video>"


def test_sitemaps_of_pictures_films_lists_and_nothing_are_passed_over(look: Look) -> None:
    maps: dict[str, tuple[Reply, str]] = {
        "/s1.xml": (sitemap(stories(), IMAGE, spaces=IMAGES), "a sitemap of pictures"),
        "/s2.xml": (sitemap(stories(), FILM, spaces=FILMS), "a sitemap of films"),
        "/s3.xml": (sitemap([f"{SITE}/img/{number}.jpg" for number in range(5)]), "a sitemap of files that are no pages"),
        "/s4.xml": (sitemap([f"{SITE}/tag/{number}" for number in range(5)]), "a sitemap of tags and authors"),
        "/s5.xml": (sitemap([]), "no-entries"),
        "/s6.xml": (data(b"", "application/xml"), "empty-body"),
        "/image-sitemap.xml": (sitemap(stories()), "by its name, no sitemap of articles"),
    }
    gzipped = data(gzip.compress(sitemap(stories(), FILM, spaces=FILMS).body), "application/x-gzip")
    answers: dict[str, Answer] = {f"{SITE}{path}": reply for path, (reply, _) in maps.items()}
    # As content systems write it: each article with its picture and the day of its last change.
    answers[f"{SITE}/posts.xml"] = sitemap(stories(), f"<lastmod>2026-11-20</lastmod>{IMAGE}", spaces=IMAGES)
    answers |= {f"{SITE}/": front(), f"{SITE}/s7.xml.gz": gzipped, f"{SITE}/robots.txt": robots(*maps, "/s7.xml.gz", "/posts.xml")}
    with Town(answers) as town:
        found = look(town)
    assert taken(found) == [("sitemap", "/posts.xml")]
    why = passed(found)
    assert {path: why[path].partition(" (")[0] for path in maps} == {path: reason for path, (_, reason) in maps.items()}
    assert why["/s7.xml.gz"] == "a sitemap of films"


def test_of_two_feeds_with_the_same_entries_one_is_taken_the_fuller_and_then_the_first(look: Look) -> None:
    tracked = [f"{url}?utm_source=rss" for url in stories(10)]
    answers: dict[str, Answer] = {
        f"{SITE}/": front(head="".join(map(alternate, ("/short.rss", "/a.rss", "/b.rss", "/other.rss")))),
        f"{SITE}/short.rss": feed(stories(4)),
        f"{SITE}/a.rss": feed(tracked),
        # A story has come in between, and its host is written otherwise: the same all the same.
        f"{SITE}/b.rss": feed([*stories(1, start=50), *(url.replace("paper.", "www.paper.") for url in stories(9))]),
        f"{SITE}/other.rss": feed(stories(5, start=5, path="sport")),
    }
    with Town(answers) as town:
        found = look(town)
    assert taken(found) == [("feed", "/a.rss"), ("feed", "/other.rss")]
    assert passed(found) == {
        "/short.rss": f"shows the same as {SITE}/a.rss, and less",
        "/b.rss": f"shows the same as {SITE}/a.rss",
    }


def test_the_parts_of_an_index_are_no_seeds_beside_it_but_its_news_sitemap_is(look: Look) -> None:
    index = "".join(f"<sitemap><loc>{SITE}{path}</loc></sitemap>" for path in ("/posts-1.xml", "/posts-2.xml", "/news.xml"))
    answers: dict[str, Answer] = {
        f"{SITE}/": front(),
        f"{SITE}/robots.txt": robots("/index.xml", "/posts-2.xml", "/sitemap.xml"),
        f"{SITE}/index.xml": xml(f"<sitemapindex {SITEMAPS}>{index}</sitemapindex>"),
        f"{SITE}/sitemap.xml": redirect(302, "/index.xml"),
        f"{SITE}/posts-1.xml": sitemap(stories()),
        f"{SITE}/posts-2.xml": sitemap(stories(start=20)),
        f"{SITE}/news.xml": news_sitemap(stories(start=30)),
    }
    with Town(answers) as town:
        found = look(town)
    assert taken(found) == [("news_sitemap", "/news.xml"), ("sitemap", "/index.xml")]
    assert passed(found)["/posts-2.xml"] == f"is part of {SITE}/index.xml"
    assert passed(found)["/sitemap.xml"] == f"shows the same as {SITE}/index.xml"


# -- section pages


def page_of(urls: Iterable[str]) -> Reply:
    return front("".join(f"<article><h2><a href='{url}'>The ferry over the river runs again {url[-2:]}</a></h2></article>" for url in urls))


def test_without_feed_and_news_sitemap_sections_of_the_navigation_that_show_articles_are_proposed(look: Look) -> None:
    names = ["war", "politics", "category/economy", "world", "culture", "science", "sport"]
    menu = "".join(f"<a href='/{name}'>{name}</a>" for name in ("about", "login", "shop", *names, "tag/ferry", "rss"))
    links = "".join(f"<article><h2><a href='{url}'>The ferry over the river runs again {url[-2:]}</a></h2></article>" for url in stories())
    answers: dict[str, Answer] = {f"{SITE}/": front(f"<nav>{menu}</nav><main>{links}</main>")}
    answers |= {f"{SITE}/{name}": page_of(stories(start=10 * number, path=name[-7:])) for number, name in enumerate(names)}
    answers[f"{SITE}/world"] = page_of(stories(2, start=90))  # few articles
    answers[f"{SITE}/culture"] = page_of(stories())  # those of the front page
    with Town(answers) as town:
        found = look(town)
        asked = town.asked()
    wanted = ["/", "/war", "/politics", "/category/economy", "/science", "/sport"]
    assert taken(found) == [("section", path) for path in wanted]
    assert passed(found)["/world"] == "few of its links look like articles"
    assert passed(found)["/culture"] == f"shows the same as {SITE}/"
    assert not {f"{SITE}/{path}" for path in ("about", "login", "shop", "tag/ferry")} & set(asked)


def test_no_more_than_five_sections_are_proposed_and_none_where_there_is_a_feed(look: Look) -> None:
    menu = "".join(f"<a href='/part{number}'>Part</a>" for number in range(9))
    answers: dict[str, Answer] = {f"{SITE}/": front(f"<nav>{menu}</nav>"), f"{SITE}/sitemap.xml": sitemap(stories())}
    answers |= {f"{SITE}/part{number}": page_of(stories(start=10 * number, path=f"part{number}")) for number in range(9)}
    with Town(answers) as town:
        found = look(town)
    assert taken(found) == [("sitemap", "/sitemap.xml"), *(("section", f"/part{number}") for number in range(5))]
    with Town({**answers, f"{SITE}/feed": feed(stories())}) as town:
        assert taken(look(town)) == [("feed", "/feed"), ("sitemap", "/sitemap.xml")]
        assert f"{SITE}/part0" not in town.asked()


# -- addresses


def test_an_address_without_a_scheme_means_https_and_then_http() -> None:
    assert addresses_of("paper.example") == ("https://paper.example/", "http://paper.example/")
    assert addresses_of("http://paper.example/a") == ("http://paper.example/a",)
    for wrong in ("", "no url", "ftp://paper.example/", "mailto:a@paper.example", "http://"):
        with pytest.raises(UsageError):
            addresses_of(wrong)


def test_where_https_cannot_be_connected_to_http_is_tried_and_it_is_said(look: Look) -> None:
    with Town({f"{SITE}/": front(), f"{SITE}/feed": feed(stories())}) as town:  # speaks no TLS
        found = look(town, *addresses_of("paper.example"))
    assert found.homepage == f"{SITE}/"
    assert taken(found) == [("feed", "/feed")]
    assert passed(found)["https://paper.example/"].startswith("tls (")


def test_where_https_answers_http_is_not_asked(look: Look, tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    with Town({f"{SITE}/": front(), f"{SITE}/feed": feed(stories())}, tls=authority.server_context("paper.example")) as town:
        found = look(town, *addresses_of("paper.example"), **{"network.ca_bundle": str(authority.bundle)})
        assert {row["scheme"] for row in town.rows()} == {"https"}
    assert found.homepage == "https://paper.example/"


def test_an_error_page_over_https_is_no_reason_to_try_http(look: Look, tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    with (
        Town({f"{SITE}/": html("gone", status=410)}, tls=authority.server_context("paper.example")) as town,
        pytest.raises(Unreachable, match="http_410"),
    ):
        look(town, *addresses_of("paper.example"), **{"network.ca_bundle": str(authority.bundle)})


def test_where_neither_can_be_reached_both_are_named(look: Look) -> None:
    with Town({}) as town:
        pass
    with pytest.raises(Unreachable) as caught:
        look(town, *addresses_of("paper.example"))
    assert "http://paper.example/ cannot be looked at: connect" in caught.value.message
    assert "https://paper.example/: connect" in caught.value.message


def test_the_address_of_a_feed_finds_its_site_and_is_taken_whatever_it_is(look: Look) -> None:
    feeder = "http://feeds.example"
    tag = rss("".join(f"<item><title>Ferry</title><link>{url}</link></item>" for url in stories()), "The Paper: ferries")
    answers: Mapping[str, Answer] = {
        f"{feeder}/tag/ferry": tag,
        f"{SITE}/": front(head=alternate("/feed")),
        f"{SITE}/feed": feed(stories(start=40)),
    }
    with Town(answers) as town:
        found = look(town, f"{feeder}/tag/ferry")
    assert found.homepage == f"{SITE}/"
    assert taken(found) == [("feed", f"{feeder}/tag/ferry"), ("feed", "/feed")]
    assert found.page["site_name"] == "The Paper: ferries"


def test_a_site_that_announces_nothing_is_told_from_one_that_cannot_be_looked_at(look: Look) -> None:
    with Town({f"{SITE}/": front("<p>Under construction")}) as town, pytest.raises(NothingFound) as caught:
        look(town)
    assert caught.value.exit_code == 5
    assert "no feed, sitemap or section page" in caught.value.message
    closed = data(b"User-agent: *\nDisallow: /\n", "text/plain")
    with Town({f"{SITE}/": front(), f"{SITE}/robots.txt": closed}) as town, pytest.raises(Unreachable, match="robots_denied") as shut:
        look(town)
    assert shut.value.exit_code == 4


# -- politeness


def test_a_site_is_looked_at_with_the_delay_between_any_two_requests_and_nothing_twice(look: Look) -> None:
    answers: dict[str, Answer] = {
        f"{SITE}/": front(head=alternate("/feed") + alternate("/feed")),
        f"{SITE}/feed": feed(stories()),
        f"{SITE}/robots.txt": robots("/sitemap.xml"),
        f"{SITE}/sitemap.xml": sitemap(stories()),
    }
    with Town(answers) as town:
        look(town, **{"limits.delay": 0.1})
        rows = town.rows()
    assert min(later["at"] - earlier["at"] for earlier, later in pairwise(rows)) >= 0.1
    assert {row["connections"] for row in rows} == {1}
    targets = [row["target"] for row in rows]
    assert targets[:2] == ["/robots.txt", "/"]
    assert len(targets) == len(set(targets)) == 7  # and three places where a news sitemap might have been


def test_a_site_that_refuses_twice_while_it_is_searched_is_left_alone_and_that_is_no_site_without_feeds(look: Look) -> None:
    town_of = {f"{SITE}/": front(head="".join(alternate(f"/f{number}.rss") for number in range(9)))}
    refusals: dict[str, Answer] = {f"{SITE}/f{number}.rss": html("later", status=503) for number in range(9)}
    with Town({**town_of, **refusals}) as town:
        with pytest.raises(Unreachable, match="could not be searched"):
            look(town)
        assert [row["target"] for row in town.rows()] == ["/robots.txt", "/", "/f0.rss", "/f1.rss"]
    with Town({**town_of, **refusals, f"{SITE}/f0.rss": feed(stories())}) as town:
        found = look(town)
    assert taken(found) == [("feed", "/f0.rss")]
    assert passed(found)["/f3.rss"].startswith("not asked, nor what may lie beside it")


def test_of_many_candidates_of_a_kind_sixteen_are_asked(look: Look) -> None:
    head = "".join(alternate(f"/f{number}.rss") for number in range(30))
    answers: dict[str, Answer] = {f"{SITE}/": front(head=head)}
    answers |= {f"{SITE}/f{number}.rss": feed(stories(2, start=5 * number)) for number in range(30)}
    with Town(answers) as town:
        found = look(town)
    assert len(taken(found)) == 16
    assert passed(found)["/f16.rss"] == "not asked, nor 13 more: 16 of a kind are enough"
