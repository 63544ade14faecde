from __future__ import annotations

import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from archive.errors import ConfigError
from crawler.dial import trust
from tests.servers.rawhttp import RawServer
from tests.servers.tls import Authority, make_authority
from tests.servers.wireclient import Outcome, ask, lookup, to_port

HI = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def trusting(authority: Authority) -> dict[str, object]:
    return {"WARCHIVE_CA_BUNDLE": str(authority.bundle)}


def fetch(context: ssl.SSLContext, settings: dict[str, object], url: str = "https://news.example/") -> tuple[Outcome, RawServer]:
    with RawServer({"/": [HI]}, tls=context) as server:
        (outcome,) = ask(url, settings={"WARCHIVE_CONNECT_TO": to_port(server.port), **settings})
        return outcome, server


def refused(outcome: Outcome, words: str) -> None:
    assert outcome.failure is not None
    assert outcome.failure.reason == "tls"
    assert words in outcome.failure.detail.lower()
    assert outcome.capture is None


def test_a_certificate_of_the_named_bundle_is_trusted_and_the_name_is_sent(authority: Authority, trusting: dict[str, object]) -> None:
    outcome, server = fetch(authority.server_context("news.example"), trusting)
    assert outcome.capture is not None
    assert server.asked[0].server_name == "news.example"
    assert b"\r\nHost: news.example\r\n" in server.asked[0].raw


def test_a_dot_at_the_end_of_the_name_is_not_sent_in_tls(authority: Authority, trusting: dict[str, object]) -> None:
    outcome, server = fetch(authority.server_context("news.example"), trusting, "https://news.example./")
    assert outcome.capture is not None
    assert server.asked[0].server_name == "news.example"


def test_a_bundle_replaces_the_platforms_store(authority: Authority, tmp_path: Path) -> None:
    other = make_authority(tmp_path)
    outcome, _ = fetch(authority.server_context("news.example"), {"WARCHIVE_CA_BUNDLE": str(other.bundle)})
    refused(outcome, "not trusted")


def test_without_a_bundle_an_unknown_authority_is_not_trusted(authority: Authority) -> None:
    outcome, _ = fetch(authority.server_context("news.example"), {})
    refused(outcome, "unable to get local issuer certificate")


def test_a_self_signed_certificate_is_refused(authority: Authority, trusting: dict[str, object]) -> None:
    refused(fetch(authority.server_context("news.example", self_signed=True), trusting)[0], "self-signed certificate")


def test_a_certificate_of_another_host_is_refused(authority: Authority, trusting: dict[str, object]) -> None:
    outcome, server = fetch(authority.server_context("other.example"), trusting)
    refused(outcome, "hostname mismatch")
    assert server.asked == []


def test_an_expired_certificate_is_refused(authority: Authority, trusting: dict[str, object]) -> None:
    refused(fetch(authority.server_context("news.example", days=-1), trusting)[0], "expired")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_tls_before_1_2_is_refused(authority: Authority, trusting: dict[str, object]) -> None:
    outcome, _ = fetch(authority.server_context("news.example", maximum=ssl.TLSVersion.TLSv1_1), trusting)
    refused(outcome, "tls")


def test_a_certificate_for_an_address_is_checked_too(authority: Authority, trusting: dict[str, object]) -> None:
    good, _ = fetch(authority.server_context("192.0.2.7"), trusting, "https://192.0.2.7/")
    assert good.capture is not None
    refused(fetch(authority.server_context("192.0.2.8"), trusting, "https://192.0.2.7/")[0], "ip address mismatch")


def test_plain_http_on_a_tls_port_is_a_tls_failure(trusting: dict[str, object]) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    with listener:

        def answer() -> None:
            sock, _ = listener.accept()
            with sock:
                sock.recv(100)
                sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        (outcome,) = ask("https://news.example/", settings={"WARCHIVE_CONNECT_TO": to_port(listener.getsockname()[1]), **trusting})
    refused(outcome, "tls")


def test_a_connection_that_is_cut_in_the_handshake_is_a_tls_failure(trusting: dict[str, object]) -> None:
    with RawServer({"/": [HI]}) as server:  # without TLS: it waits for a request's end, and we hang up
        (outcome,) = ask(
            "https://news.example/", settings={"WARCHIVE_CONNECT_TO": to_port(server.port), "DOWNLOAD_TIMEOUT": 0.3, **trusting}
        )
    assert outcome.failure is not None
    assert outcome.failure.reason == "timeout"
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=lambda: listener.accept()[0].close(), daemon=True).start()
    (outcome,) = ask("https://news.example/", settings={"WARCHIVE_CONNECT_TO": to_port(listener.getsockname()[1]), **trusting})
    listener.close()
    refused(outcome, "cut")


def test_a_bundle_that_is_none_is_reported_by_name(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    for path, words in ((empty, "no certificate"), (tmp_path / "missing.pem", "No such file")):
        with pytest.raises(ConfigError, match=words) as caught:
            trust(str(path))
        assert str(path) in str(caught.value)


def test_the_platforms_store_is_used_where_no_bundle_is_named() -> None:
    context = trust("")
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_the_host_of_a_rule_changes_neither_the_name_in_tls_nor_the_certificate_that_is_asked_for(
    authority: Authority, trusting: dict[str, object]
) -> None:
    with RawServer({"/": [HI]}, tls=authority.server_context("backend.example")) as server:
        settings = {**trusting, "WARCHIVE_CONNECT_TO": [f"news.example:443:backend.example:{server.port}"]}
        (outcome,) = ask("https://news.example/", settings=settings, resolver=lookup({"backend.example": ["127.0.0.1"]}))
    refused(outcome, "hostname mismatch")


@pytest.mark.parametrize("at_once", [True, False])
def test_bytes_that_came_before_a_broken_tls_record_are_kept(authority: Authority, trusting: dict[str, object], at_once: bool) -> None:
    context = authority.server_context("news.example")
    beginning = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        sock, _ = listener.accept()
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_side=True)
        for step in (tls.do_handshake, lambda: tls.read(9999)):
            while True:
                try:
                    step()
                    break
                except ssl.SSLWantReadError:
                    sock.sendall(outgoing.read())
                    incoming.write(sock.recv(65536))
        tls.write(beginning)
        sock.sendall(outgoing.read() + (b"not a TLS record" if at_once else b""))
        if not at_once:
            time.sleep(0.05)
            sock.sendall(b"not a TLS record")
        sock.recv(100)
        sock.close()

    threading.Thread(target=serve, daemon=True).start()
    (outcome,) = ask("https://news.example/", settings={"WARCHIVE_CONNECT_TO": to_port(listener.getsockname()[1]), **trusting})
    listener.close()
    assert outcome.capture is not None
    assert outcome.capture.response == beginning
    assert (outcome.capture.completeness, outcome.capture.truncated) == ("truncated", "disconnect")
