"""Which of the page's pieces of text are the body of the article?

trafilatura reads the tree without its furniture and votes; our own pieces (see `blocks`) are what is kept, so that every paragraph has its
place in the page. Then come rules about neighbours, and rules about lines. Nothing here knows a site.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from pipelines import lines
from pipelines.blocks import Block, Place, clean

_log = logging.getLogger("trafilatura")
_log.setLevel(logging.CRITICAL)  # its messages quote the page
# A container that holds this much of the page's prose is not furniture, whatever it is called.
_CLEARED = 0.3
_CLEARED_HIDDEN = 0.5
_INTRODUCES = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|intro|introduction|standfirst|subtitle|sub-?title|sub-?head(?:line|ing)?|sub-?line|dek|deck|excerpt|summary|abstract|preface|description|strap(?:line)?|chapo|chapeau|vorspann|ingress|entradilla|sumario|bajada|epigraph|synopsis|perex|teaser|article__desc)(?:$|[\s_-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the metadata say of the page; it tells headline, byline and standfirst from the body."""

    title: str | None = None
    titles: frozenset[str] = frozenset()
    """Keys (see `Block.key`, lower case) of everything that is a headline of this page."""
    description: str | None = None
    authors: frozenset[str] = frozenset()
    article_body: str | None = None
    language: str | None = None
    topics: frozenset[str] = frozenset()
    """Keys of section and keywords."""
    standfirst: bool = True


def is_prose(block: Block) -> bool:
    """A sentence or more that is not mainly a link."""
    return block.kind != "heading" and block.link_share < 0.35 and (len(block.text) >= 80 or (len(block.text) >= 40 and lines.ends_sentence(block.text)))


def clear_furniture(blocks: list[Block]) -> int:
    """Mark the containers whose name lies; gives the length of all prose."""
    total = 0
    held: dict[Place, int] = {}
    for block in blocks:
        if not is_prose(block):
            continue
        size = len(block.text)
        total += size
        for place in block.place.chain():
            if place.furniture:
                held[place] = held.get(place, 0) + size
    for place, size in held.items():
        limit = _CLEARED_HIDDEN if place.furniture in ("hidden", "caption", "figure") else _CLEARED
        if size > total * limit and (place.furniture != "comments" or _has_headline(place)):
            place.cleared = True
    return total


def _has_headline(place: Place) -> bool:
    return next(place.element.iter("h1"), None) is not None


def votes(tree: HtmlElement, blocks: list[Block], *, fast: bool = True) -> set[Block]:
    """The blocks that trafilatura takes of the page without its furniture."""
    text = _read_without_furniture(tree, blocks, fast=fast)
    lines_read = [clean(line).lstrip("-–•* ").replace(" ", "").replace("|", "") for line in text.split("\n")]
    keys = set(lines_read) - {""}
    whole = "\x00".join(lines_read)
    long_keys = [key for key in keys if len(key) >= 30]
    chosen: set[Block] = set()
    for block in blocks:
        if block.place.noise() is not None:
            continue
        key = block.key.replace("|", "")
        # trafilatura may join what we part, and part what we join.
        if key in keys or (len(key) >= 30 and key in whole) or (len(key) >= 60 and any(part in key for part in long_keys)):
            chosen.add(block)
    return chosen


def _read_without_furniture(tree: HtmlElement, blocks: list[Block], *, fast: bool) -> str:
    """The furniture is lifted out for the time of the call, so that trafilatura's copies are small, and put back: XPaths count on it."""
    lifted: list[tuple[HtmlElement, HtmlElement]] = []
    looked_at: set[Place] = set()
    for block in blocks:
        if block.place.noise() is None:
            continue
        outermost = None
        for place in block.place.chain():
            if place.furniture and not place.cleared:
                outermost = place
        if outermost is None or outermost in looked_at:
            continue
        looked_at.add(outermost)
        parent = outermost.element.getparent()
        if parent is not None:
            stand_in = parent.makeelement("noindex")
            stand_in.tail = outermost.element.tail
            parent.replace(outermost.element, stand_in)
            lifted.append((outermost.element, stand_in))
    try:
        document = bare_extraction(tree, fast=fast, favor_precision=True, include_comments=False, include_tables=True, deduplicate=False, with_metadata=False)
    except Exception:  # whatever it stumbles over, the page has other votes
        document = None
    finally:
        for element, stand_in in reversed(lifted):
            parent = stand_in.getparent()
            if parent is not None:
                parent.replace(stand_in, element)
    return document.text if document is not None and document.text else ""


def select(tree: HtmlElement, blocks: list[Block], known: Known) -> list[Block]:
    """The body in reading order; empty where there is none."""
    clear_furniture(blocks)
    shown = [block for block in blocks if block.place.noise() is None]
    chosen = votes(tree, blocks)
    chosen = with_container(shown, chosen)
    chosen = with_neighbours(shown, chosen)
    sizes = sizes_of(blocks)
    kept = without_captions(one_article(filtered([block for block in shown if block in chosen], known), known), sizes)
    return filtered([*without_captions(standfirst(blocks, kept, known), sizes), *kept], known) if known.standfirst else kept


def container(shown: list[Block]) -> Place | None:
    """The element whose paragraphs weigh most, near ones more than far ones."""
    weights: dict[Place, float] = {}
    for block in shown:
        if not is_prose(block):
            continue
        weight = float(len(block.text))
        for level, place in enumerate(block.place.chain()):
            if level == 0 and place.tag not in ("div", "section", "article", "td", "main", "body"):
                continue
            if level > 7:
                break
            weights[place] = weights.get(place, 0.0) + weight
            weight *= 0.85
    return max(weights, key=lambda place: weights[place]) if weights else None


def with_container(shown: list[Block], chosen: set[Block]) -> set[Block]:
    """Where the votes miss most of what stands in the heaviest container, its paragraphs count as chosen."""
    around = container(shown)
    if around is None:
        return chosen
    inside = [block for block in shown if around in block.place.chain()]
    prose = [block for block in inside if is_prose(block)]
    total = sum(len(block.text) for block in prose)
    voted = sum(len(block.text) for block in prose if block in chosen)
    if voted >= total * 0.4:
        return chosen
    first, last = inside.index(prose[0]), inside.index(prose[-1])
    return chosen | {block for block in inside[first : last + 1] if block.link_share < 0.5}


def with_neighbours(shown: list[Block], chosen: set[Block]) -> set[Block]:
    """What stands among chosen paragraphs, in the same element or in one that is made alike, is of them: subheadings, list items, more paragraphs."""
    prose = [(number, block) for number, block in enumerate(shown) if block in chosen and is_prose(block)]
    if not prose:
        return chosen
    homes: dict[Place, int] = {}
    makes: dict[tuple[str, ...], int] = {}
    around: set[Place] = set()
    for _, block in prose:
        if block.place.parent is not None:
            homes[block.place.parent] = homes.get(block.place.parent, 0) + 1
        if make := _make(block):
            makes[make] = makes.get(make, 0) + 1
        around.update(place for place, _ in zip(block.place.chain(), range(6), strict=False))
    added = set(chosen)
    last = prose[-1][0]
    for number in range(prose[0][0], len(shown)):
        block = shown[number]
        if block in chosen or block.link_share >= 0.5:
            continue
        alike = makes.get(_make(block) or ("",), 0) >= 2 and any(place in around for place, _ in zip(block.place.chain(), range(6), strict=False))
        if number > last:
            if alike and is_prose(block):
                added.add(block)
            continue
        above = block.place.parent
        if block.kind == "list_item" and above is not None and above.parent is not None and homes.get(above, 0) < 2:
            above = above.parent
        if alike or (above is not None and homes.get(above, 0) >= 2):
            added.add(block)
    return added


def _make(block: Block) -> tuple[str, ...] | None:
    """How an element is made: its tag and class, and its parent's; null where there is no class that could tell."""
    own, parent = block.place.element, block.place.parent
    style, above = own.get("class") or "", (parent.element.get("class") or "") if parent is not None else ""
    return (block.tag, style, above) if style or above else None


def standfirst(blocks: list[Block], body: list[Block], known: Known) -> list[Block]:
    """Paragraphs between headline and body that introduce the article: the description as shown, or what its class or place says."""
    if not body or not known.standfirst:
        return []
    start = blocks.index(body[0])
    headline = max((number for number, block in enumerate(blocks[:start]) if block.tag == "h1" or block.key.casefold() in known.titles), default=None)
    description = (known.description or "").replace(" ", "").casefold().rstrip(".… ")
    found: list[Block] = []
    low = headline + 1 if headline is not None else max(0, start - 8)
    near = {place for place, _ in zip(blocks[headline].place.chain(), range(4), strict=False)} if headline is not None else set()
    for block in blocks[low:start][-40:]:
        kind = block.place.noise()
        if block.link_share > 0.4 or kind in ("hidden", "navigation", "comments", "overlay", "newsletter", "form", "share", "footer") or _is_furniture(block, known):
            continue
        key = block.key.casefold()
        described = len(key) >= 25 and len(description) >= 25 and (description.startswith(key[:80].rstrip(".")) or key.startswith(description[:80]))
        named = any(_INTRODUCES.search(place.element.get("class") or "") for place, _ in zip(block.place.chain(), range(3), strict=False))
        plain = kind is None and headline is not None and is_prose(block) and not near.isdisjoint(place for place, _ in zip(block.place.chain(), range(5), strict=False))
        if described or (kind in (None, "byline", "related", "tags") and len(key) >= 25 and named) or plain:
            found.append(block)
    return found[-4:]


def filtered(kept: list[Block], known: Known, shown: list[Block] | None = None) -> list[Block]:
    """Without furniture lines and without a paragraph given twice."""
    out: list[Block] = []
    seen: set[str] = set()
    led_away: set[Block] = set()
    for block in kept:
        key = block.key.casefold()
        if key in seen or key in known.titles or _is_furniture(block, known):
            led_away.add(block)
            continue
        if _is_link_out(block):
            led_away.add(block)
            continue
        if len(key) > 8:
            seen.add(key)
        out.append(block)
    after = {block: following for block, following in zip(kept, kept[1:], strict=False)}
    # A heading over nothing but links and labels is theirs.
    out = [block for block in out if block.kind != "heading" or not ((following := after.get(block)) in led_away and following is not None and (_is_link_out(following) or lines.is_see_also(following) or lines.is_call(following)))]
    return _trimmed(out, known)


def _trimmed(out: list[Block], known: Known) -> list[Block]:
    """Without the labels before the first and after the last sentence: section, tags, headings of what followed."""
    first = next((number for number, block in enumerate(out) if len(block.text) >= 40 or lines.ends_sentence(block.text)), 0)
    out = [block for block in out[:first] if lines.words(block.text) > 4 and block.key.casefold() not in known.topics] + out[first:]
    while out and (out[-1].kind == "heading" or out[-1].key.casefold() in known.topics or (out[-1].links and out[-1].link_share > 0.5 and lines.words(out[-1].text) <= 4)):
        out.pop()
    return out


def one_article(kept: list[Block], known: Known) -> list[Block]:
    """Of several articles on one page, each with a headline of its own, the one whose headline is the page's, or the first."""
    groups: dict[Place | None, int] = {}
    homes = {block: next((place for place in block.place.chain() if place.tag == "article"), None) for block in kept}
    for block in kept:
        groups[homes[block]] = groups.get(homes[block], 0) + 1
    headed: dict[Place, str] = {}
    for place in groups:
        if place is not None:
            headline = next(place.element.iter("h1"), None)
            if headline is not None:
                headed[place] = clean("".join(headline.itertext())).replace(" ", "").casefold()
    if len(headed) < 2:
        return kept
    main = next((place for place, key in headed.items() if key in known.titles), next(iter(headed)))
    others = {place for place in headed if place is not main and main not in place.chain() and place not in main.chain()}
    return [block for block in kept if homes[block] not in others]


def without_captions(kept: list[Block], sizes: dict[Place, int]) -> list[Block]:
    """Drop short texts that share a small container with a picture, and with nothing else. `sizes`: characters by container."""
    return [block for block in kept if not _is_caption(block, sizes)]


def sizes_of(blocks: list[Block]) -> dict[Place, int]:
    """Characters of text in each container, up to three levels above a block."""
    sizes: dict[Place, int] = {}
    for block in blocks:
        size = len(block.text)
        place: Place | None = block.place
        for _ in range(4):
            if place is None:
                break
            sizes[place] = sizes.get(place, 0) + size
            place = place.parent
    return sizes


def _is_caption(block: Block, sizes: dict[Place, int]) -> bool:
    if len(block.text) > 300 or block.kind == "heading":
        return False
    for place in list(zip(block.place.chain(), range(4), strict=False))[1:]:
        around = place[0]
        if around.tag in ("body", "main", "article", "html") or sizes.get(around, 0) > len(block.text) + 120:
            return False
        if next(around.element.iter("img", "picture"), None) is not None:
            return True
    return False


def _is_link_out(block: Block) -> bool:
    """A line that is a link and no sentence leads to another page."""
    return block.link_share >= (0.5 if block.kind == "list_item" else 0.8) and not lines.ends_sentence(block.text)


def _is_furniture(block: Block, known: Known) -> bool:
    text = block.text
    return (
        lines.is_scrap(text)
        or lines.is_label(text)
        or lines.is_see_also(block)
        or lines.is_credit(text)
        or lines.is_byline(text, known.authors)
        or lines.is_dateline(text, known.language)
        or lines.is_call(block)
    )
