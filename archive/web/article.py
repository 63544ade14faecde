"""What stands at `/articles/<id>`: the article as people read it, and everything that proves it?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, NoReturn

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from pydantic import Field

from archive.arrivals import articles_before
from archive.article import Article
from archive.articlefile import read_articles
from archive.markdown import article_markdown
from archive.model import CaptureRef
from archive.period import moment_of
from archive.reader import Archive
from archive.web.article_view import ArticleView, VersionLine, article_view, find_version, grouped, versions_of
from archive.web.beside import Beside
from archive.web.borrowed import Borrowed
from archive.web.capturelist import Told
from archive.web.cursor import before_of, bounded, cursor_of
from archive.web.direction import direction
from archive.web.errors import NotThere
from archive.web.listed import ArticleLine, article_line
from archive.web.origin_view import url_page
from archive.web.pages import render

router = APIRouter()
_TWINS = 50
_TWINS_WAIT, _EXTRACTIONS_WAIT = 1.5, 0.4  # seconds that a page waits for an index that is being brought up to date

Extraction = Annotated[
    str, Query(description="`latest`: the text that the newest extraction made again, where there is one", examples=["latest"])
]


class ArticleList(Told):
    """Versions of articles, newest capture first."""

    articles: list[ArticleLine]
    next: str | None = Field(description="`cursor` of the next page; null at the end.")


class TwinList(Told):
    """Articles that say nearly the same words, the one that was captured first at the head; itself among them."""

    articles: list[ArticleLine]
    more: bool
    behind: int
    """How many runs the index of near duplicates does not know yet: it is being brought up to date, look again."""
    problem: str | None


def twins_of(archive: Archive, beside: Beside, ref: str) -> TwinList | None:
    """Null where there is no such article."""
    stored = find_version(archive, ref)
    if stored is None:
        return None
    with beside.borrow() as reader:
        behind = reader.clusters_behind()
    if behind:
        beside.bring_up(_TWINS_WAIT)
    with beside.borrow() as reader:
        found = reader.cluster(stored.id, sync=False)
        behind = reader.clusters_behind()
    lines = [article_line(one) for one in found[:_TWINS]]
    return TwinList(articles=lines, more=len(found) > _TWINS, behind=behind, problem=beside.problem)


# -- pages


@router.get("/articles/{ref}", include_in_schema=False)
def article_page(request: Request, archive: Borrowed, ref: str, extraction: Extraction = "") -> HTMLResponse:
    """The article."""
    view = _view(request, archive, ref, extraction)
    article = view.article
    return render(
        request,
        "article.html",
        view=view,
        article=article,
        id=_bare(article.id),
        groups=list(grouped(article)),
        dir=direction(article.language),
        url_page=url_page,
        as_latest=view.extraction == "latest",
    )


@router.get("/articles/{ref}/twins", include_in_schema=False)
def twins_page(request: Request, archive: Borrowed, ref: str, part: str = "") -> HTMLResponse:
    """Its near duplicates: a page, or the part of one that the article's page shows."""
    stored = find_version(archive, ref)
    found = twins_of(archive, _beside(request, "twins"), ref)
    if stored is None or found is None:
        missing_article(ref)
    return render(request, "twins_part.html" if part else "twins.html", twins=found, stored=stored, id=_bare(stored.id))


# -- downloads


@router.get("/articles/{ref}/record.json", include_in_schema=False)
def record_json(request: Request, archive: Borrowed, ref: str, extraction: Extraction = "") -> Response:
    """The record as the archive has it: one line of articles.jsonl."""
    article = _record(request, archive, ref, extraction)
    return Response(article.to_json() + "\n", media_type="application/json", headers=_as_file(article, "json"))


@router.get("/articles/{ref}/article.md", include_in_schema=False)
def article_md(request: Request, archive: Borrowed, ref: str, extraction: Extraction = "") -> Response:
    """As Markdown, in which nothing from the web is markup."""
    article = _record(request, archive, ref, extraction)
    return Response(article_markdown(article), media_type="text/markdown; charset=utf-8", headers=_as_file(article, "md"))


@router.get("/articles/{ref}/capture.warc.gz", include_in_schema=False)
def capture_warc(archive: Borrowed, ref: str) -> Response:
    """The capture that it was made of, its records copied byte for byte."""
    from archive.export_warc import warc_of  # what exports need is loaded by who exports

    article, capture = _captured(archive, ref)
    return as_stream(warc_of(archive, [capture]), "application/warc", _as_file(article, "warc.gz"))


@router.get("/articles/{ref}/capture.wacz", include_in_schema=False)
def capture_wacz(archive: Borrowed, ref: str) -> Response:
    """The same with what the page needs to look as it did, as a WACZ, which ReplayWeb.page opens."""
    from archive.export_needs import needs_of
    from archive.export_wacz import wacz_of

    article, _ = _captured(archive, ref)
    return as_stream(wacz_of(archive, needs_of(archive, article), articles=[article]), "application/wacz+zip", _as_file(article, "wacz"))


# -- the API


@router.get("/api/articles", tags=["articles"], summary="Versions of articles, newest capture first")
def api_articles(
    archive: Borrowed, source: str | None = None, language: str | None = None, first: bool = False, limit: str = "50", cursor: str = ""
) -> ArticleList:
    """`language` is BCP 47 and takes in its regional forms; `first` leaves later versions out; `limit` is 200 at most."""
    most = bounded(limit, 1, 200, 50)
    found = articles_before(
        archive.catalogue, "new" if first else "all", source=source, language=language, before=before_of(cursor), limit=most
    )
    moment = moment_of(found[-1].captured_at) if len(found) == most else None
    return ArticleList(articles=[article_line(one) for one in found], next=cursor_of(moment, found[-1].id) if moment else None)


@router.get("/api/articles/{ref}", tags=["articles"], summary="One article with everything that is known of it")
def api_article(request: Request, archive: Borrowed, ref: str, extraction: Extraction = "") -> ArticleView:
    """`ref` is the id of a version, or the `article_id`: then it is the newest version."""
    return _view(request, archive, ref, extraction)


@router.get("/api/articles/{ref}/versions", tags=["articles"], summary="All versions of an article, newest first")
def api_versions(archive: Borrowed, ref: str) -> list[VersionLine]:
    """With what changed from each to the next."""
    stored = find_version(archive, ref)
    if stored is None:
        missing_article(ref)
    return versions_of(archive, stored)


@router.get("/api/articles/{ref}/twins", tags=["articles"], summary="Articles that say nearly the same words")
def api_twins(request: Request, archive: Borrowed, ref: str) -> TwinList:
    """`behind` is not 0 while the index of near duplicates is being brought up to date."""
    found = twins_of(archive, _beside(request, "twins"), ref)
    if found is None:
        missing_article(ref)
    return found


# -- inside


def missing_article(ref: str) -> NoReturn:
    """404."""
    hint = "an article is named by the id of a version (urn:uuid:...) or by its article_id (64 hex digits); the search finds both"
    raise NotThere(f"no article {ref[:80]!r} in this collection", hint=hint)


def _view(request: Request, archive: Archive, ref: str, extraction: str) -> ArticleView:
    _beside(request, "extractions").bring_up(_EXTRACTIONS_WAIT)
    view = article_view(archive, ref, latest=extraction == "latest")
    if view is None:
        missing_article(ref)
    return view


def _record(request: Request, archive: Archive, ref: str, extraction: str) -> Article:
    stored = find_version(archive, ref)
    if stored is None:
        missing_article(ref)
    if extraction == "latest":
        _beside(request, "extractions").bring_up(_EXTRACTIONS_WAIT)
        again = archive.made_again(stored.id)
        remade = archive.read_made_again(again) if again is not None else None
        if remade is not None:
            return remade
    return next(read_articles(archive.store, archive.collection, iter([stored])))


def _captured(archive: Archive, ref: str) -> tuple[Article, CaptureRef]:
    stored = find_version(archive, ref)
    if stored is None:
        missing_article(ref)
    article = next(read_articles(archive.store, archive.collection, iter([stored])))
    capture = archive.capture_of(article)
    if capture is None:
        raise NotThere(
            "the capture of this article is not in the catalogue", hint="`warchive lookup` its address, or rebuild the catalogue"
        )
    return article, capture


def _beside(request: Request, name: str) -> Beside:
    """The index of that name beside the catalogue, of this server."""
    state = request.app.state
    if not hasattr(state, "beside"):
        open_one = state.settings.open_archive
        state.beside = {
            "twins": Beside(open_one, Archive.sync_clusters),
            "extractions": Beside(open_one, Archive.sync_extractions, seconds=max(5.0, state.settings.sync_seconds)),
        }
    found: Beside = state.beside[name]
    return found


def as_stream(pieces: Iterator[bytes], media_type: str, headers: dict[str, str]) -> Response:
    """A file in pieces."""
    # The first piece is made before the head is sent: damage is then an error page, and not a file that is cut.
    first = next(pieces, b"")

    def whole() -> Iterator[bytes]:
        yield first
        yield from pieces

    return StreamingResponse(whole(), media_type=media_type, headers=headers)


def _as_file(article: Article, suffix: str) -> dict[str, str]:
    # Of the id and the number alone: nothing from the web is part of a file's name.
    name = re.sub(r"[^0-9a-f-]", "", _bare(article.id)) or "unknown"
    return {"Content-Disposition": f'attachment; filename="article-{name}-v{article.version}.{suffix}"'}


def _bare(id: str | None) -> str:
    return (id or "").removeprefix("urn:uuid:")
