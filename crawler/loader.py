"""How does Scrapy find the spider of a source? Every source is one, named as the source (`scrapy list`, `crawl NAME`, `shell`)."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.config import Config, find_config, load_config
from crawler.scope import Scope
from crawler.source_file import scope_of
from crawler.source_switches import FILE, read_switches
from crawler.sources import Source, SourceSet, load_sources

if TYPE_CHECKING:
    import builtins

    from scrapy import Request, Spider
    from scrapy.settings import BaseSettings


class SourceSpiderLoader:
    """Scrapy's `SpiderLoaderProtocol` over the sources of the catalogue and of the configuration's folders.

    The configuration is that of the setting or variable `WARCHIVE_CONFIG`, or `warchive.toml` here. Nothing is read before it is
    needed: Scrapy makes a loader for every command, and our own runs know their source already.
    """

    def __init__(self, settings: BaseSettings, *, base: type[Spider] | None = None) -> None:
        self._settings = settings
        self._base = base
        self._classes: dict[str, type[Spider]] = {}

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> SourceSpiderLoader:
        """As Scrapy makes one."""
        return cls(settings)

    @cached_property
    def sources(self) -> SourceSet:
        """All sources, read at first use; raises `ConfigError`."""
        config = configured(self._settings)
        return load_sources(config.sources, switches=read_switches(config.state / FILE))

    def load(self, spider_name: str) -> type[Spider]:
        """The class of a source's spider; raises KeyError."""
        if spider_name not in self.sources:
            raise KeyError(f"Spider not found: {spider_name} (`scrapy list` shows all sources)")
        if spider_name not in self._classes:
            self._classes[spider_name] = spider_class(self.sources[spider_name], self._base or _base())
        return self._classes[spider_name]

    def list(self) -> builtins.list[str]:
        """Names of all sources."""
        return list(self.sources)

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """Names of the sources that would ask for this URL as a page; where there are none, of those that know its host."""
        url = request.url
        return [name for name, scope in self._scopes.items() if scope.in_scope(url) is None] or [
            name for name, scope in self._scopes.items() if scope.seed_in_scope(url) is None
        ]

    @cached_property
    def _scopes(self) -> dict[str, Scope]:
        return {name: scope_of(source) for name, source in self.sources.items()}


def configured(settings: BaseSettings) -> Config:
    """The configuration that Scrapy's own commands go by; raises `ConfigError`."""
    given = settings.get("WARCHIVE_CONFIG")
    path = find_config(Path(given) if given else None, environ=os.environ, folder=Path.cwd())
    return load_config(path, environ=os.environ, overrides={})


def spider_class(source: Source, base: type[Spider]) -> type[Spider]:
    """A spider class of the source's name."""
    attributes: dict[str, Any] = {"name": source.name, "source": source, "__module__": base.__module__, "__doc__": source.title}
    return type(f"{base.__name__}_{source.name.replace('-', '_')}", (base,), attributes)


def _base() -> type[Spider]:
    # Not at the top: the spider imports half of the crawler, and `scrapy list` needs none of it.
    from crawler.spiders.source import SourceSpider

    base: type[Spider] = SourceSpider
    return base
