"""How do articles leave an archive? As JSON Lines, CSV, text or Markdown, into a stream or a file.

One article is held at a time. JSON Lines is the record itself; in the other three nothing from the web can act on a terminal, a
spreadsheet or a Markdown reader.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, get_args

from archive.article import Article
from archive.errors import UsageError
from archive.export_files import is_stream, to_stream, unwritable, whole_file
from archive.markdown import article_markdown
from archive.neutral import cell, one_line, plain, web_url

ExportFormat = Literal["jsonl", "csv", "text", "markdown"]
FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)
RULE = "-" * 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What went out."""

    articles: int
    complete: bool = True
    """False where the reader of a pipe had enough, as `head` has: no error."""


CSV_COLUMNS: tuple[tuple[str, Callable[[Article], object]], ...] = (
    ("id", lambda one: one.id),
    ("article_id", lambda one: one.article_id),
    ("version", lambda one: one.version),
    ("previous_id", lambda one: one.previous_id),
    ("source", lambda one: one.source),
    ("url", lambda one: one.url),
    ("canonical_url", lambda one: one.canonical_url),
    ("hostname", lambda one: one.hostname),
    ("site_name", lambda one: one.site_name),
    ("title", lambda one: one.title),
    ("description", lambda one: one.description),
    ("authors", lambda one: "; ".join(author.name for author in one.authors)),
    ("section", lambda one: one.section),
    ("keywords", lambda one: "; ".join(one.keywords)),
    ("language", lambda one: one.language),
    ("license", lambda one: one.license),
    ("is_accessible_for_free", lambda one: one.is_accessible_for_free),
    ("date_published", lambda one: one.date_published),
    ("date_modified", lambda one: one.date_modified),
    ("captured_at", lambda one: one.captured_at),
    ("verdict", lambda one: one.verdict),
    ("near_duplicate_of", lambda one: one.near_duplicate_of),
    ("cluster_id", lambda one: one.cluster_id),
    ("run", lambda one: one.run),
    ("warc_filename", lambda one: one.warc.filename if one.warc else None),
    ("warc_offset", lambda one: one.warc.offset if one.warc else None),
    ("warc_record_id", lambda one: one.warc.record_id if one.warc else None),
    ("text", lambda one: one.text),
)


def write_articles(articles: Iterable[Article], stream: BinaryIO, format: ExportFormat) -> Exported:
    """Write to a stream, UTF-8, as the articles come. A reader that goes away ends it quietly.

    Raises `UsageError` for another format, before anything is read.
    """
    lines = rendered(articles, format)
    written = -1  # the first piece is the head

    def count() -> None:
        nonlocal written
        written += 1

    complete = to_stream((piece.encode("utf-8", "replace") for piece in lines), stream, written=count)
    return Exported(articles=max(0, written), complete=complete)


def export_file(articles: Iterable[Article], path: Path, format: ExportFormat) -> Exported:
    """Write to a file: it appears under its name when it is complete and durable, and replaces what was there; else nothing changes.

    What is no regular file (`/dev/stdout`, a named pipe) is written to directly. Raises `WarchiveError` where it cannot be written.
    """
    if is_stream(path):
        try:
            with path.open("wb") as stream:
                return write_articles(articles, stream, format)
        except OSError as error:
            raise unwritable(error, path) from error
    with whole_file(path) as stream:
        return write_articles(articles, stream, format)


def article_text(article: Article) -> str:
    """Title, one line of who and when, the address, then the body."""
    authors = ", ".join(author.name for author in article.authors)
    about = [authors, article.site_name or article.hostname, article.date_published or ""]
    lines = [one_line(article.title or "Untitled"), " | ".join(one_line(part) for part in about if part), web_url(article.url) or "", ""]
    return "\n".join(lines) + "\n" + plain(article.text).strip() + "\n"


def rendered(articles: Iterable[Article], format: ExportFormat) -> Iterator[str]:
    """The head, possibly empty, then one piece an article."""
    if format == "jsonl":
        return _separated(articles, lambda one: one.to_json() + "\n", "")
    if format == "csv":
        return _csv(articles)
    if format == "text":
        return _separated(articles, article_text, f"\n{RULE}\n\n")
    if format == "markdown":
        return _separated(articles, article_markdown, "\n---\n\n")
    raise UsageError(f"unknown format {str(format)[:40]!r}", hint=f"one of {', '.join(FORMATS)}")


def _separated(articles: Iterable[Article], render: Callable[[Article], str], between: str) -> Iterator[str]:
    yield ""
    before = ""
    for article in articles:
        yield before + render(article)
        before = between


def _csv(articles: Iterable[Article]) -> Iterator[str]:
    # RFC 4180: comma, CRLF, quotes where needed. Every cell of text is neutralised, whatever wrote it.
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")

    def line(values: Iterable[object]) -> str:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(values)
        return buffer.getvalue()

    yield line(name for name, _ in CSV_COLUMNS)
    for article in articles:
        yield line(_cell(value(article)) for _, value in CSV_COLUMNS)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return cell(value) if isinstance(value, str) else value
