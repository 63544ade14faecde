"""How are articles made of files that are already there? `warchive extract FILE`: the chain of the crawl, over files of anybody.

A WARC file is read twice: a line that stands on other pages of the same host is furniture, and that is known only when all were read. What
was made at first is kept in a temporary folder; the second time only the pages on which there is such a line are made again.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

from archive.config import Config
from archive.foreign import Skipped
from archive.neutral import one_line
from crawler.children import open_pool
from crawler.extraction_choice import site_of
from crawler.extraction_inputs import Inputs, Page
from crawler.extraction_memory import remember
from crawler.extraction_work import Work
from pipelines.pool import ChildFailed, ChildPool
from pipelines.stages import EXTRACT, failed_extraction


@dataclass(slots=True, kw_only=True)
class _Outputs:
    """Where results go, and how many went where."""

    out: TextIO
    refused: TextIO | None
    made: int = 0
    refusals: int = 0
    last: str = ""

    def give(self, result: dict[str, Any], record: dict[str, Any] | None) -> None:
        """One line, here or there."""
        if "article" in result:
            article = result["article"]
            if record is not None:
                article["warc"] = record
            self.out.write(json.dumps(article, ensure_ascii=False) + "\n")
            self.made += 1
            return
        self.refusals += 1
        refusal = result["not_article"]
        self.last = f"{refusal['verdict']}: {'; '.join(refusal['reasons'])}"
        if self.refused is not None:
            self.refused.write(json.dumps(refusal) + "\n")


def extract_files(
    files: Sequence[str],
    *,
    url: str | None,
    config: Config,
    out: TextIO,
    refused: TextIO | None,
    said: TextIO | None = None,
    workers: int | None = None,
    site_memory: bool = True,
) -> int:
    """Articles of all files as JSON lines on `out`, in order; returns how many. What is no article goes to `refused`, one line each; `said`
    is told why a lone page is none, and how many articles a WARC file had.
    """
    outputs = _Outputs(out=out, refused=refused)
    with TemporaryDirectory(prefix="warchive-extract-") as folder, open_pool(config, workers=workers) as pool:
        inputs = Inputs(files, url=url, copies=Path(folder) if site_memory else None)
        if site_memory:
            _twice(inputs, Path(folder) / "work", outputs, config, pool)
        else:
            for page, result in _made(inputs.pages(), config, pool):
                outputs.give(result, page.record)
    out.flush()
    if said is not None and inputs.warcs:
        said.write(f"warchive: {outputs.made:,} articles, {outputs.refusals:,} other pages\n")
    elif said is not None and not outputs.made:
        said.write(f"warchive: no article: {one_line(outputs.last)[:500]}\n")
    return outputs.made


def _twice(inputs: Inputs, folder: Path, outputs: _Outputs, config: Config, pool: ChildPool) -> None:
    """Pages of HTML files are given at once: they have no neighbours. From the first WARC file on, what is made waits for the end."""
    work: Work | None = None
    seq = 0
    try:
        for page, result in _made(inputs.pages(), config, pool):
            if not page.in_warc and work is None:
                outputs.give(result, page.record)
                continue
            work = work or Work(folder)
            _keep(work, seq, page, result)
            seq += 1
        if work is not None:
            work.commit()
            remember(work)
            _give_all(work, seq, inputs, outputs, config, pool)
    finally:
        if work is not None:
            work.close()


def _keep(work: Work, seq: int, page: Page, result: dict[str, Any]) -> None:
    lines = result.pop("lines", [])
    article = result.get("article") if page.in_warc else None
    kept = zlib.compress(json.dumps([result, page.record]).encode(), 1)
    work.note(seq, site_of(None, page.url))
    made = {"member": base64.b64encode(kept), "lines": lines, "knows": [], "final": False}
    if article is None:
        work.settle(seq, 1, {"outcome": "refused", **made})
    else:
        work.settle(seq, 1, {"outcome": "article", "article_id": article["article_id"], **made})


def _give_all(work: Work, total: int, inputs: Inputs, outputs: _Outputs, config: Config, pool: ChildPool) -> None:
    again = _again(work, inputs, config, pool) if work.wanted_again() else iter(())
    for seq in range(total):
        if work.is_wanted_again(seq):
            page, result = next(again)
            outputs.give(result, page.record)
            continue
        kept = work.made_at(seq)
        assert kept is not None
        assert kept.member is not None
        result, record = json.loads(zlib.decompress(kept.member))
        outputs.give(result, record)


def _again(work: Work, inputs: Inputs, config: Config, pool: ChildPool) -> Iterator[tuple[Page, dict[str, Any]]]:
    def wanted() -> Iterator[Page]:
        seq = 0
        for page in inputs.pages(again=True):
            if not page.in_warc and not seq:
                continue
            if work.is_wanted_again(seq):
                yield page.with_furniture(work.furniture_of(seq))
            seq += 1

    return _made(wanted(), config, pool)


def _made(pages: Iterator[Page], config: Config, pool: ChildPool) -> Iterator[tuple[Page, dict[str, Any]]]:
    """Each page with what was made of it, in order."""
    waiting: deque[tuple[Page, Future[dict[str, Any]] | None]] = deque()

    def settle() -> tuple[Page, dict[str, Any]]:
        page, future = waiting.popleft()
        if future is None:
            return page, {"not_article": {"verdict": "skipped", "reasons": [str(page.skipped)], "url": page.url, "title": None}}
        try:
            return page.without_bytes(), future.result()
        except ChildFailed as error:
            return page.without_bytes(), failed_extraction(error, page.url)

    for page in pages:
        future = None if isinstance(page.skipped, Skipped) else pool.submit(EXTRACT, page.payload, _params(page, config))
        waiting.append((page.without_bytes(), future))
        while len(waiting) > 4 * pool.workers:
            yield settle()
    while waiting:
        yield settle()


def _params(page: Page, config: Config) -> dict[str, Any]:
    return {
        "url": page.url,
        "requested_url": None,
        "captured_at": page.captured_at,
        "max_decoded_bytes": config.limits.max_decoded_bytes,
        "timezone": None,
        "languages": [],
        "announcement": None,
        "options": None,
        "furniture": list(page.furniture),
        "with_lines": page.in_warc,
    }
