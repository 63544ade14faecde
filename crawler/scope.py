"""May this URL be asked for, as far as a source's own rules go? (robots.txt and the guard against private addresses come after.)

The hosts in scope are the home page's and those of `allow_hosts`, each with and without `www.`, and nothing else: many publishers keep
shops, forums and other people's pages on subdomains. `*.example.org` in `allow_hosts` takes all subdomains. A host written with a port
means that port; without one, the default ports. Rules are regular expressions that are searched in path and query (`/news/item?id=1`),
as announced and percent-decoded; where `allow` has any, one must match; `deny` goes before `allow`. Seeds, and what their indexes lead
to, may be asked for on the seeds' own hosts too, and rules do not concern them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from archive.errors import ConfigError, Problem
from crawler import traps
from crawler.links import LinkRefused, host_of

MAX_PAGE_URL = 2083  # the length at which the web stops: Internet Explorer's old limit, which CDNs and sitemaps.org (2,048) kept

REASONS = ("bad-url", "bad-scheme", "too-long", "other-host", "not-a-page", "denied-by-rule", *traps.REASONS)

# What a browser would download, play or apply rather than show. Not `.txt` or `.xml`: some publishers serve text under them.
# fmt: off
_NOT_PAGES = frozenset(
    [
        "jpg", "jpeg", "jpe", "png", "gif", "webp", "avif", "heic", "heif", "svg", "svgz", "ico", "bmp", "tif", "tiff", "psd", "eps",
        "ai", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "rtf", "epub", "mobi", "csv", "mp3", "m4a",
        "aac", "ogg", "oga", "opus", "wav", "flac", "wma", "mp4", "m4v", "mov", "avi", "mkv", "webm", "wmv", "flv", "mpg", "mpeg",
        "3gp", "m3u8", "ts", "vtt", "srt", "zip", "gz", "tgz", "tar", "bz2", "xz", "7z", "rar", "iso", "dmg", "exe", "msi", "apk",
        "ipa", "deb", "rpm", "jar", "bin", "torrent", "css", "js", "mjs", "map", "woff", "woff2", "ttf", "otf", "eot", "swf", "rss",
        "atom", "ics", "vcf",
    ]
)
# fmt: on
_UNSAFE = re.compile("[\x00-\x20\x7f-\xa0\ud800-\udfff\u2028\u2029]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,40}):")

Host = tuple[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What one source lets be asked for; made by `compile_scope`."""

    hosts: frozenset[Host]
    """Exact hosts, with their `www.` variants."""
    domains: tuple[str, ...]
    """Suffixes such as `.example.org`."""
    seed_hosts: frozenset[Host]
    allow: tuple[re.Pattern[str], ...]
    deny: tuple[re.Pattern[str], ...]

    def in_scope(self, url: str) -> str | None:
        """Null where the URL may be asked for as a page, else the reason: one of `REASONS`."""
        parts = _take_apart(url)
        if isinstance(parts, str):
            return parts
        try:
            host = host_of(parts)
        except LinkRefused as refused:
            return refused.reason
        if not self._has(host):
            return "other-host"
        if is_not_a_page(parts.path):
            return "not-a-page"
        if (trap := traps.trap(url)) is not None:
            return trap
        if self.deny or self.allow:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            spellings = {target, unquote(target)}
            if any(rule.search(spelling) for rule in self.deny for spelling in spellings):
                return "denied-by-rule"
            if self.allow and not any(rule.search(spelling) for rule in self.allow for spelling in spellings):
                return "denied-by-rule"
        return None

    def seed_in_scope(self, url: str) -> str | None:
        """As `in_scope`, for seeds and the sitemaps that an index names: the seeds' own hosts count, rules and file types do not."""
        parts = _take_apart(url)
        if isinstance(parts, str):
            return parts
        try:
            host = host_of(parts)
        except LinkRefused as refused:
            return refused.reason
        return None if host in self.seed_hosts or self._has(host) else "other-host"

    def _has(self, host: Host) -> bool:
        return host in self.hosts or (host[1] is None and bool(self.domains) and host[0].endswith(self.domains))


class Anywhere:
    """Of URLs that somebody names on the command line: every page of the web, and what its redirects lead to."""

    def in_scope(self, url: str) -> str | None:
        """As `Scope.in_scope`; refuses only what is no URL of the web."""
        parts = _take_apart(url)
        if isinstance(parts, str):
            return parts
        try:
            host_of(parts)
        except LinkRefused as refused:
            return refused.reason
        return None


def compile_scope(
    homepage: str, *, allow_hosts: Iterable[str] = (), allow: Sequence[str] = (), deny: Sequence[str] = (), seeds: Iterable[str] = ()
) -> Scope:
    """Make a scope of plain values; raises `ConfigError` with everything that is wrong with them."""
    problems: list[str] = []
    hosts: set[Host] = set()
    seed_hosts: set[Host] = set()
    domains: list[str] = []
    for url, into in [(homepage, hosts), *((seed, seed_hosts) for seed in seeds)]:
        parts = _take_apart(url)
        try:
            if isinstance(parts, str):
                raise LinkRefused(parts)
            into.update(_variants(host_of(parts)))
        except LinkRefused as refused:
            problems.append(f"{url[:200]!r} is not an http or https URL of a page ({refused.reason})")
    for host in allow_hosts:
        problem = host_problem(host)
        if problem:
            problems.append(problem)
        elif host.startswith("*."):
            name, _ = _read_host(host[2:])
            domains.append("." + name)
            hosts.update(_variants((name, None)))
        else:
            hosts.update(_variants(_read_host(host)))
    problems += [problem for problem in (rule_problem(rule) for rule in (*allow, *deny)) if problem]
    if problems:
        raise ConfigError([Problem(path=None, line=None, message=problem) for problem in problems])
    return Scope(
        hosts=frozenset(hosts),
        domains=tuple(domains),
        seed_hosts=frozenset(seed_hosts),
        allow=tuple(re.compile(rule) for rule in allow),
        deny=tuple(re.compile(rule) for rule in deny),
    )


def is_not_a_page(path: str) -> bool:
    """Does the path's extension say picture, film, document, archive, style sheet ...?"""
    name = path.rpartition("/")[2]
    stem, dot, extension = name.rpartition(".")
    return bool(stem and dot) and extension.lower() in _NOT_PAGES


def rule_problem(rule: str) -> str | None:
    """What is wrong with an allow or deny rule, or null."""
    try:
        re.compile(rule)
    except (re.error, RecursionError, OverflowError) as error:
        return f"the rule {rule[:200]!r} is not a regular expression: {error}"
    return None


def host_problem(host: str) -> str | None:
    """What is wrong with an entry of `allow_hosts`, or null."""
    try:
        name, _ = _read_host(host.removeprefix("*."))
    except LinkRefused:
        return f'{host[:200]!r} is not a host name; write it without scheme and path, as in "news.example.org" or "*.example.org"'
    if host.startswith("*.") and (":" in host or "." not in name):
        return f'{host[:200]!r} takes in too much, or names a port; write "*.example.org"'
    return None


def _read_host(host: str) -> Host:
    if not host or any(character in host for character in "/?#@\\ "):
        raise LinkRefused("bad-url")
    try:
        return host_of(urlsplit(f"http://{host}"))
    except ValueError:
        raise LinkRefused("bad-url") from None


def _variants(host: Host) -> set[Host]:
    name, port = host
    if name.startswith("[") or name.replace(".", "").isdigit():
        return {host}
    return {(name, port), (name.removeprefix("www."), port), (f"www.{name.removeprefix('www.')}", port)}


def _take_apart(url: str) -> SplitResult | str:
    """The URL's parts, or the reason why it has none."""
    scheme = _SCHEME.match(url)
    if not scheme:
        return "bad-url"
    if scheme[1].lower() not in ("http", "https"):
        return "bad-scheme"
    if _UNSAFE.search(url[: MAX_PAGE_URL * 4]):
        return "bad-url"
    # As it goes over the wire, where each byte of a non-ASCII character takes three.
    if len(url) > MAX_PAGE_URL or (not url.isascii() and sum(1 if c < "\x80" else 3 * len(c.encode()) for c in url) > MAX_PAGE_URL):
        return "too-long"
    try:
        return urlsplit(url)
    except ValueError:
        return "bad-url"
