"""Which other files does a style sheet name: sheets it imports, fonts, pictures?

A scanner of CSS tokens (CSS Syntax 3 §4), not a parser of rules: strings, comments and escapes are read as a browser reads them, so that
what only looks like a name is none. It runs through the text once, whatever is in it; a full tokenizer in Python costs a page's inline
styles more than the rest of the extraction (docs/decisions/0505).
"""

from __future__ import annotations

import re
from typing import Any, Literal

from archive.http import decode_body, parse_response
from pipelines.charset import codec_of
from pipelines.weburl import absolute

Named = Literal["style", "font", "background"]

MAX_CHARS = 4_000_000
"""Sheets of large sites have half a million."""
MAX_NAMES = 1_000
_MAX_URL = 4_000
_MAX_NESTING = 500
_NAME = r"(?:[\w\-\x80-\U0010ffff]|\\[0-9A-Fa-f]{1,6}(?:\r\n|[ \t\n\r\f])?|\\[^\n\r\f0-9A-Fa-f])++"
_TOKEN = re.compile(
    rf"""(?P<comment>/\*)
    |"(?P<double>(?:[^"\\\n\r\f]|\\(?:\r\n|.))*+)(?P<double_end>"|\Z)?
    |'(?P<single>(?:[^'\\\n\r\f]|\\(?:\r\n|.))*+)(?P<single_end>'|\Z)?
    |<!--|-->
    |@(?P<at>{_NAME})
    |(?P<function>{_NAME})\(
    |{_NAME}
    |(?P<mark>[{{}}();])""",
    re.VERBOSE | re.DOTALL,
)
_BARE = re.compile(
    r"[ \t\n\r\f]*+(?P<url>(?:[^\\)\"'(\s\x00-\x08\x0b\x0e-\x1f\x7f]|\\[0-9A-Fa-f]{1,6}(?:\r\n|[ \t\n\r\f])?|\\[^\n\r\f])*+)"
    r"[ \t\n\r\f]*+(?P<end>\)|\Z)?"
)
_BAD = re.compile(r"(?:[^)\\]|\\.)*+\)?", re.DOTALL)
_QUOTED = re.compile(r"[ \t\n\r\f]*+[\"']")
_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})(?:\r\n|[ \t\n\r\f])?|(\r\n|[\n\r\f])|(.))", re.DOTALL)
_MAY_NAME = re.compile(r"\\|url|src\(|image-set|@import", re.IGNORECASE)
_CHARSET = re.compile(rb'@charset "([!-~]{1,40})";')
_SETS = frozenset({"image-set", "-webkit-image-set"})
# Fonts that no browser of today takes where a sheet offers a better one, the best first.
_FORMATS = (re.compile(r"\.woff2(?:$|[?#])", re.I), re.compile(r"\.woff(?:$|[?#])", re.I), re.compile(r"\.[ot]tf(?:$|[?#])", re.I))


def names_in(text: str) -> list[tuple[str, Named]]:
    """References as written and what each is, in the order of the text; bounded by `MAX_NAMES`."""
    if not _MAY_NAME.search(text):
        return []
    return _Scanner(text[:MAX_CHARS]).scan()


def urls_in(text: str, base: str) -> list[tuple[str, Named]]:
    """The same as absolute URLs, each once."""
    found: dict[str, Named] = {}
    for reference, what in names_in(text):
        url = absolute(reference, base)
        if url is not None:
            found.setdefault(url, what)
    return list(found.items())


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[tuple[str, Named]] = []
        self._face: list[str] | None = None
        """Files of the `@font-face` rule that is open."""
        self._rule = ""
        """The at-rule whose prelude is being read."""
        self._open: list[str] = []
        """Functions, parentheses and blocks that are open."""

    def scan(self) -> list[tuple[str, Named]]:
        text, at = self._text, 0
        while (token := _TOKEN.search(text, at)) is not None and len(self._found) < MAX_NAMES:
            at = token.end()
            kind = token.lastgroup
            if kind == "comment":
                end = text.find("*/", at)
                at = len(text) if end < 0 else end + 2
            elif kind == "mark":
                self._mark(token["mark"])
            elif kind == "at":
                self._rule = _plain(token["at"]).lower()
            elif kind == "function":
                at = self._function(_plain(token["function"]).lower(), at)
            elif token["double_end"] is not None or token["single_end"] is not None:
                self._string(_plain(token["double"] if token["double"] is not None else token["single"]))
        self._end_face()
        return self._found[:MAX_NAMES]

    def _mark(self, mark: str) -> None:
        if mark == "{":
            if self._rule == "font-face":
                self._face = []
            self._rule = ""
            self._push("{")
        elif mark == "}":
            while self._open and self._open.pop() != "{":
                pass  # a block ends what was left open in it
            self._rule = ""
            self._end_face()
        elif mark == "(":
            self._push("(")
        elif mark == ")":
            if self._open and self._open[-1] != "{":
                self._open.pop()
        elif not self._open or self._open[-1] == "{":
            self._rule = ""

    def _function(self, name: str, at: int) -> int:
        if name == "url" and not _QUOTED.match(self._text, at):
            bare = _BARE.match(self._text, at)
            if bare is not None and bare["end"] is not None:
                self._name(_plain(bare["url"]))
                return bare.end()
            rest = _BAD.match(self._text, at)  # CSS Syntax 3 §4.3.14: it reaches to the next parenthesis
            return rest.end() if rest is not None else at
        self._push(name)
        return at

    def _push(self, name: str) -> None:
        if len(self._open) < _MAX_NESTING:
            self._open.append(name)

    def _string(self, value: str) -> None:
        inner = self._open[-1] if self._open else ""
        if inner in ("url", "src") or inner in _SETS or (self._rule == "import" and inner in ("", "{")):
            self._name(value)

    def _name(self, reference: str) -> None:
        reference = reference.strip()
        if not reference or len(reference) > _MAX_URL or reference.startswith("#"):
            return
        if self._rule == "import":
            self._rule = "imported"  # what follows are layers and conditions
            self._found.append((reference, "style"))
        elif self._rule:
            return  # a namespace, or the condition of another rule: a name that nobody asks for
        elif self._face is not None:
            self._face.append(reference)
        else:
            self._found.append((reference, "background"))

    def _end_face(self) -> None:
        faces, self._face = self._face or [], None
        for form in _FORMATS:
            if best := [face for face in faces if form.search(face)]:
                faces = best
                break
        self._found += [(face, "font") for face in faces]


def _plain(written: str) -> str:
    """CSS Syntax 3 §4.3.7: without escapes."""
    return _ESCAPE.sub(_unescaped, written) if "\\" in written else written


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        code = int(match[1], 16)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    return match[3] or ""


def decode(body: bytes, content_type: str | None) -> str:
    """CSS Syntax 3 §3.2: byte order mark, HTTP header, `@charset`, UTF-8."""
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")):
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    label = re.search(r"charset\s*+=\s*+[\"']?([!-~]{1,40}?)[\"';\s]*$", (content_type or "")[:500], re.I)
    rule = _CHARSET.match(body)
    found = codec_of(label[1]) if label else None
    if found is None and rule is not None:
        found = codec_of(rule[1].decode("ascii"))
        found = "utf-8" if found and found.startswith("utf-16") else found
    return body.decode(found or "utf-8", "replace")


def stylesheet_task(payload: bytes, *, url: str, max_decoded_bytes: int) -> dict[str, Any]:
    """For a child: what a kept response names, as `{"names": [[url, what], ...]}`; nothing where it is no style sheet that can be read."""
    message = parse_response(payload)
    kind = (message.header("Content-Type") or "").partition(";")[0].strip().lower()
    if kind and kind != "text/css":
        return {"names": []}  # browsers do not apply it either
    decoded = decode_body(message, max_bytes=max_decoded_bytes)
    return {"names": [list(pair) for pair in urls_in(decode(decoded.body, message.header("Content-Type")), url)]}
