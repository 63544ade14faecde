"""Does the diff give both texts back, mark the words that changed and no others, and stay quick on long texts?"""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.article import Article
from archive.compare import as_json, compared
from archive.compare_text import comparison_text
from archive.worddiff import Piece, count_words, diff, similarity, tokens

TEXTS = st.text(alphabet="ab é漢字ไท่ שלום\n.,", max_size=60)


def changes(old: str, new: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in diff(old, new) if piece.kind != "equal"]


def assert_whole(old: str, new: str, pieces: list[Piece]) -> None:
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    for piece in pieces:
        assert old[slice(*piece.old)] == (piece.text if piece.kind != "added" else "")
        assert new[slice(*piece.new)] == (piece.text if piece.kind != "removed" else "")


@given(TEXTS, TEXTS)
def test_pieces_and_offsets_give_both_texts_back(old: str, new: str) -> None:
    assert_whole(old, new, diff(old, new))


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert changes(text, text) == []
    assert similarity(text, text) == 1.0


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Two people died.", "Three people died.", [("removed", "Two"), ("added", "Three")]),
        ("我们今天去北京。", "我们昨天去上海。", [("removed", "今"), ("added", "昨"), ("removed", "北京"), ("added", "上海")]),
        ("東京で雨が降る", "東京で雪が降る", [("removed", "雨"), ("added", "雪")]),
        ("ฉันรักเธอ", "ฉันรักแม่", [("removed", "เธอ"), ("added", "แม่")]),
        ("הגשר נפתח ביום שני", "הגשר נסגר ביום שני", [("removed", "נפתח"), ("added", "נסגר")]),
        ("Міст відкрили у вівторок.", "Міст закрили у вівторок.", [("removed", "відкрили"), ("added", "закрили")]),
        ("It isn’t so.", "It is so.", [("removed", "isn’t"), ("added", "is")]),
        ("पुल खुल गया", "पुल बंद गया", [("removed", "खुल"), ("added", "बंद")]),
    ],
)
def test_the_words_that_changed_are_marked_in_every_script(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert changes(old, new) == expected


def test_a_character_keeps_its_marks() -> None:
    assert tokens("ท่า") == ["ท่", "า"]
    assert tokens("cafe\u0301 é") == ["cafe\u0301", " ", "é"]


def test_a_paragraph_put_in_between_is_that_paragraph_alone() -> None:
    old = "The first one.\n\nThe last one."
    assert changes(old, "The first one.\n\nA new one.\n\nThe last one.") == [("added", "A new one.\n\n")]


def test_a_rewritten_paragraph_is_compared_with_the_one_that_it_was() -> None:
    old = "Alpha beta gamma delta epsilon.\n\nOne two three four five six."
    new = "Quite another thing altogether here.\n\nOne two three four five seven."
    found = changes(old, new)
    assert ("removed", "six") in found
    assert ("added", "seven") in found


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("", "", 1.0), ("a b", "", 0.0), ("a b c d", "d c b a", 1.0), ("a b", "a c", 0.5), ("今天", "昨天", 0.5), ("Kyiv", "KYIV", 1.0)],
)
def test_similarity_is_the_share_of_words_in_common(one: str, other: str, expected: float) -> None:
    assert similarity(one, other) == expected


def test_words_are_counted_without_signs() -> None:
    assert count_words("Two people, at least — 12 of them!") == 7
    assert count_words("我们今天。") == 4


def long_text(chance: random.Random, *, words: int, paragraph: int) -> str:
    parts = [" ".join(f"w{chance.randrange(8000)}" for _ in range(paragraph)) for _ in range(words // paragraph)]
    return "\n\n".join(parts)


@pytest.mark.parametrize("paragraph", [1, 50, 50_000])
def test_fifty_thousand_words_take_seconds_at_most(paragraph: int) -> None:
    chance = random.Random(7)
    old = long_text(chance, words=50_000, paragraph=paragraph)
    words = old.split(" ")
    for _ in range(300):
        words[chance.randrange(len(words))] = "edited"
    for new in (" ".join(words), long_text(chance, words=50_000, paragraph=paragraph)):
        began = time.process_time()
        pieces = diff(old, new)
        assert time.process_time() - began < 6
        assert_whole(old, new, pieces)


def test_the_same_few_words_again_and_again_take_no_longer() -> None:
    chance = random.Random(7)
    old, new = (" ".join(chance.choice("ab") for _ in range(50_000)) for _ in range(2))
    began = time.process_time()
    assert_whole(old, new, diff(old, new))
    assert time.process_time() - began < 6


# -- as it is shown


def article(text: str, *, title: str = "A title", version: int = 1) -> Article:
    return Article(
        article_id="0" * 64,
        version=version,
        url="https://news.example/a",
        hostname="news.example",
        title=title,
        text=text,
        captured_at="2024-11-08T08:15:00.000000Z",
        text_sha256="0" * 64,
        extractor={"name": "warchive", "version": "1", "options_sha256": "0" * 64},  # type: ignore[arg-type]
    )


STAYS = "\n\n".join(f"Paragraph number {number} stays as it was, with all of its many words in their places." for number in range(5))


def test_a_person_sees_the_marked_words_and_what_stayed_is_folded() -> None:
    shown = comparison_text(compared(article(f"{STAYS}\n\nTwo died."), article(f"{STAYS}\n\nThree died.", version=2)), colour=False)
    assert "[-Two-]{+Three+} died." in shown
    assert "5 paragraphs, 80 words unchanged" in shown
    assert "Paragraph number 3" not in shown


def test_a_terminal_gets_colours_and_no_marks() -> None:
    shown = comparison_text(compared(article("Two died."), article("Three died.")), colour=True)
    assert "\x1b[31mTwo\x1b[0m\x1b[32mThree\x1b[0m" in shown
    assert "[-" not in shown


def test_nothing_of_the_web_reaches_the_terminal_raw() -> None:
    evil = "\x1b]0;owned\x07 \u202e \x9b31m"
    found = compared(article(f"One {evil} two."), article(f"One {evil} three {evil}.", title=evil))
    shown = comparison_text(found, colour=False)
    assert not set(shown) & {"\x1b", "\x07", "\u202e", "\x9b"}


def test_words_written_from_right_to_left_are_isolated_from_the_marks() -> None:
    shown = comparison_text(compared(article("הגשר נפתח"), article("הגשר נסגר")), colour=False)
    assert "[-\u2068נפתח\u2069-]{+\u2068נסגר\u2069+}" in shown


def test_paragraphs_that_were_joined_are_shown() -> None:
    shown = comparison_text(compared(article("One two three.\n\nFour five six."), article("One two three. Four five six.")), colour=False)
    assert "¶" in shown or "[-" in shown


def test_programs_get_operations_with_offsets_and_sizes() -> None:
    found = as_json(compared(article("Two died today."), article("Three died today.", title="Another title", version=2)))
    assert found["changed"] == ["title", "text"]
    assert found["parts"]["text"]["words"] == {"equal": 2, "removed": 1, "added": 1}
    assert found["parts"]["text"]["operations"][0] == {"op": "removed", "words": 1, "text": "Two", "from": [0, 3], "to": [0, 0]}
    assert found["similarity"] == pytest.approx(2 / 3, abs=1e-3)
