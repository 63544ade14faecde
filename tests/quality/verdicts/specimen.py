"""What is one labelled page, and of which parts are those of our own writing built?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.quality.verdicts.dresses import Plain, data, og
from tests.quality.verdicts.words import Words

SITE = "https://www.courier.example"
HTML = ("Content-Type", "text/html; charset=utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """One answer and what it is."""

    name: str
    html: str
    verdict: str
    lang: str = "en"
    url: str = f"{SITE}/2026/05/northern-bridge"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (HTML,)
    requested_url: str | None = None


def news(words: Words, title: str, *, kind: str = "NewsArticle", more: Mapping[str, Any] | None = None) -> str:
    """What an article's head says of itself."""
    node = {
        "@context": "https://schema.org",
        "@type": kind,
        "headline": title,
        "datePublished": "2026-05-04T07:30:00+02:00",
        "inLanguage": words.lang,
    }
    return (
        data({**node, **(more or {})})
        + og("article", title)
        + '<meta property="article:published_time" content="2026-05-04T07:30:00+02:00">'
    )


def story(
    dress: Plain,
    words: Words,
    *,
    count: int = 6,
    title: str | None = None,
    before: str = "",
    after: str = "",
    head: str | None = None,
    sentences: Sequence[str] | None = None,
) -> str:
    """A news page; `head` null: marked as an article; `""`: without marks."""
    title = title or words.title
    text = sentences if sentences is not None else words.sentences[:count]
    inner = before + "".join(map(dress.para, text)) + after
    return dress.page(words, title, dress.story(title, inner), head=news(words, title) if head is None else head)


def listing(
    dress: Plain, words: Words, title: str, *, count: int = 10, texts: bool = False, times: bool = False, head: str = "", intro: str = ""
) -> str:
    """A page of teasers."""
    teasers = [
        dress.teaser(
            number,
            words.headlines[number % len(words.headlines)],
            words.sentences[number % len(words.sentences)] if texts else "",
            f"{16 - number // 3:02}:{(59 - 7 * number) % 60:02}" if times else "",
        )
        for number in range(count)
    ]
    return dress.page(words, title, f"<h1>{title}</h1>{intro}{dress.list_of(teasers)}", head=head)


def live(
    dress: Plain,
    words: Words,
    title: str,
    *,
    count: int = 8,
    head: str = "",
    lead: bool = True,
    stamps: bool = True,
    per: int = 2,
    titles: bool = True,
) -> str:
    """A page whose entries are told from the newest to the oldest."""
    entries = []
    for number in range(count):
        hour, minute = 16 - (number * 23) // 60, (58 - number * 23) % 60
        paragraphs = [words.sentences[(number + step) % len(words.sentences)] for step in range(per)]
        stamp = f"2026-05-04T{hour:02}:{minute:02}:00+02:00" if stamps else ""
        entries.append(
            dress.entry(
                number, f"{hour:02}:{minute:02}", stamp, words.headlines[number % len(words.headlines)] if titles else "", paragraphs
            )
        )
    inner = (dress.lead(words.sentences[0]) if lead else "") + "".join(entries)
    return dress.page(words, title, dress.story(title, "".join(entries) if dress.name == "table" else inner), head=head)
