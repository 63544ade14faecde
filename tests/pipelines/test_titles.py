"""Is the headline the one that a reader sees, without kicker and site's name?"""

from __future__ import annotations

import pytest

from pipelines.titles import without_site
from tests.pipelines.pages import NEWS, TITLE, page
from tests.pipelines.said import read

OTHER = "Bridge in the north is open again, council says"


def _title(html: bytes) -> str | None:
    return read(html).title.text


def _og(text: str) -> str:
    return f'<meta property="og:title" content="{text}">'


def test_what_a_reader_sees_outvotes_a_headline_for_social_networks() -> None:
    assert _title(page(head=_og("They can cross at last"), jsonld=NEWS)) == TITLE


def test_two_statements_that_agree_outvote_a_visible_variant() -> None:
    assert _title(page(title=OTHER, h1="The bridge is open", head=_og(TITLE), jsonld=NEWS)) == TITLE


def test_json_ld_beats_one_string_that_stands_everywhere_else() -> None:
    headline = "Three weeks later, the northern bridge carries trains again"
    assert (
        _title(
            page(
                title=OTHER.replace("council says", "trains to follow"),
                head=_og(OTHER.replace("council says", "trains to follow")),
                jsonld={**NEWS, "headline": headline},
            )
        )
        == headline
    )


@pytest.mark.parametrize("shown", [f"River crossing: {TITLE}", f"River crossing {TITLE}"])
def test_a_kicker_in_front_of_the_headline_is_no_part_of_it(shown: str) -> None:
    assert _title(page(title=shown, h1=shown, head=_og(TITLE), jsonld={**NEWS, "headline": TITLE})) == TITLE


def test_a_headline_that_was_cut_is_taken_whole_from_where_it_is_whole() -> None:
    assert _title(page(jsonld={**NEWS, "headline": "Northern bridge reopens after…"}, head=_og("Northern bridge reopens after…"))) == TITLE


def test_an_h1_that_is_the_sites_name_is_no_headline() -> None:
    html = page(h1="The Courier", before=f"<h2>{TITLE}</h2>")
    assert _title(html) == TITLE


def test_a_heading_of_the_text_is_no_headline_though_the_title_has_its_word() -> None:
    html = page(
        title="Northern bridge: costs, dates. Reviews", h1="Northern bridge: what it costs and when it opens", after="<h1>Reviews</h1>"
    )
    assert _title(html) == "Northern bridge: what it costs and when it opens"


def test_an_h1_that_says_something_else_than_all_others_is_not_the_headline() -> None:
    html = page(title=TITLE, h1="Watch the reindeer fight each other", head=_og(TITLE))
    assert _title(html) == TITLE


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Northern bridge reopens - The Courier", "Northern bridge reopens"),
        ("Northern bridge reopens | Local | The Courier", "Northern bridge reopens | Local"),
        ("The Courier: Northern bridge reopens", "The Courier: Northern bridge reopens"),
        ("The Courier | Northern bridge reopens", "Northern bridge reopens"),
        ("北方大桥重新开放_信使报", "北方大桥重新开放"),
        ("Мост открыт — The Courier", "Мост открыт"),
        ("Bridge - who pays", "Bridge - who pays"),
        ("The Courier", "The Courier"),
    ],
)
def test_the_sites_name_is_taken_off_either_end_and_nothing_else(title: str, bare: str) -> None:
    assert without_site(title, "The Courier\nwww.courier.example\n信使报") == bare
