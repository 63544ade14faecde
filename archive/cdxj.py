"""What is a line of the index, and how is the index of a run written?

CDXJ: `<urlkey> <timestamp> <JSON>`, sorted by bytes. `archive/warc.py` makes the line of a record while it writes the record; here
lines are read, moved to another place in another file, and streamed out in order.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from archive.errors import DamagedError

_LINE = re.compile(r"(.*?) (\d{14}) (\{.*\})", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexLine:
    """A line taken apart; `fields` keep their order."""

    urlkey: str
    timestamp: str
    fields: dict[str, str]

    def __str__(self) -> str:
        return f"{self.urlkey} {self.timestamp} {json.dumps(self.fields)}"

    def moved(self, *, filename: str, offset: int) -> IndexLine:
        """The same record at another place."""
        return IndexLine(urlkey=self.urlkey, timestamp=self.timestamp, fields={**self.fields, "offset": str(offset), "filename": filename})


def parse_line(line: str) -> IndexLine:
    """Take a line apart; raises `DamagedError` for what is none."""
    match = _LINE.fullmatch(line.rstrip("\n"))
    try:
        fields = json.loads(match[3]) if match else None
    except ValueError:
        fields = None
    if match is None or not isinstance(fields, dict):
        raise DamagedError(f"not a line of an index: {line[:200]!r}")
    return IndexLine(urlkey=match[1], timestamp=match[2], fields=fields)


def index_of(db: sqlite3.Connection, run: str) -> Iterator[str]:
    """The lines of a run, sorted as UTF-8 bytes, each once: what cdxj-indexer --sort makes of its WARC files."""
    last = None
    for row in db.execute("SELECT line FROM index_lines WHERE run = ? ORDER BY line", (run,)):
        line = str(row["line"])
        if line != last:
            yield line + "\n"
        last = line
