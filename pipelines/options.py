"""Which settings change what is extracted?

They are recorded with every article as the SHA-256 of their canonical JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from importlib.metadata import version

from lxml import etree

from pipelines.labeller import model_digest

NAME = "warchive"
# Raised with every change that can give another text or other metadata for the same bytes.
RULES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractOptions:
    """Thresholds, with their reasons."""

    min_chars: int = 60
    """Less text than this is no article, whatever the page says of itself."""
    min_chars_unmarked: int = 140
    """The same for pages that do not say that they are an article: three short sentences."""
    max_chars: int = 2_000_000
    """Characters of HTML that are parsed; pages of newspapers have 0.1 to 1 million."""

    def sha256(self) -> str:
        """Lower-case hex of the options as canonical JSON."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def options_from(values: Mapping[str, object] | None) -> ExtractOptions:
    """Raises ValueError for a name that is no option or a value of another type."""
    if not values:
        return ExtractOptions()
    known = {field.name: type(field.default) for field in fields(ExtractOptions)}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"unknown option {name!r} of extraction; there are {', '.join(sorted(known))}")
        if type(value) is not known[name]:
            raise ValueError(f"option {name!r} of extraction must be of type {known[name].__name__}, not {type(value).__name__}")
    return ExtractOptions(**values)  # type: ignore[arg-type]  # checked above


@lru_cache(maxsize=1)
def extractor_version() -> str:
    """Our rules, our model and the parsers below them: the same string promises the same text."""
    return f"rules-{RULES}+model-{model_digest()}+trafilatura-{version('trafilatura')}+libxml2-{'.'.join(map(str, etree.LIBXML_VERSION))}"
