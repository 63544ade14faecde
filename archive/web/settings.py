"""What does the web server know of the place where it runs?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archive.reader import Archive

Health = Callable[[Archive], Sequence[Mapping[str, Any]]]
"""What is unwell, as `warchive health --json` tells it; handed in, since the archive does not know the crawler."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """One server over one collection. Immutable."""

    open_archive: Callable[[], Archive]
    """A further reader on the collection, without a sync; called once for each of a few threads."""
    hosts: frozenset[str]
    """Values of the Host header that are answered, lower-case, with port: `localhost:8080`."""
    replay_origin: str | None = None
    """`http://127.0.0.1:8081`, where archived pages are replayed; null where they are not."""
    replay_missing: str | None = None
    """Where nothing is replayed: why, and what to do."""
    replay_trouble: Callable[[], str | None] | None = None
    """Asked by the page that shows a capture: what is wrong with the replay just now, and what to do."""
    health: Health | None = None
    sync_seconds: float = 3.0
    """How old what is shown may be before the store is asked for new runs."""
    title: str = "warchive"
    """What stands at the head of each page: the name of the collection."""
    extra: Mapping[str, Any] = field(default_factory=dict)
