"""Do the documents say what the code does?"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer

import warchive

ROOT = Path(__file__).resolve().parents[1]


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()
DOCUMENTS: list[Path] = GENERATOR.documents()
WANTED: dict[Path, str] = GENERATOR.wanted()
TOP_LEVEL = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
FENCE = re.compile(r"```.*?```", re.DOTALL)


def _verbs(command: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    inner = getattr(command, "commands", None)
    if not inner:
        return {path: command}
    return {key: value for name, child in inner.items() for key, value in _verbs(child, (*path, name)).items()}


TOP: Any = typer.main.get_command(warchive.app)
VERBS = _verbs(TOP)
WITH_VALUE = {name for option in TOP.params if not (option.is_flag or option.count) for name in option.opts}


@pytest.mark.parametrize("path", sorted(WANTED), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_generated_is_fresh(path: Path) -> None:
    assert path.exists(), "run `make docs`"
    assert path.read_text(encoding="utf-8") == WANTED[path], "run `make docs`"


def test_every_generated_part_stands_in_some_document() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert {match[2] for match in GENERATOR.PART.finditer(text)} == set(GENERATOR.PARTS)
    assert len(re.findall(r"^<!-- generated: ", text, re.MULTILINE)) == len(GENERATOR.PART.findall(text))


@pytest.mark.parametrize("path", sorted({*DOCUMENTS, *TOP_LEVEL}), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_of_ours_leads_there(path: Path) -> None:
    for target in LINK.findall(FENCE.sub("", path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        found = (path.parent / name).resolve() if name else path
        assert found.exists(), f"{path.name} links to {target}"
        if anchor:
            headings = {
                re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(found.read_text(encoding="utf-8"))
            }
            assert anchor in headings, f"{path.name} links to {target}"


def test_every_picture_is_there_says_what_it_shows_and_is_light() -> None:
    shown = set()
    for path in {*DOCUMENTS, *TOP_LEVEL}:
        for words, name in re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
            picture = (path.parent / name).resolve()
            assert picture.read_bytes().startswith(b"\x89PNG"), f"{path.name} shows {name}"
            assert picture.stat().st_size < 300_000
            assert len(words) > 20, f"{path.name}: what does {name} show to who cannot see it?"
            shown.add(picture)
    assert shown == set((ROOT / "docs/pictures").glob("*.png")), "a picture that nothing shows"


def test_every_decision_is_in_the_list_of_decisions() -> None:
    listed = set(LINK.findall((ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")))
    assert {path.name for path in (ROOT / "docs/decisions").glob("0*.md")} <= listed


@pytest.mark.parametrize("verb", sorted(VERBS), ids=" ".join)
def test_every_verb_has_a_help_text_and_an_example_of_itself(verb: tuple[str, ...]) -> None:
    command = VERBS[verb]
    assert command.help
    shown = f"{command.help}\n{command.epilog or ''}"
    assert re.search(rf"warchive\b.* {' '.join(verb)}\b", shown), f"--help of {' '.join(verb)} shows no example"


@pytest.mark.parametrize("path", sorted({*DOCUMENTS, *TOP_LEVEL}), ids=lambda path: str(path.relative_to(ROOT)))
def test_documents_name_only_verbs_that_there_are(path: Path) -> None:
    verbs = {verb[0] for verb in VERBS}
    text = path.read_text(encoding="utf-8")
    lines = [line for fence in FENCE.findall(text) for line in fence.splitlines()] + re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    for line in lines:
        for command in re.findall(r"(?:^|&& |\| |image )warchive ((?:-\S+ )*[a-z]+\b.*)", line):
            words = iter(command.split())
            verb = next((word for word in words if not word.startswith("-") or (word in WITH_VALUE and not next(words, None))), "")
            assert verb in verbs, f"{path.name}: {line}"


def test_every_module_begins_with_what_it_is_about() -> None:
    rows = GENERATOR.modules().splitlines()
    empty = [row for row in rows if re.match(r"\| `.*` \|\s*\|$", row)]
    assert empty == []


def test_every_error_has_an_exit_code_that_is_documented() -> None:
    from archive import errors, exits

    codes = {code.code for code in exits.EXIT_CODES}
    assert len(codes) == len(exits.EXIT_CODES)
    classes = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.WarchiveError)]
    assert {cls.exit_code for cls in classes} <= codes


def test_prose_has_one_sentence_a_line() -> None:
    for path in sorted({*DOCUMENTS, *TOP_LEVEL}):
        prose = FENCE.sub("", GENERATOR.PART.sub("", path.read_text(encoding="utf-8")))
        for line in prose.splitlines():
            if not line.startswith(("|", "#")):
                assert not re.search(r"[a-z`)]\. [A-Z]", line.removeprefix("- ")), f"{path.name}: {line}"
