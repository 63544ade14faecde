"""Does a server that is not there skip a test or fail it?"""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


class Missing(Exception):
    """This machine lacks what a helper server needs; the message says what, and how to get it."""


def require(missing: Missing) -> NoReturn:
    """In CI a missing server is a failure, since nothing else would notice; on a user's machine it is a skip with its reason."""
    if os.environ.get("CI"):
        pytest.fail(f"needed in CI: {missing}", pytrace=False)
    pytest.skip(str(missing))
