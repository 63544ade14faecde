"""Which characters do the bytes of a page stand for?

The order is that of the WHATWG HTML standard §13.2.3: byte order mark, HTTP header, `<meta>` in the first bytes, a guess. Two steps are
added, since an archive has no user who could switch: bytes that are UTF-8 beyond doubt are read as UTF-8 whatever the label says, and a
UTF-8 label that most of the text contradicts is dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# WHATWG Encoding standard §4.2: the Python codec, then every label; a codec may have several lines. Labels of the `replacement` encoding
# are left out, so that they count as none.
_TABLE = """
utf-8: unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8
cp866: 866 cp866 csibm866 ibm866
iso8859-2: csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2
iso8859-3: csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3
iso8859-4: csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4
iso8859-5: csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988
iso8859-6: arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6
iso8859-6: iso88596 iso_8859-6 iso_8859-6:1987
iso8859-7: csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987
iso8859-7: sun_eu_greek
iso8859-8: csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 visual
iso8859-8: csiso88598i iso-8859-8-i logical
iso8859-10: csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6
iso8859-13: iso-8859-13 iso8859-13 iso885913
iso8859-14: iso-8859-14 iso8859-14 iso885914
iso8859-15: csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9
iso8859-16: iso-8859-16
koi8-r: cskoi8r koi koi8 koi8-r koi8_r
koi8-u: koi8-ru koi8-u
mac-roman: csmacintosh mac macintosh x-mac-roman
cp874: dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874
cp1250: cp1250 windows-1250 x-cp1250
cp1251: cp1251 windows-1251 x-cp1251
cp1252: ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1
cp1252: latin1 us-ascii windows-1252 x-cp1252 x-user-defined
cp1253: cp1253 windows-1253 x-cp1253
cp1254: cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254
cp1255: cp1255 windows-1255 x-cp1255
cp1256: cp1256 windows-1256 x-cp1256
cp1257: cp1257 windows-1257 x-cp1257
cp1258: cp1258 windows-1258 x-cp1258
mac-cyrillic: x-mac-cyrillic x-mac-ukrainian
gb18030: chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030
big5hkscs: big5 big5-hkscs cn-big5 csbig5 x-x-big5
euc-jp: cseucpkdfmtjapanese euc-jp x-euc-jp
iso2022-jp: csiso2022jp iso-2022-jp
cp932: csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis
cp949: cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949
utf-16-be: unicodefffe utf-16be
utf-16-le: csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le
"""
LABELS: dict[str, str] = {
    label: codec for line in _TABLE.strip().splitlines() for codec, _, labels in [line.partition(": ")] for label in labels.split()
}
# HTML standard §13.2.3.2, the table of suggested defaults by locale.
_BY_LANGUAGE = {
    code: codec
    for codec, codes in {
        "cp1256": "ar fa ur ckb ps",
        "cp1251": "ba be bg kk ky mk ru sah sr tg tt uk",
        "cp1250": "bs cs hr hu pl sk sl",
        "iso8859-7": "el",
        "cp1257": "et lt lv",
        "cp1255": "he yi",
        "cp932": "ja",
        "cp949": "ko",
        "cp1254": "az ku tr",
        "cp874": "th",
        "cp1258": "vi",
        "gb18030": "zh",
    }.items()
    for code in codes.split()
}
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"))
# The standard looks at 1024 bytes; browsers go on where the head is longer, and so do many pages.
_PRESCAN = 16_384
_LONGEST_TYPE = 1_000
_META = re.compile(rb"""<meta\s[^>]{0,400}?charset\s*+=\s*+["']?\s*+([a-zA-Z0-9_:.\-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s{0,20}<\?xml[^>]{1,100}encoding\s*+=\s*+["']([a-zA-Z0-9_:.\-]{2,40})""")
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_LANG = re.compile(rb"""<html[^>]{0,400}?\slang\s*=\s*["']?([a-zA-Z]{2,3})""", re.IGNORECASE)
_TYPE_CHARSET = re.compile(r"""charset\s*+=\s*+["']?\s*+([^\s"';,]{1,40})""", re.IGNORECASE)
# A sequence of two bytes or more that only UTF-8 is likely to have.
_WIDE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_SURELY_UTF_8 = re.compile(rb"(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})(?![\x80-\xbf])")
_GOOD_FOR_ONE_BAD = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A page as characters, and how they were found."""

    text: str
    encoding: str
    """Name of the Python codec."""
    origin: str
    """`bom`, `http`, `meta`, `utf-8` (the bytes themselves say so) or `guess`."""
    damaged: int
    """Number of characters that could not be read."""


def codec_of(label: str | None) -> str | None:
    """The codec of a WHATWG label; null where the standard does not know the label."""
    return LABELS.get(label.strip().lower()) if label else None


def decode(body: bytes, *, content_type: str | None = None, languages: tuple[str, ...] = ()) -> Decoded:
    """Read the bytes as a browser would; never fails. `languages` are those of the source: they decide a guess."""
    for mark, marked in _BOMS:
        if body.startswith(mark):
            return _read(body[len(mark) :], marked, "bom")
    label = _TYPE_CHARSET.search(content_type[:_LONGEST_TYPE]) if content_type else None
    http = codec_of(label[1]) if label else None
    if http and http.startswith("utf-16") and b"\0" not in body:
        http = None  # the markup of a page in UTF-16 is full of them
    meta = _from_meta(body[:_PRESCAN])
    codec = http or meta
    origin = "http" if http else "meta"
    strict = _as_utf8(body)
    if strict is not None and (codec is None or codec == "utf-8" or (not codec.startswith("utf-16") and _WIDE.search(body))):
        return Decoded(text=strict, encoding="utf-8", origin=(origin if codec == "utf-8" else "utf-8"), damaged=0)
    if strict is None and codec != "utf-8" and (found := _hardly_damaged(body)) is not None:
        return found
    if codec is None:
        return _read(body, _guess(body, languages), "guess")
    read = _read(body, codec, origin)
    # A label that a tenth and more of the special characters contradict is a mistake; a few bad bytes are damage.
    if read.damaged and codec == "utf-8":
        wide = sum(1 for _ in _WIDE.finditer(body))
        if read.damaged > wide:
            other = meta if meta and meta != "utf-8" else _guess(body, languages)
            return _read(body, other, "guess")
    return read


def _as_utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        # A body cut in the middle of a character is still UTF-8.
        return body[: error.start].decode("utf-8") if error.start >= len(body) - 3 and error.start > 0 else None


def _hardly_damaged(body: bytes) -> Decoded | None:
    """UTF-8 with a few bad bytes among many characters that no other encoding has in a row: what editing by hand leaves behind."""
    if _WIDE.search(body) is None:
        return None
    read = _read(body, "utf-8", "utf-8")
    return read if read.damaged * _GOOD_FOR_ONE_BAD <= sum(1 for _ in _SURELY_UTF_8.finditer(body)) else None


def _read(body: bytes, codec: str, origin: str) -> Decoded:
    text = body.decode(codec, "replace")
    return Decoded(text=text, encoding=codec, origin=origin, damaged=text.count("\ufffd"))


def _from_meta(head: bytes) -> str | None:
    head = _COMMENT.sub(b"", head)
    match = _META.search(head) or _XML.search(head)
    codec = codec_of(match[1].decode("ascii")) if match else None
    # HTML standard §13.2.3.2: a page that could be read up to its meta is not UTF-16.
    return "utf-8" if codec and codec.startswith("utf-16") else codec


def _guess(body: bytes, languages: tuple[str, ...]) -> str:
    stated = _LANG.search(body[:_PRESCAN])
    wanted = [stated[1].decode("ascii").lower()] if stated else []
    wanted += [language.split("-")[0].lower() for language in languages]
    return next((_BY_LANGUAGE[code] for code in wanted if code in _BY_LANGUAGE), "cp1252")
