"""Can Prometheus read what a run writes, and does a run survive that it cannot be written?"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from crawler.metrics import render, write_metrics
from crawler.run import RunResult

SEEDS = [{"type": "feed", "status": "ok"}, {"type": "feed", "status": "timeout"}]


def report(*names: str) -> dict[str, Any]:
    source = {
        "candidates": 5,
        "articles": 2,
        "outcomes": {"article": 2, "failed:timeout": 1, "blocked:login": 1, "waiting:budget": 1},
        "seeds": SEEDS,
    }
    return {
        "totals": {"outcomes": {"article": 2, "failed": 1}, "articles": 2, "seeds": 2, "seeds_failed": 1},
        "captures": {"total": 9, "bytes": 1234},
        "sources": dict.fromkeys(names, source),
    }


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    found = {}
    for family in text_string_to_metric_families(text):
        assert family.type == "gauge"
        assert family.documentation
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found, "a series stands there once"
            found[key] = sample.value
    return found


def result(exit_code: int = 0) -> RunResult:
    return RunResult(run="r", exit_code=exit_code, seconds=12.5)


def test_another_program_reads_the_figures_of_a_run(tmp_path: Path) -> None:
    path = tmp_path / "warchive.prom"
    assert write_metrics(path, report("meduza"), 4, result(4), now=1_800_000_000.0)
    found = samples(path.read_text())
    assert found[("warchive_run_timestamp_seconds", ())] == 1_800_000_000
    assert found[("warchive_run_duration_seconds", ())] == 12.5
    assert found[("warchive_run_exit_code", ())] == 4
    assert found[("warchive_last_success_timestamp_seconds", ())] == 1_800_000_000
    assert found[("warchive_report_captured_bytes", ())] == 1234
    assert found[("warchive_report_outcomes", (("outcome", "article"),))] == 2
    mine = {name: value for (name, labels), value in found.items() if labels == (("source", "meduza"),)}
    assert mine == {
        "warchive_source_candidates": 5,
        "warchive_source_articles": 2,
        "warchive_source_failed": 2,
        "warchive_source_waiting": 1,
        "warchive_source_seeds": 2,
        "warchive_source_seeds_failed": 1,
    }


def test_a_run_that_failed_keeps_the_last_success_and_the_last_report(tmp_path: Path) -> None:
    path = tmp_path / "warchive.prom"
    write_metrics(path, report("meduza"), 0, result(), now=1000.0)
    before = samples(path.read_text())
    for moment in (2000.0, 3000.0):
        write_metrics(path, None, 75, None, now=moment)
    found = samples(path.read_text())
    assert found[("warchive_last_success_timestamp_seconds", ())] == 1000
    assert found[("warchive_run_exit_code", ())] == 75
    assert {key for key in before if "run_" not in key[0]} == {key for key in found if "run_" not in key[0]}


def test_a_run_to_which_nothing_was_due_is_a_success_and_keeps_the_last_report(tmp_path: Path) -> None:
    path = tmp_path / "warchive.prom"
    write_metrics(path, report("meduza"), 0, result(), now=1000.0)
    write_metrics(path, None, 0, RunResult(run=None, exit_code=0), now=2000.0)
    found = samples(path.read_text())
    assert found[("warchive_last_success_timestamp_seconds", ())] == 2000
    assert found[("warchive_source_articles", (("source", "meduza"),))] == 2


def test_a_source_that_is_gone_is_gone_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "warchive.prom"
    write_metrics(path, report("one", "two"), 0, result())
    write_metrics(path, report("two"), 0, result())
    assert {value for _name, labels in samples(path.read_text()) for key, value in labels if key == "source"} == {"two"}


def test_a_first_run_that_fails_claims_no_success(tmp_path: Path) -> None:
    path = tmp_path / "warchive.prom"
    write_metrics(path, None, 3, None)
    assert "last_success" not in path.read_text()


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), min_size=1, max_size=30)
)
def test_any_name_survives_the_format(name: str) -> None:
    found = samples(render(report(name), 0, 1.0, 1.0))
    assert ("warchive_source_articles", (("source", name),)) in found


def test_what_was_there_before_may_be_anything(tmp_path: Path) -> None:
    path = tmp_path / "warchive.prom"
    path.write_bytes(b"\xff\x00 nonsense\nwarchive_last_success_timestamp_seconds e+e\nother_metric 3\n")
    write_metrics(path, None, 6, None)
    assert set(samples(path.read_text())) == {
        (f"warchive_run_{name}", ()) for name in ("timestamp_seconds", "duration_seconds", "exit_code")
    }


def test_a_reader_of_another_user_may_read_it_and_nothing_unfinished_is_left(tmp_path: Path) -> None:
    path = tmp_path / "warchive.prom"
    before = os.umask(0o077)
    try:
        write_metrics(path, report("one"), 0, result())
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [one.name for one in tmp_path.iterdir()] == ["warchive.prom"]


def test_a_file_that_cannot_be_written_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "folder.prom").mkdir()
    for path in (tmp_path / "missing" / "warchive.prom", tmp_path / "folder.prom"):
        caplog.clear()
        assert write_metrics(path, report("one"), 0, result()) is False
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        assert str(path) in caplog.text
    assert [one.name for one in tmp_path.iterdir()] == ["folder.prom"]
