from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import ConfigError
from crawler.source_file import Source, read_source, scope_of
from crawler.sources import load_sources

DAGENS = """\
name = "dagens"
title = "Dagens.com"
homepage = "https://www.dagens.com/"
languages = ["en"]
country = "DK"
timezone = "Europe/Copenhagen"
topics = ["ukraine"]

[[seeds]]
type = "feed"
url = "https://www.dagens.com/feed"

[scope]
allow_hosts = []
deny = ["^/tag/"]
"""


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(*folders: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_sources(folders, builtin=False)
    return [str(problem) for problem in caught.value.problems]


def complaints(tmp_path: Path, text: str) -> list[str]:
    """What is wrong with a file `x.toml`, without its path."""
    path = write(tmp_path, "x", text)
    read = read_source(path)
    assert isinstance(read, list), read
    return [str(problem).removeprefix(f"{path}") for problem in read]


def test_the_example_of_the_documentation_is_a_source(tmp_path: Path) -> None:
    path = write(tmp_path, "dagens", DAGENS)
    source = load_sources([tmp_path], builtin=False)["dagens"]
    assert (source.title, source.homepage, source.languages, source.country) == ("Dagens.com", "https://www.dagens.com/", ("en",), "DK")
    assert [(seed.type, seed.url) for seed in source.seeds] == [("feed", "https://www.dagens.com/feed")]
    assert source.scope.deny == ("^/tag/",)
    assert (source.enabled, source.verified, source.builtin, source.delay, source.path) == (True, False, False, None, path)
    assert scope_of(source).in_scope("https://www.dagens.com/tag/x") == "denied-by-rule"
    assert scope_of(source).in_scope("https://www.dagens.com/news/x") is None


def test_everything_optional_can_be_said(tmp_path: Path) -> None:
    extra = 'enabled = false\nverified = true\ndelay = 0\nmax_pages_per_run = 5\nnotes = "n"\n'
    text = DAGENS.replace("topics", extra + "topics").replace(
        "allow_hosts = []", 'allow_hosts = ["*.dagens.dk", "x.org:81"]\nallow = ["^/[0-9]+/"]'
    )
    write(tmp_path, "dagens", text + '[network]\nallow_private = ["127.0.0.1", "10.0.0.0/8", "intranet.example"]\n')
    source = load_sources([tmp_path], builtin=False)["dagens"]
    assert (source.enabled, source.verified, source.delay, source.max_pages_per_run, source.notes) == (False, True, 0.0, 5, "n")
    assert source.scope.allow_hosts == ("*.dagens.dk", "x.org:81")
    assert source.allow_private == ("127.0.0.1", "10.0.0.0/8", "intranet.example")


def test_all_errors_of_all_files_are_told_at_once_with_line_and_suggestion(tmp_path: Path) -> None:
    text = """\
name = "other"
titel = "Dagens.com"
homepage = "www.dagens.com"
languages = ["ua", "english", "xx"]
country = "UK"
timezone = "Europe/Copenhaguen"
[[seeds]]
type = "sitmap"
url = "ftp://x.org/"
[[seeds]]
type = "feed"
ulr = "https://x.org/feed"
[scope]
allow_hosts = ["https://news.x.org/"]
deny = ["^/(tag/", "(a+)+$"]
denny = []
"""
    first = write(tmp_path, "dagens", text)
    second = write(tmp_path, "empty", "")
    found = problems(tmp_path)
    expected = {
        f"{first}:1: `name` is 'other', but the file is dagens.toml; name the file other.toml, or change `name`",
        f"{first}:2: unknown key `titel`; did you mean `title`?",
        f"{first}:3: `homepage` must be an http or https URL, not 'www.dagens.com'; did you mean `https://www.dagens.com`?",
        f"{first}:4: `languages` (value 1) must be a language of BCP 47, not 'ua'; did you mean `uk`?",
        f"{first}:4: `languages` (value 2) must be a language of BCP 47, not 'english'; did you mean `en`?",
        f"{first}:4: `languages` (value 3) must be a language of BCP 47, not 'xx'; like en, uk or fa-AF",
        f"{first}:5: `country` must be a country of ISO 3166, not 'UK'; did you mean `GB`?",
        f"{first}:6: `timezone` must be a time zone of IANA, not 'Europe/Copenhaguen'; did you mean `Europe/Copenhagen`?",
        f"{first}:8: seed 1: `type` must be one of feed, sitemap, news_sitemap, section, not 'sitmap'; did you mean `sitemap`?",
        f"{first}:9: seed 1: `url` must be an http or https URL, not 'ftp://x.org/'",
        f"{first}:12: seed 2: unknown key `ulr`; did you mean `url`?",
        f'{first}:10: seed 2: `url` is missing; as in url = "https://www.example.org/feed"',
        f"{first}:14: `allow_hosts` (value 1) must be a host name, not 'https://news.x.org/'; did you mean `news.x.org`?",
        f"{first}:16: unknown key `denny` in [scope]; did you mean `deny`?",
        f"{first}: `title` is missing; what the publisher calls itself",
        f"{second}: `name` is missing; the name of the file without .toml",
        f"{second}: `title` is missing; what the publisher calls itself",
        f'{second}: `homepage` is missing; as in homepage = "https://www.example.org/"',
        f'{second}: `languages` is missing; as in languages = ["uk", "en"] (BCP 47)',
        f'{second}: there are no seeds; add a line [[seeds]], then type = "feed" and url = "..."',
    }
    rest = sorted(set(found) - expected)
    assert expected <= set(found), sorted(expected - set(found))
    assert len(found) == len(expected) + 2
    assert rest[0].startswith(f"{first}:15: `deny` (value 1) is not a regular expression: ")
    assert rest[1].startswith(f"{first}:15: `deny` (value 2) repeats something that is itself repeated")


def test_two_files_of_one_name_in_two_folders_are_an_error_that_names_both(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a", "dagens", DAGENS), write(tmp_path / "b", "dagens", DAGENS)
    (found,) = problems(tmp_path / "a", tmp_path / "b")
    assert str(first) in found
    assert str(second) in found
    assert "there are two sources named `dagens`" in found


def test_one_folder_named_twice_is_read_once(tmp_path: Path) -> None:
    write(tmp_path / "a", "dagens", DAGENS)
    assert list(load_sources([tmp_path / "a", tmp_path / "b" / ".." / "a"], builtin=False)) == ["dagens"]


def test_a_users_file_takes_the_place_of_a_built_in_one(tmp_path: Path) -> None:
    write(tmp_path, "meduza", DAGENS.replace('"dagens"', '"meduza"'))
    sources = load_sources([tmp_path])
    assert (sources["meduza"].homepage, sources["meduza"].builtin, sources["meduza"].enabled) == ("https://www.dagens.com/", False, True)
    assert load_sources([])["meduza"].homepage == "https://meduza.io/"


def test_a_fresh_installation_has_no_enabled_source(tmp_path: Path) -> None:
    assert load_sources([]).enabled() == []
    write(tmp_path, "dagens", DAGENS)
    assert [source.name for source in load_sources([tmp_path]).enabled()] == ["dagens"]


def test_switches_win_over_the_files(tmp_path: Path) -> None:
    write(tmp_path, "dagens", DAGENS)
    sources = load_sources([tmp_path], switches={"meduza": True, "dagens": False, "long-gone": True})
    assert [source.name for source in sources.enabled()] == ["meduza"]


def test_an_unknown_name_is_an_error_with_a_suggestion_and_all_are_told(tmp_path: Path) -> None:
    write(tmp_path, "dagens", DAGENS)
    sources = load_sources([tmp_path], builtin=False)
    with pytest.raises(ConfigError) as caught:
        sources.select(["dagnes", "dagens", "zzz"])
    assert [str(problem) for problem in caught.value.problems] == [
        "(command line or environment): there is no source `dagnes`; did you mean `dagens`?",
        "(command line or environment): there is no source `zzz`; `warchive sources list` shows all",
    ]
    assert [source.name for source in sources.select(["dagens", "dagens"])] == ["dagens"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    assert problems(tmp_path / "none") == [f"{tmp_path / 'none'}: there is no such folder of sources; make it, or leave it out"]


def test_hidden_and_other_files_are_not_sources(tmp_path: Path) -> None:
    write(tmp_path, ".dagens", "broken")
    (tmp_path / "README.md").write_text("x")
    assert len(load_sources([tmp_path], builtin=False)) == 0


def test_broken_toml_is_told_with_its_line_beside_the_errors_of_others(tmp_path: Path) -> None:
    broken = write(tmp_path, "a", 'name = "a"\ntitle = \n')
    write(tmp_path, "b", DAGENS)
    found = problems(tmp_path)
    assert found[0].startswith(f"{broken}:2: is not TOML")
    assert "b.toml:1: `name` is 'dagens'" in found[1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"https://www.dagens.com/"', '"https://user:secret@dagens.com/"', ":3: `homepage` has a user name in it (not shown here)"),
        ('"https://www.dagens.com/"', '"https://user:secret@x.org:99999/"', ":3: `homepage` has a user name in it (not shown here)"),
        ('"https://www.dagens.com/"', '"https://"', ":3: `homepage` has no valid host name"),
        ('"https://www.dagens.com/"', '"https://[::1"', ":3: `homepage` is not a URL"),
        ('"https://www.dagens.com/"', '"https://x.org:99999/"', ":3: `homepage` is not a URL"),
        ('"https://www.dagens.com/"', '"https://x.org/a b"', ":3: `homepage` has a space in it"),
        ('"https://www.dagens.com/"', "5", ":3: `homepage` must be text, not 5"),
        ('["en"]', "[]", ":4: `languages` must have at least 1, not 0"),
        ('["en"]', '"en"', ":4: `languages` must be a list, not 'en'; write ['en']"),
        ('["en"]', '["en-XX"]', ":4: `languages` (value 1) has a region that is not of ISO 3166"),
        ('"DK"', '"dk"', ":5: `country` must be a country of ISO 3166, not 'dk'; did you mean `DK`?"),
        ("[[seeds]]", "[seeds]", ": `seeds` must be tables"),
        ('"^/tag/"', f'"{"a" * 501}"', ": `deny` (value 1) is a pattern of 501 characters"),
        ("[scope]", "[limits]\ndelay = 1\n[scope]", ": unknown key `limits`"),
    ],
)
def test_each_wrong_value_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = complaints(tmp_path, DAGENS.replace('"dagens"', '"x"').replace(old, new))
    assert any(said.removeprefix(":") in problem for problem in found), found
    assert "secret" not in "".join(found)


def test_a_seed_given_twice_is_told_at_the_second(tmp_path: Path) -> None:
    text = DAGENS.replace('"dagens"', '"x"') + '[[seeds]]\ntype = "sitemap"\nurl = "https://www.dagens.com/feed"\n'
    assert complaints(tmp_path, text) == [":18: seed 2: the same URL is a seed before; take one away"]


@pytest.mark.parametrize("rule", ["(a+)+$", "(?:[a-z]+/)*x", "((ab)*c*)*", "(.*,){20,}x", "(?=(a+)+)b"])
def test_rules_that_could_take_for_ever_on_a_hostile_url_are_refused(tmp_path: Path, rule: str) -> None:
    (found,) = complaints(tmp_path, DAGENS.replace('"dagens"', '"x"').replace('"^/tag/"', f"'{rule}'"))
    assert "repeats something that is itself repeated" in found


@pytest.mark.parametrize(
    "rule", ["^/(?:[a-z]++/)*x", "^/[0-9]{4}/[0-9]{2}/", "(?>a+)+", "([0-9]{2,4}-)+", "^/(video|audio)s?/.*$", "page/[0-9]+"]
)
def test_rules_as_people_write_them_are_taken(tmp_path: Path, rule: str) -> None:
    assert isinstance(read_source(write(tmp_path, "x", DAGENS.replace('"dagens"', '"x"').replace('"^/tag/"', f"'{rule}'"))), Source)


@pytest.mark.parametrize("languages", ['["uk", "fa-AF", "zh-Hant-TW", "es-419", "ckb", "sr-Latn", "de-1996"]'])
def test_languages_are_those_of_bcp_47(tmp_path: Path, languages: str) -> None:
    assert isinstance(read_source(write(tmp_path, "x", DAGENS.replace('"dagens"', '"x"').replace('["en"]', languages))), Source)
