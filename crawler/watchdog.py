"""Does the run still move? A run that stands still for no reason that it knows is ended, so that it does not hold the lock for ever.

Waiting for a host's pace, for a slow answer or for a child is a reason: each has a limit of its own. Standing still without one is a fault
of ours; the run then ends as interrupted runs do, with what it has, and with exit code 1.
"""

from __future__ import annotations

import asyncio
import logging

from crawler.session import RunSession

logger = logging.getLogger(__name__)

LOOK_EVERY = 15.0
PATIENCE = 300.0  # longer than any exchange (limits.timeout) and any extraction (extraction.wall_seconds) may take


def watch_over(session: RunSession) -> None:
    """Look every few seconds, from within the running loop."""
    loop = asyncio.get_running_loop()
    patience = max(PATIENCE, 3 * session.config.limits.timeout, 3 * session.config.extraction.wall_seconds)
    last, since = _state(session), loop.time()

    def look() -> None:
        nonlocal last, since
        state = _state(session)
        waiting = session.waiting_for()
        if state != last or (waiting is not None and waiting[1] > 0 and session.extracting == 0):
            last, since = state, loop.time()
        elif loop.time() - since > patience:
            logger.error("the run stands still for %.0f s: %s; it is ended", loop.time() - since, state)
            session.faults += 1
            session.stop("stalled")
            return
        loop.call_later(LOOK_EVERY, look)

    loop.call_later(LOOK_EVERY, look)


def _state(session: RunSession) -> tuple[int, ...]:
    counts = session.counts.values()
    moved = (sum(one.announced for one in counts), sum(one.articles for one in counts), sum(one.failed for one in counts))
    return (session.responses, session.extracting, session.reading, session.lines.active, *moved)
