"""Which source do URLs belong to that somebody names on the command line?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from archive.config import Config
from archive.errors import ConfigError, Problem, UsageError
from archive.urls import normalize
from crawler.public import crawlable
from crawler.source_file import ScopeRules, Source
from crawler.work import origin_of

NAME = "command-line"


def source_for(urls: Sequence[str], config: Config) -> Source:
    """A source without seeds whose scope is any host.

    Raises `UsageError` for what is no http or https URL, `ConfigError` where a public publisher would be asked without a contact.
    """
    for url in urls:
        try:
            normalize(url)
        except ValueError as error:
            raise UsageError(f"{url[:200]!r} is not a URL that can be captured", hint="write it whole, with http:// or https://") from error
    problems: list[Problem] = []
    for url in urls:
        problem = crawlable(
            _source(origin_of(url) + "/"), config.contact, allow_private=config.network.allow_private, connect_to=config.network.connect_to
        )
        if problem is not None and problem not in problems:
            problems.append(problem)
    if problems:
        raise ConfigError(problems)
    return _source(origin_of(urls[0]) + "/")


def _source(homepage: str) -> Source:
    return Source(
        name=NAME,
        title="URLs of the command line",
        homepage=homepage,
        languages=(),
        country=None,
        timezone=None,
        topics=(),
        seeds=(),
        scope=ScopeRules(allow_hosts=(), allow=(), deny=()),
        enabled=True,
        verified=True,
        delay=None,
        recheck=None,
        max_pages_per_run=None,
        allow_private=(),
        path=Path(NAME),
        builtin=False,
    )
