from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from crawler.source_file import scope_of
from crawler.sources import CATALOG, SourceSet, load_sources

# DESIGN: the languages of today's wars and of those who report on them.
LANGUAGES = {
    "uk",
    "ru",
    "ar",
    "he",
    "fa",
    "fa-AF",
    "ps",
    "my",
    "am",
    "ku",
    "tr",
    "en",
    "fr",
    "es",
    "de",
    "it",
    "pl",
    "lt",
    "no",
    "sv",
    "cs",
    "ja",
    "zh",
}
# Fundus gave these; it is checked by its maintainers every day, and nothing else in the catalogue is checked by anybody.
CHECKED = "# Seeds: flairNLP/fundus (MIT)"


@pytest.fixture(scope="module")
def catalogue() -> SourceSet:
    return load_sources([])


def test_every_file_of_the_catalogue_loads(catalogue: SourceSet) -> None:
    assert sorted(catalogue) == sorted(path.stem for path in CATALOG.glob("*.toml"))
    assert len(catalogue) >= 200


def test_the_languages_of_the_wars_are_there(catalogue: SourceSet) -> None:
    assert {language for source in catalogue.values() for language in source.languages} >= LANGUAGES


@pytest.mark.parametrize(
    ("topic", "least"),
    [
        ("ukraine", 25),
        ("russia", 15),
        ("gaza", 15),
        ("syria", 15),
        ("iran", 8),
        ("sudan", 5),
        ("myanmar", 8),
        ("afghanistan", 8),
        ("ethiopia", 3),
        ("congo", 2),
        ("agency", 10),
        ("exile-media", 15),
        ("human-rights", 12),
        ("humanitarian", 6),
        ("think-tank", 8),
        ("investigation", 10),
    ],
)
def test_each_war_and_each_kind_of_voice_has_several_sources(catalogue: SourceSet, topic: str, least: int) -> None:
    assert sum(topic in source.topics for source in catalogue.values()) >= least


def test_no_publisher_is_there_twice_in_one_language(catalogue: SourceSet) -> None:
    counted = Counter((source.host.removeprefix("www."), language) for source in catalogue.values() for language in source.languages)
    assert [key for key, count in counted.items() if count > 1] == []


def test_no_seed_is_there_twice(catalogue: SourceSet) -> None:
    counted = Counter(seed.url for source in catalogue.values() for seed in source.seeds)
    assert [url for url, count in counted.items() if count > 1] == []


def test_every_source_says_where_it_is_and_what_clock_it_writes_by(catalogue: SourceSet) -> None:
    assert [source.name for source in catalogue.values() if not (source.country and source.timezone and source.topics)] == []


def test_only_seeds_that_somebody_checks_are_called_verified_and_every_file_says_where_its_seeds_are_from(catalogue: SourceSet) -> None:
    for source in catalogue.values():
        first = source.path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# Seeds: "), source.name
        assert source.verified == first.startswith(CHECKED), source.name


def test_the_catalogue_switches_nothing_on(catalogue: SourceSet) -> None:
    assert [path.name for path in CATALOG.glob("*.toml") if "enabled" in tomllib.loads(path.read_text(encoding="utf-8"))] == []
    assert catalogue.enabled() == []


def test_no_seed_has_a_date_in_its_address_that_goes_stale(catalogue: SourceSet) -> None:
    assert [
        seed.url for source in catalogue.values() for seed in source.seeds if any(f"20{year}" in seed.url for year in range(20, 40))
    ] == []


def test_files_are_short_and_in_one_shape(catalogue: SourceSet) -> None:
    assert [source.name for source in catalogue.values() if len(source.path.read_text(encoding="utf-8").splitlines()) > 40] == []


# One article address of each, as the publishers write them: the rules of the catalogue must let them through.
@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("radio-svoboda", "https://www.radiosvoboda.org/a/news-rosiya-ataka/33221100.html"),
        ("bbc-russian", "https://www.bbc.com/russian/articles/c0k4p9l0x5no"),
        ("bbc-news", "https://www.bbc.com/news/articles/c0k4p9l0x5no"),
        ("deutsche-welle", "https://www.dw.com/en/what-is-known-about-the-attack/a-70721230"),
        ("guardian", "https://www.theguardian.com/world/2024/nov/24/ukraine-war-briefing"),
        ("kommersant", "https://www.kommersant.ru/doc/7321234"),
        ("ukrinform", "https://www.ukrinform.ua/rubric-ato/3930000-nazva.html"),
        ("aljazeera", "https://www.aljazeera.com/news/2024/11/24/israels-war-on-gaza"),
        ("reuters", "https://www.reuters.com/world/europe/kyiv-says-2024-11-24/"),
        ("anadolu", "https://www.aa.com.tr/tr/gundem/baslik/3402000"),
        ("human-rights-watch", "https://www.hrw.org/news/2024/11/24/sudan-title"),
        ("meduza", "https://meduza.io/feature/2024/11/24/zagolovok"),
        ("myanmar-now", "https://myanmar-now.org/en/news/title/"),
        ("hasht-e-subh-en", "https://8am.media/eng/title/"),
    ],
)
def test_rules_let_articles_through(catalogue: SourceSet, name: str, url: str) -> None:
    assert scope_of(catalogue[name]).in_scope(url) is None


def test_editions_on_one_host_do_not_take_each_others_articles(catalogue: SourceSet) -> None:
    assert scope_of(catalogue["bbc-persian"]).in_scope("https://www.bbc.com/russian/articles/c0k4p9l0x5no") == "denied-by-rule"
    assert scope_of(catalogue["anadolu"]).in_scope("https://www.aa.com.tr/en/middle-east/title/3402000") == "denied-by-rule"
