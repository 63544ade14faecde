"""Does the walk through an archive go on past a sitemap that must not be asked for?"""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.newspaper.exchange import data
from tests.e2e.driver import Bench
from tests.e2e.town import Town, feed, story

pytestmark = pytest.mark.xdist_group("review")

BASE = "http://town.example"


def sitemap(tag: str, *addresses: str) -> bytes:
    entry = "url" if tag == "urlset" else "sitemap"
    rows = "".join(f"<{entry}><loc>{url}</loc><lastmod>2022-12-0{9 - n}</lastmod></{entry}>" for n, url in enumerate(addresses))
    return f'<?xml version="1.0"?><{tag} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{tag}>'.encode()


def test_a_sitemap_that_robots_txt_forbids_does_not_end_a_backfill_for_ever(tmp_path: Path) -> None:
    closed, opened, old = f"{BASE}/closed/1.xml", f"{BASE}/2.xml", f"{BASE}/2022/03/04/report"
    with Town(
        {
            f"{BASE}/robots.txt": data(f"User-agent: *\nDisallow: /closed/\nSitemap: {BASE}/map.xml\n".encode(), "text/plain"),
            f"{BASE}/feed": feed([]),
            f"{BASE}/map.xml": data(sitemap("sitemapindex", closed, opened), "application/xml"),
            opened: data(sitemap("urlset", old), "application/xml"),
            old: story("Report"),
        }
    ) as town:
        bench = Bench.make(tmp_path, connect_to=town.connect_to)
        bench.source("town", f"{BASE}/", [("feed", f"{BASE}/feed")])
        done = bench.crawl("town", "--backfill", "--since", "2022-02-24").source("town")
        assert closed not in town.asked()
    assert done["outcomes"] == {"article": 1}
    assert done["backfill"]["failed"] == 1
