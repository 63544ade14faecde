"""Into which pieces does a text fall, in any script?"""

from __future__ import annotations

import time
import unicodedata

import pytest

from archive.shingles import MAX_CHARACTERS, shingles


def test_words_that_are_written_apart_are_compared_in_pairs() -> None:
    assert shingles("The ferry runs. The ferry runs again!").pieces == ["the ferry", "ferry runs", "runs the", "runs again"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("東京で地震", ["東 京 で", "京 で 地", "で 地 震"]),
        ("北京报道称", ["北 京 报", "京 报 道", "报 道 称"]),
        ("กรุงเทพ", ["ก ร ุ ง เ ท พ"]),
        ("ភ្នំពេញ", ["ភ ្ ន ំ ព េ ញ"]),
        ("नई दिल्ली में", ["नई दिल्ली", "दिल्ली में"]),
        ("서울에서 열린 회의", ["서울에서 열린", "열린 회의"]),
    ],
)
def test_each_script_has_pieces_of_its_own_length(text: str, pieces: list[str]) -> None:
    assert shingles(text).pieces == pieces


def test_a_piece_of_signs_counts_half_a_word() -> None:
    found = shingles("記者は北京で会議を取材した")
    assert (len(found.pieces), found.words) == (11, 5)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“Nobody was hurt,” she said — yet.", '"Nobody was hurt", SHE SAID yet'),
        ("شُكْرًا جَزِيلًا لَكُم", "شكرا جزيلا لكم"),
        ("مـــرحبا بالعالم اليوم", "مرحبا بالعالم اليوم"),
        ("שָׁלוֹם עַל יִשְׂרָאֵל", "שלום על ישראל"),
        ("می\u200cروم به خانه", "میروم به خانه"),
        ("Donau\u00addampf\u00adschiff fährt heute", "Donaudampfschiff fährt heute"),
        ("ﾃｽﾄＡＢＣです", "テストabcです"),
        (unicodedata.normalize("NFD", "Café où l'été dure"), "Café où l'été dure"),
        ("Die Straße ist zu", "die STRASSE ist zu"),
    ],
)
def test_case_width_points_and_invisible_signs_do_not_count(one: str, other: str) -> None:
    assert shingles(one).pieces == shingles(other).pieces != []


def test_of_a_text_without_end_only_the_beginning_is_compared_and_in_time() -> None:
    begin = time.process_time()
    endless = shingles("a\u0300" * 2_500_000)
    many = shingles("слова " * 2_000_000 + "again")
    marks = shingles("\u0300" * 5_000_000)
    assert time.process_time() - begin < 2
    assert (len(endless.pieces), many.pieces, marks.pieces) == (0, ["слова слова", "слова сл"], [])
    assert shingles("x y " * MAX_CHARACTERS).words == 2


def test_a_text_of_nothing_has_no_pieces() -> None:
    for text in ("", " \n ", "...", "\x00\x01", "\ud800 \udfff", "one"):
        assert shingles(text).pieces == []
