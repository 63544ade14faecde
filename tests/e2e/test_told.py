"""Is the keeper told by `warchive crawl` itself: pings and figures of a good run, a busy one and one that cannot begin?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive.lock import StateLock
from crawler.newspaper import Newspaper
from tests.e2e.driver import Bench

pytestmark = pytest.mark.xdist_group("told")

Told = list[tuple[str, str]]


@pytest.fixture
def service() -> Iterator[tuple[str, Told]]:
    """A ping service: its address, and what it was told."""
    told: Told = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append((self.path, self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/me", told
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_crawl_tells_of_its_beginning_its_end_and_of_what_kept_it_from_beginning(tmp_path: Path, service: tuple[str, Told]) -> None:
    url, told = service
    env, metrics = {"WARCHIVE_NOTIFY_PING_URL": url}, tmp_path / "warchive.prom"
    with Newspaper() as paper:
        bench = Bench.of_newspaper(tmp_path, paper)
        done = bench.run("crawl", "--metrics-file", metrics, env=env)
        assert done.exit_code == 0, done.stderr
        assert told == [("/me/start", ""), ("/me", done.stdout.strip())]
        assert "warchive_run_exit_code 0" in metrics.read_text()
        success = next(line for line in metrics.read_text().splitlines() if line.startswith("warchive_last_success"))
        with StateLock(bench.state):
            done = bench.run("crawl", "--metrics-file", metrics, env=env)
        assert done.exit_code == 75
        assert [path for path, _body in told[2:]] == ["/me/start", "/me/75"]
        assert "warchive_run_exit_code 75" in metrics.read_text()
        assert success in metrics.read_text()
    (tmp_path / "warchive.toml").write_text("stoer = 3\n")
    done = bench.run("crawl", "--metrics-file", metrics, env=env)
    assert done.exit_code == 3
    assert told[4][0] == "/me/3"
    assert "stoer" in told[4][1]
    assert "warchive_run_exit_code 3" in metrics.read_text()


def test_a_dead_service_changes_neither_exit_nor_what_is_published(tmp_path: Path) -> None:
    with Newspaper() as paper:
        bench = Bench.of_newspaper(tmp_path, paper)
        env = {"WARCHIVE_NOTIFY_PING_URL": "http://127.0.0.1:9/me-uuid", "WARCHIVE_NOTIFY_PING_TIMEOUT": "2"}
        done = bench.run("crawl", "--metrics-file", tmp_path / "missing" / "warchive.prom", env=env)
    assert done.exit_code == 0
    assert len(bench.runs()) == 1
    assert len(done.stderr.splitlines()) == 2, done.stderr
    assert "me-uuid" not in done.stderr
