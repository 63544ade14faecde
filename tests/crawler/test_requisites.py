"""Are the files that pages need entered once, asked for politely beside the pages, bounded, and each given one outcome?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from archive.config import Requisites, load_config
from archive.spool import Effect
from crawler import requisite_outcomes
from crawler.lightpace import FAILURES, LightPace
from crawler.lines import Lines
from crawler.manners import HostPace
from crawler.requisite_book import MAX_HOSTS, MAX_STEPS, MAX_TRIES, REFUSED_FRESH, RequisiteBook
from crawler.requisite_counts import close_run, counts
from crawler.requisite_lines import RequisiteLines
from crawler.requisite_url import url_id
from crawler.tally import Tally
from crawler.work import Work
from tests.crawler.frontiers import NOW, Book, source
from tests.crawler.test_lines import Court

PAGE, CDN = "http://town.example/a", "http://cdn.example"
DEFAULTS = load_config(None, environ={}, overrides={}).requisites
NEXT_RUN = "20241108t091500z-00000002"


@dataclass
class Press:
    """The files of one run, on a clock that only the test moves; effects are done at once."""

    folder: Path
    limits: Requisites = field(default_factory=lambda: replace(DEFAULTS, delay=0.2))
    now: float = 1000.0

    def __post_init__(self) -> None:
        self.ledger_book = Book(self.folder)
        self.pace = HostPace(2.0)
        self.court = Court(self.ledger_book)
        self.town = source()
        self.lines = Lines(
            self.ledger_book.frontier, self.pace, self.court, clock=lambda: self.now, wall=lambda: NOW + self.now, budget=lambda _one: 1000
        )
        self.at(self.ledger_book.frontier.run)

    def at(self, run: str) -> None:
        """Go on as this run."""
        self.run = run
        self.book = RequisiteBook(self.ledger_book.ledger, run, self.limits, wall=lambda: NOW + self.now)
        self.light = LightPace(self.pace, self.limits.delay)
        self.files = RequisiteLines(
            self.book, self.light, self.lines, sources={"town": self.town}, limits=self.limits,
            robots_verdict=lambda url: self.court.robots.get(url), queue=self.do, clock=lambda: self.now, wall=lambda: NOW + self.now,
        )  # fmt: skip

    def do(self, effect: Effect) -> None:
        self.ledger_book.do(effect)

    def enter(self, *urls: str, what: str = "image", page: str = PAGE, **more: Any) -> None:
        self.do(self.book.enter([(url, what) for url in urls], source="town", via=page, **more))
        self.look()

    def look(self) -> None:
        news, self.book.news = self.book.news, set()
        self.files.look(news)

    def begin(self, status: int | None = 200, *, retry_after: float | None = None, reason: str | None = None) -> Work | None:
        """One whole exchange, if one may be made now."""
        work, _wait = self.files.next()
        if work is None:
            return None
        self.light.finished(work.host, self.now, status=status, retry_after=retry_after, latency=0.0, reason=reason)
        needed = work.needed
        assert needed is not None
        outcome = requisite_outcomes.CAPTURED if status == 200 else f"failed:http_{status}"
        self.do(self.book.decide(needed, outcome, size=1000))
        self.files.committed(needed)
        self.free(work.host)
        return work

    def free(self, host: str) -> None:
        self.files.freed(host)
        self.lines.finished(host)

    def ask_all(self) -> list[tuple[float, str]]:
        """Times and URLs, until nothing waits within this run."""
        found = []
        for _ in range(2000):
            work = self.begin()
            if work is not None:
                found.append((self.now, work.url))
                continue
            _work, wait = self.files.next()
            if wait is None:
                return found
            self.now += wait
        raise AssertionError("still busy")

    def outcomes(self) -> dict[str, int]:
        return counts(self.ledger_book.ledger, self.run).get("town", {})


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    made = Press(tmp_path)
    yield made
    made.ledger_book.ledger.close()


def test_a_url_is_entered_once_a_run_whoever_names_it(press: Press) -> None:
    press.enter(f"{CDN}/a.png", f"{CDN}/b.png")
    press.enter(f"{CDN}/a.png", f"{CDN}/a.png#x", page="http://town.example/b")
    assert [url for _, url in press.ask_all()] == [f"{CDN}/a.png", f"{CDN}/b.png"]
    press.enter(f"{CDN}/a.png", page="http://town.example/c")
    assert press.ask_all() == []
    assert press.outcomes() == {"captured": 2}


def test_files_of_a_host_come_soon_after_each_other_and_what_a_page_misses_most_first(press: Press) -> None:
    press.enter(f"{CDN}/i.ico", what="icon")
    press.enter(f"{CDN}/a.png")
    press.enter(f"{CDN}/a.css", what="style")
    asked = press.ask_all()
    assert [url for _, url in asked] == [f"{CDN}/a.css", f"{CDN}/a.png", f"{CDN}/i.ico"]
    assert [round(later - earlier, 3) for (earlier, _), (later, _) in itertools.pairwise(asked)] == [0.2, 0.2]


def test_pages_keep_their_pace_and_go_first_and_files_fill_the_time_between(press: Press) -> None:
    press.ledger_book.announce("town", [f"http://town.example/{number}" for number in range(3)])
    press.lines.refresh(press.town)
    press.enter(*(f"http://town.example/{number}.png" for number in range(30)))
    pages, files = [], []
    for _ in range(400):
        work, wait = press.lines.next()
        if work is not None:
            pages.append(press.now)
            press.pace.finished(work.host, press.now, status=200)
            assert work.candidate is not None
            press.do(press.ledger_book.frontier.finish(work.candidate.id, "town", "article"))
            press.lines.release(work.candidate)
            press.free(work.host)
        elif (asked := press.begin()) is not None:
            files.append((press.now, asked.url))
        else:
            _work, other = press.files.next()
            waits = [one for one in (wait, other) if one is not None]
            if not waits:
                break
            press.now += min(waits)
    assert [round(moment - pages[0], 1) for moment in pages] == [0.0, 2.0, 4.0]
    assert len(files) == 30
    assert sum(moment < pages[-1] for moment, _ in files) >= 15


def test_a_host_is_not_asked_for_a_file_while_a_page_is_under_way_and_the_other_way_round(press: Press) -> None:
    press.ledger_book.announce("town", ["http://town.example/1"])
    press.enter("http://town.example/1.png", "http://town.example/2.png")
    file, _ = press.files.next()
    assert file is not None
    press.lines.refresh(press.town)
    assert press.lines.next()[0] is None
    press.light.finished(file.host, press.now, status=200, retry_after=None, latency=0.0)
    press.free(file.host)
    page, _ = press.lines.next()
    assert page is not None
    press.now += 1
    assert press.files.next() == (None, None)
    press.pace.finished(page.host, press.now, status=200)
    press.free(page.host)
    assert press.files.next()[0] is not None


def test_crawl_delay_and_retry_after_hold_for_files_too(press: Press) -> None:
    press.pace.set_crawl_delay("cdn.example", 10.0)
    press.enter(f"{CDN}/a.png", f"{CDN}/b.png")
    times = [moment for moment, _ in press.ask_all()]
    assert times[1] - times[0] == pytest.approx(10)
    press.enter("http://busy.example/a.png", "http://busy.example/b.png")
    press.begin(429, retry_after=40.0)
    assert press.pace.ready_at("busy.example") >= press.now + 40, "pages of the host wait as well"
    assert press.files.next()[1] == pytest.approx(40)


def test_a_broken_picture_service_holds_up_files_and_no_page(press: Press) -> None:
    press.enter(*(f"http://town.example/{number}.png" for number in range(20)))
    asked = 0
    for _ in range(200):
        if press.begin(502) is not None:
            asked += 1
        elif (wait := press.files.next()[1]) is not None:
            press.now += wait
    assert asked == FAILURES
    assert press.pace.closed("town.example", press.now) is None
    assert press.pace.ready_at("town.example") <= press.now
    press.do(close_run(press.run, "next_run"))
    assert press.outcomes() == {"failed:http_502": FAILURES, "waiting:failing": 20 - FAILURES}


def test_robots_txt_is_asked_first_and_obeyed(press: Press) -> None:
    press.court.robots = {f"{CDN}/a.png": "ask"}
    press.enter(f"{CDN}/a.png", f"{CDN}/b.png")
    robots, _ = press.files.next()
    assert robots is not None
    assert (robots.kind, robots.url) == ("robots", f"{CDN}/robots.txt")
    press.court.robots = {f"{CDN}/a.png": "deny"}
    press.pace.finished(robots.host, press.now, status=200)
    press.free(robots.host)
    assert [url for _, url in press.ask_all()] == [f"{CDN}/b.png"]
    assert press.outcomes() == {"captured": 1, "robots_denied": 1}


@pytest.mark.parametrize(("reason", "outcome"), [("dns", "waiting:robots_unreachable"), ("private-address", "failed:private-address")])
def test_a_host_whose_robots_txt_cannot_be_had_is_left_alone(press: Press, reason: str, outcome: str) -> None:
    press.enter(f"{CDN}/a.png", f"{CDN}/b.png")
    press.court.robots = dict.fromkeys((f"{CDN}/a.png", f"{CDN}/b.png"), "unreachable")
    press.files.barred("cdn.example", reason)
    assert press.ask_all() == []
    assert press.outcomes() == {outcome: 2}


def test_number_bytes_and_hosts_of_a_page_are_bounded_and_the_next_page_has_its_own(tmp_path: Path) -> None:
    press = Press(tmp_path, limits=replace(DEFAULTS, max_per_page=3, max_page_bytes=1500))
    press.enter(*(f"{CDN}/{number}.png" for number in range(5)))
    assert len(press.ask_all()) == 2, "the second went beyond the bytes"
    assert press.outcomes() == {"captured": 2, "over_limit:page": 2, "over_limit:page_bytes": 1}
    press.enter(f"{CDN}/4.png", page="http://town.example/b")
    assert press.ask_all()[0][1] == f"{CDN}/4.png", "what was too much for one page is not for another"
    press = Press(tmp_path / "hosts")
    press.enter(*(f"http://h{number}.example/a.png" for number in range(MAX_HOSTS + 5)))
    assert press.outcomes()["over_limit:page_hosts"] == 5


def test_number_and_bytes_of_a_run_and_the_number_of_a_host_are_bounded_and_the_rest_is_owed(tmp_path: Path) -> None:
    for limits, reason in (({"max_per_run": 4}, "run_limit"), ({"max_run_bytes": 4000}, "run_limit"), ({"max_per_host": 4}, "host_limit")):
        press = Press(tmp_path / reason / next(iter(limits)), limits=replace(DEFAULTS, **limits))  # type: ignore[arg-type]
        press.enter(*(f"{CDN}/{number}.png" for number in range(10)))
        for _ in range(100):
            if press.begin() is not None:
                press.files.bytes += 1000
            elif (wait := press.files.next()[1]) is not None:
                press.now += wait
        press.do(close_run(press.run, "run_limit" if press.files.full else "next_run"))
        assert press.outcomes() == {"captured": 4, f"waiting:{reason}": 6}


def test_a_chain_of_sheets_and_one_of_redirects_come_to_an_end(press: Press) -> None:
    press.enter(f"{CDN}/a.css", what="style", path="E" * MAX_STEPS)
    assert press.outcomes() == {"over_limit:depth": 1}
    press.enter(f"{CDN}/0.png")
    for number in range(20):
        work, wait = press.files.next()
        if work is None and wait is not None:
            press.now += wait
            work, _ = press.files.next()
        if work is None:
            break
        assert work.needed is not None
        press.light.finished(work.host, press.now, status=302, retry_after=None, latency=0.0)
        press.do(press.book.redirected(work.needed, f"{CDN}/{number + 1}.png"))
        press.files.committed(work.needed)
        press.free(work.host)
        press.look()
    assert press.outcomes() == {"over_limit:depth": 1, "redirected": 6, "failed:too_many_redirects": 1}


def test_what_fails_in_passing_is_asked_again_and_given_up_at_the_third_time(press: Press) -> None:
    press.enter(f"{CDN}/a.png")
    for _ in range(MAX_TRIES):
        (needed,) = press.book.take("cdn.example", now=NOW + press.now, limit=5, skip=())
        press.do(press.book.retry(needed, "timeout", due=NOW + press.now))
    assert press.book.take("cdn.example", now=NOW + press.now, limit=5, skip=()) == []
    assert press.outcomes() == {"failed:timeout": 1}


def test_what_a_run_did_not_get_to_is_owed_to_the_next_for_some_days_and_then_dropped(press: Press) -> None:
    press.enter(f"{CDN}/a.png", f"{CDN}/b.png")
    press.begin()
    press.do(close_run(press.run, "interrupted"))
    assert press.outcomes() == {"captured": 1, "waiting:interrupted": 1}
    press.do(Tally(press.ledger_book.ledger, press.run).forget(press.run))
    press.at(NEXT_RUN)
    press.do(press.book.take_up({"elsewhere"}))
    assert press.outcomes() == {}, "a run of other sources has nothing to do with it"
    press.do(press.book.take_up({"town"}))
    press.look()
    press.enter(f"{CDN}/b.png")
    assert [url for _, url in press.ask_all()] == [f"{CDN}/b.png"]
    assert press.outcomes() == {"captured": 1}
    press.enter(f"{CDN}/c.png")
    press.do(close_run(press.run, "interrupted"))
    press.now += press.limits.owed + 1
    press.at("20241112t091500z-00000003")
    press.do(press.book.take_up({"town"}))
    assert press.outcomes() == {"dropped:too_old": 1}
    assert press.ask_all() == []


def test_what_the_archive_has_got_lately_is_known_a_lost_picture_for_a_day(press: Press) -> None:
    def kept(url: str, status: int, age: float) -> Effect:
        from datetime import UTC, datetime

        moment = datetime.fromtimestamp(NOW + press.now - age, UTC).isoformat()
        values = (url, moment, status)
        columns = "run, url, urlkey, fetched_at, status, record_type, record_id, filename, offset, length"
        more = "payload_digest, block_digest, entity_digest, kind, completeness"
        marks = "'r', ?, '', ?, ?, 'response', '', '', 0, 0, '', '', '', 'requisite', 'complete'"
        return lambda db, _row: db.execute(f"INSERT INTO captures ({columns}, {more}) VALUES ({marks})", values)

    press.do(kept(f"{CDN}/fresh.png", 200, press.limits.fresh - 10))
    press.do(kept(f"{CDN}/stale.png", 200, press.limits.fresh + 10))
    press.do(kept(f"{CDN}/lost.png", 404, REFUSED_FRESH - 10))
    press.do(kept(f"{CDN}/lost-before.png", 404, REFUSED_FRESH + 10))
    press.do(kept(f"{CDN}/busy.png", 503, 10))
    press.enter(*(f"{CDN}/{name}.png" for name in ("fresh", "stale", "lost", "lost-before", "busy")))
    assert [url.rpartition("/")[2] for _, url in press.ask_all()] == ["stale.png", "lost-before.png", "busy.png"]
    assert press.outcomes() == {"captured": 3, "known": 2}


def test_what_is_no_url_that_can_be_asked_for_is_counted_and_not_asked(press: Press) -> None:
    press.enter("http://a..b/x.png", "http://exa mple/x.png")
    assert press.ask_all() == []
    assert press.outcomes() == {"failed:dns": 2}


def test_a_run_that_hands_over_asks_for_no_more_files(press: Press) -> None:
    press.enter(f"{CDN}/a.png")
    assert press.files.busy()
    press.lines.draining = True
    assert not press.files.busy()
    assert press.files.next() == (None, None)


def test_outcomes_have_documented_groups_and_no_others() -> None:
    assert requisite_outcomes.by_group({"failed:http_404": 2, "captured": 1, "failed:dns": 1}) == {"captured": 1, "failed": 3}
    with pytest.raises(ValueError, match="no such outcome"):
        requisite_outcomes.name("lost")
    assert url_id("http://a/") != url_id("http://A/")
