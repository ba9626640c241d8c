"""The board of the plan: how each module stands at each centre."""

import json
from datetime import date

import pytest

from app.domain import board
from app.domain.board import NOTHING, Square, State

FRIDAY = date(2026, 11, 20)


def session(
    status: str | None, day: str, module: str = "3", centre: str = "balafia", **said: object
) -> dict[str, object]:
    """The fields of a session of the plan; without a status, of one that nobody has begun."""
    about = {"kind": "plan", "module_ids": (module,), "centre_id": centre, "planned_day": day, "planned_start": "10:00"}
    begun = {"status": status, "started_at": f"{day}T10:02:00+01:00"} if status else {}
    return {**about, **begun, **said}


def square(*sessions: dict[str, object], remembered: dict[str, object] | None = None) -> Square:
    held = {f"s{number}": each for number, each in enumerate(sessions)}
    return board.board(held, remembered or {}).get(("3", "balafia"), NOTHING)


@pytest.mark.parametrize(
    ("sessions", "state", "day"),
    [
        ((), State.NOT_YET, None),
        ((session(None, "2026-12-01"),), State.PLANNED, date(2026, 12, 1)),
        ((session("held", "2026-11-20"),), State.HELD, date(2026, 11, 20)),
        ((session("partly_held", "2026-11-20"),), State.PARTLY_HELD, date(2026, 11, 20)),
        ((session("cancelled", "2026-11-20"),), State.CANCELLED, date(2026, 11, 20)),
        ((session("cancelled", "2026-11-20"), session(None, "2026-12-01")), State.PLANNED, date(2026, 12, 1)),
        ((session(None, "2026-12-08"), session(None, "2026-12-01")), State.PLANNED, date(2026, 12, 1)),
        ((session("held", "2026-11-20"), session(None, "2026-12-01")), State.HELD, date(2026, 11, 20)),
        ((session("held", "2026-11-20"), session("held", "2026-11-27")), State.HELD, date(2026, 11, 27)),
        (
            (session("partly_held", "2026-11-20"), session("cancelled", "2026-11-27")),
            State.PARTLY_HELD,
            date(2026, 11, 20),
        ),
        # What counts for nothing on this board.
        ((session("held", "2026-11-20", kind="extra"),), State.NOT_YET, None),
        ((session("held", "2026-11-20", kind="on_request"),), State.NOT_YET, None),
        ((session("held", "2026-11-20", voided_at="2026-11-21T09:00:00+01:00"),), State.NOT_YET, None),
        ((session(None, "2026-12-01", retired=True),), State.NOT_YET, None),
        ((session("held", "2026-11-20", module="4"),), State.NOT_YET, None),
        ((session("held", "2026-11-20", centre="ereta"),), State.NOT_YET, None),
        ((session("sent_to_mars", "2026-11-20"),), State.NOT_YET, None),
        (({},), State.NOT_YET, None),
    ],
)
def test_a_square_says_how_its_module_stands(sessions, state, day):
    assert square(*sessions) == Square(state, day)


def test_a_session_of_two_modules_counts_for_both():
    both = {"s1": session("held", "2026-11-20") | {"module_ids": ("3", "4")}}

    found = board.board(both, {})

    assert board.held(found, [("3", "balafia"), ("4", "balafia"), ("5", "balafia")]) == 2


def test_what_happened_is_remembered_when_its_records_are_gone():
    before = {"s1": session("held", "2026-11-20"), "s2": session(None, "2026-12-01", module="4")}

    kept = json.loads(json.dumps(board.noted(before, {})))

    assert kept == {"s1": ["held", "2026-11-20", "balafia", "3"]}
    assert square(remembered=kept) == Square(State.HELD, date(2026, 11, 20))
    assert board.noted({}, kept) == kept


@pytest.mark.parametrize("now", [session("held", "2026-11-20", voided_at="2026-11-21T09:00:00+01:00"), {}])
def test_a_session_that_is_void_or_deleted_since_is_not_remembered_as_held(now):
    kept = board.noted({"s1": session("held", "2026-11-20")}, {})

    assert board.board({"s1": now}, kept) == {}
    assert board.noted({"s1": now}, kept) == {}


@pytest.mark.parametrize("said", [None, [], ["held"], ["nothing", "2026-11-20", "balafia", "3"], {"a": 1}, "held"])
def test_a_note_that_cannot_be_read_is_passed_over(said):
    assert square(remembered={"s1": said}) == NOTHING
