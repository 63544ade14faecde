from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import ConfigError
from crawler.source_switches import enabled_names, read_switches, set_enabled


def test_what_is_switched_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "state" / "sources.toml"
    assert enabled_names(path) == frozenset()
    set_enabled(path, ["meduza", "zaxid"], True)
    set_enabled(path, ["zaxid", "irna"], False)
    assert enabled_names(path) == {"meduza"}
    assert read_switches(path) == {"meduza": True, "zaxid": False, "irna": False}
    set_enabled(path, ["irna"], True)
    assert enabled_names(path) == {"meduza", "irna"}


def test_nothing_but_the_file_is_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    for name in ("a", "b", "c"):
        set_enabled(path, [name], True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["sources.toml"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_name_that_is_none_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    set_enabled(path, ["meduza"], True)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="not a source's name"):
        set_enabled(path, ["zaxid", 'x"]\nenabled = ["'], True)
    assert path.read_bytes() == before


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    target = tmp_path / "sources.toml"
    target.mkdir()
    (target / "in-the-way").touch()
    with pytest.raises(ConfigError):
        set_enabled(target, ["meduza"], True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["sources.toml"]


@pytest.mark.parametrize("text", ["enabled = 5", 'enabled = ["A B"]', 'enabeld = ["a"]', "enabled = ["])
def test_a_file_that_somebody_broke_is_told_not_ignored(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"sources\.toml:1: "):
        enabled_names(path)
    with pytest.raises(ConfigError):
        set_enabled(path, ["meduza"], True)
    assert path.read_text() == text
