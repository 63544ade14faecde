"""Who is told that a crawl began and how it ended? A service in the manner of healthchecks.io, which notices also what never came.

`URL/start` at the beginning, `URL` at exit 0, `URL/<exit status>` at any other end: healthchecks.io, and what speaks as it does, takes the
number for a failure and shows it. The body is the one line of summary. A ping may never harm the job: it is sent from a thread of its own
and waited for at the end alone, no longer than `notify.ping_timeout`; what goes wrong is one line of warning.
"""

from __future__ import annotations

import logging
import threading
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from archive import exits
from archive.config import Notify
from archive.neutral import one_line
from archive.software import software

logger = logging.getLogger(__name__)

TRIES = 2
PAUSE = 0.5  # between them
HURRIED = 1.0  # after a signal: the process must have ended ten seconds after it, and the run has used most of them
LONGEST = 1000  # characters of summary
_DEFAULT_TIMEOUT = 10.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The address is a secret, and goes to no one else."""

    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        """Never: the answer is then an error with its status."""


class Pinger:
    """Tells of one job. As a context manager it tells of its beginning and of every way in which the block is left.

    `typer.Exit` and our errors bear their exit code; any other exception is exit 1, as Python makes of it.
    """

    def __init__(self, notify: Notify) -> None:
        self._url, self._timeout = notify.ping_url, notify.ping_timeout
        self._threads: list[threading.Thread] = []
        self._warned = False
        self.summary = ""
        """What `ended` says where the block is left without an error that says more."""

    def __enter__(self) -> Pinger:
        self.started()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        code = exit_code_of(error)
        # An error that is ours has a message for people; of any other the kind alone is told, since its text may hold anything.
        message = getattr(error, "message", "") or ("" if error is None or hasattr(error, "exit_code") else type(error).__name__)
        self.ended(code, self.summary or message)

    def started(self) -> None:
        """The job begins. Returns at once."""
        if self._url:
            self._send("/start", "", self._timeout)

    def ended(self, exit_code: int, summary: str) -> None:
        """The job is over. Returns when the ping is sent, or after `ping_timeout`; at exit 11 after a second, as a signal is in a hurry."""
        if not self._url:
            return
        allowed = min(self._timeout, HURRIED) if exit_code == exits.INTERRUPTED else self._timeout
        until = time.monotonic() + allowed
        for thread in self._threads:  # `start` first, or the service would think that the job runs still
            thread.join(max(0.0, min(allowed / 2, until - time.monotonic())))
        self._send("" if exit_code == exits.OK else f"/{exit_code}", summary, max(0.1, until - time.monotonic()))
        thread = self._threads[-1]
        thread.join(max(0.0, until - time.monotonic()))
        if thread.is_alive():
            self._warn("no answer in time")

    def _send(self, suffix: str, body: str, allowed: float) -> None:
        thread = threading.Thread(target=self._ping, args=(suffix, body, allowed), name="ping", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # no more threads
            self._warn(str(error))
            return
        self._threads.append(thread)

    def _ping(self, suffix: str, body: str, allowed: float) -> None:
        until = time.monotonic() + allowed
        problem = "no answer in time"
        for attempt in range(TRIES):
            left = until - time.monotonic()
            if left <= 0:
                break
            try:
                _post(address(self._url, suffix), one_line(body)[:LONGEST].encode("utf-8", "replace"), left)
            except urllib.error.HTTPError as error:
                error.close()
                problem = f"it answered {error.code}"
                if error.code < 500 and error.code != 429:
                    break  # it will not think better of it
            except Exception as error:  # a ping never harms the job, whatever is wrong with it
                problem = str(getattr(error, "reason", None) or error or type(error).__name__)
            else:
                return
            if attempt + 1 < TRIES:
                time.sleep(max(0.0, min(PAUSE, until - time.monotonic())))
        self._warn(problem)

    def _warn(self, problem: str) -> None:
        if self._warned:
            return
        self._warned = True
        # The host alone: who knows the whole address can ping in our name.
        parts = urlsplit(self._url)
        for secret in (parts.query, parts.path.strip("/"), parts.password or ""):
            problem = problem.replace(secret, "...") if secret else problem
        logger.warning("no ping to %s: %s; the run is not affected", parts.hostname, one_line(problem)[:200])


def address(url: str, suffix: str) -> str:
    """The URL with `/start` or a number at the end of its path; a query (`?create=1`) stays behind it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=(parts.path.rstrip("/") if suffix else parts.path) + suffix, fragment=""))


def exit_code_of(error: BaseException | None) -> int:
    """With which code a program ends that this leaves."""
    if error is None:
        return exits.OK
    code = getattr(error, "exit_code", None)
    if isinstance(error, SystemExit):
        code = exits.OK if error.code is None else error.code
    if isinstance(error, KeyboardInterrupt):
        code = exits.INTERRUPTED
    return code if isinstance(code, int) else exits.ERROR


def notify_despite_errors(path: Path | None, environ: Mapping[str, str]) -> Notify:
    """Who to tell that the configuration is wrong, as far as it can be read; an empty `ping_url` where it cannot."""
    found: Any = environ.get("WARCHIVE_NOTIFY_PING_URL")
    if not found and path is not None:
        try:
            with path.open("rb") as file:
                found = tomllib.load(file).get("notify", {}).get("ping_url")
        except (OSError, ValueError, AttributeError):
            found = None
    try:
        fine = isinstance(found, str) and urlsplit(found).scheme in ("http", "https") and bool(urlsplit(found).hostname)
    except ValueError:
        fine = False
    return Notify(ping_url=found if fine else "", ping_timeout=_DEFAULT_TIMEOUT)


def _post(url: str, body: bytes, timeout: float) -> None:
    # No proxies of the environment: what cron's environment lacks and a shell's has must not make the difference.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    request = urllib.request.Request(url, data=body, method="POST")
    request.add_header("User-Agent", software())
    request.add_header("Content-Type", "text/plain; charset=utf-8")
    with opener.open(request, timeout=timeout) as answer:
        answer.read(1024)
