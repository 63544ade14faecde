"""Are people named once, without what stands around their names, and is everybody else in the credits?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.names import is_agency, is_person, key, split
from tests.pipelines.pages import NEWS, page, paragraphs
from tests.pipelines.said import credits_of, read


def _authors(html: bytes) -> list[str]:
    return [author.name for author in read(html).authors]


def _credits(html: bytes) -> list[tuple[str, str | None]]:
    return [(credit.name, credit.role) for credit in credits_of(html)]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Lind", ["Ada Lind"]),
        ("Von Anna Müller", ["Anna Müller"]),
        ("Par Jeanne Petit", ["Jeanne Petit"]),
        ("Por María Pérez", ["María Pérez"]),
        ("Автор: Олена Коваль", ["Олена Коваль"]),
        ("Текст: Иван Петров", ["Иван Петров"]),
        ("بقلم: سامر الخطيب", ["سامر الخطيب"]),
        ("نویسنده: سارا رضایی", ["سارا رضایی"]),
        ("מאת: דנה לוי", ["דנה לוי"]),
        ("Yazan: Ayşe Yılmaz", ["Ayşe Yılmaz"]),
        ("Autor: Jan Kowalski", ["Jan Kowalski"]),
        ("记者：王小明", ["王小明"]),
        ("글: 김민수", ["김민수"]),
        ("लेखक: अमित शर्मा", ["अमित शर्मा"]),
        ("تحریر: احمد خان", ["احمد خان"]),
        ("لیکوال: احمد ځلاند", ["احمد ځلاند"]),
        ("ጸሐፊ፡ አበበ በቀለ", ["አበበ በቀለ"]),
        ("Mwandishi: Juma Hassan", ["Juma Hassan"]),
        ("Oleh Budi Santoso", ["Budi Santoso"]),
        ("Ada Lind | 8 November 2024", ["Ada Lind"]),
        ("By Ada Lind ⋅ Review Editor ⋅ Updated November 18, 2024", ["Ada Lind"]),
        ("By Ada Lind in Kyiv", ["Ada Lind"]),
        ("By Ada Lind Monday, November 18, 2024", ["Ada Lind"]),
    ],
)
def test_the_visible_byline_is_read_in_the_languages_of_the_news(line: str, names: list[str]) -> None:
    assert _authors(page(before=f"<p>{line}</p>")) == names


@pytest.mark.parametrize(
    "line", ["By the end of the year", "By train and by boat", "Updated 8 November 2024", "Share", "Read more", "Key points at a glance"]
)
def test_what_only_begins_like_a_byline_names_nobody(line: str) -> None:
    assert _authors(page(before=f"<p>{line}</p>")) == []


def test_a_word_for_the_author_and_the_name_may_stand_in_two_elements() -> None:
    assert _authors(page(before="<div><p>Written by</p><p>Ada Lind</p></div>")) == ["Ada Lind"]


def test_a_link_to_an_authors_page_names_the_author() -> None:
    article = read(page(before='<div class="q1"><a href="/authors/ada-lind/">Ada Lind</a></div>'))
    assert [(author.name, author.url) for author in article.authors] == [("Ada Lind", "https://www.courier.example/authors/ada-lind/")]


@pytest.mark.parametrize("place", ["over", "under"])
def test_names_that_sign_the_text_in_bold_count_where_the_page_names_only_itself(place: str) -> None:
    signed = "<p><strong>Ada Lind/John Roe</strong></p>"
    html = page(
        head='<meta name="author" content="The Courier">',
        body=signed + paragraphs() if place == "over" else paragraphs() + signed,
    )
    assert _authors(html) == ["Ada Lind", "John Roe"]


def test_a_bold_line_of_words_that_the_text_writes_small_signs_nothing() -> None:
    html = page(head='<meta name="author" content="The Courier">', body="<p><strong>Northern River</strong></p>" + paragraphs())
    assert _authors(html) == ["The Courier"]


def test_json_ld_may_nest_lists_and_part_the_names() -> None:
    author = [{"@type": "Person", "givenName": "Ada", "familyName": "Lind"}, [{"@type": "Person", "name": "John Roe"}]]
    assert _authors(page(jsonld={**NEWS, "author": author})) == ["Ada Lind", "John Roe"]


def test_an_organisations_name_is_not_parted() -> None:
    author = {"@type": "Organization", "name": "Centre for Rivers and Bridges"}
    assert _authors(page(jsonld={**NEWS, "author": author})) == ["Centre for Rivers and Bridges"]


def test_a_person_whom_the_page_shows_beats_its_own_name_in_the_head() -> None:
    html = page(head='<meta name="author" content="The Courier">', before='<p>by <a href="/people/1">Dr. Ada Lind</a></p>')
    assert _authors(html) == ["Dr. Ada Lind"]


def test_an_agency_beside_a_person_is_a_credit_and_alone_the_author() -> None:
    both = page(jsonld={**NEWS, "author": [{"name": "Ada Lind"}, {"name": "Reuters"}]})
    alone = page(jsonld={**NEWS, "author": {"@type": "Person", "name": "AFP"}})
    assert (_authors(both), _credits(both)) == (["Ada Lind"], [("Reuters", "agency")])
    assert (_authors(alone), _credits(alone)) == (["AFP"], [("AFP", "agency")])


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("Edited by John Roe", ("John Roe", "Edited by")),
        ("Editing: John Roe", None),
        ("Übersetzung: Jan Weiß", ("Jan Weiß", "Übersetzung")),
        ("Переклад: Іван Шевчук", ("Іван Шевчук", "Переклад")),
        ("Редактор: Анна Смирнова", ("Анна Смирнова", "Редактор")),
        ("Fotos: Eva Groß", ("Eva Groß", "Fotos")),
        ("Çeviri: Ali Demir", ("Ali Demir", "Çeviri")),
        ("ترجمة: سامر الخطيب", ("سامر الخطيب", "ترجمة")),
        ("עריכה: דנה לוי", ("דנה לוי", "עריכה")),
        ("(责编：李明)", ("李明", "责编")),
        ("With files from The Associated Press", ("The Associated Press", "With files from")),
        ("Editor of the year is chosen on Monday", None),
    ],
)
def test_those_who_had_a_part_are_credited_with_their_role(line: str, credit: tuple[str, str] | None) -> None:
    html = page(jsonld=NEWS, after=f"<p>{line}</p>")
    assert _credits(html) == ([credit] if credit else [])
    assert _authors(html) == ["Ada Lind"]


def test_an_agency_in_brackets_at_either_end_of_the_text_is_credited() -> None:
    first = "KYIV (Reuters) - The bridge was reopened on Tuesday, three weeks after it had been closed for repairs."
    last = "The council will decide next week whether the old pillars are to be replaced in spring. (dpa/AFP)"
    html = page(jsonld=NEWS, body=f"<p>{first}</p>{paragraphs()}<p>{last}</p>")
    assert _credits(html) == [("Reuters", "agency"), ("dpa", "agency"), ("AFP", "agency")]


def test_editors_and_translators_of_json_ld_are_credited() -> None:
    html = page(
        jsonld={**NEWS, "editor": {"name": "John Roe"}, "translator": [{"name": "Eva Groß"}], "sourceOrganization": {"name": "dpa"}}
    )
    assert _credits(html) == [("dpa", "agency"), ("John Roe", "editor"), ("Eva Groß", "translator")]


def test_who_took_a_picture_is_credited_at_the_picture() -> None:
    figure = '<figure><img src="/1.jpg"><figcaption>The bridge. Photos by: Eva Groß</figcaption></figure>'
    assert _credits(page(jsonld=NEWS, before=figure)) == []


@pytest.mark.parametrize(
    ("joined", "names"),
    [
        ("Олександр Іваненко, кореспондент", ["Олександр Іваненко"]),
        ("Ada Lind, Reuters", ["Ada Lind", "Reuters"]),
        ("배윤경 기자", ["배윤경"]),
        ("松岡大地記者", ["松岡大地"]),
        ("Ada Lind - The Courier", ["Ada Lind"]),
        ("Ada Lind, PhD", ["Ada Lind, PhD"]),
        ("Jonas Petraitis, vilniaus universiteto profesorius", ["Jonas Petraitis"]),
        ("View more posts", []),
        ("Newsroom", []),
        ("Agencies", []),
    ],
)
def test_roles_places_and_degrees_are_taken_off(joined: str, names: list[str]) -> None:
    assert split(joined) == names


def test_spellings_of_one_name_are_one() -> None:
    assert key("emma-mackenzie") == key("Emma Mackenzie")
    assert _authors(page(jsonld={**NEWS, "author": ["Emma Mackenzie", "emma-mackenzie"]})) == ["Emma Mackenzie"]


@given(st.text(max_size=200))
def test_no_line_makes_a_reader_of_names_fail(text: str) -> None:
    assert all(isinstance(name, str) and name for name in split(text))
    assert is_person(text) in (True, False)
    assert is_agency(text) in (True, False)


@pytest.mark.parametrize("piece", ["by ", "A", "Ada Lind, ", "( ", "a.", "- ", "Foto: ", "，", "von der "])
def test_a_long_line_of_names_takes_no_longer_than_its_length(piece: str) -> None:
    html = page(jsonld={**NEWS, "author": piece * 50_000}, before=f"<p>{piece * 50_000}</p><p>{piece * 40}</p>")
    begun = time.process_time()
    _authors(html)
    _credits(html)
    assert time.process_time() - begun < 5
