"""Which servers and stores may a test ask for by name?

ceph, ministack      an S3Server; started once a session, when the first test asks
s3_server            each of the two in turn
store                an open, empty store of each kind in turn
open_in              a function: a further Store on the same place as `store`
chrome               a real browser (tests/servers/chrome.py), started once a module
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from archive.stores import Store, open_store
from tests.servers.ceph import run_ceph
from tests.servers.chrome import run_chrome
from tests.servers.ministack import run_ministack
from tests.servers.require import Missing, require
from tests.servers.s3server import S3Server

STORES = [
    "local",
    "memory",
    "ministack",
    pytest.param("ceph-http", marks=pytest.mark.ceph),
    pytest.param("ceph-https", marks=pytest.mark.ceph),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePlace:
    """Where the `store` of a test is, for tests that open it again or look at it from outside."""

    kind: str
    url: str
    server: S3Server | None
    prefix: str


@pytest.fixture(scope="session")
def ceph() -> Iterator[S3Server]:
    try:
        with run_ceph() as server:
            yield server
    except Missing as missing:
        require(missing)


@pytest.fixture(scope="session")
def ministack() -> Iterator[S3Server]:
    try:
        with run_ministack() as server:
            yield server
    except Missing as missing:
        require(missing)


@pytest.fixture(scope="module")  # while it runs, the event loop of its driver is that of this thread
def chrome() -> Iterator[Browser]:
    try:
        with run_chrome() as browser:
            yield browser
    except Missing as missing:
        require(missing)


@pytest.fixture(params=["ministack", pytest.param("ceph", marks=pytest.mark.ceph)])
def s3_server(request: pytest.FixtureRequest, as_user_of: Callable[[S3Server], None]) -> S3Server:
    """Each S3 server in turn, with its credentials in the environment."""
    server: S3Server = request.getfixturevalue(request.param)
    as_user_of(server)
    return server


@pytest.fixture
def as_user_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[S3Server], None]:
    """Puts a server's credentials into the environment, and nothing else of this machine's."""

    def put(server: S3Server) -> None:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_CA_BUNDLE", "AWS_REGION"):
            monkeypatch.delenv(name, raising=False)
        for name, value in server.environ.items():
            monkeypatch.setenv(name, value)

    return put


@pytest.fixture(params=STORES)
def store_place(request: pytest.FixtureRequest, tmp_path: Path) -> StorePlace:
    kind: str = request.param
    prefix = f"t-{secrets.token_hex(6)}"
    if kind == "local":
        return StorePlace(kind=kind, url=str(tmp_path / "store"), server=None, prefix="")
    if kind == "memory":
        return StorePlace(kind=kind, url=f"memory://{prefix}", server=None, prefix="")
    server: S3Server = request.getfixturevalue(kind.partition("-")[0])
    request.getfixturevalue("as_user_of")(server)
    return StorePlace(kind=kind, url=server.url(prefix, tls=kind == "ceph-https", retry_seconds=5), server=server, prefix=f"{prefix}/")


@pytest.fixture
def open_in(store_place: StorePlace) -> Callable[[], Store]:
    return lambda: open_store(store_place.url)


@pytest.fixture
def store(open_in: Callable[[], Store]) -> Store:
    return open_in()
