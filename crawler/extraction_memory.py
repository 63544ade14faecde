"""Which pages of a whole set must be made once more, since the memory of their site knows lines of them?

Each article is judged by all others of its site in the set; in which order they came says nothing.
"""

from __future__ import annotations

from archive.crashpoints import crashpoint
from crawler.extraction_work import Work
from pipelines.sitecensus import OF_ONE, Memory
from pipelines.sitememory import MAX_LINES

_PACKED = 11  # bytes of a line as `sitecensus.pack` writes it; the first eight are its hash


def remember(work: Work) -> None:
    """What each site is known to repeat, and the pages that this changes."""
    for site in work.sites():
        work.want_again(_changed_pages(work, site))
    work.remember("remembered", "yes")
    crashpoint("extraction-remembered")


def _changed_pages(work: Work, site: str) -> list[tuple[int, list[str]]]:
    """One site at a time is held: some tens of megabytes at most."""
    lines = work.lines_of(site, OF_ONE)
    if len(lines) < 2:
        return []
    memory = Memory(lines)
    changed: list[tuple[int, list[str]]] = []
    for seq, article, packed, knows, final in work.open_articles(site):
        if final:
            continue
        furniture = memory.furniture(article)
        own = hashes(packed)
        if len(own) < MAX_LINES:  # of a longer page not every line was counted
            furniture = [line for line in furniture if line in own]
        if set(furniture) - set(knows):
            changed.append((seq, furniture))
    return changed


def hashes(packed: bytes) -> set[str]:
    """Of `sitecensus.pack`ed lines."""
    return {packed[at : at + 8].hex() for at in range(0, len(packed), _PACKED)}
