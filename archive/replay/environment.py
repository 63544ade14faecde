"""Where is the environment of the program that replays, and is it ready?

pywb pins what the crawler must not have (docs/decisions/0005): it lives in a virtual environment that is named after its lock, so that
another version of warchive makes another one and leaves this one alone.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LOCK = HERE / "requirements.lock"
GATEWAY = HERE / "gateway"
VARIABLE = "WARCHIVE_REPLAY_ENV"
SETUP = "`warchive replay --setup` installs it (once, about 60 MB, from the index that pip is configured for)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One place for an environment, ready or not."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def marker(self) -> Path:
        """Written last: without it the environment does not exist. Names the lock from which it was made."""
        return self.folder / "warchive-replay.lock-sha256"

    @property
    def ready(self) -> bool:
        """Whether it was made to its end, from the lock that this warchive carries."""
        try:
            return self.marker.read_text(encoding="ascii").strip() == lock_digest() and self.python.exists()
        except (OSError, UnicodeDecodeError):
            return False

    @property
    def missing(self) -> str | None:
        """Why nothing can be replayed with it, and the next step; null where it is ready."""
        if self.ready:
            return None
        what = "of another version of warchive" if self.marker.exists() else "not installed"
        return f"pywb, which replays archived pages, is {what} ({self.folder}): {SETUP}"


def lock_digest() -> str:
    """SHA-256 of the lock, hexadecimal."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def environment(environ: Mapping[str, str] = os.environ) -> Environment:
    """The one that WARCHIVE_REPLAY_ENV names, else the one of this lock in the user's data folder."""
    named = environ.get(VARIABLE, "")
    if named:
        return Environment(folder=Path(named).absolute())
    base = environ.get("XDG_DATA_HOME", "")
    # XDG Base Directory Specification: a relative path counts as not set.
    root = Path(base) if base.startswith("/") else Path.home() / ".local" / "share"
    return Environment(folder=root / "warchive" / f"replay-{lock_digest()[:12]}")
