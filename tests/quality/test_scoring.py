"""Do our measures say what ../shared/tools/score.py says, and what a reader would?"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.quality.sameness import compare_dates, compare_titles, tokens
from tests.quality.scoring import difference, foreign_lines, judge, summary
from tests.quality.sets import Sample, read_set

SAME = (
    "shingle_f1",
    "page_f1",
    "good",
    "clean",
    "title_exact",
    "title_close",
    "author_set",
    "author_f1",
    "date_day",
    "date_ts",
    "lang_acc",
)


def test_the_measures_equal_those_of_the_shared_scorer(shared: Path, tmp_path: Path) -> None:
    samples = [*read_set("own"), *read_set("fundus-dev")[::5], *read_set("scrapinghub")[::9]]
    rows = [_spoilt(sample, number) for number, sample in enumerate(samples)]
    truth, predicted, out = tmp_path / "truth.jsonl", tmp_path / "pred.jsonl", tmp_path / "out.json"
    truth.write_text("".join(json.dumps(sample.truth) + "\n" for sample in samples))
    predicted.write_text("".join(json.dumps(row) + "\n" for row in rows if row))
    subprocess.run(
        [sys.executable, str(shared / "tools" / "score.py"), str(truth), str(predicted), "--json", str(out)],
        check=True,
        capture_output=True,
    )
    theirs = json.loads(out.read_text())["pred"]
    ours = summary([judge(sample.truth, row) for sample, row in zip(samples, rows, strict=True)])
    assert {key: round(ours[key], 9) for key in SAME} == {key: round(theirs[key], 9) for key in SAME}
    assert math.isclose(ours["author_none"], 1 - theirs["author_false"])


def _spoilt(sample: Sample, number: int) -> dict[str, Any] | None:
    """A prediction with the mistakes that extractors make; a different one by the page's number."""
    truth = sample.truth
    paragraphs = truth["body"].split("\n\n")
    made: dict[str, Any] = {
        "id": truth["id"],
        "title": truth["title"],
        "authors": truth["authors"],
        "date": truth["date"],
        "lang": truth["lang"],
    }
    made["text"] = truth["body"]
    match number % 8:
        case 1:
            made |= {"text": "\n\n".join(paragraphs[1:]), "title": f"{truth['title']} | Daily Post", "date": None}
        case 2:
            made |= {"text": "Read also: another page of ours\n\n" + truth["body"].replace("\n\n", "\n"), "lang": "xx"}
        case 3:
            made |= {"text": truth["body"][: len(truth["body"]) // 2], "authors": [*(truth["authors"] or []), "Somebody Else"]}
        case 4:
            made |= {
                "text": f"{truth['body']}\n\n{paragraphs[0]}",
                "date": "2020-01-01",
                "title": (truth["title"] or "")[: -len(truth["title"] or "") // 3],
            }
        case 5:
            made |= {
                "text": truth["body"].upper(),
                "authors": ["By " + name for name in truth["authors"] or []],
                "date": (truth["date"] or "")[:10],
            }
        case 6:
            made |= {"text": "", "title": None, "lang": None}
        case 7:
            return None
    return made


def test_scripts_without_spaces_are_counted_by_character() -> None:
    assert tokens("停火一周 ok") == ["停", "火", "一", "周", "ok"]
    assert tokens("ছয়টি সেতু")[0].startswith("ছ")
    assert tokens("co\u00adoperate") == ["cooperate"]


def test_a_foreign_line_is_one_whose_words_the_truth_lacks() -> None:
    body = "The bridge fell at night.\n\nNobody was on it."
    assert foreign_lines("The bridge fell at night. Nobody was on it.", body) == 0
    assert foreign_lines("The bridge fell at night.\nRead also: bread", body) == 1


def test_a_title_is_close_with_the_name_of_its_site() -> None:
    assert compare_titles("Bridge falls", "Bridge falls") == (True, True)
    assert compare_titles("Bridge falls", "Bridge falls | Daily Post") == (False, True)
    assert compare_titles("Bridge falls", "“Bridge falls”") == (True, True)
    assert compare_titles("Bridge falls at night", "Bread rises") == (False, False)
    assert compare_titles("Bridge falls", "") == (False, False)


def test_a_time_is_right_whatever_its_zone_and_wrong_without_one() -> None:
    assert compare_dates("2026-02-11T07:42+02:00", "2026-02-11T05:42:30Z") == (True, True)
    assert compare_dates("2026-02-11T00:42+02:00", "2026-02-10T22:42:00+00:00") == (True, True)
    assert compare_dates("2026-02-11T07:42+02:00", "2026-02-11T07:42:00") == (True, False)
    assert compare_dates("2026-02-11T07:42+02:00", None) == (False, False)
    assert compare_dates("2026-02-11", "2026-02-11T07:42:00Z") == (True, None)


def test_an_optional_paragraph_may_be_there_and_may_be_missing() -> None:
    body = "One point of three words\n\nThe text itself is here, and it is long enough to tell."
    truth = {"id": "a", "body": body, "optional": [0]}
    for text in (body, body.split("\n\n")[1]):
        page = judge(truth, {"text": text})
        assert (page.f1, page.foreign_lines) == (1.0, 0)


def test_the_difference_of_equal_pages_is_nothing_and_of_better_ones_is_above_it() -> None:
    truths = [{"id": str(number), "body": f"a text of some words that ends with {number}"} for number in range(20)]
    right = [judge(truth, {"text": truth["body"]}) for truth in truths]
    worse = [judge(truth, {"text": truth["body"][: 30 if number % 3 else None]}) for number, truth in enumerate(truths)]
    assert difference(right, right).low == difference(right, right).high == 0
    found = difference(right, worse)
    assert 0 < found.low <= found.mean <= found.high
    assert str(found) == str(difference(right, worse)), "the same pages give the same interval"
