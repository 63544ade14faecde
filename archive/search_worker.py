"""How is very much entered into the index of words without holding up who searches meanwhile? By a process of its own.

A million articles take an hour of one processor and half a gigabyte of memory: in the process of a web server, its pages would wait for it
and its memory would never come back.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path

from archive.catalogue import Catalogue
from archive.reader import Archive
from archive.stores import open_store

MANY = 5000
"""Articles to be entered from which a process of its own pays: half a minute of work."""


def enter_apart(archive: Archive) -> bool:
    """Enter what the index lacks, in another process, and wait for it; whether it came to its end.

    It ends with this process, in whatever way that ends.
    """
    command = [sys.executable, "-P", "-m", "archive.search_worker", archive.store.url, archive.collection, str(archive.catalogue.path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment) as worker:
        with contextlib.suppress(KeyboardInterrupt):
            return worker.wait() == 0
        return False


def main(store: str, collection: str, catalogue: str) -> None:
    """In that process. Standard input is never written to: when it ends, whoever wanted this is gone."""

    def watch() -> None:
        while os.read(0, 1):
            pass
        os._exit(0)  # what was entered by then is whole

    threading.Thread(target=watch, daemon=True).start()
    with contextlib.suppress(OSError):
        os.nice(10)
    with Archive(store=open_store(store), collection=collection, catalogue=Catalogue(Path(catalogue))) as archive:
        archive.search_index().sync(archive)


if __name__ == "__main__":
    main(*sys.argv[1:])
