"""Is the language the one that the text is written in, whatever the page claims?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.language import choose, tag
from pipelines.languagewords import COMMON_WORDS, LETTERS, SCRIPT_OF

TEXTS = {
    "da": "Broen over den nordlige flod blev åbnet igen tirsdag, og det var tre uger efter at den blev lukket. Der er ikke nogen anden vej"
    " til hospitalet, siger hun, som har ledet arbejdet siden september, hvor vandet stod højere end i de sidste ti år. Kommunen vil"
    " beslutte i næste uge om de gamle piller skal skiftes ud til foråret, og det bliver ikke billigt.",
    "no": "Broen over den nordlige elva ble åpnet igjen på tirsdag, og det var tre uker etter at den ble stengt. Det er ikke noen annen vei"
    " til sykehuset, sier hun, som har ledet arbeidet siden september, da vannet sto høyere enn på de siste ti årene. Kommunen skal"
    " avgjøre neste uke om de gamle pilarene skal skiftes ut til våren, og det blir ikke billig.",
    "sv": "Bron över den norra floden öppnades igen på tisdagen, och det var tre veckor efter att den hade stängts. Det finns inte någon"
    " annan väg till sjukhuset, säger hon, som har lett arbetet sedan september, då vattnet stod högre än på de senaste tio åren."
    " Kommunen ska besluta nästa vecka om de gamla pelarna ska bytas ut till våren, och det blir inte billigt för oss.",
    "zu": "Ibhuloho elingaphezu komfula livulwe futhi ngoLwesibili, ngemuva kwamasonto amathathu livaliwe. Abantu bathi abakwazanga ukuya"
    " esibhedlela ngoba akukho omunye umgwaqo, kanti umkhandlu uthe uzothatha isinqumo ngesonto elizayo. Unjiniyela uthe izinsika"
    " zimile kahle futhi izitimela zizohamba ngaphambi kokuphela kwenyanga, njengoba kade kuthenjisiwe ngaphambili kubantu bonke.",
    "uk": "Міст через північну річку знову відкрили у вівторок, через три тижні після того, як його закрили на ремонт. Інженери кажуть, що"
    " опори витримали, і що потяги підуть ще до кінця місяця. Міська рада вирішить наступного тижня, чи замінювати старі опори навесні,"
    " і скільки це коштуватиме для громади, яка не має іншої дороги до лікарні.",
    "ru": "Мост через северную реку снова открыли во вторник, через три недели после того, как его закрыли на ремонт. Инженеры говорят, что"
    " опоры выдержали, и что поезда пойдут ещё до конца месяца. Городской совет решит на следующей неделе, заменять ли старые опоры"
    " весной, и сколько это будет стоить для города, у которого нет другой дороги к больнице.",
    "fa": "پل روی رودخانهٔ شمالی روز سه‌شنبه دوباره باز شد، سه هفته پس از آن که برای تعمیر بسته شده بود. مهندسان گفتند که پایه‌ها سالم است و"
    " قطارها تا پایان ماه از آن می‌گذرند. شورای شهر هفتهٔ آینده تصمیم می‌گیرد که آیا ستون‌های قدیمی در بهار عوض می‌شود یا نه، و این برای"
    " شهری که راه دیگری به بیمارستان ندارد مهم است.",
    "ur": "شمالی دریا کا پل منگل کو دوبارہ کھول دیا گیا ہے، تین ہفتے بعد کہ اسے مرمت کے لیے بند کیا گیا تھا۔ انجینئروں نے کہا کہ بنیادیں"
    " مضبوط ہیں اور گاڑیاں مہینے کے آخر تک چلنے لگیں گی۔ شہر کی کونسل اگلے ہفتے یہ طے کرے گی کہ پرانے ستون بدلے جائیں یا نہیں، اور اس پر"
    " کتنا خرچ ہوگا کیونکہ ہسپتال کو جانے والا کوئی اور راستہ نہیں ہے۔",
    "hi": "उत्तरी नदी का पुल मंगलवार को फिर से खोल दिया गया है, तीन हफ्ते बाद कि इसे मरम्मत के लिए बंद किया गया था। इंजीनियरों ने कहा कि नींव"
    " मजबूत है और गाड़ियां महीने के अंत तक चलने लगेंगी। शहर की परिषद अगले हफ्ते यह तय करेगी कि पुराने खंभे बदले जाएं या नहीं, और इस पर कितना"
    " खर्च होगा क्योंकि अस्पताल को जाने वाला कोई और रास्ता नहीं है।",
}


@pytest.mark.parametrize(("language", "text"), TEXTS.items(), ids=TEXTS)
@pytest.mark.parametrize("claim", ["en", None, "de-DE"])
def test_a_text_is_told_from_its_neighbours_whatever_the_page_claims(language: str, text: str, claim: str | None) -> None:
    assert choose(text, [claim]) == language


@pytest.mark.parametrize("language", TEXTS)
def test_a_claim_that_is_true_is_believed_with_its_region(language: str) -> None:
    assert choose(TEXTS[language], [f"{language}-xx"]) == f"{language}-XX"


def test_a_language_of_no_list_is_believed_where_no_other_explains_the_text() -> None:
    quechua = "Wichay mayupa chakanqa kichasqa karqan martes punchawpi kimsa semana wisqasqa kasqanmanta " * 4
    assert choose(quechua, ["qu"]) == "qu"
    assert choose("The bridge over the river was opened again, and it had been closed for three weeks. " * 4, ["qu"]) == "en"


def test_amharic_and_burmese_are_known_by_their_script() -> None:
    assert choose("ድልድዩ ማክሰኞ ዕለት እንደገና ተከፈተ ከሶስት ሳምንታት በኋላ " * 3, ["en"]) == "am"
    assert choose("တံတားကို အင်္ဂါနေ့တွင် ပြန်လည်ဖွင့်လှစ်ခဲ့သည် " * 3, ["en"]) == "my"


def test_each_language_is_listed_in_one_spelling_and_lower_case() -> None:
    for code, words in COMMON_WORDS.items():
        assert tag(code) is not None, code
        assert all(word == word.lower() for word in words), code
    assert set(LETTERS) <= set(COMMON_WORDS)
    assert {"uk", "ar", "fa", "he", "am", "my", "sw", "ps"} <= set(SCRIPT_OF)


@given(st.text(max_size=300), st.lists(st.text(max_size=12), max_size=3))
def test_no_text_makes_it_fail(text: str, stated: list[str]) -> None:
    found = choose(text, stated)
    assert found is None or tag(found) is not None


def test_a_text_of_any_length_costs_the_same() -> None:
    text = TEXTS["uk"] * 2000
    begun = time.process_time()
    for _ in range(20):
        choose(text, ["uk"])
    assert time.process_time() - begun < 1.0
