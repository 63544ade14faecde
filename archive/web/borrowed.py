"""How does a request get the archive that it reads?

Requests wait for their turn here, in the event loop, and not in the threads that the others need to get done: forty who wait for a
reader would hold all threads, and those who have a reader would never run.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool

from archive.errors import WarchiveError
from archive.reader import Archive


async def _borrowed(request: Request) -> AsyncIterator[Archive]:
    state = request.app.state
    async with state.turns:
        archive = await run_in_threadpool(state.readers.take)
        spoiled = True
        try:
            yield archive
            spoiled = False
        except (HTTPException, WarchiveError):
            spoiled = False
            raise
        finally:
            state.readers.give(archive, spoiled=spoiled)


Borrowed = Annotated[Archive, Depends(_borrowed)]
"""Type of a parameter: `def page(request: Request, archive: Borrowed)`; the function must be no coroutine. It is given back after the
last byte of the answer, also of one that streams."""
