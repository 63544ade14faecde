"""Do the kinds of page keep to their bounds: what the labelled pages of tests/quality/verdicts do not ask one by one?"""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from archive.article import Article
from pipelines import kindwords as words
from pipelines.extract import extract
from pipelines.verdict import RECORDS, Judgement
from tests.pipelines.pages import NEWS, SENTENCES, page, paragraphs

URL = "https://www.courier.example/2026/05/northern-bridge"
FILM = '<script type="application/ld+json">{"@type": "VideoObject", "name": "x"}</script><meta property="og:type" content="video.other">'
PLAYER = "<video controls src=/v.mp4></video>"


def _made(html: bytes, *, url: str = URL) -> tuple[str, list[str]]:
    made = extract(html, url, content_type="text/html")
    return made.verdict, made.verdict_reasons if isinstance(made, Article) else made.reasons


def test_records_are_made_of_articles_live_blogs_and_stubs_alone() -> None:
    assert sorted(RECORDS) == ["article", "live_blog", "paywall_stub"]
    assert Judgement(verdict="paywall_stub").is_article
    assert not Judgement(verdict="video").is_article


def test_a_film_with_a_caption_is_a_film_and_one_with_a_report_is_an_article() -> None:
    verdict, reasons = _made(page(paragraphs(SENTENCES[:1]), before=PLAYER, head=FILM))
    assert (verdict, bool(reasons and reasons[0])) == ("video", True)
    assert _made(page(before=PLAYER, head=FILM))[0] == "article"


def test_a_player_in_a_script_makes_no_film_of_short_news() -> None:
    script = "<script>var settings={player:'jwplayer',embed:'https://www.youtube.com/embed/'}</script>"
    assert _made(page(paragraphs(SENTENCES[:2]), after=script))[0] == "article"


def test_a_stub_has_its_beginning_as_text_and_says_why_it_is_one() -> None:
    wall = "<div class=gate><p>Subscribe to continue reading.</p></div>"
    made = extract(page(paragraphs(SENTENCES[:2]), after=wall, jsonld={**NEWS, "isAccessibleForFree": False}), URL)
    assert isinstance(made, Article)
    assert (made.verdict, made.is_accessible_for_free) == ("paywall_stub", False)
    assert made.text.startswith(SENTENCES[0])
    assert "not free" in made.verdict_reasons[0]


@pytest.mark.parametrize(("left", "verdict"), [("57 %", "paywall_stub"), ("99 %", "article")])
def test_what_a_wall_says_is_left_must_be_possible(left: str, verdict: str) -> None:
    below = f"<p>Il vous reste {left} de cet article à lire.</p>"
    text = paragraphs([f"{one} {other}" for one, other in pairwise(SENTENCES)])
    assert _made(page(text, after=below, jsonld=NEWS))[0] == verdict


def test_a_round_up_of_links_is_an_article_also_without_marks() -> None:
    items = "".join(f'<p><a href="/2026/05/story-{n}">{sentence[:60]}</a> {sentence}</p>' for n, sentence in enumerate(SENTENCES))
    assert _made(page(items))[0] == "article"


def test_hours_of_an_agenda_make_no_live_blog() -> None:
    agenda = "".join(f"<li>{hour}:00 The council meets in room {hour}</li>" for hour in range(9, 15))
    assert _made(page(paragraphs() + f"<ul>{agenda}</ul>", jsonld=NEWS))[0] == "article"


@pytest.mark.parametrize(
    "pattern",
    [value for name, value in vars(words).items() if hasattr(value, "search") and name.isupper()],
    ids=lambda value: value.pattern[:24],
)
def test_no_pattern_is_slow_on_long_text(pattern: object) -> None:
    begun = time.process_time()
    for piece in ("aa-", "/a", "subscribe to ", "live ", "in ", "<iframe ", "class='", "0 ", "photo-", "للمشتركين "):
        pattern.search(piece * (60_000 // len(piece)))  # type: ignore[attr-defined]
    assert time.process_time() - begun < 2.0
