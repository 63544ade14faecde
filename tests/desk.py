"""How does a test use warchive as a user does: the real command, in a folder with a configuration, against the newspaper?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.newspaper import Newspaper

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """stdout as one JSON document."""
        return json.loads(self.stdout)

    def rows(self) -> list[Any]:
        """stdout as one JSON document a line."""
        return [json.loads(line) for line in self.stdout.splitlines() if line]


def command(*arguments: str) -> list[str]:
    """The command line that runs warchive from this tree, whatever is installed."""
    return [sys.executable, "-m", "warchive", *arguments]


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what would configure warchive, and with this tree in front."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WARCHIVE_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "COLUMNS": "120", **more}


def run_warchive(
    folder: Path, *arguments: str | Path, env: dict[str, str] | None = None, stdin: bytes = b"", timeout: float = 120
) -> Outcome:
    """Run `warchive ARGUMENTS` in a folder to its end."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        command(*map(str, arguments)),
        cwd=folder,
        env=environment(**(env or {})),
        input=stdin,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return Outcome(code=done.returncode, stdout=done.stdout.decode(), stderr=done.stderr.decode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A configured folder and the newspaper that it crawls."""

    folder: Path
    paper: Newspaper

    @classmethod
    def make(
        cls,
        folder: Path,
        paper: Newspaper,
        *,
        store: str = "store",
        publishers: bool = True,
        odd_post: bool = False,
        requisites: str = "none",
        **limits: float,
    ) -> Desk:
        """Write `warchive.toml` and the source files; nothing is captured beside the pages but in tests of that."""
        rules = paper.write_sources(folder / "sources", publishers=publishers, odd_post=odd_post)
        lines = [
            f"store = {json.dumps(store)}",
            'state = "state/"',
            'collection = "test"',
            'sources = ["sources/"]',
            'contact = "https://example.org/crawler"',
            "[network]",
            f"connect_to = {json.dumps(rules)}",
            "[limits]",
            *(f"{name} = {value}" for name, value in ({"delay": 0.0} | limits).items()),
            "[requisites]",
            f"take = {json.dumps(requisites)}",
        ]
        (folder / "warchive.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return cls(folder=folder, paper=paper)

    def run(self, *arguments: str | Path, env: dict[str, str] | None = None, stdin: bytes = b"", timeout: float = 120) -> Outcome:
        """Run `warchive ARGUMENTS` in this folder to its end."""
        return run_warchive(self.folder, *arguments, env=env, stdin=stdin, timeout=timeout)

    def start(self, *arguments: str | Path, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start `warchive ARGUMENTS` in this folder, for tests that kill it."""
        return subprocess.Popen(
            command(*map(str, arguments)),
            cwd=self.folder,
            env=environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
