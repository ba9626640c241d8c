"""What a shift adds up to. Attendances are contacts, not people."""

import pytest

from app.domain.shifts import Totals, totals
from sync.protocol.records import Fields, Kind
from sync.protocol.vocabulary import Outcome, SessionStatus


def an_assist(outcome: str = Outcome.COMPLETED, **fields: object) -> tuple[str, Fields]:
    return Kind.ASSIST, {"outcome": outcome, "active_minutes": 10, **fields}  # type: ignore[dict-item]


def a_session(status: str = SessionStatus.HELD, **fields: object) -> tuple[str, Fields]:
    return Kind.SESSION, {"status": status, "headcount": 7, **fields}  # type: ignore[dict-item]


def test_nothing_done_adds_up_to_nothing():
    assert totals(()) == Totals(0, 0, 0, 0, 0)


def test_every_assist_counts_and_only_the_done_ones_are_completed():
    day = [an_assist(each) for each in (Outcome.COMPLETED, Outcome.REFERRED, Outcome.LEFT, "a_newer_outcome")]

    assert totals(day) == Totals(assists=4, completed=1, minutes=40)


@pytest.mark.parametrize("status", [SessionStatus.HELD, SessionStatus.PARTLY_HELD, "held"])
def test_a_session_that_took_place_counts_with_its_heads(status):
    assert totals([a_session(status)]) == Totals(sessions=1, attendances=7)


@pytest.mark.parametrize("status", [SessionStatus.CANCELLED, SessionStatus.PLANNED, None])
def test_a_session_that_did_not_take_place_counts_for_nothing(status):
    assert totals([a_session(status)]) == Totals()


def test_attendance_and_shift_records_are_not_counted_again():
    seats = [(Kind.ATTENDANCE, {"status": "present"})] * 7

    assert totals([a_session(), *seats, (Kind.SHIFT, {}), ("weather", {"headcount": 3})]) == totals([a_session()])


@pytest.mark.parametrize("minutes", [None, "30", ()])
def test_an_assist_without_minutes_in_numbers_adds_none(minutes):
    assert totals([an_assist(active_minutes=minutes), an_assist()]) == Totals(assists=2, completed=2, minutes=10)


def test_a_session_without_a_headcount_adds_no_people():
    assert totals([a_session(headcount=None)]) == Totals(sessions=1, attendances=0)
