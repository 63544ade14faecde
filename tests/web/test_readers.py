"""Do many requests read one archive at once, see what is new, and go on where the store does not answer?"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from archive.errors import StoreUnreachable
from archive.reader import Archive, open_archive
from archive.web import readers as module
from archive.web.app import make_app
from archive.web.borrowed import Borrowed
from archive.web.readers import READERS, Readers
from archive.web.serve import listening_socket, serving
from archive.web.settings import WebSettings
from tests.archive.shelf import START, Entry, page, publish
from tests.servers.web import run_web
from tests.servers.webclient import ask, until


def one_run(folder: Path, number: int = 0) -> None:
    made = page(f"/{number}", after=3600 * number)
    publish(
        folder, [Entry(capture=made, article={"title": f"Story {number}"})], started=START + timedelta(hours=number), token=f"{number:08x}"
    )


def opener(folder: Path) -> Callable[[], Archive]:
    return lambda: open_archive(str(folder / "store"), collection="news", state=folder / "state", sync=False)


@contextmanager
def readers_of(folder: Path, *, sync_seconds: float = 0.0, after_sync: Callable[[Archive], None] | None = None) -> Iterator[Readers]:
    made = Readers(opener(folder), sync_seconds=sync_seconds, after_sync=after_sync)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def app_of(folder: Path, more: Callable[[FastAPI], None]) -> Iterator[str]:
    listener = listening_socket("127.0.0.1", 0)
    port = listener.getsockname()[1]
    app = make_app(WebSettings(open_archive=opener(folder), hosts=frozenset({f"localhost:{port}"}), sync_seconds=0.2))
    more(app)
    with serving(app, listener):
        yield f"http://localhost:{port}"


def test_more_requests_than_threads_are_all_answered(tmp_path: Path) -> None:
    one_run(tmp_path)
    seen: set[int] = set()
    at_once: list[int] = []
    lock = threading.Lock()

    def more(app: FastAPI) -> None:
        @app.get("/slow")
        def slow(archive: Borrowed) -> str:
            with lock:
                assert id(archive) not in seen, "two requests have the same reader"
                seen.add(id(archive))
                at_once.append(len(seen))
            time.sleep(0.05)
            with lock:
                seen.discard(id(archive))
            return archive.collection

    # A hundred who wait for a reader would hold every thread of the server if they waited in threads.
    with app_of(tmp_path, more) as origin, ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda _: ask(origin, "/slow"), range(150)))
    assert {answer.status for answer in answers} == {200}
    assert 1 < max(at_once) <= READERS


def test_a_streaming_answer_keeps_its_reader_to_the_last_byte(tmp_path: Path) -> None:
    from fastapi.responses import StreamingResponse

    one_run(tmp_path)

    def more(app: FastAPI) -> None:
        @app.get("/stream")
        def stream(archive: Borrowed) -> StreamingResponse:
            def pieces() -> Iterator[bytes]:
                for _ in range(3):
                    time.sleep(0.05)
                    yield f"{archive.catalogue.run_count()} ".encode()

            return StreamingResponse(pieces())

    with app_of(tmp_path, more) as origin:
        with ThreadPoolExecutor(40) as pool:
            texts = {answer.text for answer in pool.map(lambda _: ask(origin, "/stream"), range(40))}
        assert texts == {"1 1 1 "}
        head = ask(origin, "/stream", "HEAD")
        assert (head.status, head.body) == (200, b"")


def test_a_new_run_is_seen_without_a_restart(tmp_path: Path) -> None:
    one_run(tmp_path)
    with run_web(tmp_path / "store", collection="news", state=tmp_path / "web", sync_seconds=0.0) as origin:
        until(lambda: "Story 0" in ask(origin).text)
        one_run(tmp_path, 1)
        until(lambda: "Story 1" in ask(origin).text)


def test_a_store_that_went_away_is_said_and_what_is_known_is_shown(tmp_path: Path) -> None:
    one_run(tmp_path)
    with run_web(tmp_path / "store", collection="news", state=tmp_path / "web", sync_seconds=0.0) as origin:
        until(lambda: "Story 0" in ask(origin).text)
        assert "cannot be seen just now" not in ask(origin).text
        (tmp_path / "store").rename(tmp_path / "away")
        until(lambda: "New runs cannot be seen just now" in ask(origin).text)
        page = ask(origin)
        assert page.status == 200
        assert "Story 0" in page.text
        assert ask(origin, "/search?q=story").status == 200
        (tmp_path / "away").rename(tmp_path / "store")
        until(lambda: "cannot be seen just now" not in ask(origin).text)


def test_a_run_that_cannot_be_read_is_named_and_the_others_are_there(tmp_path: Path) -> None:
    one_run(tmp_path)
    one_run(tmp_path, 1)
    lists = sorted((tmp_path / "store").rglob("articles.jsonl.gz"))
    lists[1].write_bytes(b"not what was written")
    with run_web(tmp_path / "store", collection="news", state=tmp_path / "web", sync_seconds=0.0) as origin:
        front = until(lambda: next((text for text in [ask(origin).text] if "Story 0" in text and "cannot be read" in text), None))
        assert "1 of the store&#39;s runs cannot be read" in front or "1 of the store's runs cannot be read" in front
        assert len(ask(origin, "/api/front").json()["left_out"]) == 1


def test_nobody_waits_again_for_a_look_that_takes_long(tmp_path: Path) -> None:
    one_run(tmp_path)
    release, syncing = threading.Event(), threading.Event()

    class Stuck(Readers):
        def _syncer(self) -> Archive:
            syncing.set()
            release.wait(20)
            raise StoreUnreachable("the store does not answer")

    readers = Stuck(opener(tmp_path), sync_seconds=0.0)
    try:
        began = time.monotonic()
        with readers.borrow():
            pass
        first = time.monotonic() - began
        assert syncing.is_set()
        began = time.monotonic()
        for _ in range(20):
            with readers.borrow():
                pass
        assert 0.5 < first < 3
        assert time.monotonic() - began < 0.5
        release.set()
        time.sleep(0.1)
        with readers.borrow():
            assert readers.problem is not None
            assert "does not answer" in readers.problem
    finally:
        release.set()
        readers.close()


def test_what_is_entered_beside_the_catalogue_holds_nobody_up(tmp_path: Path) -> None:
    one_run(tmp_path)
    release = threading.Event()
    with readers_of(tmp_path, after_sync=lambda archive: bool(release.wait(20))) as readers:
        began = time.monotonic()
        with readers.borrow() as archive:
            assert archive.catalogue.run_count() == 1
        assert time.monotonic() - began < 0.6
        release.set()


def test_a_catalogue_that_was_made_anew_is_read_anew(tmp_path: Path) -> None:
    one_run(tmp_path)
    with readers_of(tmp_path) as readers:
        with readers.borrow() as archive:
            old = archive
            assert archive.catalogue.run_count() == 1
        with opener(tmp_path)() as other:
            other.catalogue.rebuild(other.store, "news")
        one_run(tmp_path, 1)
        with readers.borrow() as archive:
            assert archive is not old

        def sees_both() -> bool:
            with readers.borrow() as archive:
                return archive.catalogue.run_count() == 2

        until(sees_both)


def test_who_fails_in_the_middle_leaves_no_reader_behind(tmp_path: Path) -> None:
    one_run(tmp_path)
    with readers_of(tmp_path) as readers:
        with pytest.raises(KeyError), readers.borrow() as spoiled:
            raise KeyError("in the middle")
        with readers.borrow() as archive:
            assert archive is not spoiled
        with readers.borrow() as again:
            assert again is archive


def test_readers_that_nobody_needs_are_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one_run(tmp_path)
    monkeypatch.setattr(module, "_IDLE_SECONDS", 0.05)
    with readers_of(tmp_path, sync_seconds=1000) as readers:
        with readers.borrow(), readers.borrow(), readers.borrow():
            pass
        time.sleep(0.1)
        with readers.borrow():
            pass
        assert len(readers._idle) == 1


def test_closing_waits_for_nobody_who_still_reads(tmp_path: Path) -> None:
    one_run(tmp_path)
    readers = Readers(opener(tmp_path), sync_seconds=0.0)
    archive = readers.take()
    readers.close()
    assert archive.catalogue.run_count() == 1
    readers.give(archive)
    assert readers._idle == []
    shutil.rmtree(tmp_path / "state")


def test_all_readers_share_one_store(tmp_path: Path) -> None:
    one_run(tmp_path)
    with readers_of(tmp_path) as readers, readers.borrow() as one, readers.borrow() as other:
        assert one.store is other.store
        assert one.catalogue is not other.catalogue
