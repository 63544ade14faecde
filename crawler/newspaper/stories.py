"""What does the newspaper say: which stories has each publisher in which edition, and what is their true text?"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

BlockKind = Literal["paragraph", "heading", "quote", "list_item"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of a story's body."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story as one edition prints it."""

    number: int
    slug: str
    language: str
    section: str
    title: str
    description: str
    authors: tuple[str, ...]
    published: str
    """RFC 3339 with offset."""
    modified: str
    keywords: tuple[str, ...]
    caption: str
    credit: str
    blocks: tuple[Block, ...]
    target: str
    """Path and query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """One invented publisher; `rows` are its stories as its file has them."""

    name: str
    host: str
    title: str
    country: str
    timezone: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]

    def stories(self, edition: int) -> list[Story]:
        """What this edition prints, newest first."""
        found = [
            _story(self, number, row, edition)
            for number, row in enumerate(self.rows, 1)
            if row.get("since", 1) <= edition <= row.get("until", edition)
        ]
        return sorted(found, key=lambda story: datetime.fromisoformat(story.published), reverse=True)

    def withdrawn(self, edition: int) -> set[str]:
        """Targets that an earlier edition printed and this one answers with 410."""
        return {_target(self.name, number, row) for number, row in enumerate(self.rows, 1) if row.get("until", edition) < edition}


class Truth(NamedTuple):
    """What an extractor should find in a page."""

    title: str
    text: str
    authors: tuple[str, ...]
    date: str
    """RFC 3339 with offset, of publication."""
    language: str


@cache
def publishers() -> tuple[Publisher, ...]:
    """The three publishers, in the order of their names."""
    found = []
    for entry in files("crawler.newspaper").joinpath("stories").iterdir():
        if entry.name.endswith(".toml"):
            data: dict[str, Any] = tomllib.loads(entry.read_text(encoding="utf-8"))
            data["rows"] = data.pop("story")
            fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
            found.append(Publisher(**fields))
    return tuple(sorted(found, key=lambda publisher: publisher.name))


def truth_of(story: Story, *, standfirst: bool) -> Truth:
    """The body's blocks between empty lines; where the page shows a standfirst, it comes first."""
    parts = ([story.description] if standfirst else []) + [block.text for block in story.blocks]
    return Truth(story.title, "\n\n".join(parts), story.authors, story.published, story.language)


def shows_standfirst(publisher: Publisher) -> bool:
    """One of the three prints the description above the text; with the others it stands in the metadata alone."""
    return publisher.name == "visnyk"


def _story(publisher: Publisher, number: int, row: dict[str, Any], edition: int) -> Story:
    later = row.get("later", {}) if edition > 1 else {}
    body: str = row["body"]
    if "find" in later:
        body = body.replace(later["find"], later["replace"])
    story = Story(
        number=number,
        slug=row["slug"],
        language=row["language"],
        section=row["section"],
        title=row["title"],
        description=row["description"],
        authors=tuple(row["authors"]),
        published=row["published"],
        modified=row.get("modified", row["published"]),
        keywords=tuple(row["keywords"]),
        caption=row["caption"],
        credit=row["credit"],
        blocks=tuple(blocks_of(body)),
        target=_target(publisher.name, number, row),
    )
    return replace(story, title=later.get("title", story.title), modified=later.get("modified", story.modified))


def _target(publisher: str, number: int, row: dict[str, Any]) -> str:
    """Three habits of real sites: dated paths, `.html` names, and a query that is the whole identity."""
    if publisher == "courier":
        return f"/{row['published'][:10].replace('-', '/')}/{row['slug']}"
    if publisher == "visnyk":
        return f"/news/{row['slug']}.html"
    return f"/{row['language']}/article.php?id={7000 + number}"


def blocks_of(body: str) -> list[Block]:
    """Read the little markup of the story files: `## ` a heading, `> ` a quote, `- ` an item of a list, anything else a paragraph."""
    marks: dict[str, BlockKind] = {"## ": "heading", "> ": "quote", "- ": "list_item"}
    found = []
    for part in body.strip().split("\n\n"):
        for line in part.split("\n"):
            kind, text = next(((kind, line[len(mark) :]) for mark, kind in marks.items() if line.startswith(mark)), ("paragraph", line))
            found.append(Block(kind=kind, text=text.strip()))
    return found
