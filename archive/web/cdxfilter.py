"""Which lines of the index does a filter keep, and which are neighbours that agree?

The forms are pywb's. A regular expression comes from who asks, and a link on any page may ask: one that could run for ever is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from archive.errors import UsageError

Fields = dict[str, str]

_NAMES = {
    "original": "url", "u": "url", "statuscode": "status", "s": "status", "mimetype": "mime", "m": "mime", "l": "length", "o": "offset",
    "d": "digest", "t": "timestamp", "k": "urlkey", "f": "filename",
}  # fmt: skip
_ALL = ("urlkey", "timestamp", "url", "mime", "status", "digest", "length", "offset", "filename")
_MOST_FILTERS, _LONGEST, _LONGEST_VALUE = 20, 300, 1000
# A group that is repeated can take exponential time, a fourth `*` the fourth power of the length.
_REPEATED_GROUP, _OPEN_ENDS = re.compile(r"\)[*+{]"), re.compile(r"(?<!\\)(?:[*+]|\{\d*,\})")


def field_named(name: str) -> str:
    """The field of that name, or of that other name; raises `UsageError`."""
    found = _NAMES.get(name, name)
    if found not in _ALL and not found.startswith("orig."):
        raise UsageError(f"no field {name[:40]!r} in the index", hint=f"fields are {', '.join(_ALL)}")
    return found


def fields_named(names: str) -> list[str] | None:
    """A list of fields parted by commas; null for none, which means all."""
    return [field_named(name.strip()) for name in names.split(",") if name.strip()] or None


def filters_of(conditions: Iterable[str]) -> Callable[[Fields], bool]:
    """Whether a line passes all of them."""
    tests = [_test(one) for one in conditions]
    if len(tests) > _MOST_FILTERS:
        raise UsageError(f"more than {_MOST_FILTERS} filters", hint="ask for more lines, and choose among them")
    return lambda fields: all(test(fields) for test in tests)


def _test(condition: str) -> Callable[[Fields], bool]:
    text = condition.removeprefix("!")
    inverted = text != condition
    way = text[:1] if text[:1] in ("=", "~") else ""
    name, colon, value = text[len(way) :].partition(":")
    if not colon:  # pywb: no field, then anywhere in the line
        name, value = "", name
    field = field_named(name) if name else None
    matches = _expression(value) if way == "~" else (value.__eq__ if way == "=" else lambda given: value in given)

    def test(fields: Fields) -> bool:
        given = " ".join(fields.values()) if field is None else fields.get(field, "")
        return bool(matches(given[:_LONGEST_VALUE])) is not inverted

    return test


def _expression(value: str) -> Callable[[str], bool]:
    if len(value) > _LONGEST or _REPEATED_GROUP.search(value) or len(_OPEN_ENDS.findall(value)) > 3 or re.search(r"\\\d|\(\?P=", value):
        raise UsageError(
            "that regular expression could take too long", hint="no repeated groups, no back references, three of `*` and `+` at most"
        )
    try:
        compiled = re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(f"not a regular expression: {value[:80]!r} ({error})", hint="as Python's re has them") from error
    return lambda given: compiled.match(given) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collapse:
    """Of neighbours that agree in these fields, the first."""

    fields: tuple[tuple[str, int | None], ...]

    @classmethod
    def of(cls, collapse: str, time: int | None) -> Collapse:
        """From `field:N` and pywb's `collapseTime=N`."""
        fields: list[tuple[str, int | None]] = []
        if collapse:
            name, colon, size = collapse.partition(":")
            if colon and not (size.isascii() and size.isdigit() and len(size) < 4):
                raise UsageError(f"collapse={collapse[:40]!r}", hint="collapse=digest, or collapse=timestamp:8 for one a day")
            fields.append((field_named(name), int(size) if colon else None))
        if time is not None:
            fields += [("timestamp", time), ("status", None)]
        return cls(fields=tuple(fields))

    def __call__(self, lines: Iterable[Fields]) -> Iterator[Fields]:
        last: tuple[str, ...] | None = None
        for one in lines:
            here = tuple(one.get(name, "")[:size] for name, size in self.fields)
            if not self.fields or here != last:
                yield one
            last = here
