"""Where does archive/schema/article.json come from, and is it fresh?

`python -m archive.schema_file` writes it; with `--check` it only compares, and exits with 1 where the file is stale.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from archive.article import json_schema

PATH = Path(__file__).resolve().parent / "schema" / "article.json"


def rendered() -> str:
    """The file's text as it should be. Where a docstring breaks its lines says nothing: descriptions are one line each."""
    schema = json_schema()
    waiting: list[Any] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(description := node.get("description"), str):
                node["description"] = " ".join(description.split())
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    fresh = rendered()
    if "--check" not in arguments:
        PATH.parent.mkdir(parents=True, exist_ok=True)
        PATH.write_text(fresh, encoding="utf-8")
        return 0
    if PATH.is_file() and PATH.read_text(encoding="utf-8") == fresh:
        return 0
    print(f"{PATH} is stale: run `python -m archive.schema_file` and commit the file", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
