"""What a hostile publisher could send as a seed: nothing of it may grow, fetch, hang or pass for a success.

Limits of time and memory are the child process's (pipelines/pool.py); here the reading itself must stay linear. The bound of ten
seconds is some fifty times what each takes.
"""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc

import pytest

from crawler.discovery import SeedReading, read_seed

URL = "https://news.example/feed"
ITEM = "<item><title>{}</title><link>https://news.example/1</link></item>"


def read(body: str | bytes, seed_type: str = "feed") -> SeedReading:
    begin = time.perf_counter()
    reading = read_seed(body.encode() if isinstance(body, str) else body, url=URL, seed_type=seed_type, content_type=None)
    assert time.perf_counter() - begin < 10
    return reading


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + f"]><rss><channel>{ITEM.format('&j;')}</channel></rss>"
)


@pytest.mark.parametrize(
    "xml",
    [
        LAUGHS,
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel>{ITEM.format("&x;")}</channel></rss>',
        f'<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]><rss><channel>{ITEM.format("a")}</channel></rss>',
        f'<!doctype rss [<!entity x "y">]><rss><channel>{ITEM.format("&x;")}</channel></rss>',
        f'<!-- c --><!DOCTYPE a><!DOCTYPE rss [ <!-- ]> --> <!ENTITY x "y">]><rss><channel>{ITEM.format("&x;")}</channel></rss>',
        '<!DOCTYPE rss [<!ENTITY x "]><rss>">',
    ],
)
def test_entities_are_refused_unread_in_any_spelling(xml: str) -> None:
    for codec in ("utf-8", "utf-16", "utf-8-sig"):
        reading = read(xml.encode(codec))
        assert (reading.problem, reading.entries) == ("xml-entities", [])


def test_nothing_is_fetched_for_a_document_type_or_an_inclusion() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked: list[object] = []
        server.settimeout(0.5)

        def wait() -> None:
            try:
                connection, address = server.accept()
            except TimeoutError:
                return
            asked.append(address)
            connection.close()

        waiting = threading.Thread(target=wait)
        waiting.start()
        base = f"http://127.0.0.1:{server.getsockname()[1]}"
        reading = read(
            f'<?xml version="1.0" standalone="no"?><!DOCTYPE rss PUBLIC "x" "{base}/x.dtd"><?xml-stylesheet href="{base}/x.xsl"?>'
            f'<rss xmlns:xi="http://www.w3.org/2001/XInclude" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            f'xsi:noNamespaceSchemaLocation="{base}/x.xsd"><channel><xi:include href="{base}/inc.xml"/>{ITEM.format("a")}</channel></rss>'
        )
        waiting.join()
    assert (reading.problem, len(reading.entries), asked) == (None, 1, [])


def test_a_document_type_inside_the_document_declares_nothing() -> None:
    reading = read(f'<rss><!DOCTYPE x [<!ENTITY y "grown">]><channel>{ITEM.format("&y;")}</channel></rss>')
    assert reading.problem == "malformed-xml"
    assert "grown" not in str(reading.entries)


def test_deep_nesting_ends_the_reading_and_is_named() -> None:
    reading = read(f"<rss><channel>{ITEM.format('a')}" + "<a>" * 100_000 + "</a>" * 100_000 + "</channel></rss>")
    assert (reading.problem, len(reading.entries)) == ("too-deep", 1)


def test_deep_nesting_in_a_page_and_in_json_does_no_harm() -> None:
    page = read("<div>" * 100_000 + "<a href=/2024/11/08/one-two-three>One two three four five</a>", "section")
    assert len(page.entries) == 1
    assert read('{"items":' + "[" * 100_000).problem == "json-malformed"
    assert read('{"items":[' + '{"a":' * 100_000).problem == "json-malformed"
    assert read('{"items":[{"url":"/1"},{"n":' + "9" * 5000 + "}]}").entries[0].url == "https://news.example/1"


MANY = " ".join(f"a{n}='1'" for n in range(100_000))


@pytest.mark.parametrize(
    ("body", "seed_type"),
    [
        (f"<rss><channel><item a='{'x' * 11_000_000}'><link>/1</link></item></channel></rss>", "feed"),
        (f"<rss><channel><item {MANY}><link>/1</link></item></channel></rss>", "feed"),
        (f"<a {MANY} href=/2024/11/08/one-two-three>One two three four five</a>", "section"),
        (f"<a href=/2024/11/08/one-two-three class='{'x ' * 3_000_000}'>One two three four five</a>", "section"),
    ],
)
def test_huge_attributes_and_a_hundred_thousand_of_them_do_not_hang(body: str, seed_type: str) -> None:
    assert len(read(body, seed_type).entries) <= 1


@pytest.mark.parametrize(
    "unit", ["<", "&", "<!--", "<![CDATA[", "<?", "<a></b>", "<a b=c>", "]]>", "</", "&#", "<a:b xmlns:c ", "<item>", "<link>"]
)
def test_a_heap_of_any_markup_after_the_root_takes_time_in_proportion(unit: str) -> None:
    assert read("<rss><channel>" + unit * (1_500_000 // len(unit))).problem in ("cut", "malformed-xml", "too-deep")


@pytest.mark.parametrize(
    "unit", ["<", "<?", "<!--", "<!DOCTYPE [", "<!DOCTYPE '", "<!DOCTYPE a>", "[", '{"items":[', "\ufeff", "http://a.example/ ", "<meta "]
)
def test_a_heap_of_any_beginning_takes_time_in_proportion(unit: str) -> None:
    for seed_type in ("feed", "section"):
        assert read(unit * (1_000_000 // len(unit)), seed_type).problem is not None


def test_what_is_held_does_not_grow_with_what_is_dropped() -> None:
    # The same link two thousand times, each time with a title and a text that is not kept.
    item = ITEM.format("t" * 2000).replace("</item>", f"<description>{'d' * 3000}</description></item>")
    xml = f"<rss><channel>{item * 2000}</channel></rss>".encode()
    tracemalloc.start()
    reading = read(xml)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(reading.entries) == 1
    assert peak < 4 * len(xml)
