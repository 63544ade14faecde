"""How is the XML of a seed made fit for a parser, without a DTD and without loss?

Everything before the root element is read here and never reaches libxml2: no document type, so no entity that could grow or fetch. What
remains is put right where the intention is plain: bare ampersands, HTML's entity names, stray `<`, control characters, prefixes that
nobody declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5

CHUNK = 1 << 16
MAX_PREFIXES = 50

_SPACE = re.compile(r"[\s\ufeff\u200b\x00]*")
_NAME = re.compile(r"<([A-Za-z_][A-Za-z0-9._-]{0,60}(?::[A-Za-z_][A-Za-z0-9._-]{0,60})?)(?=[\s/>])")
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_ROOT = re.compile(r"<\?xml\s|<(?:rss|rdf:rdf|feed|urlset|sitemapindex)[\s>]", re.IGNORECASE)
_KEEP = re.compile(r"<!\[CDATA\[|<!--|<\?")
_CLOSE = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]+")  # XML 1.0 §2.2
_DIRT = re.compile(r"&(?:#([0-9]{1,8}|[xX][0-9A-Fa-f]{1,7});|([A-Za-z][A-Za-z0-9]{0,31});)?|<(?![A-Za-z_/!?:\u0080-\U0010ffff])")
_PREFIX = re.compile(r"</?([A-Za-z_][A-Za-z0-9._-]{0,60}):[A-Za-z_]")
_DECLARATION = re.compile(r"xmlns:([A-Za-z_][A-Za-z0-9._-]{0,60})\s*=")
_XML_FIVE = frozenset({"amp", "lt", "gt", "quot", "apos"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Prolog:
    """What stands before the root element."""

    start: int
    """Where the root element begins; the length of the text where there is none."""
    root: str
    """Its name as written, with prefix; empty where there is none."""
    doctype: str
    """First word of the document type, lower case; empty where there is none."""
    entities: bool
    junk: int
    """Characters before the XML that are none: printed warnings, mostly."""


def read_prolog(text: str) -> Prolog:
    """Find the root element. Linear in the length of the prolog."""
    prolog = _prolog_at(text, 0)
    if prolog.entities or prolog.root.lower() in ("rss", "rdf:rdf", "feed", "urlset", "sitemapindex", "html"):
        return prolog
    later = _ROOT.search(text, 1, CHUNK)
    if later and not prolog.doctype:
        found = _prolog_at(text, later.start())
        if found.root or found.entities:
            return Prolog(start=found.start, root=found.root, doctype=found.doctype, entities=found.entities, junk=later.start())
    return prolog


def _prolog_at(text: str, at: int) -> Prolog:
    doctype, entities = "", False
    while True:
        space = _SPACE.match(text, at)
        at = space.end() if space else at
        if text.startswith("<?", at):
            end = text.find("?>", at)
        elif text.startswith("<!--", at):
            end = text.find("-->", at) + 1
            end = end if end else -1
        elif text[at : at + 9].upper() == "<!DOCTYPE":
            end = _doctype_end(text, at)
            declared = text[at + 9 : at + 120].split(None, 1)
            doctype = declared[0].rstrip(">[").lower() if declared else ""
            entities = entities or bool(_ENTITY.search(text, at, end if end >= 0 else len(text)))
            end = end - 2 if end >= 0 else -1
        else:
            name = _NAME.match(text, at)
            if doctype and not name:  # the declaration ended elsewhere than we thought: say what it held
                entities = entities or bool(_ENTITY.search(text, at, at + CHUNK))
            return Prolog(start=at if name else len(text), root=name[1] if name else "", doctype=doctype, entities=entities, junk=0)
        if end < 0:
            return Prolog(start=len(text), root="", doctype=doctype, entities=entities, junk=0)
        at = end + 2


def _doctype_end(text: str, at: int) -> int:
    """Index after the document type declaration, or -1. Its internal subset is passed over, quotes are respected outside of it."""
    quote = ""
    for match in re.compile(r"[\"'\[>]").finditer(text, at):
        mark = match[0]
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "\"'":
            quote = mark
        elif mark == ">":
            return match.end()
        else:
            close = re.compile(r"\]\s*>").search(text, match.end())
            return close.end() if close else -1
    return -1


def pieces(text: str, prolog: Prolog) -> Iterator[bytes]:
    """The root element and what follows, put right, as UTF-8 in pieces of about 64 KiB."""
    first = prolog.start + 1 + len(prolog.root)
    yield (text[prolog.start : first] + _missing_prefixes(text, prolog.start)).encode("utf-8", "replace")
    at = first
    while at < len(text):
        kept = _KEEP.search(text, at)
        stop = kept.start() if kept else len(text)
        yield from _mended(text, at, stop)
        if not kept:
            return
        close = text.find(_CLOSE[kept[0]], kept.end())
        at = close + len(_CLOSE[kept[0]]) if close >= 0 else len(text)
        for begin in range(stop, at, CHUNK):
            yield _ILLEGAL.sub("", text[begin : min(begin + CHUNK, at)]).encode("utf-8", "replace")


def _mended(text: str, at: int, stop: int) -> Iterator[bytes]:
    while at < stop:
        end = min(at + CHUNK, stop)
        if end < stop:
            # Do not cut through a reference or a tag's first character: both are shorter than this.
            back = max(text.rfind("&", max(at + 1, end - 40), end), text.rfind("<", max(at + 1, end - 1), end))
            end = back if back > at else end
        yield _DIRT.sub(_mend, _ILLEGAL.sub("", text[at:end])).encode("utf-8", "replace")
        at = end


def _mend(match: re.Match[str]) -> str:
    whole = match[0]
    if whole == "<":
        return "&lt;"
    if match[1]:
        number = int(match[1][1:], 16) if match[1][0] in "xX" else int(match[1])
        if 0x80 <= number <= 0x9F:  # as HTML reads them: Windows-1252
            return bytes([number]).decode("cp1252", "replace")
        legal = number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD or 0x10000 <= number <= 0x10FFFF
        return whole if legal else "\ufffd"
    name = match[2]
    if name in _XML_FIVE:
        return whole
    characters = html5.get(f"{name};") if name else None
    if characters:
        return "".join(f"&#{ord(character)};" for character in characters)
    return "&amp;" + whole[1:]


def _missing_prefixes(text: str, start: int) -> str:
    """Declarations for prefixes that are used and declared nowhere: libxml2 would give `media:title` as `title`."""
    declared = {match[1] for match in _DECLARATION.finditer(text, start)} | {"xml", "xmlns"}
    missing: dict[str, None] = {}
    for match in _PREFIX.finditer(text, start):
        if match[1] not in declared:
            missing[match[1]] = None
            if len(missing) >= MAX_PREFIXES:
                break
    return "".join(f' xmlns:{prefix}="undeclared:{prefix}"' for prefix in missing)
