"""Are the article's pictures found, with what the page says under them?"""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pipelines.pages import NEWS, page, paragraphs
from tests.pipelines.said import images_of

SITE = "https://www.courier.example"


def _figure(caption: str) -> bytes:
    return page(before=f'<figure><img src="/1.jpg"><figcaption>{caption}</figcaption></figure>')


def _only(html: bytes) -> tuple[str, str | None, str | None]:
    (image,) = images_of(html)
    return image.url, image.caption, image.credit


@pytest.mark.parametrize(
    ("markup", "caption", "credit"),
    [
        ("The bridge on Tuesday", "The bridge on Tuesday", None),
        ("The bridge on Tuesday <span class='copyright'>© Ada Lind</span>", "The bridge on Tuesday", "© Ada Lind"),
        ("The bridge on Tuesday. Photo: Ada Lind / AFP", "The bridge on Tuesday.", "Photo: Ada Lind / AFP"),
        ("Die Brücke am Dienstag (Foto: dpa)", "Die Brücke am Dienstag", "Foto: dpa"),
        ("Die Brücke am Dienstag. Quelle: Reuters", "Die Brücke am Dienstag.", "Quelle: Reuters"),
        ("Міст у вівторок. Фото: Укрінформ", "Міст у вівторок.", "Фото: Укрінформ"),
        ("El puente el martes. Foto: EFE", "El puente el martes.", "Foto: EFE"),
        ("Photo: Ada Lind", None, "Photo: Ada Lind"),
        ("© AFP", None, "© AFP"),
        ("The picture shows the bridge: it stands", "The picture shows the bridge: it stands", None),
        ("The bridge <small class='credit'>Copyright</small>", "The bridge Copyright", None),
        ("The bridge <button>Show more</button>", "The bridge", None),
    ],
)
def test_a_caption_and_its_credit_are_parted(markup: str, caption: str | None, credit: str | None) -> None:
    assert _only(_figure(markup)) == (f"{SITE}/1.jpg", caption, credit)


def test_a_picture_with_a_caption_needs_no_figure() -> None:
    html = page(before='<div class="pic"><img src="/1.jpg"><p class="img-caption">The bridge on Tuesday</p></div>')
    assert _only(html) == (f"{SITE}/1.jpg", "The bridge on Tuesday", None)


def test_a_picture_between_the_paragraphs_is_the_articles() -> None:
    html = page(body=paragraphs() + '<p><img data-src="/2.jpg" src="data:image/gif;base64,R0lGOD"></p>' + paragraphs())
    assert _only(html) == (f"{SITE}/2.jpg", None, None)


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="/other"><figure><img src="/9.jpg"><figcaption>Another story of the same day</figcaption></figure></a>',
        '<a href="/other"><img src="/9.jpg"><span class="caption">Another story of the same day</span></a>',
        '<div class="author-box"><figure><img src="/9.jpg"><figcaption>Ada Lind</figcaption></figure></div>',
        '<aside><figure><img src="/9.jpg"><figcaption>Advert</figcaption></figure></aside>',
        '<figure><img src="/icons/share.svg"><figcaption>Share</figcaption></figure>',
        '<figure><img src="/logo.png"><figcaption>The Courier</figcaption></figure>',
        "<figure><img><figcaption>No source</figcaption></figure>",
    ],
)
def test_teasers_portraits_and_icons_are_not_the_articles(markup: str) -> None:
    assert images_of(page(before=markup)) == []


def test_a_lazy_picture_is_named_by_the_attribute_that_holds_it() -> None:
    html = page(before='<figure><img src="/placeholder.gif" srcset="/3-400.jpg 400w, /3-800.jpg 800w"></figure>')
    assert _only(html)[0] == f"{SITE}/3-400.jpg"


def test_what_the_head_and_the_page_say_of_one_picture_is_put_together() -> None:
    image = {"@type": "ImageObject", "url": "/1.jpg?w=1200", "caption": "The bridge. Photo: Ada Lind"}
    html = page(
        head='<meta property="og:image" content="/1.jpg">',
        jsonld={**NEWS, "image": image},
        before='<figure><img src="/1.jpg?w=600"><figcaption>The bridge on Tuesday</figcaption></figure>',
    )
    assert _only(html) == (f"{SITE}/1.jpg?w=1200", "The bridge.", "Photo: Ada Lind")


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="<&"), max_size=200))
def test_no_caption_makes_it_fail(text: str) -> None:
    assert len(images_of(_figure(text))) == 1


@pytest.mark.parametrize("piece", ["Photo: ", "(", "© ", "a ", "source ", "|", "Foto de "])
def test_a_long_caption_takes_no_longer_than_its_length(piece: str) -> None:
    html = _figure(piece * 50_000)
    begun = process_time()
    images_of(html)
    assert process_time() - begun < 2


def test_fifty_thousand_pictures_are_bounded() -> None:
    html = page(before='<figure><img src="/1.jpg"></figure>' + "<div><div><img src='/2.jpg?1'></div></div>" * 50_000)
    begun = process_time()
    assert len(images_of(html)) <= 40
    assert process_time() - begun < 10
