"""Which words of a line would be the same on another day?

Not numbers and what they count, nor the words of times, days and numbers, in the languages of most news: "5 minutes ago", "vor einer
Stunde", "сьогодні", "three hundred". Asked of lines beside the article alone, never of its text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from pipelines import months
from pipelines.blocks import Block, clean

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# A number, and the word that it counts: its form follows the number in most languages.
_COUNTED = re.compile(r"\d[\d.,:\u00a0\u202f]*[-–\s]*[^\W\d_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{0,24}")
_EAST = re.compile(r"\d[\d.,:]*\s*(?:[万萬千億亿])?\s*(?:[個个])?(?:[秒分時时天日月年周週回次人件条條]|小时|小時)?[间間钟鐘]?[前内內]?")
_EAST_WORDS = re.compile(
    r"(?:刚刚|剛剛|今天|昨天|今日|昨日|たった今|星期[一二三四五六日天]|[月火水木金土日]曜日|เมื่อวาน|วันนี้|นาทีที่แล้ว|ชั่วโมงที่แล้ว|วันที่แล้ว)"
)

_MOST_ELEMENTS = 100  # of a container that are looked at for a `<time>`

_TIME = """
just now ago today yesterday tomorrow last past second seconds sec secs minute minutes min mins hour hours hr hrs day days week weeks
month months year years moment moments am pm gmt utc cet cest est edt msk bst a an
vor gerade eben heute gestern sekunde sekunden minuten stunde stunden tag tage tagen woche wochen monat monate monaten jahr jahre jahren
uhr einer einem eine
il y à l'instant maintenant aujourd'hui aujourd hui hier seconde secondes heure heures jour jours semaine semaines mois an ans une un
hace ahora hoy ayer segundo segundos minuto minutos hora horas día días dia dias semana semanas mes meses año años una
há agora hoje ontem mês ano anos fa adesso oggi ieri secondo secondi minuti ora ore giorno giorni settimana settimane mese mesi anno anni
geleden zojuist vandaag gisteren minuut minuten uur uren dag dagen weken maand maanden een
temu teraz dziś dzisiaj wczoraj sekund minut minutę minuty godzin godzinę godziny dzień dni tydzień tygodni miesiąc miesięcy
назад только что сейчас сегодня вчера секунд секунды секунду минут минуту минуты час часа часов день дня дней неделю недели недель месяц
месяца месяцев год года лет
тому щойно зараз сьогодні вчора хвилин хвилину хвилини година годин годину години дні днів тиждень тижні тижнів місяць місяці місяців рік
önce az şimdi bugün dün saniye dakika saat gün hafta ay yıl bir
sedan nyss idag igår minuter minut timme timmar dagar för siden nettopp akkurat nå nu minutter time timer dager dage i går dag
sitten juuri tänään eilen minuuttia tunti tuntia päivä päivää před pred minutami hodinou hodinami dny dnes včera právě
acum astăzi ieri ore oră zile zi πριν λεπτά λεπτό ώρα ώρες σήμερα χθες ημέρες ημέρα μόλις τώρα преди току що днес минути часове дни
قبل منذ الآن اليوم أمس دقيقة دقائق دقيقتين ساعة ساعات ساعتين يوم أيام يومين أسبوع شهر سنة پیش هم اکنون امروز دیروز دقیقه ساعت روز هفته
ماه سال
לפני עכשיו היום אתמול דקה דקות שעה שעות שעתיים יום ימים पहले अभी आज कल मिनट घंटे घंटा दिन 전 방금 오늘 어제
lalu yang baru saja hari ini kemarin menit jam minggu bulan tahun phút giờ ngày trước vừa xong hôm nay qua
"""
_DAYS = """
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so
lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo
segunda terça quarta quinta sexta feira lunedì martedì mercoledì giovedì venerdì sabato domenica
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag poniedziałek wtorek środa czwartek piątek sobota niedziela
понедельник вторник среда четверг пятница суббота воскресенье понеділок вівторок середа четвер п'ятниця п’ятниця субота неділя
pazartesi salı çarşamba perşembe cuma cumartesi pazar måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag
maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai pondělí úterý středa čtvrtek pátek sobota neděle
الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه
שני שלישי רביעי חמישי שישי שבת ראשון सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार
월요일 화요일 수요일 목요일 금요일 토요일 일요일 senin selasa rabu kamis jumat sabtu
"""
_NUMBERS = """
no zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions billion k m mln and
ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf hundert tausend tsd mio
deux trois quatre cinq sept huit neuf dix onze douze vingt cent cents mille
uno dos tres cuatro cinco seis siete ocho nueve diez cien ciento cientos mil mille due tre quattro sei sette otto nove dieci cento
один одна два две три четыре пять шесть семь восемь девять десять сто тысяч тысяча тыс двести триста
дві чотири п'ять шість сім вісім дев'ять десять тисяч тисяча тис двісті триста
bir iki üç dört beş altı yedi sekiz dokuz on yüz bin واحد اثنان ثلاثة أربعة خمسة عشرة مئة ألف
"""


@lru_cache(maxsize=1)
def _passing() -> frozenset[str]:
    words = f"{_TIME} {_DAYS} {_NUMBERS}".split()
    named = (part for name in months.GREGORIAN for part in name.split())
    return frozenset(word.casefold() for word in (*words, *named))


def lasting_words(block: Block) -> list[str]:
    """Words of a line, case folded, without those that pass."""
    text = block.text
    for element in islice(block.place.element.iter(), _MOST_ELEMENTS):
        stated = clean("".join(islice(element.itertext(), 10))) if element.tag == "time" else ""
        if stated and len(stated) < 100:
            text = text.replace(stated, " ", 1)
    text = _EAST_WORDS.sub(" ", _EAST.sub(" ", _COUNTED.sub(" ", text)))
    passing = _passing()
    return [word for word in _WORD.findall(text.casefold()) if word not in passing]
