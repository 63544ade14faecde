"""Does the CDX server say what the index of the run says, in every way in which it can be asked?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from archive.cdxquery import moment_of_digits
from tests.interop.runfolder import COLLECTION, make_run_folder
from tests.servers.replay import fetch
from tests.servers.web import run_web

SITE = "http://news.example"


class Index:
    """The served index, and the file that it is compared with."""

    def __init__(self, origin: str, lines: list[str]) -> None:
        self.origin, self.lines = origin, lines

    def ask(self, url: str, **parameters: object) -> list[str]:
        status, _, body = self.get(url, **parameters)
        assert status == 200, body
        return body.decode().splitlines()

    def get(self, url: str, **parameters: object) -> tuple[int, dict[str, str], bytes]:
        named = {name.rstrip("_"): value for name, value in parameters.items()}
        return fetch(f"{self.origin}/cdx?{urlencode({'url': url, **named}, doseq=True)}")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("cdx")
    run, _ = make_run_folder(folder)
    lines = [line for line in (run / "indexes/index.cdxj").read_text().splitlines() if not line.startswith("urn:")]
    with run_web(folder / "store", collection=COLLECTION, state=folder / "web") as origin:
        fetch(f"{origin}/cdx?url=x")
        index = Index(origin, lines)
        while not index.ask(f"{SITE}/*"):  # the first look at the store is under way
            pass
        yield index


def test_lines_are_those_of_the_runs_own_index_byte_for_byte(index: Index) -> None:
    assert index.ask(f"{SITE}/", matchType="host") == index.lines
    assert len(index.lines) > 20
    assert any('"warc/revisit"' in line for line in index.lines)


@pytest.mark.parametrize("url", [f"{SITE}/*", "*.news.example", "*.example", "news.example*"])
def test_stars_mean_prefix_and_domain(index: Index, url: str) -> None:
    assert index.ask(url) == index.lines


def test_exact_takes_other_spellings_and_no_other_page(index: Index) -> None:
    plain = [line for line in index.lines if line.startswith("example,news)/plain ")]
    assert index.ask(f"{SITE}/plain") == plain
    assert index.ask("HTTPS://www.News.example/plain") == plain
    assert len(plain) == 3
    assert index.ask(f"{SITE}/plai") == []
    assert index.ask(f"{SITE}/plai", matchType="prefix") == plain
    assert index.ask("ews.example", matchType="domain") == []


def test_json_and_fields(index: Index) -> None:
    rows = [json.loads(line) for line in index.ask(f"{SITE}/plain", output="json")]
    assert [set(map(type, row.values())) for row in rows] == [{str}] * 3
    assert [row["mime"] for row in rows] == ["text/html", "warc/revisit", "warc/revisit"]
    assert index.ask(f"{SITE}/plain", output="text", fl="timestamp,statuscode,original") == [
        f"{row['timestamp']} 200 {SITE}/plain" for row in rows
    ]
    kept = index.ask(f"{SITE}/plain", fl="offset,length")[0]
    assert json.loads(kept.split(" ", 2)[2]) == {"offset": rows[0]["offset"], "length": rows[0]["length"]}


def test_filters_keep_what_pywbs_keep(index: Index) -> None:
    every = [json.loads(line) for line in index.ask("*.news.example", output="json")]

    def kept(*conditions: str) -> list[dict[str, str]]:
        return [json.loads(line) for line in index.ask("*.news.example", output="json", filter=list(conditions))]

    assert kept("=status:200") == [row for row in every if row.get("status") == "200"]
    assert kept("!=status:200") == [row for row in every if row.get("status") != "200"]
    assert kept("mime:revisit") == [row for row in every if "revisit" in row.get("mime", "")]
    assert kept("!mime:revisit", "~url:.*chunk") == [row for row in every if "revisit" not in row.get("mime", "") and "chunk" in row["url"]]
    assert kept("plain-again") == [row for row in every if "plain-again" in str(row)]


def test_sorting_limits_times_and_neighbours(index: Index) -> None:
    assert index.ask("*.news.example", sort="reverse") == index.lines[::-1]
    assert index.ask("*.news.example", limit=3) == index.lines[:3]
    assert index.ask("*.news.example", limit=[9, 2]) == index.lines[:2]
    stamps = [line.split()[1] for line in index.ask(f"{SITE}/plain")]
    assert index.ask(f"{SITE}/plain", from_=stamps[1], to=stamps[1]) == [index.ask(f"{SITE}/plain")[1]]
    assert index.ask(f"{SITE}/plain", to="2023") == []
    assert len(index.ask(f"{SITE}/plain", from_="2024", to="202411")) == 3
    assert len(index.ask(f"{SITE}/plain", collapse="digest")) == 1
    assert len(index.ask("*.news.example", collapse="timestamp:8")) == 1
    nearest = [line.split()[1] for line in index.ask(f"{SITE}/plain", sort="closest", closest=stamps[2])]
    assert nearest == stamps[::-1]
    assert [line.split()[1] for line in index.ask(f"{SITE}/plain", closest=stamps[0], limit=2)] == stamps[:2]
    assert [line.split()[1] for line in index.ask(f"{SITE}/plain", closest="now", limit=1)] == stamps[2:]


def test_revisits_are_resolved_to_the_record_that_they_repeat(index: Index) -> None:
    first, *again = [json.loads(line) for line in index.ask(f"{SITE}/plain", output="json", resolveRevisits="true")]
    assert first["orig.filename"] == "-"
    for row in again:
        assert (row["orig.offset"], row["orig.length"], row["orig.filename"]) == (first["offset"], first["length"], first["filename"])
        assert row["mime"] == "text/html"
    (copy,) = [json.loads(line) for line in index.ask(f"{SITE}/copy-of-plain", output="json", resolveRevisits="1")]
    assert copy["orig.offset"] == first["offset"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"url": ""},
        {"url": f"{SITE}/plain", "closest": "yesterday"},
        {"url": f"{SITE}/plain", "from_": "20241399"},
        {"url": f"{SITE}/*", "closest": "2024"},
        {"url": f"{SITE}/plain", "sort": "closest"},
        {"url": f"{SITE}/plain", "matchType": "fuzzy"},
        {"url": f"{SITE}/plain", "filter": "~url:(a+)+$"},
        {"url": f"{SITE}/plain", "filter": "~url:["},
        {"url": f"{SITE}/plain", "filter": "=colour:red"},
        {"url": f"{SITE}/plain", "collapse": "timestamp:x"},
        {"url": f"{SITE}/plain", "fl": "password"},
    ],
    ids=str,
)
def test_what_is_asked_wrongly_is_said_with_a_hint(index: Index, parameters: dict[str, str]) -> None:
    status, headers, body = index.get(**parameters)
    assert status == 400
    assert headers["content-type"] == "application/json"
    assert json.loads(body)["error"]


def test_digits_mean_spans_of_time() -> None:
    assert moment_of_digits("2024").isoformat() == "2024-01-01T00:00:00+00:00"
    assert moment_of_digits("202402", end=True).isoformat() == "2024-02-29T23:59:59.999999+00:00"
    assert moment_of_digits("202302", end=True).isoformat() == "2023-02-28T23:59:59.999999+00:00"
    assert moment_of_digits("20241108081500", end=True).isoformat() == "2024-11-08T08:15:00.999999+00:00"


# -- WARC files


def test_a_record_and_a_file_are_handed_out_as_they_lie_in_the_store(index: Index) -> None:
    row = json.loads(index.ask(f"{SITE}/plain", output="json")[0])
    path, first, size = f"{index.origin}/warcs/{row['filename']}", int(row["offset"]), int(row["length"])
    status, headers, whole = fetch(path)
    assert (status, headers["content-type"], int(headers["content-length"])) == (200, "application/warc", len(whole))
    status, headers, piece = fetch(path, Range=f"bytes={first}-{first + size - 1}")
    assert (status, piece) == (206, whole[first : first + size])
    assert headers["content-range"] == f"bytes {first}-{first + size - 1}/{len(whole)}"
    assert fetch(path, Range="bytes=-10")[2] == whole[-10:]
    assert fetch(path, Range=f"bytes={len(whole) - 5}-")[2] == whole[-5:]
    assert fetch(path, Range=f"bytes=0-{len(whole) * 2}")[2] == whole
    assert fetch(path, Range="bytes=0-1", If_Range='"another"')[0] == 200
    assert fetch(path, Range="bytes=0-1,4-5")[2] == whole
    status, headers, _ = fetch(path, Range=f"bytes={len(whole)}-")
    assert (status, headers["content-range"]) == (416, f"bytes */{len(whole)}")


@pytest.mark.parametrize("name", ["no-such.warc.gz", "..%2F..%2Fwarchive.json", "%2e%2e/warchive.json", "a" * 400])
def test_only_names_that_the_catalogue_knows_are_files(index: Index, name: str) -> None:
    assert fetch(f"{index.origin}/warcs/{name}")[0] == 404
