"""Cases on a real disk: every tap is safe before it shows, and each case becomes one record."""

from datetime import timedelta

import pytest

from app.domain.assisting import Assist, Ending
from app.domain.fields import unpack
from app.state import Undoable
from sync.protocol.records import Kind
from sync.protocol.vocabulary import Autonomy, BlockedReason, EntryMode, Outcome, ReferredTo
from tests.app.tablets import DEVICE, DONE, LABOUR, MONDAY, PLANNED, together

pytestmark = pytest.mark.anyio


async def test_no_case_begins_without_a_shift(tablet):
    assert await tablet.assisting.begin(LABOUR) is None
    assert tablet.now.drafts == ()


async def test_no_case_begins_for_an_unknown_procedure(tablet):
    await tablet.with_shift()

    assert await tablet.assisting.begin("no-such") is None
    assert tablet.now.drafts == ()


async def test_a_case_is_on_the_disk_when_it_shows(tablet):
    case = await (await tablet.with_shift()).with_case()

    (shown,) = tablet.now.drafts
    assert (shown.id, shown.procedure_id, shown.connector_id) == (case, LABOUR, "C3")
    assert tablet.killed_and_started().now.drafts == (shown,)


async def test_each_tap_is_on_the_disk(tablet):
    case = await (await tablet.with_shift()).with_case()

    await tablet.assisting.tick(case, "s1")
    await tablet.assisting.tick(case, "s2")
    await tablet.assisting.tick(case, "s1")
    await tablet.assisting.note(case, autonomy=Autonomy.GUIDED, minutes=30)
    await tablet.assisting.pause(case)

    kept = tablet.killed_and_started().case(case)
    assert (kept.ticked, kept.autonomy, kept.minutes) == (("s2",), Autonomy.GUIDED, 30)
    assert (kept.paused_at, kept.pauses_count) == (MONDAY, 1)


async def test_a_case_that_ends_becomes_a_record_and_is_open_no_more(tablet, time):
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.tick(case, "s1")
    await time.pass_by(minutes=20)

    assert await tablet.assisting.finish(case, DONE)

    assert tablet.now.drafts == ()
    record = tablet.one(Kind.ASSIST)
    assert (record.id, record.by, record.at, record.rev) == (case, "C3", time.at, 1)
    assist = unpack(Assist, record.fields)
    assert (assist.outcome, assist.active_minutes, assist.steps_done) == (Outcome.COMPLETED, 20, ("s1",))
    assert (assist.entry_mode, assist.device_id, assist.catalogue_version) == (EntryMode.LIVE, DEVICE, "starter-1")
    assert (assist.shift_id, assist.centre_id) == (tablet.now.shift.id, "balafia")


@pytest.mark.parametrize("is_saved", [True, False], ids=["saved", "discarded"])
async def test_a_kill_right_after_a_case_has_ended_comes_back_at_home(tablet, is_saved):
    """It came back at the case, to be told that it was not open any more."""
    case = await (await tablet.with_shift()).with_case()
    await tablet.shifts.remember(f"/assist/{case}/outcome")

    await (tablet.assisting.finish(case, DONE) if is_saved else tablet.assisting.discard(case))

    assert tablet.killed_and_started().shifts.route == "/"


async def test_a_saved_case_is_listed_counted_and_can_be_taken_back(tablet):
    case = await (await tablet.with_shift()).with_case()

    await tablet.assisting.finish(case, DONE)

    (line,) = tablet.now.lines
    assert (line.id, line.subject, line.result) == (case, (LABOUR,), "completed")
    assert (tablet.now.totals.assists, tablet.now.totals.completed) == (1, 1)
    assert tablet.now.undo == Undoable(Kind.ASSIST, (LABOUR,), Outcome.COMPLETED)


@pytest.mark.parametrize(
    ("lacking", "whole"),
    [
        (Ending(Outcome.REFERRED), Ending(Outcome.REFERRED, referred_to=ReferredTo.OMAC)),
        (Ending(Outcome.MUST_RETURN), Ending(Outcome.MUST_RETURN, BlockedReason.MISSING_DOCUMENT)),
        (Ending(Outcome.NOT_POSSIBLE), Ending(Outcome.NOT_POSSIBLE, BlockedReason.SITE_DOWN)),
        (Ending(Outcome.LEFT), Ending(Outcome.LEFT, BlockedReason.NO_TIME)),
    ],
)
async def test_an_outcome_waits_for_its_reason_and_keeps_the_case(tablet, lacking, whole):
    case = await (await tablet.with_shift()).with_case()

    assert not await tablet.assisting.finish(case, lacking)

    assert tablet.standing(Kind.ASSIST) == ()
    assert tablet.case(case).ending == lacking.outcome
    tablet = tablet.killed_and_started()
    assert tablet.case(case).ending == lacking.outcome
    assert await tablet.assisting.finish(case, whole)
    record = unpack(Assist, tablet.one(Kind.ASSIST).fields)
    assert Ending(record.outcome, record.blocked_reason, record.referred_to) == whole


async def test_another_outcome_can_be_chosen_while_one_waits_for_its_reason(tablet):
    case = await (await tablet.with_shift()).with_case()

    await tablet.assisting.finish(case, Ending(Outcome.LEFT))
    await tablet.assisting.note(case, ending=None)
    assert await tablet.assisting.finish(case, DONE)

    assert unpack(Assist, tablet.one(Kind.ASSIST).fields).outcome == Outcome.COMPLETED


async def test_a_double_tap_on_the_outcome_makes_one_record(tablet):
    case = await (await tablet.with_shift()).with_case()

    answers = await together(*(tablet.assisting.finish(case, DONE) for _ in range(3)))

    assert answers == [True, False, False]
    assert tablet.one(Kind.ASSIST).rev == 1
    assert tablet.now.totals.assists == 1


async def test_of_two_outcomes_at_once_the_first_wins(tablet):
    case = await (await tablet.with_shift()).with_case()

    referred = Ending(Outcome.REFERRED, referred_to=ReferredTo.OMAC)
    answers = await together(tablet.assisting.finish(case, DONE), tablet.assisting.finish(case, referred))

    assert answers == [True, False]
    assert unpack(Assist, tablet.one(Kind.ASSIST).fields).outcome == Outcome.COMPLETED


async def test_an_outcome_without_its_reason_loses_to_one_that_saves(tablet):
    case = await (await tablet.with_shift()).with_case()

    await together(tablet.assisting.finish(case, Ending(Outcome.LEFT)), tablet.assisting.finish(case, DONE))

    assert unpack(Assist, tablet.one(Kind.ASSIST).fields).outcome == Outcome.COMPLETED
    assert tablet.now.drafts == ()


async def test_taps_in_quick_succession_all_count(tablet):
    case = await (await tablet.with_shift()).with_case()

    await together(*(tablet.assisting.tick(case, f"s{number}") for number in range(1, 6)))

    assert tablet.case(case).ticked == ("s1", "s2", "s3", "s4", "s5")


async def test_several_cases_are_open_at_once_each_with_its_own_steps(tablet, time):
    await tablet.with_shift()
    first = await tablet.with_case()
    await time.pass_by(minutes=3)
    second = await tablet.with_case("sp-altres")

    await tablet.assisting.tick(first, "s1")
    await tablet.assisting.finish(second, DONE)

    assert [each.id for each in tablet.now.drafts] == [first]
    assert tablet.case(first).ticked == ("s1",)


async def test_taps_on_a_case_that_is_gone_do_nothing(tablet):
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.finish(case, DONE)
    before = tablet.now

    await tablet.assisting.tick(case, "s1")
    await tablet.assisting.pause(case)
    await tablet.assisting.note(case, minutes=5)
    await tablet.assisting.discard(case)

    assert tablet.now == before
    assert tablet.one(Kind.ASSIST).rev == 1


async def test_a_list_is_no_case(tablet):
    session = await (await tablet.with_shift()).with_list(PLANNED)

    assert not await tablet.assisting.finish(session, DONE)
    await tablet.assisting.discard(session)

    assert tablet.now.draft(session) is not None


async def test_a_case_that_is_dropped_leaves_no_record(tablet):
    case = await (await tablet.with_shift()).with_case()

    await tablet.assisting.discard(case)

    assert tablet.now.drafts == ()
    assert tablet.now.undo == Undoable(Kind.ASSIST, (LABOUR,), "discarded")
    assert tablet.killed_and_started().standing(Kind.ASSIST) == ()


# when the catalogue changes under an open case


async def test_t_23_a_case_whose_procedure_was_retired_is_saved_with_the_catalogue_it_was_opened_with(
    tablet, time, newer
):
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.tick(case, "s1")
    await time.pass_by(minutes=25)
    updated = tablet.killed_and_started(library=newer)

    assert await updated.assisting.finish(case, DONE)

    assist = unpack(Assist, updated.one(Kind.ASSIST).fields)
    assert (assist.procedure_id, assist.catalogue_version) == (LABOUR, "starter-1")
    assert (assist.steps_done, assist.active_minutes) == (("s1",), 25)
    assert updated.now.drafts == ()


async def test_t_23_a_case_whose_procedure_was_retired_can_be_dropped(tablet, newer):
    case = await (await tablet.with_shift()).with_case()
    updated = tablet.killed_and_started(library=newer)

    await updated.assisting.discard(case)

    assert updated.now.drafts == ()


async def test_a_case_whose_procedure_stayed_is_saved_with_the_new_catalogue(tablet, newer):
    case = await (await tablet.with_shift()).with_case("sp-altres")
    updated = tablet.killed_and_started(library=newer)

    assert await updated.assisting.finish(case, DONE)

    assert unpack(Assist, updated.one(Kind.ASSIST).fields).catalogue_version == "starter-2"


async def test_a_case_opened_before_a_day_ended_is_saved_the_next(tablet, time):
    case = await (await tablet.with_shift()).with_case()
    await time.pass_by(minutes=24 * 60)
    tablet = tablet.killed_and_started()

    assert await tablet.assisting.finish(case, DONE)

    assist = unpack(Assist, tablet.one(Kind.ASSIST).fields)
    assert assist.ended_at - assist.started_at == timedelta(days=1)
    assert assist.active_minutes == 600


async def test_a_double_tap_on_a_tile_opens_one_case(tablet, time):
    await tablet.with_shift()

    first, second = await together(tablet.assisting.begin(LABOUR), tablet.assisting.begin(LABOUR))
    await time.pass_by(seconds=2)
    third = await tablet.assisting.begin(LABOUR)

    assert first == second != third
    assert len(tablet.now.drafts) == 2


async def test_a_case_left_open_counts_in_the_shift_that_ends_it(tablet):
    case = await (await tablet.with_shift()).with_case()
    await tablet.shifts.end()
    await tablet.shifts.leave()
    await tablet.with_shift()

    await tablet.assisting.finish(case, DONE)

    assert tablet.one(Kind.ASSIST).fields["shift_id"] == tablet.now.shift.id
    assert tablet.now.totals.assists == 1
