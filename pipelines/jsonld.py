"""What does the page's JSON-LD say, and which of its nodes is the article?

Tolerant of what sites really write: graphs, nesting, arrays, references by `@id`, comments, trailing commas, several documents in one
script, raw line breaks. Where JSON cannot be had, single strings are taken by their keys.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

MAX_SCRIPTS = 40
MAX_LENGTH = 2_000_000
MAX_NODES = 3_000
ARTICLE_TYPES = frozenset(
    "newsarticle article reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle reviewnewsarticle"
    " asktheexpertnewsarticle blogposting liveblogposting socialmediaposting report techarticle scholarlyarticle satiricalarticle"
    " advertisercontentarticle medicalscholarlyarticle review criticreview".split()
)
LISTING_TYPES = frozenset("collectionpage searchresultspage itemlist profilepage".split())
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_WRAPPING = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?://)?\s*(?:-->|\]\]>|/\*\]\]>\*/)\s*;?\s*$")
# What JSON can escape and no record can hold: halves of a pair of surrogates, and control characters.
_UNWRITABLE = re.compile(
    r"\\u(?:[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u)[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|00(?:[01][0-9a-fA-F]|7[fF]))"
)
_STRING = re.compile(
    r'"(headline|datePublished|dateModified|articleSection|inLanguage|isAccessibleForFree)"\s*:\s*"((?:[^"\\\r\n]|\\.){1,500})"'
)
_AUTHOR = re.compile(r'"author"\s*:\s*[\[{\s]{0,10}[^\]}]{0,300}?"name"\s*:\s*"((?:[^"\\\r\n]|\\.){1,200})"')
_TYPE = re.compile(r'"@type"\s*:\s*\[?\s*"(?:https?://schema\.org/)?(\w{3,40})"')

Node = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonLd:
    """The nodes of all scripts."""

    article: Node | None
    types: frozenset[str]
    """Of all nodes, lower case."""
    by_id: dict[str, Node] = field(default_factory=dict)
    roots: tuple[Node, ...] = ()

    def resolve(self, value: object) -> object:
        """Follow one reference by `@id` where the value says nothing else."""
        if isinstance(value, dict) and len(value) <= 2 and isinstance(key := value.get("@id"), str) and "name" not in value:
            return self.by_id.get(key, value)
        return value


def read_jsonld(tree: HtmlElement, *, urls: tuple[str, ...] = ()) -> JsonLd:
    """Read all scripts; `urls` are those of the page: a node that names one of them is preferred."""
    roots: list[Node] = []
    for number, script in enumerate(tree.iter("script")):
        if number >= 2_000 or len(roots) >= MAX_SCRIPTS:
            break
        if "ld+json" not in (script.get("type") or "").lower() or not script.text or len(script.text) > MAX_LENGTH:
            continue
        roots.extend(_documents(script.text))
    nodes = list(_walk(roots))
    by_id: dict[str, Node] = {}
    types: set[str] = set()
    articles: list[tuple[int, int, Node]] = []
    wanted = {_bare_url(url) for url in urls if url}
    for order, (node, depth, listed) in enumerate(nodes):
        kinds = types_of(node)
        types |= kinds
        if isinstance(key := node.get("@id"), str) and (key not in by_id or len(by_id[key]) < len(node)):
            by_id[key] = node
        if kinds & ARTICLE_TYPES and not (kinds <= {"review", "criticreview"} and "headline" not in node):
            rank = (
                (100 if listed else 0)
                + min(depth, 20)
                - (50 if wanted & _urls(node) else 0)
                - (20 if "headline" in node or "name" in node else 0)
                - (10 if "datePublished" in node else 0)
            )
            articles.append((rank, order, node))
    articles = [entry for entry in articles if entry[0] < 90]
    best = min(articles, key=lambda entry: entry[:2])[2] if articles else None
    return JsonLd(article=best, types=frozenset(types), by_id=by_id, roots=tuple(roots))


def types_of(node: Node) -> set[str]:
    value = node.get("@type", node.get("type"))
    kinds = value if isinstance(value, list) else [value]
    return {kind.rsplit("/", 1)[-1].lower() for kind in kinds if isinstance(kind, str)}


def texts(value: object, *keys: str) -> list[str]:
    """All strings of a value that may be a string, a node (its `keys`) or a list of both."""
    found: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item.strip():
            found.append(html.unescape(item).strip())
        elif isinstance(item, dict):
            inner = next((item[key] for key in keys if isinstance(item.get(key), str) and item[key].strip()), None)
            if inner:
                found.append(html.unescape(inner).strip())
        if len(found) >= 200:
            break
    return found


def _documents(text: str) -> list[Node]:
    text = text.strip()
    if not text.startswith(("{", "[")) or not text.endswith(("}", "]")):
        text = _WRAPPING.sub("", text)
    if "\\u" in text:
        text = _UNWRITABLE.sub(" ", text)
    for candidate in _repaired(text):
        try:
            return _as_nodes(json.loads(candidate, strict=False))
        except (ValueError, RecursionError):
            continue
    several = _one_after_another(text)
    return several or _by_keys(text)


def _repaired(text: str) -> Iterator[str]:
    """The text as it is, and as it may have been meant."""
    yield text
    if "&quot;" in text:
        yield html.unescape(text)
    yield _TRAILING_COMMA.sub(r"\1", text)


def _one_after_another(text: str) -> list[Node]:
    decoder = json.JSONDecoder(strict=False)
    found: list[Node] = []
    at = 0
    while at < len(text) and len(found) < MAX_SCRIPTS:
        start = text.find("{", at)
        if start < 0:
            break
        try:
            value, at = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            break
        found.extend(_as_nodes(value))
    return found


def _by_keys(text: str) -> list[Node]:
    node: Node = {}
    for match in _STRING.finditer(text):
        node.setdefault(match[1], _unescape(match[2]))
    if author := _AUTHOR.search(text):
        node["author"] = {"name": _unescape(author[1])}
    kind = next((match[1] for match in _TYPE.finditer(text) if match[1].lower() in ARTICLE_TYPES), None)
    if not node or kind is None:
        return []
    return [{"@type": kind, **node}]


def _unescape(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _as_nodes(value: object) -> list[Node]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _walk(roots: list[Node]) -> Iterator[tuple[Node, int, bool]]:
    """Every node with its depth, and whether it stands in a list of other pages. No recursion."""
    elsewhere = (
        "itemListElement",
        "hasPart",
        "relatedLink",
        "liveBlogUpdate",
        "blogPost",
        "blogPosts",
        "comment",
        "citation",
        "review",
        "isPartOf",
        "mentions",
        "about",
        "subjectOf",
        "isBasedOn",
        "associatedMedia",
    )
    queue: list[tuple[object, int, bool]] = [(root, 0, False) for root in reversed(roots)]
    seen = 0
    while queue and seen < MAX_NODES:
        value, depth, listed = queue.pop()
        if isinstance(value, list):
            queue.extend((item, depth, listed) for item in reversed(value[:500]))
        elif isinstance(value, dict):
            seen += 1
            yield value, depth, listed
            for key, inner in reversed(list(value.items())[:200]):
                if isinstance(inner, dict | list):
                    queue.append((inner, depth if key == "@graph" else depth + 1, listed or key in elsewhere))


def _urls(node: Node) -> set[str]:
    found = texts(node.get("url")) + texts(node.get("mainEntityOfPage"), "@id", "url") + texts(node.get("@id"))
    return {_bare_url(url.split("#")[0]) for url in found}


def _bare_url(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", url.split("#")[0].split("?")[0]).rstrip("/").lower()
