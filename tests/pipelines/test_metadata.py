"""Is what the page says of its article gathered, split and reconciled?"""

from __future__ import annotations

import json

import pytest

from archive.article import Article
from pipelines.authors import split
from pipelines.extract import extract
from pipelines.language import choose, tag
from tests.pipelines.pages import NEWS, SENTENCES, TITLE, page

URL = "https://www.courier.example/2024/northern-bridge"


def _article(html: bytes, **options: object) -> Article:
    made = extract(html, URL, content_type="text/html", **options)  # type: ignore[arg-type]
    assert isinstance(made, Article), made
    return made


def _script(text: str) -> bytes:
    return page(head=f'<script type="application/ld+json">{text}</script>')


GRAPH = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "The Courier"},
        {"@id": "#ada", "@type": "Person", "name": "Ada Lind"},
        {**NEWS, "@type": ["Article", "NewsArticle"], "author": [{"@id": "#ada"}]},
    ],
}
NESTED = {"@type": "WebPage", "mainEntity": {**NEWS, "author": ["Ada Lind"]}}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(NEWS),
        json.dumps([{"@type": "BreadcrumbList"}, NEWS]),
        json.dumps(GRAPH),
        json.dumps(NESTED),
        json.dumps({"@type": "Organization", "name": "The Courier"}) + "\n" + json.dumps(NEWS),
        f"<!-- {json.dumps(NEWS)} -->",
        f"//<![CDATA[\n{json.dumps(NEWS)}\n//]]>",
        json.dumps(NEWS)[:-1] + ",}",
        json.dumps(NEWS).replace("after three", "after\nthree"),
        '{"@type": "NewsArticle", "headline": "'
        + TITLE
        + '", "datePublished": "2024-11-08T09:11:00+01:00", "author": {"name": "Ada Lind"}, "description": "an "unescaped" quote"}',
    ],
    ids=["plain", "array", "graph", "nested", "two in one", "comment", "cdata", "trailing comma", "line break", "broken"],
)
def test_json_ld_is_read_as_sites_write_it(text: str) -> None:
    article = _article(_script(text))
    assert [author.name for author in article.authors] == ["Ada Lind"]
    assert article.date_published == "2024-11-08T09:11:00+01:00"
    assert article.title == TITLE


def test_an_article_in_a_list_of_others_is_not_taken_for_this_one() -> None:
    listed = {
        "@type": "ItemList",
        "itemListElement": [{"@type": "NewsArticle", "headline": "Another story", "author": {"name": "Somebody Else"}}],
    }
    article = _article(page(jsonld=[listed, NEWS]))
    assert [author.name for author in article.authors] == ["Ada Lind"]
    assert article.title == TITLE


def test_json_nested_a_hundred_thousand_deep_is_passed_over() -> None:
    assert _article(_script("[" * 100_000)).title == TITLE


@pytest.mark.parametrize(
    ("joined", "names"),
    [
        ("By Ada Lind and John Roe", ["Ada Lind", "John Roe"]),
        ("Von Anna Müller, Jan Weiß und Eva Groß", ["Anna Müller", "Jan Weiß", "Eva Groß"]),
        ("Ada Lind; John Roe", ["Ada Lind", "John Roe"]),
        ("Par Jeanne Petit (envoyée spéciale)", ["Jeanne Petit"]),
        ("Ada Lind, BBC correspondent in Kyiv", ["Ada Lind"]),
        ("Martin King, Jr.", ["Martin King, Jr."]),
        ("https://www.facebook.com/courier", []),
        ("@adalind", []),
        ("admin", []),
        ("Олена Коваль та Іван Шевчук", ["Олена Коваль", "Іван Шевчук"]),
    ],
)
def test_joined_names_are_parted_and_what_is_no_name_is_dropped(joined: str, names: list[str]) -> None:
    assert split(joined) == names


def test_authors_are_named_once_with_their_page() -> None:
    article = _article(
        page(jsonld={**NEWS, "author": [NEWS["author"], {"name": "By Ada Lind"}, {"@type": "Organization", "name": "The Courier"}]})
    )
    assert [(author.name, author.url) for author in article.authors] == [("Ada Lind", "https://www.courier.example/authors/ada-lind")]


def test_without_claims_the_visible_byline_and_date_line_are_read() -> None:
    article = _article(page(before='<p class="x1">Written by Ada Lind</p><p class="x2">Nov.08 - 2024 9:11 AM CET</p>'))
    assert [author.name for author in article.authors] == ["Ada Lind"]
    assert article.date_published == "2024-11-08T09:11:00+01:00"
    assert [(claim.source, claim.raw) for claim in article.dates] == [("visible", "Nov.08 - 2024 9:11 AM CET")]


def test_every_claim_of_a_date_is_kept_and_the_best_is_chosen() -> None:
    head = (
        '<meta property="article:published_time" content="2024-11-08">'
        '<meta property="article:modified_time" content="2024-11-09T10:00:00Z">'
    )
    announcement = {
        "type": "feed",
        "url": "https://www.courier.example/feed",
        "seen_at": "2024-11-10T00:00:00+00:00",
        "published": "Fri, 08 Nov 2024 09:00:00 +0100",
    }
    article = _article(
        page(head=head, jsonld=NEWS),
        announcement=announcement,
        last_modified="Sun, 10 Nov 2024 00:00:00 GMT",
        captured_at="2024-11-10T12:00:00+00:00",
    )
    claims = {(claim.source, claim.kind): claim.value for claim in article.dates}
    assert claims == {
        ("json-ld:datePublished", "published"): "2024-11-08T09:11:00+01:00",
        ("meta:article:published_time", "published"): "2024-11-08",
        ("meta:article:modified_time", "modified"): "2024-11-09T10:00:00+00:00",
        ("feed", "published"): "2024-11-08T09:00:00+01:00",
        ("http:last-modified", "modified"): "2024-11-10T00:00:00+00:00",
    }
    assert (article.date_published, article.date_modified) == ("2024-11-08T09:11:00+01:00", "2024-11-09T10:00:00+00:00")


def test_last_modified_alone_dates_nothing() -> None:
    article = _article(page(), last_modified="Sun, 10 Nov 2024 00:00:00 GMT")
    assert (article.date_published, article.date_modified, len(article.dates)) == (None, None, 1)


def test_a_missing_zone_is_the_sources_and_said_or_stays_missing() -> None:
    html = page(jsonld={**NEWS, "datePublished": "2024-07-08T09:11:00"})
    without, with_zone = _article(html), _article(html, timezone="Europe/Copenhagen")
    assert (without.date_published, without.dates[0].source) == ("2024-07-08T09:11:00", "json-ld:datePublished")
    assert (with_zone.date_published, with_zone.dates[0].source) == (
        "2024-07-08T09:11:00+02:00",
        "json-ld:datePublished;zone=Europe/Copenhagen",
    )


def test_a_date_after_the_capture_is_kept_as_a_claim_and_not_chosen() -> None:
    head = '<meta property="article:published_time" content="2024-11-08T10:00:00Z">'
    article = _article(page(head=head, jsonld={**NEWS, "datePublished": "2031-01-01T00:00:00Z"}), captured_at="2024-11-08T12:00:00+00:00")
    assert article.date_published == "2024-11-08T10:00:00+00:00"
    assert "2031-01-01T00:00:00+00:00" in [claim.value for claim in article.dates]


def test_a_date_that_cannot_be_read_is_kept_as_it_was_written() -> None:
    article = _article(page(jsonld={**NEWS, "datePublished": "last Tuesday"}))
    assert [(claim.raw, claim.value) for claim in article.dates] == [("last Tuesday", None)]
    assert article.date_published is None


@pytest.mark.parametrize("shown", [f"{TITLE} - The Courier", f"{TITLE} | The Courier", f"{TITLE} – courier.example"])
def test_the_title_does_not_name_the_site(shown: str) -> None:
    assert _article(page(title=TITLE, head=f'<meta property="og:title" content="{shown}">')).title == TITLE


def test_the_other_fields_are_found() -> None:
    head = (
        '<link rel="canonical" href="/2024/northern-bridge"><meta name="robots" content="noarchive">'
        '<meta property="article:section" content="Local">'
        '<meta property="article:tag" content="Bridges"><meta property="article:tag" content="Railways, bridges">'
        '<meta name="description" content="The river can be crossed again.">'
        '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">'
    )
    figure = (
        '<figure><img src="/img/1.jpg"><figcaption>The bridge on Tuesday <span class="credit">Photo: Ada Lind</span></figcaption></figure>'
    )
    article = _article(page(head=head, before=figure, jsonld={**NEWS, "isAccessibleForFree": "True"}))
    assert article.canonical_url == URL
    assert (article.robots, article.section, article.keywords) == ("noarchive", "Local", ["Bridges", "Railways"])
    assert (article.description, article.license) == ("The river can be crossed again.", "https://creativecommons.org/licenses/by/4.0/")
    assert article.is_accessible_for_free is True
    assert [(image.url, image.caption, image.credit) for image in article.images] == [
        ("https://www.courier.example/img/1.jpg", "The bridge on Tuesday", "Photo: Ada Lind")
    ]
    assert article.site_name == "The Courier"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("en_US", "en-US"),
        ("DE", "de"),
        ("iw", "he"),
        ("ua", "uk"),
        ("English", "en"),
        ("utf-8", None),
        ("x-default", None),
        ("zh-hans-cn", "zh-Hans-CN"),
    ],
)
def test_language_tags_are_bcp_47(stated: str, expected: str | None) -> None:
    assert tag(stated) == expected


def test_a_language_that_the_text_contradicts_is_not_believed() -> None:
    ukrainian = "Міст через річку відкрили у вівторок, і він не був закритий так довго, як це вважали на початку вересня. " * 4
    english = " ".join(SENTENCES)
    assert choose(ukrainian, ["en"]) == "uk"
    assert choose(ukrainian, ["ru-RU", "uk"]) == "uk"
    assert choose(english, ["de", "en-GB"]) == "en-GB"
    assert choose(english, [], ["en"]) == "en"
    assert choose("Kurz.", ["de"]) == "de"
    assert choose("12:30", []) is None
