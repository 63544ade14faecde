"""Have two texts nearly the same words? Judged by some three hundred bytes of each, the same on every machine.

MinHash: of the pieces of a text (archive/shingles.py) 256 are drawn by as many random orders, and two texts draw the same one as often as
they share pieces. Of each the lowest byte is kept, and chance is taken out of the estimate: its error is 0.025 at the border.
Twenty keys of four draws each find the candidates: docs/decisions/0402.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from operator import eq

from rensa import RMinHash

from archive.shingles import shingles

SLOTS, BANDS, ROWS = 256, 20, 4
MIN_WORDS = 40
"""Fewer different pieces tell nothing: a notice of two sentences stands under a thousand stories."""
ALIKE = 0.72
"""Share of pieces that both have, of those that either has. A text with 5 % of its words replaced, one by one, has 0.82 in common with
the first, one with 20 % has 0.48, and two that tell the same event in their own words have less than 0.1."""
CUT_ALIKE, CUT_WITHIN = 0.62, 0.9
"""A text that was only shortened, by up to a third, lies within the other."""
METHOD = f"rensa {RMinHash.ALGORITHM_VERSION}, {SLOTS} slots, {BANDS} bands of {ROWS}, pieces 1"
"""What the bytes depend on: sketches of another method cannot be compared."""

_SEED = 0x1F7
_CHANCE = 1 / 256  # two bytes are equal by chance
_ALL, _KEYED = struct.Struct(f"<{SLOTS}I"), struct.Struct(f"<{ROWS}I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What is kept of a text to compare it."""

    values: bytes
    """The lowest byte of each of 256 draws."""
    pieces: int
    """How many different pieces the text has."""
    keys: tuple[int, ...] = ()
    """Texts that have one of these in common are candidates; empty where it was read back."""


def sketch_of(text: str) -> Sketch | None:
    """The sketch of a text; null where it is too short to be told from others."""
    found = shingles(text)
    if found.words < MIN_WORDS:
        return None
    drawn = RMinHash(num_perm=SLOTS, seed=_SEED)
    drawn.update(found.pieces)
    packed = _ALL.pack(*drawn.digest())
    step = _KEYED.size
    keys = tuple(_key(packed[band * step : (band + 1) * step], band) for band in range(BANDS))
    return Sketch(values=packed[::4], pieces=len(found.pieces), keys=keys)


def resemblance(one: Sketch, other: Sketch) -> float:
    """The estimated share of pieces that both texts have, of those that either has: 0 to 1."""
    equal = sum(map(eq, one.values, other.values)) / SLOTS
    return max(0.0, float(equal - _CHANCE) / (1 - _CHANCE))


def alike(one: Sketch, other: Sketch) -> bool:
    """Whether these are near duplicates: nearly the same words, or the one is the other cut short. The order of the two does not matter."""
    shared = resemblance(one, other)
    if shared >= ALIKE:
        return True
    if shared < CUT_ALIKE:
        return False
    within = shared / (1 + shared) * (one.pieces + other.pieces) / min(one.pieces, other.pieces)
    return within >= CUT_WITHIN


def _key(drawn: bytes, band: int) -> int:
    # 32 bits, signed: SQLite writes it in four bytes, and two of twenty million keys that are equal by chance cost one comparison.
    value = zlib.crc32(drawn, band)
    return value - (1 << 32) if value >= 1 << 31 else value
