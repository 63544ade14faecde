"""Does the command write what it says, to where it says, and what is new exactly once, whenever it is killed?"""

from __future__ import annotations

import csv
import hashlib
import json
import random
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from archive.stores import open_store
from tests.archive.parcels import RUNS, publish_two_runs
from tests.archive.shelf import SITE, START, Entry, page, publish
from tests.desk import Outcome, command, environment, run_warchive
from tests.servers.s3server import S3Server


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shelf")
    publish_two_runs(folder)
    configure(folder)
    return folder


def configure(folder: Path, store: str = "store") -> None:
    (folder / "warchive.toml").write_text(f'store = "{store}"\nstate = "state/"\ncollection = "news"\n')


def export(folder: Path, *arguments: str | Path, **options: object) -> Outcome:
    return run_warchive(folder, "export", *arguments, **options)  # type: ignore[arg-type]


def test_what_was_written_is_said(shelf: Path) -> None:
    done = export(shelf, "--format", "wacz", "-o", "two.wacz")
    assert (done.code, done.stdout) == (0, "")
    assert done.stderr == "warchive: 3 articles, 7 captures in two.wacz\n"
    with zipfile.ZipFile(shelf / "two.wacz") as packed:
        assert packed.testzip() is None
    facts = export(shelf, "--format", "warc", "--captures", "all", "-o", "parts/", "--split", "1MB", "--json").json()
    assert (facts["captures"], facts["files"], facts["output"]) == (13, 1, "parts")
    assert [path.name for path in (shelf / "parts").iterdir()] == ["news-00001.warc.gz"]
    assert (shelf / "parts/news-00001.warc.gz").stat().st_size == facts["bytes"]
    piped = export(shelf, "--format", "csv", "--run", RUNS[0], "--run", "last")
    assert len(list(csv.DictReader(piped.stdout.splitlines()))) == 3
    assert piped.stderr == "warchive: 3 articles\n"
    listed = export(shelf, "--urls", "-", "--json", stdin=f"# mine\n{SITE}/a\n\n{SITE}/nowhere\n".encode())
    assert [row["url"] for row in listed.rows()] == [f"{SITE}/a"]
    assert f"no article is published of {SITE}/nowhere" in listed.stderr
    assert json.loads(listed.stderr.splitlines()[-1])["unknown_urls"] == [f"{SITE}/nowhere"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--run", "20200101t000000z-00000000"], 2, "no run '20200101t000000z-00000000' in collection news"),
        (["--source", "nobody"], 2, "no source 'nobody'"),
        (["--format", "warc", "--split", "1GB"], 2, "name a folder with -o"),
        (["--format", "warc", "--split", "many", "-o", "x"], 2, "is no size"),
        (["--format", "parquet", "-o", "state"], 2, "is not empty"),
        (["--format", "csv", "-o", "state"], 2, "is a folder"),
        (["--format", "wacz", "-o", "/dev/full"], 8, "no space left for /dev/full"),
        (["--url", f"{SITE}/nowhere"], 5, "no article is published"),
        (["--urls", "no-such-file"], 2, "cannot read no-such-file"),
        (["--marks", "--forget", "x"], 2, "no export was marked 'x'"),
    ],
)
def test_what_cannot_be_is_said_with_its_exit_code(shelf: Path, arguments: list[str], code: int, words: str) -> None:
    before = sorted(path.name for path in shelf.iterdir())
    done = export(shelf, *arguments)
    assert done.code == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in shelf.iterdir()) == before, "nothing half is left"


def test_readers_that_have_seen_enough_end_it_quietly(shelf: Path) -> None:
    line = f"set -o pipefail; {' '.join(command('export', '--format', 'wacz', '--captures', 'all'))} | head -c 10 >/dev/null"
    done = subprocess.run(["bash", "-c", line], cwd=shelf, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr in ("", "warchive: 13 captures\n"), "what is small fits into the pipe"


def test_marks_are_listed_and_forgotten(shelf: Path) -> None:
    first = export(shelf, "--since-last", "nightly", "-o", "new/")
    assert first.stderr == "warchive: 3 articles in new/nightly-00001.jsonl, batch 1 of nightly\n".replace(
        "in new", f"in {shelf.resolve()}/new"
    )
    again = export(shelf, "--since-last", "nightly", "-o", "new/", "--json")
    assert (again.code, json.loads(again.stderr)["batch"]) == (0, None)
    assert len(list((shelf / "new").iterdir())) == 1
    assert export(shelf, "--since-last", "nightly", "--language", "uk").code == 2
    assert export(shelf, "--marks", "--json").json() == [{"name": "nightly", "batches": 1, "runs": 2, "what": {"format": "jsonl"}}]
    assert "nightly  1        2     format=jsonl" in export(shelf, "--marks").stdout
    assert export(shelf, "--marks", "--forget", "nightly").code == 0
    assert len(export(shelf, "--since-last", "nightly").rows()) == 3


def test_kills_at_random_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    configure(tmp_path)
    dice, taken = random.Random(6), list[str]()
    inbox = tmp_path / "in"

    def take() -> None:
        for path in sorted(inbox.glob("[!.]*.jsonl")):
            taken.extend(json.loads(line)["url"] for line in path.read_bytes().splitlines())
            path.unlink()

    started = time.monotonic()
    publish(tmp_path, [Entry(capture=page("/0"), article={})])
    assert export(tmp_path, "--since-last", "x", "-o", "in/").code == 0
    usual = time.monotonic() - started
    killed = 0
    for number in range(1, 9):
        entries = [Entry(capture=page(f"/{number}/{one}", after=3600.0 * number + one), article={}) for one in range(30)]
        publish(tmp_path, entries, started=START + timedelta(hours=number), token=f"{number:08x}")
        process = subprocess.Popen(
            command("export", "--since-last", "x", "-o", "in/"), cwd=tmp_path, env=environment(), stderr=subprocess.DEVNULL
        )
        time.sleep(dice.uniform(0.2, 1.0) * usual)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        take()
    done = export(tmp_path, "--since-last", "x", "-o", "in/")
    assert done.code == 0, done.stderr
    take()
    assert killed, "every call was done before it was killed"
    assert sorted(taken) == sorted([f"{SITE}/0", *(f"{SITE}/{number}/{one}" for number in range(1, 9) for one in range(30))])
    assert [path.name for path in inbox.iterdir() if path.suffix == ".tmp"] == []


def test_a_bucket_gives_the_same_bytes_as_a_folder(
    shelf: Path, tmp_path: Path, ministack: S3Server, as_user_of: Callable[[S3Server], None]
) -> None:
    as_user_of(ministack)
    url = ministack.url(f"export-{time.time_ns()}")
    store = open_store(url)
    for path in sorted((shelf / "store").rglob("*")):
        key = path.relative_to(shelf / "store").as_posix()
        if path.is_file() and not path.name.startswith("."):
            store.put(key, path, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    configure(tmp_path, url)
    for form in ("wacz", "parquet", "cdxj", "wet"):
        for folder, name in ((shelf, "local"), (tmp_path, "remote")):
            done = export(folder, "--format", form, "-o", tmp_path / f"{name}.{form}", env=dict(ministack.environ))
            assert done.code == 0, done.stderr
        assert (tmp_path / f"local.{form}").read_bytes() == (tmp_path / f"remote.{form}").read_bytes()
