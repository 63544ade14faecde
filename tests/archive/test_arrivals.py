"""Do feeds and history agree on what is gone, and is what came in last told in its order?"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from archive.arrivals import Before, articles_before, changed_before, gone_before, languages_of
from archive.catalogue import Catalogue
from archive.catalogue_rows import INSERT_CAPTURE, capture_values, microseconds
from archive.model import CaptureRef
from archive.period import moment_of
from archive.reader import Archive, open_archive
from archive.timeline import Event, Visit, events_of
from archive.urls import urlkey
from tests.archive.shelf import SITE, START, Entry, page, publish

HOUR = 3600.0


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Three articles and a second version of the first, which says the same; a third that does not."""
    same = {"id": f"urn:uuid:{1:032x}"[:9] + "00000000-0000-5000-8000-000000000001", "text": "One text.", "language": "uk"}
    first = Entry(capture=page("/a"), article=same)
    others = [
        Entry(capture=page(path, after=after), article={"language": "en-GB", "source": "other"}) for path, after in (("/b", 1), ("/c", 2))
    ]
    publish(tmp_path, [first, *others])
    again = {"version": 2, "previous_id": same["id"], "language": "uk"}
    publish(
        tmp_path,
        [
            Entry(capture=page("/a", b"<p>2", after=3), article={**again, "text": "One text."}),
            Entry(capture=page("/a", b"<p>3", after=4), article={**again, "version": 3, "text": "Another text."}),
        ],
        token="00000002",
        started=START + timedelta(hours=1),
    )
    return open_archive(str(tmp_path / "store"), collection="news", state=tmp_path / "state")


def test_new_are_first_versions_and_changed_say_something_else(archive: Archive) -> None:
    with archive:
        catalogue = archive.catalogue
        assert [one.url for one in articles_before(catalogue)] == [f"{SITE}/c", f"{SITE}/b", f"{SITE}/a"]
        assert [one.version for one in articles_before(catalogue, "all")] == [3, 2, 1, 1, 1]
        (changed,) = changed_before(catalogue)
        assert (changed.article.version, changed.previous and changed.previous.version) == (3, 1)
        assert languages_of(catalogue) == ["en-GB", "uk"]
        for language, count in (("en", 2), ("EN-gb", 2), ("en-US", 0), ("uk", 1), ("u", 0)):
            assert len(articles_before(catalogue, language=language)) == count, language
        assert [one.url for one in articles_before(catalogue, source="other", language="en", limit=1)] == [f"{SITE}/c"]


def test_a_list_goes_on_behind_a_place(archive: Archive) -> None:
    with archive:
        seen: list[str] = []
        before = None
        while found := articles_before(archive.catalogue, "all", before=before, limit=2):
            seen += [one.id for one in found]
            moment = moment_of(found[-1].captured_at)
            assert moment is not None
            before = Before(at=moment, id=found[-1].id)
        assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize("seed", range(3))
def test_what_feeds_call_gone_is_what_history_calls_gone(tmp_path: Path, seed: int) -> None:
    publish(tmp_path, [Entry(capture=page("/x"))])
    chance = random.Random(seed)
    with open_archive(str(tmp_path / "store"), collection="news", state=tmp_path / "state") as archive:
        kept = next(archive.catalogue.captures(f"{SITE}/x"))
        expected = set()
        for number in range(150):
            refs = _visits(archive.catalogue, kept, f"{SITE}/p{number}", chance)
            events = events_of([Visit(ref=ref, verdict=None) for ref in refs], [], frozenset(), frozenset())
            expected |= set(_losses(events))
        found = {(one.ref.record_id, one.ref.fetched_at) for one in gone_before(archive.catalogue, limit=10_000)}
        assert found == expected
        assert expected
        times = [one.ref.fetched_at for one in gone_before(archive.catalogue, limit=10_000)]
        assert times == sorted(times, reverse=True)


def test_what_is_gone_and_back_says_so(tmp_path: Path) -> None:
    publish(tmp_path, [Entry(capture=page("/x"))])
    with open_archive(str(tmp_path / "store"), collection="news", state=tmp_path / "state") as archive:
        kept = next(archive.catalogue.captures(f"{SITE}/x"))
        _enter(archive.catalogue, kept, f"{SITE}/p", [(0, 200), (1, 404), (21, 404), (30, 503), (45, 410), (50, 200)])
        (gone,) = gone_before(archive.catalogue)
        assert gone.since == START + timedelta(hours=1)
        assert gone.ref.fetched_at == START + timedelta(hours=21)
        assert gone.back_at == START + timedelta(hours=50)
        assert gone.article is None
        assert gone_before(archive.catalogue, source="nobody") == []


def _losses(events: Iterable[Event]) -> Iterator[tuple[str, datetime]]:
    """The first `gone` of each loss: history says it again where a refusal came between two visits."""
    away = False
    for event in events:
        if event.kind == "gone" and not away:
            yield event.record_id, event.at
        if event.kind in ("captured", "changed", "unchanged", "back", "gone"):
            away = event.kind == "gone"


def _visits(catalogue: Catalogue, kept: CaptureRef, url: str, chance: random.Random) -> list[CaptureRef]:
    hour = 0.0
    answers = []
    for _ in range(chance.randrange(1, 9)):
        hour += chance.choice([1.0, 7.0, 19.0, 21.0, 30.0])
        answers.append((hour + chance.random(), chance.choice([200, 200, 404, 404, 410, 503, 403, 302])))
    return _enter(catalogue, kept, url, answers)


def _enter(catalogue: Catalogue, kept: CaptureRef, url: str, answers: list[tuple[float, int]]) -> list[CaptureRef]:
    row = next(catalogue.rows("SELECT file FROM captures LIMIT 1"))
    fields = {name: getattr(kept, name) for name in kept.__slots__}
    for number, (hour, status) in enumerate(answers):
        record = f"urn:uuid:{abs(hash((url, number))) % (1 << 128):032x}"
        record = f"{record[:17]}-{record[17:21]}-{record[21:25]}-{record[25:29]}-{record[29:]}"
        told = {"url": url, "urlkey": urlkey(url), "status": status, "record_id": record, "verdict": None}
        values = capture_values({**fields, **told, "fetched_at": (START + timedelta(hours=hour)).isoformat()}, row["file"])
        catalogue._db.execute(INSERT_CAPTURE, values)
    found = list(catalogue.captures(url))
    assert [microseconds(one.fetched_at) for one in found] == sorted(microseconds(START + timedelta(hours=hour)) for hour, _ in answers)
    return found
