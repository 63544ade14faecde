"""Is the keeper told of each run, and is the run safe from whoever is told?"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import typer

from archive.config import Notify
from archive.errors import BusyError, ConfigError, Problem
from crawler.notify import LONGEST, Pinger, address, notify_despite_errors

SECRET = "5b0f2a3c-uuid"


class Service:
    """A ping service on loopback that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.statuses: list[int] = []  # for the next answers; then 200
        self.delay = 0.0
        self.elsewhere = ""
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                service.told.append((self.path, body))
                time.sleep(service.delay)
                self.send_response(service.statuses.pop(0) if service.statuses else 200)
                if service.elsewhere:
                    self.send_header("Location", service.elsewhere)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/{SECRET}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def paths(self) -> list[str]:
        return [path.removeprefix(f"/{SECRET}") for path, _body in self.told]


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.close()


def pinger(url: str, timeout: float = 5.0) -> Pinger:
    return Pinger(Notify(ping_url=url, ping_timeout=timeout))


def test_a_good_run_is_told_at_its_beginning_and_its_end_with_the_summary(service: Service) -> None:
    with pinger(service.url) as ping:
        ping.summary = "warchive: run 1: 12 articles – “дім”"
    assert service.paths == ["/start", ""]
    assert service.told[1][1] == "warchive: run 1: 12 articles – “дім”"


@pytest.mark.parametrize("code", [1, 4, 5, 6, 8, 11])
def test_any_other_end_is_told_with_its_exit_status(service: Service, code: int) -> None:
    with pytest.raises(typer.Exit), pinger(service.url):
        raise typer.Exit(code)
    assert service.paths == ["/start", f"/{code}"]


def test_an_exit_with_0_is_a_good_end(service: Service) -> None:
    with pytest.raises(typer.Exit), pinger(service.url):
        raise typer.Exit(0)
    assert service.paths == ["/start", ""]


def test_a_job_that_cannot_start_is_told_with_its_reason(service: Service) -> None:
    with pytest.raises(BusyError), pinger(service.url):
        raise BusyError("another run holds the lock")
    with pytest.raises(ConfigError), pinger(service.url):
        raise ConfigError([Problem(path=None, line=None, message="unknown key")])
    assert service.paths == ["/start", "/75", "/start", "/3"]
    assert service.told[1][1] == "another run holds the lock"


def test_of_an_error_that_nobody_foresaw_the_kind_alone_is_told(service: Service) -> None:
    with pytest.raises(ZeroDivisionError), pinger(service.url):
        raise ZeroDivisionError("a secret")
    assert service.told[-1] == (f"/{SECRET}/1", "ZeroDivisionError")


def test_without_an_address_nobody_is_told_and_nothing_is_started() -> None:
    before = threading.active_count()
    with pinger("") as ping:
        assert threading.active_count() == before
    assert ping.summary == ""


def test_a_summary_is_one_line_of_bounded_length(service: Service) -> None:
    pinger(service.url).ended(0, "a\nb\x1b" + "c" * 100_000)
    assert service.told[0][1].startswith("a b")
    assert "\x1b" not in service.told[0][1]
    assert len(service.told[0][1]) <= LONGEST


def test_a_service_that_stumbles_is_told_again_and_one_that_refuses_is_not(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    service.statuses = [503]
    pinger(service.url).ended(0, "")
    assert service.paths == ["", ""]
    assert caplog.records == []
    service.statuses = [404]
    pinger(service.url).ended(0, "")
    assert service.paths == ["", "", ""]
    assert "answered 404" in caplog.text


def test_the_address_is_carried_nowhere_else(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    service.statuses, service.elsewhere = [302, 302, 302], service.url + "/elsewhere"
    pinger(service.url).ended(0, "")
    assert service.paths == [""]
    assert "answered 302" in caplog.text


def test_proxies_of_the_environment_are_not_used(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    pinger(service.url).ended(0, "")
    assert service.paths == [""]


def test_a_dead_service_is_one_warning_that_does_not_tell_the_address(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/{SECRET}"
        with caplog.at_level(logging.DEBUG), pinger(url, 2.0):
            pass
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert SECRET not in caplog.text


def test_a_service_that_does_not_answer_delays_the_end_by_the_timeout_at_most(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    service.delay = 30.0
    began = time.monotonic()
    with pinger(service.url, 1.0):
        assert time.monotonic() - began < 0.3, "the job does not wait for the ping of its beginning"
    assert 0.5 < time.monotonic() - began < 1.6
    assert len(caplog.records) == 1


def test_a_run_that_was_stopped_by_a_signal_has_a_second_for_its_ping(service: Service) -> None:
    service.delay = 30.0
    began = time.monotonic()
    pinger(service.url, 20.0).ended(11, "")
    assert time.monotonic() - began < 1.5


def test_suffixes_go_before_a_query() -> None:
    assert address("https://hc.example/key/slug?create=1", "/start") == "https://hc.example/key/slug/start?create=1"
    assert address("https://hc.example/u/", "/4") == "https://hc.example/u/4"
    assert address("https://hc.example/u/", "") == "https://hc.example/u/"


def test_that_the_configuration_is_wrong_can_be_told_as_far_as_it_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "warchive.toml"
    path.write_text('stoer = "x"\n[notify]\nping_url = "https://hc.example/u"\n')
    assert notify_despite_errors(path, {}).ping_url == "https://hc.example/u"
    assert notify_despite_errors(path, {"WARCHIVE_NOTIFY_PING_URL": "https://other.example/u"}).ping_url == "https://other.example/u"
    for text in ("[notify]\nping_url = 3\n", "notify = 1\n", "[[", '[notify]\nping_url = "file:///etc/passwd"\n'):
        path.write_text(text)
        assert notify_despite_errors(path, {}).ping_url == ""
    assert notify_despite_errors(tmp_path / "missing.toml", {}).ping_url == ""
