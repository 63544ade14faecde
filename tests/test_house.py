"""Does the house stand: package, locks, image, makefile, CI?"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def _canonical(requirement: str) -> str:
    match = NAME.match(requirement)
    assert match is not None
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def _locked(path: Path) -> dict[str, str]:
    return {_canonical(line): line for line in path.read_text(encoding="utf-8").splitlines() if re.match(r"[A-Za-z0-9]", line)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling", reason="the wheel is built with hatchling: `make env` installs it")
    folder = tmp_path_factory.mktemp("wheel")
    script = f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    built = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return folder / built.stdout.split()[-1]


def test_the_wheel_holds_the_packages_their_data_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"archive", "pipelines", "crawler", "warchive.py"}
    for wanted in ("archive/schema/article.json", "crawler/newspaper/stories/courier.toml", "crawler/settings.py"):
        assert wanted in names
    assert any(name.startswith("crawler/catalog/") and name.endswith(".toml") for name in names)
    tracked = {
        path.relative_to(ROOT).as_posix()
        for package in ("archive", "pipelines", "crawler")
        for path in (ROOT / package).rglob("*.*")
        if path.is_file()
    }
    assert {name for name in tracked if "__pycache__" not in name} == {name for name in names if ".dist-info/" not in name} - {
        "warchive.py"
    }


@pytest.mark.parametrize(
    ("lock", "wanted"), [("requirements.lock", "run"), ("requirements-dev.lock", "dev"), ("requirements-interop.lock", "interop")]
)
def test_a_lock_holds_all_that_is_asked_for_with_hashes(lock: str, wanted: str) -> None:
    requirements = [] if wanted == "interop" else list(PROJECT["project"]["dependencies"])
    requirements += PROJECT["dependency-groups"].get(wanted, [])
    text = (ROOT / lock).read_text(encoding="utf-8")
    locked = _locked(ROOT / lock)
    assert {_canonical(one) for one in requirements} <= set(locked)
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text)[1:]:
        assert "==" in entry
        assert "--hash=sha256:" in entry
    assert "://" not in text, "a lock names no index: everyone uses their own"


def test_the_two_locks_agree_where_they_overlap() -> None:
    run, dev = _locked(ROOT / "requirements.lock"), _locked(ROOT / "requirements-dev.lock")
    version = re.compile(r"==([^ ;\\]+)")
    assert {name: version.findall(line) for name, line in run.items()} == {name: version.findall(dev[name]) for name in run}


def test_no_program_under_the_gpl_is_locked_into_the_crawlers_environment() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        assert not {"pywb", "wacz", "brotlipy"} & set(_locked(ROOT / lock))


def test_the_top_level_packages_have_nothing_in_their_init_but_a_docstring() -> None:
    for package in ("archive", "pipelines", "crawler"):
        text = (ROOT / package / "__init__.py").read_text(encoding="utf-8").strip()
        assert text.startswith('"""')
        assert text.endswith('"""')
        assert text.count('"""') == 2


def test_the_image_runs_without_root_on_one_volume_from_pinned_stones() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    # What is built may need a compiler; what runs is slim.
    stone = re.compile(r"python:3\.\d+\.\d+-(slim-[a-z]+|[a-z]+ AS build)")
    assert all(stone.fullmatch(base) for base in re.findall(r"^FROM (.*)$", text, re.MULTILINE))
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert re.findall(r"^VOLUME (.*)$", last, re.MULTILINE) == ['["/data"]']
    assert re.search(r'^HEALTHCHECK .*CMD \["warchive", "doctor", "--quiet"\]$', last, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["warchive"\]$', last, re.MULTILINE)


def test_hadolint_is_quiet_about_the_image() -> None:
    program = Path(sys.executable).with_name("hadolint")
    if not program.exists():
        pytest.skip("hadolint is not in this environment: `make env` installs it")
    done = subprocess.run([program, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_the_image_copies_is_in_its_build_context() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    copied = [
        word
        for line in re.findall(r"^COPY (?!--from)(.*)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
        for word in line.split()[:-1]
    ]
    assert {f"!{word}" for word in copied} <= set(ignored)


def test_a_second_make_has_nothing_to_install(tmp_path: Path) -> None:
    stamp = tmp_path / "venv" / ".ready"
    stamp.parent.mkdir()
    stamp.touch()
    dry = subprocess.run(
        ["make", "--dry-run", "env", f"VENV={tmp_path}/venv"], cwd=ROOT, capture_output=True, text=True, check=True, env=_plain()
    )
    assert "environment" not in dry.stdout
    os.utime(stamp, (0, 0))
    dry = subprocess.run(
        ["make", "--dry-run", "env", f"VENV={tmp_path}/venv"], cwd=ROOT, capture_output=True, text=True, check=True, env=_plain()
    )
    assert "requirements-dev.lock" in dry.stdout


def test_an_old_python_is_refused_with_the_way_out(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\necho 3.9\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    done = subprocess.run(
        [ROOT / ".ci/environment", old, tmp_path / "venv", "requirements.lock"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "3.9" in done.stderr
    assert "PYTHON=python3.12" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_the_shell_scripts_parse_and_are_executable() -> None:
    for name in (".ci/run", ".ci/environment"):
        assert os.access(ROOT / name, os.X_OK), name
        subprocess.run(["bash", "-n", name], cwd=ROOT, check=True)


def test_scrapy_finds_its_settings_and_lists_the_sources() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60, env=_plain()
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) >= 60


def _plain() -> dict[str, str]:
    """The environment without what an outer make left in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "WARCHIVE_"))}
