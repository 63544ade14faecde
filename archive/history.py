"""Which captures and versions make the timeline of what somebody named: by address, article id or id of a version?"""

from __future__ import annotations

import re
from heapq import merge
from urllib.parse import urljoin, urlsplit

from archive.addresses import article_ids_of
from archive.article import Article
from archive.articlefile import read_articles
from archive.errors import DamagedError
from archive.http import MalformedMessage, parse_head
from archive.model import CaptureRef
from archive.reader import Archive
from archive.timeline import REDIRECTS, Address, Alteration, Timeline, Version, Visit, events_of
from archive.urls import article_id, normalize, urlkey
from archive.worddiff import count_words, similarity

_ARTICLE_ID = re.compile(r"^[0-9a-f]{64}$")
_VERSION_ID = re.compile(r"^(urn:uuid:)?[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")
_MOST_ADDRESSES = 30
_MOST_READS = 300  # redirects whose record is read for where they lead: each may be a request to the store


def timeline(archive: Archive, what: str, *, most_reads: int = _MOST_READS) -> Timeline | None:
    """Everything that is known of a page: by URL, `article_id` or id of a version. Null where nothing is. `most_reads` bounds the redirects
    whose records are read for where they lead.

    Raises `UsageError` for what is none of these, and `DamagedError` where an article's record is not as it was written.
    """
    identity = find_article(archive, what, most_reads=most_reads)
    if identity is None and (_ARTICLE_ID.match(what) or _VERSION_ID.match(what)):
        return None
    versions: list[Version] = []
    last: Article | None = None
    addresses = _Addresses(identity)
    if _url(what):
        addresses.add(what, "asked for")
    if identity is not None:
        for article in read_articles(archive.store, archive.collection, archive.versions(identity)):
            versions.append(_version(article, last))
            addresses.add(article.url, "article")
            addresses.add(article.requested_url, "asked for")
            addresses.add(article.canonical_url, "canonical")
            last = article
    reader = _Redirects(archive, most_reads)
    visits = _visits(archive, addresses, reader)
    if not visits and not versions:
        return None
    main = last.url if last is not None else what if _url(what) else visits[-1].ref.url
    same = frozenset(addresses.how) | {visit.ref.url for visit in visits}
    home = frozenset(f"{scheme}://{host}/" for scheme in ("http", "https") for host in {urlsplit(url).netloc for url in same})
    return Timeline(
        url=main,
        article_id=identity,
        title=last.title if last is not None else None,
        addresses=tuple(Address(url=url, how=how) for url, how in addresses.how.items() if url != main),
        versions=tuple(versions),
        events=tuple(events_of(visits, versions, same, home - {main})),
    )


def find_article(archive: Archive, what: str, *, most_reads: int = _MOST_READS) -> str | None:
    """The id of the article that is meant, where the archive has a version of it. `most_reads` as in `timeline`."""
    if _VERSION_ID.match(what):
        stored = archive.catalogue.article(what.lower())
        return None if stored is None else stored.article_id
    candidates = article_ids_of(archive.catalogue, what, _Redirects(archive, most_reads))
    return next((found for found in candidates if archive.catalogue.latest_version(found) is not None), None)


class _Addresses:
    """Addresses of one page in the order in which they became known."""

    def __init__(self, identity: str | None) -> None:
        self.identity = identity
        self.how: dict[str, str] = {}

    def add(self, url: str | None, how: str) -> bool:
        """Whether it is new."""
        if url is None or not _url(url) or url in self.how or len(self.how) >= _MOST_ADDRESSES:
            return False
        self.how[url] = how
        return True


class _Redirects:
    """Where a redirect leads, as its record says."""

    def __init__(self, archive: Archive, most: int = _MOST_READS) -> None:
        self._archive, self._left = archive, most
        self._last: dict[str, str | None] = {}

    def __call__(self, ref: CaptureRef) -> str | None:
        if ref.status not in REDIRECTS:
            return None
        if self._left <= 0:
            return self._last.get(ref.url)
        self._left -= 1
        try:
            location = parse_head(self._archive.read(ref).response)[0].header("Location")
            target = urljoin(ref.url, location) if location else None
        except (DamagedError, MalformedMessage, ValueError):
            target = None
        self._last[ref.url] = target
        return target


def _visits(archive: Archive, addresses: _Addresses, reader: _Redirects) -> list[Visit]:
    """Captures of all addresses, and of those to which they moved, oldest first."""
    done: dict[str, list[Visit]] = {}
    waiting = list(addresses.how)
    while waiting:
        key = urlkey(waiting.pop(0))
        if key in done:
            continue
        done[key] = found = []
        verdicts = archive.catalogue.verdicts(key)
        for ref in archive.catalogue.captures_by_urlkey(key):
            if ref.kind != "page":
                continue
            target = reader(ref)
            found.append(Visit(ref=ref, verdict=verdicts.get(ref.record_id), leads_to=target))
            addresses.add(ref.url, "captured")
            if target is not None and _is_page(archive, target, addresses.identity) and addresses.add(target, f"redirect {ref.status}"):
                waiting.append(target)
    return list(merge(*done.values(), key=lambda visit: visit.ref.fetched_at))


def _is_page(archive: Archive, target: str, identity: str | None) -> bool:
    """Whether a redirect's target may be the same page: no front page, and no other article's address."""
    if not _url(target) or (len(urlsplit(target).path) <= 1 and not urlsplit(target).query):
        return False
    other = article_id(target)
    return other == identity or archive.catalogue.latest_version(other) is None or identity is None


def _version(article: Article, before: Article | None) -> Version:
    change = None
    if article.change is not None:
        parts = tuple(name for name in ("title", "text", "authors", "dates", "page") if getattr(article.change, name))
        likeness = article.change.similarity if article.change.text else None
        words = None
        if before is not None and article.change.text:
            likeness = likeness if likeness is not None else similarity(before.text, article.text)
            words = count_words(before.text), count_words(article.text)
        change = Alteration(parts=parts, similarity=likeness, words=words)
    return Version(
        number=article.version,
        id=article.id or "",
        record_id=article.warc.record_id if article.warc else None,
        title=article.title,
        change=change,
    )


def _url(text: str) -> bool:
    try:
        return bool(normalize(text))
    except ValueError:
        return False
