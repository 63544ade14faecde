"""Does `warchive replay` show real pages as they were captured, from a folder and from Ceph, and leave nothing behind when it ends?"""

from __future__ import annotations

import contextlib
import hashlib
import html
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
import requests
from memento_client import MementoClient
from requests.adapters import HTTPAdapter

from archive.article import Article
from archive.model import CaptureRef
from archive.reader import Archive, open_archive
from archive.replay.environment import Environment
from archive.stores import open_store
from archive.warc import timestamp14
from tests.desk import run_warchive
from tests.e2e.driver import Bench
from tests.e2e.newsstand import Newsstand, free_port, newsstand
from tests.servers.replay import Running, replay_environment, run_replay
from tests.servers.require import Missing, require
from tests.servers.s3server import S3Server

pytestmark = [pytest.mark.corpus, pytest.mark.slow, pytest.mark.interop]

_PAGES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """Some sites, crawled into a folder."""

    stand: Newsstand
    bench: Bench
    hosts: list[str]
    """Those not crawled yet stand at the end."""

    def crawl(self, hosts: list[str]) -> None:
        for host in hosts:
            self.bench.source(re.sub(r"[^a-z0-9]+", "-", host).strip("-"), f"http://{host}/", [("sitemap", f"http://{host}/sitemap.xml")])
        done = self.bench.crawl(*[re.sub(r"[^a-z0-9]+", "-", host).strip("-") for host in hosts])
        assert done.exit_code == 0, done.stderr


@pytest.fixture(scope="module")
def place() -> Environment:
    try:
        return replay_environment()
    except Missing as missing:
        require(missing)


@pytest.fixture(scope="module")
def crawled(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with newsstand(shared, tmp_path_factory.mktemp("stand")) as stand:
        bench = Bench.make(tmp_path_factory.mktemp("bench"), connect_to=stand.connect_to)
        hosts, pages = [], 0
        for host, targets in sorted(stand.sites.items()):
            if len(targets) <= 3:
                hosts.append(host)
                pages += len(targets)
            if pages >= _PAGES + 1:
                break
        found = Crawled(stand=stand, bench=bench, hosts=hosts)
        found.crawl(hosts[:-1])
        yield found


@pytest.fixture(scope="module")
def folder_replay(crawled: Crawled, place: Environment) -> Iterator[Running]:
    with run_replay(crawled.bench.folder, place=place) as running:
        yield running


def pages_of(archive: Archive) -> list[tuple[CaptureRef, Article]]:
    """Pages of which an article was made."""
    found = []
    for article in archive.articles():
        ref = archive.capture_of(article)
        assert ref is not None
        found.append((ref, article))
    return found


def assert_replays(running: Running, archive: Archive, *, least: int) -> None:
    pages = pages_of(archive)
    assert len(pages) >= least
    for ref, article in pages:
        address = quote(ref.url, safe=":/?&=%+,;@~!$()*|[]")
        status, headers, body = running.get(f"/web/{timestamp14(ref.fetched_at)}id_/{address}", replayed=True, Accept_Encoding="identity")
        assert (status, hashlib.sha256(body).hexdigest()) == (200, hashlib.sha256(archive.payload(ref)).hexdigest()), ref.url
        assert headers["memento-datetime"] == f"{ref.fetched_at:%a, %d %b %Y %H:%M:%S GMT}"
        status, headers, shown = running.get(f"/web/{timestamp14(ref.fetched_at)}/{address}", replayed=True)
        assert status == 200, ref.url
        assert "sandbox allow-scripts" in headers["content-security-policy"]
        text = words_of(shown.decode("utf-8", "replace"))
        lost = [paragraph for paragraph in (article.text or "").split("\n\n") if words(paragraph)[:80] not in text]
        assert len(lost) <= 0.1 * len((article.text or "").split("\n\n")), (ref.url, lost[:3])


def words_of(page: str) -> str:
    bare = re.sub(r"(?s)<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>", " ", page)
    return words(html.unescape(bare))


def words(text: str) -> str:
    return "".join(re.findall(r"\w+", text.lower()))


def test_twenty_pages_replay_from_a_folder_as_they_were_captured(crawled: Crawled, folder_replay: Running) -> None:
    with open_archive(str(crawled.bench.folder / "store"), state=crawled.bench.folder / "state") as archive:
        assert_replays(folder_replay, archive, least=_PAGES - 2)


@pytest.mark.ceph
def test_the_same_pages_replay_from_ceph(crawled: Crawled, place: Environment, ceph: S3Server, tmp_path: Path) -> None:
    local = crawled.bench.store
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ceph.environ.items():
            patch.setenv(name, value)
        url = ceph.url("replay/")
        remote = open_store(url)
        for info in local.list(""):
            data = local.get(info.key)
            remote.put(info.key, data, sha256=hashlib.sha256(data).hexdigest())
        (tmp_path / "warchive.toml").write_text(f'store = "{url}"\nstate = "state/"\ncollection = "test"\n')
        with run_replay(tmp_path, place=place) as running, open_archive(url, state=tmp_path / "reader") as archive:
            assert_replays(running, archive, least=_PAGES - 2)


def test_a_new_run_is_seen_without_a_restart(crawled: Crawled, folder_replay: Running) -> None:
    last = crawled.hosts[-1]
    url = f"http://{last}{next(iter(crawled.stand.sites[last]))}"
    assert folder_replay.get(f"/replay/2026/{url}")[0] == 404
    crawled.crawl([last])
    until = time.monotonic() + 15
    while folder_replay.get(f"/replay/2026/{url}")[0] != 302:
        assert time.monotonic() < until
        time.sleep(0.3)
    assert folder_replay.get(f"/web/2026/{url}", replayed=True)[0] == 200


def test_a_memento_client_by_others_finds_the_captures(crawled: Crawled, folder_replay: Running) -> None:
    """MementoClient follows the TimeGate to the memento and reads what both say of each other."""
    with open_archive(str(crawled.bench.folder / "store"), state=crawled.bench.folder / "state") as archive:
        ref, _ = pages_of(archive)[0]
    session = requests.Session()
    session.mount("http://", ThroughStand(crawled.stand.port))
    client = MementoClient(timegate_uri=f"{folder_replay.origin}/timegate/", check_native_timegate=False, session=session)
    found = client.get_memento_info(ref.url, ref.fetched_at.replace(tzinfo=None))
    closest = found["mementos"]["closest"]
    assert closest["uri"] == [f"{folder_replay.replay}/web/{timestamp14(ref.fetched_at)}/{ref.url}"]
    assert closest["datetime"] == ref.fetched_at.replace(tzinfo=None, microsecond=0)
    assert closest["http_status_code"] == 200
    assert MementoClient.is_memento(closest["uri"][0])
    assert found["original_uri"] == ref.url


class ThroughStand(HTTPAdapter):
    """The client looks at the page on the live web first: newsstand is that."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def send(self, request: requests.PreparedRequest, *arguments: Any, **named: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        if parts.hostname not in ("localhost", "127.0.0.1"):
            request.headers["Host"] = parts.netloc
            request.url = urlunsplit(parts._replace(netloc=f"127.0.0.1:{self._port}"))
        return super().send(request, *arguments, **named)


def test_the_replay_answers_nothing_but_what_a_replay_needs(folder_replay: Running) -> None:
    page = "/web/2026/http://x.example/"
    for path, headers, expected in (
        ("/web/cdx?url=x", {}, 404),
        ("/collinfo.json", {}, 404),
        ("/web/", {}, 404),
        ("/web/*/http://x.example/", {}, 404),
        ("/web/2026sw_/http://x.example/", {}, 403),
        (page, {"Service_Worker": "script"}, 403),
        (page, {"Sec_Fetch_Dest": "image", "Sec_Fetch_Site": "cross-site"}, 403),
        (page, {"Sec_Fetch_Dest": "sharedworker", "Sec_Fetch_Site": "same-origin"}, 403),
        (page, {"Sec_Fetch_Dest": "document"}, 302),
        (page, {"Host": "evil.example"}, 421),
        ("/static/../../../etc/passwd", {}, 404),
    ):
        status, answered, _ = folder_replay.get(path, replayed=True, **headers)
        assert status == expected, (path, headers)
        assert "sandbox" in answered["content-security-policy"]
    with contextlib.closing(socket.create_connection(("127.0.0.1", int(folder_replay.replay.rpartition(":")[2])))) as raw:
        raw.sendall(
            b"POST /web/2026/http://x.example/ HTTP/1.1\r\nHost: %s\r\nContent-Length: 1\r\n\r\nx" % folder_replay.replay[7:].encode()
        )
        assert raw.recv(1024).startswith(b"HTTP/1.1 405 ")


def test_what_was_never_captured_is_said_in_the_frame_and_nothing_is_fetched(folder_replay: Running, crawled: Crawled) -> None:
    before = len(crawled.stand.rows())
    host = crawled.hosts[0]
    status, _, body = folder_replay.get(f"/web/2026/http://{host}/never<b>", replayed=True)
    assert status == 404
    assert b"The archive has no capture of" in body
    assert b"never<b>" not in body
    assert len(crawled.stand.rows()) == before


def test_a_replay_that_dies_is_started_again(folder_replay: Running) -> None:
    (child,) = folder_replay.children()
    os.kill(child, signal.SIGKILL)
    until = time.monotonic() + 30
    while True:
        with contextlib.suppress(OSError):
            if folder_replay.get("/-/ready", replayed=True)[0] == 200 and folder_replay.children() not in ([], [child]):
                return
        assert time.monotonic() < until
        time.sleep(0.2)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_however_it_ends_nothing_is_left(crawled: Crawled, place: Environment, number: signal.Signals) -> None:
    with run_replay(crawled.bench.folder, place=place) as running:
        (child,) = running.children()
        began = time.monotonic()
        running.process.send_signal(number)
        code = running.process.wait(15)
        assert code == (-number if number == signal.SIGKILL else 0)
        assert time.monotonic() - began < 8
        until = time.monotonic() + 5
        while alive(child):
            assert time.monotonic() < until, "pywb runs on"
            time.sleep(0.05)
        for origin in (running.origin, running.replay):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", int(origin.rpartition(":")[2])))
        assert "Traceback" not in running.log.read_text()


def test_without_pywb_everything_else_works_and_the_page_says_what_to_do(crawled: Crawled) -> None:
    with run_replay(crawled.bench.folder, place=None) as running:
        host = crawled.hosts[0]
        url = f"http://{host}{next(iter(crawled.stand.sites[host]))}"
        status, headers, _ = running.get(f"/replay/2026/{url}")
        assert status == 302
        text = running.get(headers["location"])[2].decode()
        assert "warchive replay --setup" in text
        assert "<iframe" not in text
        assert "warchive replay --setup" in running.log.read_text()
        assert running.get("/")[0] == 200
        assert running.children() == []


def test_a_port_that_is_taken_is_said_with_the_next_step(crawled: Crawled) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for option, other in (("--port", "--replay-port"), ("--replay-port", "--port")):
            done = run_warchive(crawled.bench.folder, "replay", "--no-open", option, str(port), other, str(free_port()))
            assert done.code == 1
            assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
            assert f"another {option}" in done.stderr
            assert "Traceback" not in done.stderr
    done = run_warchive(crawled.bench.folder, "replay", "--no-open", "--port", "8123", "--replay-port", "8123")
    assert done.code == 2


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
