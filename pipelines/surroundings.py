"""What follows for a piece of text from those around it: neighbours, containers, pictures, headline?"""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.blocks import Block, Place, clean
from pipelines.prose import Known, is_furniture, is_prose

_NAMES = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|intro|introduction|standfirst|subtitle|sub-?title|sub-?head(?:line|ing)?|sub-?line|dek|deck|excerpt|summary"
    r"|abstract|preface|description|strap(?:line)?|chapo|chapeau|vorspann|ingress|entradilla|sumario|bajada|epigraph|synopsis|perex|teaser"
    r"|article__desc)(?:$|[\s_-])",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def _introduces(names: str) -> bool:
    return _NAMES.search(names) is not None


def introduces(block: Block, levels: int) -> bool:
    """The name of its element, or of one directly around it, says that it introduces the article."""
    return any(_introduces(names) for place in block.place.near(levels) if (names := place.style))


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
    """What stands among chosen paragraphs, in the same element or in one that is made alike, is of them: subheadings, list items ..."""
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
        around.update(block.place.near(6))
    added = set(chosen)
    last = prose[-1][0]
    for number in range(prose[0][0], len(shown)):
        block = shown[number]
        if block in chosen or block.link_share >= 0.5:
            continue
        alike = makes.get(_make(block) or ("",), 0) >= 2 and any(place in around for place in block.place.near(6))
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
    parent = block.place.parent
    style, above = block.place.style, parent.style if parent is not None else ""
    return (block.tag, style, above) if style or above else None


def description_key(known: Known) -> str:
    """The description as keys are: without white space, in lower case, without what marks a cut."""
    return (known.description or "").replace(" ", "").casefold().rstrip(".… ")


def is_described(key: str, description: str) -> bool:
    """The one begins as the other does. Both are keys, in lower case."""
    return len(key) >= 25 and len(description) >= 25 and (description.startswith(key[:80].rstrip(".")) or key.startswith(description[:80]))


def standfirst(blocks: list[Block], body: list[Block], known: Known) -> list[Block]:
    """Paragraphs between headline and body that introduce the article: the description as shown, or what its class or place says."""
    if not body:
        return []
    start = blocks.index(body[0])
    headline = max(
        (number for number, block in enumerate(blocks[:start]) if block.tag == "h1" or block.key.casefold() in known.titles), default=None
    )
    description = description_key(known)
    found: list[Block] = []
    low = headline + 1 if headline is not None else max(0, start - 8)
    near = set(blocks[headline].place.near(4)) if headline is not None else set()
    for block in blocks[low:start][-40:]:
        kind = block.place.noise()
        if (
            block.link_share > 0.4
            or kind in ("hidden", "navigation", "comments", "overlay", "newsletter", "form", "share", "footer")
            or is_furniture(block, known)
        ):
            continue
        key = block.key.casefold()
        described = is_described(key, description)
        named = introduces(block, 3)
        plain = kind is None and headline is not None and is_prose(block) and not near.isdisjoint(block.place.near(5))
        if described or (kind in (None, "byline", "related", "tags") and len(key) >= 25 and named) or plain:
            found.append(block)
    return found[-4:]


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


def measure(blocks: list[Block]) -> None:
    """Set `Place.size`."""
    for block in blocks:
        size = len(block.text)
        place: Place | None = block.place
        for _ in range(4):
            if place is None:
                break
            place.size += size
            place = place.parent


def without_captions(kept: list[Block]) -> list[Block]:
    """Drop short texts that share a small container with a picture, and with nothing else."""
    return [block for block in kept if not is_caption(block)]


def is_caption(block: Block) -> bool:
    length = len(block.text)
    if length > 300 or block.kind == "heading":
        return False
    for around in block.place.near(4)[1:]:
        if around.size > length + 120 or around.tag in ("body", "main", "article", "html"):
            return False
        if next(around.element.iter("img", "picture"), None) is not None:
            return True
    return False
