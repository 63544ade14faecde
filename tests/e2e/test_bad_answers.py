"""What publishers get wrong: is each named, kept as it came, and survived?"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.http import parse_head
from crawler.newspaper import Newspaper
from crawler.newspaper.exchange import Reply, data
from crawler.newspaper.odd import ARTICLE, HUGE_BYTES
from tests.e2e.driver import Bench, CompletedRun
from tests.e2e.town import Town, feed, story

pytestmark = pytest.mark.xdist_group("bad-answers")

BASE = "http://town.example"
ODD = "http://odd-post.example"
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def odd() -> Iterator[Newspaper]:
    with Newspaper() as paper:
        yield paper


# -- seeds


BROKEN = {
    "missing": "http_404",
    "html": "html-instead-of-xml",
    "cut": "cut",
    "empty": "empty-body",
    "entities": "xml-entities",
    "no-items": "no-entries",
}


@pytest.fixture(scope="module")
def broken(odd: Newspaper, tmp_path_factory: pytest.TempPathFactory) -> tuple[Bench, CompletedRun]:
    """One source for each way in which a feed is broken, and one that is whole."""
    bench = Bench.of_newspaper(tmp_path_factory.mktemp("seeds"), odd)
    for path in (bench.folder / "sources").iterdir():
        if path.stem != "visnyk":
            path.unlink()
    for name in BROKEN:
        bench.source(f"odd-{name}", f"{ODD}/", [("feed", f"{ODD}/{name}.rss")], languages=["ru"])
    return bench, bench.crawl()


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_seed_is_a_named_failure_and_never_an_empty_success(broken: tuple[Bench, CompletedRun], name: str) -> None:
    bench, done = broken
    source = done.source(f"odd-{name}")
    (seed,) = source["seeds"]
    assert seed["status"] == BROKEN[name]
    assert source["status"] == ("ok" if name == "no-items" else "failed")
    assert f"<{seed['record_id']}>" in {record.id for record in bench.records() if record.type == "response"}, "and its bytes are kept"


def test_one_whole_source_among_broken_ones_is_crawled_and_the_run_is_partial(broken: tuple[Bench, CompletedRun]) -> None:
    _bench, done = broken
    assert done.exit_code == 4
    assert done.source("visnyk")["status"] == "ok"
    assert done.source("visnyk")["articles"] == 7


def test_what_a_cut_feed_still_says_is_taken(broken: tuple[Bench, CompletedRun]) -> None:
    _bench, done = broken
    assert done.source("odd-cut")["seeds"][0]["entries"] >= 1
    assert done.source("odd-cut")["candidates"] >= 1


# -- pages of the odd host that are kept or refused; their outcomes stand in test_accounting.py


def test_odd_pages_are_kept_as_they_came_and_read_as_they_were_meant(odd: Newspaper, tmp_path: Path) -> None:
    bench = Bench.of_newspaper(tmp_path, odd, publishers=False)
    odd_ones = "charset-lies charset-by-meta charset-unknown empty report.pdf loop old-style no-gzip cut-gzip moved-302"
    paths = odd_ones.split()
    done = bench.run("capture", "--json", *(f"{ODD}/{path}" for path in paths))
    assert done.exit_code == 4, "one of the named URLs, the loop, gave no page"
    articles = {article["requested_url"].rpartition("/")[2]: article for article in bench.articles()}
    assert set(articles) == {"charset-lies", "charset-by-meta", "charset-unknown", "old-style", "moved-302"}
    assert all(article["text"] == ARTICLE for article in articles.values()), "whatever the label says"
    captures = {capture["url"].rpartition("/")[2]: capture for capture in bench.captures()}
    assert captures["empty"]["verdict"] == "empty"
    assert captures["report.pdf"]["verdict"] == "not_html"
    assert captures["no-gzip"]["verdict"] not in (None, "article")
    assert captures["cut-gzip"]["verdict"] not in (None, "article")
    assert captures["no-gzip"]["completeness"] == captures["cut-gzip"]["completeness"] == "decode-error"
    assert captures["old-style"]["completeness"] == "length-unknown"
    pdf = next(record for record in bench.records() if record.type == "response" and record.url.endswith("/report.pdf"))
    message, _offset = parse_head(pdf.block)
    assert message.status == 200
    assert pdf.block.endswith(b"%%EOF\n")
    assert done.groups["failed"] == 1, "the loop"


def test_a_page_of_200_mb_is_cut_at_the_limit_named_and_costs_no_memory(odd: Newspaper, tmp_path: Path) -> None:
    bench = Bench.of_newspaper(tmp_path, odd, publishers=False, limits={"max_response_bytes": 8 * MEGABYTE})
    peak = 0
    with bench.start("capture", "--json", f"{ODD}/huge", f"{ODD}/plain") as running:
        while running.process.poll() is None:
            peak = max(peak, resident(running.process.pid))
            time.sleep(0.05)
        done = running.finish()
    assert done.exit_code == 4, done.stderr
    assert done.source("command-line")["outcomes"] == {"article": 1, "failed:too_large": 1}
    capture = next(capture for capture in bench.captures() if capture["url"].endswith("/huge"))
    assert capture["completeness"] == "truncated"
    record = next(record for record in bench.records() if record.type == "response" and record.url.endswith("/huge"))
    assert record.headers["WARC-Truncated"] == "length"
    assert 8 * MEGABYTE - 65536 <= len(record.block) <= 8 * MEGABYTE + 65536
    assert peak < HUGE_BYTES, f"{peak >> 20} MiB resident"


def resident(pid: int) -> int:
    """Resident bytes of a process; 0 when it is gone."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    return 0


# -- hostile links

HOSTILE = {
    "http://169.254.169.254/latest/meta-data/": "other-host",
    "http://town.example/line\r\nX-Injected: yes": None,
    "http://town.example/esc\x1b[31mred": None,
    "http://town.example/%0d%0aSet-Cookie:%20a=b": None,
    "file:///etc/passwd": None,
    "http://town.example@169.254.169.254/": "other-host",
    "http://town.example:25/": "other-host",
}


def test_links_with_control_characters_forge_no_record_no_header_and_no_line_of_the_log(tmp_path: Path) -> None:
    answers = {f"{BASE}/feed.rss": feed([*HOSTILE, f"{BASE}/a"]), f"{BASE}/a": story()}
    with Town(answers) as town:
        bench = Bench.make(tmp_path, connect_to=[f"town.example::127.0.0.1:{town.port}"])
        bench.source("town", f"{BASE}/", [("feed", f"{BASE}/feed.rss")])
        done = bench.run("--log-json", "-vv", "crawl", "--json")
        targets = [row["target"] for row in town.rows()]
    assert done.exit_code == 0, done.stderr
    assert done.report is not None
    assert done.groups["article"] == 1
    assert sum(done.groups.values()) == done.report["totals"]["candidates"]
    assert set(targets) <= {"/robots.txt", "/feed.rss", "/a", "/%0d%0aSet-Cookie:%20a=b", "/%0D%0ASet-Cookie:%20a=b"} | {
        target for target in targets if target.startswith(("/line", "/esc")) and target.isprintable()
    }
    for record in bench.records():
        if record.type == "request":
            assert b"\r\nX-Injected" not in record.block
            assert b"\x1b" not in record.block
        for name, value in record.headers.items():
            assert (name + value).isprintable(), (name, value)
    assert all(line.isprintable() for line in done.stderr.splitlines())
    assert "X-Injected: yes" not in {line.strip() for line in done.stderr.splitlines()}


# This machine and a cloud machine's metadata service, as a hostile page may spell them.
PRIVATE = (
    "http://169.254.169.254/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://[::1]:{port}/",
    "http://localhost:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://0:{port}/",
)


def test_a_private_address_is_refused_in_every_spelling_where_no_rule_covers_it(tmp_path: Path) -> None:
    with Town({}) as town:
        bench = Bench.make(tmp_path)
        done = bench.run("capture", "--json", *(address.format(port=town.port) for address in PRIVATE))
        assert town.rows() == [], "nobody knocked"
    assert done.report is not None, done.stderr
    outcomes = done.report["sources"]["command-line"]["outcomes"]
    assert sum(outcomes.values()) == len(PRIVATE)
    assert set(outcomes) <= {"failed:private-address", "waiting:robots_unreachable", "out_of_scope:bad-url"}
    assert done.exit_code != 0
    assert bench.captures() == []


def test_a_redirect_of_a_public_page_to_this_machine_is_not_followed(tmp_path: Path) -> None:
    with Town({}) as inside, Town({f"{BASE}/feed.rss": feed([f"{BASE}/a"]), f"{BASE}/robots.txt": data(b"", "text/plain")}) as town:
        location = f"http://localhost:{inside.port}/secret"
        town.answers[f"{BASE}/a"] = Reply(status=302, headers=(("Location", location),), body=b"")
        bench = Bench.make(tmp_path, connect_to=[f"town.example::127.0.0.1:{town.port}"])
        bench.source("town", f"{BASE}/", [("feed", f"{BASE}/feed.rss")], scope={"allow_hosts": ["localhost", f"localhost:{inside.port}"]})
        done = bench.crawl()
        assert inside.rows() == []
    assert list(done.source("town")["outcomes"]) in (["failed:private-address"], ["waiting:robots_unreachable"])


def test_a_server_that_trickles_is_given_up_at_the_timeout(tmp_path: Path) -> None:
    def trickle() -> Iterator[bytes]:
        for _ in range(200):
            time.sleep(0.1)
            yield b"<p>slow</p>"

    answers = {f"{BASE}/feed.rss": feed([f"{BASE}/slow"]), f"{BASE}/slow": Reply(headers=(("Content-Type", "text/html"),), stream=trickle)}
    with Town(answers) as town:
        bench = Bench.make(tmp_path, connect_to=town.connect_to, limits={"timeout": 2})
        bench.source("town", f"{BASE}/", [("feed", f"{BASE}/feed.rss")])
        done = bench.crawl("--max-runtime", "4")
    outcomes = done.source("town")["outcomes"]
    assert list(outcomes) in (["failed:cut_time"], ["failed:timeout"]), outcomes
    assert {capture["completeness"] for capture in bench.captures() if capture["kind"] == "page"} == {"truncated"}
