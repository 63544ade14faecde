"""Is this page a list of other pages: a front page, a section, a tag, an author, results of a search?

Careful in one direction: paragraphs that follow each other with no linked headline between them are a text, whatever stands around it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from pipelines import kindwords as words
from pipelines.jsonld import LISTING_TYPES, JsonLd
from pipelines.matter import Matter

_FEW = 140  # characters that are hardly any text


def judge(matter: Matter, jsonld: JsonLd, *, marked: bool, certain: bool) -> tuple[str, ...] | None:
    """The reasons, or null. `marked`: the page calls itself an article; `certain`: not only by og:type, which themes give to every page."""
    size = matter.size
    if certain and size >= 150:
        return None
    led = len(matter.led)
    parts = urlsplit(matter.url)
    if parts.path in ("", "/") and not parts.query and led >= 5 and jsonld.article is None and matter.runs[1] < 1_000:
        return (f"the site's front page, with {led} links to other pages",)
    said = bool(jsonld.types & LISTING_TYPES) and jsonld.article is None
    place = words.LISTING_PATH.search(parts.path) is not None or words.LISTING_QUERY.search(parts.query) is not None
    if certain:
        if led >= 12 and matter.linked > size * 5:
            return (f"{led} linked headlines and {size} characters of text",)
        return None
    if led < 3 and len(matter.leading) < 5:
        return None
    most, longest = matter.runs
    if most >= 3 or (marked and longest >= 600):
        return None
    teasers = matter.teasers
    if teasers >= (4 if said or place else 5) and teasers * 2 >= len(matter.prose) and (most <= 1 or said or place):
        return (f"{teasers} linked headlines with a few words on each of them",)
    if most >= 2 and not (said or place):
        return None
    if led >= (6 if said or place else 10) and matter.linked > size * (0.7 if said or place else 1.5):
        return (f"{led} linked headlines and {size} characters of text",)
    if size < _FEW and led >= (3 if said or place else 8):
        return (f"{led} linked headlines and hardly any text",)
    return None
