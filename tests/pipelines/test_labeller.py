"""Does the labeller judge as its file says, and the same everywhere?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from pipelines.body import judge, prepare, second_opinion
from pipelines.features import PLAIN_NAMES, RICH_NAMES, Sight
from pipelines.forest import PARTS, Forest
from pipelines.labeller import MODEL, labeller
from pipelines.page import read_page
from tests.pipelines.pages import SENTENCES, page

URL = "https://www.courier.example/2024/northern-bridge"


def _slowly(forest: Forest, row: np.ndarray) -> float:
    total = 0
    for features, borders, leaves in zip(forest.features, forest.borders, forest.leaves, strict=True):
        leaf = sum(int(row[feature] > border) << level for level, (feature, border) in enumerate(zip(features, borders, strict=True)))
        total += int(leaves[leaf])
    return 1 / (1 + float(np.exp(-(total / PARTS + forest.bias))))


def test_a_forest_gives_for_whole_tables_what_its_trees_give_for_each_row() -> None:
    draw = np.random.default_rng(7)
    forest = Forest(
        features=draw.integers(0, 9, (30, 6)).astype(np.intp),
        borders=draw.normal(size=(30, 6)).astype(np.float32),
        leaves=draw.integers(-3000, 3000, (30, 64)).astype(np.int32),
        bias=-0.3,
    )
    rows = draw.normal(size=(50, 9)).astype(np.float32)
    assert np.allclose(forest.chances(rows), [_slowly(forest, row) for row in rows], atol=1e-4)
    assert forest.chances(rows[:0]).shape == (0,)


def test_the_file_asks_only_for_numbers_that_there_are() -> None:
    shipped = labeller()
    assert shipped.first.features.max() < len(PLAIN_NAMES)
    assert shipped.second.features.max() < len(RICH_NAMES)
    assert MODEL.stat().st_size < 200_000


def test_every_number_has_a_name() -> None:
    made = read_page(page().decode(), URL)
    chances = judge(made)
    sight = Sight(made.pieces, made.known)
    assert sight.plain.shape == (len(sight.looked_at), len(PLAIN_NAMES))
    rows = np.arange(len(sight.looked_at))
    ruled = np.zeros(len(rows), dtype=np.float32)
    assert sight.rich(chances[sight.looked_at], ruled, rows).shape == (len(rows), len(RICH_NAMES))
    assert np.isfinite(sight.plain).all()


def test_a_page_without_text_has_no_chances() -> None:
    assert judge(read_page("<html><body><img src='a.png'></body></html>", URL)).shape == (0,)


def test_a_page_of_nothing_but_links_in_a_menu_has_none_either() -> None:
    links = "".join(f"<li><a href='/{number}'>Section {number}</a></li>" for number in range(9))
    chances = judge(read_page(f"<html><body><nav><ul>{links}</ul></nav></body></html>", URL))
    assert chances.tolist() == [0.0] * 9


def test_chances_are_the_same_in_every_process(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(page())
    script = (
        "import sys; from pathlib import Path; from pipelines.body import judge; from pipelines.page import read_page;"
        f"print(judge(read_page(Path({str(file)!r}).read_text(), {URL!r})).tolist())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": threads},
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            check=True,
        ).stdout
        for seed, threads in (("0", "1"), ("1", "2"), ("42", "1"))
    }
    assert len(told) == 1
    assert len(told.pop()) > 20


def _doubtful(html: bytes, sure: float) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Two paragraphs are surely body, of all else nobody knows; before and after the second opinion."""
    made = read_page(html.decode(), URL)
    prepare(made.pieces)
    chances = np.array([sure if block.text in SENTENCES[:2] else 0.5 for block in made.pieces], dtype=np.float32)
    return [block.text for block in made.pieces], chances, second_opinion(made, chances)


def test_where_much_is_in_doubt_trafilatura_tips_the_balance() -> None:
    texts, before, after = _doubtful(page(), 0.95)
    assert all(after[number] > before[number] for number, text in enumerate(texts) if text in SENTENCES[2:])
    assert all(after[number] < before[number] for number, text in enumerate(texts) if text in ("Home", "World"))


def test_a_page_without_paragraphs_and_one_without_doubt_keep_their_chances() -> None:
    divs = page().replace(b"<p>", b"<div>").replace(b"</p>", b"</div>")
    _, before, after = _doubtful(divs, 0.95)
    assert (before == after).all()
    made = read_page(page().decode(), URL)
    prepare(made.pieces)
    sure = np.array([1.0 if block.text in SENTENCES else 0.0 for block in made.pieces], dtype=np.float32)
    assert (second_opinion(made, sure) == sure).all()
