"""How is a difference cut into paragraphs that can be shown one below the other, or side by side?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from archive.worddiff import Kind, count_words

_BREAK = re.compile(r"(\n{2,})")
_AROUND = 1  # unchanged paragraphs that stay in sight on each side of a changed one
_FOLD = 2  # so many more in a row are folded away

Segment = tuple[Kind, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One paragraph, or several unchanged ones that are folded."""

    kind: Literal["same", "mixed", "removed", "added", "fold"]
    segments: tuple[Segment, ...] = ()
    folded: tuple[str, ...] = ()
    words: int = 0
    """Of folded paragraphs."""

    def side(self, kind: Kind) -> list[Segment]:
        """What one side has of it: with `removed` the old one, with `added` the new one."""
        return [one for one in self.segments if one[0] in ("equal", kind)]


def rows_of(pieces: Iterable[Segment]) -> list[Row]:
    """The paragraphs in reading order; long stretches without a change are folded."""
    rows: list[Row] = []
    waiting: list[Row] = []
    for row in map(_row, _paragraphs(pieces)):
        if row.kind == "same":
            waiting.append(row)
            continue
        rows += _folded(waiting, first=not rows, last=False)
        rows.append(row)
        waiting = []
    return rows + _folded(waiting, first=not rows, last=True)


def _folded(rows: Sequence[Row], *, first: bool, last: bool) -> list[Row]:
    head, tail = 0 if first else _AROUND, 0 if last else _AROUND
    middle = rows[head : len(rows) - tail]
    if len(middle) < _FOLD or (first and last):
        return list(rows)
    texts = tuple("".join(text for _, text in row.segments) for row in middle)
    fold = Row(kind="fold", folded=texts, words=sum(map(count_words, texts)))
    return [*rows[:head], fold, *rows[len(rows) - tail :]]


def _row(segments: Sequence[Segment]) -> Row:
    kinds = {kind for kind, _ in segments}
    kind: Literal["same", "mixed", "removed", "added"] = "mixed"
    if kinds == {"equal"}:
        kind = "same"
    elif kinds == {"removed"}:
        kind = "removed"
    elif kinds == {"added"}:
        kind = "added"
    return Row(kind=kind, segments=tuple(segments))


def _paragraphs(pieces: Iterable[Segment]) -> Iterator[list[Segment]]:
    current: list[Segment] = []
    for kind, whole in pieces:
        for part in _BREAK.split(whole):
            if not part:
                continue
            if not part.startswith("\n\n"):
                current.append((kind, part))
                continue
            if kind != "equal" and not whole.strip():
                current.append((kind, "¶"))  # paragraphs were joined or parted, and nothing else
            if current:
                yield current
            current = []
    if current:
        yield current
