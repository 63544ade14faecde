"""What stands on a page and in which order: prose, linked headlines, captions, players?

Looked at once, for the verdict. Nothing is counted before it is asked for: most pages are plain articles, and cost next to nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipelines import kindwords as words
from pipelines import lines
from pipelines.blocks import Block, Place, clean
from pipelines.prose import is_prose
from pipelines.shown import width

_LED = 22  # width of a headline
_LED_WIDE = 14
_BEFORE = 6  # pieces before the text in which the first time of a live blog stands
_NEXT = 3  # pieces within which a teaser's text follows its headline
_CAPTION_LEVELS = 4
_BESIDE = 2_000  # characters of the source around headline and text
_BOX = 8  # containers around a headline in which its teaser stands
_OFF = ("navigation", "footer", "hidden")


@dataclass(frozen=True, kw_only=True)
class Matter:
    """`blocks` are all pieces of the page, `body` those that were taken for its text; `markup` is its source."""

    blocks: list[Block]
    body: list[Block]
    markup: str
    url: str

    @cached_property
    def size(self) -> int:
        return sum(len(block.text) for block in self.body)

    @cached_property
    def wide(self) -> int:
        """As `size`, by width."""
        return sum(width(block.text) for block in self.body)

    @cached_property
    def prose(self) -> list[Block]:
        return [block for block in self.body if is_prose(block)]

    @cached_property
    def path(self) -> str:
        return urlsplit(self.url).path

    @cached_property
    def own(self) -> frozenset[Block]:
        return frozenset(self.body)

    @cached_property
    def places(self) -> list[int]:
        """Which of the page's pieces are its text."""
        own = self.own
        return [number for number, block in enumerate(self.blocks) if block in own]

    @cached_property
    def around(self) -> list[Block]:
        """The pieces from shortly before the text to its end."""
        inside = self.places
        return self.blocks[max(0, inside[0] - _BEFORE) : inside[-1] + 1] if inside else []

    @cached_property
    def led(self) -> list[int]:
        """Where the headlines are that lead to other pages: outside of menus and the foot, and no part of the text."""
        return [number for number, block in enumerate(self.blocks) if block.link_share >= 0.8 and self._is_headline(block)]

    @cached_property
    def linked(self) -> int:
        """Characters of `led`."""
        return sum(width(self.blocks[number].text) for number in self.led)

    def runs(self, leading: bool) -> tuple[int, int]:
        """Most paragraphs of the text that follow each other with no linked headline between them, and most characters in such a row.

        `leading`: a paragraph that begins with a linked headline counts as one.
        """
        own, led = self.own, frozenset((*self.led, *(self.leading if leading else ())))
        most = longest = count = length = 0
        for number, block in enumerate(self.blocks):
            if number in led:
                count = length = 0
            elif block in own and is_prose(block):
                count, length = count + 1, length + len(block.text)
                most, longest = max(most, count), max(longest, length)
        return most, longest

    @cached_property
    def leading(self) -> list[int]:
        """Where paragraphs of the text begin with a linked headline that leads to another page of the host: old lists are built so."""
        own, host = self.own, urlsplit(self.url).hostname
        return [
            number
            for number, block in enumerate(self.blocks)
            if block.links
            and 0.1 <= block.link_share < 0.8
            and block.link_chars >= _LED
            and block in own
            and _begins_with_link(block, host)
        ]

    def teasers(self, *, everywhere: bool) -> int:
        """Linked headlines that lead to pages of the same host and have some prose of their own right below.

        Unless `everywhere`, the two must stand in a box of their own or below a heading: between the paragraphs of an article there may
        be links to others.
        """
        led, host = self.led, urlsplit(self.url).hostname
        holds = Counter(place for number in led for place in self.blocks[number].place.near(_BOX))
        found = 0
        for at, number in enumerate(led):
            head = self.blocks[number]
            end = min(led[at + 1] if at + 1 < len(led) else len(self.blocks), number + 1 + _NEXT)
            below = [block for block in self.blocks[number + 1 : end] if len(block.text) >= 40 and block.link_share < 0.6]
            if not below or not _leads_home(head.place, host):
                continue
            above = frozenset(head.place.near(_BOX))
            box = next((place for place in below[0].place.near(_BOX) if place in above), None)
            if everywhere or head.kind == "heading" or (box is not None and holds[box] == 1):
                found += 1
        return found

    @cached_property
    def captions(self) -> frozenset[Block]:
        """Text that belongs to one picture: by its name, or because nothing else stands beside the picture in its box."""
        texts = Counter(place for block in self.blocks for place in block.place.near(_CAPTION_LEVELS))
        return frozenset(block for block in self.blocks if block.link_share < 0.5 and len(block.text) >= 12 and _is_caption(block, texts))

    @cached_property
    def told(self) -> int:
        """Characters of the text that are no caption."""
        return sum(len(block.text) for block in self.body if block not in self.captions)

    @cached_property
    def headless(self) -> int:
        """Paragraphs of the text that do not stand right below a linked headline."""
        led = [-_NEXT - 1, *self.led]
        places = [number for number in self.places if is_prose(self.blocks[number])]
        return sum(number - led[bisect_left(led, number) - 1] > _NEXT for number in places)

    @cached_property
    def shows_video(self) -> bool:
        return any(mark in self.markup for mark in words.VIDEO_PLAYERS)

    @cached_property
    def shows_audio(self) -> bool:
        return any(mark in self.markup for mark in words.AUDIO_PLAYERS)

    @cached_property
    def plays_video(self) -> bool:
        """As `shows_video`, but for sure: an element that plays, beside headline and text."""
        return words.VIDEO_ELEMENT.search(self._beside) is not None

    @cached_property
    def plays_audio(self) -> bool:
        return words.AUDIO_ELEMENT.search(self._beside) is not None

    @cached_property
    def _beside(self) -> str:
        """The source from shortly before the headline to shortly after the text; in a corner of the page there may be a player, too."""
        start = max(0, self.markup.find("<h1"))
        end = max((self.markup.find(block.text[:20], start) for block in self.body), default=-1)
        return self.markup[max(0, start - _BESIDE) : max(start, end) + _BESIDE]

    def _is_headline(self, block: Block) -> bool:
        text = block.text
        # A headline of seven Chinese characters says as much as one of six words.
        if width(text) < (_LED if text[:1].isascii() or text[0] < "\u2e80" else _LED_WIDE):
            return False
        return (not text[:8].isascii() or lines.words(text) >= 4) and block.place.noise() not in _OFF


def _leads_home(place: Place, host: str | None) -> bool:
    link = _target(place.element)
    if link is None or link.startswith("#"):
        return False
    try:
        target = urlsplit(link).hostname
    except ValueError:
        return False
    # www.courier.example and news.courier.example belong together as often as not.
    return target is None or (host or "").split(".")[-2:] == target.split(".")[-2:]


def _begins_with_link(block: Block, host: str | None) -> bool:
    link = next(block.place.element.iter("a"), None)
    if link is None:
        return False
    text = clean("".join(link.itertext())).replace(" ", "")
    return len(text) >= _LED // 2 and block.key.find(text, 0, len(text) + 24) >= 0 and _leads_home(block.place, host)


def _target(element: HtmlElement) -> str | None:
    """Where the first link in this element leads to, or the link around it."""
    for link in element.iter("a"):
        if href := link.get("href"):
            return str(href).strip()
    for around in islice(element.iterancestors("a"), 1):
        if href := around.get("href"):
            return str(href).strip()
    return None


def _is_caption(block: Block, texts: Mapping[Place, int]) -> bool:
    if block.place.furniture in ("caption", "figure") or block.place.noise() in ("caption", "figure"):
        return True
    for place in block.place.near(_CAPTION_LEVELS):
        if texts[place] > 1 or place.tag in ("body", "main", "article", "html"):
            return False
        if _holds_picture(place.element):
            return True
    return False


def _holds_picture(element: HtmlElement) -> bool:
    return next(element.iter("img", "amp-img"), None) is not None
