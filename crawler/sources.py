"""Which sources are there: those of the catalogue, those of the user's folders, and which of them are switched on?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from archive.errors import ConfigError, Problem
from archive.fields import suggestion
from crawler.source_cache import SourceCache
from crawler.source_file import NAME, ScopeRules, Seed, SeedType, Source, read_source

__all__ = ["CATALOG", "NAME", "ScopeRules", "Seed", "SeedType", "Source", "SourceSet", "load_sources"]

CATALOG = Path(__file__).parent / "catalog"


class SourceSet(Mapping[str, Source]):
    """Sources by name, in the order of their names."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = {source.name: source for source in sorted(sources, key=lambda source: source.name)}

    def __getitem__(self, name: str) -> Source:
        return self._sources[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)

    def enabled(self) -> list[Source]:
        """Those that `crawl` without names takes."""
        return [source for source in self._sources.values() if source.enabled]

    def select(self, names: Iterable[str]) -> list[Source]:
        """The sources of these names, each once, in the order given; raises `ConfigError` that lists all unknown ones."""
        problems = []
        chosen: dict[str, Source] = {}
        for name in names:
            if source := self._sources.get(name):
                chosen[name] = source
            else:
                hint = suggestion(name, self._sources) or "`warchive sources list` shows all"
                problems.append(Problem(path=None, line=None, message=f"there is no source `{name[:80]}`", hint=hint))
        if problems:
            raise ConfigError(problems)
        return list(chosen.values())


def load_sources(
    folders: Sequence[Path], *, builtin: bool = True, switches: Mapping[str, bool] | None = None, cache: Path | None = None
) -> SourceSet:
    """All sources; raises `ConfigError` with everything that is wrong in any file.

    A user's file takes the place of a built-in one of the same name; two files of users with one name are an error. `switches` are
    those of `source_switches.read_switches`: they win over what the files say. `cache` is a file for `crawler/source_cache.py`.
    """
    problems: list[Problem] = []
    memory = SourceCache(cache)
    catalogue = _read_folder(CATALOG, problems, memory, builtin=True) if builtin else {}
    own: dict[str, Source] = {}
    paths: dict[str, Path] = {}
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        if not folder.is_dir():
            problems.append(Problem(path=folder, line=None, message="there is no such folder of sources", hint="make it, or leave it out"))
            continue
        # By file name, which is the source's name, so that a duplicate is told even where one of the two is broken.
        for path in _files(folder):
            if path.stem in paths:
                message = f"there are two sources named `{path.stem}`: the other is {paths[path.stem]}"
                problems.append(Problem(path=path, line=None, message=message, hint="rename one, file and `name`"))
            paths.setdefault(path.stem, path)
        own = _read_folder(folder, problems, memory, builtin=False) | own
    if problems:
        raise ConfigError(problems)
    memory.save()
    return SourceSet(_switched(source, switches or {}) for source in (catalogue | own).values())


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.toml") if not path.name.startswith("."))


def _read_folder(folder: Path, problems: list[Problem], memory: SourceCache, *, builtin: bool) -> dict[str, Source]:
    found = {}
    for path in _files(folder):
        source = memory.read(path, lambda one: read_source(one, builtin=builtin))
        if isinstance(source, Source):
            found[source.name] = source
        else:
            problems.extend(source)
    return found


def _switched(source: Source, switches: Mapping[str, bool]) -> Source:
    enabled = switches.get(source.name, source.enabled)
    return source if enabled == source.enabled else dataclasses.replace(source, enabled=enabled)
