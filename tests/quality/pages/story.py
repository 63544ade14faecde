"""What does an article say, and which of its pieces are its text?

A story is a file of fields, an empty line and pieces with empty lines between them. A piece begins with a mark that says what it is, or
with none for a paragraph; docs/text.md says which belong to the text. This was decided when the stories were written, not by looking at
what an extractor makes of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "stories"
# Mark, kind. A pull quote repeats what stands in the text; a picture's caption and credit are fields of their own.
_MARKS = {
    "## ": "heading",
    "> ": "quote",
    "?? ": "question",
    "@ ": "entry",
    "!img ": "image",
    "!pull ": "pull",
    "!note ": "note",
    "!optional ": "optional",
}
_NOT_TEXT = ("image", "pull")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece: `items` are the lines of a list, the rows of a table, or the caption and the credit of a picture."""

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()
    time: str = ""
    """Of a live entry: hour and minute."""


@dataclass(frozen=True, kw_only=True)
class Story:
    """An article, in no markup yet."""

    name: str
    fields: dict[str, str]
    pieces: tuple[Piece, ...]

    def __getitem__(self, field: str) -> str:
        return self.fields.get(field, "")

    @cached_property
    def published(self) -> datetime:
        return datetime.fromisoformat(self["published"])

    @cached_property
    def modified(self) -> datetime | None:
        return datetime.fromisoformat(self["modified"]) if self["modified"] else None

    @property
    def shown_authors(self) -> list[str]:
        """Who stands in the byline, an agency or the editors too."""
        return _split(self["authors"]) or _split(self["agency"])

    @property
    def authors(self) -> list[str]:
        """The people among them."""
        return [] if self["noauthors"] else _split(self["authors"])

    @property
    def tags(self) -> list[str]:
        return _split(self["tags"])

    def text(self) -> tuple[list[str], list[int]]:
        """The paragraphs of the text, and the numbers of those that one may leave out."""
        paragraphs = [self["standfirst"]] if self["standfirst"] else []
        optional: list[int] = []
        for piece in self.pieces:
            if piece.kind in _NOT_TEXT or not any(map(str.isalnum, piece.text + "".join(piece.items))):
                continue
            if piece.kind in ("optional", "points"):
                optional += range(len(paragraphs), len(paragraphs) + max(1, len(piece.items)))
            paragraphs += [line.replace(" | ", " ") for line in piece.items] or [piece.text]
        return paragraphs, optional


def read_story(name: str) -> Story:
    """Raises ValueError for a piece that is none."""
    head, _empty, body = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").partition("\n\n")
    fields = {key.strip(): value.strip() for key, _colon, value in (line.partition(":") for line in head.splitlines())}
    return Story(name=name, fields=fields, pieces=tuple(_piece(chunk.strip()) for chunk in body.split("\n\n") for chunk in _apart(chunk)))


def _apart(chunk: str) -> list[str]:
    # The title of a live entry stands on the line before its first paragraph.
    first, newline, rest = chunk.strip().partition("\n")
    return [first, rest] if first.startswith("@ ") and newline else [chunk]


def _piece(chunk: str) -> Piece:
    for mark, kind in _MARKS.items():
        if chunk.startswith(mark):
            text = chunk.removeprefix(mark)
            if kind == "image":
                caption, _bars, credit = text.partition(" || ")
                return Piece(kind=kind, items=(caption, credit))
            if kind == "entry":
                time, _bar, title = text.partition(" | ")
                return Piece(kind=kind, text=title, time=time)
            return Piece(kind=kind, text=text)
    lines = chunk.split("\n")
    if lines[0] == "!points":
        return Piece(kind="points", items=tuple(line.removeprefix("- ") for line in lines[1:]))
    if lines[0].startswith("- "):
        return Piece(kind="list", items=tuple(line.removeprefix("- ") for line in lines))
    if lines[0].startswith("1. "):
        return Piece(kind="olist", items=tuple(line.partition(". ")[2] for line in lines))
    if lines[0].startswith("| "):
        return Piece(kind="table", items=tuple(line.removeprefix("| ") for line in lines))
    if len(lines) > 1:
        raise ValueError(f"a paragraph is one line: {chunk[:60]!r}")
    return Piece(kind="paragraph", text=chunk)


def _split(value: str) -> list[str]:
    return [name.strip() for name in value.split(";") if name.strip()]
