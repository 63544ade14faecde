"""How does a test ask the web server: a real request, and no redirect followed?"""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml import html


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode()

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def page(self) -> html.HtmlElement:
        """The body as a document."""
        return html.document_fromstring(self.text)

    def words(self, selector: str = "main") -> str:
        """What a person reads there, white space collapsed."""
        return " ".join(" ".join(one.text_content().split()) for one in self.page().cssselect(selector))


def ask(base: str, path: str, *, method: str = "GET", **headers: str) -> Answer:
    """One request; names of headers with `_` for `-`."""
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request(method, path.partition("#")[0], headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return Answer(status=answer.status, headers=answer.headers, body=answer.read())
    finally:
        connection.close()
