"""Does a task that misbehaves cost itself alone?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.pool import ChildFailed, ChildLimits, ChildPool

ROOT = Path(__file__).resolve().parents[2]
TASKS = "tests.pipelines.tasks:"
LIMITS = ChildLimits(wall_seconds=20, cpu_seconds=10, memory_bytes=600 << 20)


def _pool(workers: int = 1, *, limits: ChildLimits = LIMITS, tasks_per_child: int = 1000) -> ChildPool:
    # Without the extractor a child starts in a tenth of a second.
    return ChildPool(workers, limits=limits, preload=("tests.pipelines.tasks",), tasks_per_child=tasks_per_child)


@pytest.fixture(scope="module")
def pool() -> Iterator[ChildPool]:
    with _pool() as made:
        yield made


def _failure(pool: ChildPool, name: str, **params: object) -> ChildFailed:
    with pytest.raises(ChildFailed) as caught:
        pool.submit(TASKS + name, b"", params).result(60)
    return caught.value


def _pid(pool: ChildPool) -> int:
    return int(pool.submit(TASKS + "echo", b"", {}).result(60)["pid"])


def test_a_task_gets_its_bytes_and_parameters_and_gives_back_json(pool: ChildPool) -> None:
    result = pool.submit(TASKS + "echo", b"\x00\xff\r\n" + b"x" * 3_000_000, {"url": "https://example.org/ж", "n": None}).result(60)
    assert (result["size"], result["first"], result["params"]) == (3_000_004, "00ff0d0a", {"url": "https://example.org/ж", "n": None})
    assert result["pid"] != os.getpid()


@pytest.mark.parametrize(
    ("name", "params", "reason"),
    [
        ("die", {"number": int(signal.SIGSEGV)}, "crashed"),
        ("leave", {"code": 3}, "crashed"),
        ("fail", {}, "error"),
        ("not_json", {}, "error"),
        ("no_such_function", {}, "error"),
    ],
)
def test_a_task_that_breaks_fails_by_name_and_the_next_one_works(
    pool: ChildPool, name: str, params: dict[str, object], reason: str
) -> None:
    assert _failure(pool, name, **params).reason == reason
    assert _pid(pool) > 0


def test_a_task_that_hangs_is_killed_by_the_clock() -> None:
    with _pool(limits=ChildLimits(wall_seconds=0.5, cpu_seconds=10, memory_bytes=600 << 20)) as pool:
        before = _pid(pool)
        started = time.monotonic()
        assert _failure(pool, "sleep", seconds=30).reason == "timeout"
        assert time.monotonic() - started < 5
        assert _pid(pool) != before
        assert not Path(f"/proc/{before}").exists()


def test_a_task_that_computes_for_ever_is_killed_by_its_cpu_limit_and_earlier_tasks_do_not_count() -> None:
    with _pool(limits=ChildLimits(wall_seconds=30, cpu_seconds=1, memory_bytes=600 << 20)) as pool:
        first = _pid(pool)
        assert _failure(pool, "spin").reason == "cpu"
        assert _pid(pool) != first


def test_a_task_that_eats_memory_fails_as_memory_and_its_child_is_replaced() -> None:
    with _pool() as pool:
        before = _pid(pool)
        assert _failure(pool, "eat").reason == "memory"
        assert _pid(pool) != before


def test_an_error_text_has_no_control_characters(pool: ChildPool) -> None:
    detail = _failure(pool, "fail").detail
    assert detail == "ValueError: bad?[31m input?"


def test_what_a_task_prints_does_not_get_between_the_frames(pool: ChildPool) -> None:
    assert pool.submit(TASKS + "scribble", b"", {}).result(60) == {"wrote": True}
    assert _pid(pool) > 0


def test_parameters_that_are_no_json_are_refused_without_a_crash(pool: ChildPool) -> None:
    before = _pid(pool)
    assert _failure(pool, "echo", bad={1, 2}).reason == "error"
    assert _pid(pool) == before


def test_a_child_has_limits_and_one_thread_and_ignores_the_terminal(pool: ChildPool) -> None:
    assert pool.submit(TASKS + "limits", b"", {}).result(60) == {"memory": 600 << 20, "threads": "1", "ignored": [True, True]}
    child = _pid(pool)
    os.kill(child, signal.SIGINT)
    os.kill(child, signal.SIGTERM)
    assert _pid(pool) == child


def test_a_child_is_replaced_after_its_number_of_tasks() -> None:
    with _pool(tasks_per_child=3) as pool:
        pids = [_pid(pool) for _ in range(7)]
    assert [pids[0:3].count(pids[0]), pids[3:6].count(pids[3]), len(set(pids))] == [3, 3, 3]


def test_workers_work_side_by_side_and_start_only_when_needed() -> None:
    with _pool(3) as pool:
        assert len({_pid(pool) for _ in range(5)}) == 1
        started = time.monotonic()
        for future in [pool.submit(TASKS + "sleep", b"", {"seconds": 0.8}) for _ in range(3)]:
            future.result(60)
        assert time.monotonic() - started < 2.2


def test_closing_kills_what_runs_and_cancels_what_waits() -> None:
    pool = _pool()
    child = _pid(pool)
    running, waiting = pool.submit(TASKS + "sleep", b"", {"seconds": 60}), pool.submit(TASKS + "echo", b"", {})
    time.sleep(0.2)
    started = time.monotonic()
    pool.close()
    assert time.monotonic() - started < 3
    assert waiting.cancelled()
    assert isinstance(running.exception(), ChildFailed)
    assert not Path(f"/proc/{child}").exists()
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(TASKS + "echo", b"", {})


def test_a_child_that_cannot_import_its_module_says_which() -> None:
    with ChildPool(1, limits=LIMITS, preload=("pipelines.there_is_no_such_module",)) as pool:
        failure = _failure(pool, "echo")
    assert failure.reason == "crashed"
    assert "there_is_no_such_module" in failure.detail


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs PR_SET_PDEATHSIG")
def test_children_die_with_a_parent_that_is_killed_even_in_the_middle_of_a_task() -> None:
    script = (
        "import sys; from pipelines.pool import ChildPool\n"
        "pool = ChildPool(1, preload=('tests.pipelines.tasks',))\n"
        f"print(pool.submit('{TASKS}echo', b'', {{}}).result()['pid'], flush=True)\n"
        f"pool.submit('{TASKS}spin', b'', {{}}).result()"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 5
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_task_of_100_kilobytes_costs_about_a_millisecond_at_most(pool: ChildPool) -> None:
    payload = b"x" * 100_000
    pool.submit(TASKS + "echo", payload, {}).result(60)
    times = []
    for _ in range(60):
        started = time.perf_counter()
        pool.submit(TASKS + "echo", payload, {}).result(60)
        times.append(time.perf_counter() - started)
    assert sorted(times)[len(times) // 2] < 0.003  # 0.13 ms on an idle machine; the bound is for a busy one
