"""Is the matter of this page a film, a row of pictures or a recording, and the text only a caption to it?

Careful in one direction: a written article with a film on top is an article, and so are a transcript and a long text between pictures.
"""

from __future__ import annotations

from pipelines import kindwords as words
from pipelines.head import Head
from pipelines.jsonld import JsonLd, Node, types_of
from pipelines.matter import Matter

_CAPTION = 300  # characters of a sentence or two
_NOTES = 1_500  # characters of the notes to an episode
_LONGEST = 20_000  # characters of all captions of a gallery


def judge(matter: Matter, jsonld: JsonLd, head: Head, names: tuple[str, ...], *, marked: bool) -> tuple[str, tuple[str, ...]] | None:
    """The verdict and its reasons, or null. `marked`: the page calls itself an article."""
    if matter.size >= _LONGEST:
        return None
    kinds = _main_kinds(jsonld)
    og = (head.first("og:type") or "").lower()
    article = jsonld.article is not None
    return (
        _gallery(matter, kinds, og, names, article=article, marked=marked)
        or (_audio(matter, kinds, og, article=article, marked=marked) if matter.size < _NOTES else None)
        or (_video(matter, kinds, og, names, article=article, marked=marked) if matter.size < _NOTES else None)
    )


def unsaid(matter: Matter) -> tuple[str, tuple[str, ...]] | None:
    """As `judge`, for a page that says nothing of itself and is no list: a lone player and a sentence or two."""
    if matter.size >= _CAPTION or len(matter.prose) > 2:
        return None
    if matter.plays_audio:
        return "audio", (f"a recording and {matter.size} characters of text",)
    if matter.plays_video:
        return "video", (f"a player and {matter.size} characters of text",)
    return None


def _video(
    matter: Matter, kinds: frozenset[str], og: str, names: tuple[str, ...], *, article: bool, marked: bool
) -> tuple[str, tuple[str, ...]] | None:
    said = kinds & words.VIDEO_TYPES
    paragraphs = len(matter.prose)
    if (said or og.startswith("video")) and not article:
        if matter.size < (450 if marked else 800) and paragraphs <= (2 if marked else 4):
            return "video", (f"it calls itself {_said(said, og)}, with {matter.size} characters of text",)
        return None
    placed = words.VIDEO_PATH.search(matter.path) is not None or any(words.VIDEO_TITLE.search(name) for name in names)
    if placed and (said or og.startswith("video") or matter.shows_video) and matter.size < 450 and paragraphs <= 2:
        return "video", (f"its address or title says film, it shows one, and {matter.size} characters of text",)
    return None


def _audio(matter: Matter, kinds: frozenset[str], og: str, *, article: bool, marked: bool) -> tuple[str, tuple[str, ...]] | None:
    said = kinds & words.AUDIO_TYPES
    paragraphs = len(matter.prose)
    episode = bool(said - {"audioobject"}) or og.startswith(("music.", "podcast", "audio", "radio"))
    claimed = bool(said) or episode
    if claimed and not article:
        # Notes to an episode are longer than a caption; a recording of a word or a sentence stands on pages of any sort.
        if matter.size < (_NOTES if episode else _CAPTION if marked else 500):
            return "audio", (f"it calls itself {_said(said, og)}, with {matter.size} characters of text",)
        return None
    placed = words.AUDIO_PATH.search(matter.path) is not None
    if placed and (claimed or matter.shows_audio) and matter.size < 600 and paragraphs <= 3:
        return "audio", (f"its address says recording, it has one, and {matter.size} characters of text",)
    return None


def _gallery(
    matter: Matter, kinds: frozenset[str], og: str, names: tuple[str, ...], *, article: bool, marked: bool
) -> tuple[str, tuple[str, ...]] | None:
    said = kinds & words.GALLERY_TYPES
    claimed = bool(said) or "gallery" in og
    placed = words.GALLERY_PATH.search(matter.path) is not None or any(words.GALLERY_TITLE.search(name) for name in names)
    if not (claimed or placed) and (marked or matter.size >= 600):
        return None
    pictures = len(matter.captions)
    if claimed and not article:
        if matter.told < (450 if marked else 700):
            return "gallery", (f"it calls itself {_said(said, og)}, with {matter.told} characters beside the captions",)
        return None
    if pictures >= 4 and (claimed or placed) and matter.told < (350 if article else 500):
        return "gallery", (f"{pictures} captions and {matter.told} characters beside them",)
    if pictures >= 8 and not marked and matter.told < 250:
        return "gallery", (f"{pictures} captions and {matter.told} characters beside them",)
    return None


def _said(kinds: frozenset[str], og: str) -> str:
    return min(kinds) if kinds else og[:40]


def _main_kinds(jsonld: JsonLd) -> frozenset[str]:
    """Types of the nodes that stand for the page: those at the top, and what they name as their main matter."""
    kinds: set[str] = set()
    waiting: list[tuple[object, bool]] = [(root, True) for root in jsonld.roots[:40]]
    for value, deeper in waiting:
        resolved = jsonld.resolve(value)
        for node in resolved if isinstance(resolved, list) else [resolved]:
            if not isinstance(node, dict):
                continue
            kinds |= types_of(node)
            if deeper:
                waiting.extend((inner, key == "@graph") for key in ("@graph", "mainEntity") for inner in _items(node, key))
    return frozenset(kinds)


def _items(node: Node, key: str) -> list[object]:
    value = node.get(key)
    return value[:200] if isinstance(value, list) else [value] if isinstance(value, dict) else []
