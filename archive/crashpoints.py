"""Where may a process die, and how does a test make it die just there?

DESIGN §5: nothing acknowledged is ever lost. Between any two steps of append, commit, close, recovery and publication stands one
of these points. With `WARCHIVE_CRASH_AT=name` (or `name:3`: the third passage) in its environment, the process kills itself there
with SIGKILL, so that no handler runs, no buffer is flushed and no lock is given back. Without it a point costs one comparison.
"""

from __future__ import annotations

import os
import signal

CRASHPOINTS = {
    "append-written": "spool: the records stand in the file, neither synced nor in a row",
    "commit-synced": "spool: the bytes are on the disk, their rows are not",
    "commit-done": "spool: bytes and rows are on the disk, nobody was told",
    "segment-synced": "spool: a segment is complete under its name with `.open`",
    "segment-renamed": "spool: the segment has its final name, its row does not say so yet",
    "recover-quarantined": "recovery: bytes stand in quarantine and still in the segment",
    "recover-cut": "recovery: the segment ends where its rows end, under its name with `.open`",
    "recover-renamed": "recovery: the segment has its final name, its row does not say so yet",
    "recover-repaired": "recovery: the repaired segment stands beside the damaged one, the rows name the damaged one",
    "recover-rewritten": "recovery: the rows name the repaired segment, the damaged one is still there",
    "publish-begun": "publication: nothing was done yet",
    "publish-marked": "publication: the store has its marker",
    "publish-warc": "publication: one more WARC file is in the store, its row does not say so yet",
    "publish-warcs": "publication: all WARC files are in the store",
    "publish-derived": "publication: the other files stand in the spool, none is in the store",
    "publish-index": "publication: the index is in the store",
    "publish-pages": "publication: the page list is in the store",
    "publish-captures": "publication: the list of captures is in the store",
    "publish-articles": "publication: the articles are in the store",
    "publish-report": "publication: the report is in the store; only the manifest is missing",
    "publish-manifest": "publication: the manifest is in the store, nothing here knows it",
    "publish-catalogued": "publication: the catalogue has the run, the ledger has it too",
    "publish-forgotten": "publication: the ledger has forgotten the run, its folder is still in the spool",
    "publish-removed": "publication: the folder is gone, the mark that it may go is still there",
}

EXTRACTION_POINTS = {
    "extraction-chosen": "extraction: what is to be made again is written down, nothing is made",
    "extraction-settled": "extraction: one more capture was made again, perhaps not yet committed",
    "extraction-remembered": "extraction: what the sites repeat is known, the second pass has not begun",
    "extraction-part": "extraction: one more file of articles or changes is in the store",
    "extraction-report": "extraction: all files are in the store; only the manifest is missing",
    "extraction-manifest": "extraction: the manifest is in the store, the work of it is still in the state folder",
}

IMPORT_POINTS = {
    "import-begun": "import: it is written down that one began, nothing is copied",
    "import-copied": "import: the files stand in the spool, no row tells of them",
    "import-entered": "import: the run is entered, its records are not",
    "import-records": "import: some hundred records more have their rows",
    "import-indexed": "import: all records have their rows, no text is made",
    "import-text": "import: one more text is made, perhaps not yet committed",
    "import-remembered": "import: what the sites repeat is known, no version is numbered",
    "import-kept": "import: some versions more are kept",
    "import-reported": "import: the report is fixed, nothing is in the store",
    "import-published": "import: it is published, what was done for it is still in the state folder",
}

EXPORT_POINTS = {
    "export-made": "export of what is new: all of it is on the disk under a hidden name, nobody has noted that",
    "export-noted": "export of what is new: it is noted which runs it holds, it still has its hidden name",
    "export-named": "export of what is new: it has its name, the note says that it may not",
    "export-marked": "export of what is new: everything is done, nobody was told",
}


def _target(value: str) -> tuple[str, int]:
    name, _, passage = value.partition(":")
    if name and name not in {*CRASHPOINTS, *EXTRACTION_POINTS, *IMPORT_POINTS, *EXPORT_POINTS}:
        raise ValueError(f"WARCHIVE_CRASH_AT names no crash point: {name!r}")
    return name, int(passage or 1)


_name, _left = _target(os.environ.get("WARCHIVE_CRASH_AT", ""))


def crashpoint(name: str) -> None:
    """Die here, where WARCHIVE_CRASH_AT says so."""
    global _left
    if name != _name:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
