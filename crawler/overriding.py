"""Which page objects of the operator's own go into the children, and are they fit to?

The files are read once, when a command begins, and go to the children as text: all of a run is made with the same code, whatever happens
to the files meanwhile. Nothing of them runs in this process.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from archive.errors import ConfigError, Problem
from pipelines.pool import ChildFailed, ChildPool

CHECK = "pipelines.overrides.registry:check_task"
MAX_BYTES = 256 << 10
"""Of all files together: they go with every page. A page object has some hundred bytes."""


def read_overrides(folders: Sequence[Path]) -> list[dict[str, str]]:
    """The Python files of these folders, in order, as `name` and `code`; raises `ConfigError` with all that is wrong."""
    problems: list[Problem] = []
    found: list[dict[str, str]] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.py"))):
        try:
            code = path.read_text(encoding="utf-8")
            ast.parse(code, str(path))
        except (OSError, UnicodeDecodeError) as error:
            problems.append(
                Problem(path=path, line=None, message=f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}")
            )
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = error.lineno if isinstance(error, SyntaxError) else None
            problems.append(Problem(path=path, line=line, message=f"is no Python: {getattr(error, 'msg', error)}"))
        else:
            found.append({"name": str(path), "code": code})
    size = sum(len(one["code"]) for one in found)
    if size > MAX_BYTES and not problems:
        hint = f"at most {MAX_BYTES:,}: page objects are small, and data does not belong into them"
        problems.append(Problem(path=folders[0], line=None, message=f"the overrides have {size:,} characters in all", hint=hint))
    if problems:
        raise ConfigError(problems)
    return found


def code_digest(overrides: Sequence[dict[str, str]]) -> str:
    """The same for the same code, wherever the files lie: SHA-256, lower-case hex."""
    return hashlib.sha256(json.dumps([one["code"] for one in overrides]).encode()).hexdigest()


def check_overrides(overrides: Sequence[dict[str, str]], pool: ChildPool) -> None:
    """Load them in a child; raises `ConfigError` with all that is wrong."""
    try:
        told = pool.submit(CHECK, b"", {"overrides": list(overrides)}).result()
    except ChildFailed as error:
        hint = "loading them must do nothing but define classes"
        raise ConfigError([Problem(path=None, line=None, message=f"the overrides could not be loaded: {error}", hint=hint)]) from error
    if told["problems"]:
        raise ConfigError([Problem(path=Path(one["name"]), line=None, message=one["message"]) for one in told["problems"]])
