"""When is a word, a title, a name, a date or a language the same as another?"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

# Thai and Lao, Burmese, Khmer; radicals, kana, the ideographs with their extensions.
_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003134f"
)
_TOKEN = re.compile(f"[{_SPACELESS}]|[^\\W{_SPACELESS}]+")
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_QUOTES = str.maketrans("“”„«»‘’‚`´–—‑−", '"""""\'\'\'\'' + "'----")
_ROLE = re.compile(r"^(?:written |story )?(?:by|von|par|por|di|av|af|door|текст|автор)\s*:?\s+")
# Codes of one language, or of its regional form, that are not told apart.
_SAME = {"nb": "no", "nn": "no", "wuu": "zh", "yue": "zh", "nds": "de", "bar": "de", "gsw": "de", "kl": "da"}


def tokens(text: str) -> list[str]:
    """In the case that they have."""
    return _TOKEN.findall(text.translate(_UNSEEN))


def folded(text: str) -> list[str]:
    """Whatever the case and the width."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text.translate(_UNSEEN)).casefold())


def compare_titles(right: str, found: str) -> tuple[bool, bool]:
    """Whether they are equal, and whether they are but for a site's name and punctuation."""
    a, b = _plain(right), _plain(found)
    if not b or a == b:
        return bool(b), bool(b)
    words, other = folded(a), folded(b)
    if words == other or any(folded(part) == words for part in re.split(r"\s+[|\-:·•»/]+\s+", b)):
        return False, True
    shared = (Counter(words) & Counter(other)).total()
    return False, bool(words and other) and 2 * shared / (len(words) + len(other)) >= 0.9


def _plain(title: str) -> str:
    title = title.translate(_QUOTES).replace("…", "...").replace("\u00a0", " ").replace("\u00ad", "").replace("\u200b", "")
    return " ".join(unicodedata.normalize("NFKC", title).casefold().split()).strip(" \"'.")


def people(names: Iterable[str] | str) -> set[str]:
    names = names.split(";") if isinstance(names, str) else names
    plain = (unicodedata.normalize("NFKC", name.translate(_QUOTES)).casefold().strip() for name in names if name)
    return {found for name in plain if (found := " ".join(re.findall(r"\w+", _ROLE.sub("", name))))}


def compare_dates(right: str, found: str | None) -> tuple[bool | None, bool | None]:
    """Whether the day is right, and, where the truth has a time with its offset, the minute."""
    a, b = _moment(right), _moment(found)
    if a is None:
        return None, None
    timed = isinstance(a, datetime) and a.tzinfo is not None
    if b is None:
        return False, False if timed else None
    days = {b.date() if isinstance(b, datetime) else b}
    if isinstance(a, datetime) and isinstance(b, datetime) and a.tzinfo and b.tzinfo:
        days.add(b.astimezone(a.tzinfo).date())
        return a.date() in days, abs((a - b).total_seconds()) < 60
    return (a.date() if isinstance(a, datetime) else a) in days, False if timed else None


def _moment(value: str | None) -> date | None:
    if not value:
        return None
    if ":" in value:
        try:
            return datetime.fromisoformat(value.strip())
        except ValueError:
            pass
    match = re.search(r"\d{4}-\d\d-\d\d", value)
    try:
        return date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None


def code_of(language: str) -> str:
    code = re.split(r"[-_]", language.strip().lower())[0]
    return _SAME.get(code, code)
