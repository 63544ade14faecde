"""Which characters are the bytes of a seed?

Declarations are often wrong: many servers say ISO-8859-1 by default, many templates say UTF-8 over other bytes. Bytes that are valid
UTF-8 and not ASCII are practically never anything else, so the bytes are asked first, then the byte order mark's, HTTP's and the
document's own word, in this order.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

# The encodings of the WHATWG Encoding Standard, by Python's names, and by which codec each is read. Nothing else is accepted:
# Python also knows UTF-7, rot13 and zip.
_CODECS = {
    **{name: name for name in ("utf-8", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "cp866", "mac-roman", "mac-cyrillic")},
    **{name: name for name in ("gb18030", "euc_jp", "iso2022_jp")},
    **{f"iso8859-{number}": f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"cp{number}": f"cp{number}" for number in range(1250, 1259)},
    "cp874": "cp874",
    "utf-16": "utf-16-le",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "cp932": "cp932",
    "euc_kr": "cp949",
    "cp949": "cp949",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
}
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_META = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """The text, and how sure that is."""

    text: str
    encoding: str
    problem: str | None = None
    """Null or `not-utf8`: bytes that fit no encoding that anybody named were replaced by U+FFFD."""
    note: str | None = None


def codec_of(label: str) -> str | None:
    """Python's codec for a label, as the Encoding Standard would read it; null for one that it does not know."""
    try:
        return _CODECS.get(codecs.lookup(label).name)
    except (LookupError, ValueError):
        return None


def decode(body: bytes, *, content_type: str | None) -> Decoding:
    """Never fails: what cannot be read is replaced, and said."""
    for mark, codec in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if body.startswith(mark):
            return _read(body[len(mark) :], codec)
    if body[:4] in (b"<\0?\0", b"<\0r\0", b"<\0!\0"):
        return _read(body, "utf-16-le")
    if body[:4] in (b"\0<\0?", b"\0<\0r", b"\0<\0!"):
        return _read(body, "utf-16-be")
    declared = _declarations(body, content_type)
    if "iso2022_jp" in declared and b"\x1b" in body:  # seven bits, so it would pass for ASCII
        return _read(body, "iso2022_jp")
    try:
        return Decoding(text=body.decode("utf-8"), encoding="utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > 0:
            return Decoding(text=body[: error.start].decode("utf-8"), encoding="utf-8", note="ends within a character")
    others = [codec for codec in declared if codec not in ("utf-8", "utf-16-le", "utf-16-be")]
    for codec in others:
        try:
            return Decoding(text=body.decode(codec), encoding=codec)
        except UnicodeDecodeError:
            continue
    return _read(body, others[0] if others else "utf-8")


def _declarations(body: bytes, content_type: str | None) -> list[str]:
    # RFC 7303 §3: HTTP's charset goes before the document's own.
    labels = [match[1] for match in [_CHARSET.search((content_type or "")[:300])] if match]
    for pattern in (_DECLARED, _META):
        match = pattern.search(body[:4096])
        if match:
            labels.append(match[1].decode("ascii"))
            break
    found = [codec_of(label) for label in labels]
    return [codec for codec in found if codec]


def _read(body: bytes, codec: str) -> Decoding:
    try:
        return Decoding(text=body.decode(codec), encoding=codec)
    except UnicodeDecodeError as error:
        text = body.decode(codec, "replace")
        note = f"read as {codec}, where byte {error.start:,} and perhaps others do not fit"
        return Decoding(text=text, encoding=codec, problem="not-utf8", note=note)
