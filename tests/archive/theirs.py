"""WARC and WACZ files as other programs write them, to be imported."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request with its answer."""

    url: str
    body: bytes = b"<p>x</p>"
    date: str = "2024-11-08T08:15:00Z"
    status: str = "200 OK"
    mime: str = HTML
    method: str = "GET"
    headers: Sequence[tuple[str, str]] = ()


def story(title: str, *, paragraphs: int = 6) -> bytes:
    """A page that is plainly an article."""
    told = "".join(
        f"<p>{title}: the river rose for the {number} time this winter, and the people of the lower quarter carried their furniture "
        "upstairs once more, since nobody had repaired the wall that the council promised them three years ago.</p>"
        for number in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")[:paragraphs]
    )
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title><meta property='og:type' content='article'>"
        f"<meta property='article:published_time' content='2024-11-07T10:00:00+02:00'></head>"
        f"<body><article><h1>{title}</h1>{told}</article></body></html>"
    ).encode()


def warc_of(
    exchanges: Sequence[Exchange],
    *,
    version: str = "WARC/1.1",
    request_first: bool = False,
    compressed: bool = True,
    brackets: bool = False,
) -> bytes:
    """As warcio writes it: warcinfo, then each response with its request behind or before it. `brackets`: URIs as old wgets wrote them."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=compressed, warc_version=version)
    _write(writer, writer.create_warcinfo_record("theirs.warc.gz", {"software": "somebody's"}))
    for one in exchanges:
        uri = f"<{one.url}>" if brackets else one.url
        head = StatusAndHeaders(one.status, [("Content-Type", one.mime), *one.headers], protocol="HTTP/1.1")
        date = {"WARC-Date": one.date}
        response = writer.create_warc_record(uri, "response", payload=io.BytesIO(one.body), http_headers=head, warc_headers_dict=date)
        asked = StatusAndHeaders(f"{one.method} / HTTP/1.1", [("Host", "x")], is_http_request=True)
        beside = {**date, "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")}
        request = writer.create_warc_record(uri, "request", http_headers=asked, warc_headers_dict=beside)
        for record in (request, response) if request_first else (response, request):
            _write(writer, record)
    return out.getvalue()


def record(kind: str, uri: str, block: bytes, *, content_type: str, headers: Mapping[str, str] | None = None) -> bytes:
    """One record that is no exchange, with digests that are right unless `headers` say otherwise."""
    named = "sha1:" + _b32(hashlib.sha1(block, usedforsecurity=False).digest())
    given = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, repr((kind, uri, block)))}>",
        "WARC-Date": "2024-11-08T08:16:00Z",
        "WARC-Target-URI": uri,
        "WARC-Block-Digest": named,
        "Content-Type": content_type,
        **(headers or {}),
        "Content-Length": str(len(block)),
    }
    head = "".join(["WARC/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in given.items() if value), "\r\n"])
    return gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)


def revisit(url: str, *, of: Exchange, date: str, named: bool = False) -> bytes:
    """A revisit as most programs write it: it names the payload, and with `named` where it was seen, but no record."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {of.mime}\r\n\r\n".encode()
    more = {"WARC-Refers-To-Target-URI": of.url, "WARC-Refers-To-Date": of.date} if named else {}
    profile = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    digest = "sha1:" + _b32(hashlib.sha1(of.body, usedforsecurity=False).digest())
    given = {"WARC-Date": date, "WARC-Profile": profile, "WARC-Payload-Digest": digest, **more}
    return record("revisit", url, head, content_type="application/http; msgtype=response", headers=given)


def wacz_of(files: Mapping[str, bytes], *, pages: Sequence[str] = (), lie: Mapping[str, str] | None = None, package: bool = True) -> bytes:
    """A WACZ of files by their paths. `lie`: hashes to be named for some of them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        given = dict(files)
        if pages:
            lines = [json.dumps({"format": "json-pages-1.0", "id": "pages"}), *(json.dumps({"url": url}) for url in pages)]
            given["pages/pages.jsonl"] = "\n".join(lines).encode() + b"\n"
        for path, data in given.items():
            archive.writestr(path, data)
        resources = [
            {
                "name": path.rsplit("/", 1)[-1],
                "path": path,
                "bytes": len(data),
                "hash": (lie or {}).get(path, f"sha256:{hashlib.sha256(data).hexdigest()}"),
            }
            for path, data in given.items()
        ]
        if package:
            archive.writestr("datapackage.json", json.dumps({"profile": "data-package", "resources": resources}))
    return out.getvalue()


def _write(writer: WARCWriter, one: object) -> None:
    writer.write_record(one)
    one.raw_stream.close()  # type: ignore[attr-defined]


def _b32(value: bytes) -> str:
    return base64.b32encode(value).decode("ascii")
