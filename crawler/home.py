"""Does a redirect lead from a page to the front page of its site? That is how some publishers hide what they took down."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.family import family

# The front itself, that of a language (`/en`, `/en-gb/`, `/zh-hans`, `/eng`) and the files that stand for it.
_FRONT = re.compile(r"^/(?:[a-z]{2,3}(?:[-_][a-z]{2,4})?/?)?(?:(?:index|home|default)(?:\.(?:html?|php|aspx?))?/?)?$", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[a-z]{2})?")
# A note on why one was sent there makes no other page of the front.
_MARK = re.compile(r"(?:error|status|code|from|ref|redirect(?:ed)?|not_?found|404|e|msg|reason)(?:=[^&]{0,80})?", re.IGNORECASE)


def leads_home(asked: str, target: str, homepage: str) -> bool:
    """`asked` is a page, `target` where its redirect leads: the front page, or that of a language. False for who asked for one."""
    try:
        there, here, home = family(target), family(asked), family(homepage)
    except ValueError:
        return False
    if there == here or _is_front(here) or here == home:
        return False
    if _unmarked(there) == home:
        return True
    host = there.split("/", 1)[0]
    return any(_is_within(host, known.split("/", 1)[0]) for known in (home, here)) and _is_front(_unmarked(there))


def _is_front(page: str) -> bool:
    """`page` is a family: host, path, query without tracking parameters."""
    parts = urlsplit("//" + page)
    return bool(_FRONT.match(parts.path or "/")) and not parts.query


def _unmarked(page: str) -> str:
    address, _, query = page.partition("?")
    kept = [pair for pair in query.split("&") if pair and not _MARK.fullmatch(pair)]
    return address + ("?" + "&".join(kept) if kept else "")


def _is_within(host: str, site: str) -> bool:
    """The same host, the one above it (`courier.example` of `news.courier.example`), or one below for a language."""
    if host == site or (host.count(".") >= 1 and site.endswith("." + host)):
        return True
    return host.endswith("." + site) and _LANGUAGE.fullmatch(host.removesuffix("." + site)) is not None
