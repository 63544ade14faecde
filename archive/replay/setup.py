"""How is the environment of the program that replays made?

In place, from the lock, every package by its hash; the marker comes last. What was begun and not finished is made anew.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from archive.errors import BusyError, UnfitError, WarchiveError
from archive.replay.environment import GATEWAY, LOCK, Environment, lock_digest

Say = Callable[[str], None]

# What a replay stands on, each asked for by use: brotli and gzip decode, pywb's parts are there, gevent serves.
_SELF_TEST = """
import brotli, zlib, runpy, sys
assert brotli.decompress(bytes.fromhex("0b058068656c6c6f20776f726c6403")) == b"hello world"
from pywb.apps.frontendapp import FrontEndApp
from pywb.utils.geventserver import GeventServer, RequestURIWSGIHandler
from pywb.version import __version__
import gevent, warcio
assert hasattr(FrontEndApp, "REPLAY_API") and hasattr(FrontEndApp, "CDX_API")
app = FrontEndApp(config_file="config.yaml", custom_config={"enable_auto_colls": False, "framed_replay": False})
print("pywb", __version__)
"""
_OFFLINE = ("NewConnectionError", "Temporary failure in name resolution", "Failed to establish", "dns error", "Connection refused")


def set_up(place: Environment, *, say: Say, python: Path | None = None) -> str:
    """Make the environment; returns what was installed. Nothing is done where it is ready and works.

    Raises `BusyError` where another process is making it, `WarchiveError` where it cannot be made, `UnfitError` where it does not work.
    """
    with _alone(place):
        if place.ready:
            try:
                version = self_test(place)
            except UnfitError:
                say(f"{place.folder} does not work: it is made anew")
            else:
                say(f"{version} is ready in {place.folder}")
                return version
        packages = sum(1 for line in LOCK.read_text(encoding="utf-8").splitlines() if "==" in line)
        say(f"making an environment for pywb in {place.folder}")
        shutil.rmtree(place.folder, ignore_errors=True)
        install = _make(place, python or Path(sys.executable))
        say(f"installing {packages} packages, each checked by its hash (about 60 MB)")
        # A few packages have no wheel and are built here: by the setuptools of the lock, not by whatever the index has today.
        first = place.folder / "first.lock"
        first.write_text(_entry("setuptools"), encoding="utf-8")
        for lock, what in ((first, "install setuptools"), (LOCK, "install pywb")):
            _run([*install, "--require-hashes", "--no-build-isolation", "--requirement", str(lock)], what)
        say("trying it")
        version = self_test(place)
        place.marker.write_text(lock_digest() + "\n", encoding="ascii")
        say(f"{version} is ready in {place.folder}")
        return version


def self_test(place: Environment) -> str:
    """Name and version of the program, where all that a replay needs of it works; raises `UnfitError`."""
    done = subprocess.run(
        [place.python, "-I", "-W", "ignore", "-c", _SELF_TEST],
        cwd=GATEWAY,
        env=bare_environment(),
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        check=False,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise UnfitError(
            f"pywb in {place.folder} does not work: {last[:300]}",
            hint=f"delete {place.folder} and run `warchive replay --setup` again, with another Python (3.11 to 3.14) if need be",
        )
    return done.stdout.strip().splitlines()[-1]


def bare_environment() -> dict[str, str]:
    """What the program gets of our environment variables: nothing that would lead it elsewhere (proxies, .netrc, PYTHONPATH)."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL", "TMPDIR", "TZ", "SYSTEMROOT")}
    return {
        **kept,
        "NO_PROXY": "*",
        "HOME": os.devnull,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
    }


def _make(place: Environment, python: Path) -> list[str]:
    """Makes an empty environment; returns the beginning of a command that installs into it."""
    try:
        place.folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WarchiveError(
            f"cannot make {place.folder.parent}: {error.strerror}", hint="name another folder with WARCHIVE_REPLAY_ENV"
        ) from error
    plain = subprocess.run([python, "-m", "venv", place.folder], capture_output=True, text=True, errors="replace", check=False)
    if plain.returncode == 0:
        return [str(place.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    shutil.rmtree(place.folder, ignore_errors=True)
    uv = shutil.which("uv")
    if uv is not None:
        _run([uv, "venv", "--quiet", "--python", str(python), str(place.folder)], "make a virtual environment")
        return [uv, "pip", "install", "--quiet", "--python", str(place.python)]
    reason = (plain.stderr or plain.stdout).strip().splitlines()
    raise WarchiveError(
        f"{python} cannot make a virtual environment: {(reason or ['no reason given'])[-1][:200]}",
        hint="on Debian and Ubuntu: apt-get install python3-venv; or install uv, which is used then",
    )


def _entry(package: str) -> str:
    """The lines of one package in the lock, with its hashes."""
    lines = LOCK.read_text(encoding="utf-8").splitlines(keepends=True)
    begin = next(at for at, line in enumerate(lines) if line.startswith(f"{package}=="))
    end = next((at for at in range(begin + 1, len(lines)) if not lines[at].startswith(" ")), len(lines))
    return "".join(lines[begin:end])


def _run(command: Sequence[str], what: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode == 0:
        return
    output = (done.stderr + done.stdout).strip()
    last = "\n  ".join(output.splitlines()[-8:])
    hint = "what is above is the installer's own reason; `warchive replay --setup` begins anew"
    if any(sign in output for sign in _OFFLINE):
        hint = (
            "the package index cannot be reached: try again with a network, or set PIP_INDEX_URL (or PIP_FIND_LINKS and PIP_NO_INDEX) to "
            "where the packages are; everything but the replay works without"
        )
    elif "No matching distribution" in output:
        hint = "the index that pip is configured for has not all that the lock names: PIP_INDEX_URL names another"
    raise WarchiveError(f"cannot {what}:\n  {last[-2000:]}", hint=hint)


@contextlib.contextmanager
def _alone(place: Environment) -> Iterator[None]:
    """Two who set up at once would delete each other's work. The kernel lets go of the lock of a process that was killed."""
    import fcntl

    path = place.folder.with_name(place.folder.name + ".setup-lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        raise WarchiveError(f"cannot write {path}: {error.strerror}", hint="name another folder with WARCHIVE_REPLAY_ENV") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever was first takes the file away at the end: a lock on what is no longer there keeps nobody out.
            mine = path.exists() and path.stat().st_ino == os.fstat(file.fileno()).st_ino
        except OSError:
            mine = False
        if not mine:
            raise BusyError(f"another process is making {place.folder}", hint="wait for it")
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
