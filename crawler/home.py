"""Does a redirect lead from a page to the front page of its site? That is how some publishers hide what they took down."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.family import family

_FRONT = re.compile(r"^/(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:index\.(?:html?|php)|home/?|default\.aspx?)?$", re.IGNORECASE)


def leads_home(asked: str, target: str, homepage: str) -> bool:
    """`asked` is a page, `target` where its redirect leads: the front page, or that of a language. False for who asked for one."""
    try:
        if family(asked) == family(target):
            return False
        to, from_ = urlsplit(target), urlsplit(asked)
        site = family(homepage).split("/", 1)[0]
        inside = family(target).split("/", 1)[0] in (site, family(asked).split("/", 1)[0])
        if family(target) == family(homepage):
            return not _is_front(from_.path, from_.query)
    except ValueError:
        return False
    return inside and _is_front(to.path, _without_marks(to.query)) and not _is_front(from_.path, from_.query)


def _is_front(path: str, query: str) -> bool:
    return bool(_FRONT.match(path or "/")) and not query


def _without_marks(query: str) -> str:
    """A note on why one was sent there (`?error=404`, `?from=deleted`) makes no other page of the front."""
    return "" if re.fullmatch(r"(?:error|status|code|from|ref|redirect(?:ed)?|notfound|404|e)(?:=[\w-]{0,30})?", query) else query
