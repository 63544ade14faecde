"""Do the report's sums and the exit code say what became of a run?"""

from __future__ import annotations

from typing import Any

import pytest

from crawler.report import exit_code


def report(
    *, command: str = "crawl", because: str = "finished", seeds_failed: int = 0, announced: int = 9, **outcomes: int
) -> dict[str, Any]:
    totals = {"seeds_failed": seeds_failed, "outcomes": outcomes}
    sources = {"town": {"seeds": [{"new": announced}]}}
    return {"command": command, "ended_because": because, "totals": totals, "sources": sources}


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (report(), 0),
        (report(known=5), 0),
        (report(article=3, failed=1), 0),
        (report(article=3, waiting=7), 0),
        (report(unchanged=3, not_article=1), 0),
        (report(article=3, seeds_failed=1), 4),
        (report(not_article=3), 5),
        (report(changed=1, failed=3), 0),
        (report(back=1, blocked=3), 0),
        (report(moved=1, not_article=3), 0),
        (report(blocked=3), 5),
        (report(blocked=1, known=9), 5),
        (report(not_article=1, known=9, announced=0), 0),
        (report(gone=3), 0),
        (report(missing=1, alias=2), 0),
        (report(gone=3, failed=1), 5),
        (report(seeds_failed=2, article=1, because="interrupted"), 11),
        (report(because="max_runtime", article=1), 11),
        (report(because="killed"), 11),
    ],
)
def test_a_crawl_ends_with_the_code_that_the_documentation_names(made: dict[str, Any], code: int) -> None:
    assert exit_code(made) == code


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ({"article": 2}, 0),
        ({"unchanged": 1}, 0),
        ({"article": 1, "waiting": 1}, 4),
        ({"article": 1, "robots_denied": 1}, 4),
        ({"article": 1, "failed": 1}, 4),
        ({"article": 1, "out_of_scope": 1}, 4),
        ({"waiting": 1}, 5),
        ({"robots_denied": 1}, 5),
        ({"failed": 1}, 5),
    ],
)
def test_capture_is_done_only_when_every_url_was_kept(outcomes: dict[str, int], code: int) -> None:
    made = report(command="capture")
    made["totals"]["outcomes"] = outcomes
    assert exit_code(made) == code
