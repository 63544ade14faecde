"""What is unwell, as pages and API say it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from pydantic import ConfigDict

from archive.ledger import rfc3339
from archive.web.capturelist import Told
from archive.web.wellness import Examined, Wellness

router = APIRouter(tags=["front"])
_LEVELS = ("sick", "note", "ok")


class SourceState(Told):
    """How one source is; the figures behind it follow, as `warchive health --json` gives them."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True, extra="allow")

    source: str
    verdict: str
    """`ok`, `quiet`, `failing`, `blocked`, ...: docs/operations.md has all."""
    level: str
    """`sick` needs a person, `note` is to be noted, `ok` is well."""
    reason: str
    since: str | None = None


class HealthReport(Told):
    """How the sources were when they were last examined."""

    examined_at: str | None
    """Null where no examination has ended yet."""
    counts: dict[str, int]
    """How many sources have which level."""
    states: list[SourceState]
    """The gravest first."""
    problem: str | None = None
    """Why it cannot be told, if it cannot."""


def state_of(state: Mapping[str, Any]) -> SourceState:
    """Of what the examination said."""
    return SourceState.model_validate(dict(state))


def health_of(wellness: Wellness, wait: float, *, unwell_only: bool = False) -> HealthReport:
    """What is known after `wait` seconds."""
    if not wellness.asked:
        problem = "this server was started without the part that examines sources: `warchive health` tells"
        return HealthReport(examined_at=None, counts={}, states=[], problem=problem)
    examined: Examined | None = wellness.look(wait)
    if examined is None:
        return HealthReport(examined_at=None, counts={}, states=[], problem=wellness.problem)
    states = [state_of(state) for state in examined.states]
    return HealthReport(
        examined_at=rfc3339(examined.at),
        counts={level: sum(1 for state in states if state.level == level) for level in _LEVELS},
        states=[state for state in states if state.level != "ok"] if unwell_only else states,
        problem=wellness.problem,
    )


@router.get("/api/health", summary="How each source is, and what needs a person")
def api_health(request: Request) -> HealthReport:
    """As `warchive health --json`; examined at most once a minute."""
    return health_of(request.app.state.wellness, 30.0)
