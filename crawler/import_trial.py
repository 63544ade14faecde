"""What would come of an import?

The files are read as an import reads them, and nothing is written but a passing copy of what lies in a WACZ.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive.catalogue import Catalogue
from archive.importscan import NotImportable
from archive.ledger import Ledger
from crawler.import_files import RefusedError, bring, given_files
from crawler.import_kinds import Pages
from crawler.import_records import RecordsOfFile


def try_import(catalogue: Catalogue, files: list[Path]) -> dict[str, Any]:
    """Of each file the outcomes that its records would have; `text` is a page that the extractor would judge."""
    known = {str(entry.get("sha256")): run for run, entry in catalogue.imported()}
    told: list[dict[str, Any]] = []
    for number, one in enumerate(given_files(files, say=lambda _text: None)):
        told.append({"name": one.name, "sha256": one.sha256, "run": known.get(one.sha256), "records": 0, "outcomes": {}, "problems": []})
        if one.sha256 in known:
            continue
        with TemporaryDirectory(prefix="warchive-import-") as folder:
            path = one.path
            if one.inner is not None:
                path = Path(folder) / "inner.warc.gz"
                bring(one, path, min_free_bytes=0)
            ledger = Ledger(Path(folder) / "ledger.sqlite")
            try:
                records = RecordsOfFile(ledger, catalogue, filename=f"{number}.warc.gz", run="trial", pages=Pages.of(one.pages), texts=True)
                records.read(path, source=None, sha256=one.sha256)
                texts = ledger.db.execute("SELECT count(*) FROM captures WHERE task IS NOT NULL").fetchone()[0]
            except NotImportable as problem:
                raise RefusedError([(one.path, problem)]) from problem
            finally:
                ledger.close()
        counts = records.counts.as_json()
        told[-1] |= {**counts, "outcomes": {**({"text": texts} if texts else {}), **counts["outcomes"]}}
    return {"files": told}
