"""What does one source file say? A publisher as data, or everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from archive.config_keys import REQUISITES
from archive.durations import duration_problem, parse_duration
from archive.errors import ConfigError, Problem
from archive.fields import Complaint, Field, choice, listing, number, show, switch, text
from archive.hosts import allowed_private, is_host
from archive.tables import check_table
from archive.toml_files import Document, read_document
from archive.toml_lines import KeyPath
from crawler import codes
from crawler.patterns import pattern
from crawler.scope import Scope, compile_scope, host_problem

SeedType = Literal["feed", "sitemap", "news_sitemap", "section"]
NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,62}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A URL where discovery starts."""

    type: SeedType
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRules:
    """What may be asked for, as the file says it; crawler/scope.py applies it."""

    allow_hosts: tuple[str, ...] = ()
    """Beside the home page's host."""
    allow: tuple[str, ...] = ()
    """Regular expressions searched in path and query; where there are some, one must match."""
    deny: tuple[str, ...] = ()
    """Regular expressions searched in path and query; none may match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One publisher."""

    name: str
    title: str
    homepage: str
    languages: tuple[str, ...]
    country: str | None
    timezone: str | None
    """IANA name, for dates that state no zone."""
    topics: tuple[str, ...]
    seeds: tuple[Seed, ...]
    scope: ScopeRules
    enabled: bool
    verified: bool
    """Whether somebody has seen the seeds answer; `sources check` finds out."""
    delay: float | None
    """Seconds between two requests to a host; null for that of the configuration."""
    max_pages_per_run: int | None
    """Null for that of the configuration."""
    recheck: tuple[float, ...] | None
    """Ages in seconds at which an article is asked again; empty: never; null for those of the configuration."""
    allow_private: tuple[str, ...]
    path: Path
    builtin: bool
    notes: str = ""
    requisites: str | None = None
    """What is captured beside each article's page; null for what the configuration says."""

    @property
    def host(self) -> str:
        """Host of the home page, in lower case."""
        return (urlsplit(self.homepage).hostname or "").rstrip(".")


def _url(value: str) -> Complaint:
    if re.match(r"[^/?#]*//[^/?#]*@", value):
        return "has a user name in it (not shown here)", "no credentials in a source file"
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        return f"is not a URL ({error}): {show(value)}", None
    if parts.scheme not in ("http", "https"):
        return f"must be an http or https URL, not {show(value)}", f"did you mean `https://{value}`?" if is_host(
            value.split("/")[0]
        ) else None
    if not host or port == 0 or not is_host(host if host.isascii() else _idna(host)):
        return f"has no valid host name: {show(value)}", None
    if re.search(r"\s", value):
        return f"has a space in it: {show(value)}", "write %20"
    return None


def _idna(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _scope_host(value: str) -> Complaint:
    if not host_problem(value):
        return None
    meant = urlsplit(value).hostname if "://" in value else None
    hint = f"did you mean `{meant}`?" if meant else 'as in "news.example.org", or "*.example.org" for all subdomains'
    return f"must be a host name, not {show(value)}", hint


def _name(value: str) -> Complaint:
    return None if NAME.match(value) else (f"must be of a to z, 0 to 9 and -, at most 63, not {show(value)}", "it is the file's name, too")


_HOSTS = listing(text(test=_scope_host))
_PATTERNS = listing(text(test=pattern), most=200)
FIELDS: tuple[Field, ...] = (
    Field(key="name", kind=text(test=_name), doc="the name of the file without .toml"),
    Field(key="title", kind=text(longest=200, empty=False), doc="what the publisher calls itself"),
    Field(key="homepage", kind=text(test=_url), doc='as in homepage = "https://www.example.org/"'),
    Field(key="languages", kind=listing(text(test=codes.language), least=1, most=50), doc='as in languages = ["uk", "en"] (BCP 47)'),
    Field(key="country", kind=text(test=codes.country), default=None, doc="Where the publisher is (ISO 3166)."),
    Field(key="timezone", kind=text(test=codes.timezone), default=None, doc="For dates that state no zone (IANA)."),
    Field(key="topics", kind=listing(text(longest=60, empty=False), most=50), default=(), doc="Words to choose sources by."),
    Field(key="enabled", kind=switch(), default=None, doc="Whether `crawl` without names takes it: your own, yes, unless this says no."),
    Field(key="verified", kind=switch(), default=False, doc="Whether somebody has seen the seeds answer."),
    Field(key="delay", kind=number(0, 3600), default=None, doc="Seconds between two requests to a host, instead of the configuration's."),
    Field(key="max_pages_per_run", kind=number(1, 1_000_000, whole=True), default=None, doc="Instead of the configuration's."),
    Field(
        key="recheck",
        kind=listing(text(test=duration_problem), most=50),
        default=None,
        doc='Ages at which articles are asked again, instead of the configuration\'s: ["1h", "1d"]; [] means never.',
    ),
    Field(
        key="requisites",
        kind=choice(REQUISITES),
        default=None,
        doc="What is captured beside an article's page (all, images, styles, none), instead of the configuration's.",
    ),
    Field(key="notes", kind=text(longest=5000), default="", doc="What others should know: paywalls, odd dates, who checked what."),
    Field(key="scope.allow_hosts", kind=_HOSTS, default=(), doc="Hosts that may be asked, beside the home page's."),
    Field(key="scope.allow", kind=_PATTERNS, default=(), doc="Regular expressions on path and query, one of which must match."),
    Field(key="scope.deny", kind=_PATTERNS, default=(), doc="Regular expressions on path and query, none of which may match."),
    Field(
        key="network.allow_private",
        kind=listing(text(test=allowed_private)),
        default=(),
        doc="Host names or networks that this source may reach although they are not public.",
    ),
)
SEED_FIELDS: tuple[Field, ...] = (
    Field(key="type", kind=choice(("feed", "sitemap", "news_sitemap", "section")), doc="one of feed, sitemap, news_sitemap, section"),
    Field(key="url", kind=text(test=_url), doc='as in url = "https://www.example.org/feed"'),
)


def read_source(path: Path, *, builtin: bool = False) -> Source | list[Problem]:
    """The source of a file, or all that is wrong with it."""
    document = read_document(path)
    if isinstance(document, Problem):
        return [document]
    problems: list[Problem] = []

    def report(at: KeyPath, message: str, hint: str | None = None) -> None:
        problems.append(document.problem(at, message, hint))

    values = {field.key: field.default for field in FIELDS if not field.required}
    values |= check_table(document.data, FIELDS, report, ignore=frozenset({"seeds"}))
    if values.get("name", path.stem) != path.stem:
        report(
            ("name",),
            f"`name` is {show(values['name'])}, but the file is {path.name}",
            f"name the file {values['name']}.toml, or change `name`",
        )
    seeds = _seeds(document, problems)
    if problems:
        return problems
    source = _source(values, seeds, path, builtin)
    try:
        scope_of(source)
    except ConfigError as error:  # what only the scope's own, stricter reading of hosts finds
        return [document.problem((), problem.message, problem.hint) for problem in error.problems]
    return source


def scope_of(source: Source) -> Scope:
    """The source's rules, compiled. A source that was read from a file has rules that compile."""
    rules = source.scope
    seeds = [seed.url for seed in source.seeds]
    return compile_scope(source.homepage, allow_hosts=rules.allow_hosts, allow=rules.allow, deny=rules.deny, seeds=seeds)


def _seeds(document: Document, problems: list[Problem]) -> tuple[Seed, ...]:
    tables = document.data.get("seeds", [])
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        problems.append(document.problem(("seeds",), "`seeds` must be tables", "begin each with a line [[seeds]] (two brackets)"))
        return ()
    if not tables:
        problems.append(document.problem((), "there are no seeds", 'add a line [[seeds]], then type = "feed" and url = "..."'))
    seeds: list[Seed] = []
    for position, table in enumerate(tables):

        def report(at: KeyPath, message: str, hint: str | None = None, position: int = position) -> None:
            problems.append(document.problem(("seeds", position, *at), f"seed {position + 1}: {message}", hint))

        before = len(problems)
        found: dict[str, Any] = check_table(table, SEED_FIELDS, report)
        if len(problems) > before:
            continue
        seed = Seed(type=found["type"], url=found["url"])
        if any(other.url == seed.url for other in seeds):
            report(("url",), "the same URL is a seed before", "take one away")
        seeds.append(seed)
    return tuple(seeds)


def _source(values: Mapping[str, Any], seeds: tuple[Seed, ...], path: Path, builtin: bool) -> Source:
    enabled = values["enabled"]
    return Source(
        **{key: value for key, value in values.items() if "." not in key and key not in ("enabled", "recheck")},
        recheck=None if values["recheck"] is None else tuple(parse_duration(step) for step in values["recheck"]),
        seeds=seeds,
        scope=ScopeRules(allow_hosts=values["scope.allow_hosts"], allow=values["scope.allow"], deny=values["scope.deny"]),
        # The catalogue is an offer: nobody's site is asked for because warchive was installed.
        enabled=not builtin if enabled is None else enabled,
        allow_private=values["network.allow_private"],
        path=path,
        builtin=builtin,
    )
