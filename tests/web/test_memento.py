"""Do TimeGate and TimeMaps say what RFC 7089 asks for, and does our page find the capture that is meant?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive.web import memento
from tests.archive.shelf import START, Entry, page, publish
from tests.servers.replay import fetch
from tests.servers.web import run_web

URL = "https://news.example/a?b=1&c=%D0%BC"
REPLAY = "http://127.0.0.1:8081"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("memento")
    first = page("/a?b=1&c=%D0%BC")
    refs = publish(folder, [Entry(capture=first, article={"url": URL, "title": "‮<b>Brücke</b>"})])
    later = [replace(first, fetched_at=START + timedelta(days=day)) for day in (1, 2, 3)]
    not_modified = replace(first, response=b"HTTP/1.1 304 Not Modified\r\n\r\n", fetched_at=START + timedelta(days=4))
    moved = replace(first, url="http://news.example/a?b=1&c=%D0%BC", response=b"HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n")
    entries = [Entry(capture=moved), *(Entry(capture=one, repeats=refs[0]) for one in later), Entry(capture=not_modified, repeats=refs[0])]
    publish(folder, entries, started=START + timedelta(days=5), token="2a2a2a2a")
    return folder


@pytest.fixture(scope="module")
def origin(folder: Path) -> Iterator[str]:
    with run_web(folder / "store", collection="news", state=folder / "web", replay_origin=REPLAY) as origin:
        while fetch(f"{origin}/timegate/{URL}")[0] != 302:  # the first look at the store is under way
            pass
        yield origin


def stamp(day: int) -> str:
    return f"{START + timedelta(days=day):%Y%m%d%H%M%S}"


@pytest.mark.parametrize(
    ("wanted", "day"),
    [("", 3), ("Fri, 08 Nov 2024 08:15:00 GMT", 0), ("Sat, 09 Nov 2024 10:00:00 GMT", 1), ("Mon, 01 Jan 1990 00:00:00 GMT", 0)],
)
def test_the_timegate_leads_to_the_nearest_capture_that_can_be_shown(origin: str, wanted: str, day: int) -> None:
    status, headers, _ = fetch(f"{origin}/timegate/{URL}", **({"Accept_Datetime": wanted} if wanted else {}))
    assert status == 302
    assert headers["location"].startswith(f"{REPLAY}/web/{stamp(day)}/")
    assert headers["vary"] == "accept-datetime"
    assert f'<{URL}>; rel="original"' in headers["link"]
    assert f'<{origin}/timemap/link/{URL}>; rel="timemap"; type="application/link-format"' in headers["link"]
    assert re.search(r'rel="first[ a-z]* memento"; datetime="Fri, 08 Nov 2024 08:15:00 GMT"', headers["link"])
    assert re.search(r'rel="[a-z ]*last memento"; datetime="Mon, 11 Nov 2024 08:15:00 GMT"', headers["link"])


def test_what_is_no_date_and_what_was_never_captured(origin: str) -> None:
    assert fetch(f"{origin}/timegate/{URL}", Accept_Datetime="yesterday")[0] == 400
    for path in ("timegate", "timemap/link", "timemap/json", "replay/2024"):
        assert fetch(f"{origin}/{path}/https://news.example/never")[0] == 404
        assert fetch(f"{origin}/{path}/ftp://news.example/a")[0] == 400


def test_a_timemap_names_every_capture_that_can_be_shown(origin: str) -> None:
    status, headers, body = fetch(f"{origin}/timemap/link/{URL}")
    assert (status, headers["content-type"].split(";")[0]) == (200, "application/link-format")
    lines = body.decode().rstrip("\n").split(",\n")
    assert lines[0] == f'<{URL}>; rel="original"'
    assert lines[1].startswith(f'<{origin}/timemap/link/{URL}>; rel="self"')
    mementos = [line for line in lines if "memento" in line]
    assert [re.findall(r"/web/(\d{14})/", line) for line in mementos] == [[stamp(day)] for day in (0, 0, 1, 2, 3)]
    assert 'rel="first memento"' in mementos[0]
    assert 'rel="last memento"' in mementos[-1]
    told = json.loads(fetch(f"{origin}/timemap/json/{URL}")[2])
    assert (told["original_uri"], told["timegate_uri"]) == (URL, f"{origin}/timegate/{URL}")
    assert [one["datetime"] for one in told["mementos"]["list"]][-1] == "2024-11-11T08:15:00Z"
    assert told["next"] is None


def test_a_long_timemap_comes_in_parts(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memento, "_PAGE", 3)
    path, found = f"/timemap/json/{URL}", []
    while path:
        told = json.loads(fetch(origin + path)[2])
        found += [one["datetime"][:10] for one in told["mementos"]["list"]]
        path = (told["next"] or "").removeprefix(origin)
    assert found == ["2024-11-08", "2024-11-08", "2024-11-09", "2024-11-10", "2024-11-11"]
    assert 'rel="timemap"' in fetch(f"{origin}/timemap/link/{URL}")[2].decode()


def test_our_page_leads_to_the_exact_time_and_frames_the_capture_on_the_other_origin(origin: str) -> None:
    status, headers, _ = fetch(f"{origin}/replay/202411081200/{URL}")
    assert (status, headers["location"]) == (302, f"/replay/{stamp(0)}/{URL}")
    status, headers, body = fetch(f"{origin}/replay/{stamp(0)}/{URL}")
    text = body.decode()
    assert status == 200
    assert f'src="{REPLAY}/web/{stamp(0)}/{URL.replace("&", "&amp;")}"' in text
    assert 'sandbox="allow-scripts allow-same-origin allow-forms"' in text
    assert f"frame-src {REPLAY}" in headers["content-security-policy"]
    assert 'rel="original"' in headers["link"]
    assert "&lt;b&gt;Brücke" in text
    assert "\u202e" not in text
    assert f'href="/replay/{stamp(1)}/' in text
    assert f'href="/replay/{stamp(3)}/' in text
    assert "unchanged since" in fetch(f"{origin}/replay/{stamp(1)}/{URL}")[2].decode()


def test_one_slash_and_no_scheme_mean_the_same_page(origin: str) -> None:
    for spelling in ("https:/news.example/a?b=1&c=%D0%BC", "news.example/a?b=1&c=%D0%BC"):
        assert fetch(f"{origin}/replay/{stamp(0)}/{spelling}")[0] == 200


def test_without_a_replay_the_page_says_what_to_do(folder: Path) -> None:
    with run_web(folder / "store", collection="news", state=folder / "web", replay_missing="pywb is <not> here") as origin:
        text = fetch(f"{origin}/replay/{stamp(0)}/{URL}")[2].decode()
        assert "pywb is &lt;not&gt; here" in text
        assert "<code>warchive replay --setup</code>" in text
        assert "<iframe" not in text
        assert fetch(f"{origin}/timegate/{URL}")[1]["location"].startswith(f"{origin}/replay/{stamp(3)}/")
