"""How is the newspaper opened, which hosts does it have, and how does a crawler find its way to it?"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from crawler.newspaper import odd, wardrobe
from crawler.newspaper.exchange import Reply, Request
from crawler.newspaper.press import Press
from crawler.newspaper.server import Server
from crawler.newspaper.sites import NOT_FOUND, Seed, Site
from crawler.newspaper.stories import Truth, publishers


class Newspaper:
    """Three publishers, the host of what their pages wear, one host of odd answers, and as many made-up articles as one wants, on one port of loopback.

    Opened by `with`; closed at the end of it. `edition` may be set at any time: the next answer is of that edition.
    """

    def __init__(
        self,
        port: int = 0,
        edition: int = 1,
        pages: int = 0,
        log: Path | str | None = None,
        *,
        page_hosts: int = 4,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.edition = edition
        self.scheme = "https" if tls else "http"
        self.press = Press(pages=pages, hosts=page_hosts, scheme=self.scheme)
        self._odd = odd.OddSite()
        self._sites: dict[tuple[str, int], Site] = {}
        self._press_hosts = {host: number for number, host in enumerate(self.press.names())}
        self._publishers = {publisher.host: publisher for publisher in publishers()}
        self._server = Server(port, self._answer, log=Path(log) if log is not None else None, tls=tls)
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start to answer."""
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="newspaper", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop to answer and close the port."""
        self._server.shutdown()
        self._server.server_close()
        if self._thread is not None:
            self._thread.join(5)

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return int(self._server.server_address[1])

    @property
    def hosts(self) -> list[str]:
        """All host names that are answered for."""
        return [*self._publishers, wardrobe.HOST, odd.HOST, *self._press_hosts]

    @property
    def connect_to(self) -> list[str]:
        """The rule, as curl's `--connect-to`, that leads every host here."""
        return [f"::127.0.0.1:{self.port}"]

    def log_rows(self) -> list[dict[str, Any]]:
        """One row an answer: at, connections (open ones of this host), scheme, host, target, method, status, length and sha256 of all bytes
        sent, header included.
        """
        return self._server.log_rows()

    def truth(self, edition: int | None = None) -> dict[str, Truth]:
        """URL → title, text, authors, date, language of every story of the three publishers in an edition (default: the present one)."""
        found: dict[str, Truth] = {}
        for host in self._publishers:
            found |= self._site(host, edition or self.edition).truth()
        return found

    def page_urls(self) -> Iterator[str]:
        """URLs of the made-up articles."""
        return self.press.urls()

    def page_truth(self, number: int, edition: int | None = None) -> Truth:
        """What a made-up article says."""
        return self.press.truth(number, edition or self.edition)

    def write_sources(self, folder: Path, *, publishers: bool = True, odd_post: bool = False) -> list[str]:
        """Write a source file for each publisher (and for the odd host and each host of made-up articles); returns the connect_to rules."""
        folder.mkdir(parents=True, exist_ok=True)
        if publishers:
            for host, publisher in self._publishers.items():
                seeds = self._site(host, self.edition).seeds()
                text = self._source(
                    publisher.name,
                    publisher.title,
                    host,
                    publisher.languages,
                    publisher.country,
                    publisher.timezone,
                    publisher.topics,
                    seeds,
                )
                (folder / f"{publisher.name}.toml").write_text(text, encoding="utf-8")
        if odd_post:
            text = self._source(
                "odd-post", "The Odd Post", odd.HOST, ["ru"], "GB", "UTC", ["demo"], [Seed(type="feed", target="/feed.rss")]
            )
            (folder / "odd-post.toml").write_text(text, encoding="utf-8")
        for host in self._press_hosts:
            name = host.partition(".")[0]
            text = self._source(
                name, f"The {name} agency", host, ["en"], "GB", "UTC", ["demo"], [Seed(type="sitemap", target="/sitemap.xml")]
            )
            (folder / f"{name}.toml").write_text(f"max_pages_per_run = {len(self.press.numbers(0)) + 10}\n{text}", encoding="utf-8")
        return self.connect_to

    def _source(
        self,
        name: str,
        title: str,
        host: str,
        languages: Iterable[str],
        country: str,
        timezone: str,
        topics: Iterable[str],
        seeds: Iterable[Seed],
    ) -> str:
        base = f"{self.scheme}://{host}"
        head: dict[str, str | list[str]] = {
            "name": name,
            "title": title,
            "homepage": base + "/",
            "languages": list(languages),
            "country": country,
            "timezone": timezone,
            "topics": list(topics),
        }
        lines = [f"{key} = {_toml(value)}" for key, value in head.items()]
        lines += ["enabled = true", "delay = 0.0"]
        for seed in seeds:
            lines += ["", "[[seeds]]", f"type = {_toml(seed.type)}", f"url = {_toml(base + seed.target)}"]
        return "\n".join(lines) + "\n"

    def _site(self, host: str, edition: int) -> Site:
        key = (host, edition)
        if key not in self._sites:
            self._sites[key] = Site(self._publishers[host], edition, self.scheme)
        return self._sites[key]

    def _answer(self, request: Request) -> Reply:
        if request.host in self._publishers:
            return self._site(request.host, self.edition).answer(request)
        if request.host == wardrobe.HOST:
            return wardrobe.answer(request)
        if request.host == odd.HOST:
            return self._odd.answer(request)
        number = self._press_hosts.get(request.host)
        return NOT_FOUND if number is None else self.press.answer(number, request, self.edition)


def _toml(value: str | list[str]) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
