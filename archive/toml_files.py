"""How is a TOML file of a user read, so that every complaint about it has its line?"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from archive.errors import Problem
from archive.toml_lines import KeyPath, Lines, locate

# Files that people write are some KiB; one of many MiB is something else by mistake.
LARGEST = 1024 * 1024
_AT = re.compile(r"\(at line (\d+), column (\d+)\)$")


@dataclass(frozen=True, kw_only=True)
class Document:
    """A TOML file as read, with the lines of its keys."""

    path: Path
    data: dict[str, Any]
    text: str = ""

    @cached_property
    def lines(self) -> Lines:
        """Found when somebody asks: of a file without faults nobody does."""
        return locate(self.text)

    def problem(self, at: KeyPath, message: str, hint: str | None = None) -> Problem:
        """Something wrong with what stands at this place of the file."""
        return Problem(path=self.path, line=self.lines.of(at), message=message, hint=hint)


def read_document(path: Path) -> Document | Problem:
    """The file, or why it cannot be read."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        return Problem(path=path, line=None, message="there is no such file", hint="check the path")
    except OSError as error:
        return Problem(path=path, line=None, message=f"cannot be read ({error.strerror})", hint="check what it is and who may read it")
    if len(raw) > LARGEST:
        return Problem(path=path, line=None, message=f"is larger than {LARGEST // 1024 // 1024} MiB: not a file that people write")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Problem(path=path, line=line, message="is not UTF-8", hint="save it as UTF-8, as TOML demands")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        match = _AT.search(said)
        line = int(match[1]) if match else max(1, len(text.splitlines()))
        message = f"is not TOML: {said[: match.start()].strip() if match else said}"
        return Problem(path=path, line=line, message=message, hint=_guess(text, line))
    except RecursionError:
        return Problem(path=path, line=None, message="is nested too deeply to be read")
    return Document(path=path, data=data, text=text)


def _guess(text: str, line: int) -> str | None:
    """What people most often forget."""
    lines = text.splitlines()
    written = lines[line - 1].strip() if line <= len(lines) else ""
    _, equals, value = written.partition("=")
    if not equals and written and written[0] not in "[#":
        return "a line reads key = value"
    if equals and value.count('"') % 2:
        return "is a quotation mark missing?"
    if equals and value.strip() and not re.match(r"\s*[\[{\"'0-9+-]|\s*(true|false|inf|nan)\b", value):
        return "text stands in quotation marks"
    return None
