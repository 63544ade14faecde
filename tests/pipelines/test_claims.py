"""Is each statement of a date kept as it was made, and the best one chosen?"""

from __future__ import annotations

from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pipelines.pages import NEWS, page
from tests.pipelines.said import dates_of

NO_DATE = {key: value for key, value in NEWS.items() if key != "datePublished"}


def _line(text: str, lang: str = "en") -> bytes:
    return page(before=f'<p class="q7">{text}</p>', lang=lang)


def test_the_zone_of_the_source_is_marked_and_a_stated_one_too() -> None:
    html = page(
        head='<meta property="article:modified_time" content="2024-11-08T10:11:00Z"><meta name="date" content="2024-11-08">',
        jsonld={**NEWS, "datePublished": "2024-11-08T09:11:00"},
    )
    dates = dates_of(html, timezone="Europe/Copenhagen")
    assert (dates.published, dates.modified) == ("2024-11-08T09:11:00+01:00", "2024-11-08T10:11:00+00:00")
    assert {(claim.source.split(";")[0], claim.zone, claim.chosen) for claim in dates.claims} == {
        ("json-ld:datePublished", "source", True),
        ("meta:article:modified_time", "stated", True),
        ("meta:date", None, False),
    }


def test_without_a_zone_of_the_source_a_clock_stays_without() -> None:
    dates = dates_of(page(jsonld={**NEWS, "datePublished": "2024-11-08T09:11:00"}))
    assert dates.published == "2024-11-08T09:11:00"
    assert [(claim.zone, claim.chosen) for claim in dates.claims] == [(None, True)]


def test_the_zone_of_the_source_knows_summer() -> None:
    summer = dates_of(page(jsonld={**NEWS, "datePublished": "2024-07-08T09:11:00"}), timezone="Europe/Kyiv")
    assert summer.published == "2024-07-08T09:11:00+03:00"


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ("Nov.08 - 2024 9:11 AM CET", "2024-11-08T09:11:00+01:00", None),
        ("8 листопада 2024, 09:11", "2024-11-08T09:11:00", None),
        ("٨ نوفمبر ٢٠٢٤", "2024-11-08", None),
        ("۱۸ آبان ۱۴۰۳", "2024-11-08", None),
        ("ז' בחשוון תשפ\"ה", "2024-11-08", None),
        ("Published 8 November 2024, updated 9 November 2024 10:00 GMT", "2024-11-08", "2024-11-09T10:00:00+00:00"),
        ("08.11.2024 - Güncelleme: 09.11.2024", "2024-11-08", "2024-11-09"),
        ("Aktualisiert am 8. November 2024", None, "2024-11-08"),
        ("Оновлено: 8 листопада 2024", None, "2024-11-08"),
        ("By Ada Lind | 8 November 2024", "2024-11-08", None),
    ],
)
def test_the_line_by_the_headline_is_read(line: str, published: str | None, modified: str | None) -> None:
    dates = dates_of(_line(line))
    assert (dates.published, dates.modified) == (published, modified)
    assert all(claim.source == "visible" and claim.raw in line for claim in dates.claims)


@pytest.mark.parametrize(
    "line", ["The Best Gaming Laptops Under $1,000 of 2024", "8 min read", "12 photos", "3.5 million people live here"]
)
def test_a_line_without_a_date_is_no_claim(line: str) -> None:
    assert dates_of(_line(line)).claims == ()


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://www.courier.example/2024/11/08/northern-bridge", "2024-11-08"),
        ("https://www.courier.example/news/2024-11-08-northern-bridge.html", "2024-11-08"),
        ("https://www.courier.example/2024/nov/08/northern-bridge", "2024-11-08"),
        ("https://www.courier.example/n1/2024/1108/c1001-40223222.html", "2024-11-08"),
        ("https://www.courier.example/20241108/northern-bridge", "2024-11-08"),
        ("https://www.courier.example/2024/11/northern-bridge", None),
        ("https://www.courier.example/story-20241388123", None),
    ],
)
def test_the_address_dates_a_page_that_says_nothing_else(url: str, day: str | None) -> None:
    dates = dates_of(page(), url)
    assert dates.published == day
    assert [claim.source for claim in dates.claims] == (["url"] if day else [])


def test_figures_that_could_be_two_days_mean_what_another_claim_confirms() -> None:
    figures = '<p class="q7">04/11/2024</p>'
    assert dates_of(page(before=figures)).published is None
    assert dates_of(page(before=figures), "https://www.courier.example/2024/11/04/bridge").published == "2024-11-04"
    assert dates_of(page(before=figures), "https://www.courier.example/2024/04/11/bridge").published == "2024-04-11"
    assert dates_of(page(before=figures, lang="en-US")).published == "2024-04-11"
    assert dates_of(page(before=figures, lang="en-GB")).published == "2024-11-04"


def test_figures_of_which_one_reading_lies_after_the_capture_mean_the_other() -> None:
    html = page(before='<p class="q7">03/12/2024</p>')
    assert dates_of(html, captured_at=datetime(2024, 11, 30, tzinfo=UTC)).published == "2024-03-12"


def test_a_date_after_the_capture_is_refused_to_the_quarter_of_an_hour() -> None:
    captured = datetime(2024, 11, 8, 8, 0, tzinfo=UTC)
    late, soon = ({**NEWS, "datePublished": stamp} for stamp in ("2024-11-08T08:30:00Z", "2024-11-08T08:10:00Z"))
    assert dates_of(page(jsonld=late), captured_at=captured).published is None
    assert [claim.value for claim in dates_of(page(jsonld=late), captured_at=captured).claims] == ["2024-11-08T08:30:00+00:00"]
    assert dates_of(page(jsonld=soon), captured_at=captured).published == "2024-11-08T08:10:00+00:00"


def test_a_clock_without_zone_may_be_of_the_far_east_and_no_farther() -> None:
    captured = datetime(2024, 11, 8, 8, 0, tzinfo=UTC)
    east, beyond = ({**NEWS, "datePublished": stamp} for stamp in ("2024-11-08T21:00:00", "2024-11-08T23:00:00"))
    assert dates_of(page(jsonld=east), captured_at=captured).published == "2024-11-08T21:00:00"
    assert dates_of(page(jsonld=beyond), captured_at=captured).published is None


def test_a_time_in_a_link_to_another_page_is_that_pages_and_one_in_a_permalink_its_own() -> None:
    other = '<a href="/2024/other"><time datetime="2024-11-01T10:00:00Z">1 November</time></a>'
    own = '<a href="/2024/northern-bridge"><time datetime="2024-11-08T10:00:00Z">8 November</time></a>'
    dates = dates_of(page(before=other + own))
    assert [claim.raw for claim in dates.claims if claim.source == "time"] == ["2024-11-08T10:00:00Z"]


def test_a_time_under_the_headline_is_nearer_than_those_of_the_bar_above_it() -> None:
    bar = "".join(f'<div><time datetime="2024-11-2{day}T10:00:00Z">2{day} November</time></div>' for day in range(5))
    html = page(before='<time datetime="2024-11-08T10:00:00Z">8 November</time>').replace(b"<main>", bar.encode() + b"<main>")
    assert dates_of(html).published == "2024-11-08T10:00:00+00:00"


def test_the_words_before_a_time_say_what_it_is() -> None:
    both = (
        '<div>Published <time datetime="2024-11-08T10:00:00Z">8 Nov</time> Updated <time datetime="2024-11-09T10:00:00Z">9 Nov</time></div>'
        '<div><span>Last changed</span><time datetime="2024-11-10T10:00:00Z">10 Nov</time></div>'
    )
    kinds = [(claim.raw[:10], claim.kind) for claim in dates_of(page(before=both)).claims if claim.source == "time"]
    assert kinds == [("2024-11-08", "published"), ("2024-11-09", "modified"), ("2024-11-10", "modified")]


def test_a_time_called_published_updated_is_the_date_of_publishing() -> None:
    html = page(before='<time class="entry-date published updated" datetime="2024-11-08T10:00:00Z">8 November 2024</time>')
    assert dates_of(html).published == "2024-11-08T10:00:00+00:00"


def test_microdata_of_a_list_of_articles_do_not_outdo_the_pages_own_word() -> None:
    listed = "".join(f'<span itemprop="datePublished" content="2024-11-2{day}T10:00:00Z">x</span>' for day in range(6))
    assert dates_of(page(head='<meta name="date" content="2024-11-08">', before=listed)).published == "2024-11-08"


def test_a_change_before_the_publishing_is_kept_and_not_chosen() -> None:
    dates = dates_of(page(jsonld={**NEWS, "dateModified": "2024-11-01T00:00:00Z"}))
    assert (dates.published, dates.modified) == ("2024-11-08T09:11:00+01:00", None)
    assert [claim.chosen for claim in dates.claims] == [True, False]


def test_a_local_clock_written_as_utc_gives_way_to_the_same_clock_with_its_offset() -> None:
    head = '<meta property="article:published_time" content="2024-11-08T09:11:00+02:00">'
    wrong, right = ({**NEWS, "datePublished": stamp} for stamp in ("2024-11-08T09:11:30Z", "2024-11-08T07:11:00Z"))
    assert dates_of(page(head=head, jsonld=wrong)).published == "2024-11-08T09:11:00+02:00"
    assert dates_of(page(head=head, jsonld=right)).published == "2024-11-08T07:11:00+00:00"


def test_disagreement_is_kept() -> None:
    dates = dates_of(
        page(head='<meta property="article:published_time" content="2024-11-07T00:00:00Z">', jsonld=NEWS),
        announced=(("feed", "Wed, 06 Nov 2024 10:00:00 GMT", None),),
    )
    assert [claim.value for claim in dates.claims] == [
        "2024-11-08T09:11:00+01:00",
        "2024-11-07T00:00:00+00:00",
        "2024-11-06T10:00:00+00:00",
    ]
    assert [claim.chosen for claim in dates.claims] == [True, False, False]


@given(st.text(max_size=120), st.text(max_size=60))
def test_no_text_makes_a_page_fail(line: str, stated: str) -> None:
    shown = line.replace("<", " ").replace("&", " ")
    dates = dates_of(
        page(before=f"<p>{shown}</p>", jsonld={**NO_DATE, "datePublished": stated}), f"https://www.courier.example/{shown[:40]}"
    )
    assert len(dates.claims) <= 60


def test_five_megabytes_of_dates_cost_a_page_no_more_than_reading_it() -> None:
    many = "<time datetime='2024-11-08'>8 November 2024</time><p>8 November 2024 10:00</p>" * 20_000
    html = page(before=many)
    begun = process_time()
    assert dates_of(html).published == "2024-11-08T10:00:00"
    assert process_time() - begun < 10
