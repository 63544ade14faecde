"""Does a state folder of the first version become one of today, and lose nothing?"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from archive.ledger import Ledger
from archive.urls import article_id
from crawler.frontier import CAPTURED, DONE, RESTING, WAITING, Frontier
from crawler.pageid import page_id
from tests.crawler.frontiers import NOW, announced

RUN = "20241108t081500z-1f2e3d4c"
BASE = "http://town.example"
# As version 1 made them.
FIRST = """
CREATE TABLE pages (
    id BLOB PRIMARY KEY, url TEXT NOT NULL, source TEXT NOT NULL, host TEXT NOT NULL, state INTEGER NOT NULL, rank REAL NOT NULL,
    due REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, fetch_url TEXT, hops INTEGER NOT NULL DEFAULT 0, outcome TEXT,
    announcement TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX pages_waiting ON pages (source, host, rank DESC) WHERE state = 0;
CREATE INDEX pages_done ON pages (source) WHERE state = 2;
CREATE TABLE sightings (
    run TEXT NOT NULL, source TEXT NOT NULL, page BLOB NOT NULL, outcome TEXT, PRIMARY KEY (run, source, page)
) WITHOUT ROWID;
CREATE TABLE seeds (
    source TEXT NOT NULL, url TEXT NOT NULL, asked_at TEXT, status TEXT, etag TEXT, last_modified TEXT, PRIMARY KEY (source, url)
) WITHOUT ROWID;
CREATE TABLE visits (
    run TEXT NOT NULL, source TEXT NOT NULL, url TEXT NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL, detail TEXT, kind TEXT,
    entries INTEGER NOT NULL, new INTEGER NOT NULL, record_id TEXT, PRIMARY KEY (run, source, url)
) WITHOUT ROWID;
CREATE TABLE robots (origin TEXT PRIMARY KEY, fetched_at REAL NOT NULL, status INTEGER, body BLOB) WITHOUT ROWID;
"""


def old_id(url: str) -> bytes:
    return bytes.fromhex(article_id(url))


def old_folder(folder: Path) -> Ledger:
    ledger = Ledger(folder / "ledger.sqlite")
    ledger.db.executescript(FIRST)
    one = announced(f"{BASE}/waiting")
    told = json.dumps(
        {name: getattr(one, name) for name in one.__slots__ if name != "seen_at"} | {"seen_at": "2024-11-08T08:15:00.000000Z"}
    )
    rows = [
        (f"{BASE}/waiting", WAITING, None),
        (f"{BASE}/article", DONE, "article"),
        (f"{BASE}/same", DONE, "unchanged"),
        (f"{BASE}/section", DONE, "not_article:section"),
        (f"{BASE}/pending", CAPTURED, None),
        ("https://www.town.example/article", WAITING, None),
    ]
    for url, state, outcome in rows:
        values = (old_id(url), url, "town", url.split("/")[2], state, NOW, NOW, outcome, told)
        ledger.db.execute(
            "INSERT INTO pages (id, url, source, host, state, rank, due, outcome, announcement) VALUES (?,?,?,?,?,?,?,?,?)", values
        )
        ledger.db.execute("INSERT INTO sightings VALUES (?, 'town', ?, ?)", (RUN, old_id(url), outcome))
    ledger.db.execute("INSERT INTO seeds VALUES ('town', ?, '2024-11-08T08:15:00.000000Z', 'ok', '\"x\"', NULL)", (f"{BASE}/feed",))
    ledger.db.execute("INSERT INTO visits VALUES (?, 'town', ?, 'feed', 'ok', NULL, 'rss', 6, 6, NULL)", (RUN, f"{BASE}/feed"))
    task = json.dumps({"page": old_id(f"{BASE}/pending").hex(), "source": "town", "params": {}})
    columns = "run, url, urlkey, fetched_at, record_type, record_id, filename, offset, length, payload_digest, block_digest, entity_digest"
    ledger.db.execute(
        f"INSERT INTO captures ({columns}, kind, completeness, task) VALUES (?, '', '', '', '', '', '', 0, 0, '', '', '', 'page', '', ?)",
        (RUN, task),
    )
    return ledger


def test_pages_keep_their_state_under_their_new_ids_and_articles_rest(tmp_path: Path) -> None:
    ledger = old_folder(tmp_path)
    frontier = Frontier(ledger, RUN, wall=lambda: NOW)
    states = {url: frontier.state_of(f"{BASE}/{url}") for url in ("waiting", "article", "same", "section", "pending")}
    assert states == {"waiting": WAITING, "article": RESTING, "same": RESTING, "section": DONE, "pending": CAPTURED}
    assert frontier.article_of(f"{BASE}/article") == article_id(f"{BASE}/article")
    assert frontier.article_of(f"{BASE}/section") is None
    assert ledger.db.execute("SELECT COUNT(*) AS n FROM pages").fetchone()["n"] == 5, "http and https of an article are one page now"
    ledger.close()


def test_what_an_unpublished_run_has_counted_and_what_waits_for_its_text_is_not_lost(tmp_path: Path) -> None:
    ledger = old_folder(tmp_path)
    frontier = Frontier(ledger, RUN, wall=lambda: NOW)
    counts = frontier.tally.counts()["town"]
    assert counts["article"] == counts["unchanged"] == counts["not_article:section"] == 1
    assert [visit["url"] for visit in frontier.seeds.visits()] == [f"{BASE}/feed"]
    assert frontier.seeds.state("town", f"{BASE}/feed").etag == '"x"'
    assert frontier.seeds.due("town", f"{BASE}/feed", NOW)
    task = json.loads(ledger.db.execute("SELECT task FROM captures").fetchone()["task"])
    assert bytes.fromhex(task["page"]) == page_id(f"{BASE}/pending")
    ledger.close()


def test_it_is_brought_over_once(tmp_path: Path) -> None:
    ledger = old_folder(tmp_path)
    Frontier(ledger, RUN)
    before = hashlib.sha256("".join(ledger.db.iterdump()).encode()).hexdigest()
    Frontier(ledger, RUN)
    assert hashlib.sha256("".join(ledger.db.iterdump()).encode()).hexdigest() == before
    ledger.close()
