"""What does Prometheus see of the last run? A file for node_exporter's textfile collector, written as a whole or not at all.

All are gauges: they tell of one run, and begin anew with the next, so that none is a counter with `_total`. Per source there are six
series and no label but its name, so that a thousand sources are six thousand series whatever the web does.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive import exits
from crawler.report import READ

if TYPE_CHECKING:
    from crawler.run import RunResult

logger = logging.getLogger(__name__)

# Published all that could be had. One publisher of hundreds that is down (exit 4) is no reason to wake the keeper: `warchive health` is.
SUCCESS = (exits.OK, exits.PARTIAL)
LAST_SUCCESS = "warchive_last_success_timestamp_seconds"
_LARGEST = 64 << 20  # of a file before; more is not ours
_SAMPLE = re.compile(rf"^{LAST_SUCCESS} ([0-9.eE+]{{1,30}})$", re.MULTILINE)
_KEPT = ("warchive_source_", "warchive_report_")  # of the last run with a report, where this one has none

Samples = Iterable[tuple[dict[str, str], float]]


def write_metrics(path: Path, report: dict[str, Any] | None, exit_code: int, result: RunResult | None, *, now: float | None = None) -> bool:
    """Write the figures of a run that ended; null for what it never came to (a busy lock, a configuration that is wrong).

    Atomic: a reader sees the old file or the new one. A file that cannot be written is a warning and False, never a failed run.
    """
    moment = time.time() if now is None else now
    try:
        text = render(report, exit_code, 0.0 if result is None else result.seconds, moment, before=_before(path))
        _replace(path, text.encode("utf-8"))
    except OSError as error:
        logger.warning("the metrics file %s cannot be written: %s; the run is not affected", path, error.strerror or error)
        return False
    return True


def render(report: dict[str, Any] | None, exit_code: int, seconds: float, now: float, *, before: str = "") -> str:
    """The file's text. `before` is the file as it was: from there comes the last success, and what a run without a report cannot tell."""
    lines: list[str] = []

    def gauge(name: str, about: str, samples: Samples) -> None:
        lines.extend((f"# HELP {name} {about}", f"# TYPE {name} gauge"))
        lines.extend(f"{name}{_labels(labels)} {_number(value)}" for labels, value in samples)

    success = now if exit_code in SUCCESS else _last_success(before)
    gauge("warchive_run_timestamp_seconds", "When the last run ended, Unix time.", [({}, now)])
    gauge("warchive_run_duration_seconds", "How long the last run took.", [({}, seconds)])
    gauge("warchive_run_exit_code", "Exit code of the last run; docs/exit-codes.md says what each means.", [({}, exit_code)])
    if success is not None:
        gauge(LAST_SUCCESS, "When a run last ended with 0 or 4, Unix time.", [({}, success)])
    if report is None:
        lines.extend(line for line in before.splitlines() if line.removeprefix("# HELP ").removeprefix("# TYPE ").startswith(_KEPT))
        return "\n".join(lines) + "\n"
    totals, captures, sources = report["totals"], report["captures"], report["sources"]
    gauge("warchive_report_outcomes", "Candidates of the last run by what became of them.", _by("outcome", totals["outcomes"]))
    gauge("warchive_report_articles", "Articles and new versions that the last run made.", [({}, totals["articles"])])
    gauge("warchive_report_captures", "Captures of the last run.", [({}, captures["total"])])
    gauge("warchive_report_captured_bytes", "Bytes of WARC records of the last run.", [({}, captures["bytes"])])
    gauge("warchive_report_seeds", "Seeds that the last run asked.", [({}, totals["seeds"])])
    gauge("warchive_report_seeds_failed", "Seeds that gave no usable answer.", [({}, totals["seeds_failed"])])
    gauge("warchive_source_candidates", "URLs of the source that the last run had to do with.", _of(sources, lambda one: one["candidates"]))
    gauge(
        "warchive_source_articles",
        "Articles and new versions that the last run made of the source.",
        _of(sources, lambda one: one["articles"]),
    )
    gauge("warchive_source_failed", "Pages of the source that failed or were blocked.", _of(sources, _failed))
    gauge("warchive_source_waiting", "Pages of the source left for a later run.", _of(sources, lambda one: _group(one, "waiting")))
    gauge("warchive_source_seeds", "Seeds of the source that the last run asked.", _of(sources, lambda one: len(one["seeds"])))
    gauge("warchive_source_seeds_failed", "Seeds of the source that gave no usable answer.", _of(sources, _seeds_failed))
    return "\n".join(lines) + "\n"


def _of(sources: dict[str, Any], figure: Any) -> Iterator[tuple[dict[str, str], float]]:
    for name, source in sources.items():
        yield {"source": name}, figure(source)


def _by(label: str, counts: dict[str, int]) -> Iterator[tuple[dict[str, str], float]]:
    for name, count in counts.items():
        yield {label: name}, count


def _group(source: dict[str, Any], *groups: str) -> int:
    return sum(count for outcome, count in source["outcomes"].items() if outcome.split(":", 1)[0] in groups)


def _failed(source: dict[str, Any]) -> int:
    return _group(source, "failed", "blocked")


def _seeds_failed(source: dict[str, Any]) -> int:
    return sum(1 for seed in source["seeds"] if seed["status"] not in READ)


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    escaped = (name + '="' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"' for name, value in labels.items())
    return "{" + ",".join(escaped) + "}"


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else repr(round(float(value), 3))


def _last_success(before: str) -> float | None:
    found = _SAMPLE.search(before)
    try:
        return float(found[1]) if found else None
    except ValueError:
        return None


def _before(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            return ""
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _replace(path: Path, data: bytes) -> None:
    # The collector reads *.prom: the name of the unfinished file must not end so.
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), 0o644)  # node_exporter is another user, and cron's umask may be 077
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise
