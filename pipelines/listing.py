"""Is this page a list of other pages: a front page, a section, a tag, an author, results of a search?

Careful in one direction: paragraphs that follow each other with no linked headline between them are a text, whatever stands around it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from pipelines import kindwords as words
from pipelines.jsonld import LISTING_TYPES, JsonLd
from pipelines.matter import Matter

_SENTENCE = 60  # characters of a piece of news, where a page calls itself one
_FEW = 140  # characters that are hardly any text
_TEASER = 350  # characters that the text of a teaser has at most, on average


def judge(matter: Matter, jsonld: JsonLd, *, marked: bool, certain: bool) -> tuple[str, ...] | None:
    """The reasons, or null. `marked`: the page calls itself an article; `certain`: not only by og:type, which themes give to every page."""
    size = matter.size
    if certain and size >= _SENTENCE:
        return None
    led = len(matter.led)
    parts = urlsplit(matter.url)
    if parts.path in ("", "/") and not parts.query and led >= 5 and jsonld.article is None and matter.runs(False)[1] < 1_000:
        return (f"the site's front page, with {led} links to other pages",)
    said = bool(jsonld.types & LISTING_TYPES) and jsonld.article is None
    place = words.LISTING_PATH.search(parts.path) is not None or words.LISTING_QUERY.search(parts.query) is not None
    told = said or place
    # A story's address looks like one: there, a short text between many links is a piece of news.
    if not told and _is_story(parts.path):
        return None
    # Round-ups of links are articles, too: paragraphs that begin with one make a list only where the address or JSON-LD says so.
    by_place = told and not marked
    leading = len(matter.leading) if by_place else 0
    if led < 3 and leading < 5:
        return None
    most, longest = matter.runs(by_place)
    if most >= 3 or (marked and longest >= 600):
        return None
    teasers = matter.teasers(everywhere=told) + leading
    long = size > _TEASER * max(1, len(matter.prose)) and not told
    if (
        teasers >= (4 if told else 5)
        and teasers * 2 >= len(matter.prose)
        and (told or (most <= 1 and matter.headless <= (0 if marked else 1) and not long))
    ):
        return (f"{teasers} linked headlines with a few words on each of them",)
    if most >= 2 and not told:
        return None
    if led >= (6 if told else 10) and matter.linked > size * (0.7 if told else 1.5):
        return (f"{led} linked headlines and {size} characters of text",)
    if size < _FEW and led >= (3 if told else 8):
        return (f"{led} linked headlines and hardly any text",)
    return None


def _is_story(path: str) -> bool:
    """The address is one of a single story: its last part is a title, or says so otherwise."""
    last = path.rstrip("/").rpartition("/")[2]
    return sum(len(part) >= 2 for part in last.split("-")) >= 4 or words.STORY_PATH.search(path) is not None
