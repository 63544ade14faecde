"""The tap in a real crawl of Scrapy's, in a process of its own; and its speed beside Scrapy's own handler."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.servers.rawhttp import RawServer
from tests.servers.tls import make_authority
from tests.servers.wireclient import to_port

ROOT = Path(__file__).resolve().parents[2]
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello"

CRAWL = """
    import asyncio, hashlib, json, sys
    import scrapy
    from scrapy.crawler import CrawlerProcess

    seen = []

    class Pages(scrapy.Spider):
        name = "pages"
        custom_settings = json.loads(sys.argv[1])

        async def start(self):
            for url in json.loads(sys.argv[2]):
                yield scrapy.Request(url, callback=self.parse, errback=self.failed, dont_filter=True)

        def parse(self, response):
            self.note(response.request, status=response.status)

        def failed(self, failure):
            self.note(failure.request, failed=str(failure.value).partition(":")[0])

        def note(self, request, **more):
            capture = request.meta.get("capture")
            row = {"url": request.url, "sha256": hashlib.sha256(capture.response).hexdigest() if capture else None, **more}
            seen.append(row)

    process = CrawlerProcess()
    process.crawl(Pages)
    process.start()
    print(json.dumps(seen))
"""

SPEED = """
    import asyncio, json, sys, time
    from twisted.internet import asyncioreactor
    asyncioreactor.install()
    from twisted.internet import reactor
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
    from scrapy.utils.defer import deferred_f_from_coro_f
    from crawler.wire import WireDownloadHandler

    url, pages, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

    class Nobody(Spider):
        name = "nobody"

    settings = {"WARCHIVE_ALLOW_PRIVATE": ["127.0.0.1"], "DOWNLOAD_TIMEOUT": 60, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "LOG_LEVEL": "ERROR"}
    crawler = Crawler(Nobody, settings)
    crawler.spider = Nobody()
    crawler.stats = type("Stats", (), {"inc_value": lambda *a, **k: None})()

    async def fetch(handler, count):
        start, cpu = time.perf_counter(), time.process_time()
        for _ in range(count):
            response = await handler.download_request(Request(url))
            assert response.status == 200
        return time.perf_counter() - start, time.process_time() - cpu

    async def main():
        ours, scrapys = WireDownloadHandler(crawler), HTTP11DownloadHandler(crawler)
        await fetch(ours, 50), await fetch(scrapys, 50)
        spent = {"ours": [], "scrapy": []}
        for _ in range(rounds):
            spent["scrapy"].append(await fetch(scrapys, pages // rounds))
            spent["ours"].append(await fetch(ours, pages // rounds))
        await ours.close()
        await scrapys.close()
        print(json.dumps(spent))

    def run():
        deferred_f_from_coro_f(main)().addErrback(lambda failure: failure.printTraceback()).addBoth(lambda _: reactor.stop())

    reactor.callWhenRunning(run)
    reactor.run()
"""


def python(script: str, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", dedent(script), *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_crawl_of_scrapys_keeps_each_exchange(scheme: str, tmp_path: Path) -> None:
    import hashlib

    authority = make_authority(tmp_path)
    names = [f"news{number}.example" for number in range(4)]
    with RawServer(tls=authority.server_context(*names) if scheme == "https" else None) as server:
        server.reply("/moved", b"HTTP/1.1 302 Found\r\nLocation: /page\r\nContent-Length: 4\r\n\r\ngone")
        server.reply("/page", PAGE)
        server.reply("/missing", b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")
        server.reply("/cut", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhello", "close")
        server.reply("/nothing", "close")
        server.reply("/old", b"<p>no http</p>\n", "close")
        handler = "crawler.wire.WireDownloadHandler"
        settings = {
            "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
            "WARCHIVE_CONNECT_TO": to_port(server.port),
            "WARCHIVE_CA_BUNDLE": str(authority.bundle),
            "RETRY_ENABLED": False,
            "REDIRECT_ENABLED": False,
            "HTTPERROR_ALLOW_ALL": True,
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "WARNING",
            "DOWNLOAD_DELAY": 0,
        }
        paths = ["/moved", "/page", "/missing", "/cut", "/nothing", "/old"] * 5
        urls = [f"{scheme}://{name}{path}" for name in names for path in paths]
        rows = json.loads(python(CRAWL, json.dumps(settings), json.dumps(urls)))
        sent = {asked.path: hashlib.sha256(asked.sent).hexdigest() for asked in server.asked}
    expected = {"/moved": 302, "/page": 200, "/missing": 404, "/cut": 200, "/nothing": "no-response", "/old": "malformed"}
    assert len(rows) == len(urls)
    for row in rows:
        path = "/" + row["url"].rpartition("/")[2]
        assert row.get("status", row.get("failed")) == expected[path]
        assert row["sha256"] == (None if path == "/nothing" else sent[path])


def test_it_is_as_fast_as_scrapys_own_handler() -> None:
    page = (
        b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nDate: Fri, 08 Nov 2024 08:15:00 GMT\r\nETag: "1"\r\nContent-Length: 6000\r\n\r\n'
        + b"x" * 6000
    )
    with RawServer({"/": [page]}) as server:
        spent = json.loads(python(SPEED, f"http://127.0.0.1:{server.port}/", "2000", "10"))
    (wall, cpu), (their_wall, their_cpu) = ([sum(column) for column in zip(*spent[who], strict=True)] for who in ("ours", "scrapy"))
    print(f"2,000 pages: {wall:.2f} s, Scrapy's {their_wall:.2f} s: {their_wall / wall:.2f}x; processor time {cpu / their_cpu:.2f}x")
    assert their_wall / wall >= 0.9
