"""Is the text of real pages at least as good as it was?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.quality.measure import EVERY, floor_of, measure, read_floors


@pytest.mark.slow
@pytest.mark.parametrize("corpus", list(EVERY))
def test_real_pages_become_articles_as_good_as_the_floors(corpus: str, shared: Path) -> None:
    floors = read_floors()[corpus]
    measured = measure(corpus, shared)
    assert measured.values.keys() >= floors.keys()
    fallen = {key: (measured.values[key], floor) for key, floor in floors.items() if floor_of(measured.values[key]) < floor}
    assert not fallen, f"lower than before (now, floor): {fallen}; refused: {measured.refused}"
    if corpus != "wcxb-dev":
        assert measured.values["articles"] >= 0.97, measured.refused
