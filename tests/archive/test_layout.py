"""Can anything from outside become part of a key?"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.layout import KEY, MANIFEST, RUN_ID, RunFolder, new_run_id, runs_prefix, warc_name
from archive.manifest import is_manifest

NOON = datetime(2024, 11, 8, 12, 0, 0, tzinfo=UTC)


def test_the_keys_of_a_run() -> None:
    folder = RunFolder(collection="conflict-news", run=new_run_id(NOON, "1f2e3d4c"))
    assert folder.prefix == "conflict-news/runs/2024/11/20241108t120000z-1f2e3d4c/"
    assert folder.key(MANIFEST) == "conflict-news/runs/2024/11/20241108t120000z-1f2e3d4c/datapackage.json"
    assert folder.warc("a-1.warc.gz") == "conflict-news/runs/2024/11/20241108t120000z-1f2e3d4c/archive/a-1.warc.gz"
    assert folder.prefix.startswith(runs_prefix("conflict-news"))
    assert warc_name("conflict-news", NOON, 7, "1f2e3d4c") == "conflict-news-20241108120000-00007-1f2e3d4c.warc.gz"


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9998, 1, 1)), st.integers(1, 10**9), st.integers(-14, 14))
def test_run_ids_and_their_keys_sort_by_time_whatever_the_zone(moment: datetime, seconds: int, hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    if moment > datetime(9998, 1, 1) - timedelta(seconds=seconds, days=2):
        return
    early, late = moment.replace(tzinfo=UTC), (moment + timedelta(seconds=seconds + 1)).replace(tzinfo=UTC).astimezone(zone)
    one, two = new_run_id(early, "ffffffff"), new_run_id(late, "00000000")
    assert one < two
    assert RunFolder(collection="c", run=one).prefix < RunFolder(collection="c", run=two).prefix


def test_two_runs_of_one_second_have_two_ids() -> None:
    assert len({new_run_id(NOON) for _ in range(100)}) == 100
    assert all(RUN_ID.match(new_run_id(NOON)) for _ in range(3))


@pytest.mark.parametrize(
    ("collection", "run"),
    [("../x", "20241108t120000z-1f2e3d4c"), ("", "20241108t120000z-1f2e3d4c"), ("A", "20241108t120000z-1f2e3d4c"), ("c", ".."),
     ("c", "20241108t120000z-1f2e3d4c/../x"), ("c", "20241108T120000Z-1F2E3D4C"), ("c" * 64, "20241108t120000z-1f2e3d4c")],
)  # fmt: skip
def test_what_is_no_run_of_ours_has_no_prefix(collection: str, run: str) -> None:
    with pytest.raises(ValueError, match="not a run of ours"):
        _ = RunFolder(collection=collection, run=run).prefix


@given(st.text(max_size=40))
def test_no_file_name_leaves_the_folder_of_its_run(name: str) -> None:
    folder = RunFolder(collection="c", run="20241108t120000z-1f2e3d4c")
    try:
        key = folder.warc(name)
    except ValueError:
        return
    assert KEY.match(key)
    assert key.startswith(folder.prefix + "archive/")
    assert not re.search(r"\.\.|//", key)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("c/runs/2024/11/20241108t120000z-1f2e3d4c/datapackage.json", True),
        ("c/runs/2024/11/20241108t120000z-1f2e3d4c/archive/datapackage.json", False),
        ("c/runs/2024/11/other/datapackage.json", False),
        ("c/runs/datapackage.json", False),
        ("c/runs/2024/11/20241108t120000z-1f2e3d4c/report.json", False),
    ],
)
def test_only_a_manifest_in_its_place_is_one(key: str, expected: bool) -> None:
    assert is_manifest(key) is expected
