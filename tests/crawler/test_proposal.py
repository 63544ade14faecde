"""Are language, country, time zone and hosts of a proposed source file those that the site shows, and is each guess marked as one?"""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Sequence
from typing import Any

import pytest

from archive.errors import ConfigError, UsageError
from crawler.newspaper.stories import publishers
from crawler.proposal import propose, validate
from crawler.reading import SeedEntry
from crawler.sitelanguages import languages_of
from crawler.siteprobe import Probe
from crawler.trial import Trial

ENGLISH = [
    "The ferry over the lower river runs again after the spring flood",
    "What the council of the harbour decided in the night",
    "A school is opened by the volunteers for the children of the town",
    "The bridge that was promised for the winter is not there",
    "How the crew of a barge was found in the fog",
]
FRENCH = [
    "Le bac de la basse rivière est de nouveau en service pour les habitants",
    "Ce que le conseil du port a décidé dans la nuit",
    "Une école est ouverte par les bénévoles pour les enfants de la ville",
    "Le pont promis pour la fin de la saison est une ruine dans le fleuve",
    "La lettre du maire sur les travaux est dans les mains du juge",
]
GERMAN = [
    "Die Fähre über den unteren Fluss fährt wieder für die Bewohner",
    "Was der Rat des Hafens in der Nacht beschlossen hat",
    "Eine Schule ist von den Freiwilligen für die Kinder der Stadt eröffnet",
    "Die Brücke, die für den Winter versprochen ist, ist nicht da",
    "Wie die Mannschaft auf dem Kahn sich in dem Nebel fand",
]
UKRAINIAN = [
    "Пором через нижню річку знову ходить, і люди повернулися",
    "Що вирішила рада порту вночі про міст і школу",
    "Волонтери відкрили школу для дітей у підвалі",
    "Міст, який обіцяли до зими, не збудували",
    "Екіпаж баржі знайшли в тумані на річці",
]
RUSSIAN = [
    "Паром через нижнюю реку снова ходит, и люди вернулись на берег",
    "Что решил совет порта ночью о мосте и школе для детей",
    "Волонтёры открыли школу для детей в подвале",
    "Мост, который обещали к зиме, не построили",
    "Экипаж баржи нашли в тумане на реке",
]
BULGARIAN = ["Фериботът по долната река отново се движи за хората", "Какво реши съветът на пристанището за моста и училището през нощта"]
NORWEGIAN = [
    "Ferga over den nedre elva går igjen etter vårflommen",
    "Det rådet i havna bestemte om natta er ikke kjent",
    "Skolen er åpnet av frivillige for barna i byen",
    "Broen som ble lovet til vinteren er ikke her",
    "Mannskapet på lekteren ble funnet i tåka på elva",
]


def entries(titles: Sequence[str], language: str | None = None, *, host: str = "paper.example", **dates: str) -> list[SeedEntry]:
    start = zlib.crc32(f"{titles[0]} {language}".encode())
    return [
        SeedEntry(url=f"https://{host}/{start + number}", entry=f"#{number}", title=title, language=language, **dates)
        for number, title in enumerate(titles)
    ]


def page(language: str | None = None, text: str = "") -> dict[str, Any]:
    return {"language": language, "text": text, "site_name": "The Paper", "title": None}


def probe(homepage: str, *seeds: Sequence[SeedEntry], language: str | None = "en") -> Probe:
    trials = tuple(
        Trial(type="feed", url=f"{homepage}feed-{number}", status="ok", detail=None, kind="rss", entries=tuple(found), final=homepage)
        for number, found in enumerate(seeds)
    )
    return Probe(homepage=homepage, page=page(language), seeds=trials, passed_over=(), requests=1)


@pytest.mark.parametrize(
    ("seeds", "of_page", "languages", "how"),
    [
        ([entries(ENGLISH)], "en-GB", ["en-GB"], ""),
        ([entries(ENGLISH, "en-US")], None, ["en-US"], "what its feeds say and the titles in them"),
        ([entries(ENGLISH, "en-us"), entries(ENGLISH[:2], "en")], "en", ["en"], ""),
        # What the content system states by default does not stand against the titles.
        ([entries(UKRAINIAN * 3, "en-US")], "en-US", ["uk"], "what its feeds say and the titles in them"),
        ([entries(GERMAN * 2, "en-US")], "en-US", ["de"], "what its feeds say and the titles in them"),
        ([entries(UKRAINIAN), entries(RUSSIAN), entries(ENGLISH[:3])], "uk", ["uk", "ru", "en"], "the titles in its feeds"),
        ([entries(UKRAINIAN + ENGLISH, None)], None, ["uk", "en"], "the titles in its feeds"),
        ([entries(ENGLISH + FRENCH + GERMAN)], "en", ["en", "fr", "de"], "the titles in its feeds"),
        ([entries(ENGLISH, "en"), entries(FRENCH[:2], "fr"), entries(GERMAN[:1], "de")], "en", ["en", "fr", "de"], None),
        ([entries(NORWEGIAN)], "nb", ["nb"], ""),
        ([entries(BULGARIAN)], "bg", ["bg"], ""),
        ([entries(["", ""])], "fa", ["fa"], ""),
        ([], None, ["en"], "nothing: it states none; please correct"),
        ([], "zz", ["en"], "nothing: it states none; please correct"),
    ],
)
def test_the_languages_are_those_of_the_titles_where_these_contradict_what_is_stated(
    seeds: list[list[SeedEntry]], of_page: str | None, languages: list[str], how: str | None
) -> None:
    found, by = languages_of(seeds, page(of_page))
    assert found[0] == languages[0]  # the commonest
    assert set(found) == set(languages)
    assert how is None or by == how


def test_the_text_of_the_page_tells_where_no_entry_has_a_title() -> None:
    assert languages_of([], page("en-US", " ".join(GERMAN * 2))) == (["de"], "its text")


def test_an_article_of_two_seeds_counts_once_and_the_seed_that_states_its_language_wins() -> None:
    untold = [
        SeedEntry(url=f"https://paper.example/{number}?utm_source=rss", entry="1", title=title) for number, title in enumerate(FRENCH)
    ]
    told = [SeedEntry(url=f"https://paper.example/{number}", entry="1", title=title, language="fr") for number, title in enumerate(FRENCH)]
    assert languages_of([untold, told, entries(ENGLISH * 2, "en")], page("en"))[0] == ["en", "fr"]


def test_every_publisher_of_the_newspaper_is_found_in_its_languages() -> None:
    for publisher in publishers():
        stories = publisher.stories(1)
        told = [
            SeedEntry(url=f"https://{publisher.host}{one.target}", entry="1", title=one.title, language=one.language) for one in stories
        ]
        assert set(languages_of([told], page(publisher.languages[0]))[0]) == {one.language for one in stories}


def written(found: Probe) -> dict[str, str]:
    return dict(line.split(" = ", 1) for line in propose(found).text.splitlines() if " = " in line)


UTC2, UTC = {"published": "2026-11-20T10:00:00+02:00"}, {"published": "2026-11-20T10:00:00Z"}
UTC5 = {"published": "2026-11-20T10:00:00+05:00"}


@pytest.mark.parametrize(
    ("homepage", "dates", "country", "zone"),
    [
        ("https://paper.ua/", UTC2, "UA", "Europe/Kyiv"),
        ("https://paper.co.uk/", {}, "GB", "Europe/London"),
        ("https://paper.com.tr/", UTC, "TR", "Europe/Istanbul"),  # UTC says nothing of a place
        ("https://paper.ua/", UTC5, "UA", None),  # the dates contradict
        ("https://paper.us/", {}, "US", None),  # several zones
        ("https://paper.me/", {}, None, None),  # for everybody
        ("https://paper.tv/", {}, None, None),
        ("https://paper.com/", UTC2, None, None),
        ("https://paper.example/", {}, None, None),
        ("http://127.0.0.1:8080/", {}, None, None),
    ],
)
def test_country_and_time_zone_are_guessed_from_the_host_and_marked_as_guesses_or_left_out(
    homepage: str, dates: dict[str, str], country: str | None, zone: str | None
) -> None:
    found = probe(homepage, entries(ENGLISH, **dates))
    lines = written(found)
    assert lines.get("country") == (f'"{country}"  # guessed from the host name' if country else None)
    assert lines.get("timezone") == (f'"{zone}"  # guessed from the country and the offsets of dates' if zone else None)
    source = validate(propose(found, name="paper"))
    assert (source.country, source.timezone) == (country, zone)


def test_languages_that_the_page_does_not_state_are_marked_as_guesses() -> None:
    assert written(probe("https://paper.example/", entries(ENGLISH)))["languages"] == '["en"]'
    lines = written(probe("https://paper.example/", entries(UKRAINIAN), entries(RUSSIAN)))
    assert lines["languages"] == '["uk", "ru"]  # guessed from the titles in its feeds'


def test_hosts_where_entries_lie_are_let_into_scope_as_guesses_but_not_a_stray_one() -> None:
    found = probe(
        "https://www.paper.example/",
        entries(ENGLISH * 20, host="paper.example"),
        entries(FRENCH, host="sport.paper.example"),
        entries(GERMAN[:1], host="other.example"),
    )
    text = propose(found).text
    assert tomllib.loads(text)["scope"]["allow_hosts"] == ["sport.paper.example"]
    assert "# guessed: entries of the seeds lie there" in text


def test_what_a_site_calls_itself_cannot_break_out_of_its_line() -> None:
    found = probe("https://paper.example/", entries(ENGLISH))
    evil = 'The "Paper"\n[network]\nallow_private = ["*"]\\ \x7f\u2028 # \U0001f4f0'
    hostile = Probe(homepage=found.homepage, page={**found.page, "site_name": evil}, seeds=found.seeds, passed_over=(), requests=1)
    source = validate(propose(hostile))
    assert source.title.startswith('The "Paper"')
    assert source.allow_private == ()
    with pytest.raises(UsageError):
        propose(found, name="../etc")
    with pytest.raises(ConfigError):
        validate(
            propose(Probe(homepage="https://user:secret@paper.example/", page=page("en"), seeds=found.seeds, passed_over=(), requests=1))
        )
