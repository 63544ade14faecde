"""Is what else the page says read: section, keywords, description, licence, access, address?"""

from __future__ import annotations

import pytest

from pipelines import metadata
from tests.pipelines.pages import NEWS, page
from tests.pipelines.said import read

HOME = {"@type": "ListItem", "position": 1, "name": "Home", "item": "https://www.courier.example/"}
WORLD = {"@type": "ListItem", "position": 2, "item": {"@id": "https://www.courier.example/world", "name": "World"}}
SELF = {"@type": "ListItem", "position": 3, "name": "Northern bridge reopens after three weeks"}


def test_the_section_is_the_first_step_under_the_home_page_where_nothing_else_names_it() -> None:
    trail = {"@type": "BreadcrumbList", "itemListElement": [HOME, WORLD, SELF]}
    assert read(page(jsonld=[NEWS, trail])).section == "World"
    assert read(page(jsonld={"@graph": [NEWS, trail]})).section == "World"
    assert read(page(jsonld=[{**NEWS, "articleSection": "Local"}, trail])).section == "Local"
    assert read(page(jsonld=[NEWS, {**trail, "itemListElement": [HOME, SELF]}])).section is None


def test_keywords_are_words_and_not_the_marks_of_a_system() -> None:
    head = (
        '<meta name="keywords" content="Bridges, Category: Travel, NLP Entity Tokens: River, 26157981-b4f7-4929-adc1-e860c6f03636,'
        ' 4711, https://courier.example/tag, bridges">'
    )
    assert read(page(head=head)).keywords == ["Bridges", "Travel", "River"]


def test_keywords_that_nothing_but_spaces_part_are_parted() -> None:
    words = "мост река вокзал ремонт поезд больница школа совет весна осень зима лето"
    assert read(page(jsonld={**NEWS, "keywords": words})).keywords == words.split()
    assert read(page(jsonld={**NEWS, "keywords": "Northern bridge"})).keywords == ["Northern bridge"]


def test_a_description_is_plain_text_and_whole() -> None:
    head = '<meta property="og:description" content="Engineers &amp;amp; workers reopened the bridge on...">'
    article = {**NEWS, "description": "Engineers &amp; workers reopened the bridge on <b>Tuesday</b>."}
    assert read(page(head=head, jsonld=article)).description == "Engineers & workers reopened the bridge on Tuesday."


@pytest.mark.parametrize(
    ("said", "free"),
    [
        ({"isAccessibleForFree": False}, False),
        ({"isAccessibleForFree": "http://schema.org/True"}, True),
        ({"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": "False"}}, False),
        ({"isAccessibleForFree": True, "hasPart": [{"isAccessibleForFree": False}]}, True),
        ({"isAccessibleForFree": "perhaps"}, None),
        ({}, None),
    ],
)
def test_whether_the_article_is_free_is_said_or_unknown(said: dict[str, object], free: bool | None) -> None:
    found = read(page(jsonld={**NEWS, **said}))
    assert metadata.is_free(found.jsonld, found.head) is free


def test_a_licence_is_linked_named_or_unknown() -> None:
    linked = read(page(after='<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY</a>'))
    stated = read(page(jsonld={**NEWS, "license": "https://courier.example/licence"}))
    assert metadata.find_license(linked.jsonld, linked.head) == "https://creativecommons.org/licenses/by/4.0/"
    assert metadata.find_license(stated.jsonld, stated.head) == "https://courier.example/licence"
    assert metadata.find_license(read(page()).jsonld, read(page()).head) is None


@pytest.mark.parametrize(
    ("href", "canonical"),
    [
        ("/2024/northern-bridge#top", "https://www.courier.example/2024/northern-bridge"),
        ("javascript:alert(1)", None),
        ("https://[broken", None),
        ("http://a b/", None),
    ],
)
def test_the_canonical_address_is_absolute_or_unknown(href: str, canonical: str | None) -> None:
    found = read(page(head=f'<link rel="canonical" href="{href}">'))
    assert metadata.find_canonical(found.jsonld, found.head) == canonical


def test_what_json_escapes_and_no_record_can_hold_is_left_out() -> None:
    text = '{"@type": "NewsArticle", "headline": "A \\ud83d\\ude00 \\ud83d \\ude00 b\\u0000c \\u0416", "author": "Ada\\udc00 Lind"}'
    found = read(page(title="", h1="", head=f'<script type="application/ld+json">{text}</script>'))
    assert found.title.text == "A \U0001f600 b c Ж"
    assert [author.name for author in found.authors] == ["Ada Lind"]
