"""How does the program that replays run: behind our policy, on a socket that it was given, for as long as who started it lives?

Run as `python <this folder>` by the Python of that program's environment. What it needs to know comes as JSON in WARCHIVE_GATEWAY.
The program is pywb; its names stand here as strings and in nothing else of warchive.
"""

from __future__ import annotations

import _thread
import ctypes
import importlib
import json
import os
import secrets
import signal
import socket
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any

_PR_SET_PDEATHSIG = 1


def die_with_parent(lifeline: int) -> None:
    """End as soon as the other end of the pipe is closed, however that came about; on Linux the kernel sees to it besides."""

    def watch() -> None:
        while os.read(lifeline, 1):
            pass
        os._exit(0)

    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    start_native_thread(watch, ())


start_native_thread = _thread.start_new_thread  # the real one: gevent replaces it, and a greenlet would wait for busy ones


def stay_here(allowed: set[tuple[str, int]]) -> None:
    """From now on this process connects to no other address than these. An audit hook cannot be taken off again (PEP 578)."""

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect":
            address = arguments[1]
            if not isinstance(address, tuple) or address[:2] not in allowed:
                raise PermissionError(f"the replay connects to nothing but its archive, not to {address!r}")
        elif event in ("socket.getaddrinfo", "socket.gethostbyname") and named(arguments[0]) not in ("", "localhost", *known):
            raise PermissionError(f"the replay asks for no other name than its archive's, not for {arguments[0]!r}")
        elif event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "socket.sendto"):
            raise PermissionError(f"the replay has no need of {event}")

    def named(host: Any) -> str:
        return host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")

    known = {host for host, _ in allowed}
    sys.addaudithook(look)


def configuration(archive: str) -> dict[str, Any]:
    """pywb's: one collection, whose index and files are asked of our server; nothing live, nothing recorded, no proxy."""
    index = {
        "type": "cdx",
        # A 304 has no body to show: the capture that it confirmed is nearest then. The limit bounds what fuzzy matching asks for.
        "api_url": f"{archive}/cdx?url={{url}}&closest={{closest}}&sort=closest&filter=!status:304&resolveRevisits=true&limit=1000",
        "replay_url": f"{archive}/none",
    }
    return {
        "collections": {"web": {"index": index, "archive_paths": [f"{archive}/warcs/"]}},
        "collections_root": "collections",
        "enable_auto_colls": False,
        "framed_replay": False,
        "enable_memento": True,
        "csp-header": None,
        "head_insert_html": "document_head.html",
        "debug": False,
    }


def keyed(app: Callable[..., Iterable[bytes]], key: str) -> Callable[..., Iterable[bytes]]:
    """The application for those alone who know the key: pywb asks itself over a port of loopback, which anybody here could."""

    def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if not secrets.compare_digest(path[: len(key) + 1].encode("utf-8", "replace"), f"/{key}".encode()):
            start_response("403 Forbidden", [("Content-Length", "0")])
            return []
        environ["PATH_INFO"] = path[len(key) + 1 :]
        return app(environ, start_response)

    return guarded


def main() -> None:
    """Serve until nobody needs it any more."""
    told = json.loads(os.environ.pop("WARCHIVE_GATEWAY"))
    die_with_parent(told["lifeline"])
    policy = importlib.import_module("policy")  # beside this file
    frontend: Any = importlib.import_module("pywb.apps.frontendapp")  # patches the standard library for gevent
    gevent_server, pywsgi = importlib.import_module("pywb.utils.geventserver"), importlib.import_module("gevent.pywsgi")
    gevent_socket = importlib.import_module("gevent.socket")

    key = secrets.token_urlsafe(24)
    inner: list[int] = []

    def inside(app: Callable[..., Iterable[bytes]], port: int) -> Any:
        server = pywsgi.WSGIServer(("127.0.0.1", port), keyed(app, key), log=None, error_log=sys.stderr)
        server.start()
        inner.append(server.address[1])
        return types.SimpleNamespace(port=server.address[1])

    frontend.GeventServer = inside
    frontend.FrontEndApp.REPLAY_API = f"http://127.0.0.1:%s/{key}/{{coll}}/resource/postreq"
    frontend.FrontEndApp.CDX_API = f"http://127.0.0.1:%s/{key}/{{coll}}/index"
    app = frontend.FrontEndApp(config_file="config.yaml", custom_config={**configuration(told["archive"]), "warchive": told})
    host, port = policy.origin_of(told["archive"])
    addresses = {one[4][0] for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    stay_here({("127.0.0.1", inner[0]), *((address, port) for address in (host, *addresses))})
    rules = policy.Policy(hosts=frozenset(told["hosts"]), origin=told["origin"], viewer=told["viewer"])
    listener = gevent_socket.socket(fileno=told["listener"])
    listener.setblocking(False)
    server = pywsgi.WSGIServer(
        listener, policy.Guarded(app, rules), handler_class=gevent_server.RequestURIWSGIHandler, log=None, error_log=sys.stderr
    )
    server.serve_forever()


if __name__ == "__main__":
    main()
