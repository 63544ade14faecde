"""What became of a page over the years?

Told from the published archive alone: the captures of all its addresses and the versions of its article. Nothing that a crawler remembers
is needed, so that another program would tell the same in ten years.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from archive.model import CaptureRef

EventKind = Literal["captured", "unchanged", "changed", "missing", "gone", "back", "moved", "blocked", "failed"]
APART = timedelta(hours=20)
"""Two answers 404 or 410 that lie so far apart, with nothing good between them, say that a page is gone."""
_LOST = frozenset((404, 410))
_PERMANENT = frozenset((301, 308))
REDIRECTS = frozenset((301, 302, 303, 307, 308))
_BLOCK_STATUS = {401: "login", 402: "login", 403: "forbidden", 405: "forbidden", 406: "forbidden", 429: "rate_limited", 451: "geo_block"}
_BLOCKS = frozenset(("bot_challenge", "consent", "login", "geo_block", "soft_404", "redirected_home", "rate_limited", "forbidden"))
_TEXT = frozenset(("article", "live_blog", "paywall_stub"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """What differs between a version and the one before it, and how much."""

    parts: tuple[str, ...]
    """Of `title`, `text`, `authors`, `dates`, `page`."""
    similarity: float | None
    """Share of words that both texts have in common; null where the text is the same or not known."""
    words: tuple[int, int] | None = None
    """Words of the text before and now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of the article, as far as a timeline tells it."""

    number: int
    id: str
    record_id: str | None
    """Of the capture that it was made of."""
    title: str | None
    change: Alteration | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One answer of the page, at one of its addresses."""

    ref: CaptureRef
    verdict: str | None
    leads_to: str | None = None
    """Of a redirect: where to, absolute; null where the record does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened, or the same thing several times in a row."""

    at: datetime
    kind: EventKind
    url: str
    status: int | None
    record_id: str
    """Of the first capture that shows it."""
    run: str
    until: datetime | None = None
    """The last time, where it happened several times."""
    times: int = 1
    reason: str | None = None
    version: Version | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Another address of the same page, and how that is known."""

    url: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Everything that is known of a page."""

    url: str
    article_id: str | None
    title: str | None
    addresses: tuple[Address, ...]
    versions: tuple[Version, ...]
    events: tuple[Event, ...]


class _Maker(Protocol):
    def __call__(self, kind: EventKind, *, reason: str | None = None, version: Version | None = None, to: str | None = None) -> Event: ...


@dataclass(slots=True, kw_only=True)
class _State:
    versions: dict[str, Version]
    """By record id."""
    addresses: frozenset[str]
    """Normalised."""
    seen: bool = False
    """Something good was answered."""
    payload: str | None = None
    lost_since: datetime | None = None
    good: set[str] = field(default_factory=set)
    """Addresses that answered with the page themselves."""
    moved: dict[str, str | None] = field(default_factory=dict)


def answer_of(status: int | None, record_type: str, verdict: str | None) -> Literal["good", "lost", "other"]:
    """Whether an answer shows that a page is there, or that it is not; blocks, errors and redirects show neither."""
    if status is None or record_type == "metadata" or status in REDIRECTS:
        return "other"
    if status in _LOST:
        return "lost"
    if verdict in _BLOCKS or status in _BLOCK_STATUS or not (200 <= status < 300 or status == 304):
        return "other"
    return "good" if verdict in (None, *_TEXT) else "other"


def events_of(visits: Sequence[Visit], versions: Sequence[Version], same: frozenset[str], home: frozenset[str]) -> Iterator[Event]:
    """The events in order of time. `same`: addresses of the page, `home`: front pages of its site; both as visits spell them."""
    state = _State(versions={one.record_id: one for one in versions if one.record_id}, addresses=same)
    pending: Event | None = None
    for visit in visits:
        for event in _of_visit(visit, state, home):
            if pending is not None and _folds(pending, event):
                pending = replace(pending, until=event.at, times=pending.times + 1)
                continue
            if pending is not None:
                yield pending
            pending = event
    if pending is not None:
        yield pending


def _folds(before: Event, event: Event) -> bool:
    if event.kind not in ("unchanged", "missing", "gone", "blocked", "failed") or event.kind != before.kind:
        return False
    return (before.reason, before.to) == (event.reason, event.to)


def _of_visit(visit: Visit, state: _State, home: frozenset[str]) -> Iterator[Event]:
    ref = visit.ref

    def event(kind: EventKind, *, reason: str | None = None, version: Version | None = None, to: str | None = None) -> Event:
        return Event(
            at=ref.fetched_at,
            kind=kind,
            url=ref.url,
            status=ref.status,
            record_id=ref.record_id,
            run=ref.run,
            reason=reason,
            version=version,
            to=to,
        )

    status = ref.status
    if status is None or ref.record_type == "metadata":
        yield event("failed", reason="no_http_answer")
    elif status in REDIRECTS:
        yield from _of_redirect(visit, state, home, event)
    elif status in _LOST:
        reason = f"http_{status}"
        if not state.seen:
            yield event("failed", reason=reason)
            return
        state.lost_since = state.lost_since or ref.fetched_at
        confirmed = ref.fetched_at - state.lost_since >= APART
        yield event("gone" if confirmed else "missing", reason=reason)
    elif visit.verdict in _BLOCKS or status in _BLOCK_STATUS:
        yield event("blocked", reason=visit.verdict if visit.verdict in _BLOCKS else _BLOCK_STATUS[status])
    elif not (200 <= status < 300 or status == 304):
        yield event("failed", reason=f"http_{status}")
    else:
        yield from _of_answer(visit, state, event)


def _of_answer(visit: Visit, state: _State, event: _Maker) -> Iterator[Event]:
    ref = visit.ref
    version = state.versions.get(ref.record_id)
    if version is None and visit.verdict not in (None, *_TEXT):
        yield event("failed", reason=f"not_article:{visit.verdict}")
        return
    before, state.payload = state.payload, ref.entity_digest
    back, seen = state.lost_since is not None, state.seen
    state.lost_since, state.seen = None, True
    state.good.add(ref.url)
    state.moved.pop(ref.url, None)
    if back:
        yield event("back")
    if version is not None:
        yield event("captured" if version.number == 1 else "changed", version=version)
    elif not seen:
        yield event("captured")
    elif not state.versions and ref.record_type == "response" and before != ref.entity_digest:
        yield event("changed", reason="payload")  # no text is kept of it: the bytes are all that can be compared
    elif not back:
        yield event("unchanged")


def _of_redirect(visit: Visit, state: _State, home: frozenset[str], event: _Maker) -> Iterator[Event]:
    ref, target = visit.ref, visit.leads_to
    if target is not None and target in home and ref.url not in home:
        yield event("blocked", reason="redirected_home", to=target)
        return
    if ref.status in _PERMANENT:
        # An address that always redirected never was the page's own: it is named among the addresses.
        if ref.url in state.good and state.moved.get(ref.url, "") != target:
            state.moved[ref.url] = target
            yield event("moved", to=target)
    elif target is None or target not in state.addresses:
        yield event("failed", reason="redirected", to=target)
