"""When is what is queued in the spool made durable? A moment after it was queued, together with what else is queued by then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from archive.errors import WarchiveError
from archive.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Awaitable

COMMIT_DELAY = 0.02  # seconds: group commit, at most 50 ms (DESIGN §5)


class GroupCommit:
    """Commits the spool, in the reactor's thread. `failed` is told of a commit that was undone, `committed` of each other one."""

    def __init__(self, spool: Spool, *, failed: Callable[[WarchiveError], None], committed: Callable[[], None]) -> None:
        self._spool, self._failed, self._committed = spool, failed, committed
        self._timer: asyncio.TimerHandle | None = None

    def soon(self) -> None:
        """Commit within `COMMIT_DELAY`, or now where much is queued."""
        if self._spool.full:
            self.now()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(COMMIT_DELAY, self.now)

    def now(self) -> None:
        """Commit what is queued."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        try:
            self._spool.commit()
        except WarchiveError as error:
            self._failed(error)
        else:
            self._committed()

    def durable(self, queue: Callable[[Callable[[WarchiveError | None], None]], Any]) -> Awaitable[bool]:
        """Queue something and wait until it is committed; false where the commit was undone."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def done(error: WarchiveError | None) -> None:
            if not future.done():
                future.set_result(error is None)

        queue(done)
        self.soon()
        return future
