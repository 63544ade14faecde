"""Does the page of an article show the text that was made again, and say which one it shows?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archive.stores import open_store
from tests.archive.shelf import Entry, page, publish
from tests.archive.test_extractions import NAME, again, extract
from tests.e2e.driver import wait_until
from tests.servers.web import run_web
from tests.web.asking import ask

ID = "urn:uuid:00000000-0000-5000-8000-0000000000a1"
OTHER = "urn:uuid:00000000-0000-5000-8000-0000000000a2"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("again")
    entries = [
        Entry(capture=page("/a"), article={"id": ID, "text": "As it was."}),
        Entry(capture=page("/b", after=1), article={"id": OTHER, "text": "Menu."}),
    ]
    refs = publish(folder, entries)
    gone = {"change": "gone", "id": OTHER, "article_id": again(refs[1], "x")["article_id"], "source": "news"}
    with run_web(folder / "store", collection="news", state=folder / "state") as base:
        # After the server has looked: what is stored later is seen without a restart.
        assert "made again" not in ask(base, f"/articles/{ID}").words()
        extract(open_store(str(folder / "store")), [again(refs[0], "As it was made later.", id=ID)], [gone])
        yield base


def test_one_is_shown_and_the_other_linked(place: str) -> None:
    wait_until(lambda: "made again" in ask(place, f"/articles/{ID}").words(), what="a look at the new extraction")
    kept = ask(place, f"/articles/{ID}")
    assert "As it was." in kept.words("article")
    assert "The text that was made when the page was captured is shown" in kept.words()
    assert "its words differ" in kept.words()
    (link,) = kept.page().cssselect("a[href$='?extraction=latest']:not([download])")
    later = ask(place, link.get("href"))
    assert "As it was made later." in later.words("article")
    assert "The text that was made again is shown" in later.words()
    assert NAME in later.words()
    found = ask(place, f"/api/articles/{ID}?extraction=latest").json()
    assert (found["extraction"], found["made_again"]["text_differs"]) == ("latest", True)
    assert ask(place, f"/articles/{ID}/record.json?extraction=latest").json()["text"] == "As it was made later."
    assert ask(place, f"/articles/{ID}/record.json").json()["text"] == "As it was."


def test_what_was_found_to_be_no_article_is_shown_with_a_word(place: str) -> None:
    wait_until(lambda: "A later extraction" in ask(place, f"/articles/{OTHER}").words(), what="a look at the new extraction")
    answer = ask(place, f"/articles/{OTHER}?extraction=latest")
    assert "A later extraction found no article in this page" in answer.words()
    assert "Menu." in answer.words("article")
