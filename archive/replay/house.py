"""How are the archive's web pages and the replay opened together, and closed with nothing left behind?"""

from __future__ import annotations

import signal
import sys
import threading
import types
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from archive.replay.addresses import Addresses
from archive.replay.environment import Environment
from archive.replay.process import Replay, Role
from archive.web.app import make_app
from archive.web.serve import serve
from archive.web.settings import WebSettings

LOG = "replay.log"


def keep_open(settings: WebSettings, addresses: Addresses, place: Environment, *, log: Path, started: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM. `settings` without what the addresses and the environment say: that is filled in here.

    Where the program that replays is not there everything else works, and the page that would show a capture says what to do.
    """
    ended = threading.Event()

    def end(number: int, frame: types.FrameType | None) -> None:
        if not ended.is_set():  # before uvicorn listens to signals, and not when it hands them on after its end
            sys.exit(0)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    replay = None
    try:
        missing = place.missing
        if missing is None:
            role = Role(origin=addresses.replay_origin, viewer=addresses.origin, archive=addresses.origin, hosts=addresses.replay_hosts)
            replay = Replay(place, addresses.replay, role, log=log)
            replay.start()
        made = replace(
            settings,
            hosts=addresses.hosts,
            replay_origin=addresses.replay_origin if replay else None,
            replay_missing=missing,
            replay_trouble=replay.trouble if replay else None,
        )

        def running() -> None:
            ended.set()
            started()

        serve(make_app(made), *addresses.pages, started=running)
    finally:
        ended.set()
        if replay is not None:
            replay.stop()
        addresses.close()
        for number, handler in before.items():
            signal.signal(number, handler)
