"""The code on the pages of docs/recipes, taken out and run as a reader would paste it."""

from __future__ import annotations

import http.server
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.driver import environment

RECIPES = Path(__file__).resolve().parents[1] / "docs" / "recipes"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"# ([a-z_]+\.py)\n")


def blocks_of(page: str) -> list[tuple[str, str]]:
    """Language and text of each block."""
    return [(match[1], match[2]) for match in _BLOCK.finditer((RECIPES / page).read_text(encoding="utf-8"))]


def run_recipe(page: str, folder: Path, *, blocks: slice = slice(None), **env: str) -> str:
    """Write the page's scripts into the folder of `warchive.toml`, and run its shell blocks there, one after the other; returns what they
    printed. Fails the test where one fails.
    """
    for language, text in blocks_of(page):
        if language == "python":
            name = _NAME.match(text)
            assert name, f"{page}: a script whose first line does not name it"
            (folder / name[1]).write_text(text, encoding="utf-8")
    printed = ""
    for language, text in blocks_of(page)[blocks]:
        if language == "sh":
            assert text.startswith("cd /srv/news\n"), text
            printed += shell(folder, text.replace("/srv/news", str(folder)), **env)
    return printed


def shell(folder: Path, text: str, **env: str) -> str:
    """With `warchive` and `python` as the ones of this tree."""
    programs = folder / ".programs"
    if not programs.is_dir():
        programs.mkdir()
        for name, command in (("warchive", f'"{sys.executable}" -m warchive'), ("python", f'"{sys.executable}"')):
            (programs / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
            (programs / name).chmod(0o755)
    given = environment(PATH=f"{programs}{os.pathsep}{os.environ['PATH']}", **env)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text], cwd=folder, env=given, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    return done.stdout


class BulkServer(http.server.ThreadingHTTPServer):
    """Takes `_bulk` requests as Elasticsearch and OpenSearch do: NDJSON strictly, one answer a document."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Bulk)
        self.documents: dict[str, dict[str, Any]] = {}
        self.requests: list[int] = []
        self.busy = 0
        """So many of the next documents are answered with 429."""
        self.overloaded = 0
        """So many of the next requests are answered with 429 as a whole."""
        self.refuse: str | None = None
        """A document with this id is refused."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Bulk(http.server.BaseHTTPRequestHandler):
    server: BulkServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        problem = None
        if self.headers["Content-Type"] != "application/x-ndjson":
            problem = (406, f"Content-Type header [{self.headers['Content-Type']}] is not supported")
        elif self.path != "/news/_bulk":
            problem = (400, f"no handler found for uri [{self.path}]")
        elif not body.endswith(b"\n"):
            problem = (400, "The bulk request must be terminated by a newline [\\n]")
        if problem is None and self.server.overloaded:
            self.server.overloaded -= 1
            problem = (429, "circuit_breaking_exception")
        if problem is not None:
            self.answer(problem[0], {"error": problem[1], "status": problem[0]})
            return
        self.server.requests.append(len(body))
        lines = body.split(b"\n")[:-1]
        assert len(lines) % 2 == 0
        items = [self.item(json.loads(action), document) for action, document in zip(lines[::2], lines[1::2], strict=True)]
        self.answer(200, {"took": 1, "errors": any("error" in one["index"] for one in items), "items": items})

    def item(self, action: dict[str, Any], document: bytes) -> dict[str, Any]:
        assert list(action) == ["index"]
        name = action["index"]["_id"]
        if self.server.busy:
            self.server.busy -= 1
            return {"index": {"_id": name, "status": 429, "error": {"type": "es_rejected_execution_exception"}}}
        if name == self.server.refuse:
            return {"index": {"_id": name, "status": 400, "error": {"type": "document_parsing_exception", "reason": "no"}}}
        status = 200 if name in self.server.documents else 201
        self.server.documents[name] = json.loads(document)
        return {"index": {"_index": "news", "_id": name, "status": status, "result": "created" if status == 201 else "updated"}}

    def answer(self, status: int, value: dict[str, Any]) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def bulk_server() -> Iterator[BulkServer]:
    """One on loopback."""
    server = BulkServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
