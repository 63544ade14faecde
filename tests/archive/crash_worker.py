"""Which work is a process doing when tests kill it? `python -m tests.archive.crash_worker crawl|publish STATE STORE ACKNOWLEDGED`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from archive.catalogue import Catalogue
from archive.ledger import Ledger
from archive.publish import publish_run
from archive.recover import recover_spool
from archive.stores.local import LocalStore
from tests.archive.samples import begin, crawl, end


def crawl_all(state: Path, acknowledged: Path) -> None:
    fd = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    ledger, spool = begin(state)
    crawl(spool, range(40), acknowledged=lambda url: void(os.write(fd, f"{url}\n".encode())))
    spool.close_segment()
    end(ledger)
    ledger.close()


def void(_value: object) -> None: ...


def recover_and_publish(state: Path, store: Path) -> None:
    ledger = Ledger(state / "ledger.sqlite")
    catalogue = Catalogue(state / "catalogue.sqlite")
    recovery = recover_spool(ledger, state)
    for run in recovery.unfinished:
        end(ledger, run)
    for run in recovery.unfinished + recovery.ready:
        publish_run(ledger, state, run, LocalStore(store), catalogue=catalogue)
    catalogue.close()
    ledger.close()


if __name__ == "__main__":
    _, phase, *paths = sys.argv
    state, store, acknowledged = map(Path, paths)
    if phase == "crawl":
        crawl_all(state, acknowledged)
    else:
        recover_and_publish(state, store)
