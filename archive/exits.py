"""With which exit code does a command end, what does it mean, and should one try again?

The codes are a promise to cron lines and scripts: a number is never given another meaning. Errors carry theirs in `archive.errors`;
`partial`, `empty` and `interrupted` are no errors but results.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitCode:
    """One way in which a command ends."""

    code: int
    name: str
    meaning: str
    retry: str
    """What a script should do; empty where there is nothing to do."""


EXIT_CODES: tuple[ExitCode, ...] = (
    ExitCode(code=0, name="ok", meaning="all that was asked for is done; that there was nothing new is ok as well", retry=""),
    ExitCode(code=1, name="error", meaning="something that nobody foresaw", retry="report it"),
    ExitCode(code=2, name="usage", meaning="the command line is wrong", retry="no"),
    ExitCode(code=3, name="config", meaning="`warchive.toml` or a source file is wrong; all that is wrong is listed", retry="no"),
    ExitCode(
        code=4,
        name="partial",
        meaning="published, but some sources failed or were blocked, or an imported file is not as it should be: the report says which",
        retry="at the next run",
    ),
    ExitCode(
        code=5,
        name="empty",
        meaning="candidates were announced, and none became an article; or what was asked for is not there",
        retry="look at the report",
    ),
    ExitCode(code=6, name="store", meaning="the store cannot be read or written; the spool is intact", retry="yes"),
    ExitCode(code=7, name="damaged", meaning="something that was written is not as it was", retry="no: look"),
    ExitCode(code=8, name="space", meaning="refused to capture for want of disk space; nothing is lost", retry="make room"),
    ExitCode(code=11, name="interrupted", meaning="stopped by a signal or `--max-runtime`; what was captured is published", retry="yes"),
    ExitCode(code=75, name="busy", meaning="another run holds the lock", retry="yes"),
    ExitCode(code=78, name="unfit", meaning="the environment's self-test failed", retry="no"),
)
OK, ERROR, USAGE, CONFIG, PARTIAL, EMPTY, STORE, DAMAGED, SPACE, INTERRUPTED, BUSY, UNFIT = (code.code for code in EXIT_CODES)
