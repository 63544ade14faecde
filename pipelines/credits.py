"""Who had a part in the article beside its authors: which agencies, editors, translators, photographers?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from archive.article import Credit
from pipelines.authors import Name, flat, of_meta
from pipelines.blocks import Block
from pipelines.bylines import ABOVE, UNDER
from pipelines.head import Head
from pipelines.jsonld import JsonLd, texts
from pipelines.names import is_agency, is_name, is_person, key, split
from pipelines.namewords import CREDIT_ROLES, PICTURE_ROLES
from pipelines.titles import headline_at

MAX_CREDITS = 30
AGENCY = "agency"
_STRUCTURED = (("editor", "editor"), ("translator", "translator"), ("contributor", "contributor"))
_AGENCY_KEYS = ("sourceOrganization", "provider", "copyrightHolder")
# After words that end in a preposition a name may follow at once; after a noun there is a colon, a slash or a dash.
_ROLES = "|".join(sorted((re.escape(role) for role in CREDIT_ROLES), key=len, reverse=True))
_LINE = re.compile(rf"^\W*(?P<role>{_ROLES})(?!\w)\s*(?P<mark>[:：／/|–—]|-\s)?\s*", re.IGNORECASE)
# A word looked up is a hundred times cheaper than the line matched.
_FIRST_WORD = re.compile(r"\w+")
_FIRST_WORDS = frozenset(match[0] for role in CREDIT_ROLES if (match := _FIRST_WORD.search(role)))
_PREPOSITION = re.compile(r"(?:\bby|\bfrom|\bvon|\bpar|\bde|\bdi|\bpor|\bda|\bdoor|\bav|\baf|\bna|with|with files from)$", re.IGNORECASE)
_VERB = re.compile(r"(?:ла|ав|ло|ул|вёл|łumaczyła?|łożila?|çeviren|düzenleyen|kääntänyt|fordította)$", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]{2,60})[)\]）】]")
_PICTURES = frozenset(("caption", "figure"))
_APART = re.compile(r"\s*[/,;|&+]\s*|\s+(?:and|und|et|y|e|og|och|i|и|та|і)\s+")


def find_credits(
    jsonld: JsonLd, head: Head, blocks: Sequence[Block], *, authors: Sequence[Name], titles: frozenset[str], body: Sequence[Block] = ()
) -> list[Credit]:
    """Agencies named as author beside people or in brackets at either end of the text, and lines such as "Edited by Jane Doe".

    `body` are the pieces of the text; what is said beside a picture belongs to the picture.
    """
    found: dict[tuple[str, str | None], Credit] = {}
    known = {key(author.name) for author in authors if not is_agency(author.name)}
    for name, role in (*_stated(jsonld, head), *_shown(blocks, titles, body), *_of_text(body)):
        # Who wrote it is no "editor" of it by a default of the system.
        if key(name) not in known or role not in (AGENCY, "contributor", "editor"):
            found.setdefault((key(name), role and role.casefold()), Credit(name=name, role=role))
        if len(found) >= MAX_CREDITS:
            break
    return list(found.values())


def _stated(jsonld: JsonLd, head: Head) -> Iterator[tuple[str, str | None]]:
    article = jsonld.article or {}
    people = [name for value in flat(article.get("author")) for name in texts(jsonld.resolve(value), "name")[:1]]
    for line in people or of_meta(head):
        for name in split(line):
            if is_agency(name):
                yield name, AGENCY
    for field in _AGENCY_KEYS:
        for value in flat(article.get(field)):
            yield from ((name, AGENCY) for name in texts(jsonld.resolve(value), "name")[:1] if is_agency(name))
    for field, role in _STRUCTURED:
        for value in flat(article.get(field)):
            for line in texts(jsonld.resolve(value), "name")[:1]:
                yield from ((name, AGENCY if is_agency(name) else role) for name in split(line))


def _shown(blocks: Sequence[Block], titles: frozenset[str], body: Sequence[Block]) -> Iterator[tuple[str, str | None]]:
    """Lines around the headline, in the text and shortly under it."""
    start = headline_at(blocks, titles)
    if start is None:
        return
    last = body[-1] if body else None
    end = next((number for number in range(len(blocks) - 1, start, -1) if blocks[number] is last), start)
    for block in blocks[max(0, start - ABOVE) : min(len(blocks), max(start + 1 + UNDER, end + 13))]:
        if len(block.text) > 160 or block.kind == "heading":
            continue
        first = _FIRST_WORD.search(block.text[:40])
        if first is None or first[0].casefold() not in _FIRST_WORDS:
            continue
        match = _LINE.match(block.text)
        if match is None or any(place.furniture in _PICTURES for place in block.place.near(4)):
            continue
        role = match["role"]
        if not (match["mark"] or _PREPOSITION.search(role) or _VERB.search(role)):
            continue
        yield from _named(block.text[match.end() :], role)


def _named(rest: str, role: str) -> Iterator[tuple[str, str | None]]:
    """The names behind a role, as long as nothing but names stands there. Agencies and archives of pictures are left to the pictures."""
    names = split(rest)
    if not names or sum(map(len, names)) < 0.6 * len(rest.strip(" .")):
        return
    if role.casefold() in PICTURE_ROLES:
        yield from ((name, role) for name in names if is_person(name))
    else:
        yield from ((name, role) for name in names if is_person(name) or is_agency(name))


def _of_text(body: Sequence[Block]) -> Iterator[tuple[str, str | None]]:
    """`KYIV (Reuters) -` at its beginning, `(dpa, AFP)` at its end."""
    ends: Iterable[str] = (body[0].text[:120], *(block.text[-80:] for block in body[-2:])) if body else ()
    for text in ends:
        for match in _BRACKETS.finditer(text):
            parts = [part for part in _APART.split(match[1]) if part]
            if parts and len(parts) <= 5 and any(is_agency(part) for part in parts):
                yield from ((part, AGENCY) for part in parts if is_agency(part) and is_name(part))
