"""Which warchive is this?"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def software() -> str:
    """`warchive/<version>`."""
    try:
        return f"warchive/{version('warchive')}"
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "warchive/0+unknown"
