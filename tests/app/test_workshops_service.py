"""Lists of who came, on a real disk: saved whole, corrected, taken back."""

from dataclasses import replace
from datetime import time, timedelta
from functools import partial

import pytest

from app.domain import workshops
from app.domain.fields import unpack
from app.domain.plan import PlannedSession
from app.domain.sessions import Attendance, Choice, Session, session_id
from app.domain.workshops import Roll
from app.state import Undoable
from app.store import Edit, Write
from sync.protocol.records import Kind
from sync.protocol.vocabulary import (
    AttendanceStatus,
    CancelReason,
    EntryMode,
    GroupType,
    Incident,
    SessionKind,
    SessionStatus,
)
from tests.app.tablets import DONE, MONDAY, PLANNED, Tablet, together

pytestmark = pytest.mark.anyio

REGISTERED, PRESENT, ABSENT = AttendanceStatus.REGISTERED, AttendanceStatus.PRESENT, AttendanceStatus.ABSENT
EXTRA = Choice(SessionKind.EXTRA, ("5",), "ereta")
ALL_PRESENT = partial(workshops.rest, status=PRESENT)
REST_ABSENT = partial(workshops.rest, status=ABSENT)


def saved_session(tablet: Tablet) -> Session:
    return unpack(Session, tablet.one(Kind.SESSION).fields)


def saved_seats(tablet: Tablet) -> dict[str, str]:
    return {str(each.fields["slot"]): str(each.fields["status"]) for each in reversed(tablet.standing(Kind.ATTENDANCE))}


async def with_roll_called(tablet: Tablet, *absent: int) -> str:
    """A saved list of twelve where these did not come."""
    session = await (await tablet.with_shift()).with_list()
    for number in absent:
        await tablet.workshops.change(session, partial(workshops.mark, number=number, status=ABSENT))
    await tablet.workshops.change(session, ALL_PRESENT)
    assert await tablet.workshops.close(session)
    return session


# the plan


def planned(days: int) -> PlannedSession:
    return PlannedSession("balafia", ("3",), MONDAY.date() + timedelta(days=days), time(16, 0), time(17, 30))


@pytest.mark.parametrize("days", [1, -8])
async def test_t_22_no_list_opens_for_a_day_to_come_or_long_past(tablet, days):
    await tablet.with_shift()

    assert await tablet.workshops.begin(PLANNED, planned(days)) is None
    assert tablet.now.drafts == ()


async def test_t_22_a_list_of_last_week_is_written_down_afterwards(tablet):
    await tablet.with_shift()
    session = await tablet.workshops.begin(PLANNED, planned(-7))

    assert session == session_id(PLANNED, day=MONDAY.date() - timedelta(days=7), new_id="")
    assert await tablet.workshops.close(session)

    saved = saved_session(tablet)
    assert (f"{saved.started_at:%d %H:%M}", f"{saved.ended_at:%d %H:%M}") == ("16 16:00", "16 17:30")
    assert saved.entry_mode == EntryMode.LATER


async def test_a_list_of_today_begins_when_it_is_opened(tablet):
    await tablet.with_shift()

    assert await tablet.workshops.begin(PLANNED, planned(0)) == await tablet.workshops.begin(PLANNED)

    (draft,) = tablet.now.drafts
    assert (draft.started_at, draft.entry_mode) == (MONDAY, None)


# steps back


async def test_a_step_back_outlives_a_kill(tablet):
    session = await (await tablet.with_shift()).with_list()
    await tablet.workshops.change(session, ALL_PRESENT)
    await tablet.workshops.change(session, workshops.add_walk_in)

    tablet = tablet.killed_and_started()
    await tablet.workshops.step_back(session)
    assert workshops.roll(tablet.list_(session)) == Roll(present=12, absent=0, unmarked=0, walk_ins=0)
    await tablet.workshops.step_back(session)

    assert workshops.roll(tablet.list_(session)) == Roll(present=0, absent=0, unmarked=12, walk_ins=0)


# opening


async def test_no_list_opens_without_a_shift(tablet):
    assert await tablet.workshops.begin(PLANNED) is None


async def test_no_list_opens_for_a_choice_that_lacks_something(tablet):
    await tablet.with_shift()

    assert await tablet.workshops.begin(replace(PLANNED, module_ids=())) is None
    assert await tablet.workshops.begin(Choice(SessionKind.ON_REQUEST, (), "ereta")) is None
    assert tablet.now.drafts == ()


async def test_a_planned_list_that_is_open_is_opened_and_not_begun_again(tablet):
    session = await (await tablet.with_shift()).with_list()
    await tablet.workshops.change(session, ALL_PRESENT)

    assert await tablet.workshops.begin(PLANNED) == session

    assert workshops.roll(tablet.list_(session)).present == 12
    assert len(tablet.now.drafts) == 1


async def test_a_double_tap_opens_one_planned_list(tablet):
    await tablet.with_shift()

    first, second = await together(tablet.workshops.begin(PLANNED), tablet.workshops.begin(PLANNED))

    assert first == second
    assert len(tablet.now.drafts) == 1


async def test_a_planned_list_that_was_saved_today_is_opened_to_correct_it(tablet):
    session = await with_roll_called(tablet, 3, 7)

    assert await tablet.workshops.begin(PLANNED) == session

    draft = tablet.list_(session)
    assert draft.saved_before
    assert workshops.roll(draft) == Roll(present=10, absent=2, unmarked=0, walk_ins=0)


async def test_a_list_that_another_connector_left_open_is_saved_by_who_goes_on_with_it(tablet):
    session = await (await tablet.with_shift()).with_list()
    await tablet.shifts.end()
    await tablet.shifts.leave()
    await tablet.shifts.start("balafia", "C1")

    assert await tablet.with_list() == session
    await tablet.workshops.close(session)

    assert saved_session(tablet).connector_ids == ("C3", "C1")
    assert tablet.one(Kind.SESSION).by == "C1"
    assert tablet.now.totals.sessions == 1


async def test_the_same_workshop_tomorrow_is_another_session(tablet, time):
    today = await with_roll_called(tablet)
    await time.pass_by(minutes=24 * 60)

    assert await tablet.with_list() != today


async def test_two_extra_sessions_of_one_module_are_two(tablet):
    await tablet.with_shift()

    assert await tablet.with_list(EXTRA) != await tablet.with_list(EXTRA)
    assert len(tablet.now.drafts) == 2


async def test_a_session_on_request_keeps_who_asked(tablet):
    await tablet.with_shift()
    session = await tablet.with_list(Choice(SessionKind.ON_REQUEST, (), "ereta", GroupType.YOUTH))

    await tablet.workshops.close(session)

    saved = saved_session(tablet)
    assert (saved.kind, saved.group_type, saved.module_ids) == (SessionKind.ON_REQUEST, GroupType.YOUTH, ())


# taking


async def test_every_mark_is_on_the_disk(tablet):
    session = await (await tablet.with_shift()).with_list()

    await tablet.workshops.change(session, partial(workshops.cycle, number=4))
    await tablet.workshops.change(session, workshops.add_walk_in)
    await tablet.workshops.note(session, incidents=(Incident.NO_INTERNET,), counted=9)

    kept = tablet.killed_and_started().list_(session)
    assert (kept.statuses[3], kept.statuses[12], kept.walk_ins) == (PRESENT, PRESENT, 1)
    assert (kept.incidents, kept.counted) == ((Incident.NO_INTERNET,), 9)


async def test_taps_in_quick_succession_all_count(tablet):
    session = await (await tablet.with_shift()).with_list()

    await together(
        *(tablet.workshops.change(session, partial(workshops.cycle, number=number)) for number in range(1, 13))
    )

    assert workshops.roll(tablet.list_(session)).present == 12


async def test_a_case_is_written_down_in_the_middle_of_a_list(tablet):
    session = await (await tablet.with_shift()).with_list()
    await tablet.workshops.change(session, ALL_PRESENT)

    await tablet.assisting.finish(await tablet.with_case(), DONE)

    assert [each.id for each in tablet.now.drafts] == [session]
    assert workshops.roll(tablet.list_(session)).present == 12


# closing


async def test_a_list_is_saved_with_its_seats_in_one_write(tablet):
    session = await (await tablet.with_shift()).with_list()
    await tablet.workshops.change(session, partial(workshops.mark, number=2, status=ABSENT))
    await tablet.workshops.change(session, ALL_PRESENT)
    lines = len((tablet.folder / "store.journal").read_bytes().splitlines())

    assert await tablet.workshops.close(session)

    assert len((tablet.folder / "store.journal").read_bytes().splitlines()) == lines + 1
    assert tablet.now.drafts == ()
    assert tablet.one(Kind.SESSION).id == session
    assert saved_seats(tablet) == {f"P{n:02d}": "absent" if n == 2 else "present" for n in range(1, 13)}
    saved = saved_session(tablet)
    assert (saved.status, saved.headcount, saved.registered_count) == (SessionStatus.HELD, 11, 12)
    assert (saved.started_at, saved.connector_ids, saved.module_ids) == (MONDAY, ("C3",), ("3",))


async def test_a_saved_list_is_one_line_and_counts_its_people(tablet):
    await with_roll_called(tablet, 1, 2)

    (line,) = tablet.now.lines
    assert (line.kind, line.subject, line.result, line.headcount) == (Kind.SESSION, ("3",), "held", 10)
    assert (tablet.now.totals.sessions, tablet.now.totals.attendances) == (1, 10)
    assert tablet.now.undo == Undoable(Kind.SESSION, ("3",), SessionStatus.HELD)


async def test_a_double_tap_saves_a_list_once(tablet):
    session = await (await tablet.with_shift()).with_list()

    assert await together(*(tablet.workshops.close(session) for _ in range(2))) == [True, False]
    assert tablet.one(Kind.SESSION).rev == 1


async def test_saving_or_not_held_at_once_the_first_wins(tablet):
    session = await (await tablet.with_shift()).with_list()

    await together(tablet.workshops.close(session), tablet.workshops.close(session, CancelReason.ROOM))

    assert saved_session(tablet).status == SessionStatus.HELD


async def test_a_session_that_was_not_held_says_why_and_has_no_seats(tablet):
    session = await (await tablet.with_shift()).with_list()

    assert await tablet.workshops.close(session, CancelReason.NO_ATTENDEES)

    saved = saved_session(tablet)
    assert (saved.status, saved.cancel_reason, saved.headcount) == (
        SessionStatus.CANCELLED,
        CancelReason.NO_ATTENDEES,
        None,
    )
    assert saved_seats(tablet) == {}
    assert tablet.now.totals.sessions == 0


async def test_a_head_count_is_saved_without_seats(tablet):
    session = await (await tablet.with_shift()).with_list()
    await tablet.workshops.note(session, only_count=True, counted=14)

    await tablet.workshops.close(session)

    assert (saved_session(tablet).headcount, saved_session(tablet).registered_count) == (14, None)
    assert saved_seats(tablet) == {}


# correcting


async def test_a_saved_list_is_corrected_in_place(tablet):
    session = await with_roll_called(tablet, 3)

    assert await tablet.workshops.reopen(session) == session
    await tablet.workshops.change(session, partial(workshops.mark, number=3, status=PRESENT))
    await tablet.workshops.change(session, workshops.add_walk_in)
    await tablet.workshops.close(session)

    saved = saved_session(tablet)
    assert (saved.headcount, saved.registered_count) == (13, 12)
    seats = [*(f"P{n:02d}" for n in range(1, 13)), "+1@00000001"]
    assert saved_seats(tablet) == dict.fromkeys(seats, "present")
    assert tablet.now.totals.sessions == 1


async def test_a_correction_keeps_when_the_list_was_first_saved(tablet, time):
    session = await with_roll_called(tablet)
    await time.pass_by(minutes=30)

    await tablet.workshops.reopen(session)
    await tablet.workshops.close(session)

    saved = saved_session(tablet)
    assert (saved.created_at, saved.updated_at) == (MONDAY, time.at)


async def test_a_correction_on_another_day_leaves_when_the_session_ended(tablet, time):
    session = await with_roll_called(tablet)
    await time.pass_by(minutes=24 * 60)

    await tablet.workshops.reopen(session)
    await tablet.workshops.close(session)

    assert saved_session(tablet).ended_at == MONDAY
    assert saved_session(tablet).updated_at == time.at


async def test_a_list_is_opened_again_after_a_kill(tablet):
    session = await with_roll_called(tablet, 5)
    tablet = tablet.killed_and_started()

    assert await tablet.workshops.reopen(session) == session

    assert workshops.roll(tablet.list_(session)) == Roll(present=11, absent=1, unmarked=0, walk_ins=0)


async def test_what_is_no_session_is_not_opened(tablet):
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.finish(case, DONE)

    assert await tablet.workshops.reopen(case) is None
    assert await tablet.workshops.reopen("no-such") is None


async def test_seats_that_are_taken_off_a_saved_list_go(tablet):
    session = await (await tablet.with_shift()).with_list()
    await tablet.workshops.close(session)
    await tablet.workshops.reopen(session)

    await tablet.workshops.change(session, partial(workshops.seat_enrolled, count=10))
    await tablet.workshops.close(session)

    assert sorted(saved_seats(tablet)) == [f"P{n:02d}" for n in range(1, 11)]
    assert await tablet.workshops.reopen(session)
    assert workshops.enrolled(tablet.list_(session)) == 10


async def test_a_correction_that_is_dropped_leaves_what_was_saved(tablet):
    session = await with_roll_called(tablet, 3)
    await tablet.workshops.reopen(session)
    await tablet.workshops.change(session, partial(workshops.mark, number=3, status=PRESENT))

    await tablet.workshops.discard(session)

    assert saved_session(tablet).headcount == 11
    assert tablet.now.drafts == ()


# taking back


async def test_a_saved_list_that_is_taken_back_is_open_again_and_no_record(tablet):
    session = await with_roll_called(tablet, 3)

    assert await tablet.recorder.take_back() == f"/roll-call/{session}"

    assert tablet.standing(Kind.SESSION) == tablet.standing(Kind.ATTENDANCE) == ()
    assert workshops.roll(tablet.list_(session)) == Roll(present=11, absent=1, unmarked=0, walk_ins=0)
    assert (tablet.now.lines, tablet.now.totals.sessions) == ((), 0)


async def test_a_list_that_was_taken_back_is_saved_like_any_other(tablet):
    session = await with_roll_called(tablet, 3)
    await tablet.recorder.take_back()

    await tablet.workshops.close(session)

    assert saved_session(tablet).headcount == 11
    assert len(saved_seats(tablet)) == 12


async def test_a_correction_that_is_taken_back_leaves_what_was_saved_before_it(tablet):
    session = await with_roll_called(tablet, 3)
    await tablet.workshops.reopen(session)
    await tablet.workshops.change(session, partial(workshops.mark, number=3, status=PRESENT))
    await tablet.workshops.change(session, workshops.add_walk_in)
    await tablet.workshops.close(session)

    await tablet.recorder.take_back()

    assert saved_session(tablet).headcount == 11
    assert saved_seats(tablet) == {f"P{n:02d}": "absent" if n == 3 else "present" for n in range(1, 13)}
    assert workshops.roll(tablet.list_(session)).present == 13


async def test_not_held_that_is_taken_back_gives_every_seat_back(tablet):
    """A held list was corrected to "not held" by a slip, and taken back: the twelve marks had been lost."""
    session = await with_roll_called(tablet, 3)
    await tablet.workshops.reopen(session)
    await tablet.workshops.close(session, CancelReason.OTHER)

    await tablet.recorder.take_back()

    assert (saved_session(tablet).status, saved_session(tablet).cancel_reason) == (SessionStatus.HELD, None)
    assert saved_seats(tablet) == {f"P{n:02d}": "absent" if n == 3 else "present" for n in range(1, 13)}


async def test_a_dropped_list_is_taken_back_as_it_was(tablet):
    session = await (await tablet.with_shift()).with_list()
    await tablet.workshops.change(session, REST_ABSENT)
    before = tablet.list_(session)
    await tablet.workshops.discard(session)

    assert await tablet.recorder.take_back() == f"/roll-call/{session}"

    assert tablet.list_(session) == before


async def test_taps_on_a_list_that_is_gone_do_nothing(tablet):
    session = await with_roll_called(tablet)
    before = tablet.now

    await tablet.workshops.change(session, REST_ABSENT)
    await tablet.workshops.note(session, counted=3)
    await tablet.workshops.discard(session)

    assert tablet.now == before
    assert not await tablet.workshops.close(session)


async def test_seats_of_another_session_are_left_alone(tablet):
    first = await with_roll_called(tablet, 3)
    second = await tablet.with_list(EXTRA)
    await tablet.workshops.change(second, REST_ABSENT)
    await tablet.workshops.close(second)

    await tablet.recorder.take_back()

    held = [unpack(Attendance, each.fields) for each in tablet.standing(Kind.ATTENDANCE)]
    assert {each.session_id for each in held} == {first}


async def test_a_list_that_this_version_cannot_read_is_said_and_left_as_it_is(tablet):
    await tablet.with_shift()
    session = await tablet.workshops.begin(PLANNED)
    await tablet.workshops.close(session)
    odd = Edit(session, Kind.SESSION, "C3", MONDAY, {"module_ids": "3 and 4"})
    tablet.store.write(Write(edits=(odd,)))
    before = tablet.store.record(session)

    opened = [await tablet.workshops.reopen(session), await tablet.workshops.begin(PLANNED)]

    assert opened == [None, None]
    assert tablet.now.trouble.message == "trouble.record"
    assert tablet.store.record(session) == before
