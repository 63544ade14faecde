from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from archive.config import load_config
from archive.config_keys import KEYS
from archive.config_text import describe, render_commented_toml, toml_value


def test_the_commented_file_with_all_comments_taken_away_means_the_defaults(tmp_path: Path) -> None:
    text = render_commented_toml({})
    keys = {key.key.rpartition(".")[2] for key in KEYS}
    bare = "\n".join(line.removeprefix("# ") if line.removeprefix("# ").split(" = ")[0] in keys else line for line in text.splitlines())
    path = tmp_path / "warchive.toml"
    path.write_text(bare, encoding="utf-8")
    (tmp_path / "sources").mkdir()
    assert len(tomllib.loads(text)) == 6  # the headings, all empty
    written, plain = (load_config(which, environ={}, overrides={}, folder=tmp_path) for which in (path, None))
    assert written.values() == plain.values()
    assert "default" not in written.origins.values()


def test_values_that_are_given_are_set_and_read_back(tmp_path: Path) -> None:
    values = {
        "contact": "https://example.org/\u00fc",
        "limits.min_free_bytes": 3 * 1024,
        "network.connect_to": ["::127.0.0.1:80"],
        "limits.delay": 0.5,
    }
    path = tmp_path / "warchive.toml"
    path.write_text(render_commented_toml({**values, "contact": "https://example.org/"}), encoding="utf-8")
    config = load_config(path, environ={}, overrides={})
    assert (config.contact, config.limits.min_free_bytes, config.network.connect_to) == ("https://example.org/", 3072, ("::127.0.0.1:80",))
    with pytest.raises(KeyError, match=r"did you mean `limits\.delay`"):
        render_commented_toml({"limits.dely": 1})


def test_every_key_is_described_with_its_reason() -> None:
    described = describe()
    assert [one.key for one in described] == [key.key for key in KEYS]
    for one in described:
        assert one.doc.endswith((".", "?")), one.key
        assert len(one.doc) > 20
        assert one.variable.startswith("WARCHIVE_")
    assert {one.key: one.default for one in described}["limits.max_response_bytes"] == '"32 MiB"'


def test_text_with_quotes_and_controls_survives_toml() -> None:
    nasty = 'a"b\\c\nd\x7fe\u00fc\u2028'
    assert tomllib.loads(f"x = {toml_value(nasty)}")["x"] == nasty
    assert tomllib.loads(f"x = {toml_value(['a', True, 1, 2.5])}")["x"] == ["a", True, 1, 2.5]
