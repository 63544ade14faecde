"""Which records does a reader get who wants those that were made again?

Of each version the newest that an extraction has, else the one that its run has; what an extraction found to be no article is left out;
what only an extraction has comes at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.articlefile import Place, place_of
from archive.catalogue import Catalogue
from archive.catalogue_rows import StoredArticle
from archive.extraction_index import ExtractionIndex, MadeAgain
from archive.period import Period, moment_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """As `Archive.articles` is asked."""

    period: Period
    by: Literal["published", "captured"]
    source: str | None
    language: str | None
    latest: bool

    def takes(self, one: StoredArticle | MadeAgain) -> bool:
        """Whether it passes."""
        if self.source is not None and one.source != self.source:
            return False
        if self.language is not None and not f"{(one.language or '').lower()}-".startswith(f"{self.language.lower()}-"):
            return False
        dated = self.by == "published" and moment_of(one.date_published) is not None
        return not self.period.bounded or self.period.has(one.date_published if dated else one.captured_at)


def places_made_again(catalogue: Catalogue, index: ExtractionIndex, collection: str, wanted: Wanted) -> Iterator[Place]:
    """Where the records lie, in their order."""
    some_are_new = next(index.new(), None) is not None
    for stored in catalogue.articles(source=wanted.source, latest=wanted.latest):
        again = index.of(stored.id)
        if again is not None and again.place is None:
            continue
        if not wanted.takes(again or stored):
            continue
        if wanted.latest and some_are_new and index.newest_new(stored.article_id) > stored.version:
            continue
        yield again.place if again is not None and again.place is not None else place_of(collection, stored)
    for again in index.new():
        assert again.place is not None
        if wanted.takes(again) and not (wanted.latest and _has_later(catalogue, index, again)):
            yield again.place


def place_made_again(
    catalogue: Catalogue, index: ExtractionIndex, collection: str, *, ref: str | None, articles: Iterable[str], at: datetime | None
) -> Place | None:
    """Of the version with that id, or of the version of one of these articles that was current then; null where there is none."""
    if ref is not None:
        stored = catalogue.article(ref)
        again = index.of(ref if ref.startswith("urn:uuid:") else f"urn:uuid:{ref}")
        if again is not None:
            return again.place
        return place_of(collection, stored) if stored is not None else None
    for article in articles:
        found: list[tuple[str, int, Place]] = []
        for stored in catalogue.versions(article):
            again = index.of(stored.id)
            place = again.place if again is not None else place_of(collection, stored)
            if place is not None:
                found.append((stored.captured_at or "", stored.version, place))
        found += [(again.captured_at or "", again.version, again.place) for again in index.new(article) if again.place is not None]
        current = [one for one in found if at is None or ((moment := moment_of(one[0])) is not None and moment <= at)]
        if current:
            return max(current, key=lambda one: one[:2])[2]
    return None


def _has_later(catalogue: Catalogue, index: ExtractionIndex, one: MadeAgain) -> bool:
    stored = catalogue.latest_version(one.article_id)
    if stored is not None and (stored.captured_at or "", stored.version) >= (one.captured_at or "", one.version):
        return True
    return any(
        (other.captured_at or "", other.version, other.id) > (one.captured_at or "", one.version, one.id)
        for other in index.new(one.article_id)
    )
