from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest
from scrapy import Request, Spider
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from archive.errors import ConfigError
from crawler.loader import SourceSpiderLoader
from crawler.sources import Source

REPOSITORY = Path(__file__).resolve().parents[2]


class StubSpider(Spider):
    name = "stub"
    source: ClassVar[Source]


def write_source(folder: Path, name: str, homepage: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    head = f'name = "{name}"\ntitle = "{name}"\nhomepage = "{homepage}"\nlanguages = ["en"]\n'
    (folder / f"{name}.toml").write_text(f'{head}[[seeds]]\ntype = "feed"\nurl = "{homepage}feed"\n')


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for variable in [name for name in os.environ if name.startswith("WARCHIVE_")]:
        monkeypatch.delenv(variable)
    (tmp_path / "warchive.toml").write_text('sources = ["mine"]\n')
    write_source(tmp_path / "mine", "local-paper", "http://127.0.0.1:8000/")
    return tmp_path


def loader(**settings: str) -> SourceSpiderLoader:
    return SourceSpiderLoader(Settings(settings), base=StubSpider)


def test_every_source_of_catalogue_and_folders_is_a_spider_of_that_name(project: Path) -> None:
    spiders = loader()
    assert {"local-paper", "meduza", "radio-okapi"} <= set(spiders.list())
    spider = spiders.load("local-paper")
    assert issubclass(spider, StubSpider)
    assert spider.name == "local-paper"
    assert spider.source.homepage == "http://127.0.0.1:8000/"
    assert spider().name == "local-paper"
    assert spiders.load("local-paper") is spider
    assert spiders.load("meduza") is not spider


def test_an_unknown_name_is_a_key_error_as_scrapy_wants_it(project: Path) -> None:
    with pytest.raises(KeyError, match="Spider not found: nobody"):
        loader().load("nobody")


def test_without_a_configuration_the_catalogue_is_there(project: Path) -> None:
    (project / "warchive.toml").unlink()
    assert "meduza" in loader().list()
    assert "local-paper" not in loader().list()


def test_the_configuration_is_found_by_setting_and_by_variable(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = project / "elsewhere"
    write_source(other / "sources", "other-paper", "http://127.0.0.1:9000/")
    (other / "w.toml").touch()
    assert "other-paper" in loader(WARCHIVE_CONFIG=str(other / "w.toml")).list()
    monkeypatch.setenv("WARCHIVE_CONFIG", str(other / "w.toml"))
    assert "other-paper" in loader().list()
    assert "local-paper" not in loader().list()


def test_making_a_loader_reads_nothing_but_using_one_tells_what_is_wrong(project: Path) -> None:
    (project / "mine" / "bad.toml").write_text("nonsense")
    spiders = loader()
    with pytest.raises(ConfigError, match=r"bad\.toml:1: is not TOML"):
        spiders.list()


def test_the_spider_of_an_address_is_found_by_host_and_rules(project: Path) -> None:
    spiders = loader()
    assert spiders.find_by_request(Request("https://meduza.io/news/2024/11/24/x")) == ["meduza"]
    assert spiders.find_by_request(Request("http://127.0.0.1:8000/a")) == ["local-paper"]
    assert spiders.find_by_request(Request("http://127.0.0.1:8001/a")) == []
    assert spiders.find_by_request(Request("https://www.bbc.com/persian/articles/x")) == ["bbc-persian"]
    assert spiders.find_by_request(Request("https://nobody.example/")) == []


def test_an_address_that_the_rules_refuse_still_finds_its_publisher(project: Path) -> None:
    assert loader().find_by_request(Request("https://www.kommersant.ru/")) == ["kommersant"]
    assert loader().find_by_request(Request("https://rss.unian.net/site/news_ukr.rss")) == ["unian"]


def test_scrapy_makes_the_loader_from_its_settings(project: Path) -> None:
    made = get_spider_loader(Settings({"SPIDER_LOADER_CLASS": "crawler.loader.SourceSpiderLoader"}))
    assert isinstance(made, SourceSpiderLoader)
    assert "local-paper" in made.list()


def test_scrapy_list_prints_every_source(project: Path) -> None:
    (project / "scrapy.cfg").write_text("[settings]\ndefault = minimal\n")
    (project / "minimal.py").write_text('SPIDER_LOADER_CLASS = "crawler.loader.SourceSpiderLoader"\nLOG_LEVEL = "ERROR"\n')
    environ = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], cwd=project, env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert {"local-paper", "meduza"} <= set(done.stdout.split())
