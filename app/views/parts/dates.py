"""Dates and times as people say them in each language."""

from datetime import date, datetime, time
from typing import Protocol


class Words(Protocol):
    """Whatever says things in a language."""

    def text(self, id: str, /, **values: object) -> str: ...


def long_date(words: Words, day: datetime) -> str:
    """dilluns 23 de novembre"""
    weekday, month = words.text(f"weekday.{day.weekday()}"), words.text(f"month.{day.month}")
    return words.text("date.long", weekday=weekday, day=day.day, month=month)


def week(words: Words, monday: str) -> str:
    """Setmana: 30 de novembre; what a newer app says in another way as it stands."""
    try:
        day = date.fromisoformat(monday)
    except ValueError:
        return monday
    return words.text("date.week", day=day.day, month=words.text(f"month.{day.month}"))


def day_month(day: date | None) -> str:
    """23/11; "" for never."""
    return f"{day:%d/%m}" if day else ""


def short_date(words: Words, at: datetime) -> str:
    """dl. 23/11"""
    day = at.astimezone()
    return f"{words.text(f'weekday.short.{day.weekday()}')} {day:%d/%m}"


def clock_time(at: datetime | None) -> str:
    """09:30, where the tablet is; "" for never."""
    return f"{at.astimezone():%H:%M}" if at else ""


def hours(start: time, end: time | None) -> str:
    """10:00 – 11:30, by the clock on the wall; only the start where no end is known."""
    return f"{start:%H:%M} – {end:%H:%M}" if end else f"{start:%H:%M}"


def duration(words: Words, minutes: int) -> str:
    """2 h 05 min"""
    hours, rest = divmod(minutes, 60)
    return (
        words.text("duration.hours", hours=hours, minutes=f"{rest:02}")
        if hours
        else words.text("duration.minutes", n=rest)
    )


def pause(seconds: int) -> str:
    """29 s, or 5 min: rounded up, so that nobody comes back too early."""
    return f"{seconds} s" if seconds < 60 else f"{-(-seconds // 60)} min"
