"""Is the record whole, valid, the same on any day, and the same in a child?"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from archive.article import Article, json_schema
from archive.schema_file import PATH, rendered
from pipelines.extract import extract, extract_task
from pipelines.options import ExtractOptions, options_from
from pipelines.pool import ChildLimits, ChildPool
from tests.pipelines.pages import NEWS, page, response

URL = "https://www.courier.example/2024/northern-bridge"
PARAMS = {
    "url": URL,
    "requested_url": URL + "?utm_source=feed",
    "captured_at": "2024-11-08T12:00:00.000001+00:00",
    "max_decoded_bytes": 5_000_000,
    "timezone": "Europe/Copenhagen",
    "languages": ["en"],
    "announcement": {
        "type": "feed",
        "url": "https://www.courier.example/feed",
        "seen_at": "2024-11-08T11:00:00+00:00",
        "record_id": "urn:uuid:00000000-0000-0000-0000-000000000001",
        "title": "Northern bridge",
        "published": "Fri, 08 Nov 2024 09:11:00 +0100",
        "modified": None,
        "language": "en",
    },
    "options": None,
}
ROOT = Path(__file__).resolve().parents[2]


def test_the_schema_file_is_fresh() -> None:
    assert PATH.read_text(encoding="utf-8") == rendered(), "run `python -m archive.schema_file` and commit the file"


def test_a_record_is_valid_and_has_every_field() -> None:
    record = extract_task(response(page(jsonld=NEWS)), **PARAMS)["article"]
    jsonschema.Draft202012Validator.check_schema(json_schema())
    jsonschema.validate(record, json.loads(PATH.read_text(encoding="utf-8")))
    assert list(record) == [field.alias or name for name, field in Article.model_fields.items()]
    assert record["text_sha256"] == hashlib.sha256(record["text"].encode()).hexdigest()
    assert record["hostname"] == "www.courier.example"
    assert record["discovered_via"]["record_id"] == "urn:uuid:00000000-0000-0000-0000-000000000001"
    assert record["extractor"]["options_sha256"] == ExtractOptions().sha256()
    assert record["extracted_at"] is None


def test_the_same_bytes_give_the_same_record_whatever_the_hash_seed() -> None:
    script = (
        "import json; from tests.pipelines.pages import *; from tests.pipelines.test_extract import PARAMS\n"
        "from pipelines.extract import extract_task\n"
        'head = \'<meta name="keywords" content="a1, b2, c3, d4">\'\n'
        "html = page(jsonld=NEWS, before='<p>By Ada Lind and John Roe</p>', head=head)\n"
        "print(json.dumps(extract_task(response(html), **PARAMS)))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env={"PYTHONHASHSEED": seed, "PATH": ""}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["article"]["keywords"] == ["a1", "b2", "c3", "d4"]


def test_a_page_read_before_does_not_change_the_next_one() -> None:
    first = extract_task(response(page(jsonld=NEWS)), **PARAMS)
    for _ in range(3):
        extract_task(response(page(jsonld={**NEWS, "headline": "Another one"})), **PARAMS)
    assert extract_task(response(page(jsonld=NEWS)), **PARAMS) == first


def test_a_child_gives_what_the_function_gives() -> None:
    payload = response(page(jsonld=NEWS))
    with ChildPool(1, limits=ChildLimits(wall_seconds=20, cpu_seconds=10, memory_bytes=1 << 30)) as pool:
        assert pool.submit("pipelines.extract:extract_task", payload, PARAMS).result(60) == extract_task(payload, **PARAMS)


def test_options_are_recorded_and_an_unknown_one_is_refused() -> None:
    assert options_from({"min_chars": 10}).sha256() != ExtractOptions().sha256()
    with pytest.raises(ValueError, match="unknown option 'min_char'"):
        options_from({"min_char": 10})
    with pytest.raises(ValueError, match="must be of type int"):
        options_from({"min_chars": "10"})


def test_a_url_that_is_not_of_the_web_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="not an absolute http"):
        extract(page(), "file:///etc/passwd")


def test_a_page_longer_than_what_is_parsed_is_cut_and_says_so() -> None:
    made = extract(
        page(jsonld=NEWS) + b"<i>" + b"x" * 200_000, URL, content_type="text/html", extract_options=ExtractOptions(max_chars=100_000)
    )
    assert isinstance(made, Article)
    assert made.verdict_reasons == ["the page is longer than what is parsed; the text may be cut"]
