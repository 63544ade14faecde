"""Does `warchive health` tell of a network that is down, though such runs leave nothing in the archive?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.aging import HOUR, age
from tests.e2e.driver import Bench
from tests.e2e.newsstand import free_port
from tests.e2e.town import Town, feed, story

pytestmark = pytest.mark.xdist_group("cron-line")

BASE = "http://town.example"


def test_a_dead_network_is_named_after_a_day_and_a_quiet_tick_is_no_failure(tmp_path: Path) -> None:
    with Town({f"{BASE}/feed": feed([f"{BASE}/a", f"{BASE}/b"]), f"{BASE}/a": story("A")}) as town:
        made = Bench.make(tmp_path, connect_to=town.connect_to)
        made.source("town", f"{BASE}/", [("feed", f"{BASE}/feed")])
        assert made.run("crawl").exit_code == 0
        assert made.run("health").exit_code == 0
    config = made.folder / "warchive.toml"
    config.write_text(config.read_text().replace(str(town.port), str(free_port())))
    for _ in range(3):
        age(made, 12 * HOUR)
        done = made.run("crawl")
        assert done.exit_code == 4
        assert "seeds failed (town)" in done.stdout
    assert len(made.runs()) == 1, "what captured nothing is not published"
    told = made.run("health", "--json")
    assert told.exit_code == 4
    [state] = json.loads(told.stdout)
    assert (state["verdict"], state["level"]) == ("failing", "sick")
    assert "no seed has answered for" in state["reason"]
