"""Does a floor fall only where the changelog says so?"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.quality import floors
from tests.quality.floors import Fall, NoGit, fallen, parse, raised, unsaid, unsaid_in_history
from tests.quality.measure import MEASURES
from tests.quality.sets import EVERY

LOWER = '[own]\nclean = 0.600\n\n["fundus-dev"]\ngood = 0.880\n'
HIGHER = '[own]\nclean = 0.700\n\n["fundus-dev"]\ngood = 0.880\n'
SAID = "- Floor of own clean lowered from 0.700 to 0.600: a page was added that no one can read.\n"


def test_no_floor_was_ever_lowered_without_a_line_in_the_changelog() -> None:
    try:
        found = [f"{where}: {fall}" for where, fall in unsaid_in_history()]
    except NoGit as error:
        pytest.skip(f"git cannot say what the floors were: {error}")
    assert not found, f"lowered without a line in CHANGELOG.md (floors.py says how it reads): {found}"


def test_the_file_of_floors_has_a_floor_for_each_set_and_only_measures_that_there_are() -> None:
    known = floors.read_floors()
    assert known.keys() == EVERY.keys()
    assert {key for values in known.values() for key in values} <= set(MEASURES)
    assert floors.as_text(known) == floors.FLOORS.read_text(encoding="utf-8")


def test_update_raises_and_never_lowers() -> None:
    before = parse(LOWER)
    after = raised(before, "own", {"clean": 0.65279, "good": 0.5})
    assert after["own"] == {"clean": 0.652, "good": 0.5}
    assert raised(after, "own", {"clean": 0.1, "good": 0.1})["own"] == after["own"]
    assert after["fundus-dev"] == before["fundus-dev"]


def test_a_lower_floor_and_one_that_is_gone_are_falls() -> None:
    assert [str(fall) for fall in fallen(parse(HIGHER), parse(LOWER))] == ["own clean: 0.700 -> 0.600"]
    assert [str(fall) for fall in fallen(parse(HIGHER), {"own": {"clean": 0.9}})] == ["fundus-dev good: 0.880 -> none"]
    assert fallen(parse(LOWER), parse(HIGHER)) == []


@pytest.mark.parametrize(
    "line",
    [
        "- Floor of own good lowered: another measure.",
        "- Floor of seed-own clean lowered: another set.",
        "- The text of own pages is clean: no word of what was lowered.",
    ],
)
def test_a_line_about_something_else_says_nothing(line: str) -> None:
    fall = Fall(of="own", measure="clean", before=0.7, after=0.6)
    assert unsaid([fall], "# Changes\n", f"# Changes\n{line}\n") == [fall]
    assert unsaid([fall], "# Changes\n", f"# Changes\n{SAID}") == []
    assert unsaid([fall], f"# Changes\n{SAID}", f"# Changes\n{SAID}- More.\n") == [fall], "an old line excuses nothing new"


class Repository:
    """A small one, in which floors change."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q")
        (root / "tests" / "quality").mkdir(parents=True)

    def git(self, *arguments: str) -> None:
        names = ["-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"]
        subprocess.run(["git", "-C", str(self.root), *names, *arguments], check=True, capture_output=True)

    def write(self, floors_text: str, changelog: str) -> None:
        (self.root / "tests" / "quality" / "floors.toml").write_text(floors_text)
        (self.root / "CHANGELOG.md").write_text(changelog)

    def commit(self, floors_text: str, changelog: str) -> None:
        self.write(floors_text, changelog)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a change")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    try:
        subprocess.run(["git", "--version"], check=True, capture_output=True)
    except OSError as error:
        pytest.skip(f"there is no git: {error}")
    (tmp_path / "repository").mkdir()
    made = Repository(tmp_path / "repository")
    (made.root / "tests" / "quality" / "floors.py").write_text("")
    made.commit(HIGHER, "# Changes\n")
    return made


def found(repository: Repository) -> list[str]:
    return [str(fall) for _where, fall in unsaid_in_history(repository.root)]


def test_a_floor_lowered_in_the_working_tree_is_found_before_it_is_committed(repository: Repository) -> None:
    repository.write(LOWER, "# Changes\n")
    assert found(repository) == ["own clean: 0.700 -> 0.600"]
    repository.write(LOWER, f"# Changes\n{SAID}")
    assert found(repository) == []


def test_a_floor_lowered_by_a_commit_is_found_though_more_commits_follow(repository: Repository) -> None:
    repository.commit(LOWER, "# Changes\n")
    repository.commit(LOWER, "# Changes\n- Something else.\n")
    assert found(repository) == ["own clean: 0.700 -> 0.600"]


def test_a_floor_lowered_with_its_line_is_in_order_and_so_is_one_that_rises(repository: Repository) -> None:
    repository.commit(LOWER, f"# Changes\n{SAID}")
    repository.commit(HIGHER, f"# Changes\n{SAID}")
    assert found(repository) == []


def test_where_there_is_no_repository_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoGit):
        list(unsaid_in_history(tmp_path))
