"""Is this a language (BCP 47), a country (ISO 3166-1) or a time zone (IANA) that exists?"""

from __future__ import annotations

import re
import zoneinfo
from functools import lru_cache

from archive.fields import Complaint, show, suggestion

# ISO 639-1, of 2026. Languages with three letters (ISO 639-3, some 8,000) are taken on trust.
_LANGUAGE_CODES = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj
fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky
la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru
rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo
za zh zu
"""
_LANGUAGES = frozenset(_LANGUAGE_CODES.split())
# ISO 3166-1 alpha-2, of 2026, and XK, by which Kosovo is known.
_COUNTRY_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK
CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS
GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV
LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR
TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
_COUNTRIES = frozenset(_COUNTRY_CODES.split())
# RFC 5646 §2.1 without extensions and grandfathered tags, which no news site needs.
_TAG = re.compile(
    r"^(?P<language>[A-Za-z]{2,3})(?:-[A-Za-z]{3})?(?:-[A-Za-z]{4})?(?:-(?P<region>[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$"
)
_MEANT = {
    "ua": "uk", "gr": "el", "cz": "cs", "dk": "da", "jp": "ja", "cn": "zh", "il": "he", "iw": "he", "ir": "fa", "by": "be", "rs": "sr",
    "ukrainian": "uk", "russian": "ru", "english": "en", "arabic": "ar", "hebrew": "he", "persian": "fa", "farsi": "fa", "burmese": "my",
    "french": "fr", "german": "de", "spanish": "es", "turkish": "tr", "polish": "pl", "italian": "it", "chinese": "zh", "dari": "fa-AF",
}  # fmt: skip


def language(tag: str) -> Complaint:
    """What is wrong with a language tag."""
    match = _TAG.match(tag)
    code = match["language"].lower() if match else ""
    if not match or (len(code) == 2 and code not in _LANGUAGES):
        meant = _MEANT.get(tag.lower())
        return f"must be a language of BCP 47, not {show(tag)}", f"did you mean `{meant}`?" if meant else "like en, uk or fa-AF"
    if (region := match["region"]) and region.isalpha() and region.upper() not in _COUNTRIES:
        return f"has a region that is not of ISO 3166: {show(tag)}", None
    return None


def country(code: str) -> Complaint:
    """What is wrong with a country code."""
    if code in _COUNTRIES:
        return None
    if code.upper() in _COUNTRIES:
        hint = f"did you mean `{code.upper()}`?"
    else:
        hint = "did you mean `GB`?" if code.upper() in ("UK", "ENG") else "two capital letters, like UA"
    return f"must be a country of ISO 3166, not {show(code)}", hint


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def timezone(name: str) -> Complaint:
    """What is wrong with the name of a time zone."""
    zones = _zones()
    if name in zones:
        return None
    if not zones:
        return f"cannot be checked ({show(name)}): this machine has no time zone database", "install the package tzdata"
    return f"must be a time zone of IANA, not {show(name)}", suggestion(name, zones) or "like Europe/Kyiv"
