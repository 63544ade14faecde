"""`python -m tests.quality.verdicts`: what is each labelled page called, and what is it?

Prints the confusion matrix, recall and precision of each verdict, the pages that are called wrong, and which floors are not held.
"""

from __future__ import annotations

import sys

from tests.quality.sets import shared_folder
from tests.quality.verdicts.measure import Tally, held, report, tally
from tests.quality.verdicts.sets import gather


def main() -> int:
    whole = Tally()
    for name, pages in gather(shared_folder()).items():
        found = tally(pages)
        whole.outcomes.extend(found.outcomes)
        refused = f"{len(found.refused)} refused of which a record is wanted"
        print(f"{name:<10} {len(found.outcomes):>4} pages, {found.accuracy:.4f} right, {refused}")
    print(report(whole))
    missed = held(whole)
    for line in missed:
        print(f"below its floor: {line}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
