"""What would one write without warchive? Two plain Scrapy spiders: one that does nothing with a page, one that makes WARC and text of it.

    python -m benchmarks.plain bare|tuned|full --port PORT --pages N --hosts K --out FOLDER

Scrapy's defaults, but for the concurrency, which is warchive's: one request at a time to a host, all hosts at once, no delay. They are told
all URLs in advance, obey no robots.txt, and make nothing durable. `tuned` is `bare` without the cost of CONCURRENT_ITEMS at its default.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import CrawlerProcess

from crawler.newspaper.press import Press


class BareSpider(scrapy.Spider):
    """Asks for all pages."""

    name = "bare"
    port: int
    press: Press

    async def start(self) -> AsyncIterator[Any]:
        for number in range(self.press.pages):
            url = self.press.url(number)
            parts = urlsplit(url)
            # No lookup of names, which would cost Scrapy time that it does not need: the address with the page's host in the header.
            yield scrapy.Request(
                f"http://127.0.0.1:{self.port}{parts.path}",
                headers={"Host": parts.netloc},
                meta={"download_slot": parts.netloc, "url": url},
            )

    def parse(self, response: Any) -> Any:
        return None


class FullSpider(BareSpider):
    """Text and WARC in the callback, as one does at first."""

    name = "full"
    out: Path

    def open(self) -> None:
        from warcio.warcwriter import WARCWriter

        self.out.mkdir(parents=True, exist_ok=True)
        self._warc = (self.out / "pages.warc.gz").open("wb")
        self._lines = (self.out / "articles.jsonl").open("w", encoding="utf-8")
        self._writer = WARCWriter(self._warc, gzip=True)

    def parse(self, response: Any) -> Any:
        from trafilatura import bare_extraction

        self._keep(response)
        document = bare_extraction(
            response.text,
            url=response.meta["url"],
            fast=True,
            favor_precision=True,
            include_comments=False,
            include_tables=True,
            deduplicate=False,
            with_metadata=True,
        )
        if document is not None:
            fields = document if isinstance(document, dict) else document.as_dict()
            self._lines.write(json.dumps({k: v for k, v in fields.items() if isinstance(v, str | list)}, ensure_ascii=False) + "\n")

    def _keep(self, response: Any) -> None:
        from warcio.statusandheaders import StatusAndHeaders

        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, values in response.headers.items() for v in values]
        record = self._writer.create_warc_record(
            response.meta["url"],
            "response",
            payload=BytesIO(response.body),
            http_headers=StatusAndHeaders(f"{response.status} OK", headers, protocol="HTTP/1.1"),
        )
        sent = [(k.decode("latin-1"), v.decode("latin-1")) for k, values in response.request.headers.items() for v in values]
        request = self._writer.create_warc_record(
            response.meta["url"],
            "request",
            http_headers=StatusAndHeaders(f"GET {urlsplit(response.url).path} HTTP/1.1", sent, is_http_request=True),
            warc_headers_dict={"WARC-Concurrent-To": record.rec_headers.get_header("WARC-Record-ID")},
        )
        self._writer.write_record(record)
        self._writer.write_record(request)

    def closed(self, reason: str) -> None:
        self._warc.close()
        self._lines.close()


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plain")
    parser.add_argument("kind", choices=("bare", "tuned", "full"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pages", type=int, required=True)
    parser.add_argument("--hosts", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    spider: Any = FullSpider if args.kind == "full" else BareSpider
    spider.port, spider.press, spider.out = args.port, Press(pages=args.pages, hosts=args.hosts), args.out
    if args.kind == "full":
        spider.open(spider)
    process = CrawlerProcess(
        {
            # Scrapy makes so many tasks for each response. 100 is its default, and slow; warchive sets 1.
            **({"CONCURRENT_ITEMS": 1} if args.kind == "tuned" else {}),
            "CONCURRENT_REQUESTS": 64,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0,
            "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "INFO",
        }
    )
    process.crawl(spider)
    process.start()


if __name__ == "__main__":
    main()
