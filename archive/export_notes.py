"""How does an article become a Markdown file of its own, as note programs and site generators read them?

A head of YAML in which every value is a quoted string, so that nothing in it can be a key, a tag or a date of another meaning; then the
text. The name of the file is ours: nothing from the web is part of a path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from archive.article import Article
from archive.markdown import article_markdown
from archive.neutral import one_line, web_url
from archive.period import moment_of

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# YAML 1.2 §5.1: what may stand unescaped; a non-character is written as an escape.
_NOT_YAML = re.compile('[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|["\\\\]')


def note_path(article: Article) -> str:
    """`2024-11/2024-11-08-<id of the version>.md`, by the day of capture."""
    moment = moment_of(article.captured_at)
    found = _ID.search(article.id or "")
    name = found[0] if found else f"{article.article_id[:64] if article.article_id.isalnum() else 'article'}-{article.version}"
    return f"{moment:%Y-%m}/{moment:%Y-%m-%d}-{name}.md" if moment else f"undated/{name}.md"


def note_of(article: Article) -> str:
    """The file."""
    lines = ["---"]
    for name, value in _fields(article):
        if value is None or value == []:
            continue
        if isinstance(value, bool | int):
            lines.append(f"{name}: {str(value).lower()}")
        elif isinstance(value, str):
            lines.append(f"{name}: {_quoted(value)}")
        else:
            lines.append(f"{name}: [{', '.join(map(_quoted, value))}]")
    return "\n".join([*lines, "---", "", article_markdown(article)])


def _fields(article: Article) -> list[tuple[str, str | bool | int | list[str] | None]]:
    return [
        ("title", article.title),
        ("url", web_url(article.url)),
        ("canonical_url", web_url(article.canonical_url)),
        ("source", article.source),
        ("site_name", article.site_name),
        ("authors", [author.name for author in article.authors]),
        ("description", article.description),
        ("section", article.section),
        ("keywords", list(article.keywords)),
        ("language", article.language),
        ("date_published", article.date_published),
        ("date_modified", article.date_modified),
        ("captured_at", article.captured_at),
        ("verdict", article.verdict),
        ("is_accessible_for_free", article.is_accessible_for_free),
        ("near_duplicate_of", article.near_duplicate_of),
        ("id", article.id),
        ("article_id", article.article_id),
        ("version", article.version),
        ("run", article.run),
        ("warc_filename", article.warc.filename if article.warc else None),
        ("warc_offset", article.warc.offset if article.warc else None),
        ("warc_record_id", article.warc.record_id if article.warc else None),
    ]


def _quoted(text: str) -> str:
    return '"' + _NOT_YAML.sub(_escape, one_line(text)) + '"'


def _escape(match: re.Match[str]) -> str:
    return f"\\{match[0]}" if match[0] in '"\\' else f"\\u{ord(match[0]):04X}"


def notes(articles: Iterable[Article]) -> Iterable[tuple[str, bytes]]:
    """Path and content of each."""
    return ((note_path(one), note_of(one).encode("utf-8", "replace")) for one in articles)
