"""Which page object reads this page, if any does?

Those that come with warchive lie in `publishers`. Those of an operator arrive as source text, in the parameters of a task: the text is
made with the code as it was when the run began, and its digest stands in every record that it had a part in.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from pipelines.overrides import publishers
from pipelines.overrides.page import PageObject, Rule

MARK = "+override-"
"""Parts, in an extractor's version, the general way from the override that had a say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A page object with what proves which one it is."""

    rule: Rule
    digest: str
    """SHA-256 of the file that it stands in, lower-case hex."""

    @property
    def name(self) -> str:
        """For people: `Courier, version 2`."""
        return f"{self.rule.page.__name__}, version {self.rule.page.version}"

    @property
    def mark(self) -> str:
        """For the extractor's version in records: `Courier.2@1a2b3c4d5e6f`."""
        return f"{self.rule.page.__name__}.{self.rule.page.version}@{self.digest[:12]}"


class OverrideFailed(Exception):
    """A file of page objects could not be loaded; the message names it and says why."""


def find(url: str, captured_at: datetime | None, own: Sequence[Mapping[str, str]] = ()) -> Override | None:
    """The page object for a page of this URL, captured then.

    `own` are the operator's files: `name` and `code`. They go before those of warchive; among several of either, the one that begins to
    hold last, then the first by name. Raises `OverrideFailed` for a file that cannot be loaded.
    """
    if not own and not _shipped():
        return None
    host = (urlsplit(url).hostname or "").lower()
    moment = captured_at.replace(tzinfo=UTC) if captured_at is not None and captured_at.tzinfo is None else captured_at
    for offered in (_loaded(tuple((one["name"], one["code"]) for one in own)) if own else (), _shipped()):
        holding = [one for one in offered if one.rule.holds(host, moment)]
        if holding:
            return min(holding, key=lambda one: (-_begin(one), one.rule.page.__name__, one.digest))
    return None


def check_task(_payload: bytes, *, overrides: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Load the operator's files in a child: `{"problems": [{"name", "message"}], "objects": how many}`."""
    problems, objects = [], 0
    for one in overrides:
        try:
            found = _loaded(((one["name"], one["code"]),))
        except OverrideFailed as error:
            problems.append({"name": one["name"], "message": str(error)})
            continue
        objects += len(found)
        if not found:
            problems.append({"name": one["name"], "message": "no class in it is bound to a host with @handle_hosts"})
    return {"problems": problems, "objects": objects}


def _begin(one: Override) -> float:
    return one.rule.captured_from.timestamp() if one.rule.captured_from is not None else float("-inf")


@lru_cache(maxsize=1)
def _shipped() -> tuple[Override, ...]:
    found: list[Override] = []
    for info in sorted(pkgutil.iter_modules(publishers.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{publishers.__name__}.{info.name}")
        loader: Any = module.__loader__
        code = loader.get_data(module.__file__)
        found += _of_module(module, _digest(code.decode("utf-8")))
    return tuple(found)


@lru_cache(maxsize=8)
def _loaded(files: tuple[tuple[str, str], ...]) -> tuple[Override, ...]:
    found: list[Override] = []
    for name, code in files:
        module = ModuleType(f"override {name}")
        try:
            exec(
                compile(code, name, "exec", dont_inherit=True), module.__dict__
            )  # the operator's own code, named in the operator's own configuration
        except Exception as error:
            line = _line_of(error, name)
            where = f"line {line}: " if line else ""
            raise OverrideFailed(f"{where}{type(error).__name__}: {error}"[:400]) from error
        found += _of_module(module, _digest(code))
    return tuple(found)


def _of_module(module: ModuleType, digest: str) -> list[Override]:
    classes = {value for value in vars(module).values() if isinstance(value, type) and issubclass(value, PageObject)}
    return [
        Override(rule=rule, digest=digest)
        for page in sorted(classes, key=lambda page: page.__name__)
        for rule in page.__dict__.get("rules", ())
        if page.__module__ == module.__name__
    ]


def _digest(code: str) -> str:
    # A checkout with other line ends is the same code.
    return hashlib.sha256("\n".join(code.splitlines()).encode()).hexdigest()


def _line_of(error: Exception, name: str) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
