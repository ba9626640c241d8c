"""What a tablet learns from use, on a real disk."""

import pytest

from app.domain.catalogue import OTHER_PROCEDURE
from sync.protocol.messages import SyncReply
from sync.protocol.records import Applied, Kind
from sync.protocol.vocabulary import Channel, DeviceUsed
from tests.app.tablets import DONE, LABOUR

pytestmark = pytest.mark.anyio


async def help_for(tablet, time, minutes, procedure=LABOUR):
    case = await tablet.with_case(procedure)
    await time.pass_by(minutes=minutes)
    await tablet.assisting.finish(case, DONE)
    return case


async def test_the_duration_learned_here_is_what_a_case_written_in_one_go_takes(tablet, time):
    await tablet.with_shift()
    for minutes in (12, 14, 50):
        await help_for(tablet, time, minutes)

    again = tablet.killed_and_started()
    case = await again.with_case()
    shown = again.now.usual[LABOUR]
    await again.assisting.finish(case, DONE)

    assert (shown, again.store.record(case).fields["active_minutes"]) == (14, 14)


async def test_what_is_taken_back_was_not_learned(tablet, time):
    await tablet.with_shift()
    await help_for(tablet, time, 12)
    helped, took = tablet.store.note("helped/balafia"), tablet.store.note(f"minutes/{LABOUR}")

    await help_for(tablet, time, 30)
    await tablet.recorder.take_back()

    assert (tablet.store.note("helped/balafia"), tablet.store.note(f"minutes/{LABOUR}")) == (helped, took)


async def test_a_case_that_is_corrected_is_learned_once(tablet, time):
    await tablet.with_shift()
    case = await help_for(tablet, time, 12)

    await tablet.assisting.reopen(case)
    await tablet.assisting.finish(case, DONE)

    assert tablet.store.note("helped/balafia") == {LABOUR: 1}


async def test_the_tiles_outlive_the_records(tablet, time):
    """They leave the tablet a week after the centre has them, and the tiles went back to the first day's."""
    await tablet.with_shift()
    await help_for(tablet, time, 12)
    changes = tablet.store.seal(500)
    results = tuple(Applied(change.op, seq) for seq, change in enumerate(changes, 1))
    tablet.store.hear(SyncReply(f"e.{len(changes)}", False, 0, time.at, results, ()))

    await time.pass_by(minutes=8 * 24 * 60)
    tablet.store.forget_sent(time.at, safe=len(changes))

    assert tablet.standing(Kind.ASSIST) == ()
    await tablet.shifts.leave()
    assert (await tablet.with_shift()).now.pinned[0] == LABOUR


async def test_the_same_again_is_the_same_service_for_another_person(tablet, time):
    await tablet.with_shift()
    case = await tablet.with_case(OTHER_PROCEDURE)
    await tablet.assisting.note(case, channel=Channel.PHONE, device_used=DeviceUsed.OWN_PHONE, satisfaction="good")
    await tablet.assisting.finish(case, DONE)
    await time.pass_by(minutes=1)

    again = tablet.case(await tablet.assisting.begin_again(case))

    assert (again.procedure_id, again.channel, again.device_used) == (OTHER_PROCEDURE, "phone", "own_phone")
    assert (again.satisfaction, again.ticked) == (None, ())


async def test_nothing_to_repeat_begins_nothing(tablet):
    await tablet.with_shift()

    assert await tablet.assisting.begin_again("no-such") is None
