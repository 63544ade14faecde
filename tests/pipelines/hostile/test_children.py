"""Does a child that is killed, stopped, stuffed or taken over cost its own page alone?"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from pipelines import childprocess
from pipelines.frames import MAX_JSON
from pipelines.pool import ChildFailed, ChildLimits, ChildPool
from tests.pipelines.hostile.tasks import frame

TASKS = "tests.pipelines.hostile.tasks:"
# Long enough for a good task on a machine under load; only what hangs comes to its end by them.
LIMITS = ChildLimits(wall_seconds=4, cpu_seconds=2, memory_bytes=600 << 20)
LINUX = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")


def _pool(workers: int = 1, limits: ChildLimits = LIMITS) -> ChildPool:
    return ChildPool(workers, limits=limits, preload=("tests.pipelines.hostile.tasks",))


@pytest.fixture
def pool() -> Iterator[ChildPool]:
    with _pool() as made:
        yield made


def _give(pool: ChildPool, name: str, payload: bytes = b"", **params: object) -> Future[dict[str, Any]]:
    return pool.submit(TASKS + name, payload, dict(params))


def _failure(pool: ChildPool, name: str, payload: bytes = b"", **params: object) -> ChildFailed:
    with pytest.raises(ChildFailed) as caught:
        _give(pool, name, payload, **params).result(60)
    return caught.value


def _pid(pool: ChildPool) -> int:
    return int(_give(pool, "pid").result(60)["pid"])


GARBAGE = {
    "letters": b"this is no frame at all, and it is long enough for a head",
    "a length of 4 GB": b"\xff" * 8,
    "a length of 1 GB and silence": frame(b"{", size=1 << 30),
    "no JSON": frame(b"{nonsense"),
    "JSON that is no object": frame(b"[1,2]"),
    "JSON of too many levels": frame(b"[" * 100_000),
    "an answer to another task": frame(b'{"number":7,"result":{"wrote":"not me"}}'),
    "zeros": b"\x00" * 4096,
}


@LINUX
@pytest.mark.parametrize("kind", GARBAGE)
def test_what_is_no_answer_ends_the_child_at_once_and_the_next_task_gets_its_own_answer(pool: ChildPool, kind: str) -> None:
    before = _pid(pool)
    failure = _failure(pool, "write_to_every_pipe", GARBAGE[kind])
    assert failure.reason == "crashed"
    assert "no answer" in failure.detail or "another task" in failure.detail
    assert _pid(pool) != before


@LINUX
def test_half_a_frame_and_then_nothing_is_ended_by_the_clock(pool: ChildPool) -> None:
    assert _failure(pool, "write_to_every_pipe", frame(b'{"number":1', size=1000), wait=60).reason == "timeout"
    assert _pid(pool) > 0


@LINUX
def test_an_answer_given_twice_is_not_taken_for_that_of_the_next_task(pool: ChildPool) -> None:
    twice = frame(b'{"number":1,"result":{"pid":-1,"size":-1}}')
    assert _give(pool, "write_to_every_pipe", twice).result(60) == {"pid": -1, "size": -1}, "the child is believed about its own page"
    assert _give(pool, "pid", b"abc").result(60)["size"] == 3


def test_a_stopped_child_is_ended_by_the_clock(pool: ChildPool) -> None:
    before = _pid(pool)
    assert _failure(pool, "stop").reason == "timeout"
    assert _pid(pool) != before


def test_a_loop_in_c_is_ended_by_its_cpu_limit(pool: ChildPool) -> None:
    with _pool(limits=ChildLimits(wall_seconds=60, cpu_seconds=1, memory_bytes=600 << 20)) as patient:
        assert _failure(patient, "loop_in_c").reason == "cpu"
        assert _pid(patient) > 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV])
def test_a_child_that_was_killed_or_stopped_while_idle_costs_no_page(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(childprocess, "BEGIN_SECONDS", 3.0)
    with _pool() as pool:
        idle = _pid(pool)
        os.kill(idle, number)
        result = _give(pool, "pid", b"x" * 3_000_000).result(60)
        assert result["size"] == 3_000_000
        assert result["pid"] != idle
        assert not Path(f"/proc/{idle}").exists()


@pytest.mark.parametrize(("times", "fails"), [(1, False), (2, True)])
def test_a_child_killed_from_outside_is_forgiven_once(pool: ChildPool, tmp_path: Path, times: int, fails: bool) -> None:
    given = _give(pool, "be_killed", marks=str(tmp_path), times=times)
    if fails:
        with pytest.raises(ChildFailed, match="memory: the child was killed from outside"):
            given.result(60)
    else:
        assert given.result(60) == {"tries": 2}
    assert _pid(pool) > 0


@pytest.mark.parametrize("bomb", ["one_large_block", "many_small_blocks"])
def test_a_bomb_fails_as_memory(bomb: str) -> None:
    with _pool(limits=ChildLimits(wall_seconds=60, cpu_seconds=50, memory_bytes=160 << 20)) as pool:
        assert _failure(pool, bomb).reason == "memory"
        assert _pid(pool) > 0


@LINUX
def test_what_a_task_leaves_behind_is_not_taken_from_the_next_one(pool: ChildPool) -> None:
    first = _give(pool, "hoard", size=10 << 20).result(60)["pid"]
    assert _give(pool, "hoard", size=350 << 20).result(60)["pid"] == first, "a little is no matter"
    second = _give(pool, "hoard", size=350 << 20).result(60)["pid"]
    assert second != first, "both together are more than a child may have"
    assert _pid(pool) not in (first, second)


def test_an_answer_longer_than_any_that_is_read_is_an_error_and_no_crash(pool: ChildPool) -> None:
    with _pool(limits=ChildLimits(wall_seconds=30, cpu_seconds=20, memory_bytes=1 << 30)) as roomy:
        before = _pid(roomy)
        failure = _failure(roomy, "long_answer", size=MAX_JSON)
        assert failure.reason == "error"
        assert "bytes of JSON" in failure.detail
        assert _pid(roomy) == before


HARM = ("stop", "loop_in_c", "one_large_block")


def test_neighbours_get_their_own_results_and_wait_for_no_more_than_one_limit() -> None:
    with _pool(2) as pool:
        assert {_pid(pool) for _ in range(2)}
        began = time.monotonic()
        harmful = _give(pool, "stop")
        good = [_give(pool, "pid", b"x" * number) for number in range(40)]
        assert [future.result(60)["size"] for future in good] == list(range(40))
        assert time.monotonic() - began < LIMITS.wall_seconds + 10, "one of two children was enough"
        assert isinstance(harmful.exception(60), ChildFailed)


@LINUX
def test_after_many_deaths_there_is_no_zombie_no_descriptor_and_no_thread_left() -> None:
    descriptors, others = _descriptors(), set(_children())  # servers of other tests live on in this process
    with _pool(2) as pool:
        futures = [_give(pool, HARM[number % 3] if number % 2 else "pid") for number in range(12)]
        reasons = [error.reason if isinstance(error := future.exception(60), ChildFailed) else None for future in futures]
        assert set(reasons[1::2]) <= {"timeout", "cpu", "memory"}
        assert not any(reasons[::2])
    assert _descriptors() == descriptors
    deadline = time.monotonic() + 10
    while set(_children()) - others and time.monotonic() < deadline:  # under load the kernel takes its time
        time.sleep(0.05)
    assert not set(_children()) - others


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # the list itself opens one


def _children() -> list[str]:
    found: list[str] = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                name, _, rest = (path / "stat").read_text().rpartition(")")
            except OSError:
                continue
            if int(rest.split()[1]) == os.getpid() and "python" in name:
                found.append(path.name)
    return found
