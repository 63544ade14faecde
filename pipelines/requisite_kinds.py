"""Of which kinds are the files that a page needs, and which of them does each value of `requisites` take?"""

from __future__ import annotations

from typing import Literal

What = Literal["style", "script", "image", "font", "background", "choice", "icon"]
"""`choice`: one of the pictures that a browser may take in place of another. `background`: a picture that CSS names."""
WANTED: dict[str, frozenset[str]] = {
    "all": frozenset({"style", "script", "image", "font", "background", "choice", "icon"}),
    "images": frozenset({"image", "choice", "background"}),
    "styles": frozenset({"style", "font", "background"}),
    "none": frozenset(),
}
"""What each value of a source's `requisites` takes."""
ORDER: tuple[What, ...] = ("style", "script", "image", "font", "background", "choice", "icon")
"""In which a page misses them most."""
