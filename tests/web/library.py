"""Which archive do the tests of pages read? A small one that has a bit of everything, published without a crawl."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from archive.article import Article
from archive.model import Capture, CaptureRef
from archive.reader import open_archive
from tests.archive.shelf import SITE, START, Entry, page, publish

EVIL_TITLE = "<script>alert(1)</script>\u202e\x1b[31mred\x1b]0;x\x07 \"'><img src=x onerror=alert(2)> =1+1 ../../etc/passwd"
EVIL_URL = "/a\"onmouseover=alert(1)//?q=<script>alert(3)</script>&x='"
DAY = 86_400.0
ARABIC = "عاد المزارعون إلى حقولهم.\n\nوما زالت الألغام في الأرض."


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The folder, and what stands where in it."""

    folder: Path
    ids: dict[str, str]
    """Short name → id of a version."""
    refs: dict[str, CaptureRef]

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def bare(self, name: str) -> str:
        """The id as it stands in an address."""
        return self.ids[name].removeprefix("urn:uuid:")

    def article(self, name: str) -> Article:
        """The record."""
        with open_archive(str(self.store), collection="news", state=self.state) as archive:
            found = archive.article(self.ids[name])
            assert found is not None
            return found


def block(text: str, kind: str = "paragraph") -> dict[str, object]:
    return {"type": kind, "text": text, "xpath": None}


def seed(path: str, body: bytes, *, after: float = 0) -> Capture:
    return replace(page(path, body, after=after, head=b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"), kind="seed")


def lost(path: str, *, after: float, status: int = 404) -> Capture:
    return page(path, b"gone", after=after, head=f"HTTP/1.1 {status} Not Found\r\nContent-Type: text/html\r\n".encode())


def uuid(number: int) -> str:
    return f"urn:uuid:00000000-0000-5000-8000-{number:012x}"


def make_library(folder: Path) -> Library:
    """Two runs on two days: a feed, a story in two versions, an Arabic one, a hostile one, a page that went, and what is no article."""
    told = (
        ("via", f"{SITE}/feed"),
        ("warchive-seed-type", "feed"),
        ("warchive-seed-entry", "guid-7 <b>"),
        ("warchive-seen-at", "2024-11-08T08:15:01Z"),
        ("warchive-announced-title", "As the feed has it"),
        ("warchive-requested-url", f"{SITE}/story"),
    )
    (feed_ref,) = publish(folder, [Entry(capture=seed("/feed", b"<rss/>"))], token="00000000")
    blocks = [block("The first <b>paragraph</b> & more."), block("A heading", "heading"), block("A quote.", "quote")]
    blocks += [block("One", "list_item"), block("Two", "list_item")]
    text = "\n\n".join(str(one["text"]) for one in blocks)
    story = {
        "id": uuid(1),
        "title": "Bridge opens on Monday",
        "text": text,
        "blocks": blocks,
        "authors": [{"name": "Ada Rivers", "url": "javascript:alert(1)"}],
        "credits": [{"name": "Reuters", "role": "agency"}],
        "description": "A short standfirst.",
        "keywords": ["bridge", "<i>river</i>"],
        "images": [{"url": f"{SITE}/bridge.jpg", "caption": "The bridge", "credit": "N. N."}],
        "date_published": "2024-11-08T09:00:00+02:00",
        "dates": [
            {
                "value": "2024-11-08T09:00:00+02:00",
                "raw": "8 Nov 9:00",
                "source": "json-ld:datePublished",
                "kind": "published",
                "zone": "stated",
                "chosen": True,
            },
            {"value": None, "raw": "yesterday <b>", "source": "visible", "kind": "published"},
        ],
        "verdict_reasons": ["it has paragraphs"],
        "robots": "noarchive",
    }
    head = b"HTTP/1.1 200 OK\r\nX-OdD-Case: <script>alert(4)</script>\r\ncontent-type: text/html\r\nX-Rtl: \xe2\x80\xaeevil\r\n"
    entries = [
        Entry(
            capture=page("/story", b"<p>first</p>", after=1, head=head),
            article=story,
            told=(*told, ("warchive-seed-record", feed_ref.record_id)),
        ),
        Entry(
            capture=page("/arabic", b"<p>ar</p>", after=2),
            article={"id": uuid(2), "title": "الحقول والألغام", "text": ARABIC, "language": "ar", "source": "sada"},
        ),
        Entry(
            capture=page(EVIL_URL, b"<p>evil</p>", after=3),
            article={"id": uuid(3), "title": EVIL_TITLE, "text": EVIL_TITLE, "language": 'en"><script>', "source": "news"},
        ),
        Entry(
            capture=page("/gone", b"<p>soon gone</p>", after=4), article={"id": uuid(4), "title": "Soon to be gone", "language": "uk-UA"}
        ),
        Entry(capture=replace(page("/robots.txt", b"User-agent: *\n", after=5), kind="robots")),
        Entry(
            capture=replace(
                page("/bridge.jpg", b"\xff\xd8", after=6, head=b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n"), kind="requisite"
            )
        ),
        Entry(capture=page("/old", b"", after=7, head=b"HTTP/1.1 301 Moved\r\nLocation: /story\r\n")),
        Entry(capture=page("/section", b"<ul></ul>", after=8)),
    ]
    refs = publish(folder, entries, token="00000001", started=START + timedelta(minutes=10))
    changed_blocks = [block("The first <b>paragraph</b> & much more."), *blocks[1:]]
    again = {
        **story,
        "id": uuid(11),
        "version": 2,
        "previous_id": uuid(1),
        "title": "Bridge opens on Tuesday",
        "text": "\n\n".join(str(one["text"]) for one in changed_blocks),
        "blocks": changed_blocks,
        "change": {"title": True, "text": True, "authors": False, "dates": False, "page": True, "similarity": 0.93},
    }
    zipped = gzip.compress(b"<p>second</p>", mtime=0)
    second = [
        Entry(capture=page("/story", zipped, after=DAY, head=b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"), article=again),
        Entry(capture=page("/story", b"<p>first</p>", after=DAY + 60), repeats=refs[0]),
        Entry(capture=lost("/gone", after=DAY)),
        Entry(capture=lost("/never", after=DAY)),
    ]
    later = publish(folder, second, token="00000002", started=START + timedelta(days=1))
    third = [
        Entry(capture=lost("/gone", after=2 * DAY, status=410)),
        Entry(capture=lost("/gone", after=3 * DAY)),
        Entry(capture=lost("/never", after=3 * DAY)),
    ]
    last = publish(folder, third, token="00000003", started=START + timedelta(days=3))
    names = ["story", "arabic", "evil", "gone", "robots", "picture", "old", "section"]
    found = dict(zip(names, refs, strict=True)) | {"feed": feed_ref, "again": later[0], "revisit": later[1], "went": last[0]}
    ids = {"story": uuid(1), "arabic": uuid(2), "evil": uuid(3), "gone": uuid(4), "again": uuid(11)}
    return Library(folder=folder, ids=ids, refs=found)
