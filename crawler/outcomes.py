"""What can become of a discovered URL in one run? Each ends in exactly one of these names.

A name is `group` or `group:reason`. The groups are fixed and documented; reasons come from the part that decided (scope, guard,
wire, verdict). `report.json` counts them per source, and the counts add up to the number of URLs seen.
"""

from __future__ import annotations

from archive.outcomes import GROUPS as GROUPS

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
