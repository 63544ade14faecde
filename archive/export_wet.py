"""How do the clean texts leave an archive as WET files, which tools for Common Crawl read?

One WARC `conversion` record an article: its text, the language as ISO 639-3, and the record that it was made of.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from archive.article import Article
from archive.gzipmember import gzip_member
from archive.neutral import one_line, plain, web_url
from archive.period import moment_of
from archive.software import software
from archive.warc import digest, warc_date, warcinfo

_NAMES = uuid.UUID("0f6c3a53-77a4-5f3b-9b0c-7f1f5a2f4d11")
_PAIRS = (
    "aa aar ab abk ae ave af afr ak aka am amh an arg ar ara as asm av ava ay aym az aze ba bak be bel bg bul bi bis bm bam bn ben bo bod "
    "br bre bs bos ca cat ce che ch cha co cos cr cre cs ces cu chu cv chv cy cym da dan de deu dv div dz dzo ee ewe el ell en eng eo epo "
    "es spa et est eu eus fa fas ff ful fi fin fj fij fo fao fr fra fy fry ga gle gd gla gl glg gn grn gu guj gv glv ha hau he heb hi hin "
    "ho hmo hr hrv ht hat hu hun hy hye hz her ia ina id ind ie ile ig ibo ii iii ik ipk io ido is isl it ita iu iku ja jpn jv jav ka kat "
    "kg kon ki kik kj kua kk kaz kl kal km khm kn kan ko kor kr kau ks kas ku kur kv kom kw cor ky kir la lat lb ltz lg lug li lim ln lin "
    "lo lao lt lit lu lub lv lav mg mlg mh mah mi mri mk mkd ml mal mn mon mr mar ms msa mt mlt my mya na nau nb nob nd nde ne nep ng ndo "
    "nl nld nn nno no nor nr nbl nv nav ny nya oc oci oj oji om orm or ori os oss pa pan pi pli pl pol ps pus pt por qu que rm roh rn run "
    "ro ron ru rus rw kin sa san sc srd sd snd se sme sg sag si sin sk slk sl slv sm smo sn sna so som sq sqi sr srp ss ssw st sot su sun "
    "sv swe sw swa ta tam te tel tg tgk th tha ti tir tk tuk tl tgl tn tsn to ton tr tur ts tso tt tat tw twi ty tah ug uig uk ukr ur urd "
    "uz uzb ve ven vi vie vo vol wa wln wo wol xh xho yi yid yo yor za zha zh zho zu zul"
).split()
_LANGUAGES = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))


def wet_head(collection: str, about: Mapping[str, str], *, serial: int, moment: datetime) -> bytes:
    """The record at the head of a file."""
    fields = [
        ("software", software()),
        ("format", "WARC File Format 1.1"),
        ("isPartOf", collection),
        ("description", "clean texts of articles"),
        *((name, one_line(value)) for name, value in about.items()),
    ]
    name = f"{collection}-{serial:05d}.warc.wet.gz"
    facts = f"{name} {moment} {sorted(about.items())}"
    return warcinfo(name, moment, fields, new_id=lambda: uuid.uuid5(_NAMES, facts)).data


def wet_record(article: Article) -> bytes:
    """One article as a record: a gzip member."""
    block = plain(article.text).encode("utf-8", "replace")
    moment = moment_of(article.captured_at) or datetime(1980, 1, 1, tzinfo=UTC)
    fields = [
        ("WARC-Type", "conversion"),
        ("WARC-Target-URI", web_url(article.url)),
        ("WARC-Date", warc_date(moment)),
        ("WARC-Record-ID", f"<{uuid.uuid5(_NAMES, f'{article.id} {article.text_sha256}').urn}>"),
        ("WARC-Refers-To", f"<{one_line(article.warc.record_id)}>" if article.warc else None),
        ("WARC-Block-Digest", digest(block)),
        ("WARC-Identified-Content-Language", iso_639_3(article.language)),
        ("Content-Type", "text/plain"),
        ("Content-Length", str(len(block))),
    ]
    head = "".join(["WARC/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in fields if value), "\r\n"])
    return gzip_member(head.encode("utf-8", "replace"), block, b"\r\n\r\n")


def iso_639_3(tag: str | None) -> str | None:
    """As Common Crawl names a language: `uk` and `uk-UA` are `ukr`; null for what is no tag."""
    primary = (tag or "").split("-")[0].lower()
    if not primary.isascii() or not primary.isalpha() or not 2 <= len(primary) <= 8:
        return None
    return _LANGUAGES.get(primary, primary)
