"""Which articles does an RSS or Atom feed announce?

RSS 0.9x, 1.0 (RDF) and 2.0, Atom 0.3 and 1.0, in one pass: real feeds mix their vocabularies.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.reading import Gatherer
from crawler.xmlclean import Prolog
from crawler.xmlreader import XML_LANG, Damage, EntryTarget, walk

ROOTS = {"rss": "rss", "rdf": "rss", "channel": "rss", "feed": "atom"}

# Addresses of an entry, best first. FeedBurner and Pheedo put a redirect into `link` and the publisher's own address into `origLink`.
_ORIGIN, _LINK, _ALTERNATE, _OTHER_ALTERNATE, _GUID, _ABOUT = range(6)

_DATES = {
    ("core", "pubdate"): "published",
    ("core", "published"): "published",
    ("core", "issued"): "published",
    ("dc", "date"): "dc-date",
    ("dc", "issued"): "dc-date",
    ("dc", "created"): "dc-date",
    ("core", "created"): "created",
    ("core", "updated"): "modified",
    ("core", "modified"): "modified",
    ("dc", "modified"): "modified",
}


class _FeedTarget(EntryTarget):
    def is_entry(self, family: str, name: str) -> bool:
        return name in ("item", "entry") and family == "core"

    def field_of(self, family: str, name: str, attributes: Mapping[str, str]) -> str | None:
        if self.entry_name is None:
            return self._of_feed(family, name, attributes)
        if self.inside == 0:
            about = _attribute(attributes, "about")  # RSS 1.0 §5.5: the item's URI
            if about:
                self.link(_ABOUT, _absolute_only(about))
            self._language(attributes)
            return None
        if self.inside != 1:  # atom:source and media:group have titles and links of other things
            return None
        if name == "link" and family == "core":
            return self._link(attributes)
        if name == "origlink":
            return "origin"
        if name == "guid" and family == "core":
            return "guid" if (_attribute(attributes, "ispermalink") or "true").strip().lower() != "false" else "guid-opaque"
        if name == "id" and family == "core":
            return "guid"
        if name == "title" and family in ("core", "dc"):
            return "title" if family == "core" else "dc-title"
        if name == "language" and family in ("core", "dc"):
            return "language"
        return _DATES.get((family, name))

    def _of_feed(self, family: str, name: str, attributes: Mapping[str, str]) -> str | None:
        if self.depth == 1 and attributes.get(XML_LANG):
            self.gather.language = self.gather.language or attributes[XML_LANG][:100]
        return "feed-language" if name == "language" and family in ("core", "dc") and self.depth <= 3 else None

    def _link(self, attributes: Mapping[str, str]) -> str | None:
        href = _attribute(attributes, "href")
        if href is None:
            return "link"
        if (_attribute(attributes, "rel") or "alternate").strip().lower() == "alternate":  # RFC 4287 §4.2.7.2: missing means alternate
            kind = (_attribute(attributes, "type") or "text/html").strip().lower()
            self.link(_ALTERNATE if kind in ("text/html", "application/xhtml+xml", "html") else _OTHER_ALTERNATE, href)
        return None

    def _language(self, attributes: Mapping[str, str]) -> None:
        if attributes.get(XML_LANG):
            self.text("language", attributes[XML_LANG][:100])

    def text(self, field: str, text: str) -> None:
        if field == "feed-language":
            self.gather.language = self.gather.language or text
            return
        if not text.strip():
            return
        if field == "origin":
            self.link(_ORIGIN, text)
        elif field == "link":
            self.link(_LINK, text)
        elif field == "guid":
            self.link(_GUID, _absolute_only(text))
        super().text("guid" if field == "guid-opaque" else field, text)

    def finish(self, name: str, base: str, links: list[str], fields: dict[str, str]) -> None:
        self.gather.add(
            [link for link in links if link],
            base=base,
            entry_id=fields.get("guid"),
            title=fields.get("title") or fields.get("dc-title"),
            published=fields.get("published") or fields.get("dc-date") or fields.get("created"),
            modified=fields.get("modified"),
            language=fields.get("language"),
        )


def read_feed(text: str, prolog: Prolog, gather: Gatherer) -> Damage | None:
    """Gather a feed's entries; gives what is wrong with its XML."""
    return walk(text, prolog, _FeedTarget(gather))


def _absolute_only(address: str) -> str:
    """An id is an address only where it is one by itself: most are numbers or `tag:` URIs."""
    address = address.strip()
    return address if address[:8].lower().startswith(("http://", "https://")) else ""


def _attribute(attributes: Mapping[str, str], name: str) -> str | None:
    """An attribute by its local name, without case."""
    value = attributes.get(name)
    if value is not None or not attributes:
        return value
    return next((value for key, value in attributes.items() if key.rpartition("}")[2].lower() == name), None)
