"""Which blocks of a page are the body, by a truth that people made?

A truth is only a text. Long blocks are found in it by their characters; short ones count only between the places of their neighbours, so
that "Politics" in a menu is not taken for a subheading of the same name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.blocks import Block

_CHARACTERS = re.compile(r"[\W_]+")
_WORDS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff]|[^\\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff]+"
)
_LONG = 24


def _grams(text: str) -> list[tuple[str, ...]]:
    """Runs of four words; of characters in scripts without spaces."""
    words = _WORDS.findall(text.casefold())
    return [tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))]


def _key(text: str) -> str:
    return _CHARACTERS.sub("", text.casefold())


def label(blocks: Sequence[Block], body: str, optional: Sequence[str] = ()) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """1 for body, 0 for all else, and a weight each: 0 where the truth does not tell."""
    truth = _key(body)
    lines = {_key(line) for line in body.split("\n")}
    unknown = {_key(line) for line in optional}
    labels = np.zeros(len(blocks), dtype=np.int8)
    weights = np.ones(len(blocks), dtype=np.float32)
    keys = [_key(block.text) for block in blocks]
    places: list[tuple[int, int, int]] = []  # block, from, to in the truth
    grams = set(_grams(body))
    for number, key in enumerate(keys):
        if key in unknown and key:
            weights[number] = 0.0
            continue
        if len(key) < _LONG:
            continue
        at = truth.find(key)
        if at >= 0:
            labels[number] = 1
            if len(key) < 2 * _LONG and key not in lines:  # a headline may be quoted in a sentence
                weights[number] = 0.3
                continue
            places.append((number, at, at + len(key)))
            continue
        own = _grams(blocks[number].text)
        share = sum(gram in grams for gram in own) / max(1, len(own))
        if share >= 0.75:
            labels[number] = 1
        elif share >= 0.4:
            labels[number] = share >= 0.5
            weights[number] = 0.2
    # Short ones: between the places of the long ones before and after.
    befores: list[int] = []
    last = 0
    marks = {number: (start, end) for number, start, end in places}
    for number in range(len(blocks)):
        befores.append(last)
        if number in marks and marks[number][0] >= last - 400:
            last = marks[number][1]
    afters = [len(truth)] * len(blocks)
    following = len(truth)
    started = bool(places)
    for number in range(len(blocks) - 1, -1, -1):
        afters[number] = following
        if number in marks and marks[number][1] <= following + 400:
            following = marks[number][0]
    first = places[0][0] if started else 0
    last_block = places[-1][0] if started else len(blocks)
    for number, key in enumerate(keys):
        if len(key) >= _LONG or not key or weights[number] == 0:
            continue
        low, high = max(0, befores[number] - 2), min(len(truth), afters[number] + 2)
        inside = key in truth[low:high] if low < high <= low + 3000 else False
        whole = key in lines
        near = first - 12 <= number <= last_block + 12
        if inside and near and (whole or len(key) >= 3):
            labels[number] = 1
            if not whole:
                weights[number] = 0.5
        elif whole and near and len(key) > 6:
            weights[number] = 0.0
    # Of a text that the page gives twice, the one among more of its kind counts.
    by_key: dict[str, list[int]] = {}
    for number, key in enumerate(keys):
        if labels[number] and len(key) >= _LONG:
            by_key.setdefault(key, []).append(number)
    density = np.convolve(labels.astype(np.float32), np.ones(9), mode="same") if len(labels) >= 9 else labels
    for numbers in by_key.values():
        if len(numbers) > 1:
            best = max(numbers, key=lambda number: (float(density[number]), -number))
            for number in numbers:
                if number != best:
                    weights[number] = 0.0
    return labels, weights
