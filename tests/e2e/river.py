"""Which pages have sentences that no other has, and one in their midst that all of them have?"""

from __future__ import annotations

FURNITURE = "Our readers along the river write to us every evening, and their letters are read aloud in the town hall on Sundays."
TOPICS = ("bridge", "harbour", "school", "railway", "theatre", "hospital", "library", "market")


def page(topic: str, *, furniture: str = FURNITURE) -> bytes:
    """An article about it."""
    number = 1 + TOPICS.index(topic)
    sentences = [
        f"The old {topic} will be closed for {number + 2} weeks from Monday, the city said after a meeting that lasted until midnight.",
        f"Engineers found damage in the walls of the {topic}, which was built {40 + number} years ago and never repaired since then.",
        furniture,
        f"“We could not wait any longer with the {topic},” said the deputy mayor, who had visited it with {number + 5} of her colleagues.",
        f"The work at the {topic} will cost {number * 3} million, and the region pays half of it; a fund for the winter pays the rest.",
        f"Until then those who need the {topic} are asked to go to the next town, to which buses leave every {10 + number} minutes.",
    ]
    return (
        f'<!doctype html><html lang="en"><head><title>City closes its {topic} - The River</title></head><body><header><nav>'
        '<a href="/">Home</a>'
        f"</nav></header><main><article><h1>City closes its {topic}</h1>"
        + "".join(f"<p>{sentence}</p>" for sentence in sentences if sentence)
        + '</article></main><footer><a href="/about">About us</a></footer></body></html>'
    ).encode()
