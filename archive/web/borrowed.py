"""How does a request get the archive that it reads?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request

from archive.reader import Archive


def _borrowed(request: Request) -> Iterator[Archive]:
    with request.app.state.readers.borrow() as archive:
        yield archive


Borrowed = Annotated[Archive, Depends(_borrowed)]
"""Type of a parameter: `def page(request: Request, archive: Borrowed)`; the function must be no coroutine."""
