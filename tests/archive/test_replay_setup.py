"""Is the environment of pywb made whole or not at all, with words that say what to do; and are both servers found under two names?"""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from archive.errors import BusyError, UsageError, WarchiveError
from archive.replay.addresses import listen
from archive.replay.environment import Environment, environment, lock_digest
from archive.replay.setup import set_up
from tests.servers.require import Missing, require


@pytest.mark.slow
@pytest.mark.interop
def test_it_is_made_from_nothing_once_and_again_where_it_is_broken(tmp_path: Path) -> None:
    place, said = Environment(folder=tmp_path / "env"), list[str]()
    assert "warchive replay --setup" in (place.missing or "")
    try:
        version = set_up(place, say=said.append)
    except WarchiveError as error:
        if "cannot be reached" in str(error.hint):
            require(Missing(f"no package index can be reached from here: {error}"))
        raise
    assert version.startswith("pywb 2.")
    assert place.ready
    assert place.missing is None
    said.clear()
    assert set_up(place, say=said.append) == version
    assert len(said) == 1, "nothing is installed twice"
    place.marker.write_text("0" * 64)
    assert "of another version" in (place.missing or "")


def test_without_an_index_it_says_so_and_nothing_counts_as_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "empty"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    place = Environment(folder=tmp_path / "env")
    with pytest.raises(WarchiveError, match="cannot install") as caught:
        set_up(place, say=lambda line: None)
    assert caught.value.hint
    assert not place.ready


def test_two_who_set_up_at_once_do_not_delete_each_others_work(tmp_path: Path) -> None:
    place = Environment(folder=tmp_path / "env")
    with (tmp_path / "env.setup-lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(BusyError, match="another process"):
            set_up(place, say=lambda line: None)


def test_its_place_is_named_after_the_lock_unless_another_is_named(tmp_path: Path) -> None:
    assert environment({"XDG_DATA_HOME": str(tmp_path)}).folder == tmp_path / "warchive" / f"replay-{lock_digest()[:12]}"
    assert environment({"XDG_DATA_HOME": "relative", "WARCHIVE_REPLAY_ENV": str(tmp_path / "x")}).folder == tmp_path / "x"


@pytest.mark.parametrize(
    ("host", "name", "replay_name", "warned"),
    [
        ("127.0.0.1", "localhost", "127.0.0.1", False),
        ("localhost", "localhost", "127.0.0.1", False),
        ("0.0.0.0", "localhost", "127.0.0.1", True),
        ("127.0.0.3", "127.0.0.3", "127.0.0.3", False),
    ],
)
def test_pages_and_archived_pages_are_of_different_origins(host: str, name: str, replay_name: str, warned: bool) -> None:
    addresses = listen(host, 0, 0)
    try:
        port, replay_port = addresses.pages[0].getsockname()[1], addresses.replay.getsockname()[1]
        assert addresses.origin == f"http://{name}:{port}"
        assert addresses.replay_origin == f"http://{replay_name}:{replay_port}"
        assert addresses.hosts == {f"{name}:{port}"}
        assert (addresses.warning is not None) is warned
        with pytest.raises(WarchiveError, match="cannot listen") as caught:
            listen(host, 0, replay_port)
        assert "--replay-port" in (caught.value.hint or "")
    finally:
        addresses.close()


def test_one_port_for_both_is_refused() -> None:
    with pytest.raises(UsageError, match="both 8080"):
        listen("127.0.0.1", 8080, 8080)
