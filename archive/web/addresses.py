"""Which URL of the web stands in the path of a request, behind `/replay/<timestamp>/` and its like?

As it was sent: the server's own decoding would turn `%2F` into a slash, and what follows a `?` belongs to the URL.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from fastapi import Request

from archive.errors import UsageError

_SCHEME = re.compile(r"^(https?):/{0,2}", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)


def rest_of_path(request: Request, prefix: str) -> str:
    """What follows `prefix` in the path, with the query."""
    raw = bytes(request.scope.get("raw_path") or quote(request.scope["path"]).encode()).split(b"?")[0]
    query = bytes(request.scope.get("query_string", b""))
    return (raw + b"?" + query if query else raw).decode("utf-8", "replace").removeprefix(prefix)


def web_address(text: str) -> str:
    """The http(s) URL that is meant; proxies make one slash of two, and people leave the scheme out. Raises `UsageError`."""
    text = text.strip()
    scheme = _SCHEME.match(text)
    if scheme:
        url = f"{scheme[1].lower()}://{text[scheme.end() :]}"
    elif not text or _OTHER_SCHEME.match(text):
        raise UsageError(
            f"{text[:200]!r} is no http or https URL", hint="give the address as it stands in a browser: https://example.com/page"
        )
    else:
        url = f"http://{text.lstrip('/')}"
    # Nothing in it may end a header or a link: what a URL must not hold is percent-encoded, which changes no key of the index.
    url = quote(url, safe=":/?#[]@!$&'()*+,;=%~-._")
    if url.endswith("://"):
        raise UsageError("no host in the URL", hint="give the address as it stands in a browser: https://example.com/page")
    return url
