"""How does the sample become the folder of a published run?"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

from archive.ledger import Ledger
from archive.spool import Spool
from tests.interop.sample import SITE, START, append_all

RUN = "20241108t081500z-1f2e3d4c"
COLLECTION = "news"


def make_run_folder(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Spool the sample and publish it into a store in `folder`; returns the run's folder and the references by name."""
    state = folder / "state"
    ledger = Ledger(state / "ledger.sqlite")
    ledger.begin_run(RUN, COLLECTION, START, {})
    spool = Spool(state, ledger, run=RUN, collection=COLLECTION, info=[("software", "warchive")], min_free_bytes=0)
    refs = append_all(spool)
    spool.close_segment()
    run = folder / "run"
    for name in ("archive", "indexes", "pages", "articles"):
        (run / name).mkdir(parents=True)
    for path in spool.folder.glob("*.warc.gz"):
        shutil.copy(path, run / "archive")
    lines = sorted(row[0].encode() for row in ledger.db.execute("SELECT line FROM index_lines"))
    (run / "indexes/index.cdxj").write_bytes(b"".join(line + b"\n" for line in lines))
    pages = [
        {"format": "json-pages-1.0", "id": "pages", "title": "All"},
        {"url": f"{SITE}/plain", "ts": "2024-11-08T08:15:00Z", "title": "Bridge"},
    ]
    (run / "pages/pages.jsonl").write_text("".join(json.dumps(page) + "\n" for page in pages))
    (run / "articles/articles.jsonl.gz").write_bytes(gzip.compress(b""))
    resources = []
    for path in sorted(path for path in run.rglob("*") if path.is_file()):
        data = path.read_bytes()
        resources.append(
            {
                "name": path.name,
                "path": str(path.relative_to(run)),
                "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
                "bytes": len(data),
                "type": "file",
            }
        )
    package = {"profile": "data-package", "wacz_version": "1.1.1", "created": "2024-11-08T08:15:00Z", "resources": resources}
    (run / "datapackage.json").write_text(json.dumps(package))
    ledger.close()
    return run, refs


def zip_folder(run: Path, target: Path) -> Path:
    """A WACZ: a plain zip of the run's folder, nothing compressed again."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(run.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(run))
    return target
