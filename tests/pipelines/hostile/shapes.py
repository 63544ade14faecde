"""Which pages do harm, how large are they, and what stands in them that must come out all the same?

Each function makes one page. `ARTICLE` are the sentences of a true article: a page is given `before` and `after` what does harm, so that a
test can ask for the text behind the harm.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable

from tests.pipelines.pages import SENTENCES, TITLE, paragraphs

BEFORE, AFTER = SENTENCES[:3], SENTENCES[3:]
ARTICLE = SENTENCES
Shape = Callable[[int], bytes]


def around(harm: str, *, head: str = "", root: str = "", raw: bytes = b"") -> bytes:
    """An article with something in its middle; `raw` bytes go behind `harm` as they are."""
    start = (
        f'<!DOCTYPE html><html lang="en"{root}><head><meta charset="utf-8"><title>{TITLE} - The Courier</title>'
        f'<meta property="og:type" content="article">{head}</head><body><article><h1>{TITLE}</h1><div>{paragraphs(BEFORE)}{harm}'
    )
    end = f"{paragraphs(AFTER)}</div></article></body></html>"
    return start.encode("utf-8", "surrogatepass") + raw + end.encode()


def nested(opening: str, depth: int, closing: str = "", *, inner: str = "") -> bytes:
    """`opening` so many times, then `inner`, then `closing` so many times."""
    return around(f"{opening * depth}{inner}{closing * depth}")


# -- attributes


def attributes(number: int, *, value: str = '"x"') -> bytes:
    """One tag with so many."""
    return around(f"<p {' '.join(f'a{count}={value}' for count in range(number))}>" + "Between them.</p>")


def attributes_that_hold_the_end_of_a_tag(number: int) -> bytes:
    return attributes(number, value='"<b>"')


def tags_with_attributes(number: int, each: int = 60) -> bytes:
    """So many tags in all, each with as many attributes as the page has room for."""
    few = " ".join(f"d{count}" for count in range(each))
    return around(f"<i {few}></i>" * number)


def tags_just_below_every_limit(number: int, each: int = 4_000) -> bytes:
    many = " ".join(f"{count:x}" for count in range(each))
    return around(f"<i {many}></i>" * number)


def a_class_of(size: int) -> bytes:
    return around(f'<div class="{"story " * (size // 6)}">Between them.</div>')


def class_names(number: int) -> bytes:
    return around("".join(f'<b class="nav-{count} share{count}x">x</b>' for count in range(number)))


def names_of_tags(number: int) -> bytes:
    return around("".join(f"<t{count} u{count}=1></t{count}>" for count in range(number)))


def a_name_of(size: int) -> bytes:
    return around(f"<{'x' * size} {'y' * size}=1>Between them.</{'x' * size}>")


def nul_in_names(number: int) -> bytes:
    return around('<p da\x00ta="1" \x00="2" cl\x00ass="nav">Between them.</p>' * number)


# -- many


def siblings(number: int, *, tag: str = "i") -> bytes:
    return around(f"<{tag}>x</{tag}>" * number)


def line_breaks(number: int) -> bytes:
    return around("<br>" * number)


def rows(number: int) -> bytes:
    return around(f"<table>{'<tr><td>1<td>2' * number}</table>")


def links(number: int) -> bytes:
    return around("".join(f'<a href="/{count}">Read also: story number {count}</a> ' for count in range(number)))


def images(number: int) -> bytes:
    return around("".join(f'<figure><img src="/{count}.jpg"><figcaption>Photo: {count}</figcaption></figure>' for count in range(number)))


def times(number: int) -> bytes:
    return around('<time datetime="2024-11-08T09:11">8 Nov 2024 09:11</time> ' * number)


def metas(number: int) -> bytes:
    names = ("og:title", "author", "article:published_time", "keywords", "og:image", "description")
    return around("", head="".join(f'<meta property="{names[count % 6]}" content="value {count}">' for count in range(number)))


def a_meta_of(size: int, name: str = "description") -> bytes:
    return around("", head=f'<meta name="{name}" content="{"word, " * (size // 6)}">')


def head_links(number: int) -> bytes:
    return around("", head="".join(f'<link rel="alternate stylesheet canonical" href="/{count}">' for count in range(number)))


def entities(number: int, *, entity: str = "&amp;") -> bytes:
    return around(f"<p>{entity * number}</p>")


def a_paragraph_of(size: int, *, word: str = "The bridge was open. ") -> bytes:
    return around(f"<p>{word * (size // len(word.encode()))}</p>")


def a_word_of(size: int) -> bytes:
    return around(f"<p>{'a' * size}</p>")


def dates(size: int) -> bytes:
    return around(
        "".join(f"<p>{8 + count % 20} November 2024, 09:{count % 60:02}, 3/4/2024 9:11 AM CET</p>" for count in range(size // 52))
    )


# -- JSON-LD


def ld(text: str) -> bytes:
    return around("", head=f'<script type="application/ld+json">{text}</script>')


def ld_of(size: int) -> bytes:
    return ld(json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": "Word by word. " * (size // 14)}))


def ld_nested(depth: int) -> bytes:
    return ld('{"@graph":[' * depth + "]}" * depth)


def ld_nodes(number: int) -> bytes:
    return ld("[" + ",".join('{"@type":"Person"}' for _ in range(number)) + "]")


def ld_broken(number: int, *, part: str = '"author":[{"name":"x","@type":') -> bytes:
    return ld("{" + part * number)


# -- what is not closed


def unclosed(tag: str, size: int) -> bytes:
    return around(f"<{tag}>" + "Never closed. " * (size // 14))


def comments(number: int, *, opening: str = "<!-- a --", closing: str = ">") -> bytes:
    return around((opening + closing) * number)


def openings(number: int, *, text: str = "<") -> bytes:
    return around(text * number)


# -- characters


def characters(text: str, number: int = 1) -> bytes:
    return around(f"<p>{text * number}</p>")


def octets(raw: bytes, number: int = 1) -> bytes:
    return around("", raw=b"<p>" + raw * number + b"</p>")


# -- what makes regular expressions slow: the same again and again, in every place that is looked at closely

PARTS = (
    *" a1A-–.,:;/|(<=\"'\\&@#\n\t_é年م٣",
    *(
        "a ",
        "1 ",
        "a.",
        "1.",
        " -",
        " |",
        ", ",
        "a,",
        "1:",
        "-a",
        "\n ",
        'a="',
        '\\"',
        "A.",
        "Aa",
        "a1",
        "1/",
        "a@",
        " ,",
        "((",
        "()",
        "by ",
        "and ",
    ),
    *("by - ", "Photo: ", "8 Nov ", "updated ", '{"a":', "&amp;", "http://", "www.", "9:11 ", "2024-", "von ", "A B, "),
)


def everywhere(part: str, size: int) -> bytes:
    """The part so often that it makes up `size` characters, wherever a page states its title, authors, dates, section or topics."""
    many = html.escape(part * (size // len(part)))
    metas = "author description keywords article:section article:published_time og:title og:site_name dc.date twitter:creator news_keywords"
    ld = {
        "@type": "NewsArticle",
        **dict.fromkeys(("headline", "description", "articleSection", "keywords", "datePublished", "inLanguage", "url"), part * 200),
        "author": {"@type": "Person", "name": part * 200},
    }
    head = "".join(f'<meta name="{name}" property="{name}" content="{many}">' for name in metas.split())
    return around(
        f'<p class="byline">By {many}</p><p class="byline">{many}</p><a rel="author" href="/a">{many}</a>'
        f'<time datetime="{many}">{many}</time>'
        f"<h1>{many}</h1><h2>{many}</h2><p>{many}</p><p>{many}.</p><li>{many}</li>"
        f"<figure><img src=x><figcaption>{many}</figcaption></figure>",
        head=head + f"<script type='application/ld+json'>{json.dumps(ld)}</script><title>{many}</title>",
        root=f' class="{many}"',
    )
