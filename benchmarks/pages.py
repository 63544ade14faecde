"""Which pages are crawled? The newspaper's made-up articles at the size of real pages, or real pages from a corpus.

Real news pages are mostly not text: styles, scripts with the page's state, menus, teasers. So a made-up article gets as much of these as
real ones have: the middle half of the 181 pages of ScrapingHub's benchmark has 73 to 229 kB, 530 to 990 elements and 2,000 to 6,200
characters of paragraphs. The same number gives the same bytes.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Literal

from crawler.newspaper.exchange import Reply, Request, html, message
from crawler.newspaper.press import Press

Size = Literal["small", "real"]
DATE = "Mon, 04 Nov 2024 12:00:00 GMT"


@dataclass(frozen=True)
class Pages:
    """`count` pages over `hosts` hosts, as whole HTTP responses."""

    count: int
    hosts: int
    size: Size = "real"
    corpus: tuple[Path, ...] = ()

    @cached_property
    def press(self) -> Press:
        """Who prints them."""
        return Press(pages=self.count, hosts=self.hosts)

    @cached_property
    def _files(self) -> Sequence[Path]:
        return sorted(path for folder in self.corpus for path in folder.glob("html/*.html.gz"))

    def response(self, host: str, target: str) -> bytes:
        """All bytes of the answer, body in gzip."""
        request = Request(method="GET", host=host, target=target, headers={"accept-encoding": "gzip"})
        reply = self.press.answer(int(host.removeprefix("press-").removesuffix(".example")), request, 1)
        if is_page(target) and reply.status == 200:
            reply = self._page(int(target.rpartition("/report-")[2].removesuffix(".html")), reply)
        return b"".join(message(replace(reply, validators=False), request, close=False, date=DATE)[1])

    def _page(self, number: int, reply: Reply) -> Reply:
        if self._files:
            body = gzip.decompress(self._files[number % len(self._files)].read_bytes())
            return replace(reply, body=body, headers=(("Content-Type", "text/html"),))
        return reply if self.size == "small" else html(grown(self.press, reply.body.decode(), number), coding="gzip")

    def describe(self) -> str:
        """In the words of the table."""
        if self._files:
            return f"{len(self._files)} real pages of {', '.join(folder.name for folder in self.corpus)}, in turns"
        return "made-up articles of " + ("about 9 kB" if self.size == "small" else "70 to 230 kB")


def is_page(target: str) -> bool:
    """An article, not one of the ways to it."""
    return "/report-" in target


def grown(press: Press, text: str, number: int) -> str:
    """The page with what real pages have around their text, and with as much text as they have."""
    chance = random.Random(f"benchmarks/{number}")
    wanted = chance.randrange(70_000, 230_000)
    more = press.truth(number + press.pages).text.split("\n\n")[:4]
    paragraphs = "".join(f'<p class="paragraph">{escape(paragraph, quote=False)}</p>\n' for paragraph in more)
    text = text.replace('</div>\n<div class="newsletter">', f'{paragraphs}</div>\n<div class="newsletter">', 1)
    teasers = "".join(_teaser(chance, item, wanted // 450) for item in range(chance.randrange(60, 150)))
    text = text.replace("<footer>", f'<section class="related-stream"><h3>Trending Now</h3>{teasers}</section><footer>', 1)
    left = wanted - len(text)
    style = "".join(_rule(chance) for _ in range(max(0, left // 4 // 55)))
    state = ",".join(
        f'"{chance.randrange(1 << 40):x}":{{"id":{chance.randrange(10**7)},"seen":false}}' for _ in range(max(0, left * 3 // 4 // 41))
    )
    return text.replace("</head>", f"<style>{style}</style><script>window.__STATE__={{{state}}}</script></head>", 1)


def _rule(chance: random.Random) -> str:
    return f".c{chance.randrange(10**6):x}{{margin:{chance.randrange(40)}px;color:#{chance.randrange(1 << 24):06x};display:flex}}\n"


def _teaser(chance: random.Random, item: int, size: int) -> str:
    """One of the boxes with a picture that leads elsewhere, of about `size` characters."""
    picture = f"/img/{chance.randrange(10**9)}"
    widths = ", ".join(f"{picture}-{width}.jpg {width}w" for width in range(320, 320 + 160 * max(1, (size - 250) // 28), 160))
    return (
        f'<div class="card c{item}"><a class="card__link" href="/other/{chance.randrange(10**6)}">'
        f'<img class="lazy" data-srcset="{widths}" alt=""><span class="card__kicker">Section {item % 9}</span>'
        f'<h4 class="card__title">Another report {chance.randrange(10**6)} from the region</h4></a></div>\n'
    )
