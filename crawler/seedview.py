"""What does the ledger remember of the seeds of a source: asked when, due when and why? Read-only, beside a run that works."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.ledger import rfc3339


def remembered(ledger: Path, source: str) -> dict[str, dict[str, Any]]:
    """URL → what is known; empty where there is no ledger, or it knows nothing of this source yet."""
    if not ledger.is_file():
        return {}
    try:
        with contextlib.closing(sqlite3.connect(f"{ledger.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as db:
            db.row_factory = sqlite3.Row
            rows = [dict(row) for row in db.execute("SELECT * FROM seeds WHERE source = ?", (source,))]
    except sqlite3.Error:  # no such table yet, or a ledger that cannot be read: the crawl says so, this only shows
        return {}
    return {row["url"]: _known(row) for row in rows}


def _known(row: dict[str, Any]) -> dict[str, Any]:
    try:
        cadence = json.loads(row.get("cadence") or "{}")
    except ValueError:
        cadence = {}
    due = row.get("due")
    return {
        "asked_at": row.get("asked_at"),
        "status": row.get("status"),
        "entries": row.get("entries"),
        "unseen": row.get("unseen"),
        "newest": row.get("newest"),
        "due": rfc3339(datetime.fromtimestamp(due, UTC)) if due is not None else None,
        "interval": row.get("interval"),
        "why": cadence.get("why") if isinstance(cadence, dict) else None,
        "failing_since": cadence.get("failing_since") if isinstance(cadence, dict) else None,
    }


def sentences(known: dict[str, Any] | None) -> list[str]:
    """For a person, below the seed's line."""
    if known is None or not known["asked_at"]:
        return ["never asked: due now"]
    shown = f"asked {known['asked_at'][:16]}Z: {known['status']}"
    if known["entries"] or (known["entries"] is not None and known["status"] == "ok"):  # a 304 or a failure shows none
        shown += f", {known['entries']} entries, {known['unseen'] or 0} of them unseen before"
    if known["newest"]:
        shown += f", newest {known['newest'][:16]}Z"
    due = f"due {known['due'][:16]}Z" if known["due"] else "due now"
    return [shown, due + (f": {known['why']}" if known["why"] else "")]
