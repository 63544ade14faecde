"""Which pictures does the newspaper print? Skylines of blocks under a sky, made of their number: the same number gives the same bytes."""

from __future__ import annotations

import random
import struct
import zlib
from functools import lru_cache

_BLOCKS = 48
_SKIES = (
    ((94, 132, 178), (232, 214, 186)),
    ((44, 62, 92), (222, 128, 88)),
    ((150, 176, 196), (238, 238, 230)),
    ((70, 96, 84), (214, 222, 178)),
    ((92, 70, 102), (240, 190, 160)),
)
_SHADES = 12


@lru_cache(maxsize=256)
def skyline(key: str, width: int) -> bytes:
    """A PNG of 16:9, a few kB: houses in two rows, a sun, a sky that changes towards the ground."""
    chance = random.Random(f"skyline/{key}")
    height = width * 9 // 16
    top, bottom = chance.choice(_SKIES)
    palette = [_between(top, bottom, shade / (_SHADES - 1)) for shade in range(_SHADES)]
    ground = [_between(bottom, (20, 22, 26), 0.45), _between(bottom, (20, 22, 26), 0.8), (248, 226, 150)]
    far = [chance.uniform(0.35, 0.6) for _ in range(_BLOCKS)]
    near = [chance.uniform(0.1, 0.38) for _ in range(_BLOCKS)]
    sun_at, sun_high = chance.randrange(6, _BLOCKS - 6), chance.uniform(0.66, 0.85)
    edges = [width * block // _BLOCKS for block in range(_BLOCKS + 1)]
    rows = bytearray()
    for y in range(height):
        level = 1.0 - y / height
        sky = min(_SHADES - 1, y * _SHADES // height)
        rows.append(0)  # PNG §9.2: no filter
        for block in range(_BLOCKS):
            colour = sky
            if abs(block - sun_at) <= 1 and abs(level - sun_high) < 0.05:
                colour = _SHADES + 2
            if level < far[block]:
                colour = _SHADES
            if level < near[block]:
                colour = _SHADES + 1
            rows += bytes((colour,)) * (edges[block + 1] - edges[block])
    return _png(width, height, [*palette, *ground], bytes(rows))


@lru_cache(maxsize=1)
def paper() -> bytes:
    """A PNG of 64 by 64: the grain of paper, to be repeated."""
    chance = random.Random("paper")
    palette = [(244 - shade, 239 - shade, 228 - shade) for shade in (0, 2, 4, 7)]
    rows = b"".join(b"\0" + bytes(chance.choice((0, 0, 0, 1, 1, 2, 3)) for _ in range(64)) for _ in range(64))
    return _png(64, 64, palette, rows)


def _between(one: tuple[int, int, int], other: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _png(width: int, height: int, palette: list[tuple[int, int, int]], rows: bytes) -> bytes:
    """Palette image of 8 bits (PNG, ISO 15948)."""
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [
        (b"IHDR", head),
        (b"PLTE", bytes(value for colour in palette for value in colour)),
        (b"IDAT", zlib.compress(rows, 6)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
