"""What the plan has for a centre around a moment, and which days a list may still be taken of."""

from datetime import date, datetime, time, timedelta, timezone

import pytest

from app.domain.plan import Agenda, PlannedSession, agenda, may_be_taken

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=1)))
TODAY = NOON.date()


def a_session(day: date = TODAY, start: str = "12:00", end: str | None = "13:00", centre: str = "balafia"):
    return PlannedSession(centre, ("3",), day, time.fromisoformat(start), time.fromisoformat(end) if end else None)


def test_sessions_stand_by_their_day_and_other_centres_are_left_out():
    late, today, coming = (a_session(TODAY + timedelta(days=days), "16:00", "17:00") for days in (-7, 0, 4))
    elsewhere, forgotten = a_session(centre="ereta"), a_session(TODAY - timedelta(days=8))

    found = agenda([forgotten, late, elsewhere, today, coming], "balafia", NOON)

    assert found == Agenda((late,), (today,), (coming,), None)


@pytest.mark.parametrize(
    ("start", "end", "is_now"),
    [
        ("12:15", "13:00", True),
        ("12:16", "13:00", False),
        ("10:00", "11:30", True),
        ("10:00", "11:29", False),
        ("10:00", None, True),  # as long as they usually are
        ("09:59", None, False),
    ],
)
def test_the_workshop_of_now_begins_a_little_before_and_ends_a_little_after(start, end, is_now):
    assert (agenda([a_session(start=start, end=end)], "balafia", NOON).now is not None) == is_now


def test_a_session_over_midnight_is_still_now():
    over = a_session(TODAY - timedelta(days=1), "23:00", "00:30")

    assert agenda([over], "balafia", NOON.replace(hour=0, minute=45)).now == over


@pytest.mark.parametrize(("days", "may"), [(-8, False), (-7, True), (0, True), (1, False)])
def test_t_22_a_list_may_be_taken_of_today_and_the_last_days_only(days, may):
    assert may_be_taken(TODAY + timedelta(days=days), TODAY) == may
