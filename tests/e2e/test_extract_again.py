"""Does `warchive extract` make the same text again of what the archive keeps, and a newer one beside it that says what changed?"""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
import shutil
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.article import version_id
from archive.crashpoints import EXTRACTION_POINTS
from archive.extractions import list_extractions, read_extraction
from archive.layout import MANIFEST, REPORT
from archive.lock import StateLock
from crawler.newspaper import Newspaper
from tests.archive.shelf import START, Entry, page, publish
from tests.desk import run_warchive
from tests.e2e import river
from tests.e2e.driver import Bench, CompletedRun
from tests.e2e.newer import newer
from tests.e2e.river import TOPICS
from tests.servers.s3server import S3Server

pytestmark = pytest.mark.xdist_group("extract-again")

EDITED, GONE = "visnyk-dolyny", "sada-aljibal"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the newspaper in two editions. To be copied, not worked in."""
    with Newspaper() as paper:
        bench = Bench.of_newspaper(tmp_path_factory.mktemp("again"), paper)
        assert bench.crawl().exit_code == 0
        paper.edition = 2
        assert bench.crawl("--recheck").exit_code == 0
        yield bench.folder


@pytest.fixture
def bench(crawled: Path, tmp_path: Path) -> Bench:
    """A copy of it."""
    return copied(crawled, tmp_path / "bench")


@pytest.fixture(scope="module")
def undisturbed(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Key → hash of what a newer extractor stores when nobody disturbs it, but for the manifest, which tells the time."""
    folder = tmp_path_factory.mktemp("undisturbed")
    bench = copied(crawled, folder / "bench")
    assert bench.run("extract", "--all", env=newer(folder / "newer", edited=EDITED, gone=GONE)).exit_code == 0
    return made_again(bench)


def copied(folder: Path, target: Path) -> Bench:
    shutil.copytree(folder, target)
    return Bench(target)


def hashes(bench: Bench) -> dict[str, str]:
    store = bench.store
    return {key: hashlib.sha256(store.get(key)).hexdigest() for key, _size in bench.keys().items()}


def made_again(bench: Bench) -> dict[str, str]:
    return {key: found for key, found in hashes(bench).items() if "/extractions/" in key and not key.endswith(MANIFEST)}


def records(bench: Bench) -> list[dict[str, Any]]:
    """All records that lie in extractions, by the manifests alone."""
    found = []
    for name in list_extractions(bench.store, bench.collection):
        manifest = read_extraction(bench.store, bench.collection, name)
        for entry in manifest.paths("articles"):
            data = bench.store.get(manifest.folder.key(entry.path))
            assert hashlib.sha256(data).hexdigest() == entry.sha256
            found += [json.loads(line) for line in gzip.decompress(data).splitlines()]
    return found


def exported(bench: Bench, *arguments: str) -> list[dict[str, Any]]:
    done = bench.run("export", *arguments)
    assert done.exit_code == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def report_of(done: CompletedRun) -> dict[str, Any]:
    assert done.exit_code == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


# -- the same extractor


def test_the_same_extractor_makes_every_record_again_byte_by_byte_and_stores_nothing(bench: Bench) -> None:
    before = hashes(bench)
    report = report_of(bench.run("extract", "--all", "--json"))
    articles = bench.articles()
    assert report["records"] == {"identical": len(articles), "written": 0}
    assert report["texts"] == {"equal": len(articles), "changed": 0, "new": 0, "gone": 0}
    assert report["captures"]["failed"] == report["captures"]["damaged"] == report["unlike_by_the_same_version"] == 0
    assert hashes(bench) == before
    assert [path.name for path in (bench.state / "extractions").iterdir()] == ["lock"]


def test_neither_zone_nor_hash_seed_nor_number_of_children_changes_a_byte(bench: Bench) -> None:
    one = bench.run("extract", "--all", "--stdout", "--workers", "1", env={"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "1", "LANG": "C"})
    other = bench.run("extract", "--all", "--stdout", "--workers", "3", env={"TZ": "America/St_Johns", "PYTHONHASHSEED": "77"})
    assert one.exit_code == other.exit_code == 0, one.stderr + other.stderr
    assert one.stdout == other.stdout
    made = [json.loads(line) for line in one.stdout.splitlines()]
    assert made == [{**article, "extracted_at": None} for article in bench.articles()]


def test_without_the_files_of_the_sources_the_archive_alone_makes_the_same_text(bench: Bench) -> None:
    shutil.rmtree(bench.folder / "sources")
    (bench.folder / "sources").mkdir()
    report = report_of(bench.run("extract", "--all", "--dry-run", "--json"))
    assert report["records"]["identical"] == len(bench.articles())


def test_what_a_person_captured_is_made_again_too(tmp_path: Path) -> None:
    with Newspaper() as paper:
        bench = Bench.of_newspaper(tmp_path, paper)
        done = bench.run("capture", "http://www.harbour-courier.example/2025/01/13/las-radios-de-la-frontera")
        assert done.exit_code == 0, done.stderr
    report = report_of(bench.run("extract", "--run", "last", "--json"))
    assert report["records"] == {"identical": 1, "written": 0}


def test_a_run_a_source_and_a_time_span_are_what_is_looked_at(bench: Bench) -> None:
    first, second = bench.runs()
    last = report_of(bench.run("extract", "--run", "last", "--dry-run", "--json"))
    assert last["selection"]["run"] == second.run
    assert last["captures"]["articles"] == len(second.articles)
    visnyk = report_of(bench.run("extract", "--source", "visnyk", "--dry-run", "--json"))
    assert visnyk["captures"]["articles"] == sum(article["source"] == "visnyk" for article in bench.articles())
    boundary = second.manifest.started_at
    spans = [report_of(bench.run("extract", *span, "--dry-run", "--json")) for span in (("--until", boundary), ("--since", boundary))]
    assert [span["captures"]["articles"] for span in spans] == [len(first.articles), len(second.articles)]


# -- a newer one


def test_a_newer_extractor_stores_new_files_beside_the_old_ones_and_says_what_changed(bench: Bench, tmp_path: Path) -> None:
    before, old = hashes(bench), {article["id"]: article for article in bench.articles()}
    report = report_of(bench.run("extract", "--all", "--json", env=newer(tmp_path / "newer", edited=EDITED, gone=GONE)))
    after = hashes(bench)
    assert {key: after[key] for key in before} == before
    assert all(key.startswith("test/extractions/rules-") for key in set(after) - set(before))
    edited = {id for id, article in old.items() if EDITED in article["url"]}
    gone = {id for id, article in old.items() if GONE in article["url"]}
    assert edited
    assert gone
    assert report["texts"] == {"equal": len(old) - len(edited) - len(gone), "changed": len(edited), "new": 0, "gone": len(gone)}
    assert {row["id"] for row in report["most_changed"]} == edited
    assert [row["similarity"] for row in report["most_changed"]] == sorted(row["similarity"] for row in report["most_changed"])
    assert report["fields"]["section"] == len(edited)
    assert report["verdicts"]["article > section"] == len(gone)
    new = {record["id"]: record for record in records(bench)}
    assert set(new) == set(old) - gone
    for id, record in new.items():
        was = old[id]
        assert "rules-10" in record["extractor"]["version"]
        assert record["extracted_at"] is None
        for name in ("article_id", "version", "previous_id", "source", "run", "captured_at", "warc", "url", "discovered_via", "dates"):
            assert record[name] == was[name], name
        assert (record["text"] == was["text"]) == (id not in edited)


def test_what_was_made_again_is_read_when_it_is_asked_for_and_not_before(bench: Bench, tmp_path: Path) -> None:
    as_captured = bench.run("export", "--all-versions").stdout
    done = bench.run("extract", "--all", env=newer(tmp_path / "newer", edited=EDITED, gone=GONE))
    assert done.exit_code == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert bench.run("export", "--all-versions").stdout == as_captured
    latest = exported(bench, "--all-versions", "--extraction", "latest")
    assert [record["id"] for record in latest] == [
        article["id"] for article in map(json.loads, as_captured.splitlines()) if GONE not in article["url"]
    ]
    assert {record["extractor"]["version"] for record in latest} == {record["extractor"]["version"] for record in records(bench)}
    (name,) = list_extractions(bench.store, bench.collection)
    assert exported(bench, "--extraction", name, "--source", "visnyk") == [
        record for record in exported(bench, "--extraction", "latest") if record["source"] == "visnyk"
    ]
    one = latest[0]
    shown = json.loads(bench.run("show", one["id"], "--format", "json", "--extraction", "latest").stdout)
    assert shown.get("article", shown)["extractor"] == one["extractor"]
    gone = next(article for article in bench.articles() if GONE in article["url"])
    assert bench.run("show", gone["id"], "--extraction", "latest").exit_code == 5
    assert bench.run("show", gone["id"]).exit_code == 0
    assert bench.run("export", "--extraction", "nonsense").exit_code == 2


def test_the_same_work_on_another_machine_gives_the_same_files(bench: Bench, tmp_path: Path, undisturbed: dict[str, str]) -> None:
    env = newer(tmp_path / "newer", edited=EDITED, gone=GONE) | {"PYTHONHASHSEED": "5", "TZ": "Pacific/Auckland"}
    shutil.rmtree(bench.folder / "state")
    assert bench.run("extract", "--all", "--workers", "4", env=env).exit_code == 0
    assert made_again(bench) == undisturbed


def test_what_is_there_already_is_not_made_once_more(bench: Bench, tmp_path: Path) -> None:
    env = newer(tmp_path / "newer", edited=EDITED)
    assert bench.run("extract", "--source", "visnyk", env=env).exit_code == 0
    before = hashes(bench)
    again = bench.run("extract", "--source", "visnyk", env=env)
    assert "was stored before" in again.stdout
    assert hashes(bench) == before


# -- cut short


@pytest.mark.slow
@pytest.mark.parametrize("point", [f"{point}:9" if point == "extraction-settled" else point for point in EXTRACTION_POINTS])
def test_a_process_that_is_killed_leaves_nothing_to_be_seen_and_the_next_one_goes_on(
    crawled: Path, tmp_path: Path, undisturbed: dict[str, str], point: str
) -> None:
    bench = copied(crawled, tmp_path / "bench")
    env = newer(tmp_path / "newer", edited=EDITED, gone=GONE)
    killed = bench.run("extract", "--all", env={**env, "WARCHIVE_CRASH_AT": point})
    assert killed.exit_code == -signal.SIGKILL, f"{point} was not passed: {killed.stderr}"
    assert bool(list(list_extractions(bench.store, bench.collection))) == (point == "extraction-manifest")
    assert bench.run("extract", "--all", env=env).exit_code == 0
    assert made_again(bench) == undisturbed
    assert [path.name for path in (bench.state / "extractions").iterdir()] == ["lock"]


def test_a_second_call_makes_only_what_the_first_one_left(bench: Bench, tmp_path: Path) -> None:
    env = newer(tmp_path / "newer", edited=EDITED)
    bench.run("extract", "--all", env={**env, "WARCHIVE_CRASH_AT": "extraction-remembered"})
    began = time.monotonic()
    done = bench.run("extract", "--all", env={**env, "WARCHIVE_CRASH_AT": "extraction-settled"})
    assert done.exit_code == 0, f"it made again what was made: {done.stderr} after {time.monotonic() - began} s"


def test_two_at_once_are_refused_and_a_crawl_is_not(bench: Bench) -> None:
    with StateLock(bench.state / "extractions"):
        done = bench.run("extract", "--all")
        assert done.exit_code == 75
        assert "another extraction" in done.stderr
    with StateLock(bench.state):
        assert bench.run("extract", "--run", "last").exit_code == 0


def test_a_signal_stops_it_cleanly(bench: Bench, tmp_path: Path) -> None:
    env = newer(tmp_path / "newer", edited=EDITED, wedged="harbour-courier")
    with bench.start("extract", "--all", "--workers", "1", env=env) as running:
        work = bench.state / "extractions"
        deadline = time.monotonic() + 30
        while not list(work.glob("*/work.sqlite")) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)
        running.signal(signal.SIGTERM)
        done = running.finish(timeout=90)
    assert done.exit_code == 11, done.stderr
    assert "goes on" in done.stderr


# -- what goes wrong


def test_a_page_on_which_the_extractor_never_ends_costs_that_page_alone(crawled: Path, tmp_path: Path) -> None:
    bench = copied(crawled, tmp_path / "bench")
    victim = next(article["url"] for article in bench.articles() if article["source"] == "courier" and article["version"] == 1)
    env = newer(tmp_path / "newer", wedged=victim) | {"WARCHIVE_EXTRACTION_WALL_SECONDS": "3"}
    count = len(bench.articles())
    wedged = sum(article["url"] == victim for article in bench.articles())
    report = report_of(bench.run("extract", "--all", "--json", env=env))
    assert {row["url"] for row in report["failed"]} == {victim}
    assert set(report["failures"]) <= {"timeout", "cpu"}
    assert report["captures"]["articles"] == count - wedged
    assert victim in {record["url"] for record in exported(bench, "--extraction", "latest")}, "its text of old is still there"


def test_a_damaged_record_is_named_and_its_neighbours_are_made(bench: Bench) -> None:
    article = bench.articles()[3]
    (path,) = (bench.folder / "store").rglob(article["warc"]["filename"])
    data = bytearray(path.read_bytes())
    data[article["warc"]["offset"] + article["warc"]["length"] // 2] ^= 0xFF
    path.chmod(0o644)
    path.write_bytes(data)
    done = bench.run("extract", "--all", "--json")
    assert done.exit_code == 7
    report = json.loads(done.stdout)
    assert [row["record_id"] for row in report["damaged"]] == [article["warc"]["record_id"]]
    assert report["records"]["identical"] == len(bench.articles()) - 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--all", "page.html"),
        ("--all", "--run", "last"),
        ("page.html", "--dry-run"),
        ("--all", "--url", "http://a.example/"),
        ("--run", "20000101t000000z-00000000"),
        ("--since", "yesterday"),
        ("--all", "--stdout", "--json"),
    ],
)
def test_contradictions_are_told_with_the_next_step(bench: Bench, arguments: tuple[str, ...]) -> None:
    done = bench.run("extract", *arguments)
    assert done.exit_code == 2
    assert done.stderr.startswith("warchive: ")
    assert len(done.stderr.splitlines()) >= 2


# -- captured without text


def test_pages_that_were_captured_without_text_get_it_later(tmp_path: Path) -> None:
    with Newspaper() as paper:
        plain = Bench.of_newspaper(tmp_path / "plain", paper)
        silent = Bench.of_newspaper(tmp_path / "silent", paper)
        # The feed writes other addresses (`?utm_source=...`) than the sitemaps, and a story is asked for at the first that is read: which
        # one that is, is a race. Here one crawl never sees the feed, so that the two disagree on it each time.
        without_feed(silent.folder / "sources" / "courier.toml")
        assert plain.crawl().exit_code == 0
        assert silent.crawl("--no-text").exit_code in (0, 5)
    assert silent.articles() == []
    report = report_of(silent.run("extract", "--all", "--json"))
    assert report["texts"]["new"] > 0
    made = exported(silent, "--all-versions", "--extraction", "latest")
    wanted = {article["article_id"]: article for article in plain.articles()}
    assert len(made) == len(wanted) == report["texts"]["new"]
    for record in made:
        assert record["id"] == version_id(record["article_id"], record["warc"]["record_id"])
        assert record["version"] == 1
        assert record["text"] == wanted[record["article_id"]]["text"]
    assert {record["article_id"] for record in made} == set(wanted)
    assert not any("utm_source" in record["url"] for record in made)
    assert exported(silent) == []


def without_feed(path: Path) -> None:
    """Strike the feeds from a source file."""
    head, *seeds = path.read_text(encoding="utf-8").split("[[seeds]]")
    kept = [seed for seed in seeds if 'type = "feed"' not in seed]
    assert 0 < len(kept) < len(seeds)
    path.write_text("[[seeds]]".join([head, *kept]), encoding="utf-8")


def test_articles_that_no_run_has_are_numbered_in_the_order_of_their_captures(tmp_path: Path) -> None:
    """One page captured four times without text, unchanged the second time; another that has a version already, and then changed."""
    path, known = "/news/bridge", "/news/harbour"
    stories = ["first", "first", "second", "third"]
    refs = []
    for number, story in enumerate(stories):
        entries = [Entry(capture=page(path, body_of(story), after=3600 * number))]
        if number == 0:
            entries.append(Entry(capture=page(known, body_of("old"), after=9), article={"text": "It was another text.", "version": 1}))
        if number == 2:
            entries.append(Entry(capture=page(known, body_of("changed"), after=3600 * number + 9)))
        refs.append(publish(tmp_path, entries, started=START + timedelta(hours=number), token=f"0000000{number}"))
    done = run_warchive(tmp_path, "--collection", "news", "extract", "--all", "--json")
    assert done.code == 0, done.stderr
    assert done.json()["captures"]["unchanged_then"] == 1
    rows = run_warchive(tmp_path, "--collection", "news", "export", "--all-versions", "--extraction", "latest").rows()
    bridge = [row for row in rows if row["url"].endswith(path)]
    assert [row["version"] for row in bridge] == [1, 2, 3]
    assert [row["previous_id"] for row in bridge] == [None, bridge[0]["id"], bridge[1]["id"]]
    assert [row["warc"]["record_id"] for row in bridge] == [refs[0][0].record_id, refs[2][0].record_id, refs[3][0].record_id]
    assert [row["change"] and row["change"]["text"] for row in bridge] == [None, True, True]
    harbour = [row for row in rows if row["url"].endswith(known)]
    assert [row["version"] for row in harbour] == [1, 2]
    assert harbour[1]["previous_id"] == harbour[0]["id"]
    latest = run_warchive(tmp_path, "--collection", "news", "export", "--extraction", "latest").rows()
    assert {(row["url"], row["version"]) for row in latest} == {(bridge[2]["url"], 3), (harbour[1]["url"], 2)}
    for at, version in (("2024-11-08T08:30:00Z", 1), ("2024-11-08T10:30:00Z", 2), ("2025-01-01", 3)):
        shown = run_warchive(
            tmp_path, "--collection", "news", "show", refs[0][0].url, "--at", at, "--format", "json", "--extraction", "latest"
        )
        assert shown.json().get("article", shown.json())["version"] == version


def test_a_line_of_the_whole_source_is_furniture_also_after_a_kill_and_in_any_order(tmp_path: Path) -> None:
    texts = []
    for name, topics, point in (("one", TOPICS, None), ("other", TOPICS[::-1], "extraction-settled:11")):
        folder = tmp_path / name
        for number, topic in enumerate(topics):
            publish(
                folder,
                [Entry(capture=page(f"/{topic}", river.page(topic)))],
                started=START + timedelta(hours=number),
                token=f"0000000{number}",
            )
        if point:
            killed = run_warchive(folder, "--collection", "news", "extract", "--source", "news", env={"WARCHIVE_CRASH_AT": point})
            assert killed.code == -signal.SIGKILL
        done = run_warchive(folder, "--collection", "news", "extract", "--source", "news", "--json")
        assert done.code == 0, done.stderr
        assert done.json()["texts"]["new"] == len(TOPICS)
        rows = run_warchive(folder, "--collection", "news", "export", "--extraction", "latest").rows()
        assert not any(river.FURNITURE in row["text"] for row in rows)
        assert len({tuple(row["extractor"]["furniture"]) for row in rows}) == 1
        texts.append({row["url"]: (row["text"], row["extractor"]) for row in rows})
        plain = run_warchive(folder, "--collection", "news", "extract", "--source", "news", "--no-site-memory", "--stdout").rows()
        assert all(river.FURNITURE in row["text"] for row in plain)
        alone = run_warchive(folder, "--collection", "news", "extract", "--run", "last", "--stdout").rows()
        assert [river.FURNITURE in row["text"] for row in alone] == [True]
    assert texts[0] == texts[1]


def body_of(story: str) -> bytes:
    """A page with an article that has this word in it."""
    return (
        f"<html lang=en><head><title>The bridge, the {story} time</title></head><body><article><h1>The bridge, the {story} time</h1>"
        f"<p>Engineers closed the {story} part of the bridge on Friday, after two winters of work by more than forty people.</p>"
        f"<p>The road around the harbour stays open, said the city, and the {story} tram will run again before the end of the year.</p>"
        "</article></body></html>"
    ).encode()


def test_in_s3_it_is_the_same_as_in_a_folder(crawled: Path, tmp_path: Path, s3_server: S3Server) -> None:
    """The same bytes in a bucket: the same files come of it, also where the process was killed in between."""
    local, remote = copied(crawled, tmp_path / "local"), tmp_path / "remote"
    env = newer(tmp_path / "newer", edited=EDITED, gone=GONE)
    url = s3_server.url(f"again-{secrets.token_hex(4)}")
    bench = Bench.make(remote, store=url)
    shutil.copytree(local.folder / "sources", remote / "sources", dirs_exist_ok=True)
    for key in local.keys():  # noqa: SIM118 (a method of the bench)
        data = local.store.get(key)
        bench.store.put(key, data, sha256=hashlib.sha256(data).hexdigest())
    assert local.run("extract", "--all", env=env).exit_code == 0
    assert bench.run("extract", "--all", env={**env, "WARCHIVE_CRASH_AT": "extraction-part"}).exit_code == -signal.SIGKILL
    assert bench.run("extract", "--all", env=env).exit_code == 0
    assert made_again(bench) == made_again(local)
    assert exported(bench, "--extraction", "latest") == exported(local, "--extraction", "latest")


def test_the_report_lies_in_the_store_and_is_the_one_that_is_printed(bench: Bench, tmp_path: Path) -> None:
    printed = report_of(bench.run("extract", "--run", "last", "--json", env=newer(tmp_path / "newer", edited=EDITED)))
    (name,) = list_extractions(bench.store, bench.collection)
    manifest = read_extraction(bench.store, bench.collection, name)
    assert json.loads(bench.store.get(manifest.folder.key(REPORT))) == printed
    assert manifest.captures == printed["captures"]["looked_at"]
    assert manifest.articles == len(records(bench)) == printed["records"]["written"]
