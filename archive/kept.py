"""What does a reader get of a capture? The bytes as they were kept, and of a revisit those that it repeats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from archive.http import parse_head, parse_response
from archive.imported import is_exchange, resource_message, without_undone_coding
from archive.model import CaptureRef, Message
from archive.period import moment_of
from archive.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCapture:
    """One capture, read back. `response` is verbatim: transfer coding, order and case of headers, everything."""

    ref: CaptureRef
    url: str
    fetched_at: datetime
    response: bytes
    """Of a response: status line, headers, body. Of a revisit: status line and headers alone. Of a reply that was no HTTP message, and of
    an imported resource: all."""
    ip_address: str | None
    truncated: str | None
    """What WARC-Truncated says."""
    refers_to_url: str | None = None
    """URL of the capture that a revisit repeats."""
    refers_to_date: datetime | None = None
    """When that capture was made."""
    original: KeptCapture | None = None
    """That capture."""

    @classmethod
    def of(cls, record: Record, ref: CaptureRef) -> KeptCapture:
        """A record that was verified, with what the index says of it."""
        return cls(
            ref=ref,
            url=ref.url,
            fetched_at=ref.fetched_at,
            response=record.block,
            ip_address=record.header("WARC-IP-Address"),
            truncated=record.header("WARC-Truncated"),
            refers_to_url=record.header("WARC-Refers-To-Target-URI") if ref.record_type == "revisit" else None,
            refers_to_date=moment_of(record.header("WARC-Refers-To-Date")) if ref.record_type == "revisit" else None,
        )

    def with_original(self, original: KeptCapture) -> KeptCapture:
        """The same with the capture that it repeats."""
        return replace(self, original=original)

    @property
    def whole_response(self) -> bytes:
        """A response with its body, as `archive.http.parse_response` and an extractor need it: of a revisit, the one that it repeats."""
        return self.original._repaired if self.original else self._repaired

    @property
    def _repaired(self) -> bytes:
        return without_undone_coding(self.response) if self.ref.imported and is_exchange(self.ref) else self.response

    def message(self) -> Message:
        """Status and headers of this response; the body, of a revisit that which it repeats, without transfer coding.

        The content coding of a repeated body is that of the response that it came with: a 304 does not repeat the header.
        """
        if self.ref.imported and not is_exchange(self.ref):
            return resource_message(self.response, self.ref.mime)
        if self.original is None:
            return parse_response(self._repaired)
        head, _ = parse_head(self.response)
        body = parse_response(self.original._repaired)
        codings = [(name, value) for name, value in body.headers if name.lower() == "content-encoding"]
        headers = [(name, value) for name, value in head.headers if name.lower() != "content-encoding"]
        return replace(head, headers=headers + codings, raw_body=body.raw_body, body_complete=body.body_complete)
