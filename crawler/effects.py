"""How does one SQL statement become an effect for the spool?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archive.spool import Effect


def statement(sql: str, values: Sequence[Any]) -> Effect:
    """The effect that runs it, in its place among the others of the commit."""

    def effect(db: Any, _row: int) -> None:
        db.execute(sql, values)

    return effect
