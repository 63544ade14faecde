"""Which store does a URL mean?"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from archive.errors import UsageError
from archive.stores import Store
from archive.stores.local import LocalStore
from archive.stores.memory import MemoryStore

# Two letters and more, so that a drive letter stays a path.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_HINT = "a store is a folder (`archive/`, `file:///srv/archive`) or a bucket (`s3://bucket/prefix?endpoint_url=https://...`)"


def open_url(url: str, *, base: Path | None) -> Store:
    """`open_store` without its promises; messages never repeat the URL, which may hold a secret by mistake."""
    if not url or any(ord(letter) < 32 or ord(letter) == 127 for letter in url):
        raise UsageError("the store's URL is empty or has a control character in it", hint=_HINT)
    scheme = _SCHEME.match(url)
    if scheme is None:
        return LocalStore((base or Path.cwd()) / Path(url).expanduser())
    match scheme[0].lower():
        case "file:":
            return LocalStore(_file_path(url))
        case "s3:":
            from archive.stores.s3 import S3Store  # boto3 takes a third of a second to import
            from archive.stores.s3url import parse_s3_url

            return S3Store(parse_s3_url(url, base=base))
        case "memory:":
            return MemoryStore(url.removeprefix(scheme[0]).strip("/"))
        case other:
            raise UsageError(f"no store is known for `{other}` URLs", hint=f"{_HINT}; a folder with a colon in its name is written `./a:b`")


def _file_path(url: str) -> Path:
    parts = urlsplit(url)
    path = unquote(parts.path)
    if parts.netloc not in ("", "localhost") or not path.startswith("/") or parts.query or parts.fragment or "\0" in path:
        raise UsageError("a `file:` URL has three slashes and an absolute path", hint="write `file:///srv/archive`, or the plain path")
    return Path(path)
