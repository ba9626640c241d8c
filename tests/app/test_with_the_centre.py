"""A shift and everything in it reach the centre, field by field: the real services, store, engine, wire and centre."""

import json
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

import httpx
import pytest

from app.domain import workshops
from app.domain.assisting import Ending
from app.domain.clock import is_doubtful
from app.domain.policies import Policies
from app.domain.sessions import Choice
from app.domain.workshops import Roll
from app.settings import REFERENCE
from app.state import LineState
from sync.client.phase import Cause, Resting, Stopped, Waiting
from sync.endpoint.importing import import_files
from sync.endpoint.reference_files import read_file
from sync.protocol.messages import SyncReply
from sync.protocol.records import Kind, Record
from sync.protocol.reference import reference_id
from sync.protocol.vocabulary import (
    AttendanceStatus,
    Autonomy,
    BlockedReason,
    CancelReason,
    GroupType,
    Incident,
    Outcome,
    ReferredTo,
    SessionKind,
)
from tests.app.connected import URL, Connected, at_centre, of_kind, paired, standing
from tests.app.tablets import DEVICE, DONE, LABOUR, MONDAY, Tablet, library
from tests.sync.tablets import Office
from tests.sync.wires import down, loses_the_reply

pytestmark = pytest.mark.anyio

ABSENT, PRESENT = AttendanceStatus.ABSENT, AttendanceStatus.PRESENT

WRITTEN_HERE = (Kind.ASSIST, Kind.SESSION, Kind.ATTENDANCE, Kind.SHIFT)


async def a_whole_shift(tablet: Tablet) -> str:
    """Every sort of thing a connector does; the id of the planned session."""
    await tablet.with_shift()
    for outcome in (Outcome.COMPLETED, Outcome.FINISH_ALONE, Outcome.INFO_ONLY):
        await tablet.assisting.finish(await tablet.with_case(), Ending(outcome))
    for outcome in (Outcome.MUST_RETURN, Outcome.NOT_POSSIBLE, Outcome.LEFT):
        case = await tablet.with_case("sp-altres")
        await tablet.assisting.tick(case, "s1")
        await tablet.time.pass_by(minutes=12)
        await tablet.assisting.finish(case, Ending(outcome, BlockedReason.MISSING_DOCUMENT))
    await tablet.assisting.finish(await tablet.with_case(), Ending(Outcome.REFERRED, referred_to=ReferredTo.IMO))
    session = await tablet.with_list()
    await tablet.workshops.change(session, partial(workshops.mark, number=4, status=ABSENT))
    await tablet.workshops.change(session, partial(workshops.rest, status=PRESENT))
    await tablet.workshops.change(session, workshops.add_walk_in)
    await tablet.workshops.note(session, incidents=(Incident.LATE_START, Incident.OTHER), counted=13)
    await tablet.workshops.close(session)
    await tablet.workshops.close(
        await tablet.with_list(Choice(SessionKind.ON_REQUEST, (), "ereta", GroupType.WOMEN)), CancelReason.ROOM
    )
    await tablet.shifts.end()
    return session


async def test_a_whole_shift_arrives_field_by_field(office, connect):
    desk = await paired(connect)
    session = await a_whole_shift(desk.tablet)

    phase = await desk.send()

    assert isinstance(phase, Resting)
    assert at_centre(office) == standing(desk.tablet)
    assert not any(each.conflicts for each in office.records().values())
    assert {kind: len(of_kind(office, kind)) for kind in WRITTEN_HERE} == {
        Kind.ASSIST: 7,
        Kind.SESSION: 2,
        Kind.ATTENDANCE: 13,
        Kind.SHIFT: 1,
    }
    assert office.records()[session].fields["incidents"] == ("late_start", "other")
    sync = desk.tablet.now.sync
    assert (sync.waiting, sync.review, sync.last_sent_at) == (0, 0, desk.tablet.time.at)
    assert {line.state for line in desk.tablet.now.lines} == {LineState.SENT}


async def test_what_a_write_shows_of_the_sending_is_what_the_disk_says(connect):
    desk = await paired(connect)
    tablet = await desk.tablet.with_shift()
    first = await tablet.with_case()
    await tablet.assisting.finish(first, DONE)
    await desk.send()
    second = await tablet.with_case()
    for ended in (tablet.assisting.finish(second, DONE), tablet.recorder.take_back(), tablet.correcting.void(first)):
        await ended
        assert tablet.now.sync == tablet.recorder.pictured()["sync"]


async def test_x_08_a_clock_that_is_ahead_is_noticed_and_what_it_wrote_keeps_its_moment(office, connect, time):
    desk = await paired(connect)
    time.at = MONDAY + timedelta(hours=25)
    await desk.tablet.with_shift()
    case = await desk.tablet.with_case()
    await desk.tablet.assisting.finish(case, DONE)
    written = desk.tablet.store.record(case)

    time.at = MONDAY  # the centre's
    await desk.send()
    time.at = MONDAY + timedelta(hours=25)  # the tablet's
    sync, sent = desk.tablet.now.sync, desk.tablet.store.record(case)

    assert is_doubtful(time.at, sync.last_sent_at, sync.last_written_at)
    assert sync.waiting == 0
    assert (sent.at, sent.fields) == (written.at, written.fields)
    assert office.records()[case].fields["ended_at"] == written.fields["ended_at"]
    assert str(written.fields["ended_at"]).startswith(f"{time.at:%Y-%m-%d}")


async def test_a_record_arrives_with_each_field_as_it_was_said(office, connect):
    desk = await paired(connect)
    case = await (await desk.tablet.with_shift()).with_case()
    await desk.tablet.assisting.tick(case, "s1")
    await desk.tablet.assisting.note(case, autonomy=Autonomy.PROMPTS)
    await desk.tablet.time.pass_by(minutes=20)
    await desk.tablet.assisting.finish(case, Ending(Outcome.LEFT, BlockedReason.NO_TIME))

    await desk.send()

    assert at_centre(office)[case] == {
        "procedure_id": "m8-vida-laboral",
        "outcome": "left",
        "missing_items": (),
        "blocked_reason": "no_time",
        "blocked_step": "s2",
        "autonomy": "prompts",
        "connector_id": "C3",
        "centre_id": "balafia",
        "shift_id": desk.tablet.now.shift.id,
        "device_id": DEVICE,
        "catalogue_version": "starter-1",
        "schema_version": 1,
        "started_at": "2026-11-23T09:30:00+01:00",
        "ended_at": "2026-11-23T09:50:00+01:00",
        "created_at": "2026-11-23T09:50:00+01:00",
        "updated_at": "2026-11-23T09:50:00+01:00",
        "active_minutes": 20,
        "pauses_count": 0,
        "pauses_minutes": 0,
        "steps_done": ("s1",),
        "steps_skipped": ("s2", "s3", "s4", "s5", "s6", "s7"),
        "entry_mode": "live",
        "channel": "walk_in",
        "first_visit": "unknown",
    }


async def test_each_seat_says_whose_centre_and_shift_it_is_of(office, connect):
    """The centre could not tell which tablets a seat is for without looking for its session."""
    desk = await paired(connect)
    session = await a_whole_shift(desk.tablet)

    await desk.send()

    said = office.records()[session].fields
    seats = of_kind(office, Kind.ATTENDANCE)
    assert {(each.fields["centre_id"], each.fields["shift_id"]) for each in seats} == {
        (said["centre_id"], said["shift_id"])
    }


async def test_open_cases_and_lists_stay_on_the_tablet(office, connect):
    desk = await paired(connect)
    await desk.tablet.with_shift()
    await desk.tablet.with_case()
    await desk.tablet.with_list()

    await desk.send()

    assert [each.kind for each in office.records().values()] == [Kind.SHIFT]


async def test_a_lost_reply_does_not_double_a_shift(office, connect):
    desk = await paired(connect)
    await a_whole_shift(desk.tablet)
    desk.wire = loses_the_reply(office.wire)

    assert isinstance(await desk.send(), Waiting)
    assert desk.tablet.now.sync.waiting == 23
    await desk.send()

    assert at_centre(office) == standing(desk.tablet)
    assert desk.tablet.now.sync.waiting == 0


async def test_a_shift_written_without_a_network_arrives_after_a_kill(office, connect):
    desk = await paired(connect)
    desk.wire = down()
    await a_whole_shift(desk.tablet)
    assert await desk.send() == desk.tablet.now.sync.phase
    assert desk.tablet.now.sync.offline_since == desk.tablet.time.at

    again = Connected(desk.tablet.killed_and_started(), office.wire)
    await again.send()

    assert at_centre(office) == standing(again.tablet)
    assert len(at_centre(office)) == 23


async def test_what_was_taken_back_before_it_left_was_never_there(office, connect):
    desk = await paired(connect)
    case = await (await desk.tablet.with_shift()).with_case()
    await desk.tablet.assisting.finish(case, DONE)
    await desk.tablet.recorder.take_back()

    await desk.send()

    assert case not in office.records()


async def test_what_was_taken_back_after_it_left_is_deleted_there(office, connect):
    desk = await paired(connect)
    case = await (await desk.tablet.with_shift()).with_case()
    await desk.tablet.assisting.finish(case, DONE)
    await desk.send()

    await desk.tablet.recorder.take_back()
    (draft,) = desk.tablet.now.drafts
    await desk.tablet.assisting.finish(draft.id, DONE)
    await desk.send()

    assert office.records()[case].deleted
    assert [each.id for each in of_kind(office, Kind.ASSIST)] == [draft.id]


async def test_a_corrected_list_is_corrected_there(office, connect):
    desk = await paired(connect)
    session = await a_whole_shift(desk.tablet)
    await desk.send()

    await desk.tablet.workshops.reopen(session)
    await desk.tablet.workshops.change(session, partial(workshops.mark, number=4, status=PRESENT))
    await desk.tablet.workshops.change(session, workshops.remove_walk_in)
    await desk.tablet.workshops.note(session, counted=None)
    await desk.tablet.workshops.close(session)
    await desk.send()

    assert at_centre(office) == standing(desk.tablet)
    assert at_centre(office)[session]["headcount"] == 12
    assert not any(each.conflicts for each in office.records().values())


async def test_a_list_that_was_held_not_held_and_held_again_has_its_people(office, connect):
    desk = await paired(connect)
    session = await a_whole_shift(desk.tablet)
    await desk.send()
    for cancelled in (CancelReason.ROOM, None):
        await desk.tablet.workshops.reopen(session)
        await desk.tablet.workshops.change(session, partial(workshops.rest, status=PRESENT))
        await desk.tablet.workshops.close(session, cancelled)
        await desk.send()

    seats = [each.fields["status"] for each in of_kind(office, Kind.ATTENDANCE)]
    assert seats.count("present") == 12
    assert not any(each.conflicts for each in office.records().values())
    assert at_centre(office)[session]["status"] == "held"


async def test_another_tablet_opens_the_list_that_the_first_one_saved(office, connect):
    first, second = await paired(connect), await paired(connect)
    session = await (await first.tablet.with_shift()).with_list()
    await first.tablet.workshops.change(session, partial(workshops.mark, number=2, status=ABSENT))
    await first.tablet.workshops.change(session, partial(workshops.rest, status=PRESENT))
    await first.tablet.workshops.close(session)
    await first.send()
    await second.send()

    assert await second.tablet.shifts.start("balafia", "C1")
    assert await second.tablet.with_list() == session
    assert workshops.roll(second.tablet.list_(session)) == Roll(present=11, absent=1, unmarked=0, walk_ins=0)

    await second.tablet.workshops.change(session, partial(workshops.mark, number=2, status=AttendanceStatus.LATE))
    await second.tablet.workshops.close(session)
    await second.send()
    await first.send()

    assert at_centre(office)[session]["headcount"] == 12
    assert first.tablet.store.record(session).fields["headcount"] == 12
    assert first.tablet.now.sync.review == second.tablet.now.sync.review == 0


async def two_lists_apart(connect) -> tuple[Connected, Connected, str]:
    """Two tablets with the same list open, neither of which has heard of the other."""
    first, second = await paired(connect), await paired(connect)
    session = await (await first.tablet.with_shift()).with_list()
    assert await second.tablet.shifts.start("balafia", "C1")
    assert await second.tablet.with_list() == session
    return first, second, session


def who_came(tablet: Tablet) -> dict[str, str]:
    """Each seat once, without the tablet in its name, and what is said of it."""
    return {str(each.fields["slot"]): str(each.fields["status"]) for each in tablet.standing(Kind.ATTENDANCE)}


async def test_a_walk_in_of_each_of_two_tablets_is_two_people(office, connect):
    first, second, session = await two_lists_apart(connect)
    for desk in (first, second):
        await desk.tablet.workshops.change(session, partial(workshops.rest, status=PRESENT))
        await desk.tablet.workshops.change(session, workshops.add_walk_in)
        await desk.tablet.workshops.close(session)
    for desk in (first, second, first):
        await desk.send()

    assert who_came(first.tablet) == who_came(second.tablet)
    walk_ins = [each for each in of_kind(office, Kind.ATTENDANCE) if each.fields["walk_in"]]
    assert [each.fields["status"] for each in walk_ins] == ["present", "present"]
    assert len(of_kind(office, Kind.ATTENDANCE)) == 14
    # Who held it was said differently, and only that is asked.
    asked = [dispute.field for each in second.tablet.now.reviews for dispute in each.asked]
    assert set(asked) <= {"connector_ids"}
    assert await first.tablet.workshops.reopen(session) == session
    assert workshops.roll(first.tablet.list_(session)) == Roll(present=14, absent=0, unmarked=0, walk_ins=2)


async def test_a_list_saved_over_a_walk_in_it_never_showed_leaves_that_person_there(office, connect):
    first, second, session = await two_lists_apart(connect)
    await first.tablet.workshops.change(session, workshops.add_walk_in)
    await first.tablet.workshops.close(session)
    await first.send()
    await second.send()
    await second.tablet.workshops.change(session, partial(workshops.mark, number=1, status=PRESENT))
    await second.tablet.workshops.close(session)
    await second.send()

    walk_ins = [each for each in of_kind(office, Kind.ATTENDANCE) if each.fields["walk_in"]]
    assert [each.fields["status"] for each in walk_ins] == ["present"]
    assert not any(each.conflicts for each in walk_ins)


async def test_taking_a_list_back_takes_no_walk_in_of_another_tablet_back(office, connect):
    first, second, session = await two_lists_apart(connect)
    await second.tablet.workshops.close(session)
    await first.tablet.workshops.change(session, workshops.add_walk_in)
    await first.tablet.workshops.close(session)
    await first.send()
    await second.send()

    await second.tablet.recorder.take_back()
    await second.send()

    walk_ins = [each for each in of_kind(office, Kind.ATTENDANCE) if each.fields["walk_in"]]
    assert [each.fields["status"] for each in walk_ins] == ["present"]


async def test_t_20_a_seat_that_another_tablet_took_off_the_open_list_stays_on_it_and_is_saved(office, connect):
    first, second, session = await two_lists_apart(connect)
    await first.tablet.workshops.close(session)
    await first.send()
    await second.send()
    await second.tablet.workshops.change(session, partial(workshops.mark, number=12, status=PRESENT))
    await first.tablet.workshops.reopen(session)
    await first.tablet.workshops.change(session, partial(workshops.seat_enrolled, count=10))
    await first.tablet.workshops.close(session)
    await first.send()
    await second.send()

    assert len(second.tablet.list_(session).statuses) == 12

    await second.tablet.workshops.close(session)
    await second.send()

    (seat,) = (each for each in of_kind(office, Kind.ATTENDANCE) if each.fields["slot"] == "P12")
    assert [(each.field, each.value) for each in seat.conflicts if each.field == "status"] == [("status", "present")]
    assert "P12" in [each.slot for each in second.tablet.now.reviews]


async def test_two_tablets_that_took_the_same_list_apart_keep_both_answers(office, connect):
    first, second = await paired(connect), await paired(connect)
    for desk, connector, status in ((first, "C1", PRESENT), (second, "C2", ABSENT)):
        await desk.tablet.shifts.start("balafia", connector)
        session = await desk.tablet.with_list()
        await desk.tablet.workshops.change(session, partial(workshops.rest, status=status))
        await desk.tablet.workshops.close(session)

    await first.send()
    await second.send()

    assert len(of_kind(office, Kind.SESSION)) == 1
    assert len(of_kind(office, Kind.ATTENDANCE)) == 12
    assert at_centre(office)[session]["headcount"] == 12
    assert second.tablet.now.lines[0].state == LineState.REVIEW
    kept = {each.field: each.value for each in second.tablet.store.record(session).conflicts}
    assert kept["headcount"] == 0


async def test_what_was_heard_while_a_list_was_open_is_not_overwritten(office, connect):
    """The second tablet's base took the news for seen: twelve people became absent and nobody was told."""
    first, second = await paired(connect), await paired(connect)
    for desk, connector, status in ((first, "C1", PRESENT), (second, "C2", ABSENT)):
        await desk.tablet.shifts.start("balafia", connector)
        session = await desk.tablet.with_list()
        await desk.tablet.workshops.change(session, partial(workshops.rest, status=status))
    await first.tablet.workshops.close(session)
    await first.send()
    await second.send()

    await second.tablet.workshops.close(session)
    await second.send()

    assert {each.fields["status"] for each in of_kind(office, Kind.ATTENDANCE)} == {"present"}
    assert second.tablet.now.lines[0].state == LineState.REVIEW


async def test_a_correction_made_while_another_corrects_the_same_list_is_not_overwritten(office, connect):
    first, second = await paired(connect), await paired(connect)
    session = await a_whole_shift(first.tablet)
    await first.send()
    await second.send()
    await second.tablet.shifts.start("balafia", "C1")
    for desk in (first, second):
        await desk.tablet.workshops.reopen(session)
    await second.tablet.workshops.change(session, partial(workshops.mark, number=5, status=ABSENT))
    await second.tablet.workshops.close(session)
    await second.send()
    await first.send()

    await first.tablet.workshops.close(session)
    await first.send()

    (fifth,) = (each for each in of_kind(office, Kind.ATTENDANCE) if each.fields["slot"] == "P05")
    assert fifth.fields["status"] == "absent"
    assert [each.value for each in fifth.conflicts] == ["present"]


# pairing


async def test_a_code_is_traded_once_and_the_token_outlives_a_kill(office, connect):
    desk = connect()
    assert isinstance(await desk.send(), Resting)

    again = Connected(desk.tablet.killed_and_started(), office.wire, desk.code)

    assert isinstance(await again.send(), Resting)
    assert again.pairing.token == desk.pairing.token
    assert again.pairing.url == URL


async def test_a_code_that_is_no_good_stops_until_a_person_comes(office, make_tablet):
    desk = Connected(make_tablet(), office.wire, "0000-0000")

    assert await desk.send() == Stopped(Cause.NOT_PAIRED)
    assert desk.tablet.now.sync.phase == Stopped(Cause.NOT_PAIRED)


async def test_a_code_waits_for_a_network(office, connect):
    desk = connect()
    desk.wire = down()
    assert (await desk.send()).cause == Cause.NO_CONNECTION

    desk.wire = office.wire

    assert isinstance(await desk.send(), Resting)


async def test_a_token_that_the_disk_refuses_is_not_lost(office, connect):
    """The code was used up, the token gone, and the loop that sends had ended for good."""
    desk = connect()
    with ExitStack() as filling:

        async def fills_the_disk(request: httpx.Request) -> httpx.Response:
            response = await office.wire(request)
            filling.enter_context(desk.tablet.full_disk())
            return response

        desk.wire = fills_the_disk
        assert (await desk.send()).cause == Cause.TABLET_FAULT
    desk.wire = office.wire

    assert isinstance(await desk.send(), Resting)
    assert desk.tablet.killed_and_started().store.note("token") == desk.pairing.token


async def test_a_tablet_that_was_blocked_keeps_its_work(office, connect):
    desk = await paired(connect)
    await a_whole_shift(desk.tablet)
    office.centre.revoke("Tablet 1")

    assert await desk.send() == Stopped(Cause.DEVICE_UNKNOWN)

    assert desk.tablet.now.sync.waiting == 23
    assert desk.tablet.now.shift.started_at == MONDAY


async def test_a_tablet_that_was_blocked_is_let_in_again_with_a_new_code(office, connect):
    """Its old token stood in the way of the code: only a new folder, without the day's work, was let in."""
    desk = await paired(connect)
    await a_whole_shift(desk.tablet)
    office.centre.revoke("Tablet 1")
    again = Connected(desk.tablet.killed_and_started(), office.wire, office.centre.issue_code("Tablet 1"))
    assert await again.send() == Stopped(Cause.DEVICE_UNKNOWN)

    assert isinstance(await again.send(), Resting)

    assert again.pairing.token != desk.pairing.token
    assert at_centre(office) == standing(again.tablet)


async def test_a_new_code_does_not_make_a_tablet_forget_where_the_centre_is(office, connect):
    """Given without the address, which it had kept: from the next start on it sent nothing to anybody."""
    desk = await paired(connect)
    office.centre.revoke("Tablet 1")
    code = office.centre.issue_code("Tablet 1")
    again = Connected(desk.tablet.killed_and_started(), office.wire, code, url=None)
    assert await again.send() == Stopped(Cause.DEVICE_UNKNOWN)

    assert isinstance(await again.send(), Resting)

    assert again.pairing.url == URL


async def test_a_code_is_left_alone_while_the_token_is_good(office, connect):
    desk = await paired(connect)
    again = Connected(desk.tablet.killed_and_started(), office.wire, office.centre.issue_code("Tablet 1"))

    assert isinstance(await again.send(), Resting)

    assert again.pairing.token == desk.tablet.store.note("token")


# reference data


CATALOGUE = json.loads((REFERENCE / "catalogue.json").read_text(encoding="utf-8"))
CENTRES = json.loads((REFERENCE / "centres.json").read_text(encoding="utf-8"))
PEOPLE = {"people_version": "1", "people": [{"id": "C7", "name": "Connector 7"}]}
POLICIES = {"policies_version": "1", "policies": [{"id": "fields_not_asked", "value": ["satisfaction"]}]}
PLANNED_TODAY = {"module_ids": ["3"], "centre_id": "balafia", "day": "2026-11-23", "start": "10:00", "end": "11:30"}
PLAN = {"plan_version": "1", "sessions": [PLANNED_TODAY]}
BICING = {**CATALOGUE["procedures"][0], "id": "sp-bicing", "title": {"ca": "Donar-se d'alta a les bicicletes"}}


def catalogue(version: str, procedures: list[object]) -> dict[str, object]:
    return {**CATALOGUE, "catalogue_version": version, "procedures": procedures}


def imported(office: Office, *contents: object) -> None:
    import_files(office.centre, [read_file("file.json", json.dumps(content).encode()) for content in contents])


def with_other_steps(id: str) -> list[object]:
    """The procedures of the file, one of them with a single step."""
    step = {"id": "s9", "kind": "do", "ca": "Tot en un pas"}
    return [{**each, "steps": [step]} if each["id"] == id else each for each in CATALOGUE["procedures"]]


async def test_a_new_procedure_can_be_helped_with_after_the_next_round_and_after_a_kill(office, connect):
    desk = await paired(connect)
    imported(office, catalogue("starter-2", [*CATALOGUE["procedures"], BICING]))

    await desk.send()

    search = desk.tablet.now.library.search
    assert [each.id for each in search.find("bicicletes", "ca")] == ["sp-bicing"]
    again = Connected(desk.tablet.killed_and_started(), down())
    case = await (await again.tablet.with_shift()).with_case("sp-bicing")
    await again.tablet.assisting.finish(case, DONE)
    assert again.tablet.one(Kind.ASSIST).fields["catalogue_version"] == "starter-2"


async def test_two_tablets_hear_the_same(office, connect):
    first, second = await paired(connect), await paired(connect)
    imported(office, CATALOGUE, PEOPLE, POLICIES, CENTRES)

    await first.send()
    await second.send()

    assert first.tablet.now.library.catalogue == second.tablet.now.library.catalogue == library().catalogue
    assert first.tablet.now.library.centres == library().centres
    assert [each.name for each in second.tablet.now.library.connectors] == ["Connector 7"]


async def test_reference_data_is_nobody_s_work(office, connect):
    desk = await paired(connect)
    imported(office, CATALOGUE, CENTRES, PEOPLE)
    await (await desk.tablet.with_shift()).assisting.finish(await desk.tablet.with_case(), DONE)

    await desk.send()

    now = desk.tablet.now
    assert (len(now.lines), now.totals.assists, now.sync.waiting, now.sync.review) == (1, 1, 0, 0)


async def test_an_open_case_keeps_its_own_steps_until_it_is_saved(office, connect):
    desk = await paired(connect)
    case = await (await desk.tablet.with_shift()).with_case()
    await desk.tablet.assisting.tick(case, "s2")
    imported(office, catalogue("starter-2", with_other_steps(LABOUR)))
    await desk.send()

    again = desk.tablet.killed_and_started()
    await again.time.pass_by(minutes=5)
    other = await again.with_case()
    for each in (case, other):
        await again.assisting.tick(each, "s1" if each == case else "s9")
        await again.assisting.finish(each, DONE)

    saved = {each.id: each.fields for each in again.standing(Kind.ASSIST)}
    assert (saved[case]["steps_done"], saved[case]["catalogue_version"]) == (("s1", "s2"), "starter-1")
    assert saved[case]["steps_skipped"] == ("s3", "s4", "s5", "s6", "s7")
    assert (saved[other]["steps_done"], saved[other]["catalogue_version"]) == (("s9",), "starter-2")


async def test_a_retired_procedure_leaves_the_tiles_and_keeps_its_title(office, connect):
    desk = await paired(connect)
    await (await desk.tablet.with_shift()).assisting.finish(await desk.tablet.with_case("sp-cita-omac"), DONE)
    before = desk.tablet.now.pinned
    imported(office, catalogue("starter-2", CATALOGUE["procedures"][1:]))

    await desk.send()

    now = desk.tablet.now
    assert now.pinned == tuple(each for each in before if each != "sp-cita-omac") != before
    assert await desk.tablet.assisting.begin("sp-cita-omac") is None
    assert now.library.catalogue.procedure_title("sp-cita-omac").in_("ca") == "Demanar cita prèvia a l'OMAC"


async def test_an_entry_that_cannot_be_read_is_said_in_the_log_and_costs_nothing(office, connect, caplog):
    desk = await paired(connect)
    imported(office, CATALOGUE)
    await desk.send()
    imported(office, {"policies_version": "1", "policies": [{"id": "fields_not_asked", "value": {"later": "words"}}]})

    await desk.send()
    again = desk.tablet.killed_and_started()
    await again.reference.follow()

    assert "policy/fields_not_asked: value is not a list" in caplog.text
    assert again.now.library.policies == Policies()
    assert len(again.now.library.catalogue.procedures) == 48


@pytest.mark.parametrize("how", ["wrong", "older", "empty"])
async def test_c_20_a_catalogue_that_is_wrong_older_or_empty_leaves_the_one_before(office, connect, caplog, how):
    desk = await paired(connect)
    imported(office, catalogue("starter-2", [*CATALOGUE["procedures"], BICING]))
    await desk.send()
    before = desk.tablet.now.library
    edition = desk.tablet.store.record(reference_id(Kind.EDITION, "catalogue"))
    said = {
        "wrong": (edition.seq + 1, '{"catalogue_version": '),
        "older": (edition.seq - 1, json.dumps({**CATALOGUE, "modules": ["1"], "procedures": ["sp-altres"]})),
        "empty": (edition.seq + 1, json.dumps({**CATALOGUE, "modules": [], "procedures": []})),
    }
    seq, content = said[how]
    news = Record(edition.id, Kind.EDITION, seq, {**edition.fields, "content": content})
    cursor = desk.tablet.store.cursor()
    desk.tablet.store.hear(SyncReply(cursor, False, 0, desk.tablet.time(), (), (news,)))

    await desk.tablet.reference.follow()

    assert desk.tablet.now.library is before
    assert desk.tablet.killed_and_started().now.library.catalogue == before.catalogue
    assert ("edition/catalogue" in caplog.text) == (how != "older")


async def test_what_was_heard_and_not_read_before_a_kill_is_read_at_the_next_start(office, connect):
    desk = await paired(connect)
    imported(office, catalogue("starter-2", [*CATALOGUE["procedures"], BICING]))
    desk.tablet.syncing.heard = nothing
    await desk.send()

    again = desk.tablet.killed_and_started()
    assert again.now.library.catalogue.procedure("sp-bicing") is None
    await again.reference.follow()

    assert again.now.library.catalogue.procedure("sp-bicing") is not None


async def test_a_full_disk_keeps_the_reference_data_of_before_and_the_next_round_brings_the_new(office, connect):
    desk = await paired(connect)
    imported(office, catalogue("starter-2", [*CATALOGUE["procedures"], BICING]))
    desk.tablet.syncing.heard = nothing
    await desk.send()
    desk.tablet.syncing.heard = desk.tablet.reference.follow

    with desk.tablet.full_disk():
        await desk.tablet.reference.follow()
    assert desk.tablet.now.library.catalogue.version == "starter-1"
    await desk.send()

    assert desk.tablet.now.library.catalogue.version == "starter-2"


async def test_the_same_round_again_writes_nothing(office, connect):
    desk = await paired(connect)
    imported(office, CATALOGUE)
    await desk.send()
    library, size = desk.tablet.now.library, journal_size(desk.tablet)
    await desk.tablet.reference.follow()

    assert desk.tablet.now.library is library
    assert journal_size(desk.tablet) == size


# the plan


async def test_a_planned_session_is_opened_by_two_tablets_as_one_record_without_a_conflict(office, connect):
    first, second = await paired(connect), await paired(connect)
    imported(office, PLAN)
    await first.send()

    assert [(each.module_ids, f"{each.start:%H:%M}") for each in first.tablet.now.planned] == [(("3",), "10:00")]
    session = await (await first.tablet.with_shift()).with_list()
    assert first.tablet.list_(session).saved_before is False
    await first.tablet.workshops.change(session, partial(workshops.rest, status=PRESENT))
    await first.tablet.workshops.close(session)
    assert first.tablet.now.planned == ()
    await second.tablet.shifts.start("balafia", "C1")
    await second.send()
    await first.send()
    await second.send()

    held = at_centre(office)[session]
    assert (held["status"], held["planned_start"], held["headcount"]) == ("held", "10:00", 12)
    assert await second.tablet.with_list() == session
    assert second.tablet.list_(session).saved_before is True
    assert not any(each.conflicts for each in office.records().values())


async def test_a_session_held_before_its_plan_was_heard_is_not_in_conflict_with_it(office, connect):
    desk = await paired(connect)
    session = await (await desk.tablet.with_shift()).with_list()
    await desk.tablet.workshops.close(session)
    imported(office, PLAN)

    await desk.send()

    assert at_centre(office)[session]["status"] == "held"
    assert at_centre(office)[session]["planned_end"] == "11:30"
    assert (desk.tablet.now.sync.review, desk.tablet.now.planned) == (0, ())


async def test_a_planned_session_that_is_taken_back_is_planned_again(office, connect):
    desk = await paired(connect)
    imported(office, PLAN)
    await desk.send()
    session = await (await desk.tablet.with_shift()).with_list()
    await desk.tablet.workshops.close(session)
    await desk.tablet.recorder.take_back()

    await desk.tablet.workshops.discard(session)

    assert len(desk.tablet.now.planned) == 1


async def nothing() -> None:
    """Nobody listens."""


def journal_size(tablet: Tablet) -> int:
    return len((tablet.folder / "store.journal").read_bytes().rstrip(b"\0"))
