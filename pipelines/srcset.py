"""Which pictures may a browser choose from, and which of them are worth keeping?

A browser takes one by the width of its window and the density of its screen, and whoever replays a page has another window than the one
before. So all are kept where there are up to `MOST`; of more, those that are spread over the widths, and none that is wider than any
screen needs.
"""

from __future__ import annotations

import re

MOST = 6
WIDEST = 2048  # a column of 1,024 pixels on a screen of double density
_MAX_CHARS = 50_000
_MAX_CANDIDATES = 100
# HTML standard §4.8.4.2.1: a URL ends at white space; commas at its end separate.
_CANDIDATE = re.compile(r"[\s,]*+(?P<url>[^\s]++)(?P<rest>[^,(]*+(?:\([^)]*+\)?[^,(]*+)*+)")
_WIDTH = re.compile(r"(?:^|\s)(\d{1,5})w(?:\s|$)")
_DENSITY = re.compile(r"(?:^|\s)(\d{1,2}(?:\.\d{1,4})?)x(?:\s|$)")


def candidates(srcset: str) -> list[str]:
    """The URLs as written that are kept of a `srcset`, the smallest first where sizes are given."""
    found: dict[str, float] = {}
    at, text = 0, srcset[:_MAX_CHARS]
    while len(found) < _MAX_CANDIDATES and (match := _CANDIDATE.match(text, at)) is not None:
        url, rest, at = match["url"], match["rest"], match.end()
        if url.endswith(","):  # no descriptor: what looked like one is the next candidate
            url, rest, at = url.rstrip(","), "", match.end("url")
        if url:
            found.setdefault(url, _size(rest))
    kept = sorted(found, key=lambda url: found[url])
    fitting = [url for url in kept if found[url] <= WIDEST] or kept[:1]
    if len(fitting) <= MOST:
        return fitting
    last = len(fitting) - 1
    return [fitting[round(step * last / (MOST - 1))] for step in range(MOST)]


def _size(descriptors: str) -> float:
    """Pixels of width; densities as if of a picture of 640. Without either: the usual density."""
    if width := _WIDTH.search(descriptors):
        return float(width[1])
    density = _DENSITY.search(descriptors)
    return 640.0 * float(density[1]) if density else 640.0
