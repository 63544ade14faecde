"""What has been kept of this URL before, so that an answer may refer to it in place of being kept again?

Only what is published is referred to (DESIGN §5.8); what is not published yet is asked whether it is the newest.
"""

from __future__ import annotations

from archive.catalogue import Catalogue
from archive.http import payload_offset, split_interim
from archive.ledger import Ledger
from archive.model import Capture
from archive.warc import Original, digest, entity_digest
from crawler.answer import Judgement
from crawler.frontier import Frontier
from crawler.work import Work


class Earlier:
    """Earlier captures, as catalogue and ledger know them."""

    def __init__(self, frontier: Frontier, ledger: Ledger, catalogue: Catalogue) -> None:
        self._frontier, self._ledger, self._catalogue = frontier, ledger, catalogue

    def validators(self, work: Work) -> dict[str, str]:
        """Headers that ask a seed whether it has changed, only where a published capture is there that a 304 can refer to.

        Pages are asked again without: a 304 has nothing to replay, an identical payload has (docs/decisions/0201).
        """
        if work.kind != "seed" or work.hops or work.backfill:
            return {}
        state = self._frontier.seeds.state(work.source.name, work.seed_url)
        if not (state.etag or state.last_modified) or self._published(work.url) is None or self._ledger.last_entity(work.url) is not None:
            return {}  # the validators may be of a capture that is not published yet: a 304 must not be taken for an older one
        return {name: value for name, value in (("If-None-Match", state.etag), ("If-Modified-Since", state.last_modified)) if value}

    def original_for(self, work: Work, capture: Capture, judgement: Judgement) -> Original | None:
        """The published capture that this answer repeats, if any. Pages that are new to us are always kept whole."""
        if judgement.what == "unchanged":
            return self._published(capture.url)
        fresh_page = work.candidate is not None and not work.candidate.recheck
        if judgement.what != "keep" or fresh_page:
            return None
        final = split_interim(capture.response)[1]
        entity = entity_digest(final)
        if work.candidate is not None and self._last_entity(capture.url) != entity:
            return None  # as it once was, but not as it was last: that is news
        original = self._original(entity, capture.url)
        if original is None or original.url != capture.url:
            return None
        # pywb serves the original's payload under the head of the revisit: chunks would show where this head does not announce them.
        chunked, was_chunked = digest(final[payload_offset(final) :]) != entity, original.payload_digest != original.entity_digest
        return original if chunked or not was_chunked else None

    def _published(self, url: str) -> Original | None:
        last = self._catalogue.last_capture(url)
        return self._original(last.entity_digest, url) if last is not None and last.status in (200, 304) else None

    def _last_entity(self, url: str) -> str | None:
        """What the newest capture of the URL held, published or not."""
        pending = self._ledger.last_entity(url)
        if pending is not None:
            return pending
        last = self._catalogue.last_capture(url)
        return last.entity_digest if last is not None else None

    def _original(self, entity_digest: str, url: str) -> Original | None:
        found = self._catalogue.original_of(entity_digest, url)
        if found is None:
            return None
        return Original(
            record_id=found.record_id,
            url=found.url,
            fetched_at=found.fetched_at,
            payload_digest=found.payload_digest,
            entity_digest=found.entity_digest,
        )
