"""Which texts tell the same story, and which do not? Small families of made-up texts for tests of near duplicates."""

from __future__ import annotations

import random
from functools import cache

from benchmarks.madeup import Kind, Story, edited, original, rendered


@cache
def told(number: int, language: int = 0) -> Story:
    """A story of two hundred words or more; another one for each number."""
    stories = (original(number * 1000 + more, 2, language=language) for more in range(1000))
    return next(story for story in stories if 200 <= sum(map(len, story.sentences)) <= 400)


def text(number: int, *, edit: Kind = "original", share: float = 0.0, language: int = 0, seed: int = 0) -> str:
    """The story as it was told first, or edited by a share of its words."""
    story = told(number, language)
    return rendered(story if edit == "original" else edited(story, edit, share, random.Random(f"{number} {share} {seed}")))
