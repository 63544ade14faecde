"""How is a store of a million made-up articles written in minutes? Run by run, as a crawl publishes them, but for the WARC files.

Lists of captures and articles, index, pages, report and manifest are as real ones: catalogue, search and exports cannot tell. The WARC
file of each run holds nothing.
"""

from __future__ import annotations

import hashlib
import json
import uuid
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy

from archive.layout import ARTICLES, CAPTURES, CDXJ, MANIFEST, PAGES, REPORT, RunFolder, warc_name
from archive.ledger import rfc3339
from archive.manifest import Manifest
from archive.marker import store_identity
from archive.model import FileEntry
from archive.stores import open_store
from archive.urls import article_id, urlkey
from archive.warc import digest
from benchmarks.million_words import LANGUAGES, vocabulary

COLLECTION = "million"
PER_RUN = 5000
FIRST = datetime(2021, 3, 1, 5, 0, tzinfo=UTC)
_SHARES = (24, 20, 12, 16, 8, 6, 6, 8)  # of the languages, in percent
_SOURCES = 10  # of each language
_SPAN = timedelta(days=1700)  # from the first capture to the last
_CHANGED = 20  # each so many-th article is a new version of one of its run


def write_store(folder: Path, articles: int, *, processes: int = 2) -> None:
    """Write the store; what is there already is not written again."""
    store = open_store(str(folder))
    store_id = store_identity(store)
    runs = range((articles + PER_RUN - 1) // PER_RUN)
    jobs = [(str(folder), store_id, run, min(PER_RUN, articles - run * PER_RUN), articles) for run in runs]
    for language in LANGUAGES:
        vocabulary(language)  # before the processes part
    with ProcessPoolExecutor(processes) as pool:
        for done, _ in enumerate(pool.map(_write_run, jobs), start=1):
            if done % 20 == 0:
                print(f"{min(articles, done * PER_RUN):,} articles written", flush=True)


def host_of(language: str, number: int) -> str:
    """The host of a source."""
    return f"news{number}.{language}.example"


def _write_run(job: tuple[str, str, int, int, int]) -> None:
    folder, store_id, number, count, articles = job
    draw = numpy.random.default_rng(number)
    started = FIRST + _SPAN * (number * PER_RUN / articles)
    run = f"{started:%Y%m%dt%H%M%Sz}-{number:08x}"
    keys = RunFolder(collection=COLLECTION, run=run)
    target = Path(folder) / keys.prefix
    if (target / MANIFEST).exists():
        return
    name = warc_name(COLLECTION, started, 1, f"{number:08x}")
    captures: list[dict[str, Any]] = []
    members: list[bytes] = []
    pages = [json.dumps({"format": "json-pages-1.0", "id": "pages", "title": f"{COLLECTION} {run}"})]
    for at, record in enumerate(_records(draw, number, count, started, run, name, _SPAN * (PER_RUN / articles))):
        captures.append(record.pop("capture"))
        packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS + 16)
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
        members.append(packer.compress(line.encode()) + packer.flush())
        pages.append(json.dumps({"id": record["id"], "url": record["url"], "ts": record["captured_at"][:19] + "Z"}))
        if at % 10 == 0:  # the feeds that announced them
            captures.append({**captures[-1], "url": f"https://{record['hostname']}/feed", "kind": "feed", "verdict": None})
            captures[-1] |= {"urlkey": urlkey(captures[-1]["url"]), "record_id": _uuid(draw), "mime": "application/rss+xml"}
    captures.sort(key=lambda capture: (capture["urlkey"], capture["fetched_at"]))
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    lines = "".join(json.dumps(capture) + "\n" for capture in captures).encode()
    report = {"run": run, "started_at": rfc3339(started), "counters": {"captures": len(captures), "articles": count}}
    files = {
        f"archive/{name}": b"",
        CDXJ: b"",
        PAGES: ("\n".join(pages) + "\n").encode(),
        CAPTURES: packer.compress(lines) + packer.flush(),
        ARTICLES: b"".join(members),
        REPORT: json.dumps(report).encode(),
    }
    entries = []
    for path, data in files.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(data)
        entries.append(FileEntry(path=path, size=len(data), sha256=hashlib.sha256(data).hexdigest()))
    manifest = Manifest(
        collection=COLLECTION,
        run=run,
        started_at=rfc3339(started),
        ended_at=rfc3339(started + timedelta(minutes=40)),
        captures=len(captures),
        articles=count,
        store_id=store_id,
        create_only=True,
        info={"software": "warchive"},
        files=tuple(entries),
    )
    (target / MANIFEST).write_bytes(manifest.to_bytes())


def _records(
    draw: numpy.random.Generator, run_number: int, count: int, started: datetime, run: str, warc: str, span: timedelta
) -> Iterator[dict[str, Any]]:
    languages = draw.choice(len(LANGUAGES), size=count, p=[share / sum(_SHARES) for share in _SHARES])
    lengths = numpy.clip(draw.lognormal(5.6, 0.5, count), 60, 2000).astype(int)  # 300 words in the mean
    told: list[dict[str, Any]] = []
    for at in range(count):
        language = LANGUAGES[languages[at]]
        words = vocabulary(language)
        picked = numpy.searchsorted(words.cumulated, draw.random(int(lengths[at]) + 9)).tolist()
        chosen = [words.forms[one] for one in picked]
        title = words.joined.join(chosen[:9]).capitalize()
        stop = "。" if language == "zh" else ". "
        sentences = [words.joined.join(chosen[start : start + 14]).capitalize() for start in range(9, len(chosen), 14)]
        paragraphs = [stop.join(sentences[start : start + 4]) + stop.strip() for start in range(0, len(sentences), 4)]
        text = "\n\n".join(paragraphs)
        source = int(draw.integers(_SOURCES))
        captured = started + span * (at / count)
        published = captured - timedelta(seconds=int(draw.exponential(9000)))
        old = told[int(draw.integers(len(told)))] if told and at % _CHANGED == 0 else None
        url = old["url"] if old else f"https://{host_of(language, source)}/{published:%Y/%m/%d}/{run_number * PER_RUN + at}"
        hostname = url.split("/")[2]
        sha = hashlib.sha256(text.encode()).hexdigest()
        record_id, payload = _uuid(draw), digest(text.encode())
        record: dict[str, Any] = {
            "schema": "warchive.article/1", "id": _uuid(draw), "article_id": article_id(url), "version": old["version"] + 1 if old else 1,
            "previous_id": old["id"] if old else None, "change": None, "source": old["source"] if old else f"{language}-{source}",
            "url": url, "requested_url": url, "canonical_url": url, "hostname": hostname, "site_name": None, "title": title,
            "description": None, "text": text,
            "blocks": [{"type": "paragraph", "text": one, "xpath": None, "time": None} for one in paragraphs],
            "authors": [{"name": " ".join(chosen[9:11]), "url": None}], "credits": [], "section": None,
            "keywords": chosen[11:13], "images": [],
            "language": old["language"] if old else "en-GB" if language == "en" and source % 3 == 0 else language, "license": None,
            "is_accessible_for_free": None, "date_published": old["date_published"] if old else rfc3339(published), "date_modified": None,
            "dates": [], "captured_at": rfc3339(captured), "extracted_at": rfc3339(captured),
            "verdict": "article" if source else "paywall_stub", "verdict_reasons": [], "text_sha256": sha, "page_sha256": sha,
            "near_duplicate_of": None, "cluster_id": None,
            "warc": {"filename": warc, "offset": at * 20000, "length": 20000, "record_id": record_id, "payload_digest": payload},
            "extractor": {"name": "warchive", "version": "0.1.0", "options_sha256": "0" * 64}, "discovered_via": None,
            "robots": None, "run": run,
        }  # fmt: skip
        if not old:
            told.append(record)
        capture = {
            "run": run, "url": url, "urlkey": urlkey(url), "fetched_at": rfc3339(captured), "status": 200, "mime": "text/html",
            "record_type": "response", "record_id": record_id, "filename": warc, "offset": at * 20000, "length": 20000,
            "payload_digest": payload, "block_digest": payload, "entity_digest": payload, "kind": "page", "completeness": "complete",
            "source": record["source"], "refers_to": None, "verdict": record["verdict"],
        }  # fmt: skip
        yield {**record, "capture": capture}


def _uuid(draw: numpy.random.Generator) -> str:
    return uuid.UUID(bytes=draw.bytes(16), version=4).urn
