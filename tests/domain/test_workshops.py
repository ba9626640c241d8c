"""A session's list from the first seat to its records, and back."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import closing, sessions, steps_back, workshops
from app.domain.fields import pack, unpack
from app.domain.sessions import Attendance, Choice, Session
from app.domain.shifts import OpenShift
from app.domain.workshops import MOST_PEOPLE, USUAL_SEATS, Roll, SessionDraft
from sync.protocol.vocabulary import (
    AttendanceStatus,
    CancelReason,
    GroupType,
    Incident,
    Level,
    PaperSheet,
    SessionKind,
    SessionStatus,
)

REGISTERED, PRESENT, LATE = AttendanceStatus.REGISTERED, AttendanceStatus.PRESENT, AttendanceStatus.LATE
LEFT_EARLY, ABSENT, EXCUSED = AttendanceStatus.LEFT_EARLY, AttendanceStatus.ABSENT, AttendanceStatus.EXCUSED

DAY = date(2026, 11, 24)
FOUR = datetime(2026, 11, 24, 16, 0, tzinfo=timezone(timedelta(hours=1)))
SHIFT = OpenShift("shift-1", "C3", "balafia", FOUR - timedelta(minutes=5))
NEW_ID = "11111111-1111-4111-8111-111111111111"
PLANNED = Choice(SessionKind.PLAN, ("3",), "balafia")
MADE_WITH = ("tablet-1", "starter-1")


def id_of(choice: Choice = PLANNED, day: date = DAY) -> str:
    return sessions.session_id(choice, day=day, new_id=NEW_ID)


def a_list(*statuses: AttendanceStatus, **fields: object) -> SessionDraft:
    begun = workshops.begin(PLANNED, SHIFT, id=id_of(), now=FOUR)
    return replace(begun, **({"statuses": statuses} if statuses else {}), **fields)  # type: ignore[arg-type]


def closed(draft: SessionDraft, cancelled: CancelReason | None = None) -> Session:
    return closing.close(draft, cancelled=cancelled, now=FOUR + timedelta(hours=2), made_with=MADE_WITH)


def seats_of(draft: SessionDraft) -> list[Attendance]:
    return [seat for _, seat in closing.attendance(draft)]


def reopened(draft: SessionDraft, cancelled: CancelReason | None = None) -> SessionDraft:
    seats = [] if cancelled else seats_of(draft)
    return replace(
        workshops.reopen(draft.id, closed(draft, cancelled), seats, connector_id=draft.connector_id), opened_slots=()
    )


# the seats of those who were not enrolled


def test_a_walk_in_keeps_its_seat_when_more_are_enrolled_and_two_tablets_mean_two_people():
    here = workshops.add_walk_in(a_list(PRESENT, device_id="0000-aaaaaaaa"))
    there = workshops.add_walk_in(a_list(PRESENT, device_id="0000-bbbbbbbb"))

    assert workshops.slots(here) == ("P01", "+1@aaaaaaaa")
    assert workshops.slots(workshops.more_enrolled(here, 1)) == ("P01", "P02", "+1@aaaaaaaa")
    assert workshops.slots(there) == ("P01", "+1@bbbbbbbb")
    assert sessions.slot_words("+1@bbbbbbbb") == "+1"


def test_no_enrolled_seat_takes_the_name_that_an_older_app_gave_a_walk_in():
    draft = a_list(PRESENT, PRESENT, walk_ins=1, walk_in_slots=("P02",))

    assert workshops.slots(workshops.more_enrolled(draft, 1)) == ("P01", "P03", "P02")


def test_a_walk_in_in_a_list_begun_by_an_older_app_goes_on_counting():
    draft = workshops.add_walk_in(a_list(PRESENT, PRESENT, walk_ins=1, device_id="aaaaaaaa"))

    assert workshops.slots(draft) == ("P01", "P02", "+1@aaaaaaaa")


# steps back


def test_changes_are_taken_back_one_by_one():
    first = a_list(REGISTERED, LATE, device_id="aaaaaaaa")
    second = steps_back.remembered(first, workshops.add_walk_in(first))
    third = steps_back.remembered(second, workshops.rest(second, ABSENT))

    assert steps_back.step_back(third) == second
    assert steps_back.step_back(second) == first
    assert steps_back.step_back(first) == first


@given(marks=st.lists(st.sampled_from(AttendanceStatus), min_size=1, max_size=200))
def test_every_mark_comes_back_as_it_was(marks):
    before = a_list(*marks)

    assert steps_back.step_back(steps_back.remembered(before, replace(before, statuses=()))) == before


def test_only_so_many_changes_can_be_taken_back():
    draft = a_list(REGISTERED)
    for _ in range(60):
        draft = steps_back.remembered(draft, workshops.cycle(draft, 1))

    assert len(draft.past) == steps_back.MOST_STEPS_BACK


# what hands and clocks can do


def test_t_14_a_counter_tapped_two_hundred_and_more_times_stays_within_its_bounds():
    draft = a_list(only_count=True)
    for _ in range(1_000):
        draft = workshops.count(draft, "counted", 1)
    assert workshops.headcount(draft) == MOST_PEOPLE
    for _ in range(1_000):
        draft = workshops.count(draft, "counted", -1)
    assert workshops.headcount(draft) == 0


CET, CEST = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("began", "ended", "end"),
    [
        pytest.param(FOUR, FOUR - timedelta(hours=3), FOUR, id="the clock was put back"),
        pytest.param(
            datetime(2026, 11, 24, 23, 30, tzinfo=CET),
            datetime(2026, 11, 25, 0, 30, tzinfo=CET),
            datetime(2026, 11, 25, 0, 30, tzinfo=CET),
            id="over midnight",
        ),
        pytest.param(
            datetime(2026, 10, 25, 2, 30, tzinfo=CEST),
            datetime(2026, 10, 25, 2, 10, tzinfo=CET),
            datetime(2026, 10, 25, 2, 10, tzinfo=CET),
            id="the hour that comes twice",
        ),
        pytest.param(
            datetime(2027, 3, 28, 1, 30, tzinfo=CET),
            datetime(2027, 3, 28, 3, 30, tzinfo=CEST),
            datetime(2027, 3, 28, 3, 30, tzinfo=CEST),
            id="the hour that does not come",
        ),
    ],
)
def test_t_21_a_session_never_ends_before_it_began_and_keeps_the_offset(began, ended, end):
    draft = workshops.begin(PLANNED, SHIFT, id=id_of(), now=began)

    session = closing.close(draft, now=ended, made_with=MADE_WITH)

    assert pack(session)["ended_at"] == end.isoformat()
    assert unpack(Session, pack(session)).started_at == began


# which session


@pytest.mark.parametrize(
    ("choice", "lacks"),
    [
        (PLANNED, None),
        (replace(PLANNED, module_ids=()), "module_ids"),
        (Choice(SessionKind.EXTRA, (), "ereta"), "module_ids"),
        (Choice(SessionKind.EXTRA, ("1",), "ereta"), None),
        (Choice(SessionKind.ON_REQUEST, (), "ereta"), "group_type"),
        (Choice(SessionKind.ON_REQUEST, ("1", "2"), "ereta"), "group_type"),
        (Choice(SessionKind.ON_REQUEST, (), "ereta", GroupType.WOMEN), None),
    ],
)
def test_a_choice_says_what_it_lacks(choice, lacks):
    assert choice.lacks == lacks


def test_a_list_is_not_opened_for_a_choice_that_lacks_something():
    with pytest.raises(AssertionError, match="lacks module_ids"):
        workshops.begin(replace(PLANNED, module_ids=()), SHIFT, id=NEW_ID, now=FOUR)


def test_two_tablets_open_the_same_planned_session():
    assert id_of(PLANNED) == sessions.session_id(PLANNED, day=DAY, new_id="another")
    assert UUID(id_of()).version == 5


def test_the_id_of_a_planned_session_stays_what_it_always_was():
    """Tablets in the field agree by it: another id for the same session would double it."""
    assert id_of() == "7a242605-6534-5d01-a326-b0b041a1bc58"


@pytest.mark.parametrize(
    ("choice", "day"),
    [
        (replace(PLANNED, module_ids=("4",)), DAY),
        (replace(PLANNED, module_ids=("3", "4")), DAY),
        (replace(PLANNED, centre_id="ereta"), DAY),
        (PLANNED, DAY + timedelta(days=7)),
    ],
    ids=["module", "modules", "centre", "day"],
)
def test_another_module_centre_or_day_is_another_session(choice, day):
    assert id_of(choice, day) != id_of()


@pytest.mark.parametrize("kind", [SessionKind.EXTRA, SessionKind.ON_REQUEST])
def test_a_session_outside_the_plan_takes_a_new_id(kind):
    assert id_of(replace(PLANNED, kind=kind)) == NEW_ID


def test_each_seat_of_each_session_has_an_id_of_its_own():
    slots = [sessions.slot(number) for number in range(1, MOST_PEOPLE + 1)]
    ids = {sessions.attendance_id(session, slot) for session in (NEW_ID, id_of()) for slot in slots}

    assert len(ids) == 2 * MOST_PEOPLE
    assert sessions.attendance_id(NEW_ID, "P01") == sessions.attendance_id(NEW_ID, "P01")
    assert (slots[0], slots[11], slots[-1]) == ("P01", "P12", "P200")


# taking it


def test_a_list_begins_with_nobody_marked():
    draft = workshops.begin(
        Choice(SessionKind.ON_REQUEST, (), "ereta", GroupType.NEIGHBOURS), SHIFT, id=NEW_ID, now=FOUR
    )

    assert draft == SessionDraft(
        id=NEW_ID,
        kind=SessionKind.ON_REQUEST,
        module_ids=(),
        centre_id="ereta",
        group_type=GroupType.NEIGHBOURS,
        shift_id="shift-1",
        connector_id="C3",
        started_at=FOUR,
        statuses=(REGISTERED,) * USUAL_SEATS,
    )


@pytest.mark.parametrize(
    ("status", "following"),
    [
        (REGISTERED, PRESENT),
        (PRESENT, ABSENT),
        (ABSENT, REGISTERED),
        (LATE, REGISTERED),
        (LEFT_EARLY, REGISTERED),
        (EXCUSED, REGISTERED),
        ("a_newer_status", REGISTERED),
    ],
)
def test_a_tap_takes_a_seat_round(status, following):
    assert workshops.cycle(a_list(REGISTERED, status, REGISTERED), 2).statuses == (REGISTERED, following, REGISTERED)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("status", list(AttendanceStatus))
def test_a_mark_is_put_on_one_seat_only(number, status):
    marked = workshops.mark(a_list(EXCUSED, EXCUSED, EXCUSED), number, status).statuses

    assert marked[number - 1] == status
    assert [each for place, each in enumerate(marked, 1) if place != number] == [EXCUSED, EXCUSED]


@pytest.mark.parametrize("status", [PRESENT, ABSENT])
def test_the_rest_are_only_those_without_a_mark(status):
    marked = a_list(REGISTERED, ABSENT, PRESENT, LATE, LEFT_EARLY, EXCUSED, REGISTERED)

    rest = workshops.rest(marked, status).statuses

    assert rest == (status, ABSENT, PRESENT, LATE, LEFT_EARLY, EXCUSED, status)


def test_someone_who_comes_unannounced_gets_a_seat_and_is_there():
    draft = workshops.add_walk_in(a_list(ABSENT, REGISTERED))

    assert (draft.statuses, draft.walk_ins, workshops.enrolled(draft)) == ((ABSENT, REGISTERED, PRESENT), 1, 2)


def test_the_last_who_came_unannounced_is_taken_back_and_never_someone_enrolled():
    two = workshops.add_walk_in(workshops.add_walk_in(a_list(PRESENT)))

    one = workshops.remove_walk_in(two)
    none = workshops.remove_walk_in(workshops.remove_walk_in(one))

    assert (one.statuses, one.walk_ins) == ((PRESENT, PRESENT), 1)
    assert (none.statuses, none.walk_ins) == ((PRESENT,), 0)


def test_a_room_holds_two_hundred():
    full = workshops.seat_enrolled(a_list(), MOST_PEOPLE)

    assert len(full.statuses) == MOST_PEOPLE
    assert workshops.add_walk_in(full) == full


@pytest.mark.parametrize(
    ("statuses", "walk_ins", "count", "after"),
    [
        ((PRESENT,), 0, 3, (PRESENT, REGISTERED, REGISTERED)),
        ((PRESENT, REGISTERED, REGISTERED), 0, 1, (PRESENT,)),
        ((REGISTERED, PRESENT, REGISTERED), 0, 0, (REGISTERED, PRESENT)),
        ((REGISTERED, ABSENT), 0, 1, (REGISTERED, ABSENT)),
        ((REGISTERED, REGISTERED, PRESENT), 1, 1, (REGISTERED, PRESENT)),
        ((PRESENT, PRESENT), 1, 2, (PRESENT, REGISTERED, PRESENT)),
        ((REGISTERED, REGISTERED), 0, 0, ()),
        ((REGISTERED,), 0, 1, (REGISTERED,)),
    ],
    ids=["more", "fewer", "stops at a mark", "last is marked", "before walk-ins", "more, walk-ins", "none", "same"],
)
def test_enrolled_seats_come_and_go_without_touching_a_mark(statuses, walk_ins, count, after):
    draft = workshops.seat_enrolled(a_list(*statuses, walk_ins=walk_ins), count)

    assert (draft.statuses, draft.walk_ins) == (after, walk_ins)


def test_enrolled_and_walk_ins_together_fill_the_room_and_no_more():
    draft = a_list(*(PRESENT,) * 5, walk_ins=2)

    assert len(workshops.seat_enrolled(draft, MOST_PEOPLE).statuses) == MOST_PEOPLE
    assert workshops.enrolled(workshops.seat_enrolled(draft, 500)) == MOST_PEOPLE - 2


# in numbers


def test_late_and_left_early_were_there_and_excused_was_not():
    draft = a_list(PRESENT, LATE, LEFT_EARLY, ABSENT, EXCUSED, REGISTERED, PRESENT, walk_ins=1)

    assert workshops.roll(draft) == Roll(present=4, absent=2, unmarked=1, walk_ins=1)


def test_a_word_of_a_newer_app_counts_for_nothing():
    draft = a_list("dreaming", PRESENT)  # type: ignore[arg-type]

    assert workshops.roll(draft) == Roll(present=1, absent=0, unmarked=0, walk_ins=0)


@pytest.mark.parametrize(
    ("fields", "heads"),
    [
        ({}, 2),
        ({"counted": 5}, 5),
        ({"counted": 0}, 0),
        ({"only_count": True}, 0),
        ({"only_count": True, "counted": 9}, 9),
    ],
)
def test_heads_are_those_counted_or_else_those_marked(fields, heads):
    assert workshops.headcount(a_list(PRESENT, LATE, ABSENT, **fields)) == heads


# the records


def test_a_session_that_was_held_says_everything_the_list_knew():
    said = {
        "topics_done": ("m3-cita",),
        "first_time_count": 2,
        "level": Level.BEGINNER,
        "group_type": None,
        "incidents": (Incident.LATE_START,),
        "satisfaction_good": 3,
        "satisfaction_so_so": 1,
        "satisfaction_bad": 0,
    }
    draft = a_list(PRESENT, ABSENT, REGISTERED, PRESENT, walk_ins=1, **said)

    assert closed(draft) == Session(
        **said,
        kind=SessionKind.PLAN,
        module_ids=("3",),
        centre_id="balafia",
        shift_id="shift-1",
        device_id="tablet-1",
        connector_ids=("C3",),
        started_at=FOUR,
        ended_at=FOUR + timedelta(hours=2),
        status=SessionStatus.HELD,
        cancel_reason=None,
        registered_count=3,
        headcount=2,
        catalogue_version="starter-1",
        created_at=FOUR + timedelta(hours=2),
        updated_at=FOUR + timedelta(hours=2),
    )


@pytest.mark.parametrize("reason", list(CancelReason))
def test_a_session_that_was_not_held_says_why_and_has_no_heads(reason):
    session = closed(a_list(PRESENT), reason)

    assert (session.status, session.cancel_reason, session.headcount) == (SessionStatus.CANCELLED, reason, None)


def test_an_empty_room_is_a_count_of_nobody():
    assert closed(workshops.rest(a_list(), ABSENT)).headcount == 0


def test_each_seat_becomes_a_record_walk_ins_last():
    draft = a_list(PRESENT, REGISTERED, LATE, walk_ins=1)

    assert closing.attendance(draft) == tuple(
        (sessions.attendance_id(draft.id, slot), Attendance(draft.id, slot, "balafia", "shift-1", status, walk_in))
        for slot, status, walk_in in (("P01", PRESENT, False), ("P02", REGISTERED, False), ("P03", LATE, True))
    )


def test_a_head_count_has_no_seats():
    draft = a_list(PRESENT, only_count=True, counted=14)

    assert closing.attendance(draft) == ()
    assert (closed(draft).headcount, closed(draft).registered_count) == (14, None)


# correcting what was saved


def corrected(draft: SessionDraft) -> SessionDraft:
    """The list as it opens again after it was saved."""
    return replace(
        draft,
        saved_before=True,
        connectors_before=("C3",),
        ended_before=closed(draft).ended_at,
        walk_in_slots=workshops.walk_in_slots(draft),
    )


MARKS = st.lists(st.sampled_from(AttendanceStatus), max_size=130)


@given(enrolled=MARKS, walk_ins=st.lists(st.sampled_from((PRESENT, LATE, ABSENT)), max_size=4), counted=st.none())
def test_a_saved_list_opens_again_as_it_was(enrolled, walk_ins, counted):
    draft = replace(a_list(), statuses=(*enrolled, *walk_ins), walk_ins=len(walk_ins), counted=counted)

    assert reopened(draft) == corrected(draft)


@pytest.mark.parametrize("counted", [0, 1, 9])
def test_heads_that_differ_from_the_marks_come_back(counted):
    draft = a_list(PRESENT, PRESENT, ABSENT, counted=counted)

    assert reopened(draft) == corrected(draft)


def test_heads_that_agree_with_the_marks_follow_them_again():
    again = reopened(a_list(PRESENT, ABSENT, counted=1))

    assert workshops.headcount(workshops.mark(again, 2, PRESENT)) == 2


def test_a_head_count_opens_again_with_seats_to_go_back_to():
    draft = a_list(only_count=True, counted=14)

    assert reopened(draft) == corrected(draft)


def test_a_list_of_nobody_is_no_head_count():
    draft = workshops.seat_enrolled(a_list(), 0)

    assert reopened(draft) == corrected(draft)


def test_a_session_that_was_not_held_opens_again_with_nobody_marked():
    draft = workshops.seat_enrolled(a_list(), 20)

    again = reopened(workshops.rest(draft, PRESENT), CancelReason.ROOM)

    assert again == corrected(draft)


def test_seats_that_were_taken_off_the_list_stay_off_it():
    """At the centre a seat that is no longer on the list stands as not marked: it cannot be unsaid."""
    draft = a_list(PRESENT, ABSENT, PRESENT, walk_ins=1)
    taken_off = [
        Attendance(draft.id, "P04", status=REGISTERED, walk_in=False),
        Attendance(draft.id, "P05", status=REGISTERED, walk_in=True),
        Attendance(draft.id, "P06", status=REGISTERED, walk_in=True),
    ]

    again = workshops.reopen(draft.id, closed(draft), [*taken_off, *seats_of(draft)], connector_id="C3")

    assert replace(again, opened_slots=()) == corrected(draft)


def test_seats_come_back_in_the_order_of_their_numbers():
    draft = a_list(*(PRESENT if number % 7 else ABSENT for number in range(120)))

    assert (
        workshops.reopen(draft.id, closed(draft), reversed(seats_of(draft)), connector_id="C3").statuses
        == draft.statuses
    )


def test_a_list_opened_by_another_connector_keeps_who_held_it_and_adds_who_corrected_it():
    session = closed(a_list(PRESENT))

    again = workshops.reopen(NEW_ID, session, [], connector_id="C4")

    assert again.connector_id == "C4"
    assert closed(again).connector_ids == (*session.connector_ids, "C4")


@pytest.mark.parametrize(
    ("name", "before", "by", "after"),
    [
        ("first_time_count", None, 1, 1),
        ("first_time_count", 0, -1, 0),
        ("first_time_count", 2, 1, 2),  # no more than there are heads
        ("satisfaction_good", 200, 1, 200),
        ("counted", None, 1, 3),  # two are marked present
        ("counted", 3, -1, None),  # equal again: it follows the marks from now on
        ("counted", 0, -1, 0),
    ],
)
def test_a_counter_moves_by_one_within_its_bounds(name: str, before: int | None, by: int, after: int | None):
    draft = replace(a_list(PRESENT, PRESENT, ABSENT), **{name: before})

    assert getattr(workshops.count(draft, name, by), name) == after


def test_enrolled_seats_come_and_go_by_one():
    draft = a_list(PRESENT, REGISTERED)

    assert workshops.more_enrolled(draft, 1).statuses == (PRESENT, REGISTERED, REGISTERED)
    assert workshops.more_enrolled(draft, -1).statuses == (PRESENT,)
    assert workshops.more_enrolled(a_list(PRESENT), -1).statuses == (PRESENT,)


# closing it whole


def test_a_session_held_in_part_says_so_and_is_so_again_when_it_is_opened():
    session = closed(replace(a_list(), is_partly_held=True))

    assert session.status == SessionStatus.PARTLY_HELD
    assert workshops.reopen("s1", session, (), connector_id="C1").is_partly_held
    assert closed(replace(a_list(), is_partly_held=True), cancelled=CancelReason.ROOM).status == "cancelled"


@pytest.mark.parametrize(("name", "first"), [("capacity", USUAL_SEATS), ("signatures_count", 10)])
def test_places_and_signatures_start_from_how_many_seats_and_heads_there_are(name, first):
    draft = workshops.rest(a_list(), PRESENT)
    draft = workshops.mark(workshops.mark(draft, 1, ABSENT), 2, ABSENT)

    one = workshops.count(draft, name, 1)
    two = workshops.count(one, name, 1)
    none = workshops.count(draft, name, -1)

    assert (getattr(one, name), getattr(two, name), getattr(none, name)) == (first, first + 1, 0)


@pytest.mark.parametrize("names", [sessions.AGE_COUNTS, sessions.GENDER_COUNTS])
def test_counters_of_some_of_those_who_came_never_make_more_than_came(names):
    draft = replace(a_list(), only_count=True, counted=3)
    for _ in range(5):
        draft = workshops.count(draft, names[0], 1)
    draft = workshops.count(draft, names[1], 1)

    assert (getattr(draft, names[0]), getattr(draft, names[1])) == (3, 0)
    assert workshops.not_said(draft, names) == 0
    assert workshops.not_said(replace(draft, counted=2), names) == -1
    assert getattr(workshops.count(replace(draft, counted=2), names[0], -1), names[0]) == 2


def test_all_that_is_said_at_the_end_reaches_the_record_and_comes_back():
    said = {
        "topics_done": ("m3-decidim",),
        "capacity": 20,
        "paper_sheet": PaperSheet.COLLECTED,
        "signatures_count": 9,
        "room": "Sala gran",
        "age_65_74": 4,
        "gender_woman": 5,
        "note": "Falta un endoll",
    }
    session = closed(replace(a_list(), **said))

    assert unpack(Session, pack(session)) == session
    again = workshops.reopen("s1", session, (), connector_id="C1")
    assert {name: getattr(again, name) for name in said} == said
