"""Full-text search over a published archive: forms of words, scripts, phrases, filters, pages, odd queries."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import search_ranking
from archive.errors import UsageError, WarchiveError
from archive.reader import Archive, open_archive
from archive.search import Hit, Query, next_page
from tests.archive.shelf import START, Entry, page, publish

PAPERS: list[tuple[str, str, str, str]] = [
    ("uk", "kharkiv-daily", "Обстріл Харкова", "Російські війська обстріляли Харків ракетами. Постраждали люди, п’ятеро в лікарні."),
    ("uk", "kharkiv-daily", "Івано-Франківськ приймає гостей", "До Івано-Франківська приїхали письменники. Книжкою року стала збірка."),
    ("ru", "kiev-news", "Новости Киева", "Жители Киева рассказали о войне и о ракетах. Ёлку поставили дети."),
    ("ar", "sada", "أخبار المدينة", "وصل الوزير إلى المدينة بالطائرة، والكِتابُ في يده. قالت إن الحـــرب انتهت."),
    ("fa", "tehran", "خبر", "کتاب‌های جدید در تهران منتشر شد"),
    ("he", "yediot", "ידיעות", "הממשלה החליטה לבנות בית חדש. והבית בירושלים."),
    ("zh", "beijing", "北京大学", "北京大学的学生在图书馆学习。喝水。"),
    ("ja", "tokyo", "東京の天気", "東京タワーは晴れです。"),
    ("th", "bangkok", "ข่าว", "กรุงเทพมหานครเป็นเมืองหลวง"),
    ("en-GB", "courier", "Running in Kyiv", "The president was running for office. Cities were attacked. L'homme is French."),
    ("de", "zeitung", "Häuser", "In den Häusern der Straße brennt Licht, sagt der Präsident."),
    ("en", "courier", "Grain corridor", "A corridor for grain across the Black Sea, said the minister. The sea is black."),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search")
    publish(
        folder,
        [
            Entry(
                capture=page(f"/{at}", f"<p>{at}".encode(), after=at * 3600),
                article={
                    "language": language,
                    "source": source,
                    "title": title,
                    "text": text,
                    "date_published": f"2024-11-{at + 1:02}T10:00:00Z",
                    "verdict": "live_blog" if at == 11 else "article",
                },
            )
            for at, (language, source, title, text) in enumerate(PAPERS)
        ],
    )
    return folder


@pytest.fixture(scope="module")
def archive(folder: Path) -> Iterator[Archive]:
    with open_archive(str(folder / "store"), state=folder / "state") as archive:
        assert archive.search_index().sync(archive) == len(PAPERS)
        assert archive.search_index().sync(archive) == 0
        yield archive


def titles(archive: Archive, words: str, **options: object) -> list[str]:
    return [hit.article.title or "" for hit in archive.search(Query(words, **options)).hits]  # type: ignore[arg-type]


def shown(hit: Hit) -> str:
    return "".join(f"[{text}]" if is_match else text for text, is_match in hit.snippet)


@pytest.mark.parametrize(
    ("words", "found", "marked"),
    [
        ("харковом", "Обстріл Харкова", "[Харків]"),
        ("ХАРКІВ", "Обстріл Харкова", "[Харків]"),
        ("людина", "Обстріл Харкова", "[люди]"),
        ("п'ятеро", "Обстріл Харкова", "[п’ятеро]"),
        ("книжка", "Івано-Франківськ приймає гостей", "[Книжкою]"),
        ("Івано-Франківську", "Івано-Франківськ приймає гостей", "[Івано]-[Франківська]"),
        ("киевом", "Новости Киева", "[Киева]"),
        ("война", "Новости Киева", "[войне]"),
        ("елка", "Новости Киева", "[Ёлку]"),
        ("مدينة", "أخبار المدينة", "[المدينة]"),
        ("كتاب", "أخبار المدينة", "[والكِتابُ]"),
        ("طائرة", "أخبار المدينة", "[بالطائرة]"),
        ("الحرب", "أخبار المدينة", "[الحـــرب]"),
        ("إنتهت", "أخبار المدينة", "[انتهت]"),
        ("تهران", "خبر", "[تهران]"),
        ("كتابهاي", "خبر", "[کتاب\u200cهای]"),
        ("בית", "ידיעות", "[בית] חדש. [והבית]"),
        ("ירושלים", "ידיעות", "[בירושלים]"),
        ("图书馆", "北京大学", "[图书馆]"),
        ("大学的学生", "北京大学", "[大学的学生]"),
        ("水", "北京大学", "喝[水]"),
        ("タワー", "東京の天気", "[タワー]"),
        ("เมืองหลวง", "ข่าว", "[เมืองหลวง]"),
        ("city", "Running in Kyiv", "[Cities]"),
        ("homme", "Running in Kyiv", "[L'homme]"),
        ("haus", "Häuser", "[Häusern]"),
        ("strasse", "Häuser", "[Straße]"),
        ("präsident", "Häuser", "[Präsident]"),
    ],
)
def test_a_word_is_found_by_any_of_its_forms_and_marked_in_the_snippet(archive: Archive, words: str, found: str, marked: str) -> None:
    results = archive.search(words)
    assert found in [hit.article.title for hit in results.hits]
    hit = next(hit for hit in results.hits if hit.article.title == found)
    assert marked in shown(hit)
    assert results.total == len(results.hits)


def test_phrases_negations_alternatives_and_beginnings(archive: Archive) -> None:
    assert titles(archive, '"black sea"') == ["Grain corridor"]
    assert titles(archive, "“black sea”") == ["Grain corridor"]
    assert titles(archive, '"sea black"') == []
    assert titles(archive, "black sea") == ["Grain corridor"]
    assert titles(archive, '"black sea') == ["Grain corridor"], "a quote that nobody closed"
    assert "Running in Kyiv" in titles(archive, "президент OR president")
    assert sorted(titles(archive, "grain | running")) == ["Grain corridor", "Running in Kyiv"]
    assert titles(archive, "said -grain") == []
    assert titles(archive, "said") == ["Grain corridor"]
    assert titles(archive, 'the -"black sea"', language="en") == ["Running in Kyiv"]
    assert titles(archive, "corr*") == ["Grain corridor"]
    assert titles(archive, "обстрі*") == ["Обстріл Харкова"]
    assert len(titles(archive, "-grain")) == len(PAPERS) - 1
    assert titles(archive, "nothing of the kind") == []


def test_a_word_as_it_stands_comes_before_its_forms_and_a_title_before_the_text(tmp_path: Path) -> None:
    texts = [("Inflected", "He runs, we think."), ("Exact", "We run, he thinks."), ("A run", "Nothing else, we think."), ("Other", "No.")]
    filler = [("Filler", f"Number {at}.") for at in range(8)]
    publish(
        tmp_path,
        [
            Entry(capture=page(f"/{at}", after=at), article={"title": title, "text": text})
            for at, (title, text) in enumerate(texts + filler)
        ],
    )
    with open_archive(str(tmp_path / "store"), state=tmp_path / "state") as archive:
        archive.search_index().sync(archive)
        assert titles(archive, "run") == ["A run", "Exact", "Inflected"]


def test_filters(archive: Archive) -> None:
    assert sorted(titles(archive, "president OR minister", language="en")) == ["Grain corridor", "Running in Kyiv"]
    assert titles(archive, "", language="en", sort="newest") == ["Grain corridor", "Running in Kyiv"], "en takes in en-GB"
    assert titles(archive, "", language="EN-gb") == ["Running in Kyiv"]
    assert titles(archive, "", source="courier", sort="oldest") == ["Running in Kyiv", "Grain corridor"]
    assert titles(archive, "", verdict="live_blog") == ["Grain corridor"]
    assert titles(archive, "", source="nobody") == []
    assert titles(archive, "", since="2024-11-10", until="2024-11-10") == ["Running in Kyiv"]
    assert titles(archive, "", since="2024-11-10T10:00:01Z") == ["Grain corridor", "Häuser"]
    assert titles(archive, "", until="2024-11-02T10:00:00Z") == ["Обстріл Харкова"]
    assert titles(archive, "", by="captured", until="2024-11-08T10:00:00Z") == ["Івано-Франківськ приймає гостей", "Обстріл Харкова"]
    assert titles(archive, "ракета", since="2024-11-03") == ["Новости Киева"]


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
@pytest.mark.parametrize("few", [10_000, 0])
@pytest.mark.parametrize("words", ["", "the OR и OR в"])
def test_pages_together_are_the_whole(archive: Archive, monkeypatch: pytest.MonkeyPatch, sort: str, few: int, words: str) -> None:
    whole = [hit.article.id for hit in archive.search(Query(words, sort=sort, limit=100)).hits]  # type: ignore[arg-type]
    monkeypatch.setattr(search_ranking, "FEW", few)
    query: Query | None = Query(words, sort=sort, limit=2)  # type: ignore[arg-type]
    found: list[str] = []
    while query is not None:
        results = archive.search(query)
        found += [hit.article.id for hit in results.hits]
        query = next_page(query, results)
    assert found == whole
    assert len(set(found)) == len(found)
    if not words:
        assert len(found) == len(PAPERS)


def test_what_comes_in_meanwhile_moves_no_page(tmp_path: Path) -> None:
    def entries(first: int, day: int) -> list[Entry]:
        return [
            Entry(
                capture=page(f"/{at}", after=at),
                article={
                    "title": f"Number {at}",
                    "text": "grain " * (at % 7 + 1),
                    "date_published": f"2024-10-{day:02}T{at % 24:02}:00:00Z",
                },
            )
            for at in range(first, first + 12)
        ]

    publish(tmp_path, entries(0, 5))
    with open_archive(str(tmp_path / "store"), state=tmp_path / "state") as archive:
        archive.search_index().sync(archive)
        for sort in ("newest", "oldest", "relevance"):
            query = Query("grain", sort=sort, limit=5)  # type: ignore[arg-type]
            whole = titles(archive, "grain", sort=sort, limit=100)
            first = archive.search(query)
            if sort == "newest":
                publish(tmp_path, entries(100, 9), started=START + timedelta(hours=1), token="00000002")
                archive.catalogue.sync(archive.store, archive.collection)
                assert archive.search_index().sync(archive) == 12
                assert titles(archive, "grain", sort="newest")[0].startswith("Number 1")
            second = archive.search(replace(query, cursor=first.more))
            together = [hit.article.title for hit in (*first.hits, *second.hits)]
            assert together == whole[:10], sort


def test_of_an_article_its_newest_version_that_has_the_words_is_the_hit(tmp_path: Path) -> None:
    versions = [("Grain ship sinks", "Wheat on board."), ("Grain ship saved", "Barley on board.")]
    same = {"article_id": "ab" * 32}
    publish(
        tmp_path,
        [
            Entry(capture=page("/a", f"<p>{at}".encode(), after=at), article={"title": title, "text": text, "version": at + 1, **same})
            for at, (title, text) in enumerate(versions)
        ],
    )
    with open_archive(str(tmp_path / "store"), state=tmp_path / "state") as archive:
        archive.search_index().sync(archive)
        for few in (10_000, 0):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(search_ranking, "FEW", few)
                for sort in ("relevance", "newest", "oldest"):
                    found = archive.search(Query("grain", sort=sort)).hits  # type: ignore[arg-type]
                    assert [(hit.article.version, hit.newer) for hit in found] == [(2, False)]
                    found = archive.search(Query("wheat", sort=sort)).hits  # type: ignore[arg-type]
                    assert [(hit.article.version, hit.newer, shown(hit)) for hit in found] == [(1, True, "[Wheat] on board.")]


@pytest.mark.parametrize(
    "words",
    [
        'AND NOT "', "a AND (b", "title:x", "x NEAR/3 y", '"""', "{facets} : \"v1\"", "*", "a:*b", "-", "--", '-"', "OR", "OR OR x", "x OR",
        "\x00", "\ud800", "p2024", "'; DROP TABLE docs; --", "^x", "x+y", "⁄½㎞", "a" * 999, "e\u0301" * 400, "\u200c", "水" * 500, "🙂 🙂",
    ],
)  # fmt: skip
def test_odd_searches_find_something_or_nothing_or_are_told_what_is_wrong(archive: Archive, words: str) -> None:
    refused: UsageError | None = None
    try:
        archive.search(words)
    except UsageError as error:
        refused = error
    assert refused is None or refused.hint


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.one_of(
        st.text(max_size=60), st.lists(st.sampled_from(['"', "-", "*", "OR", "|", "(", "київ", "水", "كتاب", "x", " "])).map(" ".join)
    ),
    sort=st.sampled_from(["relevance", "newest", "oldest"]),
    source=st.one_of(st.none(), st.text(max_size=8)),
    language=st.one_of(st.none(), st.text(max_size=8)),
    since=st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["0001-01-01", "9999-12-31", "2024-11-08"])),
    until=st.one_of(st.none(), st.sampled_from(["0001-01-01", "9999-12-30", "9999-12-31", "2024-11-08"])),
    cursor=st.one_of(st.none(), st.text(max_size=30)),
)
def test_no_text_at_all_can_break_a_search(
    archive: Archive,
    words: str,
    sort: str,
    source: str | None,
    language: str | None,
    since: str | None,
    until: str | None,
    cursor: str | None,
) -> None:
    query = Query(words, sort=sort, source=source, language=language, since=since, until=until, cursor=cursor)  # type: ignore[arg-type]
    try:
        results = archive.search(query)
    except UsageError:
        return
    json.dumps([hit.snippet for hit in results.hits])


@given(
    told=st.dictionaries(
        st.sampled_from("sbkntix"), st.one_of(st.none(), st.integers(), st.text(max_size=5), st.sampled_from(["newest", "published"]))
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_made_up_cursor_is_refused_or_harmless(archive: Archive, told: dict[str, object]) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(told).encode()).decode()
    for sort in ("newest", "relevance"):
        with contextlib.suppress(UsageError):
            archive.search(Query("и", sort=sort, cursor=cursor))  # type: ignore[arg-type]


def test_a_store_that_does_not_give_the_texts_still_lists_the_hits(folder: Path) -> None:
    with open_archive(str(folder / "store"), state=folder / "state") as archive:

        class Gone:
            url = "s3://gone/away"

            def get_range(self, key: str, offset: int, length: int) -> bytes:
                raise WarchiveError("the store is away")

        archive.search_index().sync(archive)
        archive.store = Gone()  # type: ignore[assignment]
        results = archive.search("corridor OR running")
        assert [hit.snippet for hit in results.hits] == [[], []]
        assert "the store is away" in results.notes[0]
