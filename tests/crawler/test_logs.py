"""Is every line on stderr one JSON object with --log-json, whoever wrote it?"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.desk import ROOT, environment


def events(code: str, *, json_lines: bool = True, status: int | None = None) -> list[dict[str, Any]]:
    program = f"from crawler.logs import set_up_logging\nset_up_logging(json_lines={json_lines}, verbose=2)\n{code}"
    done = subprocess.run([sys.executable, "-W", "always", "-c", program], cwd=ROOT, env=environment(), capture_output=True, text=True)
    if status is not None:
        assert done.returncode == status
    found = [json.loads(line) for line in done.stderr.splitlines()]
    for event in found:
        assert {"time", "level", "logger", "message"} <= set(event)
    return found


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import sys; print('warchive: two\\nlines', file=sys.stderr)", "lines"),
        ("import sys; sys.stderr.write('no end')", "no end"),
        ("import warnings; warnings.warn('old ways')", "old ways"),
        ("import logging; logging.getLogger('urllib3').error('pool %s', 'x\\ny')", "x\ny"),
        ("from twisted.logger import Logger, STDLibLogObserver, globalLogPublisher as p; p.addObserver(STDLibLogObserver()); "
         "Logger('twisted.x').critical('deferred\\nfailed')", "deferred"),
        ("from twisted.internet import defer; import gc; d = defer.fail(ValueError('lost')); del d; gc.collect()", ""),
        ("from rich.console import Console; Console(stderr=True).print('[red]drawn[/red]')", "drawn"),
        ("import typer; typer.echo('echoed', err=True)", "echoed"),
    ],
)  # fmt: skip
def test_what_is_said_is_an_event(code: str, message: str) -> None:
    assert any(message in event["message"] for event in events(code)) or not message


def test_an_error_that_nobody_foresaw_is_an_event_with_its_traceback() -> None:
    (event,) = events("raise ZeroDivisionError('oh\\nno')", status=1)
    assert event["level"] == "critical"
    assert "ZeroDivisionError" in event["exception"]


def test_an_error_in_a_thread_is_an_event_too() -> None:
    (event,) = events("import threading; t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()", status=0)
    assert "ZeroDivisionError" in event["exception"]


def test_an_error_that_cannot_be_raised_is_said_in_events() -> None:
    code = "class A:\n    def __del__(self): raise KeyError('gone')\na = A(); del a"
    assert any("KeyError" in event["message"] for event in events(code))


def test_lines_of_many_threads_do_not_mix() -> None:
    code = (
        "import sys, threading, logging\n"
        "def say():\n"
        "    for _ in range(200): sys.stderr.write('printed' * 50 + '\\n'); logging.warning('logged')\n"
        "threads = [threading.Thread(target=say) for _ in range(4)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]"
    )
    assert len(events(code)) == 1600


def test_a_terminal_is_not_drawn_upon() -> None:
    (event,) = events("import sys; print(sys.stderr.isatty(), sys.stderr.encoding, sys.stderr.fileno(), file=sys.stderr)")
    assert event["message"] == "False utf-8 2"
