"""Which URLs does a sitemap announce?

The sitemaps.org protocol: `urlset`, `sitemapindex` and plain text, with Google's news elements.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.links import MAX_URL
from crawler.reading import Gatherer
from crawler.xmlclean import Prolog
from crawler.xmlreader import Damage, EntryTarget, walk

ROOTS = {"urlset": "sitemap", "sitemapindex": "sitemap_index"}
_NEWS = {"publication_date": "published", "title": "title", "language": "language"}


class _SitemapTarget(EntryTarget):
    news = False

    def is_entry(self, family: str, name: str) -> bool:
        return name in ("url", "sitemap") and family == "core"

    def field_of(self, family: str, name: str, attributes: Mapping[str, str]) -> str | None:
        if self.entry_name is None or self.inside == 0:
            return None
        if self.inside == 1 and family == "core":
            if name == "loc":
                return "loc"
            if name == "lastmod":
                return "modified"
        if family == "news" and name in _NEWS:
            self.news = True
            return _NEWS[name]
        return None

    def finish(self, name: str, base: str, links: list[str], fields: dict[str, str]) -> None:
        location = fields.get("loc")
        self.gather.add(
            [location] if location else [],
            base=base,
            child=name == "sitemap",
            title=fields.get("title"),
            published=fields.get("published"),
            modified=fields.get("modified"),
            language=fields.get("language"),
        )


def read_sitemap(text: str, prolog: Prolog, gather: Gatherer) -> tuple[str, Damage | None]:
    """Gather a sitemap's URLs or an index's sitemaps; gives the kind that it is, and what is wrong with its XML."""
    target = _SitemapTarget(gather)
    damage = walk(text, prolog, target)
    if gather.children and not gather.entries:
        kind = "sitemap_index"
    else:
        kind = "news_sitemap" if target.news else ROOTS[prolog.root.lower().rpartition(":")[2]]
    return kind, damage


def looks_like_text_sitemap(text: str) -> bool:
    """Is the first line that is not empty a URL? (sitemaps.org: one URL a line, nothing else.)"""
    first = text[: MAX_URL * 2].lstrip("\ufeff\u200b \t\r\n").split("\n", 1)[0].strip()
    return first[:8].lower().startswith(("http://", "https://"))


def read_text_sitemap(text: str, gather: Gatherer, *, cut: bool = False) -> int:
    """Gather a plain text sitemap; gives the number of lines that are no URL. Of a cut one, a last line without end is not taken."""
    text = text.replace("\r", "\n")
    if cut:
        text = text[: text.rfind("\n") + 1]
    strange = at = 0
    while at < len(text):
        end = text.find("\n", at)
        end = end if end >= 0 else len(text)
        line = text[at : min(end, at + MAX_URL * 2)].strip("\ufeff\u200b \t\r\n")
        at = end + 1
        if line[:8].lower().startswith(("http://", "https://")):
            gather.add([line])
        elif line:
            strange += 1
    return strange
