"""How does a test get a frontier with pages in it, and a source that they belong to?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.ledger import Ledger
from archive.model import Announcement
from archive.spool import Effect
from crawler import outcomes
from crawler.comeback import DEFAULT_STEPS
from crawler.frontier import Candidate, Frontier
from crawler.pageid import page_id
from crawler.source_file import ScopeRules, Source

RUN = "20241108t081500z-1f2e3d4c"
NOW = 1_731_000_000.0
A, B = "http://town.example/a", "http://town.example/b"


def source(name: str = "town", **more: Any) -> Source:
    """A source without seeds."""
    values: dict[str, Any] = {
        "title": name,
        "homepage": f"http://{name}.example/",
        "languages": ("en",),
        "country": None,
        "timezone": None,
        "topics": (),
        "seeds": (),
        "scope": ScopeRules(allow_hosts=(), allow=(), deny=()),
        "enabled": True,
        "verified": True,
        "delay": None,
        "max_pages_per_run": None,
        "recheck": None,
        "allow_private": (),
        "path": Path(name),
        "builtin": False,
    }
    return Source(name=name, **{**values, **more})


def announced(url: str, **more: Any) -> Announcement:
    """As a feed would announce it."""
    values: dict[str, Any] = {"seed_url": "http://town.example/feed", "seed_type": "feed", "seed_record_id": None, "entry": "#1"}
    return Announcement(url=url, seen_at=datetime.fromtimestamp(NOW, UTC), **{**values, **more})


class Book:
    """A frontier over a ledger of its own, whose effects are done at once."""

    def __init__(self, folder: Path, run: str = RUN) -> None:
        self.ledger = Ledger(folder / "ledger.sqlite")
        self.now = NOW
        self.steps: Sequence[float] = DEFAULT_STEPS
        self.at(run)

    def at(self, run: str, now: float | None = None) -> Frontier:
        """The same, seen from another run, at another time."""
        self.now = self.now if now is None else now
        self.frontier = Frontier(self.ledger, run, wall=lambda: self.now, steps=lambda _source: self.steps)
        return self.frontier

    def do(self, *effects: Effect) -> None:
        """In one transaction."""
        with self.ledger.transaction() as db:
            for effect in effects:
                effect(db, 0)

    def announce(
        self,
        owner: str,
        urls: Iterable[str],
        *,
        rank: Callable[[Announcement], float] = lambda _one: NOW - 60,
        in_scope: Callable[[str], str | None] = lambda _url: None,
        known: Callable[[str], bool] = lambda _url: False,
        others: Collection[str] = (),
        now: float | None = None,
        recheck: bool = False,
        **more: Any,
    ) -> int:
        """Enter URLs; returns how many were new."""
        new: list[int] = []
        effect = self.frontier.announce(
            owner,
            [announced(url, **more) for url in urls],
            in_scope=in_scope,
            now=self.now if now is None else now,
            rank=rank,
            known=known,
            others=others,
            recheck=recheck,
            count=new.append,
        )
        self.do(effect)
        return sum(new)

    def outcomes(self, owner: str) -> dict[str, int]:
        """Of this run."""
        return self.frontier.tally.counts().get(owner, {})

    def row(self, url: str) -> dict[str, Any]:
        """The page's row."""
        return dict(self.ledger.db.execute("SELECT * FROM pages WHERE id = ?", (page_id(url),)).fetchone())


def taken(book: Book) -> list[Candidate]:
    """What would be handed out now."""
    return book.frontier.take("town", "town.example", now=book.now, limit=99)


def settle(book: Book, url: str, group: str, reason: str | None = None, article: str | None = "ab" * 32) -> None:
    """As the stages do."""
    book.do(book.frontier.settle(page_id(url), "town", group, reason, article))


def an_article(book: Book, url: str = A) -> None:
    """A page that was announced and became one."""
    book.announce("town", [url])
    settle(book, url, outcomes.ARTICLE)
