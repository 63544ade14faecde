"""How is XML from the web walked, entry by entry, and what is wrong with it?

libxml2 in recovery mode calls a target, no tree is built, and the target keeps one entry at a time. It never sees a document type
(crawler/xmlclean.py), loads nothing, expands nothing and keeps its own limits (`huge_tree` is off).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urljoin

from lxml import etree

from crawler.reading import Gatherer
from crawler.xmlclean import Prolog, pieces

MAX_DEPTH = 250  # the deepest real feed nests some 15 (Atom with XHTML content, some 40); far below any limit of C stacks
MAX_ERRORS = 500  # libxml2 logs each error; a megabyte of noise has half a million
MAX_FIELD = 20_000  # characters of one field that are looked at; what is kept is bounded more tightly by the gatherer
_MAX_NAMES = 2000

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# What a namespace is good for, by a part of its URI, first match first. URIs are misspelt in the wild (https, final slash), so parts it is.
_FAMILIES = (
    ("purl.org/atom", "core"),
    ("w3.org/2005/atom", "core"),
    ("sitemap-news", "news"),
    ("sitemap-image", "media"),
    ("sitemap-video", "media"),
    ("sitemap", "core"),
    ("purl.org/rss/1.0/modules", "other"),
    ("purl.org/rss/1.0", "core"),
    ("netscape.com/rdf/simple", "core"),
    ("backend.userland.com/rss", "core"),
    ("harvard.edu/rss", "core"),
    ("purl.org/dc/", "dc"),
    ("feedburner", "origin"),
    ("pheedo", "origin"),
    ("undeclared:a10", "core"),
    ("undeclared:atom", "core"),
    ("undeclared:rss", "core"),
    ("undeclared:dc", "dc"),
    ("undeclared:news", "news"),
    ("undeclared:n", "news"),
)


class TooDeep(Exception):
    """Elements are nested deeper than any seed has reason to."""


class EntryTarget(ABC):
    """A parser target that gathers entries; formats say which elements are entries (`is_entry`) and which are fields (`field_of`)."""

    def __init__(self, gather: Gatherer) -> None:
        self.gather = gather
        self.depth = 0
        self.root_closed = False
        self.entry_name: str | None = None
        self.entry_depth = 0
        self.fields: dict[str, str] = {}
        self._links: list[tuple[int, str]] = []
        self._field: str | None = None
        self._field_depth = 0
        self._text: list[str] = []
        self._room = 0
        self._bases: list[tuple[int, str]] = []
        self._names: dict[str, tuple[str, str]] = {}
        self._own = ""

    # What formats say

    @abstractmethod
    def is_entry(self, family: str, name: str) -> bool:
        """Does an entry begin here?"""

    @abstractmethod
    def field_of(self, family: str, name: str, attributes: Mapping[str, str]) -> str | None:
        """The field that this element's text is, or null; attributes may be read here."""

    @abstractmethod
    def finish(self, name: str, base: str, links: list[str], fields: dict[str, str]) -> None:
        """An entry ended: hand it to the gatherer."""

    # What libxml2 calls

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooDeep
        family, name = self._names.get(tag) or self._name(tag)
        if attributes:
            # Told to resolve no entities, libxml2's SAX interface gives `&amp;` in attributes as `&#38;`, and nothing else so.
            attributes = {key: value.replace("&#38;", "&") for key, value in attributes.items()}
            base = attributes.get(XML_BASE)
            if base and len(base) < 4096:
                self._rebase(base)
        if self.is_entry(family, name):
            self._close_entry()  # one that was not closed does not swallow the next
            self.entry_name, self.entry_depth = name, self.depth
        if self._field is None:
            self._field = self.field_of(family, name, attributes)
            if self._field is not None:
                self._field_depth, self._room = self.depth, MAX_FIELD

    def data(self, text: str) -> None:
        if self._field is not None and self._room > 0:
            self._text.append(text[: self._room])
            self._room -= len(text)

    def end(self, tag: str) -> None:
        if self._field is not None and self.depth <= self._field_depth:
            self._close_field()
        if self.entry_name is not None and self.depth <= self.entry_depth:
            self._close_entry()
        while self._bases and self._bases[-1][0] >= self.depth:
            self._bases.pop()
        self.depth -= 1
        self.root_closed = self.depth == 0

    def close(self) -> None:
        """The parser was closed. The entry that was being read when the document broke off is not taken: it may lack its better half."""
        self._field, self._text, self.entry_name = None, [], None

    # What formats use

    def link(self, rank: int, address: str) -> None:
        """Note an address of the current entry; the lowest rank is tried first."""
        if len(self._links) < 20:
            self._links.append((rank, address[:MAX_FIELD]))

    def text(self, field: str, text: str) -> None:
        """A field's text is there; the first one of a name that says anything stays."""
        if self.entry_name is not None and text.strip():
            self.fields.setdefault(field, text)

    @property
    def inside(self) -> int:
        """How deep below the entry's element: 1 for its children, 0 for outside."""
        return self.depth - self.entry_depth if self.entry_name is not None else 0

    def _close_field(self) -> None:
        field, text = self._field, "".join(self._text)
        self._field, self._text = None, []
        if field is not None:
            self.text(field, text)

    def _close_entry(self) -> None:
        self._field, self._text = None, []
        if self.entry_name is not None:
            base = self._bases[-1][1] if self._bases else self.gather.base
            self._links.sort(key=lambda pair: pair[0])
            self.finish(self.entry_name, base, [address for _, address in self._links], self.fields)
            self.entry_name, self.fields, self._links = None, {}, []

    def _rebase(self, base: str) -> None:
        try:
            self._bases.append((self.depth, urljoin(self._bases[-1][1] if self._bases else self.gather.base, base.strip())))
        except ValueError:
            return

    def _name(self, tag: str) -> tuple[str, str]:
        """Family of the namespace and local name, lower case: real feeds write `<Link>` and `<pubdate>`."""
        namespace, _, local = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
        namespace = namespace.lower()
        if self.depth == 1 and not namespace.startswith(("undeclared:", "http://www.w3.org/1999/02/22-rdf")):
            self._own = namespace  # whatever a seed calls its own vocabulary, its root speaks it
        if not namespace or namespace == self._own:
            family = "core"
        else:
            family = next((family for part, family in _FAMILIES if part in namespace), "other")
        name = local.lower()
        if len(self._names) < _MAX_NAMES:
            self._names[tag] = (family, name)
        return family, name


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Where XML is broken."""

    problem: str
    """`cut`, `malformed-xml` or `too-deep`."""
    detail: str


def walk(text: str, prolog: Prolog, target: EntryTarget) -> Damage | None:
    """Drive the target over the root element. Gives what is wrong, or null; the target has the entries before the damage in any case."""
    parser = etree.XMLParser(
        target=cast("Any", target),  # lxml calls what is there; its stubs ask for methods that it does without
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        encoding="utf-8",
    )
    errors: list[etree._LogEntry] = []
    try:
        for piece in pieces(text, prolog):
            parser.feed(piece)
            if len(parser.feed_error_log) > MAX_ERRORS:
                errors = _fatal(parser, target)
                if errors:
                    return _damage(errors[0], text, prolog, f", and more than {MAX_ERRORS} other errors")
        parser.close()
    except TooDeep:
        return Damage(problem="too-deep", detail=f"elements nested more than {MAX_DEPTH} deep")
    except etree.LxmlError:
        errors = _fatal(parser, target)
        if not errors:
            return Damage(problem="malformed-xml", detail="the parser gave up")
    errors = errors or _fatal(parser, target)
    if errors or not target.root_closed:
        last = text.rfind(f"</{prolog.root}", prolog.start)
        if last < 0 or text.find(">", last) < 0:
            return Damage(problem="cut", detail=f"ends before </{prolog.root}>")
    if errors:
        return _damage(errors[0], text, prolog, "")
    if not target.root_closed:
        return Damage(problem="malformed-xml", detail=f"<{prolog.root}> is not closed where it should be")
    return None


def _fatal(parser: etree.XMLParser, target: EntryTarget) -> list[etree._LogEntry]:
    found = []
    for entry in parser.feed_error_log:
        if entry.level < etree.ErrorLevels.FATAL:
            continue  # namespaces and the like: nothing is lost
        if target.root_closed and entry.type == etree.ErrorTypes.ERR_DOCUMENT_END:
            continue  # something after the root: counters and comments of caches, mostly
        found.append(entry)
    return found


def _damage(error: etree._LogEntry, text: str, prolog: Prolog, more: str) -> Damage:
    line = error.line + text.count("\n", 0, prolog.start)
    name = error.type_name.removeprefix("ERR_").replace("_", " ").lower()
    return Damage(problem="malformed-xml", detail=f"line {line}: {name}{more}")
