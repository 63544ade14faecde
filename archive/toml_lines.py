"""On which line of a TOML file does each key and each array element stand?

`tomllib` gives values without places. This scanner runs over a document that `tomllib` has accepted, so it need not judge, only count;
it keeps its own stack, so deep nesting costs nothing but memory.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field

# What lies deeper shares the line of what is around it: no file of ours nests more than 4 deep, and paths cost their length.
DEEPEST = 32

KeyPath = tuple[str | int, ...]
"""Keys and positions from the top: `("seeds", 1, "url")`."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_ONE_PART = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
_PART = re.compile(_ONE_PART)
_KEY = re.compile(rf"[ \t]*{_ONE_PART}(?:[ \t]*\.[ \t]*{_ONE_PART})*[ \t]*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}#\n]*")


@dataclass(slots=True)
class _Open:
    """An array or inline table that is being read."""

    path: KeyPath
    position: int | None
    """Next element's position in an array; null in an inline table."""


@dataclass(slots=True)
class Lines:
    """Lines by path, counted from 1."""

    by_path: dict[KeyPath, int] = field(default_factory=dict)

    def of(self, path: KeyPath) -> int | None:
        """Line of the path, or of the nearest thing around it that has one; null where nothing of it is written."""
        for end in range(len(path), 0, -1):
            line = self.by_path.get(path[:end])
            if line is not None:
                return line
        return None


def locate(text: str) -> Lines:
    """Lines of everything in a document that `tomllib.loads` accepts. For any other the result is of no use, but it ends."""
    text = text.replace("\r\n", "\n")
    lines = Lines()
    tables: dict[KeyPath, int] = {}  # arrays of tables and how many elements each has so far
    prefix: KeyPath = ()
    stack: list[_Open] = []
    place = 0
    line = 1
    counted = 0

    def here() -> int:
        nonlocal line, counted
        line += text.count("\n", counted, place)
        counted = place
        return line

    while True:
        place = _end(_BLANK, text, place)
        if place >= len(text):
            return lines
        if stack:
            top = stack[-1]
            if text[place] in "]}":
                stack.pop()
                place += 1
                continue
            if text[place] == ",":
                place += 1
                continue
            if top.position is not None:
                path: KeyPath = (*top.path, top.position) if len(top.path) < DEEPEST else top.path
                top.position += 1
                lines.by_path.setdefault(path, here())
                place = _value(text, place, path, stack)
                continue
            owner = top.path
        elif text[place] == "[":
            many = text.startswith("[[", place)
            start = place + (2 if many else 1)
            parts = _parts(text[start : _end(_KEY, text, start)])
            prefix = _within(tables, parts[:-1] if many else parts)
            if many:
                array: KeyPath = (*prefix, *parts[-1:])
                tables[array] = tables.get(array, -1) + 1
                lines.by_path.setdefault(array, here())
                prefix = (*array, tables[array])
            _mark(lines, prefix, here())
            place = text.find("\n", place)
            if place < 0:
                return lines
            continue
        else:
            owner = prefix
        start = place
        place = _end(_KEY, text, place)
        if place == start or place >= len(text):  # not TOML: whoever called did not ask tomllib first
            return lines
        path = (*owner, *_parts(text[start:place]))
        _mark(lines, path, here())
        place = _end(_BLANK, text, place + 1)  # behind the equals sign
        if place < len(text):
            place = _value(text, place, path, stack)


def _mark(lines: Lines, path: KeyPath, line: int) -> None:
    for end in range(1, len(path) + 1):
        lines.by_path.setdefault(path[:end], line)


def _within(tables: dict[KeyPath, int], parts: list[str]) -> KeyPath:
    """A header's path with the positions of the array elements that it lies in: the last one of each so far."""
    path: KeyPath = ()
    for part in parts:
        path = (*path, part)
        if path in tables:
            path = (*path, tables[path])
    return path


def _value(text: str, place: int, path: KeyPath, stack: list[_Open]) -> int:
    if text[place] in "[{":
        stack.append(_Open(path, 0 if text[place] == "[" else None))
        return place + 1
    string = _STRING.match(text, place)
    end = string.end() if string else _end(_PLAIN, text, place)
    return end if end > place else place + 1


def _end(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return match.end() if match else place


def _parts(key: str) -> list[str]:
    return [_quoted(part) if part[0] in "\"'" else part for part in _PART.findall(key)]


def _quoted(part: str) -> str:
    try:
        return next(iter(tomllib.loads(f"{part} = 0")))
    except tomllib.TOMLDecodeError:  # then tomllib has refused the document as well
        return part
