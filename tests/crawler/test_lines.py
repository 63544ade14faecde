"""Is each host asked when it may be, for everything that waits for it, and never for ever?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crawler import outcomes
from crawler.frontier import Frontier
from crawler.lines import HOST_WAIT, Lines
from crawler.manners import HostPace
from crawler.sources import Source
from crawler.work import Work
from tests.crawler.frontiers import NOW, Book, source


@dataclass
class Court:
    """A referee whose verdicts a test sets, and which remembers what it refused."""

    book: Book
    robots: dict[str, str] = field(default_factory=dict)
    """Origin or URL → verdict; all others are allowed."""
    scope: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    on_refusal: Callable[[Work, str], None] = lambda _work, _reason: None

    def robots_verdict(self, work: Work) -> str | None:
        return self.robots.get(work.url) or self.robots.get(work.origin)

    def scope_verdict(self, work: Work) -> str | None:
        return self.scope.get(work.url)

    def refuse(self, work: Work, reason: str) -> None:
        self.refused.append((work.url, reason))
        self.on_refusal(work, reason)


@dataclass
class Street:
    """Lines over a frontier, on a clock that only the test moves."""

    book: Book
    court: Court
    lines: Lines
    pace: HostPace
    now: float = 1000.0

    def ask(self, *, status: int | None = 200, seconds: float = 0.0, retry_after: float | None = None) -> str | None:
        """One whole exchange, if one may be made now: the URL that was asked for. A page is finished with it."""
        work, _wait = self.lines.next()
        if work is None:
            return None
        self.now += seconds
        self.pace.finished(work.host, self.now, status=status, retry_after=retry_after)
        if work.candidate is not None and status == 200:
            self.book.do(self.book.frontier.finish(work.candidate.id, work.source.name, outcomes.ARTICLE))
            self.lines.release(work.candidate)
        self.lines.finished(work.host)
        return work.url

    def ask_all(self, *, limit: int = 1000) -> list[str]:
        """Until nothing waits within this run; time passes as it must."""
        asked = []
        for _ in range(limit):
            url = self.ask()
            if url is not None:
                asked.append(url)
                continue
            _work, wait = self.lines.next()
            if wait is None:
                return asked
            self.now += wait
        raise AssertionError(f"still busy after {limit} questions: {asked[-3:]}")


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    book = Book(tmp_path)
    pace = HostPace(0.0)
    court = Court(book)
    lines = Lines(
        book.frontier,
        pace,
        court,
        clock=lambda: made.now,
        wall=lambda: NOW + made.now,
        budget=lambda one: 100 if one.max_pages_per_run is None else one.max_pages_per_run,
    )
    made = Street(book, court, lines, pace)
    yield made
    book.ledger.close()


def pages(host: str, count: int, *, scheme: str = "http") -> list[str]:
    return [f"{scheme}://{host}/{number:04d}" for number in range(count)]


def seed(url: str, owner: Source) -> Work:
    return Work(kind="seed", url=url, source=owner, seed_url=url)


def waiting(street: Street, owner: Source, urls: list[str]) -> None:
    street.book.announce(owner.name, urls)
    street.lines.refresh(owner)


def test_a_host_is_asked_for_one_thing_at_a_time(street: Street) -> None:
    waiting(street, source(), pages("town.example", 2))
    first, _ = street.lines.next()
    assert first is not None
    assert street.lines.next() == (None, None)
    assert street.lines.busy()
    street.pace.finished(first.host, street.now, status=200)
    street.lines.finished(first.host)
    second, _ = street.lines.next()
    assert second is not None
    assert second.url != first.url


def test_pages_that_become_known_while_a_refusal_commits_do_not_close_their_host(street: Street) -> None:
    town = source()
    urls = pages("town.example", 3)
    street.court.robots[urls[0]] = "deny"

    def commit(work: Work, _reason: str) -> None:
        assert work.candidate is not None
        street.book.do(street.book.frontier.finish(work.candidate.id, town.name, outcomes.ROBOTS_DENIED))
        street.lines.refresh(town)  # the same commit held an announcement

    street.court.on_refusal = commit
    waiting(street, town, urls)
    assert sorted(street.ask_all()) == urls[1:]
    assert list(street.lines.left_alone()) == []


def test_a_line_that_waits_for_a_retry_is_asked_at_once_for_something_new(street: Street) -> None:
    town = source()
    waiting(street, town, [])
    street.lines.retry_later("town.example", 50)
    assert street.lines.next() == (None, 50)
    waiting(street, town, pages("town.example", 1))
    assert street.ask() == "http://town.example/0000"


def test_a_page_that_failed_at_another_host_is_asked_again_in_this_run(street: Street) -> None:
    town = source()
    waiting(street, town, ["http://town.example/a"])
    work, _ = street.lines.next()
    assert work is not None
    assert work.candidate is not None
    street.pace.finished(work.host, street.now, status=302)
    street.book.do(street.book.frontier.hop(work.candidate, "http://far.example/a"))
    street.lines.add(work.at("http://far.example/a"))
    street.lines.finished(work.host)
    far, _ = street.lines.next()
    assert far is not None
    assert far.candidate is not None
    street.pace.finished(far.host, street.now, status=500)
    street.lines.retry_later(far.candidate.host, 5)
    street.book.do(street.book.frontier.retry(far.candidate, "failed:http_500", due=NOW + street.now + 5))
    street.lines.release(far.candidate)
    street.lines.finished(far.host)
    assert street.ask_all() == ["http://town.example/a"]  # from the beginning: its redirects may lead elsewhere by now


def test_a_budget_holds_for_all_hosts_of_a_source_together(street: Street) -> None:
    town = source(max_pages_per_run=5)
    waiting(street, town, [url for host in ("a.example", "b.example", "c.example") for url in pages(host, 4)])
    assert len(street.ask_all()) == 5
    assert street.lines.over_budget == {"town"}
    assert street.book.outcomes("town") == {"article": 5, "undecided": 7}


def test_a_host_with_several_sources_is_asked_as_slowly_as_the_most_careful_one_says(street: Street) -> None:
    for delay in (10.0, 1.0, None):
        waiting(street, source(f"town-{delay}", delay=delay), [f"http://town.example/{delay}"])
    assert street.pace.delay_of("town.example") == 10.0


def test_the_delay_of_a_source_holds_on_every_host_that_it_has_pages_on(street: Street) -> None:
    waiting(street, source(delay=7.0), ["http://www.town.example/1", "http://town.example/2"])
    assert [street.pace.delay_of(host) for host in ("town.example", "www.town.example")] == [7.0, 7.0]


def test_sources_that_share_a_host_take_turns(street: Street) -> None:
    big = source("big", max_pages_per_run=10**6)
    waiting(street, big, [f"http://town.example/big/{number}" for number in range(600)])
    waiting(street, source("small"), [f"http://town.example/small/{number}" for number in range(10)])
    asked = street.ask_all()
    assert len(asked) == 610
    assert max(at for at, url in enumerate(asked) if "/small/" in url) < 100, "ten pages wait for no more than a batch and their turns"


def test_a_run_has_a_budget_of_its_own_over_all_sources(tmp_path: Path) -> None:
    book = Book(tmp_path)
    court, pace = Court(book), HostPace(0.0)
    lines = Lines(book.frontier, pace, court, clock=lambda: made.now, wall=lambda: NOW + made.now, budget=lambda _one: 1000, run_budget=7)
    made = Street(book, court, lines, pace)
    for name in ("town", "village"):
        waiting(made, source(name), pages(f"{name}.example", 10))
    assert len(made.ask_all()) == 7
    assert lines.over_budget == {"town", "village"}
    book.ledger.close()


def test_the_robots_txt_of_an_origin_is_asked_for_first_and_what_waits_for_it_comes_after(street: Street) -> None:
    town = source()
    street.court.robots["http://town.example"] = "ask"
    waiting(street, town, pages("town.example", 1))
    robots, _ = street.lines.next()
    assert robots is not None
    assert (robots.kind, robots.url) == ("robots", "http://town.example/robots.txt")
    street.court.robots["http://town.example"] = "wait"
    street.pace.finished(robots.host, street.now, status=302)
    street.lines.finished(robots.host)  # it was redirected: what waits for it waits on
    assert street.lines.next() == (None, None)
    street.court.robots.clear()
    street.lines.poke("town.example")
    assert street.ask() == "http://town.example/0000"


def test_pages_whose_robots_txt_cannot_be_reached_stay_as_they_are_and_cost_nothing(street: Street) -> None:
    town = source(max_pages_per_run=10**6)
    street.court.robots["http://town.example"] = "unreachable"
    others = [f"https://town.example/over-tls/{number}" for number in range(3)]
    waiting(street, town, [*pages("town.example", 500), *others])
    assert sorted(street.ask_all()) == others
    assert street.court.refused == []
    assert list(street.lines.left_alone()) == [("town", "town.example", "http", "robots_unreachable")]
    street.book.do(*(street.book.frontier.tally.close_host(*one[:2], one[3], scheme=one[2]) for one in street.lines.left_alone()))
    assert street.book.outcomes("town") == {"article": 3, "waiting:robots_unreachable": 500}


def test_a_page_whose_redirect_leads_to_an_unreachable_robots_txt_is_refused_once(street: Street) -> None:
    town = source()
    street.court.robots["http://far.example"] = "unreachable"
    waiting(street, town, ["http://town.example/a"])
    work, _ = street.lines.next()
    assert work is not None
    street.pace.finished(work.host, street.now, status=302)
    street.lines.add(work.at("http://far.example/a"))
    street.lines.finished(work.host)
    assert street.ask_all() == []
    assert street.court.refused == [("http://far.example/a", "robots_unreachable")]


def test_a_site_that_is_closed_to_us_lets_others_have_their_turn(street: Street) -> None:
    closed, town = source("closed", max_pages_per_run=10**6), source()
    urls = pages("closed.example", 1000)
    street.court.robots.update(dict.fromkeys(urls, "deny"))

    def finish(work: Work, _reason: str) -> None:
        assert work.candidate is not None
        street.book.do(street.book.frontier.finish(work.candidate.id, closed.name, outcomes.ROBOTS_DENIED))
        street.lines.release(work.candidate)

    street.court.on_refusal = finish
    waiting(street, closed, urls)
    waiting(street, town, pages("town.example", 1))
    refusals = []
    while (url := street.ask()) is None:
        refusals.append(len(street.court.refused))
        assert len(refusals) < 20
    assert url == "http://town.example/0000"
    assert refusals[0] < 200
    assert street.ask_all() == []
    assert street.book.outcomes("closed") == {"robots_denied": 1000}


def test_what_waited_since_other_rules_held_is_judged_by_the_rules_of_today(street: Street) -> None:
    street.court.scope["http://town.example/0000"] = "denied-by-rule"
    waiting(street, source(), pages("town.example", 2))
    assert street.ask_all() == ["http://town.example/0001"]
    assert street.court.refused == [("http://town.example/0000", "out_of_scope:denied-by-rule")]


def test_a_closed_host_refuses_its_seeds_and_robots_txt_and_leaves_its_pages(street: Street) -> None:
    town = source()
    waiting(street, town, pages("town.example", 3))
    street.lines.add(seed("http://town.example/feed", town))
    street.lines.add(Work(kind="robots", url="http://town.example/robots.txt", source=town, seed_url="http://far.example", hops=1))
    street.lines.close("town.example", "overloaded")
    assert sorted(street.court.refused) == [("http://town.example/feed", "overloaded"), ("http://town.example/robots.txt", "overloaded")]
    street.lines.add(seed("http://town.example/late", town))
    assert street.court.refused[-1] == ("http://town.example/late", "overloaded")
    assert street.lines.next() == (None, None)
    assert not street.lines.busy()
    assert list(street.lines.left_alone()) == [("town", "town.example", None, "overloaded")]


def test_a_host_that_wants_a_longer_pause_than_the_run_has_patience_is_left_for_the_next(street: Street) -> None:
    waiting(street, source(), pages("town.example", 2))
    assert street.ask(status=429, retry_after=HOST_WAIT + 1) is not None
    assert street.lines.next() == (None, None)
    assert [one[3] for one in street.lines.left_alone()] == ["host_backoff"]


def test_a_pause_that_the_run_has_patience_for_is_waited_for(street: Street) -> None:
    waiting(street, source(), pages("town.example", 2))
    street.ask(status=503, retry_after=HOST_WAIT)
    assert street.lines.next() == (None, HOST_WAIT)
    assert street.lines.busy()


def test_a_failing_referee_leaves_no_line_behind_that_is_busy_for_ever(street: Street) -> None:
    def fail(_work: Work, _reason: str) -> None:
        raise RuntimeError("no")

    street.court.on_refusal = fail
    street.court.robots["http://town.example/0000"] = "deny"
    waiting(street, source(), pages("town.example", 2))
    with pytest.raises(RuntimeError):
        street.lines.next()
    street.lines.poke("town.example")
    assert street.ask() == "http://town.example/0001"


def test_no_page_is_handed_out_twice_before_its_state_is_committed(street: Street) -> None:
    town = source()
    waiting(street, town, pages("town.example", 2))
    seen = set()
    for _ in range(2):
        work, _wait = street.lines.next()
        assert work is not None
        seen.add(work.url)
        street.pace.finished(work.host, street.now, status=200)
        street.lines.finished(work.host)
        street.lines.refresh(town)
    assert len(seen) == 2
    assert street.lines.next() == (None, None)


def test_hosts_are_found_through_the_index_however_many_pages_wait(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.announce("town", [url for host in ("a.example", "b.example:8080") for url in pages(host, 20)])
    frontier: Frontier = book.frontier
    assert list(frontier.hosts("town")) == ["a.example", "b.example:8080"]
    plan = book.ledger.db.execute(
        "EXPLAIN QUERY PLAN SELECT host FROM pages WHERE source = 'x' AND state = 0 AND host > '' ORDER BY host LIMIT 1"
    ).fetchall()
    assert [row["detail"] for row in plan] == ["SEARCH pages USING INDEX pages_waiting (source=? AND host>?)"]
    book.ledger.close()
