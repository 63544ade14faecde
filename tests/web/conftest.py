"""What may tests of the web pages ask for by name: a small archive, and a server over it?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.web import run_web
from tests.web.library import Library, make_library


@pytest.fixture(scope="package")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A small archive that has a bit of everything; nobody writes into it."""
    return make_library(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="package")
def site(library: Library) -> Iterator[str]:
    """The address of a server over it."""
    with run_web(library.store, collection="news", state=library.state) as base:
        yield base
