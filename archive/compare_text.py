"""How is a comparison of two versions shown to a person?

Paragraph by paragraph, with what was taken out and what was put in marked; what stayed is folded. Nothing of the web raw.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archive.compare import Comparison, Part
from archive.neutral import one_line, plain
from archive.worddiff import Kind, Piece, count_words

_LABELS = {"title": "Title", "authors": "Authors", "date_published": "Published", "date_modified": "Modified", "text": "Text"}
_BREAK = re.compile(r"(\n{2,})")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_SHORT = 12  # words of an unchanged paragraph that is shown beside changed ones all the same
_AROUND = 40  # words that stay on each side where a long paragraph has a change in it
_COLOURS = {"removed": ("\x1b[31m", "\x1b[0m"), "added": ("\x1b[32m", "\x1b[0m")}
_MARKS = {"removed": ("[-", "-]"), "added": ("{+", "+}")}

_Segment = tuple[Kind, str]


def comparison_text(found: Comparison, *, colour: bool) -> str:
    """The whole comparison, a line feed at its end."""
    old, new = found.old, found.new
    lines = [
        one_line(f"{new.url}"),
        f"version {old.version} ({_time(old.captured_at)}) -> version {new.version} ({_time(new.captured_at)})",
    ]
    text = found.parts[-1]
    if text.changed:
        lines.append(
            f"words: {text.words('removed'):,} removed, {text.words('added'):,} added, {text.words('equal'):,} unchanged;"
            f" {found.similarity:.1%} in common"
        )
    if found.old.version == found.new.version:
        lines.append("this is one version: name two")
    elif not found.changed:
        lines.append("title, authors, dates and text are the same: what changed stands on the page around them")
    for part in found.parts:
        if part.changed:
            lines += ["", f"{_LABELS[part.name]}:", *_part_lines(part, colour)]
    return "\n".join(lines) + "\n"


def _part_lines(part: Part, colour: bool) -> Iterator[str]:
    waiting: list[str] = []
    for paragraph in _paragraphs(part.pieces):
        if all(kind == "equal" for kind, _ in paragraph):
            waiting.append("".join(text for _, text in paragraph))
            continue
        yield from _folded(waiting)
        waiting = []
        yield "  " + "".join(_marked(kind, text, colour) for kind, text in _shortened(paragraph))
    yield from _folded(waiting)


def _folded(texts: Sequence[str]) -> Iterator[str]:
    """What did not change: short paragraphs as they are, others as a count."""
    if not texts:
        return
    words = sum(count_words(text) for text in texts)
    if len(texts) == 1 and words <= _SHORT:
        yield "  " + one_line(texts[0])
    else:
        yield f"  ... {len(texts):,} paragraph{'s' if len(texts) > 1 else ''}, {words:,} words unchanged ..."


def _paragraphs(pieces: Sequence[Piece]) -> Iterator[list[_Segment]]:
    current: list[_Segment] = []
    for piece in pieces:
        for part in _BREAK.split(piece.text):
            if not part:
                continue
            if not part.startswith("\n\n"):
                current.append((piece.kind, part))
                continue
            if piece.kind != "equal" and not piece.text.strip():
                current.append((piece.kind, "¶"))  # paragraphs were joined or parted, and nothing else
            if current:
                yield current
            current = []
    if current:
        yield current


def _shortened(paragraph: Sequence[_Segment]) -> Iterator[_Segment]:
    last = len(paragraph) - 1
    for number, (kind, text) in enumerate(paragraph):
        words = text.split(" ")
        if kind == "equal" and len(words) > 3 * _AROUND:
            head = "" if number == 0 else " ".join(words[:_AROUND]) + " "
            tail = "" if number == last else " " + " ".join(words[-_AROUND:])
            yield kind, f"{head}...{tail}"
        else:
            yield kind, text


def _marked(kind: Kind, text: str, colour: bool) -> str:
    shown = plain(text).replace("\n", " ")
    if kind == "equal":
        return shown
    core = shown.strip(" ") or shown
    start = shown.index(core)
    before, after = shown[:start], shown[start + len(core) :]
    if _RIGHT_TO_LEFT.search(core):
        core = f"\u2068{core}\u2069"  # so that the marks stand at its ends, whatever stands beside it
    opening, closing = (_COLOURS if colour else _MARKS)[kind]
    return f"{before}{opening}{core}{closing}{after}"


def _time(value: str | None) -> str:
    return one_line(value)[:19] + "Z" if value else "time unknown"
