"""Do other people's captures enter a collection whole, marked, once, and are they then found and read as ours are?"""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from archive import exits
from archive.reader import Archive, open_archive
from crawler.import_files import RefusedError
from tests.archive.theirs import Exchange, record, revisit, story, wacz_of, warc_of
from tests.e2e.driver import Bench
from tests.e2e.importer import imported

pytestmark = pytest.mark.xdist_group("import")

WALL = Exchange(url="http://river.example/wall", body=story("The wall that nobody repaired"))
FLOOD = Exchange(url="http://river.example/flood", body=story("Flood for the sixth time"), date="2024-11-08T08:15:01Z")
MIXED = (
    WALL,
    FLOOD,
    Exchange(url="http://river.example/old", status="301 Moved Permanently", headers=[("Location", "/wall")], body=b""),
    Exchange(url="http://river.example/nothing", status="404 Not Found"),
    Exchange(url="http://river.example/form", method="POST", body=story("Posted")),
    Exchange(url="http://river.example/style.css", mime="text/css", body=b"p{}"),
    Exchange(url="http://river.example/robots.txt", mime="text/plain", body=b"User-agent: *"),
    Exchange(url="http://river.example/feed", mime="application/rss+xml", body=b"<rss/>"),
    Exchange(url="http://river.example/", body=b"<html><body><a href='/wall'>The wall</a></body></html>"),
)


@functools.cache  # warcio makes other ids each time
def mixed() -> bytes:
    data = warc_of(MIXED)
    data += revisit(WALL.url, of=WALL, date="2024-11-10T00:00:00Z")
    data += revisit("http://river.example/mirror", of=FLOOD, date="2024-11-10T00:00:01Z", named=True)
    data += revisit("http://elsewhere.example/", of=Exchange(url="http://elsewhere.example/"), date="2024-11-10T00:00:02Z")
    data += record("resource", "urn:text:http://river.example/wall", b"words", content_type="text/plain")
    data += record("metadata", "metadata://gnu.org/software/wget/warc/wget.log", b"log", content_type="text/plain")
    return data


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A collection into which one file was imported."""
    bench = Bench.make(tmp_path_factory.mktemp("import"))
    (bench.folder / "theirs.warc.gz").write_bytes(mixed())
    done = bench.run("import", "theirs.warc.gz", "--json")
    assert done.exit_code == 0, done.stderr
    assert done.report is not None
    return bench


@pytest.fixture
def archive(bench: Bench) -> Any:
    with open_archive(str(bench.folder / "store"), collection="test", state=bench.folder / "other-state") as opened:
        yield opened


def test_the_file_is_kept_untouched_and_marked_as_theirs(bench: Bench) -> None:
    (run,) = bench.runs()
    (warc,) = [entry for entry in run.manifest.files if entry.path.startswith("archive/")]
    key = run.manifest.folder.key(warc.path)
    assert bench.store.get(key) == mixed()
    sha256 = hashlib.sha256(mixed()).hexdigest()
    assert run.manifest.info["imported"] == [{"name": "theirs.warc.gz", "sha256": sha256, "filename": warc.path.removeprefix("archive/")}]
    assert all(capture["imported"] is True for capture in run.captures)


def test_each_record_has_one_outcome_and_the_sums_balance(bench: Bench) -> None:
    report = bench.runs()[0].report
    (file,) = report["imported"]
    assert file["outcomes"] == {
        "article": 2,
        "beside:request": 9,
        "beside:warcinfo": 1,
        "http_error:404": 1,
        "metadata": 1,
        "not_article:empty": 1,
        "other_method": 1,
        "redirect": 1,
        "requisite": 1,
        "resource": 1,
        "revisit": 3,
        "robots": 1,
        "seed": 1,
    }
    assert sum(file["outcomes"].values()) == file["records"] == 24
    assert report["captures"]["total"] == len(bench.captures()) == 14
    assert sum(report["totals"]["outcomes"].values()) == report["totals"]["candidates"]
    kinds = Counter(capture["kind"] for capture in bench.captures())
    assert kinds == {"page": 8, "requisite": 4, "robots": 1, "seed": 1}
    assert file["digests"] == {"wrong": 0, "missing": 0}


def test_every_capture_reads_as_it_was_kept_and_revisits_find_what_they_repeat(archive: Archive) -> None:
    read = {ref.url + " " + ref.record_type: archive.read(ref) for ref in archive.all_captures() if "elsewhere" not in ref.url}
    assert len(read) == 13
    assert archive.payload(read[f"{WALL.url} response"]) == WALL.body
    assert archive.payload(read[f"{WALL.url} revisit"]) == WALL.body
    assert archive.payload(read["http://river.example/mirror revisit"]) == FLOOD.body
    assert archive.payload(read["urn:text:http://river.example/wall resource"]) == b"words"
    (lost,) = [ref for ref in archive.all_captures() if "elsewhere" in ref.url]
    with pytest.raises(Exception, match="not imported"):
        archive.read(lost)


def test_articles_come_out_with_their_dates_and_without_a_zone_that_nobody_told(archive: Archive) -> None:
    articles = {article.url: article for article in archive.articles()}
    assert set(articles) == {WALL.url, FLOOD.url}
    wall = articles[WALL.url]
    assert wall.title == "The wall that nobody repaired"
    assert "first time this winter" in wall.text
    assert wall.captured_at == "2024-11-08T08:15:00.000000Z"
    assert wall.date_published == "2024-11-07T10:00:00+02:00"
    assert wall.source is None
    assert wall.discovered_via is None
    capture = archive.capture_of(wall)
    assert capture is not None
    assert capture.imported


def test_lookup_show_and_runs_say_whose_it_is(bench: Bench) -> None:
    found = json.loads(bench.run("lookup", WALL.url, "--json").stdout)
    assert [row["imported"] for row in found] == [True, True]
    shown = bench.run("show", WALL.url)
    assert "imported     from theirs.warc.gz" in shown.stdout
    told = bench.run("runs", "show", "last").stdout
    assert "theirs.warc.gz" in told
    assert "2 article" in told


def test_a_file_that_is_here_already_is_recognised_by_its_bytes(bench: Bench) -> None:
    before = bench.keys()
    (bench.folder / "renamed.warc.gz").write_bytes(mixed())
    done = bench.run("import", "renamed.warc.gz", "theirs.warc.gz")
    assert done.exit_code == 0
    assert "nothing new to import" in done.stdout
    assert done.stderr.count("in the collection already, in run") == 2
    assert bench.keys() == before


def test_a_dry_run_tells_the_same_and_stores_nothing(bench: Bench) -> None:
    before = bench.keys()
    (bench.folder / "more.warc.gz").write_bytes(warc_of([Exchange(url="http://river.example/more", body=story("More"))]))
    done = bench.run("import", "more.warc.gz", "theirs.warc.gz", "--dry-run")
    assert done.exit_code == 0, done.stderr
    assert "more.warc.gz: 1 text" in done.stdout
    assert "theirs.warc.gz: in the collection already" in done.stdout
    assert bench.keys() == before


def test_texts_are_made_again_of_imported_captures_too(bench: Bench) -> None:
    done = bench.run("extract", "--all", "--dry-run", "--json")
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["captures"]["damaged"] == 0
    assert report["records"]["written"] == 0, report


def test_refused_files_are_all_named_with_what_to_do_and_nothing_is_stored(bench: Bench, tmp_path: Path) -> None:
    before = bench.keys()
    plain, whole, good = tmp_path / "plain.warc", tmp_path / "bad\x1b[31m.warc.gz", tmp_path / "good.warc.gz"
    plain.write_bytes(warc_of([WALL], compressed=False))
    whole.write_bytes(gzip.compress(warc_of([FLOOD], compressed=False)))
    good.write_bytes(warc_of([Exchange(url="http://river.example/good", body=story("Good"))]))
    done = bench.run("import", plain, good, tmp_path / "missing.warc.gz")
    assert done.exit_code == exits.USAGE
    assert "plain.warc: it is not compressed" in done.stderr
    assert "warcio recompress" in done.stderr
    assert "missing.warc.gz: there is no such file" in done.stderr
    assert "nothing was imported" in done.stderr
    with pytest.raises(RefusedError, match="several records share one gzip member") as refused:
        imported(bench, good, whole)  # found only when it is read
    assert "\x1b" not in str(refused.value)
    assert bench.keys() == before
    assert bench.spool_files() == []
    assert bench.acknowledged() == []


def test_a_file_that_is_cut_gives_what_is_good_and_exit_4(tmp_path: Path) -> None:
    bench = Bench.make(tmp_path)
    data = warc_of([WALL, FLOOD])
    cut = data[: len(data) - 500]
    (tmp_path / "cut.warc.gz").write_bytes(cut)
    done = imported(bench, Path("cut.warc.gz"))
    assert done.exit_code == exits.PARTIAL
    assert done.report is not None
    (file,) = done.report["imported"]
    assert file["outcomes"]["broken:cut"] == 1
    assert "the file ends" in file["problems"][0]["detail"]
    assert file["broken_at"] == file["problems"][0]["offset"]
    assert [capture["url"] for capture in bench.captures()] == [WALL.url]
    (key,) = [key for key in dict(bench.keys()) if key.endswith(".warc.gz")]
    assert bench.store.get(key) == cut


def test_a_wacz_gives_its_warc_files_and_its_page_list_tells_pages_from_frames(tmp_path: Path) -> None:
    bench = Bench.make(tmp_path)
    moved = Exchange(url="http://river.example/old", status="302 Found", headers=[("Location", "/wall")], body=b"")
    one, two = warc_of([moved, WALL]), warc_of([FLOOD])
    data = wacz_of({"archive/a.warc.gz": one, "archive/b.warc.gz": two}, pages=["http://river.example/old#top"])
    (tmp_path / "x.wacz").write_bytes(data)
    assert imported(bench, Path("x.wacz"), source="river").exit_code == 0
    (run,) = bench.runs()
    assert [bench.store.get(run.manifest.folder.key(entry.path)) for entry in run.manifest.files[:2]] == [one, two]
    package = {"name": "x.wacz", "sha256": hashlib.sha256(data).hexdigest()}
    assert [entry["package"] for entry in run.manifest.info["imported"]] == [package, package]
    assert {capture["url"]: capture["kind"] for capture in run.captures} == {moved.url: "page", WALL.url: "page", FLOOD.url: "requisite"}
    assert {capture["source"] for capture in run.captures} == {"river"}
    again = imported(bench, Path("x.wacz"))
    assert again.run is None
    assert [one["run"] for one in again.here] == [run.manifest.run] * 2


def test_imported_captures_join_the_history_in_the_order_of_capture_and_renumber_nothing(tmp_path: Path) -> None:
    bench = Bench.make(tmp_path)
    url = "http://river.example/history"

    def version(year: int, words: str) -> Exchange:
        return Exchange(url=url, body=story(words), date=f"{year}-01-01T00:00:00Z")

    for name, given in {
        "first": [version(2020, "Two thousand and twenty")],
        "older and newer": [version(2022, "Two thousand and twenty-two"), version(2018, "Two thousand and eighteen")],
        "same as a neighbour": [version(2019, "Two thousand and twenty"), version(2021, "Two thousand and twenty")],
    }.items():
        (tmp_path / f"{name}.warc.gz").write_bytes(warc_of(given))
        assert imported(bench, Path(f"{name}.warc.gz"), texts=True).exit_code == 0
    articles = {article["captured_at"][:4]: article for article in bench.articles()}
    assert {year: article["version"] for year, article in articles.items()} == {"2020": 1, "2018": 2, "2022": 3}
    assert articles["2018"]["previous_id"] is None
    assert articles["2022"]["previous_id"] == articles["2020"]["id"]
    assert articles["2022"]["change"]["text"] is True
    with open_archive(str(tmp_path / "store"), collection="test", state=tmp_path / "s") as archive:
        current = archive.article(url)
        assert current is not None
        assert current.captured_at is not None
        assert current.captured_at[:4] == "2022"
        assert [one.captured_at[:4] for one in archive.versions(current.article_id) if one.captured_at] == ["2018", "2020", "2022"]
        at = archive.article(url, at="2021-06-01")
        assert at is not None
        assert at.id == articles["2020"]["id"]
        assert [article.id for article in archive.articles()] == [articles["2022"]["id"]]


def test_without_text_the_pages_wait_for_extract(tmp_path: Path) -> None:
    bench = Bench.make(tmp_path)
    (tmp_path / "x.warc.gz").write_bytes(warc_of([WALL]))
    done = imported(bench, Path("x.warc.gz"))
    assert done.report is not None
    assert done.report["totals"]["outcomes"] == {"beside": 2, "captured": 1}
    assert bench.articles() == []
    assert bench.run("extract", "--all", "--json").exit_code == 0
    shown = bench.run("show", WALL.url, "--extraction", "latest")
    assert "The wall that nobody repaired" in shown.stdout


def test_what_others_captured_keeps_nothing_of_ours_from_being_asked(tmp_path: Path) -> None:
    bench = Bench.make(tmp_path)
    (tmp_path / "x.warc.gz").write_bytes(warc_of([WALL]))
    assert imported(bench, Path("x.warc.gz")).exit_code == 0
    with open_archive(str(tmp_path / "store"), collection="test", state=tmp_path / "s") as archive:
        (ref,) = archive.captures(WALL.url)
        assert not archive.catalogue.knows_page(WALL.url)
        assert archive.catalogue.last_capture(WALL.url) is None
        assert archive.catalogue.original_of(ref.entity_digest, WALL.url) is None


def test_hostile_names_urls_and_headers_stay_where_they_are(tmp_path: Path) -> None:
    bench = Bench.make(tmp_path)
    evil = "http://river.example/\x1b[31m<script>../../etc"
    data = warc_of([WALL])
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>"
    data += record("response", evil, answer, content_type="application/http; msgtype=response")
    data += record("res\x1b[1mource", "urn:a:b", b"x", content_type="text/plain", headers={"WARC-Record-ID": "<urn:\x1b]0;x\x07>"})
    name = "../..\x1b[31m‮gz.craw.warc.gz".replace("/", "_")
    (tmp_path / name).write_bytes(data)
    done = bench.run("import", name)
    assert done.exit_code == exits.PARTIAL
    assert "\x1b" not in done.stderr + done.stdout
    assert "‮" not in done.stderr + done.stdout
    (run,) = bench.runs()
    assert "\x1b" not in json.dumps(run.manifest.info, ensure_ascii=False)
    assert len(run.captures) == 1
