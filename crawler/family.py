"""Which addresses are one and the same page, and which of them is the plain one?

Conservative: a false merge loses an article, a missed one costs a request and is found later by the page's own canonical address.
Pages are known by what is made here (crawler/pageid.py): a change makes strangers of pages that frontiers know already.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from archive.urls import normalize

# Host labels that only say for which device: in front of a name of at least two more labels.
_DEVICE = ("www", "m", "mobile", "touch", "amp")
# Under which names are registered, so that `mobile.co.uk` and `touch.co.uk` are two publishers. Those of two letters that end a country's.
_REGISTRIES = frozenset(
    ["com", "co", "net", "org", "edu", "gov", "ac", "or", "ne", "go", "gob", "gouv", "gen", "nom", "mil", "ltd", "plc", "in"]
)
_FORM = re.compile(
    r"(?:amp|print|printable)(?:=(?:1|true|yes|y|on)?)?|amp=amp|amp_(?:gsa|js_v)=.*|usqp=.*"
    r"|(?:output_?type|output|view|format|mode|type|version)=(?:amp|print)|printview=(?:1|true|yes)",
    re.IGNORECASE | re.DOTALL,
)
_IN_NAME = re.compile(r"\.amp(?=(?:\.html?)?/?$)", re.IGNORECASE)
_TAIL = re.compile(r"/(?:amp|print|index\.html?|index\.php)/?$", re.IGNORECASE)
_HEAD = re.compile(r"/amp(?=/(?:.*/)?[^/]{12,}/?$)", re.IGNORECASE)  # `/amp/2024/the-port-is-open`: a slug as long as this is no accident
_BLOGGER = re.compile(r"/[0-9]{4}/[0-9]{2}/[^/]+\.html$")  # its phones' form is `?m=1`; elsewhere, `m` may be the number of a story
# What needs no work: most URLs. No query or port, a host in small letters, nothing that RFC 3986 §6.2.2 would write otherwise.
_PLAIN = re.compile(r"https?://((?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*)((?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~!$&'()*+,;=:@-]*)+)")
_MAYBE = re.compile(r"[/.]amp(?:[/.]|$)|/print/?$|/index\.|//$|ampproject|bing-amp|google\.", re.IGNORECASE)
_PERCENT = re.compile(r"%(3F|3D|26)", re.IGNORECASE)

# Of canonical addresses: a front page, also of a language; a query that names an article; a path that does; one of several pages.
_FRONT = re.compile(r"(?:/(?:[a-z]{2}(?:[-_][a-z]{2})?|eng|ukr|rus))?(?:/index\.(?:html?|php))?", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:^|&)(?:p|id|[a-z]{1,12}_?id|post|story|article|news|page_id)=[0-9]", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{5}")
_DATE = re.compile(r"(?:19|20)[0-9]{6}")
_PAGE = re.compile(r"(?:^|&)(?:page|pg|seite|p|paged|start|offset)=[0-9]", re.IGNORECASE)


@lru_cache(maxsize=8192)
def family(url: str) -> str:
    """What all addresses of one page share: no scheme, no `www.`, `m.`, `mobile.`, `touch.` or `amp.`, no AMP or print form, no tracking
    parameters, no trailing slash. Only for comparing: nobody may be asked for it. Raises ValueError as `normalize`.
    """
    plain = _PLAIN.fullmatch(url)
    if plain and not _MAYBE.search(url):
        return _bare(plain[1]) + (plain[2].removesuffix("/") or "/")
    return _family(url)


def _family(url: str) -> str:
    parts = urlsplit(_out_of_cache(normalize(url)))
    path = _without_forms(parts.path)
    pairs = [pair for pair in parts.query.split("&") if pair and not _FORM.fullmatch(pair)]
    if "m=1" in pairs and _BLOGGER.search(path):
        pairs.remove("m=1")
    return _bare(parts.netloc) + path + ("?" + "&".join(pairs) if pairs else "")


def plainer(one: str, other: str) -> str:
    """Which of two addresses of one family is the better one to ask for: the first of equals."""
    return min((one, other), key=_burden)


def trusted_canonical(url: str, canonical: str) -> str | None:
    """The normalised canonical address, where it may name the article at `url`: http(s), on the same site, no front page, not of
    a language either, and no page above it, unless that looks like an article itself (`/news/1234567` of `/news/1234567/slug`); else null.
    """
    try:
        found, here = urlsplit(normalize(canonical)), urlsplit(normalize(url))
    except ValueError:
        return None
    if _bare(found.netloc) != _bare(here.netloc):
        return None
    path = found.path.rstrip("/")
    if _FRONT.fullmatch(path):
        return found.geturl() if _NUMBERED.search(found.query) else None
    above = (here.path.rstrip("/") + "/").startswith(path + "/") and family(canonical) != family(url)
    if not above or found.query:
        return found.geturl()
    # The second page of an article is not the first, whatever it says.
    return found.geturl() if _is_article(path.rpartition("/")[2]) and not _PAGE.search(here.query) else None


def _bare(netloc: str) -> str:
    name, colon, port = netloc.partition(":")
    labels = name.split(".")
    while len(labels) > 2 and labels[0] in _DEVICE and not (len(labels) == 3 and len(labels[2]) == 2 and labels[1] in _REGISTRIES):
        del labels[0]
    return ".".join(labels) + colon + port


def _is_article(segment: str) -> bool:
    """A long number that is no date, or a slug of four words."""
    return segment.count("-") >= 3 or (_NUMBER.search(segment) is not None and not _DATE.fullmatch(segment))


def _without_forms(path: str) -> str:
    for _ in range(3):  # `/story/index.amp.html`, `/story/amp/index.html`
        shorter = _TAIL.sub("", _IN_NAME.sub("", path))
        if shorter == path:
            break
        path = shorter
    if head := _HEAD.match(path):
        path = path[head.end() :]
    return path.rstrip("/") or "/"


def _out_of_cache(url: str) -> str:
    """The page that an AMP cache shows: `https://paper-example.cdn.ampproject.org/c/s/paper.example/story`."""
    parts = urlsplit(url)
    host, match = parts.hostname or "", None
    if host == "cdn.ampproject.org" or host.endswith((".cdn.ampproject.org", ".bing-amp.com")):
        match = re.match(r"/[cv](/s)?/(.+)$", parts.path)
    elif re.fullmatch(r"(?:www\.)?google\.[a-z.]{2,6}", host):
        match = re.match(r"/amp(/s)?/(.+)$", parts.path)
    if match is None or "." not in match[2].split("/", 1)[0]:
        return url
    # Viewers write the page's own `?`, `=` and `&` as part of their path; every other escape is the page's.
    address = _PERCENT.sub(lambda found: {"3F": "?", "3D": "=", "26": "&"}[found[1].upper()], match[2])
    query = f"{'&' if '?' in address else '?'}{parts.query}" if parts.query else ""
    try:
        return normalize(("https://" if match[1] else "http://") + address + query)
    except ValueError:
        return url


def _burden(url: str) -> tuple[int, int, int, int]:
    try:
        known = normalize(url)
    except ValueError:
        return (9, 9, 9, len(url))
    parts = urlsplit(known)
    label = (parts.hostname or "").split(".")[0]
    forms = sum(1 for pair in parts.query.split("&") if pair and _FORM.fullmatch(pair)) + (_out_of_cache(known) != known)
    forms += bool(_TAIL.search(parts.path) or _IN_NAME.search(parts.path)) + bool(_HEAD.match(parts.path)) + (label in _DEVICE[1:])
    return (forms, parts.scheme != "https", len(url) > len(known), len(url))
