"""How do the functions that children run, run here? In this process: the pages are ours, and a month has half a million of them."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from concurrent.futures import Future
from functools import lru_cache
from typing import Any

from pipelines.pool import ChildFailed


@lru_cache(maxsize=32)
def _function(name: str) -> Callable[..., dict[str, Any]]:
    module, _, attribute = name.partition(":")
    found: Callable[..., dict[str, Any]] = getattr(importlib.import_module(module), attribute)
    return found


class InProcessPool:
    """With the interface of `pipelines.pool.ChildPool`, the same functions, and results as JSON would bring them."""

    workers = 1

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def submit(self, function: str, payload: bytes, params: dict[str, Any]) -> Future[dict[str, Any]]:
        """Call it now."""
        self.counts[function] = self.counts.get(function, 0) + 1
        future: Future[dict[str, Any]] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(json.loads(json.dumps(_function(function)(payload, **params))))
        except Exception as error:
            future.set_exception(ChildFailed("error", f"{type(error).__name__}: {error}"))
        return future

    def close(self) -> None:
        """Nothing to end."""
