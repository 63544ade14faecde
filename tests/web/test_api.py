"""Is the API documented, as a program that reads OpenAPI would have it?"""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from lxml import html
from openapi_spec_validator import validate

from tests.servers.webclient import ask
from tests.web.library import Library


@pytest.fixture(scope="module")
def document(site: str) -> dict[str, Any]:
    answer = ask(site, "/api/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] == "warchive"


def test_every_route_of_the_api_says_what_it_answers(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))
    assert [path for path in document["paths"] if path.startswith("/api/")]
    for path, methods in document["paths"].items():
        assert set(methods) == {"get"}, path
        operation = methods["get"]
        assert operation["summary"], path
        assert set(operation["tags"]) <= tags, path
        assert "422" not in operation["responses"], path
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (path, parameter["name"])
        if path.startswith("/api/"):
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            assert "$ref" in schema or "$ref" in schema["items"], path
            assert operation["responses"]["404"]["content"]["application/json"]["schema"]["$ref"].endswith("/Failure")


def test_answers_are_as_the_document_says(site: str, library: Library, document: dict[str, Any]) -> None:
    asked = {
        "/api/front": "/api/front",
        "/api/health": "/api/health",
        "/api/search": "/api/search?q=bridge",
        "/api/runs": "/api/runs",
        "/api/runs/{run}": "/api/runs/last",
        "/api/sources": "/api/sources",
        "/api/sources/{name}": "/api/sources/news",
        "/api/articles": "/api/articles",
        "/api/articles/{ref}": f"/api/articles/{library.bare('again')}",
        "/api/articles/{ref}/versions": f"/api/articles/{library.bare('again')}/versions",
        "/api/articles/{ref}/twins": f"/api/articles/{library.bare('again')}/twins",
        "/api/compare": f"/api/compare?a={library.bare('story')}&b={library.bare('again')}",
        "/api/url": "/api/url?url=https://news.example/story",
    }
    assert set(asked) == {path for path in document["paths"] if path.startswith("/api/")}
    for path, address in asked.items():
        answer = ask(site, address)
        assert answer.status == 200, address
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator({**schema, "components": document["components"]}).validate(answer.json())


def test_the_page_of_the_api_lists_all_of_it(site: str, document: dict[str, Any]) -> None:
    tree = html.document_fromstring(ask(site, "/api").text)
    assert {one.text_content().strip() for one in tree.cssselect("li.entry h3")} == set(document["paths"])
    for link in tree.cssselect("li.entry h3 a"):
        assert ask(site, link.get("href")).status == 200, link.get("href")
