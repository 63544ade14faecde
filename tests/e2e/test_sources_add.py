"""Does `sources add` find what real sites announce?"""

from __future__ import annotations

import asyncio
import json
import tomllib
from pathlib import Path

import pytest

from archive.config import load_config
from crawler.children import open_pool
from crawler.proposal import propose, validate
from crawler.run import user_agent
from crawler.siteprobe import Probe, addresses_of, probe
from crawler.visitor import Visitor
from tests.desk import Desk
from tests.e2e.driver import Bench
from tests.e2e.newsstand import newsstand

SITES = 30
KINDS = {"feed", "news_sitemap", "sitemap"}


def test_feed_sitemap_and_news_sitemap_of_each_publisher_of_the_newspaper_are_found_and_written(desk: Desk) -> None:
    for file in (desk.folder / "sources").glob("*.toml"):
        described = tomllib.loads(file.read_text())
        homepage = described["homepage"]
        done = desk.run("sources", "add", homepage, "--name", f"{file.stem}-found", "--json")
        assert done.code == 0, done.stderr
        found = done.json()
        assert {seed["type"] for seed in found["seeds"]} == KINDS, found["passed_over"]
        assert set(found["languages"]) == set(described["languages"])
        written = tomllib.loads((desk.folder / "sources" / f"{file.stem}-found.toml").read_text())
        assert {seed["type"] for seed in written["seeds"]} == KINDS
    again = desk.run("sources", "add", homepage, "--name", f"{file.stem}-found")
    assert again.code == 3
    assert "already" in again.stderr


def test_a_site_without_a_front_page_ends_with_4_and_a_dry_run_writes_nothing(desk: Desk) -> None:
    before = sorted(desk.folder.rglob("*.toml"))
    done = desk.run("sources", "add", "http://127.0.0.1:9/", "--dry-run")
    assert done.code == 4
    assert "cannot be looked at: http_404" in done.stderr  # every connection of the desk leads to the newspaper
    assert desk.run("sources", "add", "no url at all").code == 2
    assert sorted(desk.folder.rglob("*.toml")) == before


@pytest.mark.corpus
@pytest.mark.slow
@pytest.mark.xdist_group("newsstand")
def test_feed_sitemap_and_news_sitemap_of_thirty_sites_are_found(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first by the command; the others by what it calls, without thirty starts."""
    with newsstand(shared, tmp_path) as stand:
        bench = stand.bench(tmp_path / "bench")
        hosts = sorted(stand.sites, key=lambda host: -len(stand.sites[host]))[:SITES]
        done = bench.run("sources", "add", f"http://{hosts[0]}/", "--dry-run", "--json", "--name", "site-0")
        assert done.exit_code == 0, done.stderr
        of_command = json.loads(done.stdout)
        looked = asyncio.run(look_at(bench, hosts))
    proposals = [propose(seen, name=f"site-{number}") for number, seen in enumerate(looked)]
    assert proposals[0].text == of_command["toml"]
    sources = [validate(proposal) for proposal in proposals]
    whole = [host for host, source in zip(hosts, sources, strict=True) if {seed.type for seed in source.seeds} == KINDS]
    with capsys.disabled():
        print(f"\n  {len(whole)} of {len(hosts)} sites whole, {sum(seen.requests for seen in looked) / len(hosts):.1f} requests a site")
    assert whole == hosts


async def look_at(bench: Bench, hosts: list[str]) -> list[Probe]:
    """As `sources add` does, each host with a visitor of its own."""
    config = load_config(bench.folder / "warchive.toml", environ={}, overrides={})
    found = []
    pool = open_pool(config)
    try:
        for host in hosts:
            async with Visitor(config, user_agent(config.contact)) as visitor:
                found.append(await probe(config, visitor, pool, addresses_of(f"http://{host}/"), lambda _told: None))
    finally:
        pool.close()
    return found
