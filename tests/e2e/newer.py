"""How does a test get a newer extractor than the one that filled its archive? By a `sitecustomize`, in every process."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent

from tests.desk import ROOT

_NEWER = """
import pipelines.options
pipelines.options.RULES += 100
import pipelines.extract as chain
_examine = chain.examine

def examine(html, url, **more):
    from dataclasses import replace
    import hashlib
    from archive.article import Article, NotAnArticle
    found = _examine(html, url, **more)
    made = found.made
    if not isinstance(made, Article):
        return found
    if "{gone}" and "{gone}" in url:
        return replace(found, made=NotAnArticle(verdict="section", reasons=["it lists others"], url=url))
    if "{wedged}" and "{wedged}" in url:
        while True:
            pass
    if "{edited}" and "{edited}" in url:
        text = made.text.split("\\n\\n", 1)[-1]
        made = made.model_copy(update=dict(text=text, text_sha256=hashlib.sha256(text.encode()).hexdigest(), section="Changed"))
    return replace(found, made=made)

chain.examine = examine
"""


def newer(folder: Path, *, edited: str = "", gone: str = "", wedged: str = "") -> dict[str, str]:
    """The environment of a command whose extractor has a newer version. Pages whose URL holds these words lose their first paragraph, are
    no articles any more, or never come to an end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = dedent(_NEWER).replace("{edited}", edited).replace("{gone}", gone).replace("{wedged}", wedged)
    (folder / "sitecustomize.py").write_text(text, encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
