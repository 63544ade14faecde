"""How does a test make up a few hosts of its own, each path with the answer that the test wants?"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self
from xml.sax.saxutils import escape

from crawler.newspaper.exchange import Reply, Request, data, html
from crawler.newspaper.server import Server

Answer = Reply | Callable[[Request], Reply]


class Town:
    """`with Town({"http://a.example/x": html("...")}) as town:`. What is not given is a 404; robots.txt allows all unless given.

    URLs are written with http here, with `tls` too.
    """

    def __init__(self, answers: Mapping[str, Answer], *, tls: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, Answer] = dict(answers)
        self._server = Server(0, self._answer, log=None, tls=tls)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def connect_to(self) -> list[str]:
        """Every connection leads here."""
        return [f"::127.0.0.1:{self.port}"]

    def rows(self) -> list[dict[str, Any]]:
        """One row an answer."""
        return self._server.log_rows()

    def asked(self) -> list[str]:
        """URLs in the order in which they were answered."""
        return [f"http://{row['host']}{row['target']}" for row in self.rows()]

    def _answer(self, request: Request) -> Reply:
        found = self.answers.get(f"http://{request.host}{request.target}")
        if callable(found):
            return found(request)
        if found is not None:
            return found
        return data(b"", "text/plain") if request.target == "/robots.txt" else html("<title>404</title><p>Not here.</p>", status=404)


def story(title: str = "The ferry runs again", *, note: str = "") -> Reply:
    """An article that the extractor takes for one; `note` makes it another."""
    sentences = (
        "The ferry over the lower river runs again since Monday morning, after eleven weeks in which only the road was open.",
        "Its crew repaired the hull with plates from a barge that had been sunk in the spring, and the council paid for the diesel.",
        "On the first day it carried forty passengers, two cows and the post; the captain said that the current was weaker than he feared.",
        "Tickets cost as much as before. The last boat leaves at six, because nobody on the bank may show a light after dusk.",
    )
    body = "".join(f"<p>{sentence}</p>" for sentence in (*sentences, f"{note} {title} was the headline of the day."))
    return html(
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>",
        validators=True,
    )


def feed(urls: Iterable[str]) -> Reply:
    """An RSS feed that announces these URLs, in order, as they are."""
    items = "".join(f"<item><title>Story {number}</title><link>{escape(url)}</link></item>" for number, url in enumerate(urls))
    return data(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Town</title>{items}</channel></rss>'.encode(), "application/rss+xml"
    )
