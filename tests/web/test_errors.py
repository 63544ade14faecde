"""What does a visitor see where something is wrong? Words, and never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from archive.errors import DamagedError, StoreUnreachable, UsageError
from archive.web.errors import NotThere
from tests.archive.shelf import Entry, page, publish
from tests.servers.webclient import ask
from tests.web.test_readers import app_of

ERRORS = {
    "usage": (UsageError("<b>that</b> is no date", hint="write 2024-11-08"), 400),
    "missing": (NotThere("no such thing", hint="look elsewhere"), 404),
    "store": (StoreUnreachable("the store does not answer", hint="try again"), 503),
    "damage": (DamagedError("a digest does not match", hint="restore it"), 500),
    "unforeseen": (ZeroDivisionError("secret of the inside"), 500),
}


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("errors")
    publish(folder, [Entry(capture=page("/a"), article={"title": "A bridge"})])

    def more(app: FastAPI) -> None:
        @app.get("/raise/{name}")
        @app.get("/api/raise/{name}")
        def fails(name: str) -> None:
            raise ERRORS[name][0]

        @app.get("/number/{number}")
        @app.get("/api/number/{number}")
        def number(number: int) -> int:
            return number

    with app_of(folder, more) as address:
        yield address


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_a_page_with_words_and_json_for_programs(origin: str, name: str) -> None:
    error, status = ERRORS[name]
    answer = ask(origin, f"/raise/{name}")
    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    told = ask(origin, f"/api/raise/{name}")
    assert (told.status, set(told.json())) == (status, {"error", "hint"})
    for text in (answer.text, told.text):
        assert "Traceback" not in text
        assert "secret of the inside" not in text
    if name != "unforeseen":
        assert told.json()["error"] == str(error).split("\n")[0]
    assert "<b>that</b>" not in answer.text
    assert "<main" in answer.text


def test_what_nobody_foresaw_is_in_the_log(origin: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        ask(origin, "/raise/unforeseen")
    assert "secret of the inside" in caplog.text
    assert "/raise/unforeseen" in caplog.text


def test_an_address_that_is_none_is_a_page_with_ways_on(origin: str) -> None:
    answer = ask(origin, "/no/such/page")
    assert answer.status == 404
    assert 'href="/search"' in answer.text
    told = ask(origin, "/api/no/such/thing")
    assert (told.status, told.json()["error"]) == (404, "There is no page at this address.")
    assert ask(origin, "/feeds/nothing.json").headers["content-type"].startswith("application/json")


def test_a_parameter_of_the_wrong_kind_is_named(origin: str) -> None:
    told = ask(origin, "/api/number/many")
    assert told.status == 400
    assert told.json()["error"].startswith("number: ")
    assert ask(origin, "/number/many").status == 400
    assert ask(origin, "/api/search?limit=0").status == 400
    assert ask(origin, "/api/search?limit=<script>").json()["error"].startswith("limit: ")
