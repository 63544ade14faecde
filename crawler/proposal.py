"""Which source file would describe a site that was looked at? What is guessed is marked as a guess; what is not known is left out."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from archive.errors import ConfigError, Problem, UsageError
from archive.neutral import one_line
from crawler import codes
from crawler.scope import host_problem
from crawler.sitelanguages import languages_of
from crawler.siteprobe import Probe
from crawler.source_file import NAME, Source, read_source
from crawler.trial import Trial
from pipelines.dates import read_date

SHARE = 0.02  # of the entries that a host other than the home page's must have, to be let into scope
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "edu", "ac", "in", "info"})
_NO_COUNTRY = frozenset({"ME", "TV", "IO", "CO", "AI", "FM", "AM", "TO", "CC", "WS", "NU", "LY", "SH", "ST", "LA", "GG", "IM"})
# Countries with one civil time, where the country says the zone.
_ZONES = {
    "UA": "Europe/Kyiv", "PL": "Europe/Warsaw", "DE": "Europe/Berlin", "FR": "Europe/Paris", "IT": "Europe/Rome", "GB": "Europe/London",
    "CZ": "Europe/Prague", "SK": "Europe/Bratislava", "AT": "Europe/Vienna", "CH": "Europe/Zurich", "NL": "Europe/Amsterdam",
    "BE": "Europe/Brussels", "DK": "Europe/Copenhagen", "SE": "Europe/Stockholm", "NO": "Europe/Oslo", "FI": "Europe/Helsinki",
    "EE": "Europe/Tallinn", "LV": "Europe/Riga", "LT": "Europe/Vilnius", "BY": "Europe/Minsk", "MD": "Europe/Chisinau",
    "RO": "Europe/Bucharest", "BG": "Europe/Sofia", "GR": "Europe/Athens", "TR": "Europe/Istanbul", "HU": "Europe/Budapest",
    "RS": "Europe/Belgrade", "HR": "Europe/Zagreb", "IL": "Asia/Jerusalem", "IR": "Asia/Tehran", "IQ": "Asia/Baghdad",
    "SY": "Asia/Damascus", "LB": "Asia/Beirut", "SA": "Asia/Riyadh", "AE": "Asia/Dubai", "QA": "Asia/Qatar", "IN": "Asia/Kolkata",
    "PK": "Asia/Karachi", "AF": "Asia/Kabul", "MM": "Asia/Yangon", "JP": "Asia/Tokyo", "KR": "Asia/Seoul", "TW": "Asia/Taipei",
    "GE": "Asia/Tbilisi", "AZ": "Asia/Baku", "ET": "Africa/Addis_Ababa", "SD": "Africa/Khartoum", "EG": "Africa/Cairo",
    "IE": "Europe/Dublin",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A source file that is not written yet."""

    name: str
    text: str
    seeds: tuple[Trial, ...]


def propose(probe: Probe, *, name: str | None = None) -> Proposal:
    """The file; raises `UsageError` for a name that no source can have."""
    host = urlsplit(probe.homepage).hostname or ""
    name = name if name is not None else name_of(host)
    if not NAME.match(name):
        raise UsageError(f"{name[:80]!r} is no name for a source", hint="a to z, 0 to 9 and -, as in --name harbour-courier")
    entries = [entry for trial in probe.seeds for entry in trial.entries]
    languages, how = languages_of([trial.entries for trial in probe.seeds], probe.page)
    country = _country(host)
    zone = _zone(country, probe.seeds)
    title = probe.page["site_name"] or probe.page["title"] or host
    lines = [
        f"name = {_toml(name)}",
        f"title = {_toml(one_line(title)[:200])}",
        f"homepage = {_toml(probe.homepage)}",
        f"languages = {_toml(languages)}" + (f"  # guessed from {how}" if how else ""),
    ]
    if country:
        lines.append(f"country = {_toml(country)}  # guessed from the host name")
    if zone:
        lines.append(f"timezone = {_toml(zone)}  # guessed from the country and the offsets of dates")
    for trial in probe.seeds:
        lines += ["", "[[seeds]]", f"type = {_toml(trial.type)}", f"url = {_toml(trial.url)}"]
    hosts = _other_hosts(host, Counter(urlsplit(entry.url).netloc.lower() for entry in entries))
    if hosts:
        lines += ["", "[scope]", f"allow_hosts = {_toml(hosts)}  # guessed: entries of the seeds lie there"]
    return Proposal(name=name, text="\n".join(lines) + "\n", seeds=probe.seeds)


def name_of(host: str) -> str:
    """`www.harbour-courier.co.uk` → `harbour-courier`."""
    labels = host.lower().removeprefix("www.").split(".")
    if host.replace(".", "").isdigit():
        labels = ["-".join(labels)]
    while len(labels) > 1:
        labels.pop()
        if labels[-1] not in _SECOND_LEVEL or len(labels) == 1:
            break
    return re.sub(r"[^a-z0-9]+", "-", "-".join(labels)).strip("-")[:63] or "source"


def validate(proposal: Proposal) -> Source:
    """The source as it would be read back; raises `ConfigError` with what is wrong."""
    with tempfile.TemporaryDirectory(prefix="warchive-add-") as folder:
        path = Path(folder) / f"{proposal.name}.toml"
        path.write_text(proposal.text, encoding="utf-8")
        source = read_source(path)
    if not isinstance(source, Source):
        raise ConfigError(source)
    return source


def write_new(folder: Path, name: str, text: str) -> Path:
    """Write a source file that is not there yet; raises `ConfigError` where it is."""
    path = folder / f"{name}.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        message = "there is a source file of this name, and it is not overwritten"
        raise ConfigError([Problem(path=path, line=None, message=message, hint="give another --name, or delete the file")]) from None
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise ConfigError([Problem(path=path, line=None, message=message, hint="name another folder with --folder")]) from error
    return path


def _country(host: str) -> str | None:
    last = host.rpartition(".")[2].upper()
    last = {"UK": "GB"}.get(last, last)
    return last if len(last) == 2 and last not in _NO_COUNTRY and codes.country(last) is None else None


def _zone(country: str | None, seeds: Iterable[Trial]) -> str | None:
    name = _ZONES.get(country or "")
    if name is None:
        return None
    offsets: Counter[bool] = Counter()
    for trial in seeds:
        for entry in trial.entries[:50]:
            moment = reading.moment() if entry.published and (reading := read_date(entry.published)) else None
            if moment is not None and moment.utcoffset() not in (None, timedelta(0)):
                offsets[moment.utcoffset() == moment.astimezone(ZoneInfo(name)).utcoffset()] += 1
    return name if offsets[True] >= offsets[False] else None


def _other_hosts(host: str, counts: Counter[str]) -> list[str]:
    own = host.removeprefix("www.")
    total = counts.total()
    return sorted(
        other
        for other, count in counts.items()
        if other.removeprefix("www.").partition(":")[0] != own and count >= max(2, SHARE * total) and host_problem(other) is None
    )[:20]


def _toml(value: str | list[str]) -> str:
    # JSON's strings are TOML's, but for DEL, which `one_line` has taken out, and lone surrogates, which no URL of ours has.
    return json.dumps(value, ensure_ascii=False)
