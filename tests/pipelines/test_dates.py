"""Is a date read as it was meant, and not more than was stated?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.calendars import ethiopian, hebrew, iranian
from pipelines.dates import read_date, read_dates
from pipelines.months import GREGORIAN


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2024-11-08T09:11:00+01:00", "2024-11-08T09:11:00+01:00"),
        ("2024-11-08T09:11:00.389Z", "2024-11-08T09:11:00.389000+00:00"),
        ("2024-11-08T09:11", "2024-11-08T09:11:00"),
        ("2024-11-08 09:11:00 +0200", "2024-11-08T09:11:00+02:00"),
        ("2024-11-08", "2024-11-08"),
        ("20241108T091100Z", "2024-11-08T09:11:00+00:00"),
        ("1731053460", "2024-11-08T08:11:00+00:00"),
        ("1731053460000", "2024-11-08T08:11:00+00:00"),
        ("Fri, 08 Nov 2024 09:11:00 GMT", "2024-11-08T09:11:00+00:00"),
        ("Fri Nov 08 2024 09:11:00 GMT+0100 (CET)", "2024-11-08T09:11:00+01:00"),
        ("2024-11-08 9:11 PM", "2024-11-08T21:11:00"),
    ],
)
def test_machine_formats(raw: str, value: str) -> None:
    reading = read_date(raw)
    assert reading is not None
    assert reading.value() == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Nov.08 - 2024 9:11 AM CET", "2024-11-08T09:11:00+01:00"),
        ("Updated 9:11 AM EST, Fri November 8, 2024", "2024-11-08T09:11:00-05:00"),
        ("November 8, 2024 at 9 a.m. ET", "2024-11-08T09:00:00-05:00"),
        ("July 8, 2024 at 9 a.m. ET", "2024-07-08T09:00:00-04:00"),
        ("Nov 8th, 2024 12:05 am", "2024-11-08T00:05:00"),
        ("08.11.2024, 09:11 Uhr", "2024-11-08T09:11:00"),
        ("8. November 2024", "2024-11-08"),
        ("Le 8 novembre 2024 à 09h11", "2024-11-08T09:11:00"),
        ("1er mars 2024", "2024-03-01"),
        ("8 de noviembre de 2024 a las 09:11", "2024-11-08T09:11:00"),
        ("8 листопада 2024, 09:11", "2024-11-08T09:11:00"),
        ("7 ноября 2024 г., 21:10 МСК", "2024-11-07T21:10:00+03:00"),
        ("8 نوفمبر 2024", "2024-11-08"),
        ("٨ تشرين الثاني ٢٠٢٤ 10:15 م", "2024-11-08T22:15:00"),
        ("۱۸ آبان ۱۴۰۳ - ۱۵:۳۰", "2024-11-08T15:30:00"),
        ("۳۰ اسفند ۱۴۰۳", "2025-03-20"),
        ("1403-08-18 12:10", "2024-11-08T12:10:00"),
        ("8 בנובמבר 2024", "2024-11-08"),
        ("20 Mart 2024 Çarşamba, 13:05", "2024-03-20T13:05:00"),
        ("2024. november 8. 10:12", "2024-11-08T10:12:00"),
        ("2024 m. lapkričio 8 d. 10:00", "2024-11-08T10:00:00"),
        ("2024年11月8日 9時11分", "2024-11-08T09:11:00"),
        ("2024년 11월 8일 오후 3:20", "2024-11-08T15:20:00"),
        ("Cập nhật 8 tháng 11 năm 2024", "2024-11-08"),
        ("8 พฤศจิกายน 2567", "2024-11-08"),
        ("18/11/2024", "2024-11-18"),
        ("8 листопада 2024, 09:11 за Києвом", "2024-11-08T09:11:00+02:00"),
        ("8 ноября 2024, 09:11 по московскому времени", "2024-11-08T09:11:00+03:00"),
        ("٨ نوفمبر ٢٠٢٤", "2024-11-08"),
        ("الجمعة 6 جمادى الأولى 1446 هـ - 8 نوفمبر 2024 م، 10:15 مساءً بتوقيت غرينتش", "2024-11-08T22:15:00+00:00"),
        ("8 تشرين الثاني/نوفمبر 2024", "2024-11-08"),
        ("هجدهم آبان ۱۴۰۳", "2024-11-08"),
        ("شنبه ۱۹ آبان ۱۴۰۳ ساعت ۱۰:۱۵ ب.ظ", "2024-11-09T22:15:00"),
        ("8 نومبر 2024ء", "2024-11-08"),
        ("ז' בחשוון תשפ\"ה", "2024-11-08"),
        ("כ״ז בחשוון תשפ״ה", "2024-11-28"),
        ("ד' בניסן ה'תשפ\"ד, 12:30", "2024-04-12T12:30:00"),
        ('י"ד באדר ב\' תשפ"ד', "2024-03-24"),
        ("ጥቅምት 29 ቀን 2017 ዓ.ም", "2024-11-08"),
        ("ထုတ်ပြန်သည့်နေ့ ၈ နိုဝင်ဘာ ၂၀၂၄", "2024-11-08"),
        ("08 नवंबर 2024, 09:11 AM", "2024-11-08T09:11:00"),
        ("Ijumaa, Novemba 08, 2024", "2024-11-08"),
        ("二〇二四年十一月二十八日", "2024-11-28"),
        ("令和6年11月8日 9時11分", "2024-11-08T09:11:00"),
        ("民國113年11月8日", "2024-11-08"),
        ("8 Kasım 2024 Cuma 09:11 TSİ", "2024-11-08T09:11:00+03:00"),
        ("vendredi 8 novembre 2024 à 9 h 11", "2024-11-08T09:11:00"),
    ],
)
def test_visible_lines_in_many_languages(raw: str, value: str) -> None:
    reading = read_date(raw)
    assert reading is not None
    assert reading.value() == value


@pytest.mark.parametrize(
    "raw",
    [
        "6 جمادى الأولى 1446",
        "1446/05/06",
        '30 ניסן תשפ"ה',
        "11/8/2024 9:11 AM",
        "8 Nov 24",
        "May 2024",
        "2 hours ago",
        "2024-13-45",
        "12 of 2024",
        "31 February 2024",
        "",
    ],
)
def test_what_could_be_two_days_or_none_is_not_read(raw: str) -> None:
    assert read_date(raw) is None


def test_several_dates_of_one_line_are_told_apart_with_their_words() -> None:
    found = read_dates("Published on Oct 21, 2024 Updated on Nov 9, 2024 10:00")
    assert [(words.strip(), reading.value()) for words, reading in found] == [
        ("Published on", "2024-10-21"),
        ("Updated on", "2024-11-09T10:00:00"),
    ]


def test_new_years_and_leap_days_of_other_calendars() -> None:
    assert hebrew(5785, 1, 1) == date(2024, 10, 3)
    assert hebrew(5784, 7, 15) == date(2024, 4, 23)
    assert hebrew(5784, 6, 14, second_adar=True) == date(2024, 3, 24)
    assert hebrew(5784, 2, 30) is None
    assert ethiopian(2016, 1, 1) == date(2023, 9, 12)
    assert ethiopian(2015, 13, 6) == date(2023, 9, 11)
    assert ethiopian(2016, 13, 6) is None
    assert iranian(1403, 12, 30) == date(2025, 3, 20)


@pytest.mark.parametrize("piece", ["1", "1 ", "12:", "2024-", "nov ", "8/", "٢", 'א"', "年", "h", "一", "(", "am ", "+1", ".", "Europe/"])
def test_a_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    begun = process_time()
    for _ in range(20):
        read_date(piece * 100_000)
        read_dates(piece * 100_000, language="he", month_first=True)
    assert process_time() - begun < 2


def test_the_order_of_day_and_month_is_told_by_the_caller() -> None:
    american, european = read_date("11/8/2024", month_first=True), read_date("11/8/2024", month_first=False)
    assert american is not None
    assert european is not None
    assert (american.value(), european.value()) == ("2024-11-08", "2024-08-11")


def test_a_month_name_of_two_languages_is_decided_by_the_language() -> None:
    czech, croatian = read_date("8. listopadu 2024", language="cs"), read_date("8. listopada 2024.", language="hr")
    assert czech is not None
    assert croatian is not None
    assert (czech.value(), croatian.value()) == ("2024-11-08", "2024-10-08")
    assert read_date("8. listopada 2024.") is None


def test_a_zone_name_of_several_zones_needs_the_zone_of_the_source() -> None:
    alone, indian, israeli = (read_date("8 November 2024 09:11 IST", source_zone=zone) for zone in (None, "Asia/Kolkata", "Asia/Jerusalem"))
    assert alone is not None
    assert indian is not None
    assert israeli is not None
    assert [reading.value() for reading in (alone, indian, israeli)] == [
        "2024-11-08T09:11:00",
        "2024-11-08T09:11:00+05:30",
        "2024-11-08T09:11:00+02:00",
    ]


def test_the_table_of_months_is_whole() -> None:
    assert set(GREGORIAN.values()) == set(range(1, 13))
    assert (GREGORIAN["листопада"], GREGORIAN["ноября"], GREGORIAN["kasım"], GREGORIAN["נובמבר"]) == (11,) * 4


@given(st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2099, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_what_isoformat_writes_is_read_back(moment: datetime, minutes: int) -> None:
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    reading = read_date(aware.isoformat())
    assert reading is not None
    assert reading.moment() == aware
    again = read_date(reading.value())
    assert again is not None
    assert again.value() == reading.value()


@given(st.text(max_size=120))
def test_no_text_makes_it_fail(text: str) -> None:
    reading = read_date(text)
    assert reading is None or 1990 <= reading.day.year <= 2100
    assert len(read_dates(text, month_first=True)) <= 4


def test_utc_is_utc() -> None:
    reading = read_date("8 November 2024 09:11 UTC")
    assert reading is not None
    assert reading.moment() == datetime(2024, 11, 8, 9, 11, tzinfo=UTC)
