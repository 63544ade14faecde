"""Does the account of a page say what became of each piece, and is the page that shows it inert?"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from pipelines.decisions import LABELS as DECIDED
from pipelines.explain import MAX_CHARS, Paths, explain_task
from pipelines.explain_labels import LABELS, label_of
from pipelines.explain_page import render, zone_of
from pipelines.sitememory import line_hash
from tests.servers.browser import dom_of

SENTENCES = [
    "The bridge over the Kelda was opened to lorries on Tuesday, three weeks after the last shell fell on its eastern pier.",
    "Engineers had worked in two shifts, and slept in the goods station, since the road to the town was still being cleared of mines.",
    "Nobody knows how long the repair will hold, said Mira Aldous, who leads the works; the river decides that in spring.",
]
STORY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
PAGE = f"""<!doctype html><html lang="en"><head><title>Bridge opens | The Courier</title>
<meta property="article:published_time" content="2024-11-08T09:11:00+01:00"></head>
<body><nav class="menu"><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav>
<article class="story"><h1>Bridge opens</h1><div class="byline">By Teo Brandvik</div><div class="text">{STORY}
<aside class="related"><h3>Read also</h3><a href="/other">A ferry runs again in Orsk</a></aside></div></article>
<footer><p>© The Courier. All rights reserved.</p></footer></body></html>"""

HOSTILE = """<!doctype html><html lang='en" onload="alert(1)'><head>
<title>&lt;/title&gt;&lt;script&gt;document.title="owned"&lt;/script&gt; &quot;&gt;&lt;img src=x onerror=alert(1)&gt;</title>
<meta name="author" content="&lt;script&gt;alert(1)&lt;/script&gt; Mallory">
<meta property="article:published_time" content="2024-11-08T09:11:00&quot;&gt;&lt;script&gt;">
<meta property="article:section" content="&lt;/style&gt;&lt;script&gt;document.title='owned'&lt;/script&gt;">
<meta name="keywords" content="&lt;base href=//evil.example&gt;, javascript:alert(1)">
<link rel="canonical" href="javascript:alert(1)"></head>
<body class='"><script>document.title="owned"</script>' id="' onclick='alert(1)">
<h1>&lt;/h1&gt;&lt;script&gt;document.title="owned"&lt;/script&gt;</h1>
<div class="x&quot; style=&quot;background:url(//evil.example/x)" onmouseover="alert(1)">
<p>STORY</p><p>\u202egnp.exe\u202c \u2066turned\u2069 \x1b[31mred\x07 &#xE0041; end of a sentence that is long enough to be looked at.</p>
<p>&lt;/p&gt;&lt;/li&gt;&lt;/ol&gt;&lt;iframe src=//evil.example&gt;&lt;form action=//evil.example&gt; is a sentence of a bad page.</p>
<p>&lt;/style&gt;&lt;!-- &lt;![CDATA[ &amp;lt;script&amp;gt; --&gt; stands here, and nothing of it may become markup in our page.</p>
<p>LONG</p></div><o:p>odd</o:p></body></html>""".replace("STORY", "</p><p>".join(SENTENCES)).replace("LONG", "wxyz " * 20_000)


def told_of(page: str, **more: Any) -> dict[str, Any]:
    payload = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode("utf-8", "surrogatepass")
    return explain_task(payload, url="https://courier.example/bridge", captured_at="2024-11-09T00:00:00Z", **more)


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return told_of(PAGE, timezone="Europe/Copenhagen")


@pytest.fixture(scope="module")
def hostile() -> str:
    about = [("file", "\"><script>document.title='owned'</script>"), ("lies in", "\u202ex")]
    return render(told_of(HOSTILE), about)


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.comments = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.comments += 1


def test_the_account_has_every_piece_of_the_page_in_order_with_label_reason_and_place(told: dict[str, Any]) -> None:
    lines = told["lines"]
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
    assert told["left_out"] == 0
    assert [line["text"] for line in lines if line["kept"]] == SENTENCES
    by_text = {line["text"]: line for line in lines}
    assert by_text["Bridge opens"]["label"] == "title"
    assert not by_text["Read also"]["kept"]
    assert {"Home", "World", "By Teo Brandvik"} <= set(by_text)
    for line in lines:
        assert line["reason"]
        assert line["label"] in DECIDED
        assert line["probability"] is None or 0 <= line["probability"] <= 1
    assert by_text[SENTENCES[0]]["place"].startswith("p < div.text < article.story")
    assert sum(count["kept"] + count["dropped"] for count in told["labels"].values()) == len(lines)


def test_the_account_says_what_was_made_of_the_page_without_saying_its_text_twice(told: dict[str, Any]) -> None:
    assert told["verdict"] == "article"
    assert told["article"]["date_published"] == "2024-11-08T09:11:00+01:00"
    assert told["text_chars"] == len("\n\n".join(SENTENCES))
    assert not {"text", "blocks"} & set(told["article"])
    json.dumps(told)


def test_what_the_memory_of_the_site_took_out_is_labelled_so_and_counted() -> None:
    told = told_of(PAGE, furniture=[line_hash(SENTENCES[1])])
    line = next(line for line in told["lines"] if line["text"] == SENTENCES[1])
    assert (line["kept"], line["label"]) == (False, "site_furniture")
    assert "lines of this page that are furniture of the site: 1" in render(told)


def test_the_path_of_each_piece_leads_to_it() -> None:
    tree = lxml_html.document_fromstring(HOSTILE.replace("\x1b", "").replace("\x07", ""))
    paths = Paths()
    for element in tree.iter():
        if isinstance(element.tag, str):
            assert tree.xpath(paths.of(element)) == [element]


def test_a_page_that_is_no_article_is_explained_as_well() -> None:
    told = told_of("<html><body><p>Short.</p></body></html>")
    assert told["article"] is None
    assert told["reasons"]
    page = render(told)
    assert f">{told['verdict']}<" in page
    assert "Short." in page


def test_what_was_never_looked_at_has_a_verdict_and_no_lines() -> None:
    told = explain_task(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n", url="https://courier.example/x.png")
    assert told["verdict"] == "not_html"
    assert told["lines"] == []
    assert "No piece of text was looked at" in render(told)


def test_every_label_that_the_extractor_knows_has_a_look_and_letters_of_its_own() -> None:
    assert {label.name for label in LABELS} == set(DECIDED)
    assert len({label.letters for label in LABELS}) == len(LABELS)
    assert label_of("unheard of").name == "other"


def test_letters_can_be_read_on_every_colour() -> None:
    def luminance(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for label in LABELS:
        for behind in (label.family.tint, "#ffffff"):
            contrast = (luminance(behind) + 0.05) / (luminance(label.family.colour) + 0.05)
            assert contrast >= 4.5, f"{label.name}: {contrast:.1f}"  # WCAG 2.2 §1.4.3


def test_nothing_of_a_hostile_page_becomes_markup_of_ours(hostile: str) -> None:
    tags = Tags(hostile)
    allowed = set("html head meta title style body p h1 h2 span ul li dl dt dd table thead tbody tr th td div a b i bdi nav ol".split())
    allowed |= {"label", "input", "details", "summary", "code"}
    assert {tag for tag, _ in tags.found} <= allowed
    assert tags.comments == 0
    for tag, attributes in tags.found:
        assert not [name for name in attributes if name.startswith("on")]
        assert set(attributes) <= set("lang charset http-equiv content name class title id href style type checked dir aria-label".split())
        if "href" in attributes:
            assert re.fullmatch(r"#n\d+", attributes["href"] or ""), tag
        if "style" in attributes:
            assert re.fullmatch(r"width:\d+%|flex-grow:\d+", attributes["style"] or "")
    assert [tag for tag, _ in tags.found].count("title") == 1
    assert [tag for tag, _ in tags.found].count("style") == 1


def test_the_page_loads_nothing_and_says_so_before_anything_else_can(hostile: str) -> None:
    tags = Tags(hostile).found
    policy = next(number for number, (_, attributes) in enumerate(tags) if attributes.get("http-equiv") == "Content-Security-Policy")
    assert [tag for tag, _ in tags[:policy]] == ["html", "head", "meta"]
    assert tags[policy][1]["content"] == "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    sheet = hostile[hostile.index("<style>") : hostile.index("</style>")]
    assert "url(" not in sheet
    assert "@import" not in sheet


def test_control_characters_are_shown_and_what_turns_text_around_is_gone(hostile: str) -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]", hostile)
    assert "gnp.exe turned" in hostile


def test_a_huge_line_is_cut_and_its_length_said(hostile: str) -> None:
    assert "[cut here: 99,999 characters in all]" in hostile
    assert len(hostile) < 60_000
    told = told_of(HOSTILE)
    assert max(len(line["text"]) for line in told["lines"]) == MAX_CHARS


def test_text_of_either_direction_stands_in_an_element_of_its_own() -> None:
    told = told_of(PAGE.replace("Bridge opens", "הגשר נפתח"))
    page = render(told)
    assert '<h1 dir="auto">הגשר נפתח</h1>' in page
    assert page.count('dir="auto"') == len(told["lines"]) + 1


def test_each_claim_about_a_date_is_there_the_chosen_one_marked_and_its_zone_explained() -> None:
    times = '<time class="entry-date">8 November 2024, 09:11</time> <time>31 December 2099</time>'
    told = told_of(PAGE.replace("By Teo Brandvik", f"By Teo Brandvik {times}"), timezone="Europe/Copenhagen")
    shown = render(told)
    assert shown.count("✓ chosen") == 1
    assert "✗ after the capture" in shown
    assert all(claim["raw"] in shown for claim in told["article"]["dates"])
    zones = {claim["raw"]: zone_of(claim, told["timezone"]) for claim in told["article"]["dates"]}
    assert zones["2024-11-08T09:11:00+01:00"] == "stated by the page"
    assert zones["8 November 2024, 09:11"] == "that of the source (Europe/Copenhagen): the page states none"
    assert zones["31 December 2099"] == "a day alone"


def test_of_a_page_of_very_many_pieces_the_first_are_shown_and_the_rest_counted() -> None:
    told = told_of("<html><body>" + "".join(f"<div>piece {number}</div>" for number in range(19_000)) + "</body></html>")
    assert 5_000 < len(told["lines"]) < 19_000
    assert told["left_out"] + len(told["lines"]) == 8_000  # pieces that are looked at
    assert sum(count["kept"] + count["dropped"] for count in told["labels"].values()) == 8_000
    assert ("more pieces of text are not shown" in render(told)) == (told["left_out"] > 0)
    assert "the page has more pieces of text than are looked at; the text may be cut" in told["reasons"]


def test_nothing_of_a_hostile_page_runs_in_a_browser(hostile: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(hostile, encoding="utf-8")
    title = re.search(r"<title>(.*?)</title>", dom_of(tmp_path / "page.html", tmp_path), re.DOTALL)
    assert title is not None
    assert title[1] != "owned"
    assert "&lt;/title&gt;" in title[1] or title[1].startswith("article")


def test_the_filters_work_in_a_browser_without_a_script_of_the_page(told: dict[str, Any], tmp_path: Path) -> None:
    page = render(told)
    probe = """<script>
      const shown = () => [...document.querySelectorAll('.lines > li')].filter(one => getComputedStyle(one).display !== 'none').length;
      const told = {all: shown()};
      for (const name of ['kept', 'dropped', 'doubt']) { document.getElementById('show-' + name).checked = true; told[name] = shown(); }
      document.getElementById('show-all').checked = true;
      document.getElementById('L-body').checked = false; told.without_body = shown();
      document.title = JSON.stringify(told);
    </script>"""
    page = re.sub(r"<meta http-equiv[^>]*>", "", page).replace("</body>", f"{probe}</body>")
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    title = re.search(r"<title>(.*?)</title>", dom_of(tmp_path / "page.html", tmp_path), re.DOTALL)
    assert title is not None
    counts = json.loads(title[1])
    kept, every = sum(line["kept"] for line in told["lines"]), len(told["lines"])
    assert counts["all"] == every
    assert (counts["kept"], counts["dropped"]) == (kept, every - kept)
    assert counts["without_body"] == every - sum(line["label"] == "body" for line in told["lines"])
