"""What pages do the tests of extraction read? Invented ones, built of parts."""

from __future__ import annotations

import json
from collections.abc import Sequence

SENTENCES = (
    "The bridge over the northern river was reopened on Tuesday, three weeks after it had been closed for repairs.",
    "Engineers said that the foundations had held, and that trains would run again before the end of the month.",
    "“We worked day and night, because the town has no other road to the hospital,” said Olha Marchenko, who leads the works.",
    "Residents had been taken across by boat since the beginning of September, when the water rose to its highest level in ten years.",
    "The council will decide next week whether the old pillars are to be replaced in spring, at a cost of four million.",
    "A spokesman of the railway declined to say when the second track, which was damaged as well, could be used again.",
)
TITLE = "Northern bridge reopens after three weeks"


def paragraphs(texts: Sequence[str] = SENTENCES) -> str:
    return "\n".join(f"<p>{text}</p>" for text in texts)


def page(
    body: str | None = None,
    *,
    title: str = TITLE,
    head: str = "",
    before: str = "",
    after: str = "",
    lang: str = "en",
    jsonld: object = None,
    h1: str | None = None,
) -> bytes:
    """A page with a headline, a body, and what stands around them."""
    script = f'<script type="application/ld+json">{json.dumps(jsonld, ensure_ascii=False)}</script>' if jsonld is not None else ""
    text = (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} - The Courier</title>'
        f'<meta property="og:site_name" content="The Courier">{head}{script}</head><body>'
        f'<nav><a href="/">Home</a><a href="/world">World</a></nav><main><article><h1>{h1 if h1 is not None else title}</h1>{before}'
        f'<div class="story-text">{paragraphs() if body is None else body}</div>{after}</article></main>'
        f"<footer><p>© 2024 The Courier. All rights reserved.</p></footer></body></html>"
    )
    return text.encode("utf-8")


NEWS = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2024-11-08T09:11:00+01:00",
    "author": {"@type": "Person", "name": "Ada Lind", "url": "/authors/ada-lind"},
}


def response(body: bytes, *, status: str = "200 OK", headers: str = "Content-Type: text/html; charset=utf-8\r\n") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body
