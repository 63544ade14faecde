"""Which pages is the quality gate measured on, when the corpus is not there?

Articles of our own (stories/) in the markup of nine ways to build a site (builds/), with the words of each language for all that stands
around a text (words/); pages.toml says which go together. The same files give the same bytes.

    python -m tests.quality.pages.make FOLDER       writes the pages and truth.jsonl, to look at
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.quality.pages.sheet import Sheet
from tests.quality.pages.story import Story, read_story

HERE = Path(__file__).resolve().parent
LICENCE = "Apache-2.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is extracted, and what a careful reader would take from it (the format of score.py)."""

    id: str
    url: str
    html: bytes
    truth: dict[str, Any]


@lru_cache(maxsize=1)
def pages() -> tuple[Page, ...]:
    """All of them, in the order of pages.toml."""
    table = tomllib.loads((HERE / "pages.toml").read_text(encoding="utf-8"))
    return tuple(_page(number, name, settings) for number, (name, settings) in enumerate(table.items()))


def _page(number: int, name: str, settings: dict[str, Any]) -> Page:
    story_name, _dash, build = name.rpartition("-")
    story = read_story(story_name)
    url = _url(story, build, number)
    markup = Sheet(story, build, url, number, settings).page()
    paragraphs, optional = story.text()
    truth = {
        "id": name,
        "url": url,
        "title": story["title"],
        "authors": story.authors,
        "date": story.published.isoformat(),
        "body": "\n\n".join(paragraphs),
        "lang": story["lang"],
        "publisher": story["host"],
        "license": LICENCE,
        "timezone": story["timezone"],
        "captured_at": ((story.modified or story.published) + timedelta(days=2)).isoformat(),
        **({"optional": optional} if optional else {}),
    }
    return Page(id=name, url=url, html=markup.encode(), truth=truth)


def _url(story: Story, build: str, number: int) -> str:
    forms = {"wordpress": "{:%Y/%m/%d}/{}/", "bitrix": "news/{:%Y}/{}/", "tables": "article.php?id=44{:%d}&s={}", "amp": "amp/{:%Y/%m}/{}"}
    path = forms.get(build, "news/{:%Y/%m}/{}").format(story.published, story["slug"])
    return f"https://{'www.' if number % 2 else ''}{story['host']}/{path}"


def write(folder: Path) -> Iterator[str]:
    """Each page as a file, and the truths; gives the names."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages():
        (folder / f"{page.id}.html").write_bytes(page.html)
        yield page.id
    lines = "".join(json.dumps(page.truth, ensure_ascii=False) + "\n" for page in pages())
    (folder / "truth.jsonl").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    print(f"{len(list(write(Path(sys.argv[1]))))} pages in {sys.argv[1]}")
