"""Which two pages differ without anybody having edited the article, and which two differ because somebody did? Invented pairs."""

from __future__ import annotations

from collections.abc import Callable

from tests.pipelines.pages import SENTENCES, page, paragraphs

Pair = tuple[bytes, bytes]
Builder = Callable[[], Pair]

SIDE = '<div class="row7"><div class="q1z"><h3>More</h3><ul>{}</ul></div></div>'


def both(build: Callable[[str], bytes], one: str, other: str) -> Pair:
    return build(one), build(other)


def inside(one: str, other: str) -> Pair:
    """Below the text, in the article's own element."""
    return both(lambda part: page(after=part), one, other)


def above(one: str, other: str) -> Pair:
    """Between headline and text."""
    return both(lambda part: page(before=part), one, other)


def line(one: str, other: str, *, at: Callable[[str, str], Pair]) -> Pair:
    """A line that is set as such lines are: a box of its own, no sentence."""
    return at(f'<div class="c4"><span>{one}</span></div>', f'<div class="c4"><span>{other}</span></div>')


def outside(one: str, other: str) -> Pair:
    """After the article's element."""
    return both(lambda part: page().replace(b"</main>", part.encode() + b"</main>"), one, other)


def foot(one: str, other: str) -> Pair:
    return both(lambda part: page().replace(b"<footer>", b"<footer>" + part.encode()), one, other)


def body(one: str, other: str) -> Pair:
    return both(lambda part: page(paragraphs() + part), one, other)


def links(*titles: str) -> str:
    return "".join(f'<li><a href="/{number}.html">{title}</a></li>' for number, title in enumerate(titles))


def teasers(*titles: str) -> str:
    return "".join(
        f'<div class="k9"><a href="/{title[:4]}">{title}</a><p>{title}: what happened, and what follows from it.</p></div>'
        for title in titles
    )


STORIES = (
    ("Ferry delayed by fog", "Council elects mayor", "School gets a new roof"),
    ("Storm nears coast", "Price of bread rises", "Bank robbed"),
)

INNOCENT: dict[str, Builder] = {
    "five minutes ago, in English": lambda: line("Updated 5 minutes ago", "Updated an hour ago", at=above),
    "five minutes ago, in German": lambda: line("Aktualisiert vor 5 Minuten", "Aktualisiert vor einer Stunde", at=above),
    "five minutes ago, in French": lambda: line("Publié il y a 5 minutes", "Publié il y a une heure", at=above),
    "five minutes ago, in Ukrainian": lambda: line("Оновлено 5 хвилин тому", "Оновлено годину тому", at=above),
    "five minutes ago, in Russian": lambda: line("Обновлено 5 минут назад", "Обновлено вчера", at=above),
    "five minutes ago, in Spanish": lambda: line("Actualizado hace 5 minutos", "Actualizado hace una hora", at=above),
    "five minutes ago, in Turkish": lambda: line("Güncellendi: 5 dakika önce", "Güncellendi: 1 saat önce", at=above),
    "five minutes ago, in Arabic": lambda: line("آخر تحديث منذ 5 دقائق", "آخر تحديث منذ ساعة", at=above),
    "five minutes ago, in Chinese": lambda: line("更新于5分钟前", "更新于2小时前", at=above),
    "five minutes ago, in Polish": lambda: line("Aktualizacja 5 minut temu", "Aktualizacja godzinę temu", at=above),
    "a time element": lambda: line("Updated <time>just now</time>", "Updated <time>earlier in the week</time>", at=above),
    "a counter in digits": lambda: line("312 comments on this story", "1 comment on this story", at=inside),
    "a counter in words": lambda: line("Twelve people are reading this", "Three hundred people are reading this", at=inside),
    "a counter that grows a unit": lambda: line("Read 999 times", "Read 1.2 thousand times", at=inside),
    "a count of shares": lambda: inside(
        '<div class="share-bar"><span>Shared by many.</span></div>', '<div class="share-bar"><span>Shared by nobody yet.</span></div>'
    ),
    "an advert": lambda: inside(
        '<div class="ad-slot"><p>Buy the best shoes in town, now.</p></div>', '<div class="ad-slot"><p>Fly south for the winter.</p></div>'
    ),
    "an advert that is gone": lambda: inside('<div class="sponsored"><p>Our partner has an offer for you today.</p></div>', ""),
    "most read": lambda: outside(
        f'<div class="most-read"><h3>Most read</h3><ul>{links(*STORIES[0])}</ul></div>',
        f'<div class="most-read"><h3>Most read</h3><ul>{links(*STORIES[1])}</ul></div>',
    ),
    "trending without links, in the article's element": lambda: inside(
        '<div class="trending"><h4>Trending</h4><p>The mayor resigns after the vote.</p></div>',
        '<div class="trending"><h4>Trending</h4><p>The bank was robbed at noon.</p></div>',
    ),
    "a box of links without a telling name": lambda: inside(SIDE.format(links(*STORIES[0])), SIDE.format(links(*STORIES[1]))),
    "teasers with sentences without a telling name": lambda: inside(
        f'<div class="z3">{teasers(*STORIES[0])}</div>', f'<div class="z3">{teasers(*STORIES[1])}</div>'
    ),
    "teasers for another reader": lambda: outside(
        f'<div data-v="a">{teasers(*STORIES[0])}</div>', f'<div data-v="b">{teasers(*STORIES[1])}</div>'
    ),
    "an unlinked box beside the article": lambda: outside(
        '<div class="u8"><p>The council met on the river bank.</p></div>', '<div class="u8"><p>A dog was found at the station.</p></div>'
    ),
    "recommended, in an aside": lambda: inside(
        "<aside><p>The school has a new roof now.</p></aside>", "<aside><p>The ferry did not sail today.</p></aside>"
    ),
    "a live ticker": lambda: inside(
        '<div class="live-ticker"><p>The minister arrives.</p></div>', '<div class="live-ticker"><p>The minister leaves again.</p></div>'
    ),
    "what a screen reader is told live": lambda: inside(
        '<div aria-live="polite"><p>Loading the latest.</p></div>', '<div aria-live="polite"><p>You are up to date.</p></div>'
    ),
    "comments": lambda: inside(
        '<section id="comments"><p>I do not believe a word of it.</p></section>',
        '<section id="comments"><p>I do not believe a word of it.</p><p>But I was there and saw it myself.</p></section>',
    ),
    "weather": lambda: outside('<div class="weather"><p>Sunny and dry.</p></div>', '<div class="weather"><p>Rain later on.</p></div>'),
    "weather in the article's element": lambda: inside(
        '<div class="weather-box"><p>Sunny and dry.</p></div>', '<div class="weather-box"><p>Rain later on.</p></div>'
    ),
    "currencies": lambda: inside(
        '<div class="currency"><p>Euro up against the dollar.</p></div>', '<div class="currency"><p>Euro down against the dollar.</p></div>'
    ),
    "a cookie banner": lambda: outside(
        '<div class="cookie-banner"><p>We and our partners store cookies on your device.</p></div>',
        '<div class="cookie-banner"><p>Your privacy matters to all of us here.</p></div>',
    ),
    "a newsletter box": lambda: inside('<div class="newsletter"><p>Get our news by mail, each morning.</p></div>', ""),
    "today's date at the top": lambda: both(
        lambda day: page().replace(b"<nav>", f"<div class='d2'>{day}</div><nav>".encode()), "Tuesday, November 24", "Wednesday, December 2"
    ),
    "today's date in the article's element": lambda: line("Today is Tuesday, 24 November", "Today is Friday, 1 December", at=above),
    "the year of the imprint": lambda: foot(
        "<p>Published by The Courier since 1902, 2024.</p>", "<p>Published by The Courier since 1902, 2025.</p>"
    ),
    "links of the foot": lambda: foot('<p><a href="/a">About</a> <a href="/b">Jobs</a></p>', '<p><a href="/a">About</a></p>'),
    "the menu": lambda: both(
        lambda part: page().replace(b"</nav>", part.encode() + b"</nav>"), '<a href="/war">War</a>', '<a href="/polls">Polls</a>'
    ),
    "markup, tokens and white space": lambda: both(
        lambda part: page(after=part),
        '<p data-token="1">Reporting by  our staff.</p>',
        '<p data-token="2"><span>Reporting</span> by our staff.</p>',
    ),
}

EDITS: dict[str, Builder] = {
    "a paragraph": lambda: body(
        "<p>The mayor said that the bridge was safe for all.</p>", "<p>The mayor said that the bridge was unsafe for all.</p>"
    ),
    "a paragraph more": lambda: body("", "<p>The mayor said that the bridge was safe for all who use it.</p>"),
    "a paragraph less": lambda: both(lambda count: page(paragraphs(SENTENCES[: int(count)])), "6", "5"),
    "a list item": lambda: body(
        "<p>What was found by the engineers so far:</p><ul><li>two cracks in the northern pillar</li><li>rust on the chains</li></ul>"
        "<p>The work goes on until the end of the year, they said.</p>",
        "<p>What was found by the engineers so far:</p><ul><li>no cracks in the northern pillar</li><li>rust on the chains</li></ul>"
        "<p>The work goes on until the end of the year, they said.</p>",
    ),
    "the headline": lambda: both(lambda title: page(title=title), "Northern bridge reopens", "Northern bridge stays closed"),
    "a caption": lambda: above(
        "<figure><img src='/a.jpg'><figcaption>The bridge seen from the north</figcaption></figure>",
        "<figure><img src='/a.jpg'><figcaption>The bridge seen from the south</figcaption></figure>",
    ),
    "a correction below the text": lambda: inside("", "<p>Correction: an earlier version of this article misstated the cost.</p>"),
    "a correction in a box of its own": lambda: inside(
        "", '<div class="x1"><p><em>Correction, 9 November: an earlier version misspelt the name of the engineer.</em></p></div>'
    ),
    "a correction in German": lambda: inside("", "<p>Korrektur: In einer früheren Fassung stand ein falscher Betrag.</p>"),
    "a correction in Chinese": lambda: inside("", "<p>更正：11月8日的报道中工程师的姓名有误。</p>"),
    "a correction below the article's element of text": lambda: inside(
        '<div class="note"><p>The story was first published by our partner.</p></div>',
        '<div class="note"><p>The story was first published by our office in Lviv.</p></div>',
    ),
    "a note above the text": lambda: above("", "<p>This story was rewritten after the council had answered.</p>"),
    "a correction with a link": lambda: inside(
        "", '<p>Correction: an earlier version misstated the cost; see <a href="/report">the report</a> of the council.</p>'
    ),
    "the imprint": lambda: foot("<p>The Courier is published by Lind and Sons.</p>", "<p>The Courier is published by Marchenko Media.</p>"),
}
