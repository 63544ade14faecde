"""Which columns does a Parquet file of articles have, and of which types?

Those of the article record, under their names. Times are timestamps in UTC; what a page says of its own date, which may lack clock or zone,
stands as it is in a column beside it. Strings are plain strings, compressed as dictionaries inside the file where few of them differ:
the dictionary type of Arrow is refused by Hugging Face datasets.
"""

from __future__ import annotations

import re
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from archive.period import moment_of

VERSION = "1"
TIME = pa.timestamp("us", tz="UTC")
_TEXT = pa.string()
_TEXTS = pa.list_(_TEXT)


def _things(*fields: tuple[str, pa.DataType]) -> pa.DataType:
    return pa.list_(pa.struct(list(fields)))


READ = pa.schema(
    [
        ("schema", _TEXT),
        ("id", _TEXT),
        ("article_id", _TEXT),
        ("version", pa.int32()),
        ("previous_id", _TEXT),
        (
            "change",
            pa.struct(
                [
                    ("title", pa.bool_()),
                    ("text", pa.bool_()),
                    ("authors", pa.bool_()),
                    ("dates", pa.bool_()),
                    ("page", pa.bool_()),
                    ("similarity", pa.float64()),
                ]
            ),
        ),
        ("source", _TEXT),
        ("url", _TEXT),
        ("requested_url", _TEXT),
        ("canonical_url", _TEXT),
        ("hostname", _TEXT),
        ("site_name", _TEXT),
        ("title", _TEXT),
        ("description", _TEXT),
        ("text", _TEXT),
        ("blocks", _things(("type", _TEXT), ("text", _TEXT), ("xpath", _TEXT), ("time", _TEXT))),
        ("authors", _things(("name", _TEXT), ("url", _TEXT))),
        ("credits", _things(("name", _TEXT), ("role", _TEXT))),
        ("section", _TEXT),
        ("keywords", _TEXTS),
        ("images", _things(("url", _TEXT), ("caption", _TEXT), ("credit", _TEXT))),
        ("language", _TEXT),
        ("license", _TEXT),
        ("is_accessible_for_free", pa.bool_()),
        ("date_published", _TEXT),
        ("date_modified", _TEXT),
        (
            "dates",
            _things(("value", _TEXT), ("raw", _TEXT), ("source", _TEXT), ("kind", _TEXT), ("zone", _TEXT), ("chosen", pa.bool_())),
        ),
        ("captured_at", _TEXT),
        ("extracted_at", _TEXT),
        ("verdict", _TEXT),
        ("verdict_reasons", _TEXTS),
        ("text_sha256", _TEXT),
        ("page_sha256", _TEXT),
        ("near_duplicate_of", _TEXT),
        ("cluster_id", _TEXT),
        (
            "warc",
            pa.struct(
                [
                    ("filename", _TEXT),
                    ("offset", pa.int64()),
                    ("length", pa.int64()),
                    ("record_id", _TEXT),
                    ("payload_digest", _TEXT),
                ]
            ),
        ),
        ("extractor", pa.struct([("name", _TEXT), ("version", _TEXT), ("options_sha256", _TEXT), ("furniture", _TEXTS)])),
        ("discovered_via", pa.struct([("type", _TEXT), ("url", _TEXT), ("record_id", _TEXT), ("seen_at", _TEXT)])),
        ("robots", _TEXT),
        ("run", _TEXT),
    ]
)
"""As the lines of JSON have them."""

TIMES = ("date_published", "date_modified", "captured_at", "extracted_at")
STATED = ("date_published", "date_modified")
"""Those that keep what the record says beside them, as `<name>_stated`."""

_fields: list[pa.Field] = []
for _field in READ:
    _fields.append(pa.field(_field.name, TIME) if _field.name in TIMES else _field)
    if _field.name in STATED:
        _fields.append(pa.field(f"{_field.name}_stated", _TEXT))
SCHEMA = pa.schema(_fields)
"""As they are written."""

# Few values, many rows. Of all others a dictionary would be given up after a page, and has cost time until then.
DICTIONARIES = [
    "schema", "source", "hostname", "site_name", "section", "language", "license", "verdict", "robots", "run",
    "verdict_reasons.list.element", "blocks.list.element.type", "dates.list.element.source", "dates.list.element.kind",
    "dates.list.element.zone", "warc.filename", "extractor.name", "extractor.version", "extractor.options_sha256",
    "extractor.furniture.list.element", "discovered_via.type", "discovered_via.url", "authors.list.element.name",
    "authors.list.element.url", "keywords.list.element",
]  # fmt: skip

_WHOLE = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$"
_PRIMARY = r"^(?P<lang>[A-Za-z]{2,3})(?:-.*)?$"
_KEY = re.compile(r"[a-z]{2,3}|und")


def typed(table: pa.Table) -> pa.Table:
    """A table as it was read, as it is written."""
    columns = []
    for field in SCHEMA:
        if field.name.endswith("_stated") and field.name.removesuffix("_stated") in STATED:
            columns.append(table.column(field.name.removesuffix("_stated")))
        elif field.name in TIMES:
            columns.append(times(table.column(field.name)))
        else:
            columns.append(table.column(field.name))
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def times(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text as moments in UTC: a date alone is its beginning, no zone means UTC, as everywhere here; null for what is none."""
    whole = pc.match_substring_regex(column, _WHOLE)
    try:
        moments = pc.if_else(whole, column, None).cast(TIME)
    except pa.ArrowInvalid:  # the 31st of a short month
        return pa.chunked_array([pa.array([_moment(value) for value in column.to_pylist()], TIME)])
    others = pc.and_(pc.is_null(moments), pc.is_valid(column))
    if not pc.any(others).as_py():
        return moments
    odd = [_moment(value) for value in column.filter(others).to_pylist()]
    return pc.replace_with_mask(moments.combine_chunks(), others.combine_chunks(), pa.array(odd, TIME))


def languages(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The primary part of each tag in lower case, `und` where there is none: what a folder may be named after."""
    found = pc.utf8_lower(pc.struct_field(pc.extract_regex(column, _PRIMARY), "lang"))
    return pc.fill_null(found, "und")


def is_key(key: str) -> bool:
    """Whether it may be part of a path."""
    return _KEY.fullmatch(key) is not None


def _moment(value: str | None) -> datetime | None:
    return moment_of(value)
