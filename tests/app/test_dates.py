"""Dates, times and numbers as they are said in each language."""

from datetime import datetime, time

import pytest

from app.i18n import words_in
from app.views.parts.dates import clock_time, day_month, duration, hours, long_date, pause, short_date, week

AT = datetime(2026, 11, 23, 9, 5).astimezone()  # a Monday
LAST = datetime(2026, 4, 1, 16, 30).astimezone()  # a Wednesday: in Catalan the month has an apostrophe


@pytest.mark.parametrize(
    ("language", "long", "other", "short", "of_week"),
    [
        (
            "ca",
            "dilluns 23 de novembre",
            "dimecres 1 d'abril",
            "dl. 23/11",
            "Setmana: 30 de novembre",
        ),
        ("es", "lunes 23 de noviembre", "miércoles 1 de abril", "lu. 23/11", "Semana del 30 de noviembre"),
        ("en", "Monday 23 November", "Wednesday 1 April", "Mon 23/11", "Week of 30 November"),
    ],
)
def test_x_18_dates_are_said_in_the_chosen_language(language, long, other, short, of_week):
    words = words_in(language)

    assert (long_date(words, AT), long_date(words, LAST)) == (long, other)
    assert short_date(words, AT) == short
    assert week(words, "2026-11-30") == of_week
    assert week(words, "some day") == "some day"


@pytest.mark.parametrize("language", ["ca", "es", "en"])
def test_x_18_times_and_durations_are_the_same_in_each_language(language):
    words = words_in(language)

    assert (clock_time(AT), clock_time(None)) == ("09:05", "")
    assert (hours(time(9, 30), None), hours(time(9, 30), time(16, 0))) == ("09:30", "09:30 – 16:00")
    assert (duration(words, 45), duration(words, 125)) == ("45 min", "2 h 05 min")
    assert (day_month(AT.date()), day_month(None)) == ("23/11", "")


@pytest.mark.parametrize(
    ("language", "people"),
    [
        ("ca", ["1 persona", "999 persones", "1200 persones", "12.000 persones"]),
        ("es", ["1 persona", "999 personas", "1200 personas", "12.000 personas"]),
        ("en", ["1 person", "999 people", "1,200 people", "12,000 people"]),
        ("ar", ["1 persona", "999 persones", "1200 persones", "12.000 persones"]),
    ],
)
def test_x_18_numbers_are_written_as_in_the_chosen_language(language, people):
    assert [words_in(language).count("people", n) for n in (1, 999, 1200, 12_000)] == people


@pytest.mark.parametrize(
    ("seconds", "said"), [(1, "1 s"), (29, "29 s"), (59, "59 s"), (60, "1 min"), (61, "2 min"), (1800, "30 min")]
)
def test_a_pause_is_never_said_to_be_shorter_than_it_is(seconds, said):
    assert pause(seconds) == said
