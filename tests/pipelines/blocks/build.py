"""How is a page of the tables built: a wall, a bare answer, or an article? All text is ours."""

from __future__ import annotations

import json
from dataclasses import dataclass

URL = "https://www.courier.example/2026/05/northern-bridge"
HTML = ("Content-Type", "text/html; charset=utf-8")
SENTENCES = (
    "Engineers opened the northern bridge on Monday after two years of repairs that cost the county more than eleven million euros.",
    "The first train crossed the river shortly before seven, watched by some two hundred people who had come in spite of the rain.",
    "“We had stopped believing in it,” said the harbour master, who has worked beside the closed bridge since the spring of 2024.",
    "A second track is to follow next summer, if the ministry confirms the money that it had promised before the election.",
    "Boats may pass again from Thursday, but only at night and with a pilot, the port authority said in a short notice.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One answer and what it should be called; null for none."""

    name: str
    html: str
    expected: str | None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    url: str = URL
    requested_url: str | None = None
    verdict: str | None = None
    """Of `extract`, where it is not the block's name; for an innocent page `article` if null."""

    @property
    def all_headers(self) -> list[tuple[str, str]]:
        typed = any(field.lower() == "content-type" for field, _ in self.headers)
        return [*self.headers] if typed else [HTML, *self.headers]


def wall(title: str, *pieces: str, head: str = "", script: str = "") -> str:
    """A page of a few pieces of text, each a paragraph unless it is markup."""
    body = "".join(piece if piece.startswith("<") else f"<p>{piece}</p>" for piece in pieces)
    code = f"<script>{script}</script>" if script else ""
    return f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}{code}</body></html>"


def article(
    title: str = "Northern bridge opens after two years",
    sentences: tuple[str, ...] = SENTENCES,
    *,
    before: str = "",
    after: str = "",
    head: str = "",
    marked: bool = True,
) -> str:
    """A news page; `before` and `after` stand around the text in the body."""
    claim = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "datePublished": "2026-05-04T07:30:00+02:00"}
    data = f'<script type="application/ld+json">{json.dumps(claim)}</script><meta property="og:type" content="article">' if marked else ""
    text = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{title} | The Courier</title>{data}{head}</head><body>"
        "<header><nav><a href=/>Front page</a> <a href=/world>World</a> <a href=/sport>Sport</a></nav></header>"
        f"{before}<main><article><h1>{title}</h1><div class=text>{text}</div></article></main>{after}"
        "<footer><a href=/imprint>Imprint</a> <a href=/privacy>Privacy policy</a> <a href=/cookies>Cookies</a></footer></body></html>"
    )


def site(title: str, *pieces: str, links: int = 12) -> str:
    """A page in the site's own dress: header, links to stories, footer."""
    stories = "".join(f"<li><a href=/story-{n}>Council votes on the harbour plan, part {n}</a></li>" for n in range(links))
    body = "".join(piece if piece.startswith("<") else f"<p>{piece}</p>" for piece in pieces)
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body><header><nav><a href=/>Front page</a> "
        f"<a href=/world>World</a></nav></header><main>{body}</main><aside><ul>{stories}</ul></aside><footer><a href=/privacy>Privacy</a>"
        "</footer></body></html>"
    )
