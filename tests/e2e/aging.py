"""How does a test let hours and days pass between two runs? It makes everything that the state folder remembers so much older."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

from archive.ledger import rfc3339
from tests.e2e.driver import Bench

HOUR, DAY = 3600.0, 86400.0
_COLUMNS = {
    "pages": ("rank", "due", "checked", "missing_since"),
    "seeds": ("due",),
    "robots": ("fetched_at",),
}
_TEXTS = {"seeds": ("asked_at", "window_at"), "gaps": ("since", "until")}
_JSON = {"seeds": ("cadence", ("due", "at", "good_at", "failing_since")), "hosts": ("state", ("until", "seen"))}


def age(bench: Bench, seconds: float) -> None:
    """As if the state folder had been left alone for so long."""
    db = sqlite3.connect(bench.state / "ledger.sqlite")
    db.row_factory = sqlite3.Row
    db.create_function("older", 1, lambda text: None if text is None else _older(text, seconds))
    with db:
        for table, columns in _COLUMNS.items():
            db.execute(f"UPDATE {table} SET {', '.join(f'{column} = {column} - {seconds}' for column in columns)}")
        for table, columns in _TEXTS.items():
            db.execute(f"UPDATE {table} SET {', '.join(f'{column} = older({column})' for column in columns)}")
        for table, (column, keys) in _JSON.items():
            db.create_function("json_older", 1, lambda text, keys=keys: _json_older(text, keys, seconds))
            db.execute(f"UPDATE {table} SET {column} = json_older({column})")
    db.close()


def _older(text: str, seconds: float) -> str:
    return rfc3339(datetime.fromisoformat(text) - timedelta(seconds=seconds))


def _json_older(text: str | None, keys: tuple[str, ...], seconds: float) -> str | None:
    if text is None:
        return None
    values = json.loads(text)
    return json.dumps({key: value - seconds if key in keys and value is not None else value for key, value in values.items()})
