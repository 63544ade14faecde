"""What are the pages of tests/pipelines/blocks, as verdicts?"""

from __future__ import annotations

from tests.pipelines.blocks.build import Row
from tests.pipelines.blocks.challenges import CHALLENGES, GEO_BLOCKS
from tests.pipelines.blocks.innocent import ARTICLES, OTHERS
from tests.pipelines.blocks.walls import CONSENT_WALLS, HOMES, LOGIN_WALLS, SOFT_404
from tests.quality.verdicts.specimen import Specimen


def _specimen(row: Row) -> Specimen:
    return Specimen(
        name=row.name,
        html=row.html,
        verdict=row.expected or row.verdict or "article",
        url=row.url,
        status=row.status,
        headers=tuple(row.all_headers),
        requested_url=row.requested_url,
    )


BLOCKS: tuple[Specimen, ...] = tuple(
    _specimen(row) for row in (*CHALLENGES, *GEO_BLOCKS, *CONSENT_WALLS, *LOGIN_WALLS, *SOFT_404, *HOMES, *ARTICLES, *OTHERS)
)
