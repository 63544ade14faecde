"""Does the timeline tell what became of a page: what was seen, what changed, when it was gone, where it went?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.article import Change
from archive.history import timeline
from archive.model import Capture, CaptureRef
from archive.reader import open_archive
from archive.timeline import Timeline
from archive.timeline_text import as_json, rows, timeline_text
from archive.urls import article_id
from tests.archive.shelf import SITE, START, Entry, page, publish

HOUR, DAY = 3600.0, 86400.0
MOVED = b"HTTP/1.1 301 Moved Permanently\r\nLocation: %s\r\n"


def answer(path: str, status: str, *, after: float, more: bytes = b"") -> Entry:
    return Entry(capture=page(path, b"", head=f"HTTP/1.1 {status}\r\n".encode() + more, after=after))


def good(path: str = "/a", *, after: float) -> Entry:
    return Entry(capture=page(path, b"<p>%f" % after, after=after))


class Shelf:
    """Runs of one archive, each with a day of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.runs = folder, 0

    def run(self, *entries: Entry) -> list[CaptureRef]:
        self.runs += 1
        return publish(self.folder, entries, started=START + timedelta(minutes=self.runs), token=f"{self.runs:08x}")

    def first(self, capture: Capture | None = None, **fields: Any) -> CaptureRef:
        return self.run(Entry(capture=capture or page("/a"), article=fields))[0]

    def version(self, number: int, *, after: float, path: str = "/a", **fields: Any) -> None:
        change = {"title": False, "text": True, "authors": False, "dates": False, "page": True, "similarity": None}
        fields = {
            "article_id": article_id(f"{SITE}/a"),
            "version": number,
            "change": Change(**{**change, **fields.pop("change", {})}),
            **fields,
        }
        self.run(Entry(capture=page(path, b"<p>%d" % number, after=after), article=fields))

    def tell(self, what: str = f"{SITE}/a") -> Timeline:
        with open_archive(str(self.folder / "store"), state=self.folder / "state") as archive:
            found = timeline(archive, what)
        assert found is not None
        return found

    def kinds(self, what: str = f"{SITE}/a") -> list[str]:
        return [event.kind for event in self.tell(what).events]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_the_first_version_is_captured_and_quiet_visits_are_one_line(shelf: Shelf) -> None:
    ref = shelf.first()
    shelf.run(*(Entry(capture=page("/a", after=hour * HOUR), repeats=ref) for hour in range(1, 15)))
    found = shelf.tell()
    assert [event.kind for event in found.events] == ["captured", "unchanged"]
    assert (found.events[1].times, found.events[1].until) == (14, START + timedelta(hours=14))
    assert "14 times, until 2024-11-08T22:15:00Z" in list(rows(found))[1][3]


def test_a_change_says_which_parts_and_how_much(shelf: Shelf) -> None:
    shelf.first(text="one two three four")
    shelf.version(2, after=HOUR, text="one two three five", change={"title": True})
    event = shelf.tell().events[1]
    assert event.kind == "changed"
    assert event.version is not None
    assert event.version.change is not None
    assert event.version.change.parts == ("title", "text", "page")
    assert (event.version.change.similarity, event.version.change.words) == (0.75, (4, 4))
    assert list(rows(shelf.tell()))[1][3].startswith("version 2, changed: title, text (75.0% in common, 4 -> 4 words)")


def test_one_404_is_missing_and_a_second_a_day_later_is_gone(shelf: Shelf) -> None:
    shelf.first()
    shelf.run(*(answer("/a", "404 Not Found", after=after) for after in (HOUR, 2 * HOUR, HOUR + DAY, 9 * DAY)))
    events = shelf.tell().events
    assert [(event.kind, event.times, event.reason) for event in events[1:]] == [("missing", 2, "http_404"), ("gone", 2, "http_404")]


def test_two_404_within_twenty_hours_are_not_yet_gone(shelf: Shelf) -> None:
    shelf.first()
    shelf.run(answer("/a", "404 Not Found", after=HOUR), answer("/a", "410 Gone", after=20.9 * HOUR))
    assert set(shelf.kinds()[1:]) == {"missing"}


def test_a_good_answer_between_begins_anew(shelf: Shelf) -> None:
    shelf.first()
    shelf.run(answer("/a", "404 Not Found", after=HOUR), good(after=DAY), answer("/a", "404 Not Found", after=2 * DAY))
    assert shelf.kinds() == ["captured", "missing", "back", "missing"]


def test_trouble_of_the_server_never_counts_as_gone(shelf: Shelf) -> None:
    shelf.first()
    statuses = ("500 No", "503 Busy", "403 Forbidden", "429 Slow", "502 Bad")
    shelf.run(*(answer("/a", status, after=number * DAY) for number, status in enumerate(statuses, 1)))
    events = shelf.tell().events[1:]
    assert [(event.kind, event.reason) for event in events] == [
        ("failed", "http_500"),
        ("failed", "http_503"),
        ("blocked", "forbidden"),
        ("blocked", "rate_limited"),
        ("failed", "http_502"),
    ]


def test_trouble_between_two_404_neither_confirms_nor_excuses(shelf: Shelf) -> None:
    shelf.first()
    entries = [answer("/a", status, after=after) for status, after in (("404 No", HOUR), ("503 Busy", 12 * HOUR), ("404 No", 2 * DAY))]
    shelf.run(*entries)
    assert shelf.kinds() == ["captured", "missing", "failed", "gone"]


def test_a_page_that_comes_back_with_another_text_is_back_and_changed(shelf: Shelf) -> None:
    shelf.first()
    shelf.run(answer("/a", "410 Gone", after=HOUR), answer("/a", "410 Gone", after=2 * DAY))
    shelf.version(2, after=3 * DAY, text="Other words.")
    assert shelf.kinds() == ["captured", "missing", "gone", "back", "changed"]


def test_a_permanent_redirect_moves_the_page_and_the_story_goes_on_there(shelf: Shelf) -> None:
    shelf.first()
    shelf.run(answer("/a", "301 Moved", after=DAY, more=b"Location: /b\r\n"), good("/b", after=DAY + 1))
    shelf.run(answer("/a", "301 Moved", after=2 * DAY, more=b"Location: /b\r\n"), good("/b", after=2 * DAY + 1))
    shelf.version(2, after=3 * DAY, path="/b", text="Other words.")
    found = shelf.tell()
    assert [event.kind for event in found.events] == ["captured", "moved", "unchanged", "changed"]
    assert found.events[1].to == f"{SITE}/b"
    assert found.url == f"{SITE}/b"
    assert f"{SITE}/a" in [address.url for address in found.addresses]


def test_an_address_that_always_redirected_did_not_move(shelf: Shelf) -> None:
    entry = answer("/short", "301 Moved", after=0, more=b"Location: /a\r\n")
    shelf.run(entry, Entry(capture=page("/a", after=1), article={"requested_url": f"{SITE}/short"}))
    found = shelf.tell(f"{SITE}/short")
    assert [event.kind for event in found.events] == ["captured"]
    assert [address.url for address in found.addresses] == [f"{SITE}/short"]


def test_a_redirect_to_the_front_page_is_a_block_and_no_move(shelf: Shelf) -> None:
    shelf.first()
    shelf.run(answer("/a", "301 Moved", after=DAY, more=b"Location: /\r\n"), good("/", after=DAY + 1))
    found = shelf.tell()
    assert [(event.kind, event.reason) for event in found.events[1:]] == [("blocked", "redirected_home")]
    assert f"{SITE}/" not in [address.url for address in found.addresses]


def test_another_article_to_which_a_page_redirects_keeps_its_own_story(shelf: Shelf) -> None:
    shelf.first()
    shelf.run(Entry(capture=page("/other", after=5), article={}))
    shelf.run(answer("/a", "301 Moved", after=DAY, more=b"Location: /other\r\n"))
    shelf.run(answer("/other", "404 No", after=2 * DAY))
    assert shelf.kinds() == ["captured", "moved"]


def test_a_page_of_which_no_article_was_made_has_a_story_too(shelf: Shelf) -> None:
    shelf.run(good("/x", after=1))
    shelf.run(good("/x", after=HOUR))
    found = shelf.tell(f"{SITE}/x")
    assert (found.article_id, [event.kind for event in found.events]) == (None, ["captured", "changed"])


def test_an_article_id_and_the_id_of_a_version_tell_the_same(shelf: Shelf) -> None:
    shelf.first()
    shelf.version(2, after=HOUR, text="Other words.")
    found = shelf.tell()
    assert shelf.tell(article_id(f"{SITE}/a")) == found
    assert shelf.tell(found.versions[1].id) == found


def test_of_an_unknown_page_nothing_is_told(shelf: Shelf) -> None:
    shelf.first()
    with open_archive(str(shelf.folder / "store"), state=shelf.folder / "state") as archive:
        for what in (f"{SITE}/none", "0" * 64, "urn:uuid:00000000-0000-0000-0000-000000000000"):
            assert timeline(archive, what) is None


def test_the_same_article_elsewhere_is_named(shelf: Shelf) -> None:
    shelf.first(canonical_url=f"{SITE}/canonical", requested_url=f"{SITE}/a?utm_source=feed")
    addresses = {address.url: address.how for address in shelf.tell().addresses}
    assert addresses == {f"{SITE}/canonical": "canonical", f"{SITE}/a?utm_source=feed": "asked for"}


def test_programs_get_every_time_and_nothing_of_the_web_reaches_a_terminal_raw(shelf: Shelf) -> None:
    shelf.first(title="Evil \x1b[31m title\u202e")
    found = shelf.tell()
    event = as_json(found)["events"][0]
    assert (event["event"], event["at"], event["times"], event["version"]) == ("captured", "2024-11-08T08:15:00.000000Z", 1, 1)
    assert not set("".join(timeline_text(found))) & {"\x1b", "\u202e"}
