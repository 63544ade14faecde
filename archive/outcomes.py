"""What can become of a URL in one run? The groups of outcomes that reports count, with their meaning."""

from __future__ import annotations

from collections.abc import Mapping

GROUPS: Mapping[str, str] = {
    "article": "captured, and the first version of an article was made",
    "changed": "asked again; a new version was made",
    "unchanged": "asked again; nothing of the article changed (304, same payload, or same text in other wrapping)",
    "moved": "asked again; it lies at another address now (permanent redirect), and goes on there",
    "back": "was missing or gone, and answers again",
    "missing": "an article of ours answered 404 or 410: not yet confirmed by a second visit",
    "gone": "an article of ours answered 404 or 410 on two visits a day apart",
    "blocked": "the answer was a block, kept as a capture; the reason says which kind",
    "alias": "another address of an article that is counted by itself",
    "captured": "captured; no text was asked for",
    "not_article": "captured, but it is no article; the reason is the verdict",
    "known": "finished before, and not due",
    "elsewhere": "belongs to another source of this run, which asks for it",
    "redirected": "leads to another URL that is counted by itself",
    "robots_denied": "robots.txt does not allow it",
    "out_of_scope": "the source's scope does not allow it; the reason is the rule",
    "failed": "asked for without a usable answer; the reason is the status or the network's error",
    "waiting": "stays in the frontier for the next run; the reason is a budget, a retry, an interruption",
}
GOOD = frozenset({"article", "changed", "unchanged", "moved", "back", "captured"})
"""The page answers, and was kept."""
BAD = frozenset({"failed", "blocked", "missing", "gone", "not_article"})
"""The page was asked for, and is not what was hoped for."""
