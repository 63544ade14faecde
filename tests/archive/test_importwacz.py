"""Is a WACZ taken only where it is whole and as it says, and is nothing in it believed before?"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from pathlib import Path

import pytest

from archive.importscan import NotImportable
from archive.importwacz import Wacz
from tests.archive.theirs import Exchange, wacz_of, warc_of

DATA = warc_of([Exchange(url="http://river.example/1")])
PATH = "archive/data.warc.gz"


def written(folder: Path, data: bytes) -> Path:
    path = folder / "x.wacz"
    path.write_bytes(data)
    return path


def refusal(folder: Path, data: bytes) -> NotImportable:
    with pytest.raises(NotImportable) as problem:
        unpacked(written(folder, data))
    assert problem.value.hint
    return problem.value


def unpacked(path: Path) -> None:
    wacz = Wacz(path)
    for inner in wacz.warcs:
        wacz.copy(inner, io.BytesIO())


def zipped(entries: dict[str, bytes], **options: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as archive:  # type: ignore[arg-type]
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_whole_one_gives_its_files_byte_for_byte_and_its_pages(tmp_path: Path) -> None:
    wacz = Wacz(written(tmp_path, wacz_of({PATH: DATA, "indexes/index.cdx.gz": b"x"}, pages=["http://river.example/1"])))
    (inner,) = wacz.warcs
    out = io.BytesIO()
    wacz.copy(inner, out)
    assert out.getvalue() == DATA
    assert list(wacz.pages()) == ["http://river.example/1"]
    wacz.close()


def test_what_is_missing_or_wrong_is_named(tmp_path: Path) -> None:
    assert "no datapackage.json" in refusal(tmp_path, wacz_of({PATH: DATA}, package=False)).message
    assert "is not as its datapackage.json says" in refusal(tmp_path, wacz_of({PATH: DATA}, lie={PATH: "sha256:" + "0" * 64})).message
    assert "no zip file" in refusal(tmp_path, wacz_of({PATH: DATA})[:-40]).message
    assert "no zip file" in refusal(tmp_path, b"PK\x03\x04").message
    assert "no WARC file" in refusal(tmp_path, wacz_of({"indexes/index.cdx": b""})).message
    assert "cannot be read" in refusal(tmp_path, zipped({PATH: DATA, "datapackage.json": b'{"resources": [{"path": 3}]}'})).message
    assert "does not name" in refusal(tmp_path, zipped({PATH: DATA, "datapackage.json": b'{"resources": []}'})).message
    assert "import the .wacz files" in refusal(tmp_path, wacz_of({"inner.wacz": b"PK"})).hint
    assert "no .warc.gz" in refusal(tmp_path, wacz_of({"archive/data.warc": b"WARC/1.0"})).message


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "archive/../../x.warc.gz", "..\\x", "C:\\x", "archive\\..\\..\\x"])
def test_paths_that_lead_out_of_it_are_refused(tmp_path: Path, name: str) -> None:
    assert "leads out of it" in refusal(tmp_path, zipped({name: b"x", "datapackage.json": b"{}"})).message
    assert [path.name for path in tmp_path.iterdir()] == ["x.wacz"]


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    data = b"\0" * (80 << 20)
    package = b'{"resources": [{"path": "archive/data.warc.gz", "bytes": %d, "hash": "sha256:%s"}]}' % (len(data), b"0" * 64)
    bomb = zipped({PATH: data, "datapackage.json": package}, compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 1 << 20
    assert "bytes of" in refusal(tmp_path, bomb).message


def test_a_size_that_the_zip_lies_about_stops_the_copy_there(tmp_path: Path) -> None:
    package = b'{"resources": [{"path": "archive/data.warc.gz", "bytes": 1000, "hash": "sha256:' + b"0" * 64 + b'"}]}'
    data = bytearray(zipped({PATH: b"\0" * (4 << 20), "datapackage.json": package}, compression=zipfile.ZIP_DEFLATED))
    size = struct.pack("<I", 4 << 20)
    assert data.count(size) == 2
    lying = bytes(data).replace(size, struct.pack("<I", 1000))
    assert refusal(tmp_path, lying)


def test_two_entries_of_one_name_and_encrypted_ones_are_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(PATH, DATA)
        archive.writestr(PATH, b"another")
    assert "twice" in refusal(tmp_path, out.getvalue()).message
    data = bytearray(wacz_of({PATH: DATA}))
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    assert "encrypted" in refusal(tmp_path, bytes(data)).message
