"""Which values may a key of a file that users write have, and what is said when it has another?

A `Kind` checks one value and reports everything that is wrong with it; `Field`s are the keys that a file may have. Configuration and
source files share them, so that their errors read alike; archive/tables.py checks a whole table.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from archive.toml_lines import KeyPath

Complaint = tuple[str, str | None] | None
"""What is wrong with a value, and a hint; null where nothing is."""
_SIZE = re.compile(r"^(\d{1,15})\s*([KMGT]i?B|B)?$", re.IGNORECASE)
_UNITS = {"b": 1, "kib": 1024, "mib": 1024**2, "gib": 1024**3, "tib": 1024**4}
_REQUIRED: Any = object()


class Report(Protocol):
    """Told what is wrong with a value, in words that follow the key's name ("must be a number"); `at` is where inside the value."""

    def __call__(self, message: str, hint: str | None = None, at: KeyPath = ()) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a value must be."""

    name: str
    """For the documentation: `number`, `list of text`, ..."""
    check: Callable[[object, Report], Any]
    """Gives the value as the program wants it; where it reported something, what it gives means nothing."""
    parse: Callable[[str], object]
    """Text of an environment variable as the value that it stands for; text that stands for nothing is given back for `check` to refuse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key of a file."""

    key: str
    """Dotted: `limits.delay`."""
    kind: Kind
    doc: str
    """What it means, in one or two sentences, with the reason of the default."""
    default: Any = _REQUIRED
    """As the program sees it. A field without one must be given."""
    shown: object = None
    """The default as a user would write it, where that differs."""

    @property
    def required(self) -> bool:
        """Whether the key must be there."""
        return self.default is _REQUIRED


def text(*, test: Callable[[str], Complaint] | None = None, longest: int = 2000, name: str = "text", empty: bool = True) -> Kind:
    """Text without control characters; `test` gives a message and a hint for what it refuses."""

    def check(value: object, report: Report) -> str:
        if not isinstance(value, str):
            report(
                f"must be text, not {show(value)}",
                "put it in quotation marks" if isinstance(value, int | float) and not isinstance(value, bool) else None,
            )
        elif any((ord(character) < 32 and character not in "\t\n") or character == "\x7f" for character in value):
            report("has a control character in it")
        elif len(value) > longest:
            report(f"has {len(value):,} characters; at most {longest:,} are allowed")
        elif not value and not empty:
            report("is empty")
        elif test and (wrong := test(value)):
            report(*wrong)
        return str(value)

    return Kind(name=name, check=check, parse=lambda written: written)


def number(minimum: float, maximum: float, *, whole: bool = False) -> Kind:
    """A finite number in a range; a whole one where so said."""
    name = "whole number" if whole else "number"

    def check(value: object, report: Report) -> float:
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            meant = parse(value) if isinstance(value, str) else value
            report(f"must be a {name}, not {show(value)}", None if isinstance(meant, str) else f"write {meant} without quotation marks")
            return 0
        assert isinstance(value, int | float)
        if not math.isfinite(value) or not minimum <= value <= maximum:
            report(f"must be from {minimum:,} to {maximum:,}, not {show(value)}")
        return value if whole else float(value)

    def parse(written: str) -> object:
        try:
            return int(written)
        except ValueError:
            try:
                return written if whole else float(written)
            except ValueError:
                return written

    return Kind(name=name, check=check, parse=parse)


def size(minimum: int, maximum: int) -> Kind:
    """A number of bytes, or text like `32 MiB`."""

    def check(value: object, report: Report) -> int:
        match = _SIZE.match(value.strip()) if isinstance(value, str) else None
        unit = (match[2] or "B").lower() if match else "b"
        if match and unit not in _UNITS:
            report(f"has a unit that means two things: {show(value)}", f"write {match[1]} {unit[0].upper()}iB (1,024s)")
            return 0
        count = int(match[1]) * _UNITS[unit] if match else value
        if isinstance(count, bool) or not isinstance(count, int):
            report(f"must be a number of bytes, not {show(value)}", 'write 33554432 or "32 MiB"')
            return 0
        if not minimum <= count <= maximum:
            report(f"must be from {show_size(minimum)} to {show_size(maximum)}, not {show_size(count)}")
        return count

    return Kind(name="size", check=check, parse=lambda written: written)


def switch() -> Kind:
    """True or false."""

    def check(value: object, report: Report) -> bool:
        if not isinstance(value, bool):
            report(f"must be true or false, not {show(value)}")
        return value is True

    def parse(written: str) -> object:
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(written.lower(), written)

    return Kind(name="true or false", check=check, parse=parse)


def choice(options: Sequence[str]) -> Kind:
    """One of a few words."""

    def test(value: str) -> Complaint:
        return None if value in options else (f"must be one of {', '.join(options)}, not {show(value)}", suggestion(value, options))

    return text(test=test, name=" | ".join(options))


def listing(item: Kind, *, least: int = 0, most: int = 1000) -> Kind:
    """A list of values of one kind, as a tuple; an environment variable separates them by commas."""

    def check(value: object, report: Report) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            report(f"must be a list, not {show(value)}", f"write [{show(value)}]" if isinstance(value, str) else None)
            return ()
        if not least <= len(value) <= most:
            report(
                f"must have at least {least}, not {len(value)}"
                if len(value) < least
                else f"has {len(value)} values; at most {most} are allowed"
            )
        values = []
        for position, one in enumerate(value):

            def inside(message: str, hint: str | None = None, at: KeyPath = (), position: int = position) -> None:
                report(f"(value {position + 1}) {message}", hint, (position, *at))

            values.append(item.check(one, inside))
        return tuple(values)

    def parse(written: str) -> object:
        return [item.parse(part.strip()) for part in written.split(",") if part.strip()]

    return Kind(name=f"list of {item.name}", check=check, parse=parse)


def suggestion(word: str, options: Iterable[str], *, least: float = 0.6) -> str | None:
    """`did you mean ...?` where one of the options is close; `least` is difflib's ratio."""
    close = difflib.get_close_matches(word[:80], list(options), n=1, cutoff=least)
    return f"did you mean `{close[0]}`?" if close else None


def show(value: object) -> str:
    """A value as a message may print it: short, on one line, without control characters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a table"
    written = repr(list(value)) if isinstance(value, list | tuple) else repr(value)
    return written if len(written) <= 80 else written[:77] + "..."


def show_size(count: int) -> str:
    """Bytes in the largest unit that divides them: `32 MiB`."""
    for unit in ("TiB", "GiB", "MiB", "KiB"):
        if count and count % _UNITS[unit.lower()] == 0:
            return f"{count // _UNITS[unit.lower()]} {unit}"
    return f"{count} B"
