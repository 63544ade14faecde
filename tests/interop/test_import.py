"""Are WARC and WACZ files of wget, warcio, pywb and py-wacz indexed as cdxj-indexer does, and does pywb replay what was imported?"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive.cdxj import parse_line
from archive.reader import open_archive
from crawler.newspaper import Newspaper
from tests.e2e.driver import Bench, StoredRunFiles
from tests.e2e.importer import imported
from tests.interop.environment import environment, program, run
from tests.servers.pywb import serve
from tests.servers.require import Missing, require

pytestmark = pytest.mark.xdist_group("interop-import")

SITE = "http://sada-aljibal.example/"
ARTICLE = f"{SITE}he/article.php?id=7004"
CAPTURED = """
import sys
from warcio.capture_http import capture_http
import requests
with capture_http(sys.argv[1]):
    for url in sys.argv[2:]:
        requests.get(url, timeout=10)
    requests.post(sys.argv[2], data={"a": "b"}, timeout=10)
"""


def samples() -> Path:
    """pywb's own, which its wheel brings along."""
    program("wayback")
    folder = environment() / "sample_archive" / "warcs"
    if not folder.is_dir():
        require(Missing(f"{folder} is not there: this pywb brings no samples"))
    return folder


def indexed_elsewhere(run_files: StoredRunFiles, folder: Path, bench: Bench) -> list[str]:
    """What cdxj-indexer says of the WARC files of a run, as they lie in the store."""
    paths = [bench.folder / "store" / run_files.manifest.folder.key(entry.path) for entry in run_files.manifest.files]
    done = run("cdxj-indexer", "--sort", *[path for path in paths if path.name.endswith(".warc.gz")])
    assert done.returncode == 0, done.stderr
    return sorted(set(done.stdout.splitlines()), key=str.encode)


def index_of(run_files: StoredRunFiles, bench: Bench) -> list[str]:
    return bench.store.get(run_files.manifest.folder.key("indexes/index.cdxj")).decode().splitlines()


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what wget, warcio and py-wacz made of the newspaper."""
    folder = tmp_path_factory.mktemp("theirs")
    if shutil.which("wget") is None:
        require(Missing("no wget here: `apt-get install wget` gives one"))
    with Newspaper() as paper:
        proxy = f"127.0.0.1:{paper.port}"
        wget = ["wget", "-q", "-r", "-l", "2", "-p", "-e", "robots=off", "-e", "use_proxy=yes", "-e", f"http_proxy={proxy}"]
        done = subprocess.run(
            [*wget, "--warc-file", "wget", "--warc-cdx", "-P", "down", SITE],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode in (0, 8), done.stderr  # 8: the server answered some request with an error
        env = {"http_proxy": f"http://{proxy}", "PATH": "/usr/bin:/bin"}
        made = [program("python"), "-c", CAPTURED, "warcio.warc.gz", ARTICLE, SITE]
        done = subprocess.run(made, cwd=folder, capture_output=True, text=True, timeout=60, check=False, env=env)
        assert done.returncode == 0, done.stderr
    done = run("wacz", "create", "-o", folder / "theirs.wacz", "--detect-pages", folder / "warcio.warc.gz")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def bench(theirs: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A collection with the captures of wget, with text, and pywb's samples, without."""
    bench = Bench.make(tmp_path_factory.mktemp("collection"))
    assert imported(bench, theirs / "wget.warc.gz", texts=True).exit_code == 0
    assert imported(bench, *sorted(samples().glob("*.warc.gz"))).exit_code == 0
    return bench


def test_index_lines_equal_those_of_cdxj_indexer(bench: Bench, tmp_path: Path) -> None:
    of_wget, of_pywb = bench.runs()
    assert len(of_pywb.manifest.info["imported"]) >= 10
    for one in (of_wget, of_pywb):
        assert index_of(one, bench) == indexed_elsewhere(one, tmp_path, bench)
        assert one.report["imported"][0]["outcomes"]
        assert all(file["digests"]["wrong"] == 0 for file in one.report["imported"])
        assert all(sum(file["outcomes"].values()) == file["records"] for file in one.report["imported"])


def test_the_same_articles_come_out_as_the_newspaper_printed(bench: Bench) -> None:
    titles = {article["url"]: article["title"] for article in bench.articles()}
    assert len(titles) >= 9
    assert titles[ARTICLE] == "בית הספר בגבעת הרוח נפתח מחדש אחרי מאה ושישים יום"
    assert not any(article["discovered_via"] for article in bench.articles())


def test_every_capture_of_theirs_can_be_read_and_revisits_find_their_payload(bench: Bench) -> None:
    with open_archive(str(bench.folder / "store"), collection="test", state=bench.folder / "s") as archive:
        read = [archive.payload(ref) for ref in archive.all_captures()]
        assert len(read) > 200
        revisits = [ref for ref in archive.all_captures() if ref.record_type == "revisit"]
        assert len(revisits) > 100
        assert all(archive.read(ref).original is not None for ref in revisits[:10])


def test_pywb_replays_pages_that_were_imported(bench: Bench, tmp_path: Path) -> None:
    folders = [bench.folder / "store" / one.manifest.folder.prefix for one in bench.runs()]
    with open_archive(str(bench.folder / "store"), collection="test", state=bench.folder / "s") as archive:
        wanted = [next(iter(archive.captures(url))) for url in (ARTICLE, SITE, "http://www.iana.org/domains")]
        kept = [archive.payload(ref) for ref in wanted]
    with serve(program("wayback"), tmp_path / "pywb", folders) as pywb:
        for ref, body in zip(wanted, kept, strict=True):
            replayed = pywb.replay(ref.url, ref.fetched_at.strftime("%Y%m%d%H%M%S"))
            assert replayed.status == 200
            assert replayed.body == body
        shown = pywb.replay(ARTICLE, wanted[0].fetched_at.strftime("%Y%m%d%H%M%S"), modifier="mp_")
        assert "בית הספר בגבעת הרוח".encode() in shown.body


def test_a_wacz_of_py_wacz_brings_its_warc_and_its_pages(theirs: Path, tmp_path: Path) -> None:
    bench = Bench.make(tmp_path)
    assert imported(bench, theirs / "theirs.wacz").exit_code == 0
    (one,) = bench.runs()
    (entry,) = one.manifest.info["imported"]
    assert entry["package"]["name"] == "theirs.wacz"
    assert bench.store.get(one.manifest.folder.warc(entry["filename"])) == (theirs / "warcio.warc.gz").read_bytes()
    assert index_of(one, bench) == indexed_elsewhere(one, tmp_path, bench)
    outcomes = one.report["imported"][0]["outcomes"]
    assert outcomes["captured"] == 2
    assert outcomes["other_method"] == 1
    assert parse_line(index_of(one, bench)[0]).fields["digest"]
    assert imported(bench, theirs / "warcio.warc.gz").here[0]["run"] == one.manifest.run


def test_what_is_refused_can_be_imported_after_the_step_that_is_named(tmp_path: Path) -> None:
    bench = Bench.make(tmp_path)
    recompressed = []
    for name in ("example.arc.gz", "example.warc", "example-bad.warc.gz.bad"):
        with contextlib.suppress(OSError):
            shutil.copy(samples() / name, tmp_path / name)
        with pytest.raises(Exception, match="warcio recompress"):
            imported(bench, Path(name))
        target = tmp_path / f"{name}.new.warc.gz"
        warcio = [sys.executable, "-m", "warcio.cli", "recompress", tmp_path / name, target]
        assert subprocess.run(warcio, capture_output=True, timeout=60, check=False).returncode == 0
        recompressed.append(target)
    done = imported(bench, *recompressed)
    assert done.exit_code == 0
    assert done.report is not None
    assert done.report["captures"]["total"] >= 6
    assert json.dumps(done.report)
