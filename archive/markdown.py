"""How does an article become Markdown in which nothing from the web is markup?

CommonMark, and the extensions of GitHub: every character that could begin markup is escaped; links are made by us alone, to http and
https.
"""

from __future__ import annotations

import re

from archive.article import Article
from archive.neutral import one_line, web_url

# CommonMark §2.4: a backslash takes the meaning from any ASCII punctuation. `@` and `:` before `//` would link by themselves (GFM §6.9);
# `$` begins formulas; `&` entities.
_INLINE = re.compile(r"[\\`*_\[\]<>&|~$@{}^]|:(?=//)|(?<=www)\.")
# What begins a heading, a list, a rule, an underline or a definition at the start of a line; `1.` and `1)` begin a numbered list.
_AT_START = re.compile(r"^([#+\-=:!>%]|\d{1,9}(?=[.)]))")


def escaped(text: str) -> str:
    """Text on one line, without any meaning in Markdown."""
    line = _INLINE.sub(lambda match: "\\" + match[0], one_line(text))

    def at_start(match: re.Match[str]) -> str:
        return f"{match[1]}\\" if match[1][0].isdigit() else f"\\{match[1]}"

    return _AT_START.sub(at_start, line)


def link(text: str, url: str | None) -> str:
    """A link, or the text alone where the URL is none of http or https."""
    target = web_url(url)
    return f"[{escaped(text)}](<{target}>)" if target else escaped(text)


def article_markdown(article: Article) -> str:
    """Title as heading, one line of who and when, a link to the page, the body by its blocks."""
    lines = [f"# {escaped(article.title or 'Untitled')}", ""]
    authors = ", ".join(link(author.name, author.url) for author in article.authors)
    about = [authors, escaped(article.site_name or article.hostname), escaped(article.date_published or "")]
    lines += [" · ".join(part for part in about if part), "", link(article.url, article.url), ""]
    if article.description:
        lines += [f"*{escaped(article.description)}*", ""]
    lines += body(article)
    return "\n".join(lines).rstrip() + "\n"


def body(article: Article) -> list[str]:
    """The lines of the body; the title took the first level of headings."""
    if not article.blocks:
        return [line for paragraph in article.text.split("\n\n") if paragraph.strip() for line in (escaped(paragraph), "")]
    lines: list[str] = []
    before = None
    for block in article.blocks:
        text = escaped(block.text)
        if not text:
            continue
        listed = block.type == "list_item"
        if lines and listed and before == "list_item":
            lines.pop()  # the items of a list follow each other
        prefix = {"heading": "## ", "quote": "> ", "list_item": "- "}.get(block.type, "")
        lines += [prefix + text, ""]
        before = block.type
    return lines
