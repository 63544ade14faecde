"""Why was each line of a page kept or dropped? The extractor's own account of one page, as JSON-able facts.

`explain_task` is for a child process, as `extract_task` is. pipelines/explain_page.py makes a page of it that people look at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from lxml.html import HtmlElement

from archive.article import Article
from pipelines.blocks import Block, Place
from pipelines.decisions import Decision
from pipelines.extract import Examination, examine_response

SCHEMA = "warchive.explanation/1"
MAX_LINES = 20_000
"""Of a page; an article has some hundred, a table of everything some thousand."""
MAX_CHARS = 3_000
"""Shown of one line. A paragraph of a newspaper has less than 1,500."""
_MAX_TOTAL = 4_000_000
_LEVELS = 7
_PLAIN_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_.-]*$")


def explain_task(payload: bytes, **params: Any) -> dict[str, Any]:
    """The account of a final HTTP response as it was kept; parameters as of `extract_task`."""
    return account(examine_response(payload, **params)[0], timezone=params.get("timezone"))


def account(examined: Examination, *, timezone: str | None = None) -> dict[str, Any]:
    """What the extractor made of a page, and each piece of the page with what was decided about it and why. `timezone` is the source's."""
    made = examined.made
    record = made.model_dump(mode="json", by_alias=True)
    is_article = isinstance(made, Article)
    told = {
        "schema": SCHEMA,
        "url": made.url,
        "verdict": made.verdict,
        "reasons": record["verdict_reasons" if is_article else "reasons"],
        "title": made.title,
        "article": {key: value for key, value in record.items() if key not in ("text", "blocks")} if is_article else None,
        "timezone": timezone,
        "text_chars": len(made.text) if isinstance(made, Article) else 0,
    }
    return told | _lines(examined.pieces, examined.decisions, made)


def refused(verdict: str, reason: str, url: str) -> dict[str, Any]:
    """The account of a page of which there is nothing to show."""
    told = {
        "schema": SCHEMA,
        "url": url,
        "verdict": verdict,
        "reasons": [reason],
        "title": None,
        "article": None,
        "text_chars": 0,
        "timezone": None,
    }
    return told | {"labels": {}, "lines": [], "left_out": 0}


def _lines(pieces: Sequence[Block], decisions: Sequence[Decision], made: Any) -> dict[str, Any]:
    lines: list[dict[str, Any]] = []
    paths = Paths()
    room = _MAX_TOTAL
    counts: Counter[tuple[str, bool]] = Counter()
    times = _times(decisions, made)
    for number, (piece, decision) in enumerate(zip(pieces, decisions, strict=True), start=1):
        counts[decision.label, decision.kept] += 1
        if len(lines) >= MAX_LINES or room <= 0:
            continue
        text = piece.text[: min(MAX_CHARS, room)]
        line: dict[str, Any] = {
            "number": number,
            "kept": decision.kept,
            "label": decision.label,
            "probability": None if decision.probability is None else round(decision.probability, 4),
            "reason": decision.reason,
            "type": piece.kind,
            "text": text,
            "chars": len(piece.text),
            "xpath": paths.of(piece.place.element),
            "place": _named(piece.place),
        }
        if decision.kept and (time := next(times, None)):
            line["time"] = time
        room -= len(text) + len(line["xpath"]) + len(line["place"]) + 200  # paths of a page that is nested deep are long
        lines.append(line)
    labels = {name: {"kept": counts[name, True], "dropped": counts[name, False]} for name in sorted({name for name, _ in counts})}
    return {"labels": labels, "lines": lines, "left_out": len(pieces) - len(lines)}


def _times(decisions: Sequence[Decision], made: Any) -> Any:
    blocks = made.blocks if isinstance(made, Article) else []
    if len(blocks) != sum(decision.kept for decision in decisions):
        return iter(())
    return (block.time for block in blocks)


def _named(place: Place) -> str:
    """The element and its containers with their classes, outwards: `p < div.text < article.story`."""
    steps = []
    for around in place.near(_LEVELS):
        names = f"{around.element.get('class') or ''}".split()[:3]
        own = (around.element.get("id") or "").split()[:1]
        steps.append("".join([around.tag[:40], *(f"#{name[:40]}" for name in own), *(f".{name[:40]}" for name in names)]))
    return " < ".join(steps)


class Paths:
    """XPaths of elements of one tree, in time that grows with the tree alone: libxml2 counts all siblings for each path anew."""

    def __init__(self) -> None:
        self._steps: dict[HtmlElement, str] = {}

    def of(self, element: HtmlElement) -> str:
        """From the root, as browsers and lxml understand it."""
        steps = []
        here: HtmlElement | None = element
        while here is not None:
            steps.append(self._step(here))
            here = here.getparent()
        return "/" + "/".join(reversed(steps))

    def _step(self, element: HtmlElement) -> str:
        if element in self._steps:
            return self._steps[element]
        parent = element.getparent()
        if parent is None:
            return str(element.tag)
        elements = [child for child in parent if isinstance(child.tag, str)]
        totals = Counter(child.tag for child in elements)
        seen: Counter[str] = Counter()
        for position, child in enumerate(elements, start=1):
            seen[child.tag] += 1
            if not _PLAIN_NAME.match(child.tag):
                self._steps[child] = f"*[{position}]"  # <o:p> of an office program: no name that XPath takes
            else:
                self._steps[child] = child.tag if totals[child.tag] == 1 else f"{child.tag}[{seen[child.tag]}]"
        return self._steps[element]
