"""Which captures and which articles does somebody mean by an address?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from heapq import merge

from archive.catalogue import Catalogue
from archive.errors import UsageError
from archive.model import CaptureRef
from archive.urls import article_id, normalize, urlkey

_ARTICLE_ID = re.compile(r"^[0-9a-f]{64}$")
_BARE = re.compile(r"^[^\s/?#:@]+\.[^\s/?#:@]+(:\d+)?([/?#]\S*)?$")  # an address without scheme, as people copy it
_MAX_ADDRESSES = 10  # as many as the crawler follows redirects
_MAX_CAPTURES = 50  # newest ones of an address that are asked where they redirect to: each may be a request to the store


def captures_of(catalogue: Catalogue, url: str) -> Iterator[CaptureRef]:
    """Captures whose normalised URL is the same, oldest first; where there are none, those of the article with this URL, else those
    under the same urlkey.

    The index knows captures by the URL as it was asked for: they are looked for under this URL, its normalised form, and the spellings
    (with tracking parameters, say) under which versions of the article were kept.
    """
    wanted = _normalized(url)
    keys = {urlkey(url), urlkey(wanted or url)}
    same = False
    for ref in _under(catalogue, keys):
        if wanted is not None and _normalized(ref.url) == wanted:
            same = True
            yield ref
    if not same:
        own = _article_id(url)
        spellings = {urlkey(version.url) for version in catalogue.versions(own)} if own is not None else set()
        yield from _under(catalogue, spellings or keys)


def _under(catalogue: Catalogue, keys: set[str]) -> Iterator[CaptureRef]:
    return merge(*(catalogue.captures_by_urlkey(key) for key in sorted(keys)), key=lambda ref: ref.fetched_at)


def article_ids_of(catalogue: Catalogue, ref: str, redirect: Callable[[CaptureRef], str | None]) -> Iterator[str]:
    """Article ids that `ref` may mean, the likeliest first: itself, the URL's own, those of other spellings under which it was captured,
    those to which its captures redirect. Raises `UsageError` for what is neither an article id nor a URL.
    """
    if _ARTICLE_ID.match(ref):
        yield ref
        return
    own = _article_id(ref)
    if own is None and not _BARE.match(ref):
        hint = "give urn:uuid:..., the 64 hex digits of article_id, or an http(s) URL"
        raise UsageError(f"{ref[:200]!r} is neither an id nor a URL", hint=hint)
    if own is not None:
        yield own
    seen, waiting = {own}, [ref]
    for _ in range(_MAX_ADDRESSES):
        if not waiting:
            return
        for capture in catalogue.captures(waiting.pop(0), newest_first=True, limit=_MAX_CAPTURES):
            for address in (capture.url, redirect(capture)):
                found = _article_id(address)
                if address is not None and found is not None and found not in seen:
                    seen.add(found)
                    waiting.append(address)
                    yield found


def _article_id(url: str | None) -> str | None:
    try:
        return article_id(url) if url else None
    except ValueError:
        return None


def _normalized(url: str) -> str | None:
    try:
        return normalize(url)
    except ValueError:
        return None
