"""For ten seconds the last thing can be taken back, wherever it has got to meanwhile."""

import pytest

from app.domain.assisting import Ending
from app.domain.sessions import Choice
from app.services.recorder import UNDO_SECONDS
from app.services.syncing import SAVE_PAUSE
from sync.protocol.messages import SyncReply
from sync.protocol.records import Applied, Kind
from sync.protocol.vocabulary import BlockedReason, CancelReason, Outcome, SessionKind
from tests.app.tablets import DONE, LABOUR, Tablet, together

pytestmark = pytest.mark.anyio


async def with_case_saved(tablet: Tablet) -> str:
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.tick(case, "s1")
    assert await tablet.assisting.finish(case, DONE)
    return case


def send_all(tablet: Tablet) -> None:
    """The centre takes everything that waits."""
    changes = tablet.store.seal(500)
    results = tuple(Applied(change.op, seq) for seq, change in enumerate(changes, 1))
    tablet.store.hear(SyncReply(f"e.{len(results)}", False, 0, tablet.time.at, results, ()))


async def test_a_saved_case_that_is_taken_back_is_open_at_the_same_step(tablet):
    case = await with_case_saved(tablet)

    route = await tablet.recorder.take_back()

    (draft,) = tablet.now.drafts
    assert route == f"/assist/{draft.id}"
    assert (draft.procedure_id, draft.ticked, draft.ending) == (LABOUR, ("s1",), None)
    assert tablet.store.record(case) is None
    assert (tablet.now.lines, tablet.now.totals.assists, tablet.now.undo) == ((), 0, None)


async def test_what_was_taken_back_never_leaves_the_tablet(tablet):
    await with_case_saved(tablet)

    await tablet.recorder.take_back()

    assert [change.kind for change in tablet.store.seal(500)] == [Kind.SHIFT]


async def test_a_case_that_was_taken_back_ends_in_one_record(tablet):
    await with_case_saved(tablet)
    await tablet.recorder.take_back()

    (draft,) = tablet.now.drafts
    await tablet.assisting.finish(draft.id, Ending(Outcome.LEFT, BlockedReason.NO_TIME))

    assert tablet.one(Kind.ASSIST).fields["outcome"] == "left"


async def test_a_referral_that_was_taken_back_asks_again_how_it_ended(tablet):
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.finish(case, Ending(Outcome.LEFT))
    await tablet.assisting.finish(case, Ending(Outcome.LEFT, BlockedReason.NO_TIME))

    await tablet.recorder.take_back()

    assert [draft.ending for draft in tablet.now.drafts] == [None]


async def test_a_case_taken_back_survives_a_kill(tablet):
    await with_case_saved(tablet)
    await tablet.recorder.take_back()

    again = tablet.killed_and_started()

    assert [draft.ticked for draft in again.now.drafts] == [("s1",)]
    assert again.standing(Kind.ASSIST) == ()


async def test_t_18_undo_is_offered_until_the_last_of_its_seconds(tablet, time):
    await with_case_saved(tablet)

    await time.pass_by(seconds=UNDO_SECONDS - 0.01)

    assert tablet.now.undo is not None
    assert await tablet.recorder.take_back() is not None
    assert tablet.standing(Kind.ASSIST) == ()


async def test_undo_does_nothing_once_it_is_gone(tablet, time):
    case = await with_case_saved(tablet)

    await time.pass_by(seconds=UNDO_SECONDS)

    assert tablet.now.undo is None
    assert await tablet.recorder.take_back() is None
    assert tablet.one(Kind.ASSIST).id == case


async def test_a_double_tap_on_undo_takes_one_thing_back(tablet):
    await with_case_saved(tablet)

    routes = await together(tablet.recorder.take_back(), tablet.recorder.take_back())

    assert routes[0] is not None
    assert routes[1] is None
    assert len(tablet.now.drafts) == 1


async def test_undo_is_about_the_last_thing(tablet, time):
    first = await with_case_saved(tablet)
    await time.pass_by(seconds=6)
    await tablet.assisting.finish(await tablet.with_case("sp-altres"), DONE)

    await time.pass_by(seconds=6)  # the first one's ten seconds are over, the second one's are not
    await tablet.recorder.take_back()

    assert tablet.one(Kind.ASSIST).id == first


async def test_undo_is_not_offered_after_a_kill(tablet):
    case = await with_case_saved(tablet)

    again = tablet.killed_and_started()

    assert again.now.undo is None
    assert await again.recorder.take_back() is None
    assert again.one(Kind.ASSIST).id == case


async def test_t_18_undo_of_what_the_centre_has_sends_its_deletion(tablet):
    case = await with_case_saved(tablet)
    send_all(tablet)

    await tablet.recorder.take_back()

    (change,) = tablet.store.seal(500)
    assert (change.id, change.delete) == (case, True)
    assert len(tablet.now.drafts) == 1
    assert tablet.now.lines == ()


async def test_t_18_undo_while_it_is_being_sent_sends_its_deletion_next(tablet):
    case = await with_case_saved(tablet)
    offered = tablet.store.seal(500)

    await tablet.recorder.take_back()
    results = tuple(Applied(change.op, seq) for seq, change in enumerate(offered, 1))
    tablet.store.hear(SyncReply("e.2", False, 0, tablet.time.at, results, ()))

    (change,) = tablet.store.seal(500)
    assert (change.id, change.delete) == (case, True)


async def test_a_case_that_was_taken_back_after_sending_is_another_record(tablet):
    """What is deleted never comes back: its case needs a new name."""
    case = await with_case_saved(tablet)
    send_all(tablet)
    await tablet.recorder.take_back()

    (draft,) = tablet.now.drafts
    await tablet.assisting.finish(draft.id, DONE)

    assert draft.id != case
    assert tablet.one(Kind.ASSIST).id == draft.id


def test_nothing_leaves_while_it_can_still_be_taken_back():
    assert SAVE_PAUSE.total_seconds() > UNDO_SECONDS


async def test_a_dropped_case_is_taken_back_as_it_was(tablet):
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.tick(case, "s1")
    before = tablet.case(case)
    await tablet.assisting.discard(case)

    assert await tablet.recorder.take_back() == f"/assist/{case}"

    assert tablet.case(case) == before


async def test_opening_a_list_again_takes_the_offer_away_but_no_other_does(tablet):
    """Undo would have put the list back without the marks made since."""
    session = await (await tablet.with_shift()).with_list()
    await tablet.workshops.close(session)

    other = await tablet.with_list(Choice(SessionKind.EXTRA, ("5",), "ereta"))
    assert tablet.now.undo is not None
    await tablet.workshops.reopen(session)
    assert (tablet.now.undo, await tablet.recorder.take_back()) == (None, None)

    await tablet.workshops.discard(other)
    await tablet.workshops.discard(session)
    await tablet.with_list()
    assert tablet.now.undo is None


async def test_ending_the_shift_takes_the_offer_away(tablet):
    """The case was opened again behind the screen of the end, where nobody could get at it."""
    await with_case_saved(tablet)

    await tablet.shifts.end()

    assert (tablet.now.undo, await tablet.recorder.take_back()) == (None, None)


async def test_leaving_takes_the_offer_away(tablet):
    case = await with_case_saved(tablet)
    await tablet.shifts.end()

    await tablet.shifts.leave()

    assert tablet.now.undo is None
    assert await tablet.recorder.take_back() is None
    assert tablet.one(Kind.ASSIST).id == case


async def test_undo_that_the_disk_refuses_can_be_tried_again(tablet):
    """The offer was gone after the refusal, and its bar stayed on the screen for good."""
    await with_case_saved(tablet)

    with tablet.full_disk():
        assert await tablet.recorder.take_back() is None

    assert tablet.now.trouble is not None
    assert tablet.now.undo is not None
    assert await tablet.recorder.take_back() is not None
    assert tablet.standing(Kind.ASSIST) == ()
    assert (tablet.now.trouble, tablet.now.undo) == (None, None)


async def test_undo_that_the_disk_refused_is_withdrawn_in_time(tablet, time):
    await with_case_saved(tablet)
    with tablet.full_disk():
        await tablet.recorder.take_back()

    await time.pass_by(seconds=UNDO_SECONDS)

    assert tablet.now.undo is None
    assert await tablet.recorder.take_back() is None


async def test_undo_leaves_a_list_that_the_centre_has_as_planned(tablet):
    session = await (await tablet.with_shift()).with_list()
    await tablet.workshops.close(session)
    send_all(tablet)

    await tablet.recorder.take_back()

    changes = tablet.store.seal(500)
    assert not any(change.delete for change in changes)
    (unsaid,) = (change.set for change in changes if change.id == session)
    assert unsaid["status"] == "planned"
    assert {unsaid[name] for name in ("headcount", "ended_at")} == {None}


async def test_a_sent_list_that_was_not_held_after_all_can_still_be_held(tablet):
    """Its seats had been deleted, and what is deleted never comes back: twelve people were lost."""
    session = await (await tablet.with_shift()).with_list()
    await tablet.workshops.close(session)
    send_all(tablet)
    await tablet.workshops.reopen(session)
    await tablet.workshops.close(session, CancelReason.ROOM)
    send_all(tablet)

    await tablet.workshops.reopen(session)
    await tablet.workshops.close(session)
    send_all(tablet)

    assert len(tablet.standing(Kind.ATTENDANCE)) == 12
    assert tablet.store.counts().review == 0
