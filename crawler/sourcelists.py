"""How do lists of feeds that other programs write become source files, and the other way round? OPML, CSV, lists of URLs."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from lxml import etree

from archive.errors import UsageError
from archive.neutral import one_line
from archive.urls import normalize
from crawler import codes
from crawler.proposal import name_of
from crawler.source_file import Source
from pipelines.language import tag

FORMATS = ("opml", "csv", "urls")
MAX_BYTES = 32 << 20
MAX_DEPTH = 200
_PIECE = 1 << 16
COLUMNS = ("name", "title", "homepage", "languages", "type", "url")
_TYPES = ("feed", "sitemap", "news_sitemap", "section")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One seed of a list."""

    where: str
    """`line 12`, or `outline 3`."""
    url: str
    title: str = ""
    homepage: str = ""
    language: str = ""
    type: str = "feed"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An entry that makes no source, and why."""

    where: str
    reason: str


def guess_format(name: str, text: str) -> str:
    """By what is in the file, then by its name."""
    start = text.lstrip("\ufeff \t\r\n")[:200].lower()
    if start.startswith("<"):
        return "opml"
    if name.lower().endswith(".csv") or (not start.startswith("http") and "," in start.partition("\n")[0]):
        return "csv"
    return "urls"


def read_list(text: str, kind: str) -> tuple[list[Listed], list[Refused]]:
    """The entries of a list; raises `UsageError` where it is not of this format at all."""
    if len(text) > MAX_BYTES:
        raise UsageError(f"the list is longer than {MAX_BYTES >> 20} MiB", hint="split it")
    listed, refused = {"opml": _opml, "csv": _csv, "urls": _urls}[kind](text.lstrip("\ufeff"))
    good: list[Listed] = []
    seen: set[str] = set()
    for one in listed:
        reason = _problem(one)
        if reason is None and normalize(one.url) in seen:
            reason = f"{one.url[:200]} is in the list before"
        if reason is None:
            seen.add(normalize(one.url))
            good.append(one)
        else:
            refused.append(Refused(where=one.where, reason=reason))
    return good, refused


def source_texts(listed: Iterable[Listed], taken: Iterable[str]) -> list[tuple[str, str, list[Listed]]]:
    """Name, text of the source file, and the entries that it came of. Entries of one name or of one home page are one source."""
    groups: dict[str, list[Listed]] = {}
    for one in listed:
        home = urlsplit(one.homepage or one.url)
        groups.setdefault(one.name or f"{(home.hostname or '').removeprefix('www.')}", []).append(one)
    names = set(taken)
    numbers: Counter[str] = Counter({name_of(key): 1 for key in groups})
    texts = []
    for key, group in groups.items():
        first = group[0]
        name = base = first.name or name_of(key)
        while name in names and not first.name:
            numbers[base] += 1
            name = f"{base[:55]}-{numbers[base]}"
        names.add(name)
        parts = urlsplit(first.homepage or first.url)
        homepage = first.homepage or f"{parts.scheme}://{parts.netloc}/"
        given = [found for word in first.language.replace(";", " ").split() if (found := tag(word)) and codes.language(found) is None]
        lines = [
            f"name = {_text(name)}",
            f"title = {_text(one_line(first.title)[:200] or key)}",
            f"homepage = {_text(homepage)}",
            f"languages = {json.dumps(given or ['en'])}" + ("" if given else "  # not stated in the list; please correct"),
        ]
        for one in group:
            lines += ["", "[[seeds]]", f"type = {_text(one.type)}", f"url = {_text(one.url)}"]
        texts.append((name, "\n".join(lines) + "\n", group))
    return texts


def write_list(sources: Sequence[Source], kind: str) -> str:
    """The sources as a list for other programs; OPML holds feeds alone, as feed readers understand it."""
    if kind == "urls":
        return "".join(f"{seed.url}\n" for source in sources for seed in source.seeds)
    if kind == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for source in sources:
            for seed in source.seeds:
                writer.writerow((source.name, source.title, source.homepage, " ".join(source.languages), seed.type, seed.url))
        return out.getvalue()
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', "<head><title>warchive</title></head>", "<body>"]
    for source in sources:
        for seed in source.seeds:
            if seed.type == "feed":
                fields = {"type": "rss", "text": source.title, "title": source.title, "xmlUrl": seed.url, "htmlUrl": source.homepage}
                fields["language"] = source.languages[0]
                lines.append("  <outline " + " ".join(f"{key}={quoteattr(one_line(value))}" for key, value in fields.items()) + "/>")
    return "\n".join([*lines, "</body>", "</opml>"]) + "\n"


class _Outlines:
    """Target over an OPML file: no tree, no recursion."""

    def __init__(self) -> None:
        self.found: list[Listed] = []
        self.refused: list[Refused] = []
        self.roots: list[str] = []
        self.number = self.depth = self.deepest = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1:
            self.roots.append(name.lower())
        self.deepest = max(self.deepest, self.depth)
        if self.depth > MAX_DEPTH or name.lower() != "outline":
            return
        self.number += 1
        values = {key.lower(): value.replace("&#38;", "&").strip() for key, value in attributes.items()}
        where = f"outline {self.number}"
        if values.get("xmlurl"):
            self.found.append(
                Listed(
                    where=where,
                    url=values["xmlurl"],
                    title=values.get("title") or values.get("text") or "",
                    homepage=values.get("htmlurl", ""),
                    language=values.get("language", ""),
                )
            )
        elif values.get("type", "").lower() in ("rss", "atom", "link"):
            self.refused.append(Refused(where=where, reason=f"{one_line(values.get('text', ''))[:80]!r} has no xmlUrl"))

    def end(self, name: str) -> None:
        self.depth -= 1

    def data(self, text: str) -> None:
        """Text says nothing in OPML."""

    def close(self) -> None:
        """The file is read."""


def _opml(text: str) -> tuple[list[Listed], list[Refused]]:
    if "<!doctype" in text.lower() or "<!entity" in text.lower():
        raise UsageError("the OPML file has a document type; nothing of it was read", hint="take the <!DOCTYPE ...> out")
    target = _Outlines()
    parser = etree.XMLParser(
        target=cast("Any", target), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    _, _, body = text.partition("?>") if text.startswith("<?xml") else ("", "", text)
    try:
        for at in range(0, len(body), _PIECE):  # libxml2 buffers no more than 10 MB at once
            parser.feed(body[at : at + _PIECE].encode("utf-8", "replace"))
        parser.close()
    except etree.LxmlError as error:
        raise UsageError(f"the OPML file is not well-formed: {one_line(str(error))[:200]}", hint="export it again") from error
    if target.deepest > MAX_DEPTH:
        raise UsageError(f"the OPML file nests outlines more than {MAX_DEPTH} deep", hint="export it again, with fewer folders in folders")
    if target.roots[:1] != ["opml"]:
        raise UsageError("this XML is not OPML", hint="export the subscriptions of a feed reader as OPML")
    return target.found, target.refused


def _csv(text: str) -> tuple[list[Listed], list[Refused]]:
    lines = csv.reader(io.StringIO(text))
    found: list[Listed] = []
    refused: list[Refused] = []
    try:
        head = [cell.strip().lower() for cell in next(lines, [])]
        if "url" not in head:
            raise UsageError("the CSV file has no column `url`", hint=f"its first line names the columns: {', '.join(COLUMNS)}")
        for cells in lines:
            row = dict(zip(head, (cell.strip() for cell in cells), strict=False))
            where = f"line {lines.line_num}"
            if not any(row.values()):
                continue
            if len(cells) > len(head):
                refused.append(Refused(where=where, reason=f"has {len(cells)} cells, the head has {len(head)}"))
                continue
            found.append(
                Listed(
                    where=where, url=row.get("url", ""), title=row.get("title", ""), homepage=row.get("homepage", ""),
                    language=row.get("languages") or row.get("language", ""), type=row.get("type") or "feed", name=row.get("name", ""),
                )
            )  # fmt: skip
    except csv.Error as error:
        refused.append(Refused(where=f"line {lines.line_num}", reason=f"is not CSV: {error}; the rest was not read"))
    return found, refused


def _urls(text: str) -> tuple[list[Listed], list[Refused]]:
    lines = ((number, line.strip()) for number, line in enumerate(text.split("\n"), 1))
    return [Listed(where=f"line {number}", url=line) for number, line in lines if line and not line.startswith("#")], []


def _problem(one: Listed) -> str | None:
    from crawler.source_file import NAME

    for url in filter(None, (one.url, one.homepage)):
        try:
            normalize(url)
        except ValueError:
            return f"{one_line(url)[:200]!r} is not an http or https URL"
    if not one.url:
        return "has no URL"
    if one.type not in _TYPES:
        return f"{one_line(one.type)[:40]!r} is no type of seed ({', '.join(_TYPES)})"
    if one.name and not NAME.match(one.name):
        return f"{one_line(one.name)[:80]!r} is no name for a source (a to z, 0 to 9 and -)"
    return None


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
