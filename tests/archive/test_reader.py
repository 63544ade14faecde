"""Are articles found, in order, in time, and with few requests?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.articlefile import read_articles
from archive.errors import DamagedError, UsageError
from archive.period import Period, moment_of
from archive.reader import Archive, open_archive
from archive.stores import open_store
from tests.archive.shelf import SITE, START, Entry, page, publish


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Two runs: three articles, then a new version of the second and a fourth one."""
    first = publish(
        tmp_path,
        [
            Entry(capture=page("/a"), article={"date_published": "2024-11-01", "language": "en-GB"}),
            Entry(
                capture=page("/b", after=10), article={"date_published": "2024-11-08T10:00:00+02:00", "language": "uk", "source": "other"}
            ),
            Entry(capture=page("/c", after=20), article={"date_published": None, "title": "C"}),
            Entry(capture=page("/moved", b"", after=30, head=b"HTTP/1.1 301 Moved\r\nLocation: /a\r\n")),
        ],
    )
    second = START + timedelta(days=2)
    publish(
        tmp_path,
        [
            Entry(
                capture=page("/b", b"<p>New", after=172800),
                article={
                    "version": 2,
                    "previous_id": None,
                    "title": "B again",
                    "source": "other",
                    "date_published": "2024-11-08T10:00:00+02:00",
                },
            ),
            Entry(capture=page("/d", after=172810), article={"date_published": "2024-11-30T23:30:00Z", "language": None}),
        ],
        started=second,
        token="2f2e3d4c",
    )
    assert len(first) == 4
    with open_archive(str(tmp_path / "store"), collection="news", state=tmp_path / "state") as opened:
        yield opened


def paths(archive: Archive, **options: object) -> list[str]:
    return [f"{article.url.removeprefix(SITE)} {article.version}" for article in archive.articles(**options)]  # type: ignore[arg-type]


def test_the_newest_version_of_each_article_comes_in_the_order_it_was_kept(archive: Archive) -> None:
    assert paths(archive) == ["/a 1", "/c 1", "/b 2", "/d 1"]
    assert paths(archive, versions="all") == ["/a 1", "/b 1", "/c 1", "/b 2", "/d 1"]


def test_articles_are_chosen_by_source_and_language(archive: Archive) -> None:
    assert paths(archive, source="other", versions="all") == ["/b 1", "/b 2"]
    assert paths(archive, language="en") == ["/a 1", "/c 1", "/b 2"]
    assert paths(archive, language="en-gb") == ["/a 1"]


def test_a_period_applies_to_publication_and_takes_its_last_day_in(archive: Archive) -> None:
    assert paths(archive, since="2024-11-01", until="2024-11-30") == ["/a 1", "/c 1", "/b 2", "/d 1"]
    assert paths(archive, since="2024-11-01", until="2024-11-29") == ["/a 1", "/c 1", "/b 2"]
    assert paths(archive, until="2024-11-08T08:00:00Z") == ["/a 1"]
    assert paths(archive, since="2024-11-08T08:00:00Z", until="2024-11-08T08:00:01Z") == ["/b 2"]


def test_an_article_without_date_counts_by_its_capture(archive: Archive) -> None:
    assert "/c 1" in paths(archive, since="2024-11-08T08:15:20Z", until="2024-11-08T08:15:21Z")


def test_a_period_can_apply_to_the_time_of_capture(archive: Archive) -> None:
    assert paths(archive, since="2024-11-09", by="captured", versions="all") == ["/b 2", "/d 1"]
    assert paths(archive, until=datetime(2024, 11, 8, 8, 15, 10, tzinfo=UTC), by="captured", versions="all") == ["/a 1"]


@pytest.mark.parametrize(
    "options", [{"since": "yesterday"}, {"until": "2024-13-01"}, {"since": "2024-11-09", "until": "2024-11-08"}, {"by": "size"}]
)
def test_a_wrong_filter_is_refused_before_anything_is_read(archive: Archive, options: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        archive.articles(**options)  # type: ignore[arg-type]


def test_an_article_is_found_by_id_article_id_and_url(archive: Archive) -> None:
    newest = archive.article(f"{SITE}/b")
    assert newest is not None
    assert newest.title == "B again"
    assert newest.id is not None
    for ref in (
        newest.id,
        newest.id.removeprefix("urn:uuid:"),
        newest.article_id,
        f"{SITE}/b?utm_source=x#top",
        "http://www.news.example/b",
        "news.example/b",
    ):
        assert archive.article(ref) == newest, ref
    assert archive.article(f"{SITE}/nothing") is None
    assert archive.article("urn:uuid:00000000-0000-0000-0000-000000000000") is None
    with pytest.raises(UsageError):
        archive.article("not an address")


def test_an_article_is_found_by_an_address_that_redirects_to_it(archive: Archive) -> None:
    found = archive.article(f"{SITE}/moved")
    assert found is not None
    assert found.url == f"{SITE}/a"


def test_the_version_that_was_current_then_is_given(archive: Archive) -> None:
    for at, version in (("2024-11-08", 1), ("2024-11-10T08:14:59Z", 1), ("2024-11-10T08:15:00Z", 2), ("2026-01-01", 2)):
        found = archive.article(f"{SITE}/b", at=at)
        assert found is not None
        assert found.version == version, at
    assert archive.article(f"{SITE}/b", at="2024-11-07") is None


def test_runs_and_their_reports_are_there(archive: Archive) -> None:
    assert [run.run[:16] for run in archive.runs()] == ["20241108t081500z", "20241110t081500z"]
    assert archive.report(next(archive.runs()).run) == {"counters": {"captures": 4}}
    with pytest.raises(UsageError):
        archive.report("20990101t000000z-00000000")


def test_without_a_state_folder_the_catalogue_lies_in_the_cache_folder(
    tmp_path: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with open_archive(str(tmp_path / "store")) as opened:  # the store has one collection
        assert opened.collection == "news"
        assert paths(opened) == paths(archive)
    assert len(list((tmp_path / "cache/warchive/catalogues").glob("*/news/catalogue.sqlite"))) == 1


def test_a_store_with_several_collections_wants_one_named(tmp_path: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    publish(tmp_path, [Entry(capture=page("/a"))], collection="news-2", token="3f2e3d4c")
    with pytest.raises(UsageError, match=r"news-2, news\n"):
        open_archive(str(tmp_path / "store"))
    with pytest.raises(UsageError, match="nothing was published"):
        open_archive(str(tmp_path / "other"))
    with pytest.raises(UsageError, match="cannot be the name"):
        open_archive(str(tmp_path / "store"), collection="../x")


class CountingStore:
    """A real store that counts what is asked of it."""

    def __init__(self, url: str) -> None:
        self._store = open_store(url)
        self.url, self.ranges = self._store.url, [0]

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        self.ranges.append(length)
        return self._store.get_range(key, offset, length)


def test_many_articles_take_few_requests_and_no_large_one(tmp_path: Path) -> None:
    entries = [
        Entry(capture=page(f"/{n}", after=n), article={"text": f"{n} " + "".join(chr(97 + (n * i) % 26) for i in range(300))})
        for n in range(300)
    ]
    publish(tmp_path, entries)
    with open_archive(str(tmp_path / "store"), state=tmp_path / "state") as archive:
        store = CountingStore(str(tmp_path / "store"))
        found = list(read_articles(store, "news", archive.catalogue.articles()))  # type: ignore[arg-type]
        assert [article.url for article in found] == [entry.capture.url for entry in entries]
        assert len(store.ranges) - 1 <= 5
        assert max(store.ranges) <= 4 << 20
        store.ranges.clear()
        next(read_articles(store, "news", archive.catalogue.articles()))  # type: ignore[arg-type]
        assert sum(store.ranges) <= 1 << 16  # the first line does not wait for megabytes


def test_a_changed_article_file_is_damage(tmp_path: Path, archive: Archive) -> None:
    path = next((tmp_path / "store").rglob("articles.jsonl.gz"))
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)
    with pytest.raises(DamagedError):
        list(archive.articles(versions="all"))


def test_a_lost_article_file_is_damage(tmp_path: Path, archive: Archive) -> None:
    next((tmp_path / "store").rglob("articles.jsonl.gz")).unlink()
    with pytest.raises(DamagedError, match="manifest names it"):
        list(archive.articles(versions="all"))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-11-08", datetime(2024, 11, 8, tzinfo=UTC)),
        ("20241108", datetime(2024, 11, 8, tzinfo=UTC)),
        ("20241108081500", datetime(2024, 11, 8, 8, 15, tzinfo=UTC)),
        ("2024-11-08T08:15:00", datetime(2024, 11, 8, 8, 15, tzinfo=UTC)),
        ("2024-11-08T10:15:00+02:00", datetime(2024, 11, 8, 8, 15, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("soon", None),
        (None, None),
    ],
)
def test_dates_and_times_are_read_as_utc_where_no_zone_is_stated(text: str | None, moment: datetime | None) -> None:
    assert moment_of(text) == moment


def test_a_period_is_closed_before_and_open_behind() -> None:
    period = Period.of(since="2024-11-08T08:15:00Z", until="2024-11-08T09:15:00Z")
    assert [period.has(f"2024-11-08T{clock}Z") for clock in ("08:14:59", "08:15:00", "09:14:59", "09:15:00")] == [False, True, True, False]
    assert not period.has(None)
