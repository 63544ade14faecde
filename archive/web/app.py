"""Of which parts is the web server made?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from archive.reader import Archive
from archive.search_worker import MANY, enter_apart
from archive.software import software
from archive.web import api, article, cdx, compare, feeds, front, health, memento, runs, search_page, sources, url, viewer, warcs
from archive.web.errors import FAILURES, Unforeseen, handle_errors
from archive.web.guard import Guard
from archive.web.pages import FOLDER
from archive.web.readers import READERS, Readers
from archive.web.settings import WebSettings
from archive.web.sums import Sums
from archive.web.wellness import Wellness

ROUTERS: tuple[APIRouter, ...] = (
    front.router,
    health.router,
    search_page.router,
    runs.router,
    sources.router,
    article.router,
    compare.router,
    url.router,
    feeds.router,
    viewer.router,
    cdx.router,
    warcs.router,
    memento.router,
    api.router,
)


def _enter_into_search(archive: Archive) -> None:
    index = archive.search_index()
    if archive.catalogue.counts()[2] - index.size() >= MANY and index.behind(archive):
        enter_apart(archive)
    index.sync(archive)  # what is left: nothing, or what came meanwhile, or what cannot be read


def make_app(settings: WebSettings) -> FastAPI:
    """The application: pages at fixed addresses, the API beside them, feeds, index and Memento."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.readers.start()
        yield
        app.state.readers.close()
        for index in getattr(app.state, "beside", {}).values():
            index.close()

    app = FastAPI(
        title="warchive",
        summary="A collection of archived news, read-only.",
        description=api.DESCRIPTION,
        version=software().split("/")[-1],
        openapi_tags=api.TAGS,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        generate_unique_id_function=api.operation_id,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.readers = Readers(settings.open_archive, sync_seconds=settings.sync_seconds, after_sync=_enter_into_search)
    app.state.turns = anyio.Semaphore(READERS)
    app.state.sums = Sums()
    app.state.wellness = Wellness(settings.health, app.state.readers)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"))
    for router in ROUTERS:
        app.include_router(router, responses=FAILURES)
    api.documented(app)
    handle_errors(app)
    app.add_middleware(Unforeseen)
    app.add_middleware(Guard, hosts=settings.hosts, replay_origin=settings.replay_origin)
    return app
