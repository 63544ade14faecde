"""What does a seed say, whatever it turns out to be?

Bytes of a feed, sitemap or section page → candidates. Pure; runs in a child process. A seed that is broken in any way is a named
failure, never an empty success: `SeedReading.problem` is null only for a whole seed of the announced kind that announces something.

The problems, gravest first. Where several hold, the gravest is `problem` and the others stand in `detail`; what could be read is there
in any case.

    malformed-response     the capture does not begin with an HTTP status line
    status:NNN             the answer was no success (2xx); its body is not read
    decode-error:NAME      the content coding, or that of a gzipped sitemap, is damaged; NAME as in archive/http.py: too-large, cut,
                           corrupt, unknown-coding:..., too-many-codings
    xml-entities           the document type declares entities: refused, nothing expanded, nothing fetched, nothing read
    empty-body             no bytes, or white space alone
    html-instead-of-xml    a web page where a feed or sitemap was announced: an error page, a consent page, a moved feed
    unknown-format         neither XML of a known vocabulary nor JSON Feed nor a list of URLs
    cut                    the document, or the HTTP message, ends before its end
    too-deep               XML elements nested deeper than 250
    malformed-xml          XML that is not well-formed beyond what is put right in silence
    json-malformed         JSON that is not JSON
    not-utf8               bytes that no named encoding explains were replaced
    too-many-entries       more than 50,000 entries; the first 50,000 are there
    no-usable-links        there are entries, none with a URL that may be asked for
    no-entries             well-formed, and announces nothing
    wrong-kind             read, but of another kind than announced (a sitemap as feed ...)
"""

from __future__ import annotations

from typing import Any

from archive.http import MalformedMessage, decode_body, parse_response, split_interim
from archive.model import Message
from crawler import feeds, sitemaps
from crawler.jsonfeeds import read_json_feed
from crawler.reading import MAX_DETAIL, Gatherer, SeedEntry, SeedReading, tidy
from crawler.sections import read_section
from crawler.seedtext import decode
from crawler.xmlclean import Prolog, read_prolog
from crawler.xmlreader import Damage

__all__ = ["MAX_DECODED_BYTES", "PROBLEMS", "SeedEntry", "SeedReading", "read_seed", "read_seed_task"]

MAX_DECODED_BYTES = 64 << 20  # sitemaps.org allows 50 MiB uncompressed
MAX_GZIP_LAYERS = 2  # a .xml.gz that the server gzipped once more

PROBLEMS = (
    "malformed-response",
    "status",
    "decode-error",
    "xml-entities",
    "empty-body",
    "html-instead-of-xml",
    "unknown-format",
    "cut",
    "too-deep",
    "malformed-xml",
    "json-malformed",
    "not-utf8",
    "too-many-entries",
    "no-usable-links",
    "no-entries",
    "wrong-kind",
)
"""The names before any colon, gravest first."""

_ANNOUNCED = {
    "feed": ("rss", "atom", "json_feed"),
    "sitemap": ("sitemap", "sitemap_index", "news_sitemap", "text_sitemap"),
    "news_sitemap": ("sitemap", "sitemap_index", "news_sitemap", "text_sitemap"),
    "section": ("section",),
}
# fmt: off
_HTML_NAMES = frozenset(
    [
        "html", "head", "body", "meta", "title", "link", "script", "style", "div", "p", "span", "br", "b", "font", "center", "table",
        "h1", "h2", "a", "img", "noscript", "main", "section", "article",
    ]
)
# fmt: on


class _Report:
    """What went wrong and what is worth saying, while a seed is read."""

    def __init__(self, base: str) -> None:
        self.gather = Gatherer(base)
        self.kind = "unknown"
        self.problems: list[tuple[str, str | None]] = []
        self.notes: list[str] = []

    def problem(self, name: str, detail: str | None = None) -> None:
        self.problems.append((name, detail))

    def reading(self) -> SeedReading:
        # The sort is stable: of two problems of one rank the first goes before.
        ranked = sorted(self.problems, key=lambda pair: PROBLEMS.index(pair[0].partition(":")[0]))
        phrases = []
        for number, (name, detail) in enumerate(ranked):
            if number:
                phrases.append(f"{name} ({detail})" if detail else name)
            elif detail:
                phrases.append(detail)
        phrases += [*self.gather.notes(), *self.notes]
        return SeedReading(
            kind=self.kind,
            entries=self.gather.entries,
            children=self.gather.children,
            problem=ranked[0][0] if ranked else None,
            detail=tidy("; ".join(phrases), MAX_DETAIL),
        )


def read_seed(
    body: bytes, *, url: str, seed_type: str, content_type: str | None, max_decoded_bytes: int = MAX_DECODED_BYTES
) -> SeedReading:
    """Read a seed's body, its content coding undone. `url` is the final one: links are resolved against it.

    Any bytes give a reading. `seed_type` is what the source announces: `feed`, `sitemap`, `news_sitemap` or `section`.
    """
    report = _Report(url)
    _read_into(report, body, seed_type, content_type, max_decoded_bytes)
    return report.reading()


def read_seed_task(payload: bytes, **params: Any) -> dict[str, Any]:
    """`read_seed` over a response block as it was kept, for crawler's children. Params: `url`, `seed_type`, `max_decoded_bytes`."""
    limit = int(params.get("max_decoded_bytes") or MAX_DECODED_BYTES)
    report = _Report(str(params["url"]))
    _, block = split_interim(payload)
    try:
        message = parse_response(block)
    except MalformedMessage as error:
        report.problem("malformed-response", error.message)
        return report.reading().to_dict()
    if not 200 <= message.status < 300:
        report.problem(f"status:{message.status}", tidy(message.reason, 60))
        return report.reading().to_dict()
    if not message.body_complete:
        report.problem("cut", "the HTTP message ends before its end")
    decoded = decode_body(message, max_bytes=limit)
    body = decoded.body
    if decoded.problem:
        report.problem(f"decode-error:{decoded.problem}")
        if decoded.problem == "corrupt" and not body and message.raw_body.lstrip()[:1] in (b"<", b"{", b"h"):
            body = message.raw_body[:limit]
            report.notes.append("the body is not coded as its Content-Encoding says, read as it is")
    if body or not decoded.problem:
        _read_into(report, body, str(params["seed_type"]), message.header("Content-Type"), limit)
    return report.reading().to_dict()


def _read_into(report: _Report, body: bytes, seed_type: str, content_type: str | None, limit: int) -> None:
    if seed_type not in _ANNOUNCED:
        raise ValueError(f"no seed type of ours: {seed_type!r}")
    for _ in range(MAX_GZIP_LAYERS):
        if body[:2] != b"\x1f\x8b":
            break
        file = Message(status=200, reason="", version="HTTP/1.1", headers=[("Content-Encoding", "gzip")], raw_body=body)
        unzipped = decode_body(file, max_bytes=limit)
        body = unzipped.body
        if unzipped.problem:
            report.problem(f"decode-error:{unzipped.problem}", "in the gzipped file")
            if not body:
                return
    if len(body) > limit:
        report.problem("decode-error:too-large")
        body = body[:limit]
    if not body.strip():
        report.problem("empty-body")
        return
    decoding = decode(body, content_type=content_type)
    if decoding.problem:
        report.problem(decoding.problem, decoding.note)
    elif decoding.note:
        report.notes.append(decoding.note)
    _read_text(report, decoding.text, seed_type, content_type or "", cut=any(name != "not-utf8" for name, _ in report.problems))
    _judge(report, seed_type)


def _read_text(report: _Report, text: str, seed_type: str, content_type: str, *, cut: bool) -> None:
    gather = report.gather
    prolog = read_prolog(text)
    root = prolog.root.lower().rpartition(":")[2]
    if prolog.entities:
        report.problem("xml-entities", "the document type declares entities; nothing was expanded or fetched")
    elif root in feeds.ROOTS:
        report.kind = feeds.ROOTS[root]
        _tell(report, feeds.read_feed(text, prolog, gather), prolog)
    elif root in sitemaps.ROOTS:
        report.kind, damage = sitemaps.read_sitemap(text, prolog, gather)
        _tell(report, damage, prolog)
    elif root in _HTML_NAMES or prolog.doctype == "html":
        _read_html(report, text, seed_type, cut=cut)
    elif text.lstrip("\ufeff\u200b \t\r\n")[:1] == "{":
        report.kind = "json_feed"
        problem = read_json_feed(text.lstrip("\ufeff\u200b \t\r\n"), gather)
        if problem:
            report.problem(problem)
        if problem == "unknown-format":
            report.kind = "unknown"
    elif sitemaps.looks_like_text_sitemap(text):
        report.kind = "text_sitemap"
        strange = sitemaps.read_text_sitemap(text, gather, cut=cut)
        if strange:
            report.notes.append(f"{strange} lines that are no URL")
    elif seed_type == "section" and ("html" in content_type.lower() or "<" in text):
        _read_html(report, text, seed_type, cut=cut)
    else:
        report.problem("unknown-format", f"the root element is <{prolog.root}>" if root else "neither XML nor JSON Feed nor a list of URLs")


def _read_html(report: _Report, text: str, seed_type: str, *, cut: bool) -> None:
    if seed_type != "section":
        report.problem("html-instead-of-xml")
        return
    report.kind = "section"
    # Of a cut page, a tag that was begun is not taken: its address may lack its end.
    report.notes += read_section(text[: text.rfind(">") + 1] if cut else text, report.gather)


def _tell(report: _Report, damage: Damage | None, prolog: Prolog) -> None:
    if damage:
        report.problem(damage.problem, damage.detail)
    if prolog.junk:
        report.problem("malformed-xml", f"{prolog.junk} characters before the XML")


def _judge(report: _Report, seed_type: str) -> None:
    """What can only be said at the end."""
    gather = report.gather
    if gather.dropped["over-limit"]:
        report.problem("too-many-entries")
    if report.kind == "unknown":
        return
    if report.kind not in _ANNOUNCED[seed_type]:
        report.problem("wrong-kind", f"announced as {seed_type}, is {report.kind}")
    if not gather.entries and not gather.children:
        report.problem("no-usable-links" if gather.dropped else "no-entries")
