"""How are the figures of a month shown to people?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

TARGET_SHARE = 0.995


def duration(seconds: float | None) -> str:
    """`7 min`, `2.5 h`."""
    if seconds is None:
        return "-"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def share(value: float | None) -> str:
    """Two places of a per cent."""
    return "-" if value is None else f"{100 * value:.2f} %"


def lines(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is asked for, and what came out."""
    captured, requests, edits = found["captured"], found["requests"], found["edits"]
    versions, lost, dates, polite, runs = found["versions"], found["deletions"], found["dates"], found["politeness"], found["runs"]
    broken = sum(rule["times"] for rule in polite["broken"].values())
    rows = [
        ("articles published while the site was up and open", f"{captured['published_while_open']:,}"),
        ("  captured (at least 99.5 %)", f"{captured['captured']:,} = {share(captured['share'])}"),
        ("  from publication to capture: median, 95 %", f"{duration(captured['delay_median'])}, {duration(captured['delay_95'])}"),
        (
            "published while it was down, walled or closed; of those captured",
            f"{captured['published_while_shut']:,}; {captured['of_those_captured']:,}",
        ),
        ("requests for seeds, pages, robots.txt", ", ".join(f"{requests.get(kind, 0):,}" for kind in ("seed", "page", "robots"))),
        ("requests for each article captured, rechecks included", f"{requests['per_article'] or 0:.1f}"),
        ("seed requests that brought nothing", share(requests["seed_visits_empty"])),
        ("edits after the first capture; caught", f"{edits['edits_after_capture']:,}; {edits['caught']:,} = {share(edits['share'])}"),
        (
            "  visible at a scheduled recheck; of those caught",
            f"{edits['visible_at_a_scheduled_recheck']:,}; {share(edits['share_of_visible'])}",
        ),
        ("  shown to us and not made a version (0)", f"{edits['shown_to_us'] - edits['shown_and_caught']}"),
        ("versions; made without an edit (0)", f"{versions['versions']:,}; {versions['wrong']}"),
        ("  of a page whose text went into a script", f"{versions['after_a_redesign']}"),
        ("articles made twice (0)", f"{versions['articles_doubled']}"),
        (
            "deleted after capture; called gone rightly, wrongly (0)",
            f"{lost['deleted_after_capture']}; {lost['rightly']}, {lost['wrongly']}",
        ),
        ("dates of publication right, wrong, none", f"{dates['right']:,}, {dates['wrong']}, {dates['none']}"),
        ("least pause of a host (2 s); manners broken (0)", f"{polite['least_gap']:.2f} s; {broken}"),
        ("  answers that asked to wait (Retry-After)", f"{polite['answers'].get('Retry-After', 0):,}"),
        ("runs, ticks with nothing due, ticks missed", f"{runs['runs']:,}, {runs['idle_ticks']:,}, {runs['busy_ticks']}"),
    ]
    if "health" in found:
        health = found["health"]
        rows += [
            ("troubles; named by `health` within a day", f"{health['troubles']}; {health['named_within_a_day']}"),
            ("sources called sick wrongly (0)", f"{health['wrongly_sick']}"),
        ]
    if "seconds" in found:
        rows.append(("real seconds, of which this process worked", f"{found['seconds']:.0f}, {found['cpu_seconds']:.0f}"))
    return rows


def print_rows(rows: Sequence[tuple[str, ...]]) -> str:
    """Columns that line up."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def compared(rows: list[dict[str, Any]]) -> str:
    """Policies beside each other."""
    head = ("policy", "seed requests", "nothing new", "found", "mean delay", "median", "95 %")
    return print_rows(
        [
            head,
            *(
                (
                    row["policy"],
                    f"{row['seed_requests']:,}",
                    share(row["empty"]),
                    share(row["found"]),
                    duration(row["delay_mean"]),
                    duration(row["delay_median"]),
                    duration(row["delay_95"]),
                )
                for row in rows
            ),
        ]
    )


def troubles(rows: list[dict[str, Any]]) -> str:
    """What went wrong, when it was named and how."""
    head = ("trouble", "source", "began on day", "named after", "verdict")
    return print_rows(
        [
            head,
            *(
                (
                    row["kind"],
                    row["source"],
                    f"{row['began']:.2f}",
                    "-" if row["after"] is None else duration(row["after"]),
                    row["verdict"] or "-",
                )
                for row in rows
            ),
        ]
    )


def failures(found: Mapping[str, Any]) -> list[str]:
    """What is not as it must be."""
    wrong = []
    if (found["captured"]["share"] or 0.0) < TARGET_SHARE:
        wrong.append(f"captured {share(found['captured']['share'])}")
    for what, value in (
        ("versions without an edit", found["versions"]["wrong"]),
        ("articles made twice", found["versions"]["articles_doubled"]),
        ("deletions called gone wrongly", found["deletions"]["wrongly"]),
        ("edits shown and not caught", found["edits"]["shown_to_us"] - found["edits"]["shown_and_caught"]),
        ("wrong dates", found["dates"]["wrong"]),
        ("manners broken", sum(rule["times"] for rule in found["politeness"]["broken"].values())),
        ("sources called sick wrongly", found.get("health", {}).get("wrongly_sick", 0)),
        ("troubles not named within a day", found.get("health", {}).get("not_named", 0)),
    ):
        if value:
            wrong.append(f"{value} {what}")
    return wrong
