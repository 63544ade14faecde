"""What do captures, runs and articles look like that tests of the archive make?"""

from __future__ import annotations

import gzip
import hashlib
import json
import sqlite3
import uuid
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive.errors import WarchiveError
from archive.ledger import Ledger, rfc3339
from archive.model import Capture, CaptureKind, CaptureRef
from archive.spool import Spool
from archive.urls import article_id
from archive.warc import Original, records_of

RUN = "20241108t081500z-1f2e3d4c"
COLLECTION = "conflict-news"
START = datetime(2024, 11, 8, 8, 15, tzinfo=UTC)

_HTML = b"<!doctype html><title>Front</title><p>One paragraph of news that is long enough to be compressed a little."
_GZIPPED = gzip.compress(_HTML, mtime=0)

ODD_MESSAGES: dict[str, bytes] = {
    "plain": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello",
    "order and case of headers": b"HTTP/1.1 200 OK\r\nX-b: 2\r\nx-A: 1\r\ncOnTeNt-TyPe: text/html;charset=UTF-8\r\nX-B: 3\r\n\r\n<p>",
    "own reason phrase": b"HTTP/1.1 200 Everything's fine here\r\nContent-Type: text/html\r\n\r\nx",
    "no reason phrase": b"HTTP/1.1 200\r\nContent-Type: text/html\r\n\r\nx",
    "blank as reason phrase": b"HTTP/1.1 200 \r\nContent-Type: text/html\r\n\r\nx",
    "reason phrase in UTF-8": "HTTP/1.1 200 Усё добра\r\nContent-Type: text/html\r\n\r\nx".encode(),
    "reason phrase in Latin-1": b"HTTP/1.1 404 Ikke fundet \xe5\r\nContent-Type: text/html\r\n\r\nx",
    "folded line": b"HTTP/1.1 200 OK\r\nX-Long: one\r\n two\r\n\tthree\r\nContent-Type: text/html\r\n\r\nx",
    "folded first line": b"HTTP/1.1 200 OK\r\n X-Odd: 1\r\nContent-Type: text/html\r\n\r\nx",
    "folded content type": b"HTTP/1.1 200 OK\r\nContent-Type:\r\n text/html\r\n\r\nx",
    "8-bit header value": b"HTTP/1.1 200 OK\r\nX-Author: J\xf8rgen\r\nContent-Type: text/html\r\n\r\nx",
    "UTF-8 header value": "HTTP/1.1 200 OK\r\nX-Title: Київ\r\nContent-Type: text/html\r\n\r\nx".encode(),
    "control characters in a header": b"HTTP/1.1 200 OK\r\nX-Bell: a\x07b\x00c\r\nContent-Type: text/html\r\n\r\nx",
    "next line and no-break space": b"HTTP/1.1 200 OK\r\nX-End: a\x85\r\nX-Other: \xa0\r\nContent-Type: text/html\r\n\r\nx",
    "line of blanks": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n \t \r\nX-After: 1\r\n\r\nx",
    "line of a no-break space": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\xa0\r\nX-After: 1\r\n\r\nx",
    "blanks around the colon": b"HTTP/1.1 200 OK\r\nContent-Type  :   text/html   \r\nX-Empty:\r\n\r\nx",
    "line without colon": b"HTTP/1.1 200 OK\r\nthis is no header\r\nContent-Type: text/html\r\n\r\nx",
    "only line feeds": b"HTTP/1.1 200 OK\nContent-Type: text/html\n\nline\nfeeds",
    "mixed line ends": b"HTTP/1.1 200 OK\r\nX-One: 1\nContent-Type: text/html\r\n\nx",
    "lone carriage return": b"HTTP/1.1 200 OK\r\nX-One: a\rX-Two: b\r\nContent-Type: text/html\r\n\r\nx",
    "carriage returns before the line feed": b"HTTP/1.1 200 OK\r\r\nContent-Type: text/html\r\r\n\r\r\nx",
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "chunk extensions": b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;name="v;1"\r\nhello\r\n0;last\r\n\r\n',
    "trailers": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",
    "chunked in capitals": b"HTTP/1.1 200 OK\r\nTRANSFER-ENCODING: Chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n",
    "chunked that is not": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n<p>not chunked at all",
    "cut in a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nonly this",
    "cut in a chunk's size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nf",
    "shorter than Content-Length": b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\nContent-Type: text/html\r\n\r\nshort",
    "longer than Content-Length": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/html\r\n\r\nlonger",
    "two Content-Lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nhello",
    "bad Content-Length": b"HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello",
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nuntil the end",
    "another version": b"HTTP/1.7 200 OK\r\nContent-Type: text/html\r\n\r\nx",
    "version in small letters": b"http/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nx",
    "status of two digits": b"HTTP/1.1 20 OK\r\nContent-Type: text/html\r\n\r\nx",
    "status of four digits": b"HTTP/1.1 2000 OK\r\nContent-Type: text/html\r\n\r\nx",
    "status that is a word": b"HTTP/1.1 fine OK\r\nContent-Type: text/html\r\n\r\nx",
    "two blanks before the status": b"HTTP/1.1  200 OK\r\nContent-Type: text/html\r\n\r\nx",
    "no status": b"HTTP/1.1\r\nContent-Type: text/html\r\n\r\nx",
    "interim responses": b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nx",
    "interim response alone": b"HTTP/1.1 100 Continue\r\n\r\n",
    "switching protocols": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x05hello",
    "redirect": b"HTTP/1.1 301 Moved Permanently\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
    "no content": b"HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n",
    "not modified": b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n',
    "too many requests": b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\n\r\nslow down",
    "gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/html\r\n\r\n" + _GZIPPED,
    "cut gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/html\r\n\r\n" + _GZIPPED[:-11],
    "gzip that is not": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/html\r\n\r\n<p>plain",
    "unknown coding": b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\nContent-Type: text/html\r\n\r\n\x28\xb5\x2f\xfd\x00",
    "deflate": b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nContent-Type: text/html\r\n\r\n" + zlib.compress(_HTML),
    "head alone": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n",
    "status line alone": b"HTTP/1.1 200 OK",
    "cut in the status line": b"HTTP/1.",
    "a WARC record as body": b"HTTP/1.1 200 OK\r\nContent-Type: application/warc\r\n\r\n"
    b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n",
    "empty lines as body": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n\r\n\r\n\r\n",
    "media type with blanks": b"HTTP/1.1 200 OK\r\nContent-Type:  text/html ; charset=utf-8\r\n\r\nx",
    "media type that is none": b"HTTP/1.1 200 OK\r\nContent-Type: ;;;\r\n\r\nx",
    "media type with a quote": b'HTTP/1.1 200 OK\r\nContent-Type: text/"html\\\r\n\r\nx',
    "long header": b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 60000 + b"\r\nContent-Type: text/html\r\n\r\nx",
    "binary body": b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7\n" + bytes(range(256)) * 8,
    "not HTTP at all": b"SSH-2.0-OpenSSH_9.2\r\n",
    "ICY": b"ICY 200 OK\r\nContent-Type: audio/mpeg\r\n\r\nx",
    "bytes of anything": bytes(range(256)),
    "nothing": b"",
}


def make_capture(
    number: int = 0,
    *,
    url: str | None = None,
    response: bytes | None = None,
    kind: CaptureKind = "page",
    fetched_at: datetime | None = None,
) -> Capture:
    """A capture that differs by its number."""
    path = f"/news/{number}"
    body = f"<html><title>Story {number}</title><p>{hashlib.sha256(str(number).encode()).hexdigest() * 4}</p></html>".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return Capture(
        url=url or f"https://www.example.org{path}",
        fetched_at=fetched_at or START + timedelta(seconds=number, microseconds=number),
        request=f"GET {path} HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: warchive\r\n\r\n".encode(),
        response=head + body if response is None else response,
        ip_address="192.0.2.7",
        kind=kind,
    )


def make_article(
    ref: CaptureRef, *, version: int = 1, title: str = "Ein Titel, Ωμέγα", id: str | None = None, **fields: Any
) -> dict[str, Any]:
    """An article record of a capture, complete enough for the archive."""
    text = f"Text of {ref.url}.\n\nSecond paragraph: ‚Київ‘ & <b>.\n"
    record: dict[str, Any] = {
        "schema": "warchive.article/1",
        "id": id or f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ref.record_id)}",
        "article_id": article_id(ref.url),
        "version": version,
        "previous_id": None,
        "change": None,
        "source": ref.source,
        "url": ref.url,
        "hostname": "www.example.org",
        "title": title,
        "text": text,
        "authors": [{"name": "A. Nonymous", "url": None}],
        "language": "en",
        "date_published": "2024-11-08T09:00:00+01:00",
        "date_modified": None,
        "captured_at": rfc3339(ref.fetched_at),
        "extracted_at": rfc3339(ref.fetched_at),
        "verdict": "article",
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "warc": {
            "filename": ref.filename,
            "offset": ref.offset,
            "length": ref.length,
            "record_id": ref.record_id,
            "payload_digest": ref.payload_digest,
        },
        "run": ref.run,
    }
    return record | fields


def keep_article(db: sqlite3.Connection, row: int, record: dict[str, Any]) -> None:
    """As the lead's effects do it: the article, and the verdict of its capture."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    db.execute(
        "INSERT INTO articles (id, run, capture, article_id, version, json) VALUES (?, ?, ?, ?, ?, ?)",
        (record["id"], record["run"], row, record["article_id"], record["version"], text),
    )
    db.execute("UPDATE captures SET verdict = 'article' WHERE id = ?", (row,))


def begin(state: Path, run: str = RUN, *, segment_bytes: int = 6000, started: datetime = START) -> tuple[Ledger, Spool]:
    """A ledger and a spool with small segments, and a clock that goes one second a look."""
    ledger = Ledger(state / "ledger.sqlite")
    ledger.begin_run(run, COLLECTION, started, {"software": "warchive 0.1.0", "command": "crawl"})
    return ledger, open_spool(state, ledger, run, segment_bytes=segment_bytes, started=started)


def open_spool(state: Path, ledger: Ledger, run: str = RUN, *, segment_bytes: int = 6000, started: datetime = START) -> Spool:
    clock = ticking(started)
    info = [("software", "warchive 0.1.0"), ("format", "WARC File Format 1.1")]
    return Spool(
        state, ledger, run=run, collection=COLLECTION, info=info, min_free_bytes=0, now=lambda: next(clock), segment_bytes=segment_bytes
    )


def ticking(started: datetime) -> Iterator[datetime]:
    while True:
        yield started
        started += timedelta(seconds=1)


def crawl(
    spool: Spool, numbers: range, *, acknowledged: Callable[[str], None] = lambda _url: None, per_commit: int = 3
) -> list[CaptureRef]:
    """Append captures, some with an article, every seventh a revisit, and commit a few at a time."""
    refs: list[CaptureRef] = []
    for number in numbers:
        capture = make_capture(number)
        original = None
        if number % 7 == 6:
            entity = records_of(capture, warcinfo_id="urn:uuid:0").entity_digest
            original = Original(
                record_id=f"urn:uuid:{uuid.UUID(int=number)}",
                url=capture.url,
                fetched_at=START - timedelta(days=1),
                payload_digest=entity,
                entity_digest=entity,
            )

        def done(error: WarchiveError | None, url: str = capture.url) -> None:
            if error is None:
                acknowledged(url)

        box: list[CaptureRef] = []

        def effect(db: sqlite3.Connection, row: int, box: list[CaptureRef] = box, number: int = number) -> None:
            if number % 3 == 0:
                keep_article(db, row, make_article(box[0]))

        ref, _ = spool.append(capture, source="example", revisit_of=original, task={"url": capture.url}, effect=effect, done=done)
        box.append(ref)
        refs.append(ref)
        if number % per_commit == per_commit - 1:
            spool.commit()
    spool.commit()
    return refs


def end(ledger: Ledger, run: str = RUN, *, started: datetime = START) -> None:
    report = {
        "counters": {"captures": ledger.db.execute("SELECT count(*) FROM captures WHERE run = ?", (run,)).fetchone()[0]},
        "sources": [],
    }
    ledger.end_run(run, started + timedelta(minutes=5), report)


def full_run(state: Path, count: int = 25, *, run: str = RUN, started: datetime = START, offset: int = 0) -> Ledger:
    """A run that has ended and waits for publication."""
    ledger, spool = begin(state, run, started=started)
    crawl(spool, range(offset, offset + count))
    spool.close_segment()
    end(ledger, run, started=started)
    return ledger
