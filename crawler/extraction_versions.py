"""Which version of its article is a text that was made again, and what changed since the version before?

Versions stay those that were found when the pages were captured. Only what changed between two of them is said anew, since that is what the
extractor sees; and an article that nobody made before gets the next number.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from archive.article import Change
from archive.catalogue_rows import StoredArticle
from archive.ledger import rfc3339
from archive.record import read_member
from archive.worddiff import similarity
from crawler.extraction_task import packed
from crawler.extraction_work import Chosen, Result, Work

ARTICLES = frozenset({"article", "live_blog", "paywall_stub"})
_MAX_ARTICLE_BYTES = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What becomes of a capture."""

    change: str
    """`identical`, `same`, `metadata`, `text`, `new`, `known` (that the page was unchanged then), `gone`, `none` (no article then and
    now), `failed`, `damaged`."""
    member: bytes | None = None
    """The record's line, where it is to be written."""


class Versions:
    """Settles results in the order of their captures, and remembers the chains of articles that are new."""

    def __init__(
        self, work: Work, latest_version: Callable[[str], StoredArticle | None], last_number: Callable[[str], int] = lambda _article: 0
    ) -> None:
        self._work, self._latest, self._last_number = work, latest_version, last_number
        work.forget_chains()

    def settle(self, one: Chosen, made: Result) -> Settled:
        """Of one capture."""
        known = made.facts.get("was") is not None
        if made.outcome in ("failed", "damaged"):
            return Settled(change=made.outcome)
        if made.outcome != "article" or made.member is None:
            return Settled(change="gone" if known else "none")
        if not known:
            return self._of_new(one, made)
        change = str(made.facts["change"])
        if change == "identical":
            return Settled(change=change)
        return Settled(change=change, member=self._since_the_one_before(made))

    def _since_the_one_before(self, made: Result) -> bytes:
        """A record whose version before was made again as well says what changed between the two as they are now."""
        assert made.member is not None
        if made.facts.get("final") or not made.facts.get("previous"):
            return made.member
        before = self._work.made_of(str(made.facts["previous"]))
        if before is None or before.member is None or before.facts.get("final"):
            return made.member
        record = unpacked(made.member)
        record["change"] = changed(unpacked(before.member), record)
        return packed(record)

    def _of_new(self, one: Chosen, made: Result) -> Settled:
        if one.verdict in ARTICLES:  # seen as the version before once more, or as an article that lies at another address too
            return Settled(change="known")
        assert made.member is not None
        record = unpacked(made.member)
        article = str(record["article_id"])
        chain, version = self._work.chain(article), 0
        if chain is not None:
            found, version = self._work.made_of(chain[0]), chain[1]
            assert found is not None
            assert found.member is not None
            previous = unpacked(found.member)
        elif (stored := self._latest(article)) is None:
            return self._keep(article, record, 1)
        else:
            if (stored.captured_at or "") >= rfc3339(one.ref.fetched_at):
                return Settled(change="known")  # a page that was captured between versions that have their numbers
            version = max(stored.version, self._last_number(article))
            again = self._work.made_of(stored.id)
            previous = unpacked(again.member) if again is not None and again.member is not None else _told(stored)
        record["change"] = changed(previous, record)
        if not any(value for name, value in record["change"].items() if name != "similarity"):
            return Settled(change="known")
        record["previous_id"] = previous["id"]
        return self._keep(article, record, version + 1)

    def _keep(self, article: str, record: dict[str, Any], version: int) -> Settled:
        record["version"] = version
        self._work.link(article, record["id"], version)
        return Settled(change="new", member=packed(record))


def changed(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """`Article.change` of the newer one."""
    same_text = before["text_sha256"] == now["text_sha256"]
    comparable = before["extractor"]["version"] == now["extractor"]["version"]
    change = Change(
        title=before["title"] != now["title"],
        text=not same_text,
        authors=[one["name"] for one in before["authors"]] != [one["name"] for one in now["authors"]],
        dates=(before["date_published"], before["date_modified"]) != (now["date_published"], now["date_modified"]),
        page=comparable and before["page_sha256"] != now["page_sha256"],
        similarity=1.0 if same_text else similarity(before["text"], now["text"]) if before["text"] is not None else None,
    )
    return change.model_dump(mode="json")


def unpacked(member: bytes) -> dict[str, Any]:
    """The record of a line."""
    record: dict[str, Any] = json.loads(read_member(member, "a record made again", max_bytes=_MAX_ARTICLE_BYTES))
    return record


def _told(stored: StoredArticle) -> dict[str, Any]:
    return {
        "id": stored.id,
        "version": stored.version,
        "title": stored.title,
        "text": None,
        "text_sha256": stored.text_sha256,
        "page_sha256": stored.page_sha256,
        "authors": [{"name": name} for name in stored.authors],
        "date_published": stored.date_published,
        "date_modified": stored.date_modified,
        "extractor": {"version": ""},
    }
