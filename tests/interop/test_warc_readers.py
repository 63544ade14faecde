"""Do warcio, FastWARC and cdxj-indexer read our WARC files as we mean them?"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cdxj_indexer.main import CDXJIndexer
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from warcio.archiveiterator import ArchiveIterator

from tests.interop.conftest import SampleRun
from tests.interop.environment import run
from tests.interop.sample import final, samples

_REVISIT_STATUS = re.compile(r'("mime": "warc/revisit",) "status": "\d+",')


def test_cdxj_indexer_writes_the_lines_of_our_index_byte_for_byte(sample_run: SampleRun, tmp_path: Path) -> None:
    output = tmp_path / "theirs.cdxj"
    CDXJIndexer(output=str(output), inputs=[str(path) for path in sample_run.warcs]).process_all()
    theirs = sorted(output.read_bytes().splitlines())
    ours = (sample_run.folder / "indexes/index.cdxj").read_bytes().splitlines()
    assert len(ours) == len(samples()) + 1  # the interim response is a record of its own
    assert ours == theirs


def test_every_block_is_what_came_over_the_wire(sample_run: SampleRun) -> None:
    blocks = {}
    for path in sample_run.warcs:
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                blocks[record.rec_headers.get_header("WARC-Record-ID")[1:-1]] = record.raw_stream.read()
    for sample in samples():
        response = final(sample.capture).response
        if sample.repeats:
            response = response[: response.index(b"\r\n\r\n") + 4]
        assert blocks[sample_run.refs[sample.name].record_id] == response, sample.name


def test_fastwarc_finds_every_digest_right(sample_run: SampleRun) -> None:
    types = []
    for path in sample_run.warcs:
        with path.open("rb") as file:
            for record in FastIterator(file, record_types=WarcRecordType.any_type, parse_http=False):
                types.append(record.record_type)
                assert record.verify_block_digest(consume=False), record.record_id
                if record.record_type == WarcRecordType.response:
                    record.parse_http()
                    assert record.verify_payload_digest(), record.record_id
    assert types.count(WarcRecordType.response) == sum(not sample.repeats for sample in samples()) - 1  # one is no HTTP message
    assert types.count(WarcRecordType.revisit) == sum(bool(sample.repeats) for sample in samples())


@pytest.mark.interop
def test_warcio_check_and_index_accept_the_files(sample_run: SampleRun) -> None:
    # Not with the warcio of our own environment: it cannot open a brotli body with today's brotli, whoever wrote it.
    check = run("warcio", "check", "-v", *sample_run.warcs)
    assert check.returncode == 0, check.stdout + check.stderr
    assert "digest failed" not in check.stdout
    assert "no digest to check" not in check.stdout
    index = run("warcio", "index", "-f", "warc-type,offset,http:status", *sample_run.warcs)
    lines = [json.loads(line) for line in index.stdout.splitlines()]
    by_offset = {int(line["offset"]): line for line in lines}
    for sample in samples():
        ref = sample_run.refs[sample.name]
        assert by_offset[ref.offset]["warc-type"] == ref.record_type, sample.name
        assert by_offset[ref.offset].get("http:status") == (None if ref.status is None else str(ref.status)), sample.name


@pytest.mark.interop
def test_pywbs_cdx_indexer_agrees_with_our_index(sample_run: SampleRun) -> None:
    result = run("cdx-indexer", "-s", "-j", *sample_run.warcs)
    assert result.returncode == 0, result.stderr
    # Two differences are theirs: "unk" where there is no media type, and no status of a revisit.
    theirs = sorted(line.replace('"mime": "unk", ', "") for line in result.stdout.splitlines())
    ours = (sample_run.folder / "indexes/index.cdxj").read_text().splitlines()
    assert theirs == [_REVISIT_STATUS.sub(r"\1", line) for line in ours]
