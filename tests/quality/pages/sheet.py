"""What does a page of one build look like with a story in it?"""

from __future__ import annotations

import hashlib
import json
import random
import re
import tomllib
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from tests.quality.pages.heads import head
from tests.quality.pages.story import Piece, Story

HERE = Path(__file__).resolve().parent
RIGHT_TO_LEFT = ("ar", "fa", "he")
CLAIMED = {"en": "en-GB", "fa": "fa-IR", "zh-Hant": "zh-TW", "pt": "pt-BR", "de": "de", "fr": "fr-FR"}
_HASHED = re.compile(r"@([a-z0-9]+)")


@lru_cache(maxsize=32)
def _words(language: str) -> dict[str, Any]:
    return tomllib.loads((HERE / "words" / f"{language}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=32)
def _build(name: str) -> dict[str, Template]:
    """The templates of a build by name; what it has not of its own is the common one."""
    text = (HERE / "builds" / f"{name}.html").read_text(encoding="utf-8")
    parts = re.split(r"^=== (\w+)\n", text, flags=re.MULTILINE)[1:]
    own = {part: Template(body.rstrip("\n")) for part, body in zip(parts[::2], parts[1::2], strict=True)}
    return own if name == "common" else _build("common") | own


class Sheet:
    """One page in the making."""

    def __init__(self, story: Story, build: str, url: str, number: int, settings: dict[str, Any]) -> None:
        self.story, self.url, self.number, self.settings = story, url, number, settings
        self.templates, self.words = _build(build), _words(story["lang"])
        self.chance = random.Random(f"quality/{story.name}/{build}")
        language = settings.get("lang") or CLAIMED.get(story["lang"], story["lang"])
        self.common = {
            **{key: value for key, value in self.words.items() if isinstance(value, str)},
            **{key: escape(story[key], quote=False) for key in ("site", "host", "slug", "section", "title")},
            **{f"teaser{n}": text for n, text in enumerate(self.words["teasers"])},
            "lang": language,
            "dir": "rtl" if story["lang"] in RIGHT_TO_LEFT else "ltr",
            "url": escape(url),
            "href": f"https://{story['host']}/news/2026/{self.chance.randrange(10**6)}",
            "iso": story.published.isoformat(),
            "iso_local": story.published.replace(tzinfo=None).isoformat(),
            "iso_modified": (story.modified or story.published).isoformat(),
            "shown": story["shown"] or self._shown(story.published),
            "shown_modified": self._shown(story.modified or story.published),
            "source_line": self.words["source"].format(story["agency"] or "Septentrion"),
            "n": "4",
        }

    def page(self) -> str:
        """All of it; readable names that begin with @ become what a bundler makes of them."""
        story = self.story
        shown = [self.put("author", name=escape(name)) for name in story.shown_authors]
        by = self.words["by"].format(", ".join(shown)) + (f", {story['role']}" if story["role"] else "") if shown else ""
        updated = bool(story.modified and story.modified != story.published)
        self.common["updated_bit"] = self.put("updated_bit") if updated and "updated_bit" in self.templates else ""
        self.common["tag_links"] = " ".join(self.put("tag", label=escape(tag)) for tag in story.tags)
        page = self.put(
            "page",
            head=head(story, self.settings["meta"], self.url, self.number),
            styles="".join(self._rule() for _ in range(self.chance.randrange(150, 500))),
            state=f"window.__STATE__={json.dumps(self._state(), ensure_ascii=False)};",
            next_data=json.dumps({"props": {"article": self._data(), "seen": self._state()}}, ensure_ascii=False).replace("</", "<\\/"),
            menu_first=self.words["menu"][0],
            menu_items="".join(self.put("menu_item", label=label) for label in [*self.words["menu"], *self.words["teasers"][4:]]),
            foot_items="".join(self.put("foot_item", label=label) for label in self.words["foot"]),
            standfirst=self._standfirst("standfirst") if self.settings.get("lead") != "body" else "",
            byline=self.put("byline", authors_by=by),
            share_bar=self.put("share_bar"),
            body=self._body() + (self.put("pay") if self.settings.get("pay") else ""),
            tags_line=self.put("end_tags") if story.tags else "",
            author_box=self.put("bio", name=story.shown_authors[0], bio=story["bio"]) if story["bio"] else "",
            comment_items="".join(
                self.put("comment", name=escape(name), text=escape(text))
                for name, _bar, text in (one.partition("|") for one in self.words["readers"])
            ),
            side_items=self._teasers("teaser", 3, 6),
            more_items=self._teasers("teaser_more", 6, 3),
        )
        return _HASHED.sub(lambda match: _hashed(match[1], story["host"]), page) if build_is_hashed(self.templates) else page

    def put(self, part: str, **more: str) -> str:
        return self.templates[part].substitute(self.common | more)

    def _standfirst(self, part: str) -> str:
        text = escape(self.story["standfirst"], quote=False)
        return self.put(part, text=text if part == "standfirst" else f"<strong>{text}</strong>") if text else ""

    def _body(self) -> str:
        out = [self._standfirst("paragraph")] if self.settings.get("lead") == "body" else []
        boxes = iter(self.settings.get("boxes", ()))
        counted, in_entry = 0, False
        pieces = list(self.story.pieces)
        for place, piece in enumerate(pieces):
            if piece.kind == "entry" and in_entry:
                out.append(self.put("entry_end"))
            in_entry = in_entry or piece.kind == "entry"
            out.append(self._put_piece(piece))
            counted += piece.kind in ("paragraph", "quote", "list")
            following = pieces[place + 1].kind if place + 1 < len(pieces) else ""
            if counted >= 2 and piece.kind in ("paragraph", "quote", "list") and following not in ("", "list", "olist", "table"):
                counted = 0
                if box := next(boxes, None):
                    out.append(self._box(box))
        if in_entry:
            out.append(self.put("entry_end"))
        return "\n".join(out + [self.put(end) for end in self.settings.get("ends", ())])

    def _box(self, name: str) -> str:
        return self.put(name, side_items=self._teasers("teaser", 5, 3), more_items=self._teasers("teaser_more", 9, 2))

    def _teasers(self, part: str, first: int, count: int) -> str:
        part = part if part in self.templates else "teaser"
        words = self.words
        return "".join(
            self.put(
                part,
                text=words["teasers"][(first + n) % len(words["teasers"])],
                summary=words["texts"][n % len(words["texts"])],
                n=str(n + 1),
                href=f"https://{self.story['host']}/news/2026/{self.chance.randrange(10**6)}",
            )
            for n in range(count)
        )

    def _put_piece(self, piece: Piece) -> str:
        if piece.kind == "image":
            caption, credit = (escape(text, quote=False) for text in piece.items)
            return self.put(
                "image", caption=caption, credit=credit, src=f"https://static.{self.story['host']}/i/{self.chance.randrange(10**8)}.jpg"
            )
        if piece.kind == "table":
            return self.put("table", rows="".join(self._row(row, first=n == 0) for n, row in enumerate(piece.items)))
        if piece.items:
            return self.put(piece.kind, items="".join(self.put("item", text=self._inline(text)) for text in piece.items))
        if piece.kind == "entry":
            moment = self.story.published.replace(hour=int(piece.time[:2]), minute=int(piece.time[3:]))
            return self.put("entry", text=escape(piece.text, quote=False), time=piece.time, iso=moment.isoformat())
        if piece.kind in ("paragraph", "optional"):
            return self.put("paragraph", text=self._inline(piece.text))
        return self.put(piece.kind, text=escape(piece.text, quote=False))

    def _row(self, row: str, *, first: bool) -> str:
        cell = "head_cell" if first else "cell"
        return self.put("row", cells="".join(self.put(cell, text=escape(text)) for text in row.split(" | ")))

    def _inline(self, text: str) -> str:
        """With a link or something in bold, as editors put them in."""
        what = self.chance.random()
        joint = "" if self.story["lang"].startswith(("zh", "ja")) else " "
        pieces = text.split(" ") if joint else list(text)
        if what < 0.4 and len(pieces) > 12:
            start = self.chance.randrange(2, len(pieces) - 6)
            before, middle, after = (
                escape(joint.join(part), quote=False) for part in (pieces[:start], pieces[start : start + 3], pieces[start + 3 :])
            )
            tag = f'<a href="https://{self.story["host"]}/news/{self.chance.randrange(10**6)}">' if what < 0.28 else "<strong>"
            return f"{before}{joint}{tag}{middle}</{'a' if what < 0.28 else 'strong'}>{joint}{after}"
        return escape(text, quote=False)

    def _shown(self, moment: Any) -> str:
        months = self.words["months"]
        month = (months.split() if isinstance(months, str) else months)[moment.month - 1]
        shown: str = self.words["date"].format(d=moment.day, month=month, y=moment.year, H=f"{moment:%H}", M=f"{moment:%M}")
        return shown.translate(str.maketrans("0123456789", self.words["digits"])) if "digits" in self.words else shown

    def _data(self) -> dict[str, Any]:
        """The article once more, as the page's scripts are given it."""
        story = self.story
        blocks = [{"type": piece.kind, "text": piece.text, "items": piece.items} for piece in story.pieces]
        return {
            "id": self.chance.randrange(10**7),
            "slug": story["slug"],
            "title": story["title"],
            "lead": story["standfirst"],
            "blocks": blocks,
        }

    def _state(self) -> dict[str, Any]:
        return {
            f"{self.chance.randrange(1 << 40):x}": {"id": self.chance.randrange(10**7), "seen": False}
            for _ in range(self.chance.randrange(200, 700))
        }

    def _rule(self) -> str:
        colour, margin = self.chance.randrange(1 << 24), self.chance.randrange(40)
        return f".c{self.chance.randrange(10**6):x}{{margin:{margin}px;color:#{colour:06x};display:flex}}\n"


def build_is_hashed(templates: dict[str, Template]) -> bool:
    """Whether its classes are readable names that a bundler would have replaced."""
    return '"@' in templates["page"].template


def _hashed(name: str, host: str) -> str:
    digest = hashlib.sha256(f"{host} {name}".encode()).hexdigest()
    return f"css-{digest[:6]} e{digest[6:12]}{digest[12] * 2}"
