"""What can become of a discovered URL in one run? Each ends in exactly one of these names.

A name is `group` or `group:reason`. The groups are fixed and documented; reasons come from the part that decided (scope, guard,
wire, verdict). `report.json` counts them per source, and the counts add up to the number of URLs seen.
"""

from __future__ import annotations

from collections.abc import Mapping

ARTICLE = "article"
CAPTURED = "captured"
UNCHANGED = "unchanged"
KNOWN = "known"
ELSEWHERE = "elsewhere"
REDIRECTED = "redirected"
ROBOTS_DENIED = "robots_denied"
NOT_ARTICLE = "not_article"
OUT_OF_SCOPE = "out_of_scope"
FAILED = "failed"
WAITING = "waiting"

GROUPS: Mapping[str, str] = {
    ARTICLE: "captured, and an article or a new version of one was made",
    CAPTURED: "captured; no text was asked for",
    UNCHANGED: "asked again; nothing of the article changed (304, same payload, or same text in other wrapping)",
    NOT_ARTICLE: "captured, but it is no article; the reason is the verdict",
    KNOWN: "finished in an earlier run and not asked again",
    ELSEWHERE: "belongs to another source of this run, which asks for it",
    REDIRECTED: "leads to another URL that is counted by itself",
    ROBOTS_DENIED: "robots.txt does not allow it",
    OUT_OF_SCOPE: "the source's scope does not allow it; the reason is the rule",
    FAILED: "asked for without a usable answer; the reason is the status or the network's error",
    WAITING: "stays in the frontier for the next run; the reason is a budget, a retry, an interruption",
}


def name(group: str, reason: str | None = None) -> str:
    """`group` or `group:reason`; raises ValueError for a group that is not in the list."""
    if group not in GROUPS:
        raise ValueError(f"no such outcome: {group}")
    return f"{group}:{reason}" if reason else group


def group_of(outcome: str) -> str:
    """The part before the colon."""
    return outcome.split(":", 1)[0]
