"""How does a test have the web server of an archive: a real one, over HTTP on loopback, without a command?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archive.reader import open_archive
from archive.web.app import make_app
from archive.web.serve import listening_socket, serving
from archive.web.settings import WebSettings


@contextlib.contextmanager
def run_web(store: str | Path, *, collection: str, state: Path, **settings: Any) -> Iterator[str]:
    """Serves a collection; gives the address without a slash at its end: `http://localhost:PORT`."""
    listener = listening_socket("127.0.0.1", 0)
    port = listener.getsockname()[1]
    made = WebSettings(
        open_archive=lambda: open_archive(str(store), collection=collection, state=state, sync=False),
        hosts=frozenset({f"localhost:{port}", f"127.0.0.1:{port}"}),
        **{"sync_seconds": 0.2, "title": collection, **settings},
    )
    with serving(make_app(made), listener):
        yield f"http://localhost:{port}"
