"""`warchive search`: what people see, what programs get, and what a hostile title can do to a terminal."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from archive.exits import EMPTY, OK, USAGE
from tests.archive.shelf import Entry, page, publish

HOSTILE = "\x1b]0;owned\x07\x1b[31mRed \u202etxt.exe\u202c <script>alert(1)</script>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search")
    articles = [
        {"title": "Обстріл Харкова", "text": "Російські війська обстріляли Харків ракетами.", "language": "uk", "source": "kharkiv"},
        {"title": HOSTILE, "text": f"Ракета. {HOSTILE}\n\nДруга ракета\x9b2J.", "language": "uk", "source": "bad"},
        *({"title": f"Ship {at}", "text": "Grain on the Black Sea.", "language": "en"} for at in range(130)),
    ]
    publish(folder, [Entry(capture=page(f"/{at}", after=at), article=article) for at, article in enumerate(articles)])
    return folder


def command(folder: Path, *arguments: str) -> list[str]:
    where = ["--store", str(folder / "store"), "--state", str(folder / "state"), "--collection", "news"]
    return [sys.executable, "-m", "warchive", *where, *arguments]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WARCHIVE_")}
    return subprocess.run(command(folder, *arguments), capture_output=True, text=True, timeout=120, env=environment, check=False)


def test_a_search_for_people(folder: Path) -> None:
    done = run(folder, "search", "ракетою")
    assert done.returncode == OK, done.stderr
    assert done.stderr == "", "quiet under cron"
    assert "Обстріл Харкова" in done.stdout
    assert "kharkiv  uk" in done.stdout
    assert "https://news.example/0" in done.stdout
    assert "Російські війська обстріляли Харків ракетами." in done.stdout
    for raw in ("\x1b", "\x07", "\x9b", "\u202e"):
        assert raw not in done.stdout


def test_a_search_for_programs_and_two_arguments_of_which_one_is_a_phrase(folder: Path) -> None:
    done = run(folder, "search", "black sea", "grain", "--json", "--limit", "120", "--sort", "oldest", "--language", "en")
    assert done.returncode == OK, done.stderr
    answer = json.loads(done.stdout)
    assert answer["total"] == 130
    assert [hit["title"] for hit in answer["hits"]] == [f"Ship {at}" for at in range(120)], "two pages of 100 are one answer"
    assert [piece for piece in answer["hits"][0]["snippet"] if piece[1]] == [["Grain", True], ["Black Sea", True]] or [
        text for text, is_match in answer["hits"][0]["snippet"] if is_match
    ] == ["Grain", "Black Sea"]


def test_nothing_found_and_a_search_that_says_nothing(folder: Path) -> None:
    done = run(folder, "search", "unheard-of")
    assert (done.returncode, done.stdout) == (EMPTY, "")
    assert "nothing is found" in done.stderr
    done = run(folder, "search", "!!!")
    assert done.returncode == USAGE
    assert "there is no word in this search" in done.stderr
    assert "-without" in done.stderr


def test_on_a_terminal_what_was_found_is_bold_and_nothing_else_is_coloured(folder: Path) -> None:
    main, side = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "300"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command(folder, "search", "ракета"), stdout=side, stderr=subprocess.PIPE, env=environment) as process:
        os.close(side)
        seen = b""
        while True:
            try:
                piece = os.read(main, 65536)
            except OSError:  # Linux says so where the other end is closed
                break
            if not piece:
                break
            seen += piece
        assert process.wait(timeout=60) == OK
    os.close(main)
    text = seen.decode()
    assert "\x1b[1mРакета\x1b[22m" in text
    assert "\x1b[1mракетами\x1b[22m" in text
    assert text.replace("\x1b[1m", "").replace("\x1b[22m", "").count("\x1b") == 0
    assert "\x9b" not in text
