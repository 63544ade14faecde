"""Which keys of a table are wrong, missing or unknown, and where does a misplaced one belong?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from archive.fields import Field, show, suggestion
from archive.toml_lines import KeyPath

TableReport = Callable[[KeyPath, str, str | None], None]
"""Told where in the table, what is wrong, and a hint."""


def check_table(
    table: Mapping[str, object],
    fields: Iterable[Field],
    report: TableReport,
    *,
    ignore: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Values of a table's keys by dotted name, for those that are there and right; everything that is wrong is reported.

    `ignore`: keys of the table that the caller checks himself.
    """
    by_key = {field.key: field for field in fields}
    found: dict[str, Any] = {}
    for name, value in table.items():
        if name in by_key:
            _check(by_key[name], value, found, report)
        elif any(key.startswith(f"{name}.") for key in by_key):
            if not isinstance(value, Mapping):
                report((name,), f"`{name}` must be a table, not {show(value)}", f"begin it with a line [{name}]")
                continue
            for inner, deep in value.items():
                if field := by_key.get(f"{name}.{inner}"):
                    _check(field, deep, found, report)
                else:
                    report((name, inner), *_unknown(inner, name, by_key, ignore))
        elif name not in ignore:
            report((name,), *_unknown(name, "", by_key, ignore))
    for field in by_key.values():
        if field.required and field.key not in table:
            report((), f"`{field.key}` is missing", field.doc)
    return found


def _check(field: Field, value: object, found: dict[str, Any], report: TableReport) -> None:
    path: KeyPath = tuple(field.key.split("."))
    wrong = False

    def of_value(message: str, hint: str | None = None, at: KeyPath = ()) -> None:
        nonlocal wrong
        wrong = True
        report((*path, *at), f"`{path[-1]}` {message}", hint)

    checked = field.kind.check(value, of_value)
    if not wrong:
        found[field.key] = checked


def _unknown(name: str, section: str, by_key: Mapping[str, Field], ignore: frozenset[str]) -> tuple[str, str | None]:
    """Message and hint for a key that does not exist there: a misspelt one, or one that belongs in another table."""
    message = f"unknown key `{name[:80]}`" + (f" in [{section}]" if section else "")
    at = f"{section}." if section else ""
    here = {key.removeprefix(at).split(".")[0] for key in by_key if key.startswith(at)} | (set() if section else ignore)
    if close := suggestion(name, here):
        return message, close
    for key in by_key:
        table, _, leaf = key.rpartition(".")
        if leaf == name:
            return message, f"it belongs under [{table}]" if table else "it belongs at the top of the file, before the first [table]"
    if name in ignore:
        return message, "it belongs at the top of the file, before the first [table]"
    leaves = {key.rpartition(".")[2]: key for key in by_key}
    if close := suggestion(name, leaves):
        return message, f"{close} It belongs under [{leaves[close.split('`')[1]].rpartition('.')[0]}]" if not section else close
    return message, None
