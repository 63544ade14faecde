"""Which addresses does a page, or a style sheet, name of what it needs to look as it does?

Read with patterns and not with a parser: an address too many costs one look into the catalogue, which knows whether it was captured as a
part of a page. Links that a reader follows, and what stands inside of scripts, are left out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import urljoin

MAX_NAMES = 1_000  # as many as the crawler captures of a page
_MAX_BODY = 2 << 20
# No pattern runs over `<`, so that a page of nothing but half tags is read once.
_LINK = re.compile(r"<a\b[^<>]{0,4000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""[\s"'](?:src|href|xlink:href|poster|background|srcset|imagesrcset|data-[a-z-]{1,30})\s{0,9}=\s{0,9}"""
    r"""(?:"([^"<>]{1,8000})"|'([^'<>]{1,8000})'|([^\s"'<>]{1,2000}))""",
    re.IGNORECASE,
)
_CSS_URL = re.compile(r"""url\(\s{0,9}["']?([^"')<>]{1,2000})""", re.IGNORECASE)
_CSS_IMPORT = re.compile(r"""@import\s{1,9}["']([^"'<>]{1,2000})""", re.IGNORECASE)
_BASE = re.compile(r"""<base\b[^<>]{0,500}?\bhref\s{0,9}=\s{0,9}["']?([^\s"'<>]{1,2000})""", re.IGNORECASE)
_SIZES = re.compile(r"\s\d{1,6}(?:\.\d{1,6})?[wx](?:,|\s|$)")
_SPACES = re.compile(r"\s+")


def named_by_page(body: bytes, url: str) -> list[str]:
    """Absolute http and https URLs, each once, in their order. The charset does not matter: addresses are ASCII, or escaped, or UTF-8."""
    text = _without_scripts(body[:_MAX_BODY].decode("utf-8", "replace"))
    base = _BASE.search(text)
    text = _LINK.sub(" ", text)
    return _absolute(_in_page(text), _join(url, html.unescape(base[1])) or url if base else url)


def named_by_sheet(body: bytes, url: str) -> list[str]:
    """The same of a style sheet."""
    text = body[:_MAX_BODY].decode("utf-8", "replace")
    return _absolute(_in_sheet(text), url)


def _in_page(text: str) -> Iterator[str]:
    for match in _ATTRIBUTE.finditer(text):
        value = html.unescape(match[1] or match[2] or match[3])
        if not _SIZES.search(value):
            yield value.strip()
        for candidate in _SPACES.split(value)[:200]:  # srcset: `a.jpg 320w, b.jpg 640w`
            if candidate.rstrip(",") != value:
                yield candidate.rstrip(",")
    yield from (html.unescape(one) for one in _in_sheet(text))


def _in_sheet(text: str) -> Iterator[str]:
    for pattern in (_CSS_URL, _CSS_IMPORT):
        for match in pattern.finditer(text):
            yield match[1].strip()


def _absolute(names: Iterator[str], base: str) -> list[str]:
    found: dict[str, None] = {}
    for name in names:
        if not name or name[0] in "#{" or ("/" not in name and "." not in name):
            continue
        url = _join(base, name)
        if url is not None and url not in found:
            found[url] = None
            if len(found) >= MAX_NAMES:
                break
    return list(found)


def _join(base: str, name: str) -> str | None:
    try:
        url = urljoin(base, name).partition("#")[0]
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None


def _without_scripts(text: str) -> str:
    lower, kept, at = text.lower(), list[str](), 0
    if len(lower) != len(text):  # a few letters grow when they are made small
        return text
    while (begin := lower.find("<script", at)) >= 0:
        opened = lower.find(">", begin)
        end = lower.find("</script", opened) if opened >= 0 else -1
        kept.append(text[at : opened + 1 if opened >= 0 else len(text)])
        if end < 0:
            return "".join(kept)
        at = end
    return "".join([*kept, text[at:]])
