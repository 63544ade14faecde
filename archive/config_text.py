"""How is the configuration written for people: a commented `warchive.toml`, and the reference of all keys?"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.config_keys import KEYS
from archive.fields import show_size, suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDescription:
    """One key, for the documentation."""

    key: str
    kind: str
    default: str
    """As TOML."""
    variable: str
    """Its environment variable."""
    doc: str


def describe() -> list[KeyDescription]:
    """All keys in their order. The number of workers depends on the machine, so its default is told in words."""
    return [
        KeyDescription(
            key=key.key,
            kind=key.kind.name,
            default="processors, at most 8"
            if key.key == "extraction.workers"
            else toml_value(key.default if key.shown is None else key.shown),
            variable=f"WARCHIVE_{key.key.replace('.', '_').upper()}",
            doc=key.doc,
        )
        for key in KEYS
    ]


def render_commented_toml(values: Mapping[str, object]) -> str:
    """A `warchive.toml` with every key explained: those in `values` (by dotted key) are set, the others commented out at their default.

    Raises KeyError for a key that there is not.
    """
    unknown = sorted(set(values) - {key.key for key in KEYS})
    if unknown:
        raise KeyError(f"no such key: {unknown[0]} {suggestion(unknown[0], [key.key for key in KEYS]) or ''}".strip())
    lines = ["# Configuration of warchive. What is commented out stands at its default; `warchive config` shows what is in force.", ""]
    section = ""
    for key in KEYS:
        table, _, leaf = key.key.rpartition(".")
        if table != section:
            section = table
            lines += [f"[{table}]", ""]
        lines += [f"# {line}" for line in textwrap.wrap(key.doc, 100)]
        if key.key in values:
            value = values[key.key]
            if key.kind.name == "size" and isinstance(value, int):
                value = show_size(value)
            lines.append(f"{leaf} = {toml_value(value)}")
        else:
            lines.append(f"# {leaf} = {toml_value(key.default if key.shown is None else key.shown)}")
        lines.append("")
    return "\n".join(lines)


def toml_value(value: object) -> str:
    """A value as TOML writes it."""
    if value is None:
        return '""'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(one) for one in value) + "]"
    if isinstance(value, str | Path):
        # TOML's basic strings are JSON's, but for DEL, which must be escaped.
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    raise TypeError(f"no TOML for {type(value).__name__}")
