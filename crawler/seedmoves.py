"""How are the URLs of seeds that moved for good written into source files, with everything else left as it is?"""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from archive.errors import ConfigError, Problem
from crawler.source_file import Source, read_source


def write_moves(source: Source, moves: Mapping[str, str]) -> int:
    """Replace old URLs by new ones in the source's file; gives how many. Comments, order and spacing stay.

    Raises `ConfigError`, and leaves the file alone, where the outcome would not be read back as the same source with these seeds.
    """
    try:
        with source.path.open(encoding="utf-8", newline="") as file:
            lines = file.read().split("\n")  # not `splitlines`, which ends lines where TOML does not
    except OSError as error:
        raise _refused(source, f"cannot be read: {error.strerror}") from error
    changed = 0
    for number, line in enumerate(lines):
        key, equals, value = line.partition("=")
        if not equals or key.strip() != "url":
            continue
        for old, new in moves.items():
            for quoted in (json.dumps(old, ensure_ascii=False), f"'{old}'"):
                if value.lstrip().startswith(quoted):
                    lines[number] = f"{key}={value.replace(quoted, json.dumps(new, ensure_ascii=False), 1)}"
                    changed += 1
                    break
    if changed < len(moves):
        raise _refused(source, "its moved seeds stand in it in a way that is not put right by itself")
    if changed:
        try:
            _replace(source, "\n".join(lines), moves)
        except OSError as error:
            raise _refused(source, f"cannot be written: {error.strerror}") from error
    return changed


def _replace(source: Source, text: str, moves: Mapping[str, str]) -> None:
    path = source.path.resolve()  # a link stays one
    with tempfile.TemporaryDirectory(prefix=".warchive-fix-", dir=path.parent) as folder:
        trial = Path(folder) / source.path.name
        with trial.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        trial.chmod(path.stat().st_mode & 0o777)
        read = read_source(trial)
        if not isinstance(read, Source):
            raise _refused(source, f"writing its moved seeds would break it: {read[0].message}")
        seeds = tuple(dataclasses.replace(seed, url=moves.get(seed.url, seed.url)) for seed in source.seeds)
        if read != dataclasses.replace(source, seeds=seeds, path=trial, enabled=read.enabled):  # `enabled` may be switched elsewhere
            raise _refused(source, "its moved seeds cannot be written without changing more")
        trial.replace(path)


def _refused(source: Source, message: str) -> ConfigError:
    return ConfigError([Problem(path=source.path, line=None, message=message, hint="change the URLs by hand")])
