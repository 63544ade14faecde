"""What may the text not fall below, and who may lower it?

floors.toml holds a floor for each measure of each set. `python -m tests.quality.measure --update` raises those that are exceeded. A floor
may fall by hand alone, and the change that lowers it needs a new line in CHANGELOG.md that names the set, the measure and the word
"floor", such as

    - Floor of fundus-dev clean lowered from 0.700 to 0.690: two pages whose truth was wrong are judged by a better one.

Git says what stood there before: each change of the file in the history is held against the one before it, and the working tree against
the last commit.
"""

from __future__ import annotations

import math
import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FLOORS = Path(__file__).resolve().parent / "floors.toml"
ROOT = Path(__file__).resolve().parents[2]
# The gate's own beginning: what was lowered before it is not asked about.
_SINCE = "tests/quality/floors.py"
_HEAD = "# What the text may not fall below: see floors.py. Lowering a floor needs a line in the changelog.\n"
Floors = dict[str, dict[str, float]]


class NoGit(Exception):
    """There is no repository, no git, or not this file in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A floor that was lowered or taken away."""

    of: str
    measure: str
    before: float
    after: float | None

    def __str__(self) -> str:
        return f"{self.of} {self.measure}: {self.before:.3f} -> {'none' if self.after is None else f'{self.after:.3f}'}"

    def is_said_in(self, lines: set[str]) -> bool:
        """Whether one of these lines of a changelog tells of it."""
        words = [r"\bfloors?\b", rf"(?<![\w-]){re.escape(self.of)}(?![\w-])", rf"\b{self.measure}\b"]
        return any(all(re.search(word, line, re.IGNORECASE) for word in words) for line in lines)


def floor_of(value: float) -> float:
    """Three decimals, rounded down."""
    return math.floor(value * 1000 + 1e-9) / 1000


def parse(text: str) -> Floors:
    return {name: dict(values) for name, values in tomllib.loads(text).items()}


def read_floors() -> Floors:
    return parse(FLOORS.read_text(encoding="utf-8")) if FLOORS.is_file() else {}


def as_text(floors: Floors) -> str:
    """The file."""
    parts = (f"\n[{name}]\n" + "".join(f"{key} = {value:.3f}\n" for key, value in values.items()) for name, values in floors.items())
    return _HEAD + "".join(parts)


def raised(floors: Floors, name: str, values: dict[str, float]) -> Floors:
    """With the floors of a set at what was measured, where that is higher."""
    known = floors.get(name, {})
    measured = {key: max(known.get(key, 0.0), floor_of(value)) for key, value in values.items()}
    return floors | {name: measured | {key: value for key, value in known.items() if key not in values}}


def fallen(before: Floors, after: Floors) -> list[Fall]:
    """What was lowered between two files."""
    return [
        Fall(of=name, measure=measure, before=floor, after=now)
        for name, values in before.items()
        for measure, floor in values.items()
        if (now := after.get(name, {}).get(measure)) is None or now < floor
    ]


def unsaid(falls: list[Fall], changelog_before: str, changelog_after: str) -> list[Fall]:
    """Those of which the changelog says nothing new."""
    new = set(changelog_after.splitlines()) - set(changelog_before.splitlines())
    return [fall for fall in falls if not fall.is_said_in(new)]


def unsaid_in_history(root: Path = ROOT) -> Iterator[tuple[str, Fall]]:
    """Each lowering without a line in the changelog: of the working tree against the last commit, and of each commit against its parent.

    Raises NoGit. A history that was cut off (a shallow clone) is looked at as far as it goes.
    """
    floors, changelog = "tests/quality/floors.toml", "CHANGELOG.md"
    kept = _show(root, "HEAD", floors)
    if kept is None:
        raise NoGit(f"{floors} is in no commit")
    now = (root / floors).read_text(encoding="utf-8"), (root / changelog).read_text(encoding="utf-8")
    for fall in unsaid(fallen(parse(kept), parse(now[0])), _show(root, "HEAD", changelog) or "", now[1]):
        yield "the working tree", fall
    began = _git(root, "log", "--diff-filter=A", "--format=%H", "--", _SINCE).split()
    span = [f"{began[-1]}..HEAD"] if began else ["HEAD"]
    for commit in _git(root, "log", "--format=%H", *span, "--", floors).split():
        before, after = _show(root, f"{commit}^", floors), _show(root, commit, floors)
        if before is None or after is None:
            continue
        falls = fallen(parse(before), parse(after))
        for fall in unsaid(falls, _show(root, f"{commit}^", changelog) or "", _show(root, commit, changelog) or "") if falls else ():
            yield commit[:12], fall


def _show(root: Path, commit: str, path: str) -> str | None:
    try:
        return _git(root, "show", f"{commit}:{path}")
    except NoGit:
        return None


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except OSError as error:
        raise NoGit(f"git cannot be run: {error}") from error
    if done.returncode:
        raise NoGit(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout.decode("utf-8", "replace")
