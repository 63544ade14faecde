"""Can another program call `warchive.extract` with nothing around it: no archive, no configuration, no network, no time to wait?"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import warchive
from tests.desk import ROOT, environment

URL = "https://news.example/2024/11/08/bridge"
PAGE = """<!doctype html><html lang="en"><head><title>Bridge opened - The News</title>
<meta property="article:published_time" content="2024-11-08T09:11:00"><meta name="author" content="Ada Lund"></head><body><article>
<h1>Bridge opened</h1><p>The bridge over the river was opened on Friday, two years after the old one had been closed for repair.</p>
<p>More than forty people worked on it through both winters, the city's engineers said at the opening.</p>
<p>It carries trams, bicycles and pedestrians; lorries must take the road around the old harbour.</p></article></body></html>"""

# In a process of its own: an audit hook sees every file that is opened for writing, every connection, every name that is looked up and
# every program. (urllib3, which trafilatura imports, makes a socket to see whether there is IPv6; it is not used.)
_WATCHED = """
import sys, time
seen = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & 0o3:
        seen.append(("open", str(arguments[0])))
    elif event.startswith(("socket.connect", "socket.send", "socket.get", "subprocess.", "os.mkdir", "os.rem", "os.rename", "sqlite3.")):
        seen.append((event, repr(arguments)[:100]))
sys.addaudithook(watch)
before = time.process_time()
import warchive
made = warchive.extract(sys.stdin.buffer.read(), "https://news.example/2024/11/08/bridge")
import json
told = {"title": made.title, "text": made.text, "seconds": time.process_time() - before, "seen": seen, "modules": sorted(sys.modules)}
print(json.dumps(told))
"""


def called(html: str, folder: Path, **env: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-B", "-c", _WATCHED], cwd=folder, env=environment(**env), input=html.encode(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_in_an_empty_folder_a_page_becomes_an_article_and_nothing_else_happens(tmp_path: Path) -> None:
    (tmp_path / "warchive.toml").write_text("this is not TOML, and nobody reads it", encoding="utf-8")
    told = called(PAGE, tmp_path, HOME=str(tmp_path / "nowhere"))
    assert told["title"] == "Bridge opened"
    assert str(told["text"]).startswith("The bridge over the river")
    assert told["seen"] == []
    assert [path.name for path in tmp_path.iterdir()] == ["warchive.toml"]
    for module in ("scrapy", "twisted", "boto3", "requests"):
        assert module not in told["modules"], f"{module} takes its time to import, and has no part in this"  # type: ignore[operator]


def test_the_first_call_is_there_before_one_looks_up(tmp_path: Path) -> None:
    # Processor seconds of everything: the interpreter's share aside, imports of lxml, trafilatura and pydantic. Measured: 0.55.
    assert float(str(min(float(str(called(PAGE, tmp_path)["seconds"])) for _ in range(3)))) < 1.2


def test_the_clock_the_zone_and_the_hash_seed_of_the_process_say_nothing(tmp_path: Path) -> None:
    texts = {str(called(PAGE, tmp_path, TZ=zone, PYTHONHASHSEED=seed)["text"]) for zone, seed in (("UTC", "0"), ("Asia/Tokyo", "4242"))}
    assert len(texts) == 1


def test_what_it_gives_has_the_fields_of_the_record_as_attributes() -> None:
    made = warchive.extract(PAGE.encode(), URL, captured_at=datetime(2024, 11, 9, tzinfo=UTC), timezone="Europe/Kyiv", languages=["en"])
    assert isinstance(made, warchive.Article)
    assert made.title == "Bridge opened"
    assert [author.name for author in made.authors] == ["Ada Lund"]
    assert made.date_published == "2024-11-08T09:11:00+02:00"
    assert made.captured_at == "2024-11-09T00:00:00.000000Z"
    assert made.language == "en"
    assert len(made.blocks) == 3
    assert json.loads(made.to_json())["schema"] == "warchive.article/1"


def test_a_page_that_is_no_article_comes_with_verdict_and_reasons() -> None:
    made = warchive.extract(b"<html><body><p>Nothing here</p></body></html>", URL)
    assert isinstance(made, warchive.NotAnArticle)
    assert made.verdict
    assert made.reasons
    assert made.url == URL
    assert isinstance(warchive.extract(b"%PDF-1.7 ...", URL, content_type="application/pdf"), warchive.NotAnArticle)
    assert isinstance(warchive.extract(b"", URL), warchive.NotAnArticle)
    assert isinstance(warchive.extract(PAGE.encode(), URL, status=404), warchive.NotAnArticle)


def test_headers_tell_charset_and_robots_however_they_are_given() -> None:
    page = PAGE.replace("bridge over the river", "мост через реку").encode("cp1251")
    headers = {"Content-Type": "text/html; charset=windows-1251", "X-Robots-Tag": "noarchive"}
    for given in (headers, list(headers.items())):
        made = warchive.extract(page, URL, headers=given)
        assert isinstance(made, warchive.Article)
        assert "мост через реку" in made.text
        assert made.robots == "noarchive"
    named = warchive.extract(page, URL, content_type="text/html; charset=windows-1251")
    assert isinstance(named, warchive.Article)
    assert "мост через реку" in named.text


def test_lines_that_are_known_as_furniture_are_taken_out_and_told() -> None:
    from pipelines.sitememory import line_hash

    line = "More stories like this one are on our channel every evening at eight, with pictures from all over the region"
    page = PAGE.replace("</article>", f"<p>{line}</p></article>").encode()
    with_it = warchive.extract(page, URL)
    assert isinstance(with_it, warchive.Article)
    known = line_hash(line)
    without = warchive.extract(page, URL, furniture=[known, "0" * 16])
    assert isinstance(without, warchive.Article)
    assert line not in without.text
    assert without.extractor.furniture == [known]
    assert warchive.extract(page, URL, furniture=without.extractor.furniture) == without


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"html": PAGE}, TypeError, "bytes"),
        ({"url": "news.example/a"}, ValueError, "http"),
        ({"url": "ftp://news.example/a"}, ValueError, "http"),
        ({"captured_at": datetime(2024, 11, 8)}, ValueError, "aware"),
        ({"timezone": "Kyiv"}, ValueError, "Europe/Kyiv"),
        ({"timezone": "../../etc/passwd"}, ValueError, "IANA"),
        ({"languages": "en"}, TypeError, "lists"),
    ],
)
def test_a_wrong_argument_is_told_with_the_right_one(arguments: dict[str, object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        warchive.extract(**{"html": PAGE.encode(), "url": URL, **arguments})  # type: ignore[arg-type]


def test_names_that_are_not_there_are_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute"):
        _ = warchive.nonsense
    assert {"Article", "NotAnArticle", "extract", "open_archive", "crawl"} <= set(warchive.__all__)
    assert (ROOT / "warchive.py").exists()
