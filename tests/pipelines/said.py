"""What does a page say of its article, read without judging its text?"""

from __future__ import annotations

from datetime import UTC, datetime

from archive.article import Credit, Image
from pipelines.blocks import Block
from pipelines.claims import Dates, find_dates
from pipelines.credits import find_credits
from pipelines.images import find_images
from pipelines.page import Page, read_page

URL = "https://www.courier.example/2024/northern-bridge"


def read(html: bytes, url: str = URL) -> Page:
    return read_page(html.decode("utf-8"), url)


def body(page: Page) -> list[Block]:
    """The long paragraphs of the invented pages."""
    return [block for block in page.pieces if block.tag == "p" and len(block.text) >= 80 and block.place.noise() is None]


def credits_of(html: bytes) -> list[Credit]:
    page = read(html)
    return find_credits(page.jsonld, page.head, page.pieces, authors=page.authors, titles=page.title.keys, body=body(page))


def images_of(html: bytes) -> list[Image]:
    page = read(html)
    return find_images(page.jsonld, page.head, body(page), page.tree)


def dates_of(
    html: bytes,
    url: str = URL,
    *,
    timezone: str | None = None,
    captured_at: datetime | None = datetime(2024, 11, 30, tzinfo=UTC),
    announced: tuple[tuple[str, str | None, str | None], ...] = (),
) -> Dates:
    page = read(html, url)
    return find_dates(
        page.jsonld,
        page.head,
        page.pieces,
        page.tree,
        titles=page.title.keys,
        language=page.language,
        timezone=timezone,
        captured_at=captured_at,
        announced=announced,
        url=url,
    )
