"""Which keys does `warchive.toml` have, what may each be, and why is its default what it is?

docs/configuration.md and the file that `warchive init` writes are generated from `KEYS`.
"""

from __future__ import annotations

import os
import re
from urllib.parse import parse_qsl, urlsplit

from archive.durations import duration_problem
from archive.fields import Complaint, Field, choice, listing, number, show, size, text
from archive.hosts import allowed_private, split_connect_to
from archive.layout import COLLECTION

_SECRET = re.compile(r"secret|password|passwd|token|access_?key|credential", re.IGNORECASE)


def _store(value: str) -> Complaint:
    scheme, separator, _ = value.partition("://")
    if not separator:
        return None if value.strip() else ("is empty", 'give a folder or a URL like "s3://bucket/prefix"')
    if scheme not in ("file", "s3", "memory"):
        return f"has a scheme that no store has: {show(scheme)}", "use a folder, file:///..., or s3://bucket/prefix?endpoint_url=..."
    try:
        parts = urlsplit(value)
        endpoint = urlsplit(dict(parse_qsl(parts.query)).get("endpoint_url", ""))
    except ValueError:
        return "is not a URL", "write s3://bucket/prefix or file:///folder"
    if "@" in parts.netloc or "@" in endpoint.netloc or any(_SECRET.search(name) for name, _ in parse_qsl(parts.query)):
        return "has credentials in it (not shown here)", "take them out: boto3 finds them in its environment variables, profile or role"
    if scheme == "s3" and not parts.netloc:
        return "names no bucket", "write s3://bucket/prefix"
    if scheme == "file" and parts.netloc not in ("", "localhost"):
        return f"names a host: {show(parts.netloc)}", "an absolute folder has three slashes: file:///srv/archive"
    return None


def _contact(value: str) -> Complaint:
    if not value:
        return None
    hint = "publishers must be able to reach you"
    if re.match(r"^mailto:[^@\s,]+@[^@\s,]+\.[^@\s,]+$", value):
        return None
    if re.match(r"^[^@\s:/]+@[^@\s:/]+\.[^@\s:/]+$", value):
        return "must be a URL", f"write mailto:{value}"
    try:
        parts = urlsplit(value)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[^!-~]", value)
    except ValueError:
        fine = False
    return None if fine else (f"must be an http(s) URL or a mailto: address, not {show(value)}", hint)


def _collection(value: str) -> Complaint:
    if COLLECTION.match(value):
        return None
    return f"must be of a to z, 0 to 9 and -, at most 63, not {show(value)}", "it becomes part of file names"


def _state(value: str) -> Complaint:
    if "://" in value:
        return "must be a folder on this machine", "spool and frontier are files; only `store` may be a URL"
    return None if value.strip() else ("is empty", "give a folder")


def _connect_to(value: str) -> Complaint:
    try:
        split_connect_to(value)
    except ValueError as error:
        hint = 'as curl --connect-to: an empty part means any, an IPv6 address stands in [ ], "::127.0.0.1:8000" sends all there'
        return f"{error}, not {show(value)}", hint
    return None


def _ping_url(value: str) -> Complaint:
    if not value:
        return None
    try:
        parts = urlsplit(value)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[^!-~]", value)
    except ValueError:
        fine = False
    return None if fine else ("must be an http(s) URL", "as https://hc-ping.com/your-uuid")


def processors() -> int:
    """Processors that this process may use, at most 8: beyond that the fetching of one machine seldom feeds more children."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, 8)


_MIB = 1024 * 1024
REQUISITES = ("all", "images", "styles", "none")

KEYS: tuple[Field, ...] = (
    Field(
        key="store",
        kind=text(test=_store),
        default="store/",
        doc="Where the archive lies: a folder, file:///folder, or s3://bucket/prefix?endpoint_url=https://... "
        "A local folder is the default, so that nothing needs to be set up. Credentials never stand here: boto3 finds its own.",
    ),
    Field(
        key="state",
        kind=text(test=_state),
        default="state/",
        doc="Folder of the spool, the frontier and the catalogue: a local disk, not a network share.",
    ),
    Field(
        key="collection",
        kind=text(test=_collection),
        default="conflict-news",
        doc="Name of the body of runs in the store; part of its file names.",
    ),
    Field(
        key="sources",
        kind=listing(text(test=lambda value: None if value.strip() else ("is empty", None))),
        default=("sources/",),
        shown=["sources/"],
        doc="Folders of source files, beside the built-in catalogue. The default folder need not be there.",
    ),
    Field(
        key="contact",
        kind=text(test=_contact),
        default="",
        doc="Web page or mailto: address at which publishers reach you, sent in the User-Agent. No public publisher is crawled without it.",
    ),
    Field(
        key="network.connect_to",
        kind=listing(text(test=_connect_to)),
        default=(),
        shown=[],
        doc='Connect elsewhere than DNS says, as curl --connect-to: "HOST:PORT:HOST:PORT", an empty part means any.',
    ),
    Field(key="network.ca_bundle", kind=text(), default="", doc="PEM file of certificate authorities to trust instead of the system's."),
    Field(
        key="network.allow_private",
        kind=listing(text(test=allowed_private)),
        default=(),
        shown=[],
        doc="Host names or networks that may be asked although they are not public: an intranet, a test server. "
        "Empty, since a link on a hostile page could otherwise reach what only this machine can.",
    ),
    Field(
        key="limits.delay",
        kind=number(0, 3600),
        default=2.0,
        doc="Seconds between two requests to a host. 2 is slower than a reader who clicks; a longer Crawl-delay of the publisher wins.",
    ),
    Field(
        key="limits.max_pages_per_run",
        kind=number(1, 1_000_000, whole=True),
        default=2000,
        doc="Pages of one source in one run: at a delay of 2 s a little more than an hour. What is left is taken up by the next run.",
    ),
    Field(
        key="limits.max_run_pages",
        kind=number(0, 100_000_000, whole=True),
        default=0,
        doc="Pages of all sources in one run; 0 means as many as the sources' own limits allow.",
    ),
    Field(
        key="limits.timeout",
        kind=number(1, 3600),
        default=60.0,
        doc="Seconds for a whole exchange, from connecting to the last byte: slow publishers of poor networks need more than 30.",
    ),
    Field(
        key="limits.max_response_bytes",
        kind=size(1, 1024 * _MIB),
        default=32 * _MIB,
        shown="32 MiB",
        doc="Largest response, as it comes over the wire; the rest is cut, and the capture says so. "
        "The longest articles have some MiB; a full sitemap has at most 50 MB, and few MiB packed.",
    ),
    Field(
        key="limits.max_decoded_bytes",
        kind=size(1, 4096 * _MIB),
        default=64 * _MIB,
        shown="64 MiB",
        doc="Largest body after unpacking: the 50 MB of a sitemap and some room. What is larger is kept, not read: it may be a bomb.",
    ),
    Field(
        key="limits.max_header_bytes",
        kind=size(1024, 16 * _MIB),
        default=256 * 1024,
        shown="256 KiB",
        doc="Largest head of a response. Browsers stop at about the same size.",
    ),
    Field(
        key="limits.max_redirects",
        kind=number(0, 50, whole=True),
        default=10,
        doc="Redirects followed from one URL. Honest chains are shorter than 5.",
    ),
    Field(
        key="limits.max_spool_bytes",
        kind=size(_MIB, 1024**5),
        default=8 * 1024 * _MIB,
        shown="8 GiB",
        doc="What may wait in the spool while the store is down: a night of crawling. A run stops cleanly there; nothing is lost.",
    ),
    Field(
        key="limits.min_free_bytes",
        kind=size(0, 1024**5),
        default=256 * _MIB,
        shown="256 MiB",
        doc="Free space on the state folder's disk below which nothing is captured: room for four segments, "
        "so that SQLite can always commit.",
    ),
    Field(
        key="requisites.take",
        kind=choice(REQUISITES),
        default="all",
        doc="What is captured beside an article's page so that it can be shown as it was, where its source says nothing: "
        "`all` (style sheets, scripts, fonts, pictures), `images`, `styles` (sheets, and the fonts and pictures they name), `none`.",
    ),
    Field(
        key="requisites.delay",
        kind=number(0, 3600),
        default=0.2,
        doc="Seconds between two of them from one host: a browser asks for six at once. "
        "`Crawl-delay` and `Retry-After` hold for them as for pages.",
    ),
    Field(
        key="requisites.fresh",
        kind=text(test=duration_problem),
        default="30d",
        doc="What the archive has got from the same URL within so long is not asked again: "
        "who changes a picture or a sheet changes its name, nearly always.",
    ),
    Field(
        key="requisites.owed",
        kind=text(test=duration_problem),
        default="3d",
        doc="What a run did not get to is owed to the next ones for so long; then it is dropped, and counted as that.",
    ),
    Field(
        key="requisites.max_bytes",
        kind=size(1, 1024 * _MIB),
        default=8 * _MIB,
        shown="8 MiB",
        doc="Largest response of one of them; the rest is cut, and the capture says so. Pictures for the web have a tenth of it.",
    ),
    Field(
        key="requisites.max_per_page",
        kind=number(1, 10_000, whole=True),
        default=200,
        doc="New ones of one page, those that its style sheets name included. "
        "Of 305 news pages half name fewer than 60, nine in ten fewer than 130.",
    ),
    Field(
        key="requisites.max_page_bytes",
        kind=size(1, 1024 * _MIB),
        default=24 * _MIB,
        shown="24 MiB",
        doc="Bytes of new ones of one page; what it names beyond is not asked for. A heavy page has ten.",
    ),
    Field(
        key="requisites.max_per_host",
        kind=number(1, 1_000_000, whole=True),
        default=5000,
        doc="From one host in one run: at their delay a quarter of an hour and more.",
    ),
    Field(
        key="requisites.max_per_run",
        kind=number(1, 100_000_000, whole=True),
        default=50_000,
        doc="Of all sources in one run. What is beyond this, or beyond the bytes below, is owed to the next run.",
    ),
    Field(
        key="requisites.max_run_bytes",
        kind=size(1, 1024**5),
        default=4 * 1024 * _MIB,
        shown="4 GiB",
        doc="Bytes of all of them in one run: half of the spool.",
    ),
    Field(
        key="extraction.workers",
        kind=number(1, 256, whole=True),
        default=processors(),
        doc="Child processes that make text. The default is the number of processors that warchive may use, at most 8.",
    ),
    Field(
        key="extraction.wall_seconds",
        kind=number(0.1, 3600),
        default=30.0,
        doc="Seconds that a child may take for one page; then it is killed, and the page has its capture but no text. "
        "Real pages take less than one.",
    ),
    Field(
        key="extraction.cpu_seconds",
        kind=number(1, 3600),
        default=20.0,
        doc="Processor seconds for one page: less than the wall clock, so that the cause is told apart.",
    ),
    Field(
        key="extraction.memory_bytes",
        kind=size(64 * _MIB, 1024**4),
        default=1024 * _MIB,
        shown="1 GiB",
        doc="Memory of one child. A tree of 64 MiB of HTML needs most of it.",
    ),
    Field(
        key="extraction.overrides",
        kind=listing(text(test=lambda value: None if value.strip() else ("is empty", None))),
        default=(),
        shown=[],
        doc="Folders of Python files with page objects of your own, for publishers whom the general way does not serve; docs/text.md. "
        "They are programs: name only folders whose files you have read.",
    ),
    Field(
        key="schedule.seed_shortest",
        kind=text(test=duration_problem),
        default="10m",
        doc="No feed, sitemap or section page is asked more often than this. What it shows decides how often it is.",
    ),
    Field(
        key="schedule.seed_longest",
        kind=text(test=duration_problem),
        default="1d",
        doc="Each is asked at least this often, unless it has failed for a week: then once a week.",
    ),
    Field(
        key="schedule.recheck",
        kind=listing(text(test=duration_problem), most=50),
        default=("1h", "6h", "1d", "3d", "10d", "30d", "90d", "1y"),
        shown=["1h", "6h", "1d", "3d", "10d", "30d", "90d", "1y"],
        doc="Ages at which an article is asked again, to see edits and deletions; after the last, once each such time. "
        "Most edits come in the first hours. An empty list means never.",
    ),
    Field(
        key="schedule.backfill_pages",
        kind=number(1, 1_000_000, whole=True),
        default=500,
        doc="Pages that `crawl --backfill` enters of one source in one run: at a delay of 2 s a quarter of an hour.",
    ),
    Field(
        key="schedule.hand_over",
        kind=text(test=duration_problem),
        default="9m",
        doc="After so long, `crawl` without names ends as soon as a seed is due; what waits is the next run's. "
        "A little less than cron's interval: the backlog of one source then never delays the news of the others.",
    ),
    Field(
        key="notify.ping_url",
        kind=text(test=_ping_url),
        default="",
        doc="Told of each crawl: URL/start at its beginning, URL at a good end, URL/EXIT_STATUS at any other. "
        "A service such as healthchecks.io then tells you of runs that failed, and of those that never came.",
    ),
    Field(
        key="notify.ping_timeout",
        kind=number(1, 60),
        default=10.0,
        doc="Seconds that a ping may take. A ping that fails is a line in the log, and harms nothing.",
    ),
)
