"""Which addresses are one and the same page, and which of them is the plain one?

Conservative: a false merge loses an article, a missed one costs a request and is found later by the page's own canonical address.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from archive.urls import normalize

# Host labels that only say for which device: in front of a name of at least two more labels.
_DEVICE = ("www", "m", "mobile", "touch", "amp")
_AMP_QUERY = re.compile(
    r"^(?:amp|(?:output_?type|output|view|format)=amp|print|printview=\w+|(?:output|view|format)=print|m=1)$", re.IGNORECASE
)
_AMP_PAIR = re.compile(r"^(?:amp|amp_gsa|amp_js_v|usqp|print)=", re.IGNORECASE)
_TAIL = re.compile(r"(?:/(?:amp|print)|\.amp)/?$|(?<=\.amp)(?=\.html?$)", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index\.(?:html?|php))$", re.IGNORECASE)


@lru_cache(maxsize=8192)
def family(url: str) -> str:
    """What all addresses of one page share: no scheme, no `www.`, `m.`, `mobile.`, `touch.` or `amp.`, no AMP or print form, no tracking
    parameters, no trailing slash. Only for comparing: nobody may be asked for it. Raises ValueError as `normalize`.
    """
    parts = urlsplit(_out_of_cache(normalize(url)))
    host = _bare(parts.netloc)
    path = _INDEX.sub("/", parts.path)
    path = re.sub(r"\.amp(?=\.html?$)", "", path, flags=re.IGNORECASE)
    path = _TAIL.sub("", path) or "/"
    if len(path) > 1:
        path = path.rstrip("/") or "/"
    pairs = [pair for pair in parts.query.split("&") if pair and not _form(pair)]
    return host + path + ("?" + "&".join(pairs) if pairs else "")


def plainer(one: str, other: str) -> str:
    """Which of two addresses of one family is the better one to ask for: the first of equals."""
    return min((one, other), key=_burden)


def trusted_canonical(url: str, canonical: str) -> str | None:
    """The normalised canonical address, where it may name the article at `url`: http(s), on the same site, no front page, and not a page
    above it; else null.
    """
    try:
        found, here = urlsplit(normalize(canonical)), urlsplit(normalize(url))
    except ValueError:
        return None
    if _bare(found.netloc) != _bare(here.netloc):
        return None
    path = found.path.rstrip("/")
    above = (here.path.rstrip("/") + "/").startswith(path + "/") and family(canonical) != family(url)
    if not found.query and (not path or above):
        return None
    return found.geturl()


def _bare(netloc: str) -> str:
    name, _, port = netloc.partition(":")
    labels = name.split(".")
    while len(labels) > 2 and labels[0] in _DEVICE:
        labels = labels[1:]
    return ".".join(labels) + (f":{port}" if port else "")


def _form(pair: str) -> bool:
    return bool(_AMP_QUERY.match(pair) or _AMP_PAIR.match(pair))


def _out_of_cache(url: str) -> str:
    """The page that an AMP cache shows: `https://paper-example.cdn.ampproject.org/c/s/paper.example/story`."""
    parts = urlsplit(url)
    match = None
    if parts.hostname and parts.hostname.endswith(".cdn.ampproject.org"):
        match = re.match(r"^/[cv](/s)?/(.+)$", parts.path)
    elif parts.hostname and re.fullmatch(r"(?:www\.)?google\.[a-z.]{2,6}", parts.hostname):
        match = re.match(r"^/amp(/s)?/(.+)$", parts.path)
    if match is None:
        return url
    inner = ("https://" if match[1] else "http://") + unquote(match[2]) + (f"?{parts.query}" if parts.query else "")
    try:
        return normalize(inner)
    except ValueError:
        return url


def _burden(url: str) -> tuple[int, int, int, int]:
    try:
        parts = urlsplit(normalize(url))
    except ValueError:
        return (9, 9, 9, len(url))
    label = (parts.hostname or "").split(".")[0]
    forms = sum(1 for pair in parts.query.split("&") if pair and _form(pair)) + bool(_TAIL.search(parts.path)) + (".amp." in parts.path)
    cached = _out_of_cache(url) != url
    return (forms + cached + (label in _DEVICE[1:]), parts.scheme != "https", len(url) - len(normalize(url)) > 0, len(url))
