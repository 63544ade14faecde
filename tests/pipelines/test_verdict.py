"""Is a response called what it is, and a real article never refused?"""

from __future__ import annotations

import pytest

from archive.article import Article, NotAnArticle
from pipelines.extract import extract, extract_task
from tests.pipelines.pages import NEWS, SENTENCES, TITLE, page, paragraphs, response

URL = "https://www.courier.example/2024/northern-bridge"


def _verdict(html: bytes, *, url: str = URL, **options: object) -> str:
    return extract(html, url, **{"content_type": "text/html", **options}).verdict  # type: ignore[arg-type]


def test_three_short_sentences_are_an_article() -> None:
    short = paragraphs(["The bridge is open again.", "Trains run from Monday.", "Boats stop on Sunday."])
    assert _verdict(page(short, jsonld=NEWS)) == "article"
    assert _verdict(page(paragraphs(SENTENCES[:2]))) == "article"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7\n...", "application/pdf"),
        (b"%PDF-1.7\n...", "text/html"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b'{"a": "<html>"}', "application/json"),
        (b"just words", "text/plain"),
        (b"<?xml version='1.0'?><rss version='2.0'></rss>", "application/rss+xml"),
    ],
)
def test_what_is_no_html_is_not_parsed(body: bytes, content_type: str) -> None:
    assert _verdict(body, content_type=content_type) == "not_html"


def test_html_without_a_content_type_is_html() -> None:
    assert _verdict(page(), content_type=None) == "article"
    assert _verdict(page(), content_type="application/octet-stream") == "article"


@pytest.mark.parametrize("body", [b"", b"  \n", b"<html><body></body></html>", b"<html><body><script>render()</script></body></html>"])
def test_a_page_without_text_is_empty(body: bytes) -> None:
    assert _verdict(body) == "empty"


def test_an_error_status_is_an_error_whatever_the_page_shows() -> None:
    assert _verdict(page(), status=404) == "error"
    assert _verdict(b"", status=500) == "error"


def test_a_page_that_is_not_there_with_status_200_is_a_soft_404() -> None:
    html = page("<p>We could not find what you were looking for. Try the search, or go back to the front page.</p>", title="Page not found")
    assert _verdict(html) == "soft_404"


def test_an_article_about_a_missing_page_is_an_article() -> None:
    assert _verdict(page(title="Page not found: how the ministry lost its archive", jsonld=NEWS)) == "article"


def test_a_challenge_is_named_also_when_it_comes_with_403() -> None:
    html = b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser</p></body></html>"
    assert _verdict(html) == "bot_challenge"
    assert _verdict(html, status=403) == "bot_challenge"
    script = (
        b'<html><head><title>courier.example</title></head><body><script src="https://geo.captcha-delivery.com/c.js"></script>'
        b"<p>Please enable JS</p></body></html>"
    )
    assert _verdict(script, status=403) == "bot_challenge"


def test_a_consent_page_is_no_article_and_an_article_on_cookies_is() -> None:
    text = "We use cookies and need your consent to go on. You can change your privacy settings and withdraw your consent at any time."
    assert (
        _verdict(page(f"<p>{text}</p>", title="Your privacy settings and cookies"), url="https://consent.courier.example/collect?id=1")
        == "consent"
    )
    assert _verdict(page(title="Court rules on cookies", jsonld=NEWS)) == "article"


def _listing(count: int) -> bytes:
    cards = "".join(
        f'<div class="card"><h2><a href="/story-{number}">Headline number {number} tells of another event in the north</a></h2></div>'
        for number in range(count)
    )
    return page(cards, title="North")


def test_a_list_of_headlines_is_a_section() -> None:
    assert _verdict(_listing(20), url="https://www.courier.example/north/") == "section"
    assert _verdict(_listing(8), url="https://www.courier.example/") == "section"


def test_an_article_with_many_links_around_it_is_an_article() -> None:
    cards = "".join(
        f'<li><a href="/story-{number}">Headline number {number} tells of another event in the north</a></li>' for number in range(40)
    )
    assert _verdict(page(after=f"<h2>More</h2><ul>{cards}</ul>", jsonld=NEWS)) == "article"
    assert _verdict(page(after=f"<h2>More</h2><ul>{cards}</ul>")) == "article"


def test_a_stub_behind_a_paywall_is_kept_as_one_and_a_long_beginning_is_an_article_that_says_so() -> None:
    locked = {**NEWS, "isAccessibleForFree": False}
    assert _verdict(page(paragraphs(SENTENCES[:1]), jsonld=locked)) == "paywall_stub"
    made = extract(page(jsonld=locked), URL, content_type="text/html")
    assert isinstance(made, Article)
    assert made.verdict_reasons == ["the page says that it is not free; the text may be cut"]


def test_a_live_blog_is_kept_as_one() -> None:
    made = extract(page(jsonld={**NEWS, "@type": "LiveBlogPosting"}), URL, content_type="text/html")
    assert isinstance(made, Article)
    assert made.verdict == "live_blog"


def test_too_little_text_is_named_with_its_size() -> None:
    made = extract(page("<p>The bridge is open again for all trains now.</p>"), URL, content_type="text/html")
    assert isinstance(made, NotAnArticle)
    assert (made.verdict, made.title) == ("too_short", TITLE)
    assert "44 characters" in made.reasons[0]


def test_a_damaged_body_is_said_in_the_record() -> None:
    whole = response(page(jsonld=NEWS))
    result = extract_task(whole[:-20], url=URL)
    assert result["article"]["verdict_reasons"] == ["the body is not complete; the text may be cut"]


@pytest.mark.parametrize(
    ("payload", "verdict"),
    [
        (b"no status line", "error"),
        (response(b"\x28\xb5\x2f\xfd...", headers="Content-Type: text/html\r\nContent-Encoding: zstd\r\n"), "extraction_failed"),
        (response(b"", status="500 No"), "error"),
        (response(b""), "empty"),
    ],
)
def test_a_task_that_cannot_read_its_response_says_why(payload: bytes, verdict: str) -> None:
    result = extract_task(payload, url=URL)
    assert result["not_article"]["verdict"] == verdict
    assert result["not_article"]["reasons"]
