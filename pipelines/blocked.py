"""Is this answer a block: something put in the place of the page, and which kind?

Pure, and linear in what it reads. By how such pages are built, never by whose they are. Careful in one direction: where a page with a good
status shows text enough for an article, it is no block, whatever its words and scripts are. `recognise` is for an answer alone, `name` for
who has read the page already (pipelines/verdict.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipelines import blockwords as words
from pipelines import charset, shown
from pipelines.kindwords import FAILURE_NAMES
from pipelines.shown import PROSE, SEEN, Shown

SHORT = 900  # width of the text up to which a page with a good status may be a block
SMALL = 1_500  # characters of all that a challenge shows
_LIST = 8  # linked headlines of a page that shows more than a wall
GATE = 3_000  # characters of text of a consent wall, which is a lawyer's work


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Which block, and by what it was recognised."""

    reason: str
    """`bot_challenge`, `consent`, `login`, `geo_block`, `soft_404`, `redirected_home` or `rate_limited`."""
    evidence: tuple[str, ...]


# Headers of an answer that was stopped. Those that the same services put on good answers (cf-ray, x-iinfo) prove nothing.
_STOPPED: tuple[tuple[str, str], ...] = (
    ("cf-mitigated", r"challenge|block"),
    ("x-amzn-waf-action", r"challenge|captcha|block"),
    ("x-vercel-mitigated", r"challenge|deny"),
    ("x-vercel-challenge-token", r""),
    ("x-dd-b", r""),
    ("x-px-block", r""),
    ("x-sucuri-block", r""),
    ("x-bot-challenge", r""),
)
# Proof only where the status says that the answer is no page.
_STOPPED_IF_BAD: tuple[tuple[str, str], ...] = (("x-datadome", r"protected"), ("x-kpsdk-ct", r""), ("x-kpsdk-im", r""))
_NOTHING = "status is 200, but the page says that there is nothing here"
_REFUSALS = frozenset({202, 401, 403, 405, 406, 418, 429, 444, 503})
_LITTLE_SCRIPT = re.compile(r"document\.cookie\s?=|\.cookie\s?=\s?[\"'`]|cookieStore\.set", re.IGNORECASE)
_RELOADS = re.compile(r"location\.(?:reload|replace|assign)\s?\(|location(?:\.href)?\s?=[^=]|\.submit\(\)|history\.go\(0\)", re.IGNORECASE)


def recognise(
    *, status: int, headers: Sequence[tuple[str, str]], body: bytes, url: str, requested_url: str | None = None
) -> Blocked | None:
    """`body` is decoded. Null where the answer shows no sign of a block; never for a page that shows an article."""
    told = {field.lower(): value.lower() for field, value in headers}
    text = charset.decode(body[:SEEN], content_type=told.get("content-type")).text
    return name(shown.look(text, whole=len(body) <= SEEN), status=status, told=told, url=url, requested_url=requested_url)


def name(page: Shown, *, status: int, told: Mapping[str, str], url: str, requested_url: str | None = None) -> Blocked | None:
    """As `recognise`; `told` are the headers in lower case."""
    if found := _by_headers(told, status):
        return found
    good = status < 400 and status != 202
    if good and not page.whole:
        return None
    # A page of an article's length is none of these, nor is a short one that calls itself an article and shows a few sentences.
    tells = page.prose >= SHORT or (page.marked and page.prose >= 2 * PROSE)
    if not (good and tells):
        if found := _rate(page, status) or _geo(page, status) or _challenge(page, status, url):
            return found
        if status in (401, 407, 511) or (status == 403 and "www-authenticate" in told):
            return Blocked(reason="login", evidence=(f"status {status}", *(field for field in told if field == "www-authenticate")))
        if (good or status in (202, 403)) and (found := _login(page, url, requested_url)):
            return found
    if good or status in (202, 402, 403):
        if good and not tells and (found := _missing(page, url, only_name=True)):
            return found
        if (found := _consent(page, url)) and not (good and failure(page)):
            return found
        if good and not tells:
            return _missing(page, url) or _home(page, url, requested_url)
    return None


def failure(page: Shown) -> str | None:
    """A server's failure that comes with a good status: what the page is called, or null. Not for a page that shows an article's text."""
    tells = page.prose >= 5 * PROSE or (page.marked and page.prose >= 2 * PROSE)
    return None if tells or page.total > SMALL else _is(page, FAILURE_NAMES)


def _by_headers(told: Mapping[str, str], status: int) -> Blocked | None:
    pairs = _STOPPED if status not in _REFUSALS else (*_STOPPED, *_STOPPED_IF_BAD)
    signs = [field for field, value in pairs if field in told and re.search(value, told[field])]
    return Blocked(reason="bot_challenge", evidence=tuple(f"header {field}" for field in signs)) if signs else None


def _rate(page: Shown, status: int) -> Blocked | None:
    if status == 429:
        # Some challenges are served with this status: waiting does not open them.
        marks = words.CHALLENGE_MARKS.search(page.markup) or (_is(page, words.CHALLENGE_NAMES) and page.total <= SMALL)
        return None if marks and not _is(page, words.RATE_NAMES) else Blocked(reason="rate_limited", evidence=("status 429",))
    if status < 400 or status in (403, 503, 509):
        if named := _is(page, words.RATE_NAMES):
            return Blocked(reason="rate_limited", evidence=(f"it is called {named!r}",))
        if page.total <= SMALL and (said := _says(page, words.RATE_SAYS)):
            return Blocked(reason="rate_limited", evidence=(f"it says {said!r}",))
    return None


def _geo(page: Shown, status: int) -> Blocked | None:
    if status == 451:
        return Blocked(reason="geo_block", evidence=("status 451",))
    if status >= 400 and status not in (403, 406, 503):
        return None
    telling = [piece for piece in (*page.names, *page.pieces) if words.GEO_SAYS.search(piece)]
    # Beside a story there may be a film that is not for this country.
    of_prose = sum(len(piece) for piece in set(telling))
    if telling and page.total <= SMALL and (status >= 400 or of_prose * 3 >= page.prose):
        return Blocked(reason="geo_block", evidence=(f"it says {_quote(words.GEO_SAYS, telling[0])!r}",))
    return None


def _challenge(page: Shown, status: int, url: str) -> Blocked | None:
    if status in (404, 410):
        return None
    little = page.total <= SMALL
    if little and (mark := words.CHALLENGE_MARKS.search(page.markup)):
        return Blocked(reason="bot_challenge", evidence=(f"its source has {mark[0][:40]!r}",))
    if (little or status >= 400) and (named := _is(page, words.CHALLENGE_NAMES)):
        return Blocked(reason="bot_challenge", evidence=(f"it is called {named!r}",))
    said = _says(page, words.CHALLENGE_SAYS) if little else None
    if (denied := _is(page, words.DENIED_NAMES)) and (status < 400 or said):
        return Blocked(reason="bot_challenge", evidence=(f"it is called {denied!r}",))
    if said and (status >= 400 or page.total <= SMALL // 2) and not page.marked:
        return Blocked(reason="bot_challenge", evidence=(f"it says {said!r}",))
    if page.prose < 2 * PROSE and page.total <= SMALL // 2 and (widget := words.WIDGET_MARKS.search(page.markup)):
        return Blocked(reason="bot_challenge", evidence=(f"there is hardly any text, but {widget[0]!r}",))
    if page.total <= SMALL // 2 and not page.marked:
        if (refresh := page.refresh) and words.REFRESH_MARKS.search(refresh):
            return Blocked(reason="bot_challenge", evidence=("it sends the reader on to a check",))
        if words.CHALLENGE_PATH.search(urlsplit(url).path):
            return Blocked(reason="bot_challenge", evidence=("its address is that of a check",))
    empty = page.prose < PROSE and page.total <= 300
    if empty and _LITTLE_SCRIPT.search(page.markup) and _RELOADS.search(page.markup):
        return Blocked(reason="bot_challenge", evidence=("there is no text, but a script that sets a cookie and loads the page again",))
    return None


def _login(page: Shown, url: str, requested_url: str | None) -> Blocked | None:
    path = urlsplit(url).path
    at_door = words.LOGIN_PATH.search(path) is not None
    sent = at_door and requested_url is not None and urlsplit(requested_url).path != path
    named = _is(page, words.LOGIN_NAMES)
    said = _says(page, words.LOGIN_SAYS)
    if sent and (page.has_password or named or said or page.prose < SHORT):
        return Blocked(reason="login", evidence=("it was sent on to an address for signing in",))
    if at_door and (page.has_password or named):
        return Blocked(reason="login", evidence=("its address is one for signing in",))
    if named and page.total <= SMALL and (page.has_password or said or page.prose < 3 * PROSE):
        return Blocked(reason="login", evidence=(f"it is called {named!r}",))
    if said and page.total <= SMALL and page.prose < 5 * PROSE and not page.marked:
        return Blocked(reason="login", evidence=(f"it says {said!r}",))
    return None


def _consent(page: Shown, url: str) -> Blocked | None:
    if page.prose > GATE and page.total > 2 * GATE:
        return None
    parts = urlsplit(url)
    labels = set((parts.hostname or "").split(".")[:-1])
    at_gate = bool(labels & {"consent", "cmp", "cookiewall", "privacygate"}) or words.CONSENT_PLACE.search(parts.path) is not None
    about = other = 0
    for piece in page.pieces:
        if other <= 2 * PROSE and (size := shown.width(piece)) >= PROSE:
            if words.CONSENT_ABOUT.search(piece):
                about += size
            else:
                other += size
    # A banner stands on pages of any sort: beside a list of stories it is no wall.
    alone = 0 < about >= other <= 2 * PROSE and page.led < _LIST
    if not alone and not at_gate:
        return None
    asking = [piece for piece in (*page.names, *page.pieces) if words.CONSENT_ASKS.search(piece[:600])]
    asks = {found[0].lower() for piece in asking for found in words.CONSENT_ASKS.finditer(piece[:600])}
    if page.marked:  # a page that calls itself an article has to speak as who asks, in a third of what it says
        alone = alone and 3 * sum(len(piece) for piece in set(asking) if words.CONSENT_WE.search(piece)) >= about
    # Laws and habits of cookies are news: a page that asks does so in two ways at least, and shows next to nothing else.
    named = not page.marked and any(words.CONSENT_ABOUT.search(title) or words.CONSENT_ASKS.search(title) for title in page.names)
    if alone and (len(asks) >= 2 or (asks and named and page.total <= SMALL // 2)):
        return Blocked(reason="consent", evidence=("it asks for consent and shows nothing else", f"it says {sorted(asks)[0][:40]!r}"))
    if at_gate and not page.marked and page.prose <= GATE and (asks or about):
        return Blocked(reason="consent", evidence=("its address is that of a gate, and it asks for consent",))
    return None


def _missing(page: Shown, url: str, *, only_name: bool = False) -> Blocked | None:
    if named := _is(page, words.NOT_FOUND_NAMES):
        return Blocked(reason="soft_404", evidence=(_NOTHING, f"it is called {named!r}"))
    if only_name:
        return None
    if words.NOT_FOUND_PATH.search(urlsplit(url).path) and page.prose < SHORT:
        return Blocked(reason="soft_404", evidence=("status is 200, but the address is that of a missing page",))
    bare = [piece for piece in page.pieces if len(piece) <= 120]
    if page.total <= 300 and (said := next((piece for piece in bare if _whole(piece, words.NOT_FOUND_NAMES)), None)):
        return Blocked(reason="soft_404", evidence=(_NOTHING, f"it says {said[:60]!r}"))
    return None


def _home(page: Shown, url: str, requested_url: str | None) -> Blocked | None:
    if requested_url is None or page.marked:
        return None
    to, asked = urlsplit(url), urlsplit(requested_url)
    same = (to.hostname or "").removeprefix("www.") == (asked.hostname or "").removeprefix("www.")
    if same and to.path in ("", "/") and not to.query and (asked.path not in ("", "/") or asked.query):
        return Blocked(reason="redirected_home", evidence=("a page was asked for, and the front page came",))
    return None


def _is(page: Shown, names: re.Pattern[str]) -> str | None:
    """The title or headline, or a part of it, that is such a name."""
    return next((part[:60] for shown_name in page.names for part in words.parts(shown_name) if names.fullmatch(part)), None)


def _whole(piece: str, names: re.Pattern[str]) -> bool:
    return any(names.fullmatch(part) for part in words.parts(piece))


def _says(page: Shown, sayings: re.Pattern[str]) -> str | None:
    return next((_quote(sayings, piece) for piece in (*page.names, *page.pieces) if sayings.search(piece)), None)


def _quote(sayings: re.Pattern[str], piece: str) -> str:
    found = sayings.search(piece)
    return found[0][:40] if found else ""
