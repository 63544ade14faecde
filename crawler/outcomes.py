"""What can become of a discovered URL in one run? Each ends in exactly one of these names.

A name is `group` or `group:reason`. The groups are fixed and documented; reasons come from the part that decided (scope, guard,
wire, verdict). `report.json` counts them per source, and the counts add up to the number of URLs seen.
"""

from __future__ import annotations

from collections.abc import Mapping

ARTICLE = "article"
CAPTURED = "captured"
UNCHANGED = "unchanged"
CHANGED = "changed"
MOVED = "moved"
BACK = "back"
MISSING = "missing"
GONE = "gone"
BLOCKED = "blocked"
ALIAS = "alias"
KNOWN = "known"
ELSEWHERE = "elsewhere"
REDIRECTED = "redirected"
ROBOTS_DENIED = "robots_denied"
NOT_ARTICLE = "not_article"
OUT_OF_SCOPE = "out_of_scope"
FAILED = "failed"
WAITING = "waiting"

GROUPS: Mapping[str, str] = {
    ARTICLE: "captured, and the first version of an article was made",
    CHANGED: "asked again; a new version was made",
    UNCHANGED: "asked again; nothing of the article changed (304, same payload, or same text in other wrapping)",
    MOVED: "asked again; it lies at another address now (permanent redirect), and goes on there",
    BACK: "was missing or gone, and answers again",
    MISSING: "an article of ours answered 404 or 410: not yet confirmed by a second visit",
    GONE: "an article of ours answered 404 or 410 on two visits a day apart",
    BLOCKED: "the answer was a block, kept as a capture; the reason says which kind",
    ALIAS: "another address of an article that is counted by itself",
    CAPTURED: "captured; no text was asked for",
    NOT_ARTICLE: "captured, but it is no article; the reason is the verdict",
    KNOWN: "finished before, and not due",
    ELSEWHERE: "belongs to another source of this run, which asks for it",
    REDIRECTED: "leads to another URL that is counted by itself",
    ROBOTS_DENIED: "robots.txt does not allow it",
    OUT_OF_SCOPE: "the source's scope does not allow it; the reason is the rule",
    FAILED: "asked for without a usable answer; the reason is the status or the network's error",
    WAITING: "stays in the frontier for the next run; the reason is a budget, a retry, an interruption",
}
OURS = frozenset({ARTICLE, CHANGED, UNCHANGED, MOVED, BACK})
"""The page is an article that we have, and answers."""
LOST = frozenset({MISSING, GONE})
"""The page is an article that we have, and does not answer any more."""


BLOCKS = frozenset({"bot_challenge", "consent", "login", "geo_block", "soft_404", "redirected_home", "rate_limited", "forbidden"})
"""Reasons of `blocked`. `forbidden` is a 403 that does not say more."""
HOST_BLOCKS = frozenset({"bot_challenge", "consent", "geo_block", "rate_limited", "forbidden"})
"""Those that a host puts before all its pages: it is left alone after a few in a row."""


def name(group: str, reason: str | None = None) -> str:
    """`group` or `group:reason`; raises ValueError for a group that is not in the list."""
    if group not in GROUPS:
        raise ValueError(f"no such outcome: {group}")
    return f"{group}:{reason}" if reason else group


def group_of(outcome: str) -> str:
    """The part before the colon."""
    return outcome.split(":", 1)[0]
