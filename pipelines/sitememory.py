"""Which lines of this page are furniture of its site, given the lines that the memory of the site knows?

Pure, and about one page. What is counted over many pages, and when it is enough, stands in `sitecensus`; docs/decisions/0404 says why.
A memory is a set of line hashes. What it takes out of a page follows from the page and from those of its lines that are in the set, so
that these alone, kept with the article, make the same text again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipelines.lines import ends_sentence, words

MAX_FURNITURE = 2_000  # hashes that a page is given: 40 kB, the most frequent lines of its source
MAX_LINES = 400  # of one page that are counted: of longer ones (live blogs) the first and the last half, where furniture stands
MAX_TEXT = 200  # characters of a line that are shown

LOOSE, EDGE, PROSE, HEADING, GUARDED = "x", "e", "p", "h", "g"
"""What a line looks like on its page, from the least careful to the most. LOOSE: a label, a link, a teaser, or what the labeller is not
sure of. EDGE: a sentence at the beginning, or at the end with a link, or one of which the labeller is only fairly sure. PROSE: sentences
and list items. HEADING: subheadings, which are ordinary words ("Background"), and short lines that may be such. GUARDED: never furniture,
however often it stands somewhere."""

_OPENING, _CLOSING = "\"“”„«»‘’'「『‹›", "\"”“»«’‘'」』›‹"
_AFTER_QUOTE = ".!?,;…。！？"
_LONGEST = 1_000  # characters: nobody repeats so much as furniture, but for the small print that is no body
_HEADING_WORDS = 4  # a paragraph of so few words may be a subheading: "Kharkiv region", "What we know"
_GREETING_WORDS = 8  # "Good morning from Kyiv." is the writer's, "This story is part of a series on ..." the site's
_UNSURE, _FAIRLY_SURE = 0.7, 0.85  # that a line is body: of those that are kept below, two of five are not, and above, one of twenty
_LEFT = 0.25  # share of a page's text that must be left: what loses more is a near duplicate, or the memory is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the body as it would be kept without a memory."""

    text: str
    kind: str
    """As in `archive.article.Block.type`."""
    probability: float | None = None
    """That it is body, as the labeller says; null where it was not asked."""
    link_share: float = 0.0
    """Share of its characters that lie in links."""


def line_hash(text: str) -> str:
    """What a memory knows a line by: the first 16 hex digits of the SHA-256 of its text in lower case (casefold) without white space."""
    return hashlib.sha256("".join(text.casefold().split()).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def observe(lines: Sequence[Line], furniture: Collection[str] = ()) -> list[str]:
    """The lines as `sitecensus` counts them: hash, a letter for what the line looks like here, number of characters. Those that the memory
    knows come with the beginning of their text, so that a person can be shown what is taken out.
    """
    looks = _looks(lines)
    told = []
    for line, look in zip(lines, looks, strict=True):
        found = line_hash(line.text)
        told.append(f"{found}{look}{len(line.text)}{' ' + line.text[:MAX_TEXT] if found in furniture else ''}")
    return told if len(told) <= MAX_LINES else told[: MAX_LINES // 2] + told[-(MAX_LINES // 2) :]


def taken_out(lines: Sequence[Line], furniture: Collection[str]) -> set[int]:
    """Numbers of the lines that are not body, since the memory knows them. Ask with a set."""
    if not furniture:
        return set()
    looks = _looks(lines)
    out = {number for number, line in enumerate(lines) if looks[number] != GUARDED and line_hash(line.text) in furniture}
    if not out:
        return out
    last = len(lines) - 1
    while last in out:
        last -= 1
    if 0 <= last < len(lines) - 1 and lines[last].kind == "heading":  # over nothing but furniture, at the end
        out.add(last)
    whole = sum(len(line.text) for line in lines)
    left = sum(len(line.text) for number, line in enumerate(lines) if number not in out)
    return out if left >= whole * _LEFT else set()


def provenance(lines: Sequence[Line], furniture: Collection[str]) -> list[str]:
    """For `Extractor.furniture`: the hashes of this page's lines that the memory knows, sorted. Given as `furniture`, they take out the
    same lines again.
    """
    return sorted({found for line in lines if (found := line_hash(line.text)) in furniture}) if furniture else []


def _looks(lines: Sequence[Line]) -> list[str]:
    """A letter for each line."""
    long = [line for line in lines if line.kind == "paragraph" and words(line.text) > _HEADING_WORDS]
    # Thai has no full stop, and some writers have none: there the end of a line says nothing.
    marked = 2 * sum(_is_sentence(line.text) for line in long) >= len(long)
    found: list[str] = []
    for number, line in enumerate(lines):
        edge = "" if len(lines) < 3 else "first" if number == 0 else "last" if number == len(lines) - 1 else ""
        found.append(_look(line, edge=edge, marked=marked))
    return found


def _look(line: Line, *, edge: str, marked: bool) -> str:
    text = line.text
    if line.kind in ("quote", "preformatted") or len(text) > _LONGEST or sum(map(str.isalpha, text[:80])) < 2 or _is_quoted(text):
        return GUARDED
    if line.link_share > 0.5:
        return LOOSE
    if line.kind == "heading":
        return LOOSE if edge == "last" else HEADING  # of true ones, too, the labeller is seldom sure
    if line.kind != "paragraph":
        return PROSE
    if not marked or _is_sentence(text):
        sure = 1.0 if line.probability is None else line.probability
        if sure < _UNSURE:
            return LOOSE
        if sure < _FAIRLY_SURE or (edge == "first" and words(text) > _GREETING_WORDS) or (edge == "last" and line.link_share > 0):
            return EDGE
        return PROSE
    if edge:
        return LOOSE
    if words(text) <= _HEADING_WORDS:
        return HEADING
    return LOOSE


def _is_sentence(text: str) -> bool:
    """It ends as one; "The ministry said:" does so too."""
    return ends_sentence(text) or text.rstrip().endswith((":", "：", "…", "—", "–"))


def _is_quoted(text: str) -> bool:
    """It begins and ends with quotation marks."""
    plain = text.strip().rstrip(_AFTER_QUOTE).rstrip()
    return len(plain) > 2 and plain[0] in _OPENING and plain[-1] in _CLOSING
