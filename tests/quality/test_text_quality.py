"""Is the text of our own and of real pages at least as good as it was?"""

from __future__ import annotations

import pytest

from tests.quality.floors import floor_of, read_floors
from tests.quality.measure import measure
from tests.quality.sets import EVERY, is_there, shared_folder


@pytest.mark.slow
@pytest.mark.parametrize("name", list(EVERY))
def test_pages_become_articles_as_good_as_the_floors(name: str) -> None:
    if not is_there(name):
        pytest.skip(f"no corpus at {shared_folder() / 'corpus' / name}: put it beside the repository or set WARCHIVE_SHARED")
    floors = read_floors()[name]
    measured = measure(name)
    assert measured.values.keys() >= floors.keys()
    fallen = {key: (measured.values[key], floor) for key, floor in floors.items() if floor_of(measured.values[key]) < floor}
    assert not fallen, f"lower than before (now, floor): {fallen}; no article: {measured.made.refused}"
    if name != "wcxb-dev":
        assert measured.values["articles"] >= 0.97, measured.made.refused
