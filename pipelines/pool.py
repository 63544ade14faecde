"""How is hostile input worked on without harm? In children that have limits, one task at a time.

A child that breaks a limit or crashes costs that one task: its future fails with `ChildFailed`, and another child takes its place.
Children are plain subprocesses; nothing of the parent is shared with them, and what they send back is read as JSON.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from pipelines.childprocess import Child, ChildFailed, ChildLimits, Reason, Task

__all__ = ["ChildFailed", "ChildLimits", "ChildPool", "Reason"]
# A child is replaced after so many tasks: what libraries leak stays bounded; its half second of imports costs half a millisecond a task.
TASKS_PER_CHILD = 1_000
# A task whose child is killed from outside again and again may be what makes the kernel do so.
_TRIES = 2


class ChildPool:
    """Runs named functions in at most `workers` children, which start when there is work and end with `close`.

    Thread-safe. Futures complete in threads of the pool: callbacks must be short, and go back to a reactor by its own means.
    """

    def __init__(
        self,
        workers: int,
        *,
        limits: ChildLimits | None = None,
        preload: Sequence[str] = ("pipelines.extract",),
        tasks_per_child: int = TASKS_PER_CHILD,
        always: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """`always` holds parameters that every call of a function gets, by the function's name."""
        if workers < 1:
            raise ValueError(f"a pool needs at least one worker, not {workers}")
        self.workers = workers
        self.limits = limits or ChildLimits()
        self._preload = tuple(preload)
        self._tasks_per_child = tasks_per_child
        self._always = dict(always or {})
        self._queue: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._children: set[Child] = set()
        self._idle = 0
        self._waiting = 0
        self._closed = False

    def submit(self, function: str, payload: bytes, params: dict[str, Any]) -> Future[dict[str, Any]]:
        """Have `package.module:name` called as `name(payload, **params)` in a child; `params` and the result are JSON."""
        task = Task(function, payload, {**self._always.get(function, {}), **params})
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is closed; make a new one")
            self._waiting += 1
            if self._waiting > self._idle and len(self._threads) < self.workers:
                thread = threading.Thread(target=self._work, name=f"child-pool-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._queue.put(task)
        return task.future

    def close(self) -> None:
        """Kill the children and wait for them. Tasks that had not begun are cancelled; those under way fail as `crashed`."""
        with self._lock:
            self._closed = True
            children = list(self._children)
            while True:
                try:
                    task = self._queue.get_nowait()
                except queue.Empty:
                    break
                if task is not None:
                    task.future.cancel()
            for _ in self._threads:
                self._queue.put(None)
        for child in children:
            child.kill()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> ChildPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _work(self) -> None:
        child: Child | None = None
        while True:
            with self._lock:
                self._idle += 1
            task = self._queue.get()
            with self._lock:
                self._idle -= 1
                self._waiting -= task is not None
            if task is None:
                break
            if not task.future.set_running_or_notify_cancel():
                continue
            try:
                result = None
                while result is None:
                    if child is None or child.served >= self._tasks_per_child or child.swollen or not child.alive():
                        self._forget(child)
                        child = None
                        child = self._start()
                    result = self._try(child, task)
            except ChildFailed as failure:
                if child is not None and not child.alive():
                    self._forget(child)
                    child = None
                task.future.set_exception(failure)
            except BaseException as error:  # a future that never completes would stop a crawl
                self._forget(child)
                child = None
                task.future.set_exception(ChildFailed("crashed", f"the pool failed: {type(error).__name__}: {error}"))
            else:
                task.future.set_result(result)
        self._forget(child)

    def _try(self, child: Child, task: Task) -> dict[str, Any] | None:
        """The result, or null where another child may do better than this one, which is dead."""
        task.tries += 1
        try:
            return child.run(task, self.limits)
        except ChildFailed as failure:
            if failure.blameless and task.tries < _TRIES and not self._closed:
                return None
            raise

    def _start(self) -> Child:
        with self._lock:
            if self._closed:
                raise ChildFailed("crashed", "the pool is closed")
            child = Child(self.limits, self._preload)
            self._children.add(child)
        try:
            child.wait_until_ready()
        except ChildFailed:
            self._forget(child)
            raise
        return child

    def _forget(self, child: Child | None) -> None:
        if child is not None:
            child.end()
            with self._lock:
                self._children.discard(child)
