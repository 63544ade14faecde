"""Which language is the text in, as a BCP 47 tag?

What the page says, checked against the script of the text and, between languages of one script, against their commonest words. No
model: a claim that nothing contradicts is believed, a contradicted one gives way to the next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_TAG = re.compile(r"^([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{4}))?(?:[-_]([a-zA-Z]{2}|\d{3}))?(?:[-_.@].*)?$")
_NAMES = {
    "english": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "russian": "ru",
    "русский": "ru",
    "ukrainian": "uk",
    "українська": "uk",
    "arabic": "ar",
    "العربية": "ar",
    "turkish": "tr",
    "türkçe": "tr",
    "italian": "it",
    "portuguese": "pt",
    "polish": "pl",
    "dutch": "nl",
    "hebrew": "he",
    "persian": "fa",
    "farsi": "fa",
    "chinese": "zh",
    "japanese": "ja",
    "korean": "ko",
    "hindi": "hi",
}
# Codes that were renamed, and country codes that are often written for the language.
_RENAMED = {
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "ua": "uk",
    "jp": "ja",
    "cz": "cs",
    "gr": "el",
    "kr": "ko",
    "cn": "zh",
    "dk": "da",
    "se": "sv",
    "mo": "ro",
    "sh": "sr",
    "ger": "de",
    "deu": "de",
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "rus": "ru",
    "ukr": "uk",
    "ara": "ar",
    "tur": "tr",
    "heb": "he",
    "fas": "fa",
    "per": "fa",
}
_THREE_LETTERS = frozenset("ckb fil gsw haw kea nds rhg sah tet wuu yue hak ceb ast kmr prs zgh".split())
_SCRIPTS = (
    ("Latn", "A", "\u024f"),
    ("Grek", "\u0370", "\u03ff"),
    ("Cyrl", "\u0400", "\u052f"),
    ("Armn", "\u0530", "\u058f"),
    ("Hebr", "\u0590", "\u05ff"),
    ("Arab", "\u0600", "\u077f"),
    ("Deva", "\u0900", "\u097f"),
    ("Beng", "\u0980", "\u09ff"),
    ("Taml", "\u0b80", "\u0bff"),
    ("Telu", "\u0c00", "\u0c7f"),
    ("Sinh", "\u0d80", "\u0dff"),
    ("Thai", "\u0e00", "\u0e7f"),
    ("Laoo", "\u0e80", "\u0eff"),
    ("Mymr", "\u1000", "\u109f"),
    ("Geor", "\u10a0", "\u10ff"),
    ("Ethi", "\u1200", "\u137f"),
    ("Khmr", "\u1780", "\u17ff"),
    ("Latn", "\u1e00", "\u1eff"),
    ("Jpan", "\u3040", "\u30ff"),
    ("Hani", "\u4e00", "\u9fff"),
    ("Kore", "\uac00", "\ud7af"),
)
# Languages of one script; those of several are left out: nothing can contradict them.
_SCRIPT_OF: dict[str, frozenset[str]] = {
    code: frozenset(scripts.split("+"))
    for scripts, codes in {
        "Cyrl": "ru uk be bg mk kk ky tg mn",
        "Arab": "ar fa ur ps ckb sd ug",
        "Hebr": "he yi",
        "Deva": "hi mr ne",
        "Beng": "bn",
        "Taml": "ta",
        "Telu": "te",
        "Sinh": "si",
        "Thai": "th",
        "Laoo": "lo",
        "Mymr": "my",
        "Geor": "ka",
        "Ethi": "am ti",
        "Khmr": "km",
        "Grek": "el",
        "Armn": "hy",
        "Jpan+Hani": "ja",
        "Hani": "zh",
        "Kore+Hani": "ko",
        "Latn": "en de fr es pt it nl sv no nb nn da fi is et lv lt pl cs sk sl hr hu ro tr az vi id ms sw zu xh so eu ca gl sq ga cy mt"
        " af ht tl",
    }.items()
    for code in codes.split()
}
_DEFAULT = {
    "Grek": "el",
    "Hebr": "he",
    "Armn": "hy",
    "Deva": "hi",
    "Beng": "bn",
    "Taml": "ta",
    "Telu": "te",
    "Sinh": "si",
    "Thai": "th",
    "Laoo": "lo",
    "Mymr": "my",
    "Geor": "ka",
    "Ethi": "am",
    "Khmr": "km",
    "Jpan": "ja",
    "Hani": "zh",
    "Kore": "ko",
}
# The commonest short words; only what tells neighbours apart.
_COMMON = {
    "en": "the of and to in that is was for with on as it he his by at from have are were this which",
    "de": "der die und das den von zu mit sich auf für ist im dem nicht ein eine als auch es an werden aus hat",
    "fr": "le la les des et du une est que dans pour qui sur pas plus par au avec ce il sont aux cette",
    "es": "el la los las de que y en un una por con del se para su al lo como más pero fue",
    "pt": "o os as de que e em um uma para com do da não no na por mais dos das se foi ao é",
    "it": "il la di che e un una per in del della con non sono è dei le gli alla da nel ha si",
    "nl": "de het een van en in is dat op te met voor zijn niet aan er om ook door bij naar",
    "sv": "och att det som en på är av för med den till inte har om ett var från men",
    "no": "og i det som en på er av for med til ikke har at om et de var fra men seg",
    "da": "og i det som en på er af for med til ikke har at om et de var fra men sig der blev",
    "fi": "ja on ei että se oli hän mutta myös ovat kun kuin joka sen mukaan",
    "is": "og að í á sem er var til við um en ekki það hann hún með af fyrir",
    "pl": "w i na z się do nie że o jest to po jak za od przez jego ma są także",
    "cs": "a se v na je že o z do s to k za by pro ale jako podle jsou která který",
    "sk": "a sa v na je že o z do s to k za by pre ale ako podľa sú ktorá ktorý",
    "tr": "ve bir bu da de için ile olarak olan daha çok en ne kadar sonra gibi",
    "az": "və bir bu da də üçün ilə olan ki daha çox sonra edib olub",
    "ro": "și de a în la cu pe din că care nu un o este sunt pentru mai au fost",
    "hu": "a az és hogy nem is egy meg ezt volt már csak mint szerint",
    "hr": "i u je na se da su za od što s a koji ne to bi iz",
    "lt": "ir kad yra į su iš bet tai kaip buvo apie po už nuo",
    "lv": "un ir ka uz no ar par bet kā arī tika pēc gada",
    "et": "ja on ei et see oli ka kui ning oma mis aga seda",
    "id": "yang dan di dari untuk dengan ini itu pada tidak dalam akan oleh juga",
    "vi": "và của là có được trong cho người không với các những đã một",
    "sw": "na ya wa kwa ni katika za la kuwa hiyo huo hii watu",
    "zu": "ukuthi futhi kodwa uma ngoba lapho kanye ukuze kusho abantu kule lokhu",
    "xh": "ukuba kwaye kodwa xa kuba apho kunye ukuze uthe abantu kule oku",
    "so": "iyo ee oo ka ku la waa in uu soo ah sida",
    "ru": "и в не на что с по как из за это от для при был его она также",
    "uk": "і в не на що з та за як до це від для про був його вона також у й",
    "be": "і ў не на што з па як да гэта ад для пра быў яго таксама",
    "bg": "и в на да се за от не че са с по като до при което",
    "ar": "في من على إلى أن عن مع التي الذي هذا هذه كان لا قد بعد بين",
    "fa": "در به از که این را با است برای آن می یک خود های بر تا",
    "ur": "کے میں کی ہے اور سے کا نے کو پر کہ اس ہیں بھی",
    "ps": "د په او چې له کې ته يې سره دی نه",
}
_COMMON_WORDS = {code: frozenset(words.split()) for code, words in _COMMON.items()}
_FAMILY = {"nb": "no", "nn": "no", "bs": "hr", "sr": "hr", "sh": "hr", "ms": "id", "mo": "ro"}
_WORD = re.compile(r"[^\W\d_]+")


def tag(value: str | None) -> str | None:
    """A BCP 47 tag out of what sites write: `en_US`, `ENG`, `Deutsch`, `ua`."""
    if not value:
        return None
    value = value.strip().split(",")[0].strip()
    if value.lower() in _NAMES:
        return _NAMES[value.lower()]
    match = _TAG.match(value)
    if not match:
        return None
    code = match[1].lower()
    code = _RENAMED.get(code, code)
    if len(code) == 3 and code not in _THREE_LETTERS:  # "utf-8" is no language
        return None
    parts = [code] + ([match[2].title()] if match[2] else []) + ([match[3].upper()] if match[3] else [])
    return "-".join(parts) if code not in ("und", "mul", "zxx", "xx") else None


def choose(text: str, stated: Iterable[str | None], likely: Iterable[str] = ()) -> str | None:
    """The first stated tag that the text does not contradict; else what the text shows; else null. `likely` are the source's languages."""
    tags = [found for value in stated if (found := tag(value))]
    script = _script(text)
    shown = _by_words(text)
    for candidate in tags:
        if not _contradicted(candidate, text, script, shown):
            return candidate
    hints = [found for value in likely if (found := tag(value))]
    if shown:
        return next((hint for hint in hints if _base(hint) == shown), shown)
    if script in _DEFAULT:
        return next((hint for hint in hints if not _contradicted(hint, text, script, None)), _DEFAULT[script])
    return next((hint for hint in hints if not _contradicted(hint, text, script, None)), None)


def _base(code: str) -> str:
    first = code.split("-")[0]
    return _FAMILY.get(first, first)


def _contradicted(candidate: str, text: str, script: str | None, shown: str | None) -> bool:
    code = candidate.split("-")[0]
    if script is not None and code in _SCRIPT_OF and script not in _SCRIPT_OF[code]:
        return True
    base = _base(candidate)
    if base not in _COMMON_WORDS:
        return False
    return shown != base if shown is not None else not _plausible(text, base)


def _plausible(text: str, code: str) -> bool:
    """At least a word in forty is one of the commonest; running text of these languages has one in eight."""
    words = [word.lower() for word in _WORD.findall(text[:6000])]
    return len(words) < 150 or sum(1 for word in words if word in _COMMON_WORDS[code]) * 40 >= len(words)


def _script(text: str) -> str | None:
    counts: Counter[str] = Counter()
    for character in text[:800]:
        if not character.isalpha():
            continue
        for name, low, high in _SCRIPTS:
            if low <= character <= high:
                counts[name] += 1
                break
    total = sum(counts.values())
    if total < 40:
        return None
    if counts["Jpan"] > total * 0.1:
        return "Jpan"
    name, count = counts.most_common(1)[0]
    return name if count > total * 0.5 else None


def _by_words(text: str) -> str | None:
    """The language whose commonest words make up the text, where there is a clear winner."""
    words = [word.lower() for word in _WORD.findall(text[:6000])]
    if len(words) < 40:
        return None
    scores = sorted(((sum(1 for word in words if word in common), code) for code, common in _COMMON_WORDS.items()), reverse=True)
    (best, code), (second, _) = scores[0], scores[1]
    return code if best >= len(words) * 0.12 and best > second * 1.35 else None
