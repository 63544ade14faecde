"""How do `scrapy shell` and `scrapy fetch` get a body? The capture's, decoded; the crawl itself reads captures, never this."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from archive.http import decode_body, parse_response, split_interim
from archive.model import Capture

MAX_BYTES = 64 << 20


class BodyForTheShell:
    """Fills in the body for requests that are not the frontier's."""

    def process_response(self, request: Request, response: Response) -> Response:
        """The response with its body, of the class that Scrapy would have made of it."""
        capture: Capture | None = request.meta.get("capture")
        if "work" in request.meta or capture is None:
            return response
        message = parse_response(split_interim(capture.response)[1])
        body = decode_body(message, max_bytes=MAX_BYTES).body
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        response.headers.pop("Content-Encoding", None)
        return response.replace(body=body, cls=kind)
