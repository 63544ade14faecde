"""Are bytes read as a browser would read them?"""

from __future__ import annotations

import pytest

from pipelines.charset import LABELS, codec_of, decode

UKRAINIAN = "Міст через річку відкрили у вівторок. Його ремонтували три тижні."
FRENCH = "Le pont a été rouvert à l’été, après trois semaines."


def test_every_label_names_a_codec_that_python_has() -> None:
    for codec in set(LABELS.values()):
        assert b"a".decode(codec, "replace") is not None
    assert len(LABELS) > 200


@pytest.mark.parametrize(
    ("label", "codec"),
    [(" UTF8 ", "utf-8"), ("iso-8859-1", "cp1252"), ("gb2312", "gb18030"), ("x-sjis", "cp932"), ("utf-7", None), ("", None)],
)
def test_labels_are_those_of_the_standard(label: str, codec: str | None) -> None:
    assert codec_of(label) == codec


def test_a_byte_order_mark_beats_every_label() -> None:
    assert decode(b"\xef\xbb\xbf" + UKRAINIAN.encode(), content_type="text/html; charset=windows-1251").text == UKRAINIAN
    assert decode(b"\xff\xfe" + FRENCH.encode("utf-16-le"), content_type="text/html; charset=utf-8").text == FRENCH


def test_the_header_beats_the_meta_element() -> None:
    body = b'<meta charset="iso-8859-5">' + UKRAINIAN.encode("cp1251")
    read = decode(body, content_type='text/html;charset="Windows-1251"')
    assert UKRAINIAN in read.text
    assert read.origin == "http"


def test_a_meta_element_is_found_in_both_spellings_but_not_in_a_comment() -> None:
    for meta in ("<meta charset=windows-1251>", '<META http-equiv="Content-Type" content="text/html; charset=windows-1251">'):
        assert UKRAINIAN in decode(meta.encode() + UKRAINIAN.encode("cp1251")).text
    hidden = b'<!-- <meta charset="koi8-r"> --><meta charset="windows-1251">' + UKRAINIAN.encode("cp1251")
    assert UKRAINIAN in decode(hidden).text


def test_a_wrong_label_gives_way_to_bytes_that_are_utf_8_beyond_doubt() -> None:
    read = decode(UKRAINIAN.encode(), content_type="text/html; charset=iso-8859-1")
    assert (read.text, read.origin) == (UKRAINIAN, "utf-8")


def test_a_utf_8_label_that_the_text_contradicts_gives_way_to_the_language_of_the_source() -> None:
    read = decode(UKRAINIAN.encode("cp1251"), content_type="text/html; charset=utf-8", languages=("uk",))
    assert read.text == UKRAINIAN


def test_one_broken_byte_does_not_make_utf_8_something_else() -> None:
    body = UKRAINIAN.encode() + b"\xff" + UKRAINIAN.encode()
    read = decode(body, content_type="text/html; charset=utf-8", languages=("uk",))
    assert (read.encoding, read.damaged) == ("utf-8", 1)


def test_without_any_label_the_language_of_the_page_decides() -> None:
    assert decode(b'<html lang="ru">' + "Мост открыли".encode("cp1251")).text.endswith("Мост открыли")
    assert decode(FRENCH.encode("cp1252")).text == FRENCH


def test_a_body_cut_in_the_middle_of_a_character_is_still_utf_8() -> None:
    assert decode(UKRAINIAN.encode()[:21]).text == UKRAINIAN[:11]


def test_a_meta_that_says_utf_16_means_utf_8() -> None:
    assert decode(b'<meta charset="utf-16">' + UKRAINIAN.encode()).text.endswith(UKRAINIAN)
