"""Where do a thousand or a hundred thousand distinct articles come from: made on demand from their number, never held?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

from crawler.newspaper import listings
from crawler.newspaper.exchange import Reply, Request, data, html
from crawler.newspaper.sites import GONE, NOT_FOUND, XML
from crawler.newspaper.stories import Truth

PER_SITEMAP = 1000
_FIRST = datetime(2024, 6, 1, tzinfo=UTC)
_WHO = (
    "The harbour master", "A spokeswoman for the mission", "The mayor of Tarnhal", "A railway engineer", "The director of the hospital", "An officer of the guard",
    "The head of the water company", "A teacher from Dalnice", "The union of dockers", "A driver of the relief convoy", "The regional court", "A retired surveyor",
    "The keeper of the archive", "A nurse on the night shift", "The commander of the sappers", "The editor of the local paper",
)  # fmt: skip
_DID = (
    "said that", "told this agency that", "confirmed on the telephone that", "wrote in a letter that", "denied that", "was unable to say whether",
    "repeated before the council that", "had warned already in the autumn that", "announced after the meeting that", "showed records according to which",
)  # fmt: skip
_WHAT = (
    "the pumping station", "the eastern bridge", "the grain silo", "the third convoy", "the field hospital", "the power line", "the minefield at the mill", "the old customs house",
    "the pontoon crossing", "the school in the cellar", "the fuel depot", "the list of the missing", "the observation post", "the temporary shelter", "the telephone exchange",
)  # fmt: skip
_HOW = (
    "had been repaired within {n} hours", "could serve no more than {n} families", "had been hit {n} times since the spring", "would be opened again in {n} days",
    "cost {n} thousand crowns more than was planned", "was guarded by {n} men", "had stood empty for {n} weeks", "needed {n} tonnes of cement", "was now {n} metres further west",
    "had received {n} visitors on a single day",
)  # fmt: skip
_WHY = (
    "although nobody had asked for it", "because the road through the pass was closed", "as soon as the weather allows", "while the talks in Brenmouth continue",
    "if both sides keep their word", "which the other side disputes", "and that the report would be made public", "as the villagers had claimed from the beginning",
    "despite the shortage of diesel", "in spite of two earlier failures", "so that lessons can go on", "unless the river rises again",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """`pages` articles over `hosts` hosts; article n lies on host n modulo `hosts`. The same number gives the same bytes."""

    pages: int
    hosts: int
    scheme: str = "http"

    def names(self) -> list[str]:
        """Host names."""
        return [f"press-{number}.example" for number in range(self.hosts)] if self.pages else []

    def numbers(self, host_number: int) -> range:
        """Numbers of the articles of one host."""
        return range(host_number, self.pages, self.hosts)

    def urls(self) -> Iterator[str]:
        """URLs of all articles, by number."""
        return (self.url(number) for number in range(self.pages))

    def url(self, number: int) -> str:
        """URL of one article."""
        return f"{self.scheme}://press-{number % self.hosts}.example{_target(number)}"

    def truth(self, number: int, edition: int = 1) -> Truth:
        """What an extractor should find in article `number`. Edition 2 changes one of every five."""
        chance = random.Random(f"press/{number}")
        place = chance.choice(("Tarnhal", "Brenmouth", "Ostrel", "Marev", "Dalnice", "Kelda"))
        title = f"{place} report {number}: {chance.choice(_WHAT)[4:]} after {chance.randrange(3, 90)} days"
        paragraphs = [" ".join(_sentence(chance) for _ in range(chance.randrange(2, 5))) for _ in range(chance.randrange(6, 11))]
        if edition > 1 and number % 5 == 0:
            paragraphs[-1] += f" This report was amended in edition {edition}."
        return Truth(title, "\n\n".join(paragraphs), (f"Correspondent {number % 40}",), _published(number), "en")

    def answer(self, host_number: int, request: Request, edition: int) -> Reply:
        """The reply of one of the hosts."""
        base = f"{self.scheme}://press-{host_number}.example"
        target = request.target
        numbers = self.numbers(host_number)
        if target == "/robots.txt":
            return data(f"User-agent: *\nDisallow: /private/\nSitemap: {base}/sitemap.xml\n".encode(), "text/plain", validators=True)
        parts = (len(numbers) + PER_SITEMAP - 1) // PER_SITEMAP
        if target == "/sitemap.xml":
            return data(
                listings.sitemap_index(f"{base}/sitemap-{part}.xml.gz" for part in range(parts)), XML, coding="gzip", validators=True
            )
        if target.startswith("/sitemap-") and target.endswith(".xml.gz"):
            part = target.removeprefix("/sitemap-").removesuffix(".xml.gz")
            if part.isdigit() and int(part) < parts:
                some = numbers[int(part) * PER_SITEMAP : (int(part) + 1) * PER_SITEMAP]
                body = listings.sitemap((base + _target(number), _published(number)) for number in some)
                return data(listings.gzipped(body), "application/gzip", validators=True)
        number = _number(target)
        if number is None:
            return NOT_FOUND
        if number not in numbers:
            return GONE if number % self.hosts == host_number else NOT_FOUND
        return html(_page(self, number, edition, base), coding="gzip", validators=True)


def _sentence(chance: random.Random) -> str:
    how = chance.choice(_HOW).format(n=chance.randrange(2, 900))
    return f"{chance.choice(_WHO)} {chance.choice(_DID)} {chance.choice(_WHAT)} {how}, {chance.choice(_WHY)}."


def _published(number: int) -> str:
    return (_FIRST + timedelta(minutes=7 * number)).isoformat()


def _target(number: int) -> str:
    return f"/{_published(number)[:10].replace('-', '/')}/report-{number}.html"


def _number(target: str) -> int | None:
    digits = target.rpartition("/report-")[2].removesuffix(".html")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        return None
    return int(digits) if _target(int(digits)) == target else None


def _page(press: Press, number: int, edition: int, base: str) -> str:
    truth = press.truth(number, edition)
    neighbours = [other for other in range(number + press.hosts, number + 25 * press.hosts, press.hosts) if other < press.pages]
    links = "".join(
        f'<li class="list-item"><a class="list-link" href="{_target(other)}">{escape(press.truth(other).title)}</a></li>'
        for other in neighbours[:3]
    )
    more = "".join(f'<li><a href="{_target(other)}"><span class="number">{other}</span></a></li>' for other in neighbours[3:])
    body = "\n".join(f'<p class="paragraph">{escape(text, quote=False)}</p>' for text in truth.text.split("\n\n"))
    menu = "".join(f'<li class="menu-item menu-item-{item}"><a href="/section/{item}">Section {item}</a></li>' for item in range(30))
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(truth.title)} | Press {number % press.hosts}</title>
<link rel="canonical" href="{base}{_target(number)}"><meta property="og:type" content="article"><meta property="og:title" content="{escape(truth.title)}">
<meta property="article:published_time" content="{truth.date}"><meta name="author" content="{truth.authors[0]}">
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "{truth.title}", "datePublished": "{truth.date}",
"author": [{{"@type": "Person", "name": "{truth.authors[0]}"}}], "inLanguage": "en"}}</script></head>
<body><header><nav><ul class="menu">{menu}</ul></nav></header><main><article><h1>{escape(truth.title)}</h1>
<p class="byline">By {truth.authors[0]} <time datetime="{truth.date}">{truth.date[:10]}</time></p>
<div class="article-body">
{body}
</div>
<div class="newsletter"><p>Get our morning briefing in your inbox</p></div></article>
<aside class="trending"><h3>Trending Now</h3><ul>{links}</ul></aside><aside class="more"><ol>{more}</ol></aside></main>
<footer><p>© 2025 Press {number % press.hosts}. All rights reserved.</p></footer></body></html>"""
