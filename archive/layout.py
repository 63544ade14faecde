"""Where does each thing lie in a store, and what is it called?

Nothing that came from the web is ever part of a key. Formats are fixed in docs/design/archive-format.md.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

FORMAT = "warchive/1"
MARKER = "warchive.json"
KEY = re.compile(r"^[A-Za-z0-9/._-]{1,300}$")
COLLECTION = re.compile(r"^[a-z0-9][a-z0-9-]{0,62}$")
RUN_ID = re.compile(r"^(\d{4})(\d{2})\d{2}t\d{6}z-[0-9a-f]{8}$")

CDXJ = "indexes/index.cdxj"
PAGES = "pages/pages.jsonl"
CAPTURES = "captures/captures.jsonl.gz"
ARTICLES = "articles/articles.jsonl.gz"
REPORT = "reports/report.json"  # not beside the manifest: py-wacz refuses any other file there
MANIFEST = "datapackage.json"


def new_run_id(now: datetime, token: str | None = None) -> str:
    """`20241108t081500z-1f2e3d4c`: sorts by time, unique by its 32 random bits."""
    return f"{now.astimezone(UTC):%Y%m%dt%H%M%Sz}-{token or secrets.token_hex(4)}"


def warc_name(collection: str, now: datetime, serial: int, token: str) -> str:
    """`<collection>-<timestamp>-<serial>-<token>.warc.gz`; `token` is the run's, so that no two runs share a name."""
    return f"{collection}-{now.astimezone(UTC):%Y%m%d%H%M%S}-{serial:05d}-{token}.warc.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolder:
    """Keys of one run in a store."""

    collection: str
    run: str

    @property
    def prefix(self) -> str:
        """`<collection>/runs/<yyyy>/<mm>/<run>/`; raises ValueError for an id that is not one of ours."""
        match = RUN_ID.fullmatch(self.run)
        if not match or not COLLECTION.fullmatch(self.collection):
            raise ValueError(f"not a run of ours: {self.collection!r}/{self.run!r}")
        return f"{self.collection}/runs/{match[1]}/{match[2]}/{self.run}/"

    def key(self, path: str) -> str:
        """Key of a file of the run; raises ValueError where it would not be a key of ours."""
        key = self.prefix + path
        if not KEY.fullmatch(key) or ".." in key or "//" in key:
            raise ValueError(f"not a key of ours: {key!r}")
        return key

    def warc(self, filename: str) -> str:
        """Key of a WARC file, by its base name."""
        return self.key(f"archive/{filename}")


def runs_prefix(collection: str) -> str:
    """Prefix of all runs of a collection; their keys below it sort by time."""
    return f"{collection}/runs/"
