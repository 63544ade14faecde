"""Does pywb show what the server sent, from a run folder as it is?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archive.warc import timestamp14
from tests.interop.conftest import SampleRun
from tests.interop.environment import program
from tests.interop.sample import HTML, Sample, samples
from tests.servers import pywb

pytestmark = pytest.mark.interop

# A cut body replays with the length that was promised, a 304 without a body: as the server answered, but nothing to compare.
_OTHERS = {"cut", "not-modified", "not-http"}


@pytest.fixture(scope="module")
def replay(sample_run: SampleRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[pywb.Pywb]:
    with pywb.serve(program("wayback"), tmp_path_factory.mktemp("pywb"), [sample_run.folder]) as server:
        yield server


@pytest.mark.parametrize("sample", [one for one in samples() if one.name not in _OTHERS], ids=lambda one: one.name)
def test_the_payload_replays_as_the_server_meant_it(replay: pywb.Pywb, sample_run: SampleRun, sample: Sample) -> None:
    answer = replay.replay(sample.capture.url, timestamp14(sample.capture.fetched_at))
    assert answer.status == sample_run.refs[sample.name].status
    assert answer.body == sample.body
    assert answer.headers["memento-datetime"] == sample.capture.fetched_at.strftime("%a, %d %b %Y %H:%M:%S GMT")


@pytest.mark.parametrize("name", ["chunked-gzip", "br", "plain-again", "br-again", "copy-of-plain", "rechunked"])
def test_a_page_and_a_revisit_open_in_the_browser_frame(replay: pywb.Pywb, name: str) -> None:
    sample = next(one for one in samples() if one.name == name)
    answer = replay.replay(sample.capture.url, timestamp14(sample.capture.fetched_at), modifier="mp_")
    assert answer.status == 200
    assert HTML[HTML.index(b"<p>") :] in answer.body  # with pywb's banner before it


def test_a_revisit_replays_with_its_own_head(replay: pywb.Pywb) -> None:
    again = next(one for one in samples() if one.name == "plain-again")
    answer = replay.replay(again.capture.url, timestamp14(again.capture.fetched_at))
    assert answer.headers["x-archive-orig-x-again" if "x-archive-orig-x-again" in answer.headers else "x-again"] == "yes"


def test_an_interim_response_is_not_replayed_in_place_of_the_page(replay: pywb.Pywb) -> None:
    sample = next(one for one in samples() if one.name == "interim")
    answer = replay.replay(sample.capture.url, timestamp14(sample.capture.fetched_at))
    assert (answer.status, answer.headers.get("link", "").count("a.css")) == (200, 0)


def test_a_304_is_answered_as_304(replay: pywb.Pywb) -> None:
    sample = next(one for one in samples() if one.name == "not-modified")
    answer = replay.replay(sample.capture.url, timestamp14(sample.capture.fetched_at))
    assert (answer.status, answer.body) == (304, b"")
