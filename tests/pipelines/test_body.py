"""Is the text the body alone?"""

from __future__ import annotations

import pytest

from archive.article import Article
from pipelines.extract import extract
from tests.pipelines.pages import NEWS, SENTENCES, TITLE, page, paragraphs

URL = "https://www.courier.example/2024/northern-bridge"
BODY = "\n\n".join(SENTENCES)


def _text(html: bytes, **options: object) -> str:
    made = extract(html, URL, content_type="text/html", **options)  # type: ignore[arg-type]
    assert isinstance(made, Article), made
    return made.text


def _between(furniture: str) -> bytes:
    return page(paragraphs(SENTENCES[:3]) + furniture + paragraphs(SENTENCES[3:]), jsonld=NEWS)


@pytest.mark.parametrize(
    "furniture",
    [
        '<div class="c1"><p><strong>Trending Now</strong></p><p>TRENDING NOW</p><p><a href="/n/1">Ally makes a demand</a></p></div>',
        '<div class="related"><h3>Related stories</h3><ul><li><a href="/a">Another story of the north</a></li></ul></div>',
        '<p>Read also: <a href="/a">Another story of the north</a></p>',
        '<p><strong>Читайте також:</strong> <a href="/a">Інша історія з півночі</a></p>',
        '<p>اقرأ أيضا: <a href="/a">قصة أخرى من الشمال</a></p>',
        '<p><a href="/a">Another story of the north</a></p>',
        '<figure><img src="/2.jpg"><figcaption>The bridge at night. Photo: Ada Lind</figcaption></figure>',
        '<div class="k9"><img src="/2.jpg"><p class="k8">The bridge at night, seen from the east</p></div>',
        "<p>Photo: Shutterstock</p>",
        "<p>© Getty Images / AFP</p>",
        "<p>Фото: Укрінформ</p>",
        "<p>Advertisement</p>",
        '<aside class="box"><p>Sign up for our newsletter and get the latest news in your inbox.</p></aside>',
        '<p class="q">Sign up for our newsletter and get the <a href="/nl">latest news</a> in your inbox!</p>',
        '<div class="share-bar"><span>Share this article</span><a href="#">Facebook</a><a href="#">Copy link</a></div>',
        '<div style="display: none"><p>This paragraph is not shown to anybody who reads the page, so it is not of the text.</p></div>',
        '<div class="comments"><p>I think that the bridge should have been built of stone, as it was in my youth.</p></div>',
        "<script>var text = 'a sentence that is long enough to be taken for prose by somebody.'</script>",
    ],
)
def test_furniture_between_the_paragraphs_is_left_out(furniture: str) -> None:
    assert _text(_between(furniture)) == BODY


@pytest.mark.parametrize(
    "furniture",
    [
        f"<p>{SENTENCES[0]}</p>",
        '<p><a href="/tag/war">War</a></p>',
        '<div class="tags"><a href="/tag/war" rel="tag">War</a></div>',
        "<p>(Reporting by Ada Lind; editing by John Roe)</p>",
        "<h3>Most read</h3>",
        "<p>Ada Lind</p>",
        "<p>Published: 8 November 2024, 09:11</p>",
        "<p>Follow us on Telegram</p>",
    ],
)
def test_furniture_after_the_last_paragraph_is_left_out(furniture: str) -> None:
    assert _text(page(paragraphs() + furniture, jsonld=NEWS)) == BODY


@pytest.mark.parametrize(
    "furniture",
    [
        "<p>By Ada Lind</p>",
        "<p>8 November 2024 09:11 CET</p>",
        "<p>Von Ada Lind | 08.11.2024, 09:11 Uhr</p>",
        "<p>5 min read</p>",
        f"<p>{TITLE}</p>",
        "<p>War</p>",
    ],
)
def test_furniture_before_the_first_paragraph_is_left_out(furniture: str) -> None:
    assert _text(page(before=furniture, jsonld=NEWS)) == BODY


@pytest.mark.parametrize(
    "kept",
    [
        "<h2>What comes next</h2>",
        "<ul><li>The pillars will be measured again in spring.</li><li>The second track stays closed until then.</li></ul>",
        "<blockquote><p>“Nobody crossed the river that night,” the ferryman said.</p></blockquote>",
        "<p>She wrote in the newsletter of the ministry that the bridge would hold for a hundred years.</p>",
        "<p>The photo shows three men on the pillar.</p>",
        "<p>On 8 November 2024 the bridge was closed.</p>",
        '<p>The <a href="/report">report of the engineers</a> names two weak points, and a third that was not known before.</p>',
        "<table><tr><td>Pillars</td><td>12</td></tr><tr><td>Tracks</td><td>2</td></tr></table>",
    ],
)
def test_what_belongs_to_the_text_is_kept_in_its_place(kept: str) -> None:
    text = _text(_between(kept))
    assert len(text) > len(BODY)
    assert text.startswith("\n\n".join(SENTENCES[:3]))
    assert text.endswith("\n\n".join(SENTENCES[3:]))


def test_the_standfirst_is_kept_and_given_once() -> None:
    lead = "The river can be crossed again, but only one track is open to trains."
    html = page(head=f'<meta name="description" content="{lead}">', before=f'<p class="standfirst">{lead}</p>', jsonld=NEWS)
    assert _text(html) == f"{lead}\n\n{BODY}"


def test_a_body_in_a_container_with_a_misleading_name_is_kept() -> None:
    html = f'<html><body><h1>{TITLE}</h1><div class="widget-promo sidebar">{paragraphs()}</div></body></html>'.encode()
    assert _text(html) == BODY


def test_a_second_article_on_the_page_is_not_of_the_text() -> None:
    others = paragraphs([text.replace("bridge", "harvest") for text in SENTENCES])
    second = f"<article><h1>Harvest begins early in the east</h1>{others}</article>"
    assert _text(page(jsonld=NEWS).replace(b"</main>", second.encode() + b"</main>")) == BODY


def test_paragraphs_made_of_line_breaks_are_paragraphs() -> None:
    assert _text(page("<div>" + "<br><br>".join(SENTENCES) + "</div>", jsonld=NEWS)) == BODY


def test_each_block_says_where_it_stands() -> None:
    made = extract(_between("<h2>What comes next</h2>"), URL, content_type="text/html")
    assert isinstance(made, Article)
    assert [block.type for block in made.blocks] == ["paragraph"] * 3 + ["heading"] + ["paragraph"] * 3
    assert made.blocks[0].xpath == "/html/body/main/article/div/p[1]"
    assert made.blocks[3].xpath == "/html/body/main/article/div/h2"
    assert "\n\n".join(block.text for block in made.blocks) == made.text
