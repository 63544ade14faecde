"""What does warchive do, shown in a minute? The bundled newspaper on loopback, crawled twice, and what came of it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from archive.errors import UsageError
from archive.neutral import one_line
from archive.reader import open_archive
from crawler.newspaper import Newspaper

MARK = "this folder was made by `warchive demo`, which makes it anew each time\n"


def run_demo(folder: Path) -> int:
    """Returns the exit code: that of the first crawl that did not go as it should, else 0."""
    folder = folder.resolve()
    _prepare(folder)
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 110)
    config = folder / "warchive.toml"
    with Newspaper() as paper:
        rules = paper.write_sources(folder / "sources")
        config.write_text(
            'store = "store"\nstate = "state"\ncollection = "demo"\nsources = ["sources"]\n'
            f"\n[network]\nconnect_to = {json.dumps(rules)}\n\n[requisites]\ndelay = 0.0\n",
            encoding="utf-8",
        )
        console.print(
            f"A small newspaper of {len(paper.truth())} articles answers on 127.0.0.1:{paper.port},"
            f" in the place of {len(paper.hosts)} hosts."
        )
        console.print("\nFirst crawl:")
        first = _crawl(config)
        paper.edition = 2
        console.print("\nOvernight the paper edits some articles, publishes one and takes one down. Second crawl, which looks for that:")
        second = _crawl(config, "--recheck")
    console.print()
    console.print(_table(folder))
    here = config.relative_to(Path.cwd()) if config.is_relative_to(Path.cwd()) else config
    console.print("\nTo go on with (the newspaper is closed, the archive is there):")
    example = shlex.quote(_example(folder))
    for command in (
        "replay",
        "search truce",
        "export --format markdown | less",
        "health --all",
        f"history {example}",
        f"diff {example}",
        f"show {example}",
        "runs show last",
        "doctor",
    ):
        console.print(f"  {_program()} --config {here} {command}", soft_wrap=True)
    console.print(f"The files: {folder / 'store'}")
    return first or second


def _prepare(folder: Path) -> None:
    if folder.exists():
        marker = folder / ".made-by-warchive-demo"
        if any(folder.iterdir()) and not marker.exists():
            raise UsageError(f"{folder} is there already, and the demo did not make it", hint="name another with --folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / ".made-by-warchive-demo").write_text(MARK, encoding="utf-8")


def _crawl(config: Path, *options: str) -> int:
    # The reactor runs once per process, so each crawl is a process of its own: just what cron would do.
    # `-P`: what lies in the current folder is not ours to import.
    command = [sys.executable, "-P", "-m", "warchive", "--config", str(config), "crawl", *options]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.run(command, check=False, env=environment).returncode


def _program() -> str:
    """How this program was called, so that the commands above can be pasted."""
    called = Path(sys.argv[0])
    if called.name != "warchive":
        return f"{sys.executable} -m warchive"
    return "warchive" if shutil.which("warchive") == str(called) else str(called)


def _example(folder: Path) -> str:
    """URL of an article that was edited between the crawls."""
    with open_archive(str(folder / "store"), collection="demo", state=folder / "state") as archive:
        return next((article.url for article in archive.articles() if article.version > 1), "URL")


def _table(folder: Path) -> Table:
    with open_archive(str(folder / "store"), collection="demo", state=folder / "state") as archive:
        reports: list[dict[str, Any]] = [archive.report(run.run) for run in archive.runs()]
        articles = list(archive.articles())
    title = f"{len(articles)} articles in {len({article.source for article in articles})} sources"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in ("source", "languages", "articles", "dated", "edited", "for example"):
        table.add_column(column, overflow="ellipsis", no_wrap=True, min_width=len(column))
    for source in sorted({article.source or "" for article in articles}):
        own = [article for article in articles if article.source == source]
        table.add_row(
            source,
            " ".join(sorted({article.language or "?" for article in own})),
            str(len(own)),
            str(sum(1 for article in own if article.date_published)),
            str(sum(1 for article in own if article.version > 1)),
            one_line(own[0].title or ""),
        )
    captures = [report["captures"] for report in reports]
    table.caption = "; ".join(
        f"run {number}: {one['total']} captures, {one['by_record_type'].get('revisit', 0)} of them revisits, {one['bytes'] / 1000:.0f} kB"
        for number, one in enumerate(captures, 1)
    )
    table.caption_justify = "left"
    return table
