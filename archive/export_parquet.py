"""How do articles become Parquet, quickly and in bounded memory?

Lines of JSON are read by Arrow, range by range and in threads, and written in row groups as they fill. Into a folder they go by language,
as `lang=uk/part-00000.parquet` (Hive's way: DuckDB, pandas and Arrow make a column of it); into a file or a stream one after the other.
"""

from __future__ import annotations

import io
import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj
import pyarrow.parquet as pq

from archive.article import SCHEMA as RECORD
from archive.article import Article
from archive.articlefile import Place, another_article, ranges, read_lines
from archive.errors import DamagedError, UsageError
from archive.export_schema import DICTIONARIES, READ, SCHEMA, VERSION, is_key, languages, typed
from archive.stores import Store

_RANGE = 1 << 20  # compressed; some five hundred articles
_GROUP_ROWS, _GROUP_BYTES = 16_384, 32 << 20
_HELD_BYTES = 64 << 20  # of all languages together
_FILE_BYTES = 512 << 20  # about, of Arrow's memory: a file is a third of it
_BATCH = 500
_WORKERS = min(3, os.cpu_count() or 1)


def tables(store: Store, places: Iterable[Place]) -> Iterator[pa.Table]:
    """The records as tables, in their order. Raises `DamagedError` where one is not as it was written."""
    batches = ranges(iter(places), first=_RANGE, largest=_RANGE)
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="parquet") as pool:
        waiting: deque[Future[pa.Table]] = deque()
        try:
            for batch in batches:
                waiting.append(pool.submit(_read, store, batch))
                if len(waiting) > _WORKERS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


def tables_of(articles: Iterable[Article]) -> Iterator[pa.Table]:
    """The same of records that were read already."""
    articles = iter(articles)
    while batch := [one.to_json().encode("utf-8", "replace") for one in islice(articles, _BATCH)]:
        yield _table(batch, "articles")


def write_folder(tables: Iterable[pa.Table], folder: Path, *, about: Mapping[str, str], counted: Callable[[int], None]) -> None:
    """Fill an empty folder, language by language. Raises OSError where there is no room."""
    with ExitStack() as stack:
        parts: dict[str, _Part] = {}
        for table in tables:
            keys = languages(table.column("language"))
            for key in sorted(pc.unique(keys).to_pylist()):
                if not is_key(key):
                    raise UsageError(f"{key!r} cannot be the name of a folder")
                if key not in parts:
                    parts[key] = stack.enter_context(_Part(folder / f"lang={key}", _schema(about)))
                parts[key].add(table.filter(pc.equal(keys, key)))
            if sum(part.held for part in parts.values()) > _HELD_BYTES:
                max(parts.values(), key=lambda part: part.held).flush()
            counted(table.num_rows)
        if not parts:  # a dataset without rows has columns all the same
            stack.enter_context(_Part(folder / "lang=und", _schema(about))).open()


def parquet_of(tables: Iterable[pa.Table], *, about: Mapping[str, str], counted: Callable[[int], None]) -> Iterator[bytes]:
    """One file in pieces, for a stream."""
    sink = _Sink()
    held: list[pa.Table] = []
    with _writer(pa.PythonFile(sink, mode="w"), _schema(about)) as writer:
        for table in tables:
            held.append(table)
            if sum(one.nbytes for one in held) >= _GROUP_BYTES or sum(one.num_rows for one in held) >= _GROUP_ROWS:
                writer.write_table(pa.concat_tables(held), row_group_size=_GROUP_ROWS)
                held = []
                yield from sink.taken()
            counted(table.num_rows)
        if held:
            writer.write_table(pa.concat_tables(held), row_group_size=_GROUP_ROWS)
    yield from sink.taken()


class _Part:
    """The files of one language."""

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self._folder, self._schema = folder, schema
        self._writer: pq.ParquetWriter | None = None
        self._held: list[pa.Table] = []
        self._rows = self._files = self._written = 0
        self.held = 0

    def __enter__(self) -> _Part:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            self.flush()
        if self._writer is not None:
            self._writer.close()

    def add(self, table: pa.Table) -> None:
        self._held.append(table)
        self._rows += table.num_rows
        self.held += table.nbytes
        if self._rows >= _GROUP_ROWS or self.held >= _GROUP_BYTES:
            self.flush()

    def open(self) -> pq.ParquetWriter:
        if self._writer is None or self._written >= _FILE_BYTES:
            if self._writer is not None:
                self._writer.close()
            self._folder.mkdir(exist_ok=True)
            self._writer = _writer(self._folder / f"part-{self._files:05d}.parquet", self._schema)
            self._files += 1
            self._written = 0
        return self._writer

    def flush(self) -> None:
        if self._held:
            self.open().write_table(pa.concat_tables(self._held), row_group_size=_GROUP_ROWS)
            self._written += self.held
            self._held, self._rows, self.held = [], 0, 0


class _Sink(io.RawIOBase):
    """What Arrow writes into, and somebody takes out."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        self._at += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._at

    def taken(self) -> Iterator[bytes]:
        if self._pieces:
            pieces, self._pieces = self._pieces, []
            yield b"".join(pieces)


def _read(store: Store, batch: list[Place]) -> pa.Table:
    where = f"{batch[0].key} at {batch[0].offset}"
    table = _table(list(read_lines(store, batch)), where)
    found, expected = table.column("id").to_pylist(), [one.id for one in batch]
    if found != expected:
        at = next((at for at, pair in enumerate(zip(found, expected, strict=False)) if pair[0] != pair[1]), min(len(found), len(expected)))
        at = min(at, len(batch) - 1)
        raise another_article(f"{batch[at].key} at {batch[at].offset}", found[at] if at < len(found) else None, expected[at])
    return table


def _table(lines: list[bytes], where: str) -> pa.Table:
    data = b"".join(line if line.endswith(b"\n") else line + b"\n" for line in lines)
    try:
        read = pj.ReadOptions(use_threads=False, block_size=max(len(data) + 1, 1 << 16))
        parse = pj.ParseOptions(explicit_schema=READ, unexpected_field_behavior="ignore", newlines_in_values=False)
        return typed(pj.read_json(pa.BufferReader(data), read_options=read, parse_options=parse))
    except (pa.ArrowInvalid, KeyError) as error:
        raise DamagedError(f"{where}: not article records: {str(error)[:200]}", hint="use a newer warchive?") from error


def _schema(about: Mapping[str, str]) -> pa.Schema:
    selection = json.dumps(dict(about), sort_keys=True)
    facts = {"warchive.schema": RECORD, "warchive.export": f"parquet/{VERSION}", "warchive.selection": selection}
    return SCHEMA.with_metadata(facts)


def _writer(target: Path | pa.NativeFile, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(target, schema, compression="zstd", use_dictionary=DICTIONARIES, write_statistics=True)
