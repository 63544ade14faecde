from __future__ import annotations

from pathlib import Path

import pytest

from archive.config import Config, find_config, load_config
from archive.config_keys import KEYS, processors
from archive.errors import ConfigError
from archive.hosts import split_connect_to


def load(folder: Path, text: str | None = None, *, environ: dict[str, str] | None = None, **overrides: object) -> Config:
    path = None
    if text is not None:
        (folder / "warchive.toml").write_text(text, encoding="utf-8")
        path = Path("warchive.toml")
    dotted = {key.replace("__", "."): value for key, value in overrides.items()}
    return load_config(path, environ=environ or {}, overrides=dotted, folder=folder)


def problems(folder: Path, text: str | None = None, *, environ: dict[str, str] | None = None, **overrides: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, environ=environ, **overrides)
    assert caught.value.exit_code == 3
    return [str(problem) for problem in caught.value.problems]


def test_without_a_file_every_value_is_the_documented_default(tmp_path: Path) -> None:
    config = load(tmp_path)
    assert config.store == str(tmp_path / "store")
    assert config.state == tmp_path / "state"
    assert config.collection == "conflict-news"
    assert config.contact == ""
    assert config.limits.delay == 2.0
    assert config.limits.max_pages_per_run == 2000
    assert config.limits.max_response_bytes == 32 * 1024 * 1024
    assert config.extraction.workers == processors() <= 8
    assert set(config.origins) == {key.key for key in KEYS}
    assert set(config.origins.values()) == {"default"}


def test_command_line_wins_over_environment_over_file_over_default(tmp_path: Path) -> None:
    text = 'collection = "from-file"\n[limits]\ndelay = 3\ntimeout = 10\nmax_redirects = 4\n'
    environ = {"WARCHIVE_LIMITS_DELAY": "4", "WARCHIVE_LIMITS_TIMEOUT": "20"}
    config = load(tmp_path, text, environ=environ, limits__delay=5.0)
    assert (config.limits.delay, config.limits.timeout, config.limits.max_redirects, config.collection) == (5.0, 20.0, 4, "from-file")
    assert config.origins["limits.delay"] == "command line"
    assert config.origins["limits.timeout"] == "environment (WARCHIVE_LIMITS_TIMEOUT)"
    assert config.origins["limits.max_redirects"] == "warchive.toml:5"
    assert config.origins["collection"] == "warchive.toml:1"
    assert config.origins["store"] == "default"


def test_relative_paths_are_relative_to_whoever_names_them(tmp_path: Path) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    for folder in (home / "sources", here):
        folder.mkdir(parents=True)
    (home / "ca.pem").write_text("x")
    (home / "warchive.toml").write_text('store = "kept"\nsources = ["sources"]\n[network]\nca_bundle = "ca.pem"\n')
    config = load_config(home / "warchive.toml", environ={"WARCHIVE_STATE": "st"}, overrides={}, folder=here)
    assert config.store == str(home / "kept")
    assert config.sources == (home / "sources",)
    assert config.network.ca_bundle == home / "ca.pem"
    assert config.state == here / "st"
    assert load_config(home / "warchive.toml", environ={}, overrides={"store": "s"}, folder=here).store == str(here / "s")


def test_defaults_lie_beside_the_file_not_where_cron_happens_to_stand(tmp_path: Path) -> None:
    home, cron = tmp_path / "home", tmp_path / "root"
    (home / "sources").mkdir(parents=True)
    cron.mkdir()
    (home / "warchive.toml").write_text("")
    config = load_config(home / "warchive.toml", environ={}, overrides={}, folder=cron)
    assert (config.store, config.state, config.sources) == (str(home / "store"), home / "state", (home / "sources",))


def test_all_errors_are_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    text = """\
stroe = "x"
contact = "me@example.org"
sources = ["nowhere"]
[limits]
delya = 1
timeout = "slow"
max_response_bytes = "32 MB"
max_pages_per_run = 0
[network]
connect_to = [
    "::127.0.0.1:80",
    "only:three:parts",
]
allow_private = ["10.0.0.1/8"]
ca_bundle = "no.pem"
"""
    found = problems(tmp_path, text, environ={"WARCHIVE_STAET": "x", "WARCHIVE_LIMITS_DELAY": "fast"}, collection="No Spaces")
    expected = [
        "warchive.toml:1: unknown key `stroe`; did you mean `store`?",
        "warchive.toml:2: `contact` must be a URL; write mailto:me@example.org",
        "warchive.toml:5: unknown key `delya` in [limits]; did you mean `delay`?",
        "warchive.toml:6: `timeout` must be a number, not 'slow'",
        "warchive.toml:7: `max_response_bytes` has a unit that means two things: '32 MB'; write 32 MiB (1,024s)",
        "warchive.toml:8: `max_pages_per_run` must be from 1 to 1,000,000, not 0",
        "warchive.toml:12: `connect_to` (value 2) must be HOST:PORT:HOST:PORT",
        "warchive.toml:14: `allow_private` (value 1) must be a host name or a network, not '10.0.0.1/8'; did you mean `10.0.0.0/8`?",
        "warchive.toml:3: `sources` names a folder that is not there: nowhere",
        "warchive.toml:15: `ca_bundle` names a file that is not there: no.pem",
        "(command line or environment): unknown environment variable WARCHIVE_STAET; did you mean `WARCHIVE_STATE`?",
        "(command line or environment): `limits.delay` of WARCHIVE_LIMITS_DELAY must be a number, not 'fast'",
        "(command line or environment): `collection` of the command line must be of a to z",
    ]
    assert len(found) == len(expected)
    for line in expected:
        assert any(problem.startswith(line) for problem in found), (line, found)


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ('store = "a"\nstate = state/\n', 2, "text stands in quotation marks"),
        ("store\n", 1, "a line reads key = value"),
        ('store = "a\n', 1, "is a quotation mark missing?"),
        ("[limits]\ndelay = 1\ndelay = 2\n", 3, ""),
        ("[limits\n", 1, ""),
        ('sources = [\n"a",\n', 2, ""),
    ],
)
def test_broken_toml_is_told_with_its_line(tmp_path: Path, text: str, line: int, hint: str) -> None:
    (found,) = problems(tmp_path, text)
    assert found.startswith(f"warchive.toml:{line}: is not TOML: ")
    assert found.endswith(hint)


def test_a_key_in_the_wrong_table_is_told_where_it_belongs(tmp_path: Path) -> None:
    found = problems(tmp_path, 'delay = 1\n[limits]\ncontact = "https://example.org/"\n')
    assert found == [
        "warchive.toml:1: unknown key `delay`; it belongs under [limits]",
        "warchive.toml:3: unknown key `contact` in [limits]; it belongs at the top of the file, before the first [table]",
    ]
    assert problems(tmp_path, "limits = 3\n") == ["warchive.toml:1: `limits` must be a table, not 3; begin it with a line [limits]"]


def test_a_file_that_is_not_there_or_not_text_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file; `warchive init` writes one"):
        load_config(tmp_path / "none.toml", environ={}, overrides={})
    (tmp_path / "latin.toml").write_bytes(b'\ncollection = "caf\xe9"\n')
    with pytest.raises(ConfigError, match=r"latin\.toml:2: is not UTF-8"):
        load_config(tmp_path / "latin.toml", environ={}, overrides={})
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path, environ={}, overrides={})


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("s3://key:secret@bucket/x", "credentials"),
        ("s3://bucket/x?endpoint_url=https://key:secret@host/", "credentials"),
        ("s3://bucket/x?aws_secret_access_key=secret", "credentials"),
        ("s3:///x", "names no bucket"),
        ("s4://bucket", "a scheme that no store has"),
        ("file://host/x", "names a host"),
        ("", "is empty"),
    ],
)
def test_a_store_that_cannot_be_one_is_refused_and_its_secret_not_shown(tmp_path: Path, store: str, said: str) -> None:
    (found,) = problems(tmp_path, f'store = "{store}"\n')
    assert said in found
    assert "secret@" not in found
    assert "=secret" not in found


@pytest.mark.parametrize("store", ["s3://evidence/ukraine?endpoint_url=https://s3.example.org:9000", "file:///srv/archive", "memory://x"])
def test_a_store_url_stays_as_written(tmp_path: Path, store: str) -> None:
    assert load(tmp_path, f'store = "{store}"\n').store == store


@pytest.mark.parametrize("contact", ["", "https://example.org/crawler", "http://example.org", "mailto:desk@example.org"])
def test_a_contact_is_a_page_or_a_mailto_address(tmp_path: Path, contact: str) -> None:
    assert load(tmp_path, f'contact = "{contact}"\n').contact == contact


@pytest.mark.parametrize(
    "contact", ["example", "ftp://example.org", "mailto:", "https://", "https://a b/", "javascript:alert(1)", "https://[::1"]
)
def test_any_other_contact_is_refused(tmp_path: Path, contact: str) -> None:
    assert "`contact` must be" in problems(tmp_path, f'contact = "{contact}"\n')[0]


@pytest.mark.parametrize(
    ("entry", "parts"),
    [
        ("::127.0.0.1:8000", ("", "", "127.0.0.1", "8000")),
        ("example.org:443:localhost:8443", ("example.org", "443", "localhost", "8443")),
        ("example.org:443::", ("example.org", "443", "", "")),
        ("[2001:db8::1]:80:[::1]:8080", ("2001:db8::1", "80", "::1", "8080")),
        (":::", ("", "", "", "")),
    ],
)
def test_connect_to_is_written_as_for_curl(tmp_path: Path, entry: str, parts: tuple[str, ...]) -> None:
    assert split_connect_to(entry) == parts
    assert load(tmp_path, network__connect_to=[entry]).network.connect_to == (entry,)


@pytest.mark.parametrize(
    "entry", ["", "a", "a:1:b", "a:1:b:2:c", "a:x:b:1", "a:70000:b:1", "a:0:b:1", "[::1:80:b:1", "[zz]:1:b:1", "a b:1:c:2"]
)
def test_any_other_connect_to_is_refused(tmp_path: Path, entry: str) -> None:
    with pytest.raises(ValueError, match=r"must be|has"):
        split_connect_to(entry)
    assert "`network.connect_to` of the command line (value 1)" in problems(tmp_path, network__connect_to=[entry])[0]


def test_lists_and_sizes_can_come_from_the_environment(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    environ = {
        "WARCHIVE_SOURCES": "a, b",
        "WARCHIVE_CONNECT_TO": "::127.0.0.1:80,:443:127.0.0.1:81",
        "WARCHIVE_LIMITS_MAX_SPOOL_BYTES": "2 GiB",
        "WARCHIVE_LIMITS_MAX_HEADER_BYTES": "65536",
    }
    config = load(tmp_path, environ=environ)
    assert config.sources == (tmp_path / "a", tmp_path / "b")
    assert config.network.connect_to == ("::127.0.0.1:80", ":443:127.0.0.1:81")
    assert config.limits.max_spool_bytes == 2 * 1024**3
    assert config.limits.max_header_bytes == 65536


def test_an_empty_variable_is_unset_and_foreign_ones_are_left_alone(tmp_path: Path) -> None:
    environ = {"WARCHIVE_STORE": "", "WARCHIVE_PORT": "tcp://10.0.0.1:80", "WARCHIVE_SERVICE_HOST": "10.0.0.1", "WARCHIVE_CONFIG": "x.toml"}
    config = load(tmp_path, 'store = "kept"\n', environ=environ)
    assert config.store == str(tmp_path / "kept")
    assert "keys of [extraction] are listed" in problems(tmp_path, environ={"WARCHIVE_EXTRACTION_FOO": "1"})[0]


def test_null_overrides_are_not_given_and_unknown_ones_are_errors(tmp_path: Path) -> None:
    assert load(tmp_path, 'collection = "a"\n', collection=None).collection == "a"
    assert "did you mean `limits.delay`?" in problems(tmp_path, limits__dely=1)[0]


@pytest.mark.parametrize("value", ["true", "nan", "inf", "-1", '"2"', "[2]"])
def test_a_delay_is_a_finite_number_that_is_not_negative(tmp_path: Path, value: str) -> None:
    (found,) = problems(tmp_path, f"[limits]\ndelay = {value}\n")
    assert found.startswith("warchive.toml:2: `delay` must be")


def test_a_control_character_in_a_path_is_refused_not_opened(tmp_path: Path) -> None:
    assert problems(tmp_path, 'state = "a\\u0000b"\n') == ["warchive.toml:1: `state` has a control character in it"]


def test_the_file_is_the_one_given_then_the_variables_then_the_folders(tmp_path: Path) -> None:
    assert find_config(None, environ={}, folder=tmp_path) is None
    (tmp_path / "warchive.toml").touch()
    assert find_config(None, environ={}, folder=tmp_path) == Path("warchive.toml")
    assert find_config(None, environ={"WARCHIVE_CONFIG": "/etc/w.toml"}, folder=tmp_path) == Path("/etc/w.toml")
    assert find_config(Path("mine.toml"), environ={"WARCHIVE_CONFIG": "/etc/w.toml"}, folder=tmp_path) == Path("mine.toml")


def test_values_lists_every_key_as_it_is_in_force(tmp_path: Path) -> None:
    config = load(tmp_path, limits__delay=7)
    values = config.values()
    assert list(values) == [key.key for key in KEYS]
    assert values["limits.delay"] == 7.0
    assert values["network.connect_to"] == ()
