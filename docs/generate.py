"""How do the documents stay true? Tables of modules, commands, keys, exit codes and fields are written here from the code, and so is
the JSON Schema of the article record.

    python docs/generate.py            writes them anew
    python docs/generate.py --check    names what is stale, and exits with 1 where anything is

A generated part stands between `<!-- generated: NAME -->` and `<!-- end -->`; everything around it is written by hand.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("README.md", "docs/**/*.md")
PART = re.compile(r"(<!-- generated: ([a-z-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
# What typer writes behind an argument's name says nothing to a reader.
_TYPE = re.compile(r" <[a-z\[\]]+>$")
PACKAGES = ("crawler", "pipelines", "archive")


def modules() -> str:
    """One row a module: its name and the question that it answers."""
    tables = []
    for package in PACKAGES:
        rows = []
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).with_suffix("").as_posix()
            text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            first = " ".join(text.partition("\n\n")[0].split())
            if name.endswith("/__init__"):
                name = name.removesuffix("__init__")
            rows.append((f"`{name if name.endswith('/') else name + '.py'}`", first))
        tables.append(f"### {package}\n\n" + _table(("module", "question"), rows))
    return "\n".join(tables)


def exit_codes() -> str:
    """One row an exit code."""
    from archive.exits import EXIT_CODES

    return _table(("exit", "name", "meaning", "try again?"), [(str(code.code), code.name, code.meaning, code.retry) for code in EXIT_CODES])


def configuration() -> str:
    """One row a key of warchive.toml."""
    from archive.config_text import describe

    return _table(
        ("key", "kind", "default", "meaning"),
        [(f"`{key.key}`<br>`{key.variable}`", key.kind, f"`{key.default}`", key.doc) for key in describe()],
    )


def outcomes() -> str:
    """One row a group of outcomes."""
    from crawler.outcomes import GROUPS

    return _table(("outcome", "meaning"), [(f"`{group}`", meaning) for group, meaning in GROUPS.items()])


def requisite_outcomes() -> str:
    """One row a group of outcomes of what pages need."""
    from crawler.requisite_outcomes import GROUPS

    return _table(("outcome", "meaning"), [(f"`{group}`", meaning) for group, meaning in GROUPS.items()])


def article() -> str:
    """One row a field of the article record, parts after the whole."""
    from archive.article import json_schema

    schema = json_schema()
    parts = [("article", schema), *sorted(schema["$defs"].items())]
    tables = []
    for name, part in parts:
        head = "" if part is schema else f"### {name}\n\n{part.get('description', '')}\n\n"
        rows = [(f"`{key}`", _type(field), field.get("description", "")) for key, field in part["properties"].items()]
        tables.append(head + _table(("field", "type", "format and meaning"), rows))
    return "\n".join(tables)


def commands() -> str:
    """One section a verb, from the same texts that `--help` prints."""
    import typer

    import warchive

    top: Any = typer.main.get_command(warchive.app)
    context = top.make_context("warchive", [], resilient_parsing=True)
    return "\n".join(_command(top, context, "warchive"))


def labels() -> str:
    """One row a label of a piece of text."""
    from pipelines.explain_labels import LABELS

    where = {"text": "in `text`", "field": "a field of its own", "picture": "`images`"}
    rows = [(f"`{label.name}`", label.letters, where.get(label.family.name, "left out"), label.meaning) for label in LABELS]
    return _table(("label", "letters", "where it goes", "what it is"), rows)


PARTS: dict[str, Callable[[], str]] = {
    "modules": modules,
    "exit-codes": exit_codes,
    "configuration": configuration,
    "outcomes": outcomes,
    "requisite-outcomes": requisite_outcomes,
    "article": article,
    "commands": commands,
    "labels": labels,
}


def schema() -> str:
    """JSON Schema of the article record."""
    from archive.schema_file import rendered

    return rendered()


FILES: dict[str, Callable[[], str]] = {"archive/schema/article.json": schema}
"""Files that are generated as a whole."""


def _command(command: Any, context: Any, name: str) -> Iterator[str]:
    if getattr(command, "hidden", False):
        return
    level = "##" if name == "warchive" else "###"
    yield f"{level} {name}\n"
    yield f"```\n{' '.join(command.get_usage(context).removeprefix('Usage: ').split())}\n```\n"
    if command.help:
        yield command.help.replace("\b\n", "").rstrip() + "\n"
    if command.epilog:
        lead, colon, example = command.epilog.partition(": warchive ")
        yield f"{lead}:\n\n```sh\nwarchive {example}\n```\n" if colon else command.epilog + "\n"
    records = [parameter.get_help_record(context) for parameter in command.get_params(context) if not getattr(parameter, "hidden", False)]
    rows = [
        (f"`{_TYPE.sub('', ' '.join(record[0].split()))}`", " ".join(record[1].split()))
        for record in records
        if record and "--help" not in record[0]
    ]
    if rows:
        yield _table(("option or argument", "meaning"), rows)
    for inner in command.list_commands(context) if hasattr(command, "list_commands") else ():
        child = command.get_command(context, inner)
        yield from _command(child, type(context)(child, info_name=inner, parent=context), f"{name} {inner}")


def _type(field: dict[str, Any]) -> str:
    """A JSON Schema type in words."""
    if "$ref" in field:
        return str(field["$ref"].rpartition("/")[2])
    if "anyOf" in field:
        return " or ".join(_type(one) for one in field["anyOf"])
    if "const" in field:
        return f'"{field["const"]}"'
    if "enum" in field:
        return " or ".join(f'"{value}"' for value in field["enum"])
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}"
    return str(field.get("type", "any"))


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def render(text: str) -> str:
    """A document with its generated parts made anew; raises KeyError for a part that there is not."""
    return PART.sub(lambda match: match[1] + PARTS[match[2]]() + match[4], text)


def documents() -> list[Path]:
    """All documents, README first."""
    return [path for pattern in DOCUMENTS for path in sorted(ROOT.glob(pattern))]


def wanted() -> dict[Path, str]:
    """Every file that is written here, in part or whole, and what should stand in it."""
    return {path: render(path.read_text(encoding="utf-8")) for path in documents()} | {ROOT / name: make() for name, make in FILES.items()}


def stale() -> dict[Path, str]:
    """Those whose text is not what the code says."""
    return {path: text for path, text in wanted().items() if not path.exists() or path.read_text(encoding="utf-8") != text}


def main() -> None:
    """Write, or with `--check` only look."""
    found = stale()
    if "--check" in sys.argv[1:]:
        for path in found:
            sys.stderr.write(f"{path.relative_to(ROOT)} is stale: run `make docs`\n")
        sys.exit(1 if found else 0)
    for path, text in found.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)} written\n")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
