"""The verb that opens the archive in a browser."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from typing import Annotated

import typer

from archive.errors import StoreError
from crawler.verbs import given
from crawler.verbs.reading import after_demo

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog=after_demo("replay --no-open"))
def replay(
    host: Annotated[
        str, typer.Option("--host", metavar="H", help="Listen there: a name or an address of this machine, 0.0.0.0 for all of them.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="P", min=0, max=65535, help="Port of our pages; 0: any free one.")] = 8080,
    replay_port: Annotated[
        int, typer.Option("--replay-port", metavar="P", min=0, max=65535, help="Port of archived pages; 0: any free one.")
    ] = 8081,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the browser.")] = False,
    setup: Annotated[
        bool, typer.Option("--setup", help="Install pywb, which replays archived pages, in an environment of its own; then stop.")
    ] = False,
) -> None:
    """Open the archive in a browser: find, read, compare, and see pages as they were. Read-only, beside a crawl too; Ctrl-C ends it.

    Pages of the archive are at http://localhost:8080, archived pages on an origin of their own, http://127.0.0.1:8081, in a frame that
    cannot reach the live web. New runs show up by themselves. Without pywb everything works but that frame.

    Exit 0 when it is told to end, 1 where a port is taken; with --setup 75 where another one is at work, 78 where pywb does not work here.
    """
    from archive.replay.environment import environment

    place = environment()
    if setup:
        from archive.replay.setup import set_up

        set_up(place, say=lambda line: print(f"warchive: {line}", file=sys.stderr, flush=True))
        print("warchive: next: `warchive replay`")
        return
    from archive.reader import open_archive
    from archive.replay.addresses import listen
    from archive.replay.house import LOG, keep_open
    from archive.web.settings import WebSettings
    from crawler.wellbeing import health_of

    config = given.configuration()
    _say_if_empty()
    addresses = listen(host, port, replay_port)
    settings = WebSettings(
        open_archive=lambda: open_archive(config.store, collection=config.collection, state=config.state, sync=False),
        hosts=addresses.hosts,
        health=lambda archive: health_of(config, archive),
        title=config.collection,
    )
    if addresses.warning:
        print(f"warchive: {addresses.warning}", file=sys.stderr)
    if place.missing:
        print(f"warchive: {place.missing}", file=sys.stderr)

    def started() -> None:
        print(f"warchive: the archive is open at {addresses.origin}", flush=True)
        if sys.stdout.isatty():
            print("warchive: Ctrl-C ends it", flush=True)
        if not no_open and _has_screen():
            threading.Thread(target=webbrowser.open, args=(addresses.origin,), daemon=True).start()

    keep_open(settings, addresses, place, log=config.state / config.collection / LOG, started=started)


def _say_if_empty() -> None:
    try:
        given.published(sync=False).close()
    except StoreError as error:
        # What is known is shown all the same, and each page says that new runs cannot be seen.
        print(f"warchive: {error}", file=sys.stderr)


def _has_screen() -> bool:
    """Whether somebody sits there: cron and containers have no terminal, and a browser in a terminal would take this one away."""
    screen = sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return screen and sys.stdout.isatty()
