"""What is configured, and where did each value come from? Defaults < warchive.toml < environment < command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from archive.config_keys import KEYS
from archive.durations import parse_duration
from archive.errors import ConfigError, Problem
from archive.fields import Field, suggestion
from archive.tables import check_table
from archive.toml_files import Document, read_document
from archive.toml_lines import KeyPath

FILE = "warchive.toml"
_BY_KEY = {key.key: key for key in KEYS}
_SECTIONS = sorted({key.key.split(".")[0] for key in KEYS if "." in key.key})
# WARCHIVE_<KEY> and WARCHIVE_<SECTION>_<KEY>; the keys of [network] also without their section, as they are often set for one command.
_VARIABLES = {f"WARCHIVE_{key.key.replace('.', '_').upper()}": key for key in KEYS} | {
    f"WARCHIVE_{key.key.partition('.')[2].upper()}": key for key in KEYS if key.key.startswith("network.")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How publishers are reached."""

    connect_to: tuple[str, ...]
    ca_bundle: Path | None
    allow_private: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is taken, from whom, how fast."""

    delay: float
    max_pages_per_run: int
    timeout: float
    max_response_bytes: int
    max_decoded_bytes: int
    max_header_bytes: int
    max_redirects: int
    max_spool_bytes: int
    min_free_bytes: int
    max_run_pages: int
    """Of all sources; 0: no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requisites:
    """What is captured beside a page, and how much of it; times in seconds."""

    take: str
    delay: float
    fresh: float
    """An answer that is younger is not asked for again."""
    owed: float
    max_bytes: int
    max_per_page: int
    max_page_bytes: int
    max_per_host: int
    max_per_run: int
    max_run_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What the children that make text may use."""

    workers: int
    wall_seconds: float
    cpu_seconds: float
    memory_bytes: int
    overrides: tuple[Path, ...]
    """Folders of page objects of the operator's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When things are asked again; times in seconds."""

    seed_shortest: float
    seed_longest: float
    recheck: tuple[float, ...]
    """Ages at which an article is asked again; empty: never."""
    backfill_pages: int
    hand_over: float
    """After so long a run from cron ends when a seed is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Who is told how a run goes."""

    ping_url: str
    ping_timeout: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that is configured, checked, with absolute paths."""

    path: Path | None
    """The `warchive.toml` that was read, if any."""
    store: str
    """A URL, or an absolute folder."""
    state: Path
    collection: str
    sources: tuple[Path, ...]
    contact: str
    network: Network
    limits: Limits
    requisites: Requisites
    extraction: Extraction
    schedule: Schedule
    notify: Notify
    origins: Mapping[str, str]
    """Dotted key → `default`, `warchive.toml:12`, `environment (WARCHIVE_STORE)` or `command line`."""

    def values(self) -> dict[str, object]:
        """Every value by dotted key, in the order of the documentation."""
        found: dict[str, object] = {}
        for key in _BY_KEY:
            section, _, leaf = key.rpartition(".")
            found[key] = getattr(getattr(self, section) if section else self, leaf)
        return found


def find_config(given: Path | None, *, environ: Mapping[str, str], folder: Path) -> Path | None:
    """The file to read: the one given, else `WARCHIVE_CONFIG`, else `warchive.toml` in the folder if it is there."""
    if given is not None:
        return given
    if named := environ.get("WARCHIVE_CONFIG"):
        return Path(named)
    return Path(FILE) if (folder / FILE).is_file() else None


def load_config(path: Path | None, *, environ: Mapping[str, str], overrides: Mapping[str, object], folder: Path | None = None) -> Config:
    """The configuration; raises `ConfigError` with everything that is wrong, not just the first.

    `overrides` are those of the command line by dotted key; null means not given. Relative paths are relative to the file that names
    them, those of environment and command line to `folder` (else the current one). Defaults are relative to the file's folder too, where
    there is a file: a cron line need not `cd`. An empty environment variable counts as unset.
    """
    folder = folder or Path.cwd()
    problems: list[Problem] = []
    values: dict[str, Any] = {key.key: key.default for key in KEYS}
    origins = dict.fromkeys(values, "default")
    bases = dict.fromkeys(values, (folder / path).parent if path else folder)
    document = _read(path, folder, problems)
    if document:
        found = check_table(document.data, KEYS, lambda at, message, hint: problems.append(document.problem(at, message, hint)))
        for key, value in found.items():
            values[key], origins[key] = value, f"{path}:{document.lines.of(tuple(key.split('.')))}"
    for key, value in {**_from_environment(environ, problems), **_from_command_line(overrides, problems)}.items():
        values[key], origins[key] = value
        bases[key] = folder
    paths = {key: bases[key] for key in ("store", "state", "sources", "network.ca_bundle", "extraction.overrides")}
    _resolve(values, paths, origins, document, problems)
    if not problems and parse_duration(values["schedule.seed_longest"]) < parse_duration(values["schedule.seed_shortest"]):
        message = f"`schedule.seed_longest` ({origins['schedule.seed_longest']}) is shorter than `seed_shortest`"
        problems.append(Problem(path=path, line=None, message=message, hint="between the two lies how often a seed is asked"))
    if problems:
        raise ConfigError(sorted(problems, key=lambda problem: (problem.path is None, problem.line or 0)))

    def section(name: str) -> dict[str, Any]:
        return {key.partition(".")[2]: value for key, value in values.items() if key.startswith(f"{name}.")}

    return Config(
        path=(folder / path).resolve() if path else None,
        **{key: value for key, value in values.items() if "." not in key},
        network=Network(**section("network")),
        limits=Limits(**section("limits")),
        requisites=_requisites(section("requisites")),
        extraction=Extraction(**section("extraction")),
        schedule=_schedule(section("schedule")),
        notify=Notify(**section("notify")),
        origins=MappingProxyType(origins),
    )


def _requisites(values: Mapping[str, Any]) -> Requisites:
    return Requisites(**{**values, "fresh": parse_duration(values["fresh"]), "owed": parse_duration(values["owed"])})


def _schedule(values: Mapping[str, Any]) -> Schedule:
    return Schedule(
        seed_shortest=parse_duration(values["seed_shortest"]),
        seed_longest=parse_duration(values["seed_longest"]),
        recheck=tuple(parse_duration(step) for step in values["recheck"]),
        backfill_pages=values["backfill_pages"],
        hand_over=parse_duration(values["hand_over"]),
    )


def _read(path: Path | None, folder: Path, problems: list[Problem]) -> Document | None:
    if path is None:
        return None
    document = read_document(folder / path)
    if isinstance(document, Problem):
        hint = "`warchive init` writes one" if document.message == "there is no such file" else document.hint
        problems.append(Problem(path=path, line=document.line, message=document.message, hint=hint))
        return None
    return Document(path=path, data=document.data, text=document.text)


def _from_environment(environ: Mapping[str, str], problems: list[Problem]) -> dict[str, tuple[Any, str]]:
    found: dict[str, tuple[Any, str]] = {}
    # Long names last: WARCHIVE_NETWORK_CA_BUNDLE wins over WARCHIVE_CA_BUNDLE.
    for name, written in sorted(environ.items(), key=lambda item: (len(item[0]), item[0])):
        if not name.startswith("WARCHIVE_") or not written:
            continue
        if field := _VARIABLES.get(name):
            _outside(field, field.kind.parse(written), name, f"environment ({name})", found, problems)
        elif hint := _misspelt(name):
            problems.append(Problem(path=None, line=None, message=f"unknown environment variable {name[:80]}", hint=hint))
    return found


def _misspelt(name: str) -> str | None:
    """A hint where the variable is plainly meant for us; Kubernetes sets WARCHIVE_PORT and others for a service named `warchive`."""
    word = name.removeprefix("WARCHIVE_")
    close = suggestion(word, [known.removeprefix("WARCHIVE_") for known in _VARIABLES], least=0.8)
    if close:
        return close.replace("`", "`WARCHIVE_", 1)
    section = next((section for section in _SECTIONS if word.startswith(f"{section.upper()}_")), None)
    return f"the keys of [{section}] are listed by `warchive config`" if section else None


def _from_command_line(overrides: Mapping[str, object], problems: list[Problem]) -> dict[str, tuple[Any, str]]:
    found: dict[str, tuple[Any, str]] = {}
    for key, value in overrides.items():
        if value is None:
            continue
        field = _BY_KEY.get(key)
        if field is None:
            problems.append(Problem(path=None, line=None, message=f"unknown key `{key[:80]}`", hint=suggestion(key, _BY_KEY)))
            continue
        if isinstance(value, Path):
            value = str(value)
        elif isinstance(value, list | tuple):
            value = [str(one) if isinstance(one, Path) else one for one in value]
        value = field.kind.parse(value) if isinstance(value, str) else value
        _outside(field, value, "the command line", "command line", found, problems)
    return found


def _outside(field: Field, value: object, where: str, origin: str, found: dict[str, tuple[Any, str]], problems: list[Problem]) -> None:
    before = len(problems)

    def report(message: str, hint: str | None = None, at: KeyPath = ()) -> None:
        problems.append(Problem(path=None, line=None, message=f"`{field.key}` of {where} {message}", hint=hint))

    checked = field.kind.check(value, report)
    if len(problems) == before:
        found[field.key] = checked, origin


def _resolve(
    values: dict[str, Any], bases: Mapping[str, Path], origins: Mapping[str, str], document: Document | None, problems: list[Problem]
) -> None:
    """Make paths absolute, and see that those which must be there are."""

    def wrong(key: str, message: str, hint: str, *at: int) -> None:
        if document and origins[key].startswith(f"{document.path}:"):
            problems.append(document.problem((*key.split("."), *at), message, hint))
        else:
            problems.append(Problem(path=None, line=None, message=f"{message} ({origins[key]})", hint=hint))

    def absolute(key: str, written: str) -> Path:
        return (bases[key] / Path(written).expanduser()).resolve()

    if "://" not in values["store"]:
        values["store"] = str(absolute("store", values["store"]))
    values["state"] = absolute("state", values["state"])
    folders = []
    for position, written in enumerate(values["sources"]):
        path = absolute("sources", written)
        if path.is_dir():
            folders.append(path)
        elif origins["sources"] != "default":
            wrong("sources", f"`sources` names a folder that is not there: {written}", "make it, or take it out of the list", position)
    values["sources"] = tuple(folders)
    code = [absolute("extraction.overrides", written) for written in values["extraction.overrides"]]
    for position, path in enumerate(code):
        if not path.is_dir():
            written = values["extraction.overrides"][position]
            hint = "make it, or take it out of the list"
            wrong("extraction.overrides", f"`overrides` names a folder that is not there: {written}", hint, position)
    values["extraction.overrides"] = tuple(code)
    bundle = values["network.ca_bundle"]
    values["network.ca_bundle"] = absolute("network.ca_bundle", bundle) if bundle else None
    if bundle and not values["network.ca_bundle"].is_file():
        hint = "give a PEM file, or leave it empty for the system's authorities"
        wrong("network.ca_bundle", f"`ca_bundle` names a file that is not there: {bundle}", hint)
