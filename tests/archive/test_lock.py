"""Is there one process in a state folder, and does a dead one never stand in the way?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import BusyError, WarchiveError
from archive.lock import StateLock

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from archive.lock import StateLock
with StateLock(Path(sys.argv[1])) as lock:
    lock.note("20241108t081500z-1f2e3d4c")
    print("held", flush=True)
    {then}
    time.sleep(30)
"""


def start_holder(state: Path, then: str = "") -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER.format(then=then), str(state)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def stop(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_another_process_finds_the_folder_busy_and_is_told_by_whom(tmp_path: Path) -> None:
    holder = start_holder(tmp_path)
    try:
        with pytest.raises(BusyError) as busy, StateLock(tmp_path):
            pytest.fail("two held one lock")
        assert busy.value.exit_code == 75
        assert f"process {holder.pid} " in busy.value.message
        assert "run 20241108t081500z-1f2e3d4c" in busy.value.message
    finally:
        stop(holder)


def test_a_lock_dies_with_its_process(tmp_path: Path) -> None:
    stop(start_holder(tmp_path))
    assert (tmp_path / "lock").exists()
    with StateLock(tmp_path):
        pass


def test_children_that_outlive_the_holder_do_not_keep_its_lock(tmp_path: Path) -> None:
    fork = "import os\n    if os.fork() == 0: print(os.getpid(), flush=True); os.close(1); time.sleep(30); os._exit(0)\n    "
    holder = start_holder(
        tmp_path, fork + "import subprocess; subprocess.Popen(['sleep', '3'], close_fds=False, stdout=subprocess.DEVNULL)"
    )
    assert holder.stdout is not None
    child = int(holder.stdout.readline())
    try:
        stop(holder)
        os.kill(child, 0)  # it lives
        with StateLock(tmp_path):
            pass
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_lock_is_given_back_and_taken_again(tmp_path: Path) -> None:
    for _ in range(3):
        with StateLock(tmp_path / "new" / "state"):
            pass
    with StateLock(tmp_path / "new" / "state"), pytest.raises(BusyError), StateLock(tmp_path / "new" / "state"):
        pytest.fail("two held one lock")


@pytest.mark.parametrize("text", [b"", b"not json", b"[]", b'{"pid": "x"}', b"\xff" * 5000])
def test_a_lock_file_with_anything_in_it_still_names_no_holder_but_works(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "lock").write_bytes(text)
    with StateLock(tmp_path) as lock:
        assert f'"pid": {os.getpid()}' in (tmp_path / "lock").read_text("utf-8", "replace")
        lock.note("r" * 20)
        (tmp_path / "lock").write_bytes(text)
        with pytest.raises(BusyError, match="written down"), StateLock(tmp_path):
            pass


def test_a_state_folder_that_cannot_be_made_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WarchiveError, match="cannot lock") as error, StateLock(tmp_path / "file" / "state"):
        pass
    assert error.value.hint
