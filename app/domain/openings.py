"""Hours as the file of centres gives them: some weekdays, from a time to a time, in one of two seasons.

What the source does not say stays visible: weekdays may be missing (None) and an inferred value is marked as such.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app.domain.reference import Place, each_once

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # in the order of date.weekday()
_MONTH_AND_DAY = re.compile("[0-9]{2}-[0-9]{2}")


class Season(StrEnum):
    """The two timetables of a year."""

    NORMAL = "normal"
    SUMMER = "summer"


@dataclass(frozen=True, slots=True)
class SummerPeriod:
    """The days of summer hours, both ends included, as (month, day)."""

    start: tuple[int, int]
    end: tuple[int, int]
    is_inferred: bool  # a default to edit, not something the source says

    def holds(self, day: date) -> bool:
        return self.start <= (day.month, day.day) <= self.end


@dataclass(frozen=True, slots=True)
class Opening:
    """Some hours on some weekdays of one season."""

    days: tuple[str, ...] | None  # of WEEKDAYS; None = the source does not say, so on no day we know of
    start: time
    end: time  # closed from this minute on
    is_stated: bool  # the weekdays are in the source; False = our reading, to be confirmed by a coordinator
    season: Season

    def is_on(self, now: datetime) -> bool:
        """Whether this local time is within the hours, leaving the season aside."""
        return WEEKDAYS[now.weekday()] in (self.days or ()) and self.start <= now.time() < self.end

    @property
    def weekly(self) -> timedelta:
        """How long it is open in a week."""
        whole_day = datetime.combine(date.min, self.end) - datetime.combine(date.min, self.start)
        return whole_day * len(self.days or ())


def stated_openings(hours: Place, season: Season) -> tuple[Opening, ...]:
    """What the source says, word for word; () when it says nothing."""
    return _openings(hours.optional("as_stated"), season)


def read_openings(hours: Place, season: Season) -> tuple[Opening, ...]:
    """What the source says as we read it: the inferred default where there is one."""
    inferred = hours.optional("inferred_default")
    return stated_openings(hours, season) if inferred is None else _openings(inferred, season)


def summer_period(place: Place) -> SummerPeriod:
    """The stated period, else the default to edit."""
    stated = place.optional("as_stated")
    period = place.field("inferred_default") if stated is None else stated
    start, end = (_month_and_day(period.field(name)) for name in ("from", "to"))
    if end < start:
        raise period.broken("ends before it starts")
    return SummerPeriod(start, end, is_inferred=stated is None)


def _openings(place: Place | None, season: Season) -> tuple[Opening, ...]:
    return () if place is None else tuple(_opening(entry, season) for entry in place.entries())


def _opening(place: Place, season: Season) -> Opening:
    days = place.optional("days")
    opening = Opening(
        days=None if days is None else _weekdays(days),
        start=place.field("start").time_of_day(),
        end=place.field("end").time_of_day(),
        is_stated=place.field("days_stated_in_source").yes_or_no(),
        season=season,
    )
    if opening.end <= opening.start:
        raise place.broken("ends before it starts")
    if opening.days is None and opening.is_stated:
        raise place.broken("says its days are stated in the source, but names none")
    return opening


def _weekdays(place: Place) -> tuple[str, ...]:
    each_once(place.entries())
    return tuple(entry.one_of(WEEKDAYS) for entry in place.entries())


def _month_and_day(place: Place) -> tuple[int, int]:
    found = place.text()
    try:
        # In a leap year: the 29th of February is a day too.
        day = date.fromisoformat(f"2000-{found}") if _MONTH_AND_DAY.fullmatch(found) else None
    except ValueError:
        day = None
    if day is None:
        raise place.broken('is not a day of the year like "06-01"')
    return day.month, day.day
