"""Which lines does the memory of a site take out, and which does it leave?"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.article import Article
from pipelines.extract import extract
from pipelines.sitecensus import COMMON, Memory, again, pack
from pipelines.sitememory import MAX_FURNITURE, MAX_LINES, Line, line_hash, observe, provenance, taken_out

SUBSCRIBE = "Read all about the war in our special edition for subscribers"  # no full stop: a teaser, or a label
APPEAL = "Our reporters can only go on with your help, so please think about a gift."  # a sentence as any other
BACKGROUND = "Russia launched its full-scale invasion of Ukraine in February 2022."
SERIES = "This story is part of a series in which we follow three families from the river to the sea."


def paragraphs(number: int, *, count: int = 6) -> list[Line]:
    """The text of an article that no other one has."""
    chance = random.Random(number)
    words = ("ferry", "council", "harbour", "shelter", "convoy", "bridge", "market", "school", "doctor", "winter", "diesel", "border")
    return [line(f"On day {number}, {' '.join(chance.choice(words) for _ in range(14))} and part {part} of it.") for part in range(count)]


def line(text: str, **more: object) -> Line:
    return Line(**{"text": text, "kind": "paragraph", "probability": 0.99, **more})  # type: ignore[arg-type]


def article(number: int, *foreign: Line, at: int = 3) -> list[Line]:
    own = paragraphs(number)
    return [*own[:at], *foreign, *own[at:]]


def identity(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def memory(articles: Iterable[Sequence[Line]]) -> Memory:
    return Memory({identity(number): pack(observe(lines)) for number, lines in enumerate(articles)})


def left(lines: Sequence[Line], known: Memory) -> list[str]:
    """Texts of the lines that stay."""
    gone = taken_out(lines, frozenset(known.furniture()))
    return [one.text for number, one in enumerate(lines) if number not in gone]


# -- what goes


def test_a_label_that_stands_on_two_other_articles_goes_and_on_one_other_stays() -> None:
    new = article(99, line(SUBSCRIBE))
    one = memory([article(1, line(SUBSCRIBE)), *(article(number) for number in range(2, 9))])
    two = memory([article(1, line(SUBSCRIBE)), article(2, line(SUBSCRIBE)), *(article(number) for number in range(3, 9))])
    assert SUBSCRIBE in left(new, one)
    assert left(new, two) == [one.text for one in paragraphs(99)]


def test_spaces_case_and_line_breaks_make_no_other_line() -> None:
    known = memory(article(number, line(SUBSCRIBE)) for number in range(5))
    assert left(article(99, line(SUBSCRIBE.upper().replace(" ", "\u00a0"))), known) == [one.text for one in paragraphs(99)]
    assert line_hash("STRASSE 1") == line_hash("straße1")


def test_a_sentence_goes_where_most_articles_of_the_site_have_it() -> None:
    known = memory(article(number, line(APPEAL)) for number in range(8))
    assert APPEAL not in left(article(99, line(APPEAL)), known)


def test_a_sentence_of_which_the_labeller_is_not_sure_goes_sooner() -> None:
    others = [article(number) for number in range(50, 90)]
    for probability, articles, goes in ((0.5, 2, True), (0.7, 3, False), (0.7, 4, True), (0.99, 4, False)):
        doubtful = line(APPEAL, probability=probability)
        known = memory([*(article(number, doubtful) for number in range(articles)), *others])
        assert (APPEAL not in left(article(99, doubtful), known)) is goes, (probability, articles)


def test_a_line_of_links_goes_whatever_it_ends_with() -> None:
    link = line("More on the war in the east.", link_share=0.9)
    known = memory([*(article(number, link) for number in range(2)), *(article(number) for number in range(3, 20))])
    assert left(article(99, link), known) == [one.text for one in paragraphs(99)]


def test_a_standing_introduction_goes_from_the_top_of_a_series() -> None:
    known = memory([*(article(number, line(SERIES), at=0) for number in range(4)), *(article(number) for number in range(5, 60))])
    assert SERIES not in left(article(99, line(SERIES), at=0), known)


def test_a_heading_over_nothing_but_furniture_goes_with_it_at_the_end() -> None:
    known = memory(article(number, line(SUBSCRIBE)) for number in range(5))
    page = [*paragraphs(99), line("Stay with us", kind="heading"), line(SUBSCRIBE)]
    assert left(page, known) == [one.text for one in paragraphs(99)]
    middle = [*paragraphs(99)[:3], line("The crossing", kind="heading"), line(SUBSCRIBE), *paragraphs(99)[3:]]
    assert "The crossing" in left(middle, known)


# -- what stays


def test_background_that_a_writer_repeats_stays() -> None:
    for at in (2, 6):  # in the middle, and as the last paragraph
        known = memory(
            [*(article(number, line(BACKGROUND), at=at) for number in range(12)), *(article(number) for number in range(20, 50))]
        )
        assert BACKGROUND in left(article(99, line(BACKGROUND), at=at), known)


@pytest.mark.parametrize(
    "guarded",
    [
        line("“We will stay until the last house stands”"),
        line('"Nobody told us that the bridge was closed."'),
        line("«Ми нікуди не підемо», — сказала вона, — «це наш дім»."),
        line("「我們會留下來」"),
        line("We are still here and we are not leaving the river", kind="quote"),
        line("***"),
        line("A word of the law that is cited in full. " * 40),
    ],
    ids=["quoted", "quoted sentence", "guillemets", "corner brackets", "blockquote", "asterisks", "long"],
)
def test_quotations_and_what_is_no_words_stay_however_often_they_stand_somewhere(guarded: Line) -> None:
    known = memory(article(number, guarded) for number in range(10))
    assert guarded.text in left(article(99, guarded), known)


@pytest.mark.parametrize(
    "repeated",
    [line("Glory to Ukraine!"), line("Background", kind="heading"), line("Kharkiv region"), line("The ministry said:"),
     line("Donetsk region: 3 wounded", kind="list_item")],
    ids=["slogan", "subheading", "short line", "introduction", "list item"],
)  # fmt: skip
def test_slogans_subheadings_and_short_lines_stay_unless_nearly_every_article_has_them(repeated: Line) -> None:
    known = memory([*(article(number, repeated) for number in range(10)), *(article(number) for number in range(20, 32))])
    assert repeated.text in left(article(99, repeated), known)


def test_the_heading_of_a_box_on_every_page_goes() -> None:
    heading = line("Trending now", kind="heading")
    assert "Trending now" not in left(article(99, heading), memory(article(number, heading) for number in range(6)))


def test_near_duplicates_count_as_one_article() -> None:
    story = article(1, line(SUBSCRIBE))
    copies = [[*story[:-1], line(f"Ending number {number} of the same story.")] for number in range(6)]
    known = memory([*copies, *(article(number) for number in range(50, 56))])
    assert known.articles == 7
    assert left(copies[0], known) == [one.text for one in copies[0]]
    assert SUBSCRIBE in left(article(99, line(SUBSCRIBE)), known)


def test_a_page_that_would_lose_nearly_all_loses_nothing() -> None:
    texts = [line(f"Tomorrow there will be rain in the {place} of the country") for place in ("north", "south", "east", "west")]
    known = memory([*texts, line(f"Weather of day {number}.")] for number in range(COMMON + 5))
    page = [*texts, line("Weather of today.")]
    assert left(page, known) == [one.text for one in page]


def test_where_sentences_have_no_full_stop_a_line_without_one_is_no_label() -> None:
    def page(number: int, *more: str) -> list[Line]:
        chance = random.Random(number)
        own = [line(" ".join(chance.choice(("กองทัพ", "ยูเครน", "ประกาศ", "หยุดยิง", "ชายแดน")) for _ in range(12))) for _ in range(5)]
        return [*own[:2], *map(line, more), *own[2:]]

    told = "รัสเซีย เริ่ม บุก ยูเครน เต็ม รูปแบบ เมื่อ เดือน กุมภาพันธ์"
    known = memory([*(page(number, told) for number in range(4)), *(page(number) for number in range(10, 20))])
    assert told in left(page(99, told), known)


# -- on a whole page


def made_of(texts: Sequence[str], *furniture: str) -> Article:
    body = "".join(f"<p>{text}</p>" for text in texts)
    head = '<html lang="en"><head><title>The ferry runs again</title></head>'
    page = f"{head}<body><article><h1>The ferry runs again</h1>{body}</article></body></html>"
    made = extract(page.encode(), "http://town.example/2026/11/ferry", furniture=[line_hash(text) for text in furniture])
    assert isinstance(made, Article)
    return made


def test_a_line_that_is_taken_out_is_no_change_of_the_page_and_stands_in_its_provenance() -> None:
    own = [one.text for one in paragraphs(7)]
    before = made_of(own, APPEAL)
    after = made_of([*own[:3], APPEAL, *own[3:]], APPEAL, SUBSCRIBE)
    kept = made_of([*own[:3], APPEAL, *own[3:]])
    assert before.text == after.text == "\n\n".join(own)
    assert (before.text_sha256, before.page_sha256) == (after.text_sha256, after.page_sha256)
    assert before.extractor.furniture == []
    assert after.extractor.furniture == [line_hash(APPEAL)]
    assert APPEAL in kept.text
    assert kept.page_sha256 != after.page_sha256


# -- properties


@settings(deadline=None)
@given(st.lists(st.sampled_from([SUBSCRIBE, APPEAL, "Trending now", "“So be it.”", *(f"Own {number} of it." for number in range(9))])))
def test_what_was_taken_out_follows_from_the_page_and_the_hashes_kept_with_it(texts: list[str]) -> None:
    page = [line(text) for text in texts]
    known = frozenset(memory(article(number, line(SUBSCRIBE), line(APPEAL)) for number in range(8)).furniture())
    told = provenance(page, known)
    assert set(told) <= known
    assert taken_out(page, frozenset(told)) == taken_out(page, known)
    assert told == sorted(set(told))


@settings(deadline=None)
@given(st.permutations(list(range(12))))
def test_a_memory_knows_nothing_of_the_order_in_which_articles_came(order: list[int]) -> None:
    def told(number: int) -> bytes:
        return pack(observe(article(number if number < 9 else 1, line(SUBSCRIBE if number % 3 else BACKGROUND))))

    straight = Memory({identity(number): told(number) for number in range(12)})
    mixed = Memory({identity(number): told(number) for number in order})
    assert mixed.furniture() == straight.furniture() == [line_hash(SUBSCRIBE)]
    assert mixed.frequent() == straight.frequent()
    assert mixed.articles == straight.articles
    assert [mixed.furniture(identity(number)) for number in order] == [straight.furniture(identity(number)) for number in order]


def test_only_others_speak_against_the_lines_of_an_article_that_is_counted() -> None:
    known = memory([article(0, line(SUBSCRIBE)), article(1, line(SUBSCRIBE)), *(article(number) for number in range(2, 9))])
    assert known.furniture() == [line_hash(SUBSCRIBE)]
    assert known.furniture(identity(0)) == []
    assert known.furniture(identity(5)) == [line_hash(SUBSCRIBE)]


def test_a_later_version_keeps_what_stood_there_and_leaves_out_what_was_left_out() -> None:
    stood = pack(observe(article(1, line("Stood there"), line("Was taken out"))))
    hashes = {text: line_hash(text) for text in ("Stood there", "Was taken out", "Is new")}
    found = again([hashes["Stood there"], hashes["Is new"]], stood, [hashes["Was taken out"]])
    assert found == sorted([hashes["Was taken out"], hashes["Is new"]])


# -- bounds


def test_what_is_not_of_the_form_of_a_line_is_left_out() -> None:
    good = observe([line("One line of text is good.")])
    odd = ["", "zz", "x" * 40, f"{'0' * 16}", f"{'0' * 16}p", f"{'0' * 16}p-5", f"{'0' * 16}p{10**30}", f"{'0' * 16}🙂5", *good]
    packed = pack(odd)
    assert pack(good) in packed
    assert Memory({"00": packed, "01": packed[:-3], "02": b""}).furniture() == []


def test_a_live_blog_of_thousands_of_lines_is_counted_at_its_ends() -> None:
    lines = [line(f"Entry {number} of the day.") for number in range(MAX_LINES * 3)]
    told = observe(lines)
    assert len(told) == MAX_LINES
    assert told[0].startswith(line_hash("Entry 0 of the day."))
    assert told[-1].startswith(line_hash(f"Entry {MAX_LINES * 3 - 1} of the day."))


def test_a_page_is_given_the_most_frequent_lines_alone() -> None:
    articles = {}
    for number in range(3 * (MAX_FURNITURE // MAX_LINES + 2)):
        teasers = [line(f"Teaser {serial} of page {number // 3}", link_share=1.0) for serial in range(MAX_LINES - 10)]
        articles[identity(number)] = pack(observe([*teasers, line(SUBSCRIBE, link_share=1.0)]))
    known = Memory(articles).furniture()
    assert len(known) == MAX_FURNITURE
    assert line_hash(SUBSCRIBE) in known
