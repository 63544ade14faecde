"""What do the invented sites write? Plain sentences that no two articles share."""

from __future__ import annotations

import random
from functools import lru_cache

_WHO = (
    "the ministry|a spokesman for the council|the regional governor|a witness in the old town|the hospital|the energy company|"
    "an aid worker|the police|the harbour office|"
    "a teacher from the north|the railway|the court|a farmer near the border|the mayor|the fire service|"
    "an officer of the coast guard|the university|the union of miners|a family from the east|the water board|the election commission"
).split("|")
_DID = (
    "confirmed|denied|announced|described|questioned|welcomed|rejected|reported|recalled|examined|delayed|approved|published|counted|"
    "repaired|inspected|opened|closed|evacuated|searched"
).split("|")
_WHAT = (
    "the damage to the bridge|the list of missing people|a new timetable for trains|the repair of the power line|"
    "the closure of two schools|a convoy with medicine|the report on the fire|the price of grain|"
    "the curfew in three districts|the exchange of prisoners|"
    "the flood in the valley|a plan for the winter|"
    "the strike at the mine|the vote on the budget|a shortage of fuel|"
    "the road to the airport|the shelling of the suburb|the inquiry into the accident|the arrival of observers|a dispute over fishing"
).split("|")
_WHERE = (
    "in the capital|near the river|on the western coast|in the mountain villages|at the border crossing|in the industrial quarter|"
    "south of the lake|in the old harbour|along the main road|in four towns of the province|behind the front|in the central market"
).split("|")
_WHEN = (
    "on Monday morning|late on Tuesday|on Wednesday|before dawn on Thursday|on Friday evening|over the weekend|after a night of talks|"
    "within two days|for the second time this year|while the snow was melting|shortly before midnight|during the afternoon"
).split("|")
_THEN = (
    "and said that more would follow|but gave no figures|and asked residents to stay at home|although two members had warned against it|"
    "which had been expected since the spring|and thanked the volunteers who had come|while engineers were still at work|"
    "and promised to answer questions in public|because the old rules had been found wanting|so that families could return"
).split("|")
_FIRST = "Anna Boris Clara David Elena Felix Greta Hugo Irina Jonas Karla Leon Marta Nils Olga Pavel".split()
_NAMES = "Arden Bekker Corso Dahl Evans Fiala Grant Horvat Ilves Janda Kovar Lind Moreau Novak Olsen Petri Rossi Sanna Tamm Vega".split()


def person(generator: random.Random) -> str:
    """A name."""
    return f"{generator.choice(_FIRST)} {generator.choice(_NAMES)}"


def sentence(generator: random.Random) -> str:
    """One of millions."""
    pick = generator.choice
    who = pick(_WHO)
    number = generator.randrange(11, 9900)
    return (
        f"{who[0].upper()}{who[1:]} {pick(_DID)} {pick(_WHAT)} {pick(_WHERE)} {pick(_WHEN)}, {pick(_THEN)}, and {person(generator)} "
        f"spoke of {number} people who had been affected."
    )


@lru_cache(maxsize=4096)
def headline(site: int, number: int) -> str:
    """Of an article."""
    generator = random.Random(f"headline {site} {number}")
    what = generator.choice(_WHAT)
    return (
        f"{generator.choice(_NAMES)} {generator.choice(_DID)} {what} {generator.choice(_WHERE)}: {generator.randrange(11, 9900)} "
        f"{generator.choice('people homes families workers pupils voters drivers'.split())} affected"
    )


@lru_cache(maxsize=4096)
def paragraphs(site: int, number: int, edits: int) -> tuple[str, ...]:
    """The text of an article after so many edits; each changes a sentence within, and adds one at the end."""
    generator = random.Random(f"text {site} {number}")
    texts = [" ".join(sentence(generator) for _ in range(2)) for _ in range(generator.randrange(4, 7))]
    for edit in range(edits):
        again = random.Random(f"edit {site} {number} {edit}")
        at = again.randrange(len(texts))
        texts[at] = f"{sentence(again)} {texts[at].split('. ', 1)[-1]}"
        texts.append(sentence(again))
    return tuple(texts)


@lru_cache(maxsize=4096)
def author(site: int, number: int) -> str:
    """Who wrote it: one of five of the site."""
    return person(random.Random(f"author {site} {number % 5}"))
