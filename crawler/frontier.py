"""Which pages wait to be asked for, which are asked again and when, and what did each become?

Tables in the ledger's SQLite file (crawler/frontier_schema.py), so that a capture and the page that becomes done are one transaction
(DESIGN §5.2). Functions that change rows are `Effect`s for the spool: they run inside its group commit, in order. A page that waits is
simply not done: a killed run leaves no lease to give back. Nothing here is read whole: pages are handed out in batches per host.

A page that became an article rests, and is due again after the steps of crawler/comeback.py. New pages are handed out before those.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from archive.ledger import Ledger, rfc3339
from archive.model import Announcement
from archive.spool import Effect
from archive.urls import normalize
from crawler import outcomes, requisite_schema
from crawler.comeback import DEFAULT_STEPS, after_block, after_missing, announced_change, next_check
from crawler.effects import statement
from crawler.family import plainer
from crawler.frontier_schema import prepare
from crawler.pageid import named_page_id, page_id
from crawler.seedbook import SeedBook
from crawler.tally import Tally, first_kind, kind_bits

WAITING, CAPTURED, DONE, RESTING = 0, 1, 2, 3
# Over all runs; a URL that failed so often is given up. With the pauses of crawler/answer.py that is after two days and a half: sites
# that are attacked or without power come back after hours.
MAX_ATTEMPTS = 10
MAX_BLOCKS = 5  # of a page that never was an article: with the pauses of `after_block` that is after three weeks
STUBS = frozenset({"too_short", "empty"})
"""Verdicts that a young page may outgrow: "more soon", and then the article."""
YOUNG = 3 * 86400.0
CLOCK_SLACK = 3600.0  # a clock that is put back by less is let catch up
_GIVEN_UP = frozenset({outcomes.FAILED})
_NO_ARTICLE = frozenset(
    {outcomes.REDIRECTED, outcomes.MOVED, outcomes.NOT_ARTICLE, outcomes.BLOCKED, outcomes.ROBOTS_DENIED, outcomes.OUT_OF_SCOPE}
)
MAX_ALIASES = 20  # addresses that are remembered of one page

Steps = Callable[[str], Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A page as it is handed out."""

    id: bytes
    url: str
    """As announced, or where the page has moved to since."""
    fetch_url: str
    """What to ask for now: `url`, or where its redirects have led."""
    hops: int
    source: str
    host: str
    """Under which the frontier keeps it: that of `url`."""
    attempts: int
    recheck: bool
    """It was finished before: an equal payload is `unchanged`."""
    article: str | None
    """Id of the article that its versions belong to, in hex; null where there is none, or none that the frontier knows."""
    announcement: Announcement


class Frontier:
    """The pages of one state folder, seen from one run. `steps` gives the ages (seconds) at which a source's articles are asked again;
    none means never.
    """

    def __init__(
        self, ledger: Ledger, run: str, *, wall: Callable[[], float] = time.time, steps: Steps = lambda _source: DEFAULT_STEPS
    ) -> None:
        self._ledger, self._db = ledger, ledger.db
        self._wall, self._steps = wall, steps
        self.run = run
        self._began = wall()
        prepare(ledger)
        requisite_schema.prepare(ledger)
        self.seeds = SeedBook(ledger, run)
        self.tally = Tally(ledger, run)

    # -- discovery

    def announce(
        self,
        source: str,
        announcements: Sequence[Announcement],
        *,
        in_scope: Callable[[str], str | None],
        now: float,
        rank: Callable[[Announcement], float],
        known: Callable[[str], bool],
        others: Collection[str],
        recheck: bool,
        count: Callable[[int], None],
    ) -> Effect:
        """Enter candidates; `count` is told how many were new. A page is one candidate however often, and under whatever addresses, it is
        announced in a run.

        `known` says whether the archive already holds this page, for state folders that were made anew beside an old store. A page of a
        source that is not of this run (`others` are) becomes ours: that source may have another name by now, or be gone.
        """

        def effect(db: sqlite3.Connection, _row: int) -> None:
            new = 0
            for one in announcements:
                new += self._announce_one(db, source, one, in_scope, now, rank, known, others, recheck)
            count(new)

        return effect

    def announce_named(
        self,
        source: str,
        announcements: Sequence[Announcement],
        *,
        in_scope: Callable[[str], str | None],
        now: float,
        known: Callable[[str], bool],
    ) -> Effect:
        """Enter the URLs that the command line names, and let it forget those of earlier commands.

        They are asked for whatever became of them before, and are nobody's pages: what a source knows of the same URL stays as it is, and
        a source to which it is new asks for it itself.
        """

        def effect(db: sqlite3.Connection, _row: int) -> None:
            for state in (WAITING, DONE, RESTING):  # each has an index of its own
                db.execute(f"DELETE FROM pages WHERE source = ? AND state = {state}", (source,))
            for one in announcements:
                page = named_page_id(one.url)
                reason = in_scope(one.url)
                self.tally.sight(db, source, page, None if reason is None else outcomes.name(outcomes.OUT_OF_SCOPE, reason))
                if reason is None:
                    self._enter(db, page, source, one, state=WAITING, rank=0.0, now=now, article=b"" if known(one.url) else None)

        return effect

    @staticmethod
    def _enter(
        db: sqlite3.Connection,
        page: bytes,
        source: str,
        one: Announcement,
        *,
        state: int,
        rank: float,
        now: float,
        outcome: str | None = None,
        article: bytes | None = None,
    ) -> None:
        db.execute(
            "INSERT OR IGNORE INTO pages (id, url, source, host, state, rank, due, outcome, announcement, article, kinds, marks)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                page,
                one.url,
                source,
                host_of(one.url),
                state,
                rank,
                now,
                outcome,
                announcement_json(one),
                article,
                first_kind(one.seed_type),
                _marks(one),
            ),
        )

    def _announce_one(
        self,
        db: sqlite3.Connection,
        source: str,
        one: Announcement,
        in_scope: Callable[[str], str | None],
        now: float,
        rank: Callable[[Announcement], float],
        known: Callable[[str], bool],
        others: Collection[str],
        recheck: bool,
    ) -> int:
        page = page_id(one.url)
        reason = in_scope(one.url)
        if reason is not None:
            self.tally.sight(db, source, page, outcomes.name(outcomes.OUT_OF_SCOPE, reason))
            return 0
        row = db.execute("SELECT * FROM pages WHERE id = ?", (page,)).fetchone()
        if row is None:
            born = rank(one)
            if known(one.url):
                due = self._next_check(source, page, born, now)
                state = RESTING if due is not None else DONE
                self._enter(db, page, source, one, state=state, rank=born, now=due or now, outcome=outcomes.ARTICLE, article=b"")
            else:
                self._enter(db, page, source, one, state=WAITING, rank=born, now=now)
                self.tally.sight(db, source, page, None)
                return 1
            row = db.execute("SELECT * FROM pages WHERE id = ?", (page,)).fetchone()
        ours = row["source"] == source
        if not ours and row["source"] not in others and row["state"] != CAPTURED:
            db.execute("UPDATE pages SET source = ? WHERE id = ?", (source, page))
            ours = True
        if not ours:
            self.tally.sight(db, source, page, outcomes.ELSEWHERE)
            return 0
        self._note_kind(db, row, one)
        self._note_address(db, row, one)
        if row["state"] == WAITING or (row["state"] == RESTING and self._due_again(db, row, one, now, recheck)):
            self.tally.sight(db, source, page, None)
        else:
            self.tally.sight(db, source, page, outcomes.KNOWN)
        return 0

    @staticmethod
    def _note_kind(db: sqlite3.Connection, row: sqlite3.Row, one: Announcement) -> None:
        kinds = row["kinds"] | kind_bits(one.seed_type)
        if kinds != row["kinds"]:
            db.execute("UPDATE pages SET kinds = ? WHERE id = ?", (kinds, row["id"]))

    def _note_address(self, db: sqlite3.Connection, row: sqlite3.Row, one: Announcement) -> None:
        """Another address of the same page is remembered; a plainer one of the same host is asked for in its place."""
        if one.url == row["url"] or normalize(one.url) == normalize(row["url"]):
            return
        other = one.url
        if row["state"] == WAITING and not row["hops"] and host_of(one.url) == row["host"] and plainer(row["url"], one.url) == one.url:
            db.execute("UPDATE pages SET url = ? WHERE id = ?", (one.url, row["id"]))
            other = row["url"]
        self._note_alias(db, row["id"], row["source"], other, "spelling")

    def _note_alias(self, db: sqlite3.Connection, page: bytes, source: str, url: str, reason: str) -> None:
        known = db.execute("SELECT COUNT(*) AS n FROM aliases WHERE page = ?", (page,)).fetchone()["n"]
        if known < MAX_ALIASES:
            db.execute("INSERT OR IGNORE INTO aliases VALUES (?, ?, ?, ?, ?)", (page, url, source, self.run, reason))

    def _due_again(self, db: sqlite3.Connection, row: sqlite3.Row, one: Announcement, now: float, recheck: bool) -> bool:
        """Whether a finished page is asked for in this run: its time has come, `--recheck`, or its announcement says that it changed."""
        if recheck:
            # Only the first sighting of a run asks again: what this run finished stays finished.
            if not self.tally.sight(db, row["source"], row["id"], None):
                return False
            db.execute("UPDATE pages SET due = ? WHERE id = ?", (min(now, row["due"]), row["id"]))
            return True
        marks, due = announced_change(
            marks=row["marks"],
            seed_type=one.seed_type,
            published=one.published,
            modified=one.modified,
            title=one.title,
            last_checked=row["checked"] or 0.0,
            quiet=row["quiet"],
            now=now,
        )
        if due is not None and self._steps(row["source"]):
            due = min(due, row["due"])
            db.execute("UPDATE pages SET marks = ?, due = ?, quiet = quiet + 1 WHERE id = ?", (marks, due, row["id"]))
            return bool(due <= now)
        if marks != row["marks"]:
            db.execute("UPDATE pages SET marks = ? WHERE id = ?", (marks, row["id"]))
        return bool(row["due"] <= now)

    def recheck_all(self, source: str, now: float) -> Effect:
        """Every finished article of the source is due now, and is seen in this run."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            which = "source = ? AND state = 3 AND article IS NOT NULL"
            db.execute(f"INSERT OR IGNORE INTO sightings SELECT ?, source, id, NULL FROM pages WHERE {which}", (self.run, source))
            db.execute(f"UPDATE pages SET due = min(due, ?), fetch_url = NULL, hops = 0, attempts = 0 WHERE {which}", (now, source))

        return effect

    def mend_clock(self, ahead: float) -> None:
        """The clock stood at `ahead` once, and has been put back since: what was looked at under it is looked at again within a day, since
        its age was misjudged, and the rest waits no longer than it would have.
        """
        now = self._wall()
        if ahead - now <= CLOCK_SLACK:
            return
        with self._ledger.transaction() as db:
            db.execute(
                "UPDATE pages SET due = ? + min(max(due - checked, 0), 86400.0), checked = ?, rank = min(rank, ?),"
                " missing_since = min(missing_since, ?) WHERE checked > ?",
                (now, now, now, now, now),
            )
            # Of what nobody has looked at yet, nothing is put off for longer than a day but what the archive has already.
            db.execute(
                "UPDATE pages SET due = ?, rank = min(rank, ?) WHERE checked IS NULL AND due > ? AND (state = 0 OR due > ?)",
                (now, now, now + 86400.0, now + 500 * 86400.0),
            )

    # -- handing out

    def hosts(self, source: str, *, now: float | None = None) -> Iterator[str]:
        """Hosts of the source with pages that wait, or that rest and are due. A look or two into the index a host, however many pages
        lie there.
        """
        moment = self._wall() if now is None else now
        found = set()
        for state in (WAITING, RESTING):
            query = f"SELECT host FROM pages WHERE source = ? AND state = {state} AND host > ? ORDER BY host LIMIT 1"
            host = ""
            while (row := self._db.execute(query, (source, host)).fetchone()) is not None:
                host = str(row["host"])
                if host not in found and (state == WAITING or self._first_resting(source, host) <= moment):
                    found.add(host)
                    yield host

    def _first_resting(self, source: str, host: str) -> float:
        row = self._db.execute(
            "SELECT due FROM pages WHERE source = ? AND host = ? AND state = 3 ORDER BY due LIMIT 1", (source, host)
        ).fetchone()
        return float("inf") if row is None else float(row["due"])

    def has_due(self, source: str, now: float) -> bool:
        """Whether a page of the source may be asked now."""
        waiting = "SELECT 1 FROM pages WHERE source = ? AND host = ? AND state = 0 AND due <= ? LIMIT 1"
        return any(
            self._first_resting(source, host) <= now or self._db.execute(waiting, (source, host, now)).fetchone()
            for host in self.hosts(source, now=now)
        )

    def first_due(self, source: str) -> float | None:
        """When the first page of the source is due, of those that wait and those that rest; null where there is none."""
        first: float | None = None
        for host in self.hosts(source, now=float("inf")):
            waiting = self._db.execute(
                "SELECT due FROM pages WHERE source = ? AND host = ? AND state = 0 ORDER BY rank DESC LIMIT 1", (source, host)
            ).fetchone()
            for due in (None if waiting is None else float(waiting["due"]), self._first_resting(source, host)):
                if due is not None and (first is None or due < first):
                    first = due
        return None if first == float("inf") else first

    def take(
        self, source: str, host: str, *, now: float, limit: int, skip: Collection[bytes] = (), not_of: Collection[str] = ()
    ) -> list[Candidate]:
        """Up to `limit` due pages of a host, without those in `skip` (in flight) and those of the schemes `not_of`: new ones by rank,
        highest first, then those that are asked again, by when they were due.
        """
        others = "".join(" AND url NOT LIKE ?" for _ in not_of)
        schemes = [f"{scheme}:%" for scheme in not_of]
        found: list[Candidate] = []
        # What this run has looked at has its outcome; if its time comes again while the run lasts, it is the next run's.
        seen = f" AND (checked IS NULL OR checked <= {self._began!r})"
        for state, more, order in ((WAITING, "", "rank DESC"), (RESTING, seen, "due")):
            if len(found) < limit:
                rows = self._db.execute(
                    f"SELECT * FROM pages WHERE source = ? AND host = ? AND state = {state} AND due <= ?{more}{others}"
                    f" ORDER BY {order} LIMIT ?",
                    (source, host, now, *schemes, limit - len(found) + len(skip)),
                ).fetchall()
                found += [_candidate(row) for row in rows if row["id"] not in skip][: limit - len(found)]
        return found

    def next_due(self, source: str, host: str, *, after: float) -> float | None:
        """When the earliest page of the host is due of those that are not due yet."""
        query = "SELECT MIN(due) AS due FROM pages WHERE source = ? AND host = ? AND state = {} AND due > ?"
        found = [self._db.execute(query.format(state), (source, host, after)).fetchone()["due"] for state in (WAITING, RESTING)]
        return min((float(due) for due in found if due is not None), default=None)

    # -- what became of a page

    def captured(self, candidate: Candidate, *, final_url: str) -> Effect:
        """The final answer is kept; the verdict is pending. Runs in the transaction of the capture."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            self.tally.sight(db, candidate.source, candidate.id, None)
            db.execute("UPDATE pages SET state = ? WHERE id = ?", (CAPTURED, candidate.id))
            self._led_to(db, candidate, final_url)

        return effect

    def _led_to(self, db: sqlite3.Connection, candidate: Candidate, final_url: str) -> None:
        """The URL that a redirect led to is finished as well, so that its own announcement asks nothing again."""
        target = page_id(final_url)
        if candidate.id == named_page_id(candidate.url) or target == candidate.id:
            return
        values = (target, final_url, candidate.source, host_of(final_url), DONE, outcomes.REDIRECTED)
        db.execute(
            "INSERT OR IGNORE INTO pages (id, url, source, host, state, rank, due, outcome, announcement)"
            " VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?)",
            (*values, announcement_json(candidate.announcement)),
        )
        self._note_alias(db, candidate.id, candidate.source, final_url, "redirect")

    def settle(self, page: bytes, source: str, group: str, reason: str | None, article_id: str | None) -> Effect:
        """What the stages found: `article`, `changed`, `unchanged` or `alias` with the article's id, or `not_article` with the verdict."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            row = db.execute("SELECT * FROM pages WHERE id = ?", (page,)).fetchone()
            if row is None:
                self.tally.decide(db, source, page, outcomes.name(group, reason))
            elif group in outcomes.OURS:
                self._ours(db, row, group, article_id)
            elif group == outcomes.NOT_ARTICLE and reason in outcomes.BLOCKS:
                self._blocked(db, row, str(reason), due=None)
            else:
                if group == outcomes.ALIAS and article_id is not None:
                    self._note_twin(db, row, article_id)
                self._finish(db, row, outcomes.name(group, reason))

        return effect

    def _note_twin(self, db: sqlite3.Connection, row: sqlite3.Row, article_id: str) -> None:
        """The page is another address of an article that another page of the source gave."""
        query = "SELECT id FROM pages WHERE source = ? AND state = ? AND article = ? LIMIT 1"
        twin = db.execute(query, (row["source"], RESTING, bytes.fromhex(article_id))).fetchone()
        if twin is not None:
            self._note_alias(db, twin["id"], row["source"], row["url"], "canonical")

    def unchanged(self, candidate: Candidate) -> Effect:
        """The same payload as before."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            row = db.execute("SELECT * FROM pages WHERE id = ?", (candidate.id,)).fetchone()
            if row["article"] is None and row["outcome"] is not None:  # what was no article before still is none
                self._finish(db, row, row["outcome"])
            else:
                self._ours(db, row, outcomes.UNCHANGED, None)

        return effect

    def finish(self, page: bytes, source: str, outcome: str) -> Effect:
        """The page ended so in this run: a new one is done, an article is asked again when its time comes."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            row = db.execute("SELECT * FROM pages WHERE id = ?", (page,)).fetchone()
            if row is None:
                self.tally.decide(db, source, page, outcome)
            elif outcome in outcomes.OURS:
                self._ours(db, row, outcome, None)
            else:
                self._finish(db, row, outcome)

        return effect

    def _ours(self, db: sqlite3.Connection, row: sqlite3.Row, group: str, article_id: str | None) -> None:
        """The page is an article, and answered as one."""
        moved = row["outcome"] == outcomes.MOVED and row["fetch_url"]
        outcome = outcomes.BACK if row["missing_since"] is not None else outcomes.MOVED if moved else group
        if moved and row["fetch_url"] != row["url"]:
            self._note_alias(db, row["id"], row["source"], row["url"], "moved")
            db.execute("UPDATE pages SET url = ?, host = ? WHERE id = ?", (row["fetch_url"], host_of(row["fetch_url"]), row["id"]))
        article = bytes.fromhex(article_id) if article_id else row["article"] or b""
        db.execute(
            "UPDATE pages SET article = ?, missing_since = NULL, blocks = 0, quiet = ? WHERE id = ?",
            (article, row["quiet"] if group == outcomes.UNCHANGED else 0, row["id"]),
        )
        self._rest(db, row, outcome)

    def _rest(self, db: sqlite3.Connection, row: sqlite3.Row, outcome: str, due: float | None = None) -> None:
        """Until `due`, or until its age says so."""
        now = self._wall()
        due = self._next_check(row["source"], row["id"], row["rank"], now) if due is None else due
        state = DONE if due is None else RESTING
        db.execute(
            "UPDATE pages SET state = ?, outcome = ?, due = ?, checked = ?, attempts = 0, fetch_url = NULL, hops = 0 WHERE id = ?",
            (state, outcome, due or now, now, row["id"]),
        )
        self.tally.decide(db, row["source"], row["id"], outcome)

    def _next_check(self, source: str, page: bytes, born: float, now: float) -> float | None:
        steps = self._steps(source)
        return next_check(born=min(born, now), now=now, steps=tuple(steps), page=page) if steps else None

    def _finish(self, db: sqlite3.Connection, row: sqlite3.Row, outcome: str) -> None:
        now = self._wall()
        verdict = outcome.partition(":")[2]
        if row["article"] is not None or (
            outcomes.group_of(outcome) == outcomes.NOT_ARTICLE and verdict in STUBS and now - row["rank"] < YOUNG
        ):
            self._rest(db, row, outcome)
            return
        db.execute(
            "UPDATE pages SET state = ?, outcome = ?, checked = ?, fetch_url = NULL, hops = 0 WHERE id = ?", (DONE, outcome, now, row["id"])
        )
        self.tally.decide(db, row["source"], row["id"], outcome)

    def lead_away(self, candidate: Candidate, target: str, outcome: str) -> Effect:
        """The page leads to one that is counted by itself: it is done, and an address of the other."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            db.execute(
                "UPDATE pages SET state = ?, outcome = ?, article = NULL, fetch_url = NULL, hops = 0 WHERE id = ?",
                (DONE, outcome, candidate.id),
            )
            if outcomes.group_of(outcome) == outcomes.MOVED:
                self._note_alias(db, page_id(target), candidate.source, candidate.url, "moved")
            self.tally.decide(db, candidate.source, candidate.id, outcome)

        return effect

    def missing(self, candidate: Candidate, reason: str) -> Effect:
        """An article of ours answered 404 or 410; a second time a day later confirms it."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            row, now = db.execute("SELECT * FROM pages WHERE id = ?", (candidate.id,)).fetchone(), self._wall()
            if row["article"] is None:  # a stub that was to become one: nothing of ours is gone
                self._finish(db, row, outcomes.name(outcomes.FAILED, reason))
                return
            found = after_missing(row["missing_since"], now)
            since = now if row["missing_since"] is None else row["missing_since"]
            db.execute("UPDATE pages SET missing_since = ? WHERE id = ?", (since, candidate.id))
            self._rest(db, row, outcomes.name(outcomes.GONE if found.confirmed else outcomes.MISSING, reason), found.due)

        return effect

    def blocked(self, candidate: Candidate, reason: str, *, due: float | None = None) -> Effect:
        """The answer was a block: the page is asked again much later, and says nothing about the article."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            row = db.execute("SELECT * FROM pages WHERE id = ?", (candidate.id,)).fetchone()
            self._blocked(db, row, reason, due=due)

        return effect

    def _blocked(self, db: sqlite3.Connection, row: sqlite3.Row, reason: str, *, due: float | None) -> None:
        now, blocks = self._wall(), row["blocks"] + 1
        due = max(after_block(blocks, now), due or 0.0)
        outcome = outcomes.name(outcomes.BLOCKED, reason)
        db.execute("UPDATE pages SET blocks = ? WHERE id = ?", (blocks, row["id"]))
        if row["article"] is not None:
            self._rest(db, row, outcome, due)
            return
        db.execute(
            "UPDATE pages SET state = ?, outcome = ?, due = ?, checked = ?, fetch_url = NULL, hops = 0 WHERE id = ?",
            (DONE if blocks >= MAX_BLOCKS else WAITING, outcome, due, now, row["id"]),
        )
        self.tally.decide(db, row["source"], row["id"], outcome)

    def hop(self, candidate: Candidate, target: str, *, moved: bool = False) -> Effect:
        """A redirect was kept: the page goes on from its target, also after a crash. `moved`: an article of ours, and for good."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            self.tally.sight(db, candidate.source, candidate.id, None)
            db.execute("UPDATE pages SET fetch_url = ?, hops = hops + 1 WHERE id = ?", (target, candidate.id))
            if moved:
                db.execute("UPDATE pages SET outcome = ? WHERE id = ?", (outcomes.MOVED, candidate.id))

        return effect

    def retry(self, candidate: Candidate, outcome: str, *, due: float, charged: bool = True) -> Effect:
        """The page waits until `due`. After `MAX_ATTEMPTS` a new one is given up with this outcome; an article waits for its next time.

        Its redirects are followed anew: where they led may be a page that only says that the site is being repaired.
        """

        def effect(db: sqlite3.Connection, _row: int) -> None:
            attempts = candidate.attempts + (1 if charged else 0)
            if candidate.recheck and attempts >= MAX_ATTEMPTS:
                self._rest(db, db.execute("SELECT * FROM pages WHERE id = ?", (candidate.id,)).fetchone(), outcome)
                return
            state = RESTING if candidate.recheck else DONE if attempts >= MAX_ATTEMPTS else WAITING
            values = (state, outcome, attempts, due, candidate.id)
            db.execute("UPDATE pages SET state = ?, outcome = ?, attempts = ?, due = ?, fetch_url = NULL, hops = 0 WHERE id = ?", values)
            self.tally.decide(db, candidate.source, candidate.id, outcome)

        return effect

    # -- other addresses of an article

    def claim(self, canonical: str, article_id: str) -> Effect:
        """An article calls this URL its canonical address; that page may turn out to be the same article."""
        values = (page_id(canonical), bytes.fromhex(article_id))
        return statement("INSERT OR IGNORE INTO claims VALUES (?, ?)", values)

    def claims(self, page: bytes) -> list[str]:
        """Ids of the articles that call this page their canonical address."""
        return [row["article"].hex() for row in self._db.execute("SELECT article FROM claims WHERE page = ? LIMIT 20", (page,))]

    def article_of(self, url: str) -> str | None:
        """Id of the article whose page this URL is an address of."""
        row = self._db.execute("SELECT article FROM pages WHERE id = ?", (page_id(url),)).fetchone()
        return row["article"].hex() if row is not None and row["article"] else None

    @staticmethod
    def is_same(candidate: Candidate, url: str) -> bool:
        """The URL is the candidate's own page: in another spelling, or where it lay before it moved."""
        return page_id(url) in (candidate.id, page_id(candidate.url))

    @staticmethod
    def is_elsewhere(candidate: Candidate, url: str) -> bool:
        """The URL is not where the candidate lies now, in whatever spelling."""
        return page_id(url) != page_id(candidate.url)

    def leads_on(self, candidate: Candidate, url: str) -> bool:
        """Who is led to this URL must be followed: nothing is asked for there by itself any more. A redirect led there, or its page was
        given up; or an article of ours moved to what was none when it was looked at.
        """
        row = self._db.execute("SELECT state, outcome, article FROM pages WHERE id = ?", (page_id(url),)).fetchone()
        if row is None or row["state"] != DONE or row["article"] is not None:
            return False
        group = outcomes.group_of(row["outcome"] or "")
        return group in (_GIVEN_UP | _NO_ARTICLE if candidate.recheck else _GIVEN_UP)

    def state_of(self, url: str) -> int | None:
        """State of the page of this URL, or null where it was never announced."""
        row = self._db.execute("SELECT state FROM pages WHERE id = ?", (page_id(url),)).fetchone()
        return None if row is None else int(row["state"])

    # -- robots.txt and hosts

    def robots(self, origin: str) -> sqlite3.Row | None:
        """The cached answer: fetched_at (Unix time), status, body."""
        row: sqlite3.Row | None = self._db.execute("SELECT * FROM robots WHERE origin = ?", (origin,)).fetchone()
        return row

    def keep_robots(self, origin: str, *, fetched_at: float, status: int | None, body: bytes) -> Effect:
        """Remember an answer for up to a day (RFC 9309 §2.4)."""
        return statement("INSERT OR REPLACE INTO robots VALUES (?, ?, ?, ?)", (origin, fetched_at, status, body))

    def host_states(self) -> dict[str, str]:
        """What the manners of earlier runs have to say of hosts that are in trouble."""
        return {row["host"]: row["state"] for row in self._db.execute("SELECT * FROM hosts")}

    def keep_host_states(self, states: dict[str, str]) -> Effect:
        """In place of those before."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            db.execute("DELETE FROM hosts")
            db.executemany("INSERT INTO hosts VALUES (?, ?)", sorted(states.items()))

        return effect

    def keep_host_state(self, states: dict[str, str]) -> Effect:
        """Of some hosts, while the run goes on: what they ask of us holds although the run is killed."""

        def effect(db: sqlite3.Connection, _row: int) -> None:
            db.executemany("INSERT OR REPLACE INTO hosts VALUES (?, ?)", sorted(states.items()))

        return effect


Settle = Callable[[str, "str | None", "str | None"], Effect]


def settler(frontier: Frontier, page: bytes, source: str) -> Settle:
    """For `PageItem.settle`."""
    return lambda group, reason, article_id: frontier.settle(page, source, group, reason, article_id)


def host_of(url: str) -> str:
    """`host` or `host:port` of the normalised URL: what manners go by."""
    try:
        return normalize(url).split("/", 3)[2]
    except ValueError:
        return ""


def announcement_json(one: Announcement) -> str:
    """As kept in the frontier."""
    return json.dumps({**asdict(one), "seen_at": rfc3339(one.seen_at)}, ensure_ascii=False)


def announcement_of(text: str) -> Announcement:
    """The inverse of `announcement_json`."""
    values = json.loads(text)
    values["seen_at"] = datetime.fromisoformat(values["seen_at"])
    return Announcement(**values)


def _candidate(row: sqlite3.Row) -> Candidate:
    return Candidate(
        id=row["id"],
        url=row["url"],
        fetch_url=row["fetch_url"] or row["url"],
        hops=row["hops"],
        source=row["source"],
        host=row["host"],
        attempts=row["attempts"],
        recheck=row["state"] == RESTING or row["article"] is not None,
        article=row["article"].hex() if row["article"] else None,
        announcement=announcement_of(row["announcement"]),
    )


def _marks(one: Announcement) -> str:
    """What is remembered of the first announcement, so that a changed one is noticed."""
    return announced_change(
        marks=None,
        seed_type=one.seed_type,
        published=one.published,
        modified=one.modified,
        title=one.title,
        last_checked=0.0,
        quiet=0,
        now=0.0,
    )[0]
