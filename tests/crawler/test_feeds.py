from __future__ import annotations

import json

import pytest

from crawler.discovery import SeedEntry, SeedReading, read_seed

URL = "https://news.example/rss/feed.xml"


def feed(body: str | bytes, content_type: str | None = "application/rss+xml", url: str = URL) -> SeedReading:
    return read_seed(body.encode() if isinstance(body, str) else body, url=url, seed_type="feed", content_type=content_type)


def item(inside: str) -> SeedEntry:
    reading = feed(f'<rss version="2.0"><channel><title>t</title><item>{inside}</item></channel></rss>')
    assert reading.problem is None, reading
    (entry,) = reading.entries
    return entry


def urls(reading: SeedReading) -> list[str]:
    return [entry.url for entry in reading.entries]


def test_rss_2_gives_every_field_as_written() -> None:
    reading = feed("""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
 <channel>
  <title>Courier</title><link>https://news.example/</link><language>uk</language>
  <atom:link href="https://news.example/rss/feed.xml" rel="self" type="application/rss+xml"/>
  <image><url>https://news.example/logo.png</url><title>Logo</title><link>https://news.example/</link></image>
  <item>
   <title>Перша новина</title><link>https://news.example/a/1</link>
   <guid isPermaLink="false">n-1</guid><pubDate>Fri, 08 Nov 2024 09:11:00 +0100</pubDate>
   <atom:updated>2024-11-08T10:00:00+01:00</atom:updated>
  </item>
  <item><title>Second</title><link>https://news.example/a/2</link></item>
 </channel>
</rss>""")
    assert reading == SeedReading(
        kind="rss",
        entries=[
            SeedEntry(
                url="https://news.example/a/1",
                entry="n-1",
                title="Перша новина",
                published="Fri, 08 Nov 2024 09:11:00 +0100",
                modified="2024-11-08T10:00:00+01:00",
                language="uk",
            ),
            SeedEntry(url="https://news.example/a/2", entry="#2", title="Second", language="uk"),
        ],
        children=[],
        problem=None,
        detail=None,
    )


def test_rss_0_91_with_netscapes_document_type_is_read_and_its_dtd_is_not_fetched() -> None:
    reading = feed("""<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss-0.91.dtd">
<rss version="0.91"><channel><item><title>a</title><link>http://news.example/1</link></item></channel></rss>""")
    assert (reading.problem, urls(reading)) == (None, ["http://news.example/1"])


def test_rss_0_92_has_optional_titles() -> None:
    reading = feed('<rss version="0.92"><channel><item><link>http://news.example/1</link></item></channel></rss>')
    assert reading.entries == [SeedEntry(url="http://news.example/1", entry="#1")]


@pytest.mark.parametrize("namespace", ["http://my.netscape.com/rdf/simple/0.9/", "http://purl.org/rss/1.0/"])
def test_rdf_feeds_have_their_items_outside_the_channel(namespace: str) -> None:
    reading = feed(f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{namespace}"
      xmlns:dc="http://purl.org/dc/elements/1.1/">
     <channel rdf:about="http://news.example/"><title>c</title><link>http://news.example/</link>
       <items><rdf:Seq><rdf:li resource="http://news.example/1"/></rdf:Seq></items></channel>
     <item rdf:about="http://news.example/1"><title>One</title><link>http://news.example/1</link>
       <dc:date>2024-11-08T09:11+01:00</dc:date><dc:language>de</dc:language></item>
     <item rdf:about="http://news.example/2"><dc:title>Two</dc:title></item>
    </rdf:RDF>""")
    assert reading.problem is None
    assert reading.entries == [
        SeedEntry(url="http://news.example/1", entry="#1", title="One", published="2024-11-08T09:11+01:00", language="de"),
        SeedEntry(url="http://news.example/2", entry="#2", title="Two"),
    ]


def test_atom_1_prefers_the_html_alternate_and_passes_over_the_rest() -> None:
    reading = feed("""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><id>x</id><link href="/"/><title>F</title>
     <entry xml:lang="en"><id>tag:news.example,2024:1</id><title type="html">A &amp;lt;b&amp;gt; c</title>
      <link rel="self" href="https://news.example/self"/>
      <link rel="alternate" type="application/json" href="https://news.example/1.json"/>
      <link rel="alternate" type="text/html" href="https://news.example/1"/>
      <link rel="enclosure" type="audio/mpeg" href="https://news.example/1.mp3"/>
      <published>2024-11-08T09:11:00Z</published><updated>2024-11-09T00:00:00Z</updated>
      <source><id>other</id><title>Other</title><link href="https://other.example/"/><updated>2000-01-01T00:00:00Z</updated></source>
     </entry></feed>""")
    assert reading.kind == "atom"
    assert reading.entries == [
        SeedEntry(
            url="https://news.example/1",
            entry="tag:news.example,2024:1",
            title="A &lt;b&gt; c",
            published="2024-11-08T09:11:00Z",
            modified="2024-11-09T00:00:00Z",
            language="en",
        )
    ]


def test_atom_0_3_says_issued_and_modified() -> None:
    reading = feed("""<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>A</title><id>i</id>
      <link rel="alternate" type="text/html" href="http://news.example/1"/><issued>2004-01-02</issued><modified>2004-01-03</modified>
      <created>2004-01-01</created></entry></feed>""")
    assert reading.entries == [SeedEntry(url="http://news.example/1", entry="i", title="A", published="2004-01-02", modified="2004-01-03")]


def test_an_xhtml_title_is_read_with_the_text_of_its_markup() -> None:
    reading = feed("""<feed xmlns="http://www.w3.org/2005/Atom"><entry>
      <title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Two <b>bold</b> words</div></title>
      <link href="http://news.example/1"/></entry></feed>""")
    assert reading.entries[0].title == "Two bold words"


def test_links_are_resolved_against_xml_base_of_the_feed_and_of_the_entry() -> None:
    reading = feed("""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://cdn.example/a/">
      <entry><link href="one"/></entry><entry xml:base="b/"><link href="two"/></entry><entry><link href="/three"/></entry></feed>""")
    assert urls(reading) == ["https://cdn.example/a/one", "https://cdn.example/a/b/two", "https://cdn.example/three"]


def test_a_relative_rss_link_is_resolved_against_the_feed() -> None:
    assert item("<link>../story?a=1#comments</link>").url == "https://news.example/story?a=1"


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<guid>https://news.example/g</guid>", "https://news.example/g"),
        ('<guid isPermaLink="true">https://news.example/g</guid>', "https://news.example/g"),
        ("<guid>g-1</guid><link>/l</link>", "https://news.example/l"),
        ("<guid>https://news.example/g</guid><link>https://news.example/l</link>", "https://news.example/l"),
        (
            '<link>http://feedproxy.example/~r/1</link><f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">'
            "https://news.example/o</f:origLink>",
            "https://news.example/o",
        ),
        (
            "<link>http://feedproxy.example/~r/1</link><feedburner:origLink>https://news.example/o</feedburner:origLink>",
            "https://news.example/o",
        ),
        ('<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="alternate" href="/alt"/>', "https://news.example/alt"),
        ('<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="self" href="/self"/><link>/l</link>', "https://news.example/l"),
        ('<link href="/h"/>', "https://news.example/h"),
        ("<link><![CDATA[ https://news.example/c?a=1&b=2 ]]></link>", "https://news.example/c?a=1&b=2"),
        ("<LINK>https://news.example/upper</LINK>", "https://news.example/upper"),
        ("<link>javascript:alert(1)</link><guid>https://news.example/g</guid>", "https://news.example/g"),
    ],
)
def test_the_best_address_of_an_item_is_taken(inside: str, url: str) -> None:
    assert item(inside).url == url


def test_a_guid_that_is_no_permalink_is_an_id_and_no_address() -> None:
    reading = feed('<rss><channel><item><guid isPermaLink="false">https://news.example/g</guid></item></channel></rss>')
    assert (reading.entries, reading.problem) == ([], "no-usable-links")
    assert reading.detail == "1 without a link, dropped"


def test_media_and_itunes_titles_and_links_are_not_the_articles() -> None:
    entry = item(
        '<media:content xmlns:media="http://search.yahoo.com/mrss/" url="/p.jpg"><media:title>Picture</media:title></media:content>'
        '<media:title xmlns:media="http://search.yahoo.com/mrss/">Picture</media:title>'
        '<itunes:title xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">Podcast</itunes:title>'
        '<enclosure url="/a.mp3" type="audio/mpeg" length="1"/><title>Article</title><link>/l</link>'
    )
    assert (entry.title, entry.url) == ("Article", "https://news.example/l")


def test_undeclared_prefixes_do_not_turn_a_picture_title_into_the_article_title() -> None:
    entry = item("<media:title>Picture</media:title><title>Article</title><link>/l</link><dc:date>2024-11-08</dc:date>")
    assert (entry.title, entry.published) == ("Article", "2024-11-08")


def test_undeclared_entities_and_bare_ampersands_are_read_as_meant() -> None:
    entry = item("<title>A&nbsp;&mdash;&nbsp;B & C &amp; D &unknown; &#8217; AT&T 3 < 4 &#146;</title><link>/l?a=1&b=2&copy=3</link>")
    assert entry.title == "A — B & C & D &unknown; ’ AT&T 3 < 4 ’"
    assert entry.url == "https://news.example/l?a=1&b=2&copy=3"


def test_cdata_is_left_as_it_is() -> None:
    assert item("<title><![CDATA[A &nbsp; <b> & c]]></title><link>/l</link>").title == "A &nbsp; <b> & c"


@pytest.mark.parametrize(
    "before", ["\ufeff", "\n\n  ", "\ufeff\r\n ", "<!-- hello -->\n", '\n<?xml version="1.0"?><?xml-stylesheet href="x"?>\n']
)
def test_blank_lines_marks_and_comments_before_the_declaration_do_no_harm(before: str) -> None:
    reading = feed(f'{before}<?xml version="1.0"?><rss><channel><item><link>http://news.example/1</link></item></channel></rss>')
    assert (reading.problem, urls(reading)) == (None, ["http://news.example/1"])


def test_a_printed_warning_before_the_feed_is_named_and_the_feed_is_read() -> None:
    reading = feed('<br />\n<b>Warning</b>: x in <b>y</b><?xml version="1.0"?><rss><channel><item><link>/1</link></item></channel></rss>')
    assert (reading.problem, urls(reading)) == ("malformed-xml", ["https://news.example/1"])
    assert "characters before the XML" in str(reading.detail)


def test_something_after_the_feed_does_no_harm() -> None:
    reading = feed("<rss><channel><item><link>/1</link></item></channel></rss>\n<!-- 0.3 s --><script>x</script>")
    assert (reading.problem, len(reading.entries)) == (None, 1)


def test_control_characters_are_taken_out() -> None:
    assert item("<title>A\x0b\x00B&#0;&#x1f;C</title><link>/l</link>").title == "AB\ufffd\ufffdC"


def test_duplicates_are_kept_once_and_counted() -> None:
    body = "".join(f"<item><link>/{n}</link><title>{n}-{t}</title></item>" for t in "ab" for n in (1, 2))
    reading = feed(f"<rss><channel>{body}</channel></rss>")
    assert [(entry.url, entry.title) for entry in reading.entries] == [("https://news.example/1", "1-a"), ("https://news.example/2", "2-a")]
    assert (reading.problem, reading.detail) == (None, "2 given again, kept once")


def test_entries_without_usable_links_are_counted_by_reason_and_the_others_kept() -> None:
    long = "x" * 5000
    reading = feed(
        f"<rss><channel><item><title>none</title></item><item><link>ftp://a.example/</link></item><item><link>http://a.example/{long}</link>"
        "</item><item><link>http://a.example/a\tb</link></item><item><link>/ok</link></item></channel></rss>"
    )
    assert urls(reading) == ["https://news.example/ok"]
    assert reading.entries[0].entry == "#5"
    assert reading.detail == (
        "1 with another scheme than http or https, dropped; 1 with a malformed URL, dropped; 1 without a link, dropped; "
        "1 with a URL over 4,096 characters, dropped"
    )


def test_an_empty_channel_is_no_success() -> None:
    assert feed("<rss><channel><title>t</title></channel></rss>").problem == "no-entries"


def test_long_strings_are_bounded() -> None:
    entry = item(
        f"<title>{'t' * 90_000}</title><guid isPermaLink='false'>{'g' * 90_000}</guid><pubDate>{'d' * 9000}</pubDate><link>/l</link>"
    )
    assert (len(entry.title or ""), len(entry.entry), len(entry.published or "")) == (1000, 1000, 200)


def test_an_item_that_is_not_closed_does_not_swallow_the_next() -> None:
    reading = feed("<rss><channel><item><title>a</title><link>/1</link><item><title>b</title><link>/2</link></item></channel></rss>")
    assert [(entry.url[-2:], entry.title) for entry in reading.entries] == [("/1", "a"), ("/2", "b")]
    assert reading.problem == "malformed-xml"


def test_json_feed_1_1() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "language": "es",
        "items": [
            {
                "id": "1",
                "url": "/1",
                "title": "Uno\u202e\ud800",
                "date_published": "2024-11-08T09:11:00Z",
                "date_modified": "m",
                "language": "ca",
            },
            {"id": 2, "external_url": "https://other.example/2", "title": None},
            {"id": "https://news.example/3"},
            {"id": "4"},
            "nothing",
        ],
    }
    reading = feed("\ufeff " + json.dumps(document), "application/feed+json")
    assert reading.kind == "json_feed"
    assert reading.entries == [
        SeedEntry(url="https://news.example/1", entry="1", title="Uno", published="2024-11-08T09:11:00Z", modified="m", language="ca"),
        SeedEntry(url="https://other.example/2", entry="2", language="es"),
        SeedEntry(url="https://news.example/3", entry="https://news.example/3", language="es"),
    ]
    assert (reading.problem, reading.detail) == (None, "2 without a link, dropped")


def test_a_cut_json_feed_gives_the_items_before_the_cut_and_the_problem() -> None:
    whole = json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"id": str(n), "url": f"/{n}"} for n in range(5)]})
    reading = feed(whole[: whole.index('"id": "3"') + 4])
    assert (reading.problem, urls(reading)) == ("json-malformed", [f"https://news.example/{n}" for n in range(3)])


@pytest.mark.parametrize("body", ['{"error": "gone"}', '{"items": {}}'])
def test_json_that_is_no_feed_is_an_unknown_format(body: str) -> None:
    assert feed(body).problem == "unknown-format"


@pytest.mark.parametrize(
    ("declared", "header", "codec"),
    [
        ("windows-1251", None, "cp1251"),
        ("utf-8", "text/xml; charset=windows-1251", "cp1251"),
        ("KOI8-R", "application/xml", "koi8-r"),
        ("windows-1251", None, "utf-8"),
        ("iso-8859-1", "text/xml; charset=ISO-8859-1", "utf-8"),
        ("utf-16", None, "utf-16"),
        ("utf-8", None, "utf-16-le"),
    ],
)
def test_wrong_and_missing_encoding_declarations_are_seen_through(declared: str, header: str | None, codec: str) -> None:
    xml = f'<?xml version="1.0" encoding="{declared}"?><rss><channel><item><title>Новини дня</title><link>/1</link></item></channel></rss>'
    reading = feed(xml.replace("і", "и").encode(codec), header)
    assert (reading.problem, reading.entries[0].title) == (None, "Новини дня".replace("і", "и"))


def test_bytes_that_nothing_explains_are_named_and_the_rest_is_read() -> None:
    reading = feed(
        b"<rss><channel><item><title>a\xff\xe4b</title><link>/1</link></item><item><link>/\xff</link></item></channel></rss>", None
    )
    assert (reading.problem, reading.entries[0].title) == ("not-utf8", "a\ufffd\ufffdb")
    assert urls(reading) == ["https://news.example/1"], "an address that could not be read is not asked for"
