"""How does the sample become the folder of a published run?"""

from __future__ import annotations

import zipfile
from datetime import timedelta
from pathlib import Path

from archive.layout import RunFolder
from archive.ledger import Ledger
from archive.model import CaptureRef
from archive.publish import publish_run
from archive.spool import Spool
from archive.stores import open_store
from tests.archive.shelf import article_of
from tests.interop.sample import START, append_all

RUN = "20241108t081500z-1f2e3d4c"
COLLECTION = "news"


def make_run_folder(folder: Path) -> tuple[Path, dict[str, CaptureRef]]:
    """Spool the sample and publish it into a store in `folder`; returns the run's folder and the references by name."""
    state = folder / "state"
    ledger = Ledger(state / "ledger.sqlite")
    ledger.begin_run(RUN, COLLECTION, START, {"software": "warchive"})
    spool = Spool(state, ledger, run=RUN, collection=COLLECTION, info=[("software", "warchive")], min_free_bytes=0)
    refs = append_all(spool)
    spool.close_segment()
    for name in ("plain", "chunked-gzip", "br"):
        article = article_of(refs[name])
        row = ledger.db.execute("SELECT id FROM captures WHERE record_id = ?", (refs[name].record_id,)).fetchone()["id"]
        values = (article.id, RUN, row, article.article_id, 1, article.to_json())
        with ledger.transaction() as db:
            db.execute("INSERT INTO articles (id, run, capture, article_id, version, json) VALUES (?, ?, ?, ?, ?, ?)", values)
    ledger.end_run(RUN, START + timedelta(minutes=1), {"captures": len(refs)})
    publish_run(ledger, state, RUN, open_store(str(folder / "store")))
    ledger.close()
    return folder / "store" / RunFolder(collection=COLLECTION, run=RUN).prefix, refs


def zip_folder(run: Path, target: Path) -> Path:
    """A WACZ: a plain zip of the run's folder, nothing compressed again."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(run.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(run))
    return target
