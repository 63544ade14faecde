"""Which pages have words that no other has, and a line that all of them have?"""

from __future__ import annotations

import random

FURNITURE = "Our correspondents write to you every evening from all the towns along the river."
TOPICS = ("bridge", "harbour", "school", "railway", "theatre", "hospital", "library", "market")


def page(topic: str, *, furniture: str = FURNITURE) -> bytes:
    """An article about it, in words that no other article has, with a line that all of them have."""
    words = random.Random(topic)
    sentences = [
        " ".join(
            [f"The {topic}", *(f"{topic[:3]}{words.choice('aeiou')}{words.randrange(999)}" for _ in range(14)), f"said {topic} staff."]
        )
        for _ in range(4)
    ]
    return (
        f"<html lang=en><head><title>News of the {topic}</title></head><body><div><h1>News of the {topic}</h1>"
        + "".join(f"<p>{sentence}</p>" for sentence in sentences)
        + (f"<p>{furniture}</p>" if furniture else "")
        + "</div></body></html>"
    ).encode()
