"""What a person decides about a disputed or refused record, up to the centre and back to every tablet."""

from functools import partial
from typing import Any

import pytest

from app.domain import workshops
from app.domain.assisting import Ending
from app.domain.review import Remedy, Review
from app.state import LineState, Undoable
from app.store import Edit, Write
from sync.protocol.records import Fields, Kind
from sync.protocol.vocabulary import AttendanceStatus, Outcome
from tests.app.connected import Connected, at_centre, paired
from tests.app.tablets import DONE, LABOUR, Tablet
from tests.sync.wires import down

pytestmark = pytest.mark.anyio

ABSENT, PRESENT = AttendanceStatus.ABSENT, AttendanceStatus.PRESENT
LONG = "x" * 20_001


async def disagreeing(connect: Any) -> tuple[Connected, Connected]:
    """Two tablets that corrected one seat of the same list apart: the first says absent, the second late."""
    first, second = await paired(connect), await paired(connect)
    assert await first.tablet.shifts.start("balafia", "C1")
    session = await first.tablet.with_list()
    await first.tablet.workshops.change(session, partial(workshops.rest, status=PRESENT))
    await first.tablet.workshops.close(session)
    await first.send()
    await second.send()
    assert await second.tablet.shifts.start("balafia", "C2")
    for desk, status in ((first, ABSENT), (second, AttendanceStatus.LATE)):
        await desk.tablet.time.pass_by(minutes=5)
        seat = next(each for each in desk.tablet.standing(Kind.ATTENDANCE) if each.fields["slot"] == "P04")
        await write(desk.tablet, seat.id, Kind.ATTENDANCE, status=status.value)
    await agree(first, second, first)
    return first, second


async def write(tablet: Tablet, id: str, kind: str, *, delete: bool = False, **fields: Any) -> None:
    shift = tablet.now.shift
    assert shift is not None
    edit = Edit(id, kind, shift.connector_id, tablet.time(), fields, delete)
    assert await tablet.recorder.write(Write(edits=(edit,)))


async def agree(*desks: Connected) -> None:
    for desk in desks:
        await desk.send()


def only(desk: Connected) -> Review:
    (review,) = desk.tablet.now.reviews
    return review


def seat_at_centre(office: Any, id: str) -> Fields:
    return at_centre(office)[id]


def assert_settled(office: Any, *desks: Connected) -> None:
    assert not any(each.conflicts for each in office.records().values())
    for desk in desks:
        assert desk.tablet.now.reviews == ()
        assert (desk.tablet.now.sync.waiting, desk.tablet.now.sync.review) == (0, 0)
        assert not any(each.conflicts for each in desk.tablet.store.records())


async def test_both_tablets_see_both_values_with_who_wrote_them_and_when(office, connect):
    first, second = await disagreeing(connect)

    for desk, connector in ((first, "C1"), (second, "C2")):
        review = only(desk)
        (dispute,) = review.asked
        assert (review.kind, review.slot, review.subject, review.centre_id) == ("attendance", "P04", ("3",), "balafia")
        assert dispute.field == "status"
        assert [each.value for each in dispute.said] == ["absent", "late"]
        assert [each.author.by for each in dispute.said] == ["C1", "C2"]
        assert [f"{each.author.at:%H:%M}" for each in dispute.said] == ["09:35", "09:40"]
        assert [each.author.by for each in dispute.said if each.is_here] == [connector]
    assert first.tablet.now.lines[0].state == LineState.REVIEW


@pytest.mark.parametrize("choice", [0, 1], ids=["what stands", "what was overruled"])
@pytest.mark.parametrize("decider", [0, 1], ids=["first", "second"])
async def test_one_tap_on_either_tablet_settles_it_on_both(office, connect, choice, decider):
    desks = await disagreeing(connect)
    review = only(desks[decider])
    (dispute,) = review.asked

    await desks[decider].tablet.reviewing.keep(review, dispute, dispute.said[choice])
    assert desks[decider].tablet.now.reviews == ()
    assert (desks[decider].tablet.now.sync.waiting, desks[decider].tablet.now.sync.review) == (1, 0)
    await agree(desks[decider], *desks)

    assert_settled(office, *desks)
    expected = ("absent", "late")[choice]
    assert at_centre(office)[review.id]["status"] == expected
    assert [each.tablet.store.record(review.id).fields["status"] for each in desks] == [expected] * 2


async def test_two_people_who_decide_differently_disagree_again(office, connect):
    desks = await disagreeing(connect)
    for desk, choice in zip(desks, (0, 1), strict=True):
        (dispute,) = only(desk).asked
        await desk.tablet.reviewing.keep(only(desk), dispute, dispute.said[choice])

    await agree(*desks, desks[0])

    assert [each.value for each in only(desks[1]).asked[0].said] == ["absent", "late"]
    assert [each.value for each in only(desks[0]).asked[0].said] == ["absent", "late"]


@pytest.mark.parametrize("choice", [0, 1])
async def test_a_decision_is_taken_back_to_the_letter_before_it_is_sent(office, connect, choice):
    _, desk = await disagreeing(connect)
    review = only(desk)
    await desk.tablet.reviewing.keep(review, review.asked[0], review.asked[0].said[choice])
    undo = desk.tablet.now.undo

    route = await desk.tablet.recorder.take_back()

    assert (undo, route) == (Undoable(Kind.ATTENDANCE, ("3",), "settled", "P04"), "/review")
    assert only(desk) == review
    assert desk.tablet.now.sync.waiting == 0


async def test_a_decision_that_was_sent_is_taken_back_by_the_value_that_stood(office, connect):
    first, second = await disagreeing(connect)
    review = only(second)
    await second.tablet.reviewing.keep(review, review.asked[0], review.asked[0].said[1])
    await second.send()

    await second.tablet.recorder.take_back()
    await agree(second, first, second)

    assert at_centre(office)[review.id]["status"] == "absent"
    assert_settled(office, first, second)


async def test_a_decision_outlives_a_kill(office, connect):
    first, second = await disagreeing(connect)
    second.wire = down()
    review = only(second)
    await second.tablet.reviewing.keep(review, review.asked[0], review.asked[0].said[1])

    again = Connected(second.tablet.killed_and_started(), office.wire)
    assert (again.tablet.now.sync.waiting, again.tablet.now.sync.review) == (1, 0)
    await agree(again, first)

    assert_settled(office, first, again)


async def test_a_list_taken_on_two_tablets_is_settled_at_one_blow(office, connect):
    desks = await paired(connect), await paired(connect)
    for desk, connector, status in zip(desks, ("C1", "C2"), (PRESENT, ABSENT), strict=True):
        await desk.tablet.shifts.start("balafia", connector)
        session = await desk.tablet.with_list()
        await desk.tablet.workshops.change(session, partial(workshops.rest, status=status))
        await desk.tablet.time.pass_by(minutes=5)
        await desk.tablet.workshops.close(session)
    await agree(*desks, desks[0])
    second = desks[1].tablet
    listed = second.now.reviews[0]
    assert (listed.kind, [each.slot for each in second.now.reviews[1:]]) == (
        "session", [f"P{number:02d}" for number in range(1, 13)],
    )  # fmt: skip
    assert {each.field for each in listed.asked} >= {"headcount", "connector_ids", "ended_at"}
    assert not {"created_at", "device_id", "shift_id"} & {each.field for each in listed.asked}

    for review in second.now.reviews:
        await second.reviewing.keep_beside(review)
    await agree(desks[1], *desks)

    assert_settled(office, *desks)
    assert at_centre(office)[session]["headcount"] == 0
    assert at_centre(office)[session]["connector_ids"] == ("C2",)


async def test_what_no_person_wrote_is_kept_beside_and_asks_nobody(office, connect):
    """Two tablets that took one list apart disagreed about the shift of every seat, also where their marks agreed."""
    first, second = await disagreeing(connect)
    review = only(first)
    await first.tablet.reviewing.keep(review, review.asked[0], review.asked[0].said[0])
    await agree(first, second)
    for desk, shift in ((first, "a"), (second, "b")):
        await write(desk.tablet, review.id, Kind.ATTENDANCE, shift_id=shift)

    await agree(first, second, first)

    assert [each.value for each in office.records()[review.id].conflicts] == ["b"]
    for desk in (first, second):
        assert (desk.tablet.now.reviews, desk.tablet.now.sync.review) == ((), 0)
    assert first.tablet.now.lines[0].state == LineState.SENT


# deletions


async def wished_gone(connect: Any) -> tuple[Connected, Connected, str]:
    """The first wrote on, the second deleted without having seen it."""
    first, second = await disagreeing(connect)
    review = only(first)
    await first.tablet.reviewing.keep(review, review.asked[0], review.asked[0].said[0])
    await agree(first, second)
    await write(first.tablet, review.id, Kind.ATTENDANCE, status="excused")
    await write(second.tablet, review.id, Kind.ATTENDANCE, delete=True)
    await agree(first, second, first)
    return first, second, review.id


@pytest.mark.parametrize("decider", [0, 1])
async def test_a_deletion_kept_beside_is_refused(office, connect, decider):
    *desks, seat = await wished_gone(connect)
    review = only(desks[decider])
    assert review.wish is not None and review.wish.author.by == "C2"

    await desks[decider].tablet.reviewing.keep_record(review)
    assert desks[decider].tablet.now.reviews == ()
    await agree(desks[decider], *desks)

    assert_settled(office, *desks)
    assert at_centre(office)[seat]["status"] == "excused"


@pytest.mark.parametrize("decider", [0, 1])
async def test_a_deletion_kept_beside_is_done_after_all(office, connect, decider):
    *desks, seat = await wished_gone(connect)

    await desks[decider].tablet.reviewing.delete(only(desks[decider]))
    assert desks[decider].tablet.now.reviews == ()
    await agree(desks[decider], *desks)

    assert_settled(office, *desks)
    assert seat not in at_centre(office)


@pytest.mark.parametrize("decider", [0, 1])
async def test_what_was_written_late_to_a_deleted_record_is_dismissed(office, connect, decider):
    first, second = await disagreeing(connect)
    review = only(first)
    await first.tablet.reviewing.keep(review, review.asked[0], review.asked[0].said[0])
    await agree(first, second)
    await write(first.tablet, review.id, Kind.ATTENDANCE, delete=True)
    await write(second.tablet, review.id, Kind.ATTENDANCE, status="excused")
    await agree(first, second, first)
    desks = (first, second)
    late = only(desks[decider])
    assert late.is_deleted and late.asked == ()
    assert [(each.field, each.said[0].value, each.said[0].author.by) for each in late.late] == [
        ("status", "excused", "C2"),
    ]

    await desks[decider].tablet.reviewing.delete(late)
    assert desks[decider].tablet.now.reviews == ()
    await agree(desks[decider], *desks)

    assert_settled(office, *desks)
    assert review.id not in at_centre(office)


# what the centre refused


async def refused_case(connect: Any) -> tuple[Connected, str]:
    desk = await paired(connect)
    case = await (await desk.tablet.with_shift()).with_case()
    await desk.tablet.time.pass_by(minutes=20)
    await desk.tablet.assisting.finish(case, DONE)
    await write(desk.tablet, case, Kind.ASSIST, blocked_step=LONG)
    await desk.send()
    return desk, case


async def test_a_refused_case_says_what_was_refused_and_that_the_form_mends_it(office, connect):
    desk, case = await refused_case(connect)

    review = only(desk)

    assert (review.id, review.subject, review.result) == (case, (LABOUR,), "completed")
    assert (review.problem.type, review.problem.field) == ("/problems/too-large", "blocked_step")
    assert review.remedy == Remedy.FORM
    assert desk.tablet.now.lines[0].state == LineState.REVIEW


async def test_a_refused_case_is_written_again_in_its_form_and_taken(office, connect):
    desk, case = await refused_case(connect)
    before = desk.tablet.store.record(case)

    assert await desk.tablet.reviewing.mend(only(desk)) == f"/assist/{case}"
    assert desk.tablet.now.refusal(case) == only(desk)
    await desk.tablet.time.pass_by(minutes=60)
    assert await desk.tablet.assisting.finish(case, Ending(Outcome.INFO_ONLY))
    await desk.send()

    assert_settled(office, desk)
    there = at_centre(office)[case]
    assert (there["outcome"], there.get("blocked_step")) == ("info_only", None)
    for name in ("started_at", "ended_at", "active_minutes", "created_at", "shift_id", "entry_mode", "connector_id"):
        assert there[name] == before.fields[name]


async def test_a_correction_that_is_taken_back_is_refused_as_before_with_its_form_open(office, connect):
    desk, case = await refused_case(connect)
    before = desk.tablet.store.record(case)
    await desk.tablet.reviewing.mend(only(desk))
    await desk.tablet.assisting.finish(case, DONE)

    assert await desk.tablet.recorder.take_back() == f"/assist/{case}"

    assert desk.tablet.store.record(case) == before
    assert desk.tablet.case(case).procedure_id == LABOUR


async def test_a_refused_seat_is_mended_in_its_list(office, connect):
    desk = await paired(connect)
    session = await (await desk.tablet.with_shift()).with_list()
    await desk.tablet.workshops.change(session, partial(workshops.rest, status=PRESENT))
    await desk.tablet.workshops.close(session)
    seat = desk.tablet.standing(Kind.ATTENDANCE)[0]
    await write(desk.tablet, seat.id, Kind.ATTENDANCE, status=LONG)
    await desk.send()
    review = only(desk)

    assert await desk.tablet.reviewing.mend(review) == f"/roll-call/{session}"
    assert desk.tablet.now.refusal(session) == review
    number = int(str(seat.fields["slot"])[1:])
    await desk.tablet.workshops.change(session, partial(workshops.mark, number=number, status=ABSENT))
    await desk.tablet.workshops.close(session)
    await desk.send()

    assert_settled(office, desk)
    assert at_centre(office)[seat.id]["status"] == "absent"


async def test_a_refused_case_that_is_forgotten_leaves_nothing_anywhere(office, connect):
    desk, case = await refused_case(connect)

    await desk.tablet.reviewing.withdraw(only(desk))

    assert desk.tablet.store.record(case) is None
    assert_settled(office, desk)
    await desk.send()
    assert case not in office.records()


async def test_what_was_forgotten_is_taken_back(office, connect):
    desk, case = await refused_case(connect)
    before, review = desk.tablet.store.record(case), only(desk)
    await desk.tablet.reviewing.mend(review)
    await desk.tablet.reviewing.withdraw(review)
    assert desk.tablet.now.drafts == ()

    await desk.tablet.recorder.take_back()

    assert desk.tablet.store.record(case) == before
    assert only(desk) == review
    assert [each.id for each in desk.tablet.now.drafts] == [case]


async def test_a_refused_correction_that_is_forgotten_leaves_what_the_centre_holds(office, connect):
    desk = await paired(connect)
    case = await (await desk.tablet.with_shift()).with_case()
    await desk.tablet.assisting.finish(case, DONE)
    await desk.send()
    await write(desk.tablet, case, Kind.ASSIST, blocked_step=LONG)
    await desk.send()

    await desk.tablet.reviewing.withdraw(only(desk))
    await desk.send()

    assert_settled(office, desk)
    assert at_centre(office)[case] == desk.tablet.store.record(case).fields
    assert desk.tablet.now.lines[0].state == LineState.SENT


async def test_a_refused_session_that_is_forgotten_takes_its_seats_along(office, connect):
    desk = await paired(connect)
    session = await (await desk.tablet.with_shift()).with_list()
    await desk.tablet.workshops.change(session, partial(workshops.rest, status=PRESENT))
    await desk.tablet.workshops.close(session)
    await write(desk.tablet, session, Kind.SESSION, cancel_reason=LONG)
    await desk.send()

    await desk.tablet.reviewing.withdraw(only(desk))
    await desk.send()

    assert desk.tablet.standing(Kind.SESSION) == ()
    assert session not in office.records()
    assert {each["status"] for each in at_centre(office).values() if "slot" in each} == {"registered"}
    assert_settled(office, desk)


async def test_a_refused_case_is_left_to_the_coordinator(office, connect):
    desk, case = await refused_case(connect)

    await desk.tablet.reviewing.hand_over(only(desk))
    assert (desk.tablet.now.reviews, desk.tablet.now.sync.waiting) == ((), 1)
    assert desk.tablet.now.lines[0].state == LineState.SAVED
    await desk.send()

    assert_settled(office, desk)
    assert case not in office.records()
    assert desk.tablet.now.lines[0].state == LineState.HANDED_OVER
    assert desk.tablet.store.record(case).fields["outcome"] == "completed"
    assert office.count("refused") == 2


async def test_a_hand_over_is_taken_back_before_it_left(office, connect):
    desk, case = await refused_case(connect)
    before = desk.tablet.store.record(case)
    await desk.tablet.reviewing.hand_over(only(desk))

    await desk.tablet.recorder.take_back()

    assert desk.tablet.store.record(case) == before


async def test_what_was_handed_over_may_be_written_again(office, connect):
    desk, case = await refused_case(connect)
    await desk.tablet.reviewing.hand_over(only(desk))
    await desk.send()

    assert await desk.tablet.assisting.reopen(case)
    await desk.tablet.assisting.finish(case, DONE)
    await desk.send()

    assert_settled(office, desk)
    assert at_centre(office)[case]["outcome"] == "completed"
    assert desk.tablet.now.lines[0].state == LineState.SENT


async def test_another_tablets_record_is_offered_again_and_refused_again(office, connect):
    first, second = await paired(connect), await paired(connect)
    case = await (await first.tablet.with_shift()).with_case()
    await first.tablet.assisting.finish(case, DONE)
    await first.send()
    await second.tablet.with_shift()
    await write(second.tablet, case, Kind.ASSIST, outcome="completed")
    await second.send()
    assert (only(second).problem.type, only(second).remedy) == ("/problems/not-yours", Remedy.AGAIN)

    assert await second.tablet.reviewing.mend(only(second)) is None
    assert second.tablet.now.sync.waiting == 1
    await second.send()
    assert only(second).problem.type == "/problems/not-yours"

    await second.tablet.reviewing.withdraw(only(second))
    await second.send()
    assert second.tablet.now.sync.waiting == 0
    assert at_centre(office)[case]["outcome"] == "completed"


async def test_what_is_settled_meanwhile_is_not_decided_again(office, connect):
    first, second = await disagreeing(connect)
    old = only(second)
    review = only(first)
    await first.tablet.reviewing.keep(review, review.asked[0], review.asked[0].said[1])
    await agree(first, second)

    await second.tablet.reviewing.keep(old, old.asked[0], old.asked[0].said[0])

    assert second.tablet.now.sync.waiting == 0
    assert_settled(office, first, second)
