"""A shift from "Start" to leaving; and what a killed tablet shows when it comes back."""

from functools import partial

import pytest

from app.domain import workshops
from app.domain.catalogue import OTHER_PROCEDURE
from app.domain.fields import unpack
from app.domain.shifts import Shift
from app.state import Preferences, Theme
from app.store import Write
from sync.protocol.records import Kind
from sync.protocol.vocabulary import AttendanceStatus
from tests.app.tablets import DEVICE, DONE, LABOUR, MONDAY, together

pytestmark = pytest.mark.anyio


async def test_a_shift_is_a_record_before_it_shows(tablet):
    shown = []
    tablet.board.watch(lambda snapshot: shown.append((snapshot.shift, tablet.standing(Kind.SHIFT))))

    assert await tablet.shifts.start("balafia", "C3")

    assert all(records for shift, records in shown if shift)
    record = tablet.one(Kind.SHIFT)
    assert unpack(Shift, record.fields) == Shift("C3", "balafia", DEVICE, MONDAY)
    assert (record.id, record.by) == (tablet.now.shift.id, "C3")


async def test_a_shift_starts_once(tablet):
    answers = await together(tablet.shifts.start("balafia", "C3"), tablet.shifts.start("ereta", "C1"))

    assert answers == [True, False]
    assert tablet.now.shift.centre_id == "balafia"
    assert len(tablet.standing(Kind.SHIFT)) == 1


async def test_a_shift_lays_out_the_tiles_of_its_centre(tablet):
    await tablet.with_shift()
    assert len(tablet.now.pinned) == 7
    assert tablet.now.pinned[-1] == OTHER_PROCEDURE
    assert LABOUR not in tablet.now.pinned

    await tablet.assisting.finish(await tablet.with_case(LABOUR), DONE)

    assert LABOUR not in tablet.now.pinned, "tiles do not move under a finger"
    await tablet.shifts.leave()
    assert (await tablet.with_shift()).now.pinned[0] == LABOUR


async def test_tiles_are_of_this_centre_and_of_this_catalogue(tablet, newer):
    await tablet.with_shift()
    await tablet.assisting.finish(await tablet.with_case(LABOUR), DONE)

    assert LABOUR not in tablet.killed_and_started(library=newer).now.pinned


async def test_the_end_is_written_and_the_shift_stays_on_the_screen(tablet, time):
    await tablet.with_shift()
    await time.pass_by(minutes=210)

    assert await tablet.shifts.end()

    assert unpack(Shift, tablet.one(Kind.SHIFT).fields).ended_at == time.at
    assert tablet.now.shift.ended_at == time.at
    assert tablet.killed_and_started().now.shift.ended_at == time.at


async def test_a_shift_ends_once(tablet, time):
    await tablet.with_shift()
    await tablet.shifts.end()
    ended = time.at
    await time.pass_by(minutes=5)

    assert await tablet.shifts.end()

    assert tablet.now.shift.ended_at == ended
    assert tablet.one(Kind.SHIFT).rev == 2


async def test_no_shift_does_not_end(tablet):
    assert not await tablet.shifts.end()
    assert not await tablet.shifts.go_on()


async def test_a_connector_who_goes_on_has_an_open_shift_again(tablet):
    await tablet.with_shift()
    await tablet.shifts.end()

    assert await tablet.shifts.go_on()

    assert tablet.now.shift.ended_at is None
    assert "ended_at" not in tablet.one(Kind.SHIFT).fields
    assert await tablet.assisting.begin(LABOUR)


async def test_leaving_clears_the_screen_and_keeps_everything(tablet):
    await tablet.with_shift()
    await tablet.assisting.finish(await tablet.with_case(), DONE)
    await tablet.shifts.remember("/records")
    await tablet.shifts.end()

    await tablet.shifts.leave()

    assert (tablet.now.shift, tablet.shifts.route) == (None, "/")
    assert len(tablet.now.lines) == 1
    assert tablet.store.counts().waiting == 2


async def test_the_next_start_proposes_where_the_tablet_was_last(tablet, time):
    await tablet.with_shift()
    await tablet.shifts.end()
    await tablet.shifts.leave()
    await time.pass_by(minutes=12 * 60)  # in the evening no centre has hours that could decide

    proposal = tablet.killed_and_started().now.proposal

    assert (proposal.centre_id, proposal.basis) == ("balafia", "last_use")


async def test_totals_are_those_of_this_shift(tablet):
    await tablet.with_shift()
    await tablet.assisting.finish(await tablet.with_case(), DONE)
    await tablet.shifts.end()
    await tablet.shifts.leave()

    await tablet.shifts.start("ereta", "C1")

    assert tablet.now.totals.assists == 0
    assert len(tablet.now.lines) == 1


async def test_a_killed_tablet_comes_back_at_the_same_step(tablet, time):
    await tablet.with_shift()
    case, session = await tablet.with_case(), await tablet.with_list()
    await tablet.assisting.tick(case, "s1")
    await tablet.assisting.pause(case)
    await tablet.workshops.change(session, partial(workshops.rest, status=AttendanceStatus.PRESENT))
    await tablet.assisting.finish(await tablet.with_case("sp-altres"), DONE)
    await tablet.shifts.remember(f"/assist/{case}")
    await tablet.shifts.prefer(language="es", text_percent=150)
    before = tablet.now

    again = tablet.killed_and_started()

    for part in ("shift", "drafts", "lines", "totals", "preferences", "sync"):
        assert getattr(again.now, part) == getattr(before, part), part
    assert again.shifts.route == f"/assist/{case}"


async def test_preferences_last_and_leave_each_other_alone(tablet):
    assert tablet.now.preferences == Preferences("ca", Theme.SYSTEM, 100)

    await tablet.shifts.prefer(language="es")
    await tablet.shifts.prefer(theme=Theme.DARK)
    await tablet.shifts.prefer(text_percent=200)

    assert tablet.now.preferences == Preferences("es", Theme.DARK, 200)
    assert tablet.killed_and_started().now.preferences == Preferences("es", Theme.DARK, 200)


async def test_preferences_of_a_newer_app_fall_back_to_what_this_one_knows(tablet):
    """An unknown theme kept the app from starting."""
    kept = {"language": "oc", "theme": "sepia", "text_percent": 100, "voice": "on"}
    tablet.store.write(Write(notes={"preferences": kept}))

    assert tablet.killed_and_started().now.preferences == Preferences("oc", Theme.SYSTEM, 100)


async def test_looking_around_is_nothing_to_send(tablet):
    await tablet.with_shift()
    waiting = tablet.now.sync.waiting

    await tablet.shifts.remember("/records")
    await tablet.shifts.prefer(language="en")
    await tablet.assisting.tick(await tablet.with_case(), "s1")

    assert tablet.now.sync.waiting == waiting == 1


async def test_a_shift_that_this_version_cannot_read_is_no_open_shift(tablet):
    await tablet.with_shift()
    tablet.store.write(Write(notes={"shift": {"id": 7, "from": "a newer app"}}))

    again = tablet.killed_and_started()

    assert again.now.shift is None
    assert len(again.standing(Kind.SHIFT)) == 1
