"""What can become of a file that a page needs, in one run? Each ends in exactly one of these names.

As in crawler/outcomes.py a name is `group` or `group:reason`, and the counts add up to the number of URLs that were named. They are
counted by themselves: a page is well whatever became of its pictures.
"""

from __future__ import annotations

from collections.abc import Mapping

CAPTURED = "captured"
UNCHANGED = "unchanged"
KNOWN = "known"
REDIRECTED = "redirected"
ROBOTS_DENIED = "robots_denied"
OVER_LIMIT = "over_limit"
FAILED = "failed"
WAITING = "waiting"
DROPPED = "dropped"

GROUPS: Mapping[str, str] = {
    CAPTURED: "asked for and kept",
    UNCHANGED: "asked for again; the same bytes as before, kept as a revisit",
    KNOWN: "the archive has a fresh answer of this URL; not asked for",
    REDIRECTED: "leads to another URL, which is counted by itself",
    ROBOTS_DENIED: "robots.txt does not allow it",
    OVER_LIMIT: "beyond what is taken of one page: `page` (number), `page_bytes`, `page_hosts`, `depth`; not asked for",
    FAILED: "asked for without a usable answer; the reason is the status or the network's error",
    WAITING: "owed to the next run; the reason is a limit of the run, a host in trouble, an interruption",
    DROPPED: "was owed for too long (`requisites.owed`)",
}
KEPT = frozenset({CAPTURED, UNCHANGED})


def name(group: str, reason: str | None = None) -> str:
    """`group` or `group:reason`; raises ValueError for a group that is not in the list."""
    if group not in GROUPS:
        raise ValueError(f"no such outcome of a requisite: {group}")
    return f"{group}:{reason}" if reason else group


def group_of(outcome: str) -> str:
    """The part before the colon."""
    return outcome.split(":", 1)[0]


def by_group(outcomes: Mapping[str, int]) -> dict[str, int]:
    """Group → count, in the order of `GROUPS`; groups without any are left out."""
    found = dict.fromkeys(GROUPS, 0)
    for outcome, count in outcomes.items():
        found[group_of(outcome)] += count
    return {group: count for group, count in found.items() if count}
