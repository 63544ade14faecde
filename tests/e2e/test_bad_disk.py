"""What a disk can do to a crawl: full, read-only, in the way, or with a bit that is not as it was. Is anything lost?"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.newspaper import Newspaper
from tests.e2e.driver import Bench

pytestmark = pytest.mark.xdist_group("bad-disk")
PAGES = 120
MEGABYTE = 1 << 20


@pytest.fixture
def press() -> Iterator[Newspaper]:
    with Newspaper(pages=PAGES, page_hosts=3) as paper:
        yield paper


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"cannot mount a tmpfs: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def on_disk(folder: Path, press: Newspaper, disk: Path, **limits: int) -> Bench:
    """A bench whose state lies on the small disk, and its store beside it."""
    bench = Bench.of_newspaper(folder / "bench", press, publishers=False, limits=limits)
    (bench.folder / "state").symlink_to(disk, target_is_directory=True)
    return bench


def fill(disk: Path, *, leave: int) -> Path:
    """Fill a disk but for so many bytes."""
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free - leave)
    return ballast


def assert_whole(bench: Bench, press: Newspaper) -> None:
    """Every page once, every article, nothing left in the spool."""
    pages = Counter(capture["url"] for capture in bench.captures() if capture["kind"] == "page")
    assert pages == Counter(press.page_urls())
    assert len({article["article_id"] for article in bench.articles()}) == len(bench.articles()) == PAGES
    assert bench.spool_files() == []


def test_a_disk_that_is_too_full_at_the_start_is_refused_before_anything_is_asked(
    tmp_path: Path, press: Newspaper, small_disk: Path
) -> None:
    bench = on_disk(tmp_path, press, small_disk)  # limits.min_free_bytes is 256 MiB
    done = bench.crawl()
    assert done.exit_code == 8, done.stderr
    assert "min_free_bytes" in done.stderr
    assert press.log_rows() == []
    assert bench.runs() == []


def test_a_disk_that_fills_up_in_the_middle_of_a_crawl_loses_nothing(tmp_path: Path, press: Newspaper, small_disk: Path) -> None:
    bench = on_disk(tmp_path, press, small_disk, min_free_bytes=0)
    ballast = fill(small_disk, leave=9 * MEGABYTE)  # eight of them are the reserve
    first = bench.crawl()
    assert first.exit_code == 8, first.stderr
    assert "no space" in first.stderr or "space" in first.stderr
    assert "Traceback" not in first.stderr
    published = {capture["record_id"] for capture in bench.captures()}
    kept = published | {row["record_id"] for row in bench.acknowledged()}
    ballast.unlink()
    second = bench.crawl()
    assert second.exit_code == 0, second.stderr
    assert kept <= {capture["record_id"] for capture in bench.captures()}, "what was acknowledged is there"
    assert_whole(bench, press)


def test_a_store_whose_disk_is_full_leaves_the_run_in_the_spool_for_the_next_start(
    tmp_path: Path, press: Newspaper, small_disk: Path
) -> None:
    bench = Bench.of_newspaper(tmp_path / "bench", press, publishers=False, store=str(small_disk / "store"))
    ballast = fill(small_disk, leave=65536)
    first = bench.crawl()
    assert first.exit_code in (6, 8), first.stderr
    assert "stays in the spool" in first.stderr
    assert bench.runs() == []
    ballast.unlink()
    second = bench.crawl()
    assert second.exit_code == 0, second.stderr
    assert_whole(bench, press)


def test_a_store_folder_that_is_a_file_is_named_and_the_spool_keeps_the_run(tmp_path: Path, newspaper: Newspaper) -> None:
    bench = Bench.of_newspaper(tmp_path, newspaper)
    (tmp_path / "store").write_text("in the way")
    first = bench.crawl("sada")
    assert first.exit_code == 6, first.stderr
    assert str(tmp_path / "store") in first.stderr
    assert len(bench.acknowledged()) > 10
    (tmp_path / "store").unlink()
    second = bench.crawl("sada")
    assert second.exit_code == 0, second.stderr
    assert len(bench.articles()) == 10


def as_nobody() -> list[str]:
    """A command that runs another one as a user who may write nowhere; root itself is stopped by no permission."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("setpriv (util-linux) is not here, and root ignores permissions")
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def test_folders_that_may_not_be_written_are_named_with_a_way_out(newspaper: Newspaper) -> None:
    folder = Path("/tmp") / f"warchive-e2e-{os.getpid()}"  # pytest's own folders may not even be entered by others
    prefix = as_nobody()
    try:
        bench = Bench.of_newspaper(folder, newspaper)
        folder.chmod(0o555)
        (folder / "sources").chmod(0o755)
        env = {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent"}
        done = bench.crawl("sada", prefix=prefix, env=env)
        assert done.exit_code == 1, done.stderr
        assert f"{folder}/state" in done.stderr
        assert "--state" in done.stderr
        assert "Traceback" not in done.stderr
        assert newspaper.log_rows() == []
        (folder / "state").mkdir(mode=0o777)
        (folder / "state").chmod(0o777)
        done = bench.crawl("sada", prefix=prefix, env=env)
        assert done.exit_code == 6, done.stderr
        assert f"{folder}/store" in done.stderr
        assert "stays in the spool" in done.stderr
        assert bench.acknowledged()
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)


def test_a_flipped_bit_in_the_spool_costs_one_page_which_is_captured_again(tmp_path: Path, press: Newspaper) -> None:
    bench = Bench.of_newspaper(tmp_path, press, publishers=False, store="unmounted/store")
    first = bench.crawl()
    assert first.exit_code == 6, first.stderr
    rows = [row for row in bench.acknowledged() if row["kind"] == "page"]
    assert len(rows) == PAGES
    victim = rows[len(rows) // 2]
    (segment,) = [path for path in bench.spool_files() if path.name == victim["filename"]]
    data = bytearray(segment.read_bytes())
    data[victim["offset"] + victim["length"] // 2] ^= 0x10
    segment.write_bytes(data)
    (tmp_path / "unmounted").mkdir()
    second = bench.crawl()
    assert second.exit_code == 7, second.stderr
    assert victim["url"] in second.stderr
    assert "Traceback" not in second.stderr
    captures = {capture["record_id"] for capture in bench.captures()}
    assert {row["record_id"] for row in rows} - captures == {victim["record_id"]}, "all else is kept"
    pages = Counter(capture["url"] for capture in bench.captures() if capture["kind"] == "page")
    assert pages == Counter(press.page_urls()), "and the page was captured again"
    assert list((bench.state / "quarantine").rglob("*")), "the damaged bytes lie in quarantine"
    third = bench.crawl()
    assert third.exit_code == 0, third.stderr
    ids = {article["article_id"] for article in bench.articles()}
    assert len(ids) == PAGES


def test_a_catalogue_that_is_gone_or_damaged_is_made_again_from_the_store(tmp_path: Path, newspaper: Newspaper) -> None:
    bench = Bench.of_newspaper(tmp_path, newspaper)
    assert bench.crawl().exit_code == 0
    newspaper.edition = 2
    assert bench.crawl("--recheck").exit_code == 0
    before = {verb: bench.run(*verb.split()).stdout for verb in ("export --all-versions", "runs list --json")}
    url = bench.articles()[0]["url"]
    before["lookup"] = bench.run("lookup", url, "--json").stdout
    assert json.loads(before["lookup"])
    for damage in ("gone", "garbage"):
        for path in bench.state.glob("catalogue.sqlite*"):
            path.unlink() if damage == "gone" else path.write_bytes(b"garbage" * 1000)
        rebuilt = bench.run("catalogue", "rebuild")
        assert rebuilt.exit_code == 0, rebuilt.stderr
        assert "2 runs" in rebuilt.stdout
        after = {verb: bench.run(*verb.split()).stdout for verb in ("export --all-versions", "runs list --json")}
        after["lookup"] = bench.run("lookup", url, "--json").stdout
        assert after == before
