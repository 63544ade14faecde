"""Are lengths of time read as people write them, and refused with a reason?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.config import load_config
from archive.durations import parse_duration
from archive.errors import ConfigError


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90m", 5400), ("1h", 3600), ("3 days", 259200), ("1y", 31536000), ("45 s", 45), ("2w", 1209600), ("1.5h", 5400), (" 10 Min ", 600)],
)
def test_a_length_of_time_is_read(written: str, seconds: float) -> None:
    assert parse_duration(written) == seconds


@pytest.mark.parametrize("written", ["", "10", "h", "-1h", "0m", "1h30m", "1 fortnight", "1e9d", "٣h", "1h\n2h", "9" * 5000 + "s", "nan h"])
def test_what_is_no_length_of_time_is_refused_with_its_words(written: str) -> None:
    with pytest.raises(ValueError, match=r"no length of time|no time at all"):
        parse_duration(written)


@given(st.text(max_size=50))
def test_any_text_is_read_or_refused(written: str) -> None:
    try:
        seconds, said = parse_duration(written), ""
    except ValueError as error:
        seconds, said = 1.0, str(error)
    assert seconds > 0
    assert len(said) < 250


def test_the_schedule_is_in_seconds_and_its_list_may_be_empty(tmp_path: Path) -> None:
    config = load_config(None, environ={}, overrides={}, folder=tmp_path)
    assert (config.schedule.seed_shortest, config.schedule.seed_longest) == (600, 86400)
    assert config.schedule.recheck == (3600, 6 * 3600, 86400, 3 * 86400, 10 * 86400, 30 * 86400, 90 * 86400, 365 * 86400)
    assert config.schedule.backfill_pages == 500
    assert config.limits.max_run_pages == 0
    (tmp_path / "warchive.toml").write_text('[schedule]\nrecheck = []\nseed_shortest = "20m"\n')
    config = load_config(Path("warchive.toml"), environ={"WARCHIVE_NOTIFY_PING_URL": "https://hc.example/u"}, overrides={}, folder=tmp_path)
    assert config.schedule.recheck == ()
    assert config.schedule.seed_shortest == 1200
    assert config.notify.ping_url == "https://hc.example/u"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[schedule]\nrecheck = ["1h", "soon"]\n', "'soon' is no length of time"),
        ("[schedule]\nseed_shortest = 600\n", "must be text"),
        ('[notify]\nping_url = "hc.example/u"\n', "must be an http(s) URL"),
        ('[notify]\nping_url = "https://hc.example/\u00fc"\n', "must be an http(s) URL"),
        ("[notify]\nping_timeout = 0\n", "must be from 1 to 60"),
        ("[limits]\nmax_run_pages = -1\n", "must be from 0"),
    ],
)
def test_what_is_wrong_with_the_schedule_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "warchive.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(Path("warchive.toml"), environ={}, overrides={}, folder=tmp_path)
    (problem,) = caught.value.problems
    assert said in problem.message
    assert problem.line == 2


def test_the_longest_pause_of_a_seed_is_not_shorter_than_the_shortest(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="seed_longest"):
        load_config(None, environ={}, overrides={"schedule.seed_shortest": "2d", "schedule.seed_longest": "1d"}, folder=tmp_path)
