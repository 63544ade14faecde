"""Which sources did `sources enable` and `sources disable` switch on and off?

The answer is kept in a small file of its own, `sources.toml` in the state folder: the catalogue is not the user's to edit.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from archive.errors import ConfigError, Problem
from archive.fields import Field, listing, text
from archive.tables import check_table
from archive.toml_files import read_document
from crawler.source_file import NAME

FILE = "sources.toml"
_NAMES = listing(text(test=lambda name: None if NAME.match(name) else ("is not a source's name", None)), most=100_000)
_FIELDS = (
    Field(key="enabled", kind=_NAMES, default=(), doc="Switched on."),
    Field(key="disabled", kind=_NAMES, default=(), doc="Switched off."),
)


def read_switches(path: Path) -> dict[str, bool]:
    """What was switched, by name; empty where nothing ever was. Raises `ConfigError` where the file is not as we write it."""
    if not path.exists():
        return {}
    document = read_document(path)
    if isinstance(document, Problem):
        raise ConfigError([document])
    problems: list[Problem] = []
    values = check_table(document.data, _FIELDS, lambda at, message, hint: problems.append(document.problem(at, message, hint)))
    if problems:
        raise ConfigError(problems)
    return dict.fromkeys(values.get("disabled", ()), False) | dict.fromkeys(values.get("enabled", ()), True)


def enabled_names(path: Path) -> frozenset[str]:
    """Names that were switched on."""
    return frozenset(name for name, on in read_switches(path).items() if on)


def set_enabled(path: Path, names: Iterable[str], value: bool) -> None:
    """Switch sources on or off. Atomic and durable: a reader sees the file as it was or as it is, after a power cut too.

    Two processes at once: the last one wins. Raises ValueError for what cannot be a source's name.
    """
    switches = read_switches(path)
    for name in names:
        if not NAME.match(name):
            raise ValueError(f"not a source's name: {name[:80]!r}")
        switches[name] = value
    lines = ["# Written by `warchive sources enable` and `disable`."]
    for key, wanted in (("enabled", True), ("disabled", False)):
        lines += [f"{key} = [", *(f'    "{name}",' for name, on in sorted(switches.items()) if on is wanted), "]"]
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fchmod(file.fileno(), 0o644)  # mkstemp's 0600 would hide it from a second operator
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
