"""Is Scrapy set up as the design wants it, and do its own commands work in this tree?"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.utils.conf import build_component_list

from archive.config import load_config
from crawler.newspaper import Newspaper
from crawler.run import settings_for, user_agent
from crawler.spiders.source import SourceSpider
from tests.e2e.driver import Bench, wait_until
from tests.e2e.scrapycli import scrapy, scrapy_start
from tests.e2e.town import Town, feed, story

pytestmark = pytest.mark.xdist_group("scrapy")


@pytest.fixture(scope="module")
def settings() -> Settings:
    """As `warchive crawl` gives them to Scrapy, with Scrapy's own defaults below."""
    config = load_config(None, environ={}, overrides={"contact": "https://example.org/crawler"})
    found = Settings()
    found.setmodule("crawler.settings", priority="project")
    found.setdict(settings_for(config, user_agent(config.contact)), priority="cmdline")
    crawler = Crawler(SourceSpider, found)
    return crawler.settings


def components(settings: Settings, name: str) -> set[str]:
    """What is switched on, by class name."""
    listed = build_component_list(settings.getwithbase(name))
    return {(one if isinstance(one, str) else one.__name__).rpartition(".")[2] for one in listed}


def test_only_http_and_https_can_be_downloaded_and_by_our_handler_alone(settings: Settings) -> None:
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme: handler for scheme, handler in handlers.items() if handler is not None} == {
        "http": "crawler.wire.WireDownloadHandler",
        "https": "crawler.wire.WireDownloadHandler",
    }
    assert {"file", "ftp", "s3", "data"} <= set(handlers)


@pytest.mark.parametrize(
    "name",
    [
        "COOKIES_ENABLED",
        "TELNETCONSOLE_ENABLED",
        "REMOTE_CONTROL_ENABLED",
        "RETRY_ENABLED",
        "REDIRECT_ENABLED",
        "METAREFRESH_ENABLED",
        "HTTPPROXY_ENABLED",
        "HTTPCACHE_ENABLED",
        "COMPRESSION_ENABLED",
        "REFERER_ENABLED",
        "AUTOTHROTTLE_ENABLED",
        "MEMUSAGE_ENABLED",
    ],
)
def test_what_changes_or_repeats_or_opens_something_is_off(settings: Settings, name: str) -> None:
    assert settings.getbool(name) is False


def test_nothing_stands_between_the_scheduler_and_the_wire(settings: Settings) -> None:
    assert components(settings, "DOWNLOADER_MIDDLEWARES") == {
        "UserAgentMiddleware",
        "DefaultHeadersMiddleware",
        "DownloadTimeoutMiddleware",
        "BodyForTheShell",
    }
    assert not components(settings, "SPIDER_MIDDLEWARES") & {
        "HttpErrorMiddleware",
        "RefererMiddleware",
        "DepthMiddleware",
        "UrlLengthMiddleware",
    }
    extensions = components(settings, "EXTENSIONS")
    assert not extensions & {"TelnetConsole", "RemoteControl", "FeedExporter", "SpiderState", "MemoryUsage", "LogStats"}


def test_one_request_at_a_time_per_host_and_who_asks_is_said(settings: Settings) -> None:
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert settings.get("SCHEDULER") == "crawler.scheduler.FrontierScheduler"
    assert settings.get("USER_AGENT").endswith("(+https://example.org/crawler)")
    assert settings.get("USER_AGENT").startswith("warchive/")
    assert settings["DEFAULT_REQUEST_HEADERS"]["Accept-Encoding"] == "gzip, br"
    assert settings.get("JOBDIR") is None
    assert settings.getfloat("DOWNLOAD_DELAY") == 0, "pauses are the scheduler's: nothing waits inside Scrapy"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Newspaper(pages=6, page_hosts=1) as paper:
        yield Bench.of_newspaper(tmp_path_factory.mktemp("scrapy"), paper)


def test_scrapy_list_names_the_sources_of_the_folders_and_of_the_catalogue(bench: Bench) -> None:
    listed = scrapy(bench, "list")
    assert listed.exit_code == 0, listed.stderr
    names = listed.stdout.split()
    assert {"courier", "visnyk", "sada", "press-0", "meduza", "ukrinform"} <= set(names)


def test_scrapy_crawl_makes_and_publishes_a_run_of_that_source(bench: Bench) -> None:
    done = scrapy(bench, "crawl", "press-0")
    assert done.exit_code == 0
    assert "Traceback" not in done.stderr, done.stderr
    (run,) = bench.runs()
    assert run.report["command"] == "scrapy crawl"
    assert run.report["totals"]["outcomes"] == {"article": 6}
    assert run.types["response"] == 9  # robots.txt, a sitemap index, its sitemap, six pages
    assert bench.spool_files() == []


def test_scrapy_shell_and_fetch_give_a_decoded_page_and_archive_nothing(bench: Bench) -> None:
    keys = bench.keys()
    shell = scrapy(
        bench, "shell", "http://press-0.example/2024/06/01/report-0.html", "-c", "(response.status, response.css('h1::text').get())"
    )
    assert shell.exit_code == 0, shell.stderr
    assert "(200, '" in shell.stdout
    assert "report 0" in shell.stdout
    fetched = scrapy(bench, "fetch", "--nolog", "http://press-0.example/robots.txt")
    assert fetched.stdout.startswith("User-agent: *")
    assert bench.keys() == keys


def test_scrapy_crawl_of_a_public_publisher_without_a_contact_is_refused(tmp_path: Path) -> None:
    bench = Bench.make(tmp_path, contact="")
    done = scrapy(bench, "crawl", "meduza")
    assert "contact" in done.stderr
    assert bench.keys() == {}


def test_a_scrapy_crawl_that_is_interrupted_publishes_what_it_has(tmp_path: Path) -> None:
    base = "http://town.example"
    answers: dict[str, Any] = {f"{base}/feed.rss": feed([f"{base}/a"]), f"{base}/a": story()}
    with Town(answers) as town:
        bench = Bench.make(tmp_path, connect_to=town.connect_to)
        bench.source("town", f"{base}/", [("feed", f"{base}/feed.rss")], delay=30.0)
        with scrapy_start(bench, "crawl", "town") as running:
            wait_until(lambda: len(bench.acknowledged()) >= 1, what="the first capture")
            running.signal(signal.SIGINT)
            done = running.finish(timeout=20)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.seconds < 15
    (run,) = bench.runs()
    assert run.report["ended_because"] == "interrupted"
