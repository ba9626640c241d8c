"""Correcting and taking back what was saved, on a real disk and before a real centre."""

from collections.abc import Callable
from functools import partial

import pytest

from app.domain import workshops
from app.domain.archive import Shown, Topic, Wanted
from app.domain.revisions import is_void, number
from app.services.browsing import Listed
from app.state import LineState
from sync.protocol.records import Kind
from sync.protocol.vocabulary import AttendanceStatus, Revision
from tests.app.connected import Connected
from tests.app.tablets import DONE, LABOUR, PLANNED, Tablet

pytestmark = pytest.mark.anyio

ALL_PRESENT = partial(workshops.rest, status=AttendanceStatus.PRESENT)
WEEK_MINUTES = 7 * 24 * 60


def words(topic: Topic) -> str:
    return f"{topic.subject} {topic.result}"


def page(tablet: Tablet, shown: Shown = Shown.ALL) -> Listed:
    return tablet.browsing.page(Wanted(shown=shown), "ca", words)


async def with_saved_case(tablet: Tablet) -> str:
    id = await tablet.with_case(LABOUR)
    assert await tablet.assisting.finish(id, DONE)
    return id


async def with_saved_list(tablet: Tablet) -> str:
    id = await tablet.with_list()
    await tablet.workshops.change(id, ALL_PRESENT)
    assert await tablet.workshops.close(id)
    return id


async def test_the_list_follows_every_write(tablet):
    await tablet.with_shift()
    assert page(tablet).found == 0

    case, list_ = await with_saved_case(tablet), await with_saved_list(tablet)
    assert {each.id for each in page(tablet).lines} == {case, list_}

    await tablet.recorder.take_back()
    assert [each.id for each in page(tablet).lines] == [case]


async def test_a_seat_that_waits_shows_its_session_among_what_waits(tablet):
    await tablet.with_shift()
    id = await with_saved_list(tablet)

    listed = page(tablet, Shown.WAITING)

    assert [(each.id, each.state) for each in listed.lines] == [(id, LineState.SAVED)]


async def test_a_list_that_is_void_counts_for_nothing_nor_do_its_seats(tablet):
    await tablet.with_shift()
    id = await with_saved_list(tablet)
    assert tablet.now.totals.attendances == 12

    assert await tablet.correcting.void(id)

    assert (tablet.now.totals.sessions, tablet.now.totals.attendances) == (0, 0)
    assert all(is_void(each.fields) for each in tablet.standing(Kind.ATTENDANCE))
    assert [each.is_void for each in page(tablet).lines] == [True]


async def test_what_was_made_void_by_mistake_is_as_it_was(tablet):
    await tablet.with_shift()
    id = await with_saved_list(tablet)
    before = tablet.store.records()
    await tablet.correcting.void(id)

    assert await tablet.recorder.take_back() == f"/records/{id}"

    assert tablet.store.records() == before


async def test_a_void_session_of_the_plan_can_be_held_after_all(tablet):
    await tablet.with_shift()
    id = await with_saved_list(tablet)
    await tablet.correcting.void(id)

    assert await tablet.with_list(PLANNED) == id
    assert await tablet.workshops.close(id)

    standing = [*tablet.standing(Kind.SESSION), *tablet.standing(Kind.ATTENDANCE)]
    assert not any(is_void(each.fields) for each in standing)
    assert tablet.now.totals.attendances == 12


async def test_a_list_corrected_with_a_reason_is_its_next_version(tablet):
    await tablet.with_shift()
    id = await with_saved_list(tablet)

    assert await tablet.correcting.correct(id, Revision.MISSING) == f"/roll-call/{id}"
    await tablet.workshops.change(id, partial(workshops.mark, number=1, status=AttendanceStatus.ABSENT))
    await tablet.workshops.close(id)

    whole = tablet.browsing.whole(id)
    assert whole is not None
    assert [each.reason for each in whole.versions] == ["", "missing"]
    assert whole.versions[1].was["headcount"] == 12


async def test_a_correction_taken_back_leaves_one_version(tablet):
    await tablet.with_shift()
    id = await with_saved_list(tablet)
    await tablet.correcting.correct(id, Revision.MISTAKE)
    await tablet.workshops.close(id)
    assert number(tablet.one(Kind.SESSION).fields) == 2

    await tablet.recorder.take_back()

    assert number(tablet.one(Kind.SESSION).fields) == 1


async def test_the_reason_outlives_a_kill_in_the_middle(tablet):
    await tablet.with_shift()
    id = await with_saved_case(tablet)
    await tablet.correcting.correct(id, Revision.CAME_BACK)

    later = tablet.killed_and_started()
    await later.assisting.note(id, minutes=45)
    await later.assisting.finish(id, DONE)

    whole = later.browsing.whole(id)
    assert whole is not None and [each.reason for each in whole.versions] == ["", "came_back"]


@pytest.mark.parametrize(("minutes", "is_open"), [(WEEK_MINUTES, True), (WEEK_MINUTES + 1, False)])
async def test_after_seven_days_nothing_is_corrected_or_void(tablet, time, minutes, is_open):
    await tablet.with_shift()
    id = await with_saved_case(tablet)
    await time.pass_by(minutes=minutes)

    assert (await tablet.correcting.correct(id, Revision.OTHER) is not None) == is_open
    assert await tablet.correcting.void(id) == is_open


async def test_what_is_void_is_not_corrected_nor_void_again(tablet):
    await tablet.with_shift()
    id = await with_saved_case(tablet)
    assert await tablet.correcting.void(id)

    assert await tablet.correcting.correct(id, Revision.OTHER) is None
    assert not await tablet.correcting.void(id)
    assert not await tablet.correcting.void("nothing")


async def test_a_full_disk_makes_nothing_void(tablet):
    await tablet.with_shift()
    id = await with_saved_case(tablet)

    with tablet.full_disk():
        assert not await tablet.correcting.void(id)

    assert not is_void(tablet.one(Kind.ASSIST).fields)


async def test_the_centre_hears_the_correction_and_that_it_is_void(connect: Callable[[], Connected]) -> None:
    connected = connect()
    tablet = connected.tablet
    await tablet.with_shift()
    id = await with_saved_case(tablet)
    await connected.send()
    await tablet.correcting.correct(id, Revision.MISTAKE)
    await tablet.assisting.note(id, minutes=45)
    await tablet.assisting.finish(id, DONE)
    await connected.send()
    await tablet.correcting.void(id)
    await connected.send()

    record = tablet.store.record(id)
    assert record is not None and not record.is_waiting
    assert number(record.copy) == 3 and is_void(record.copy)
    assert record.copy["active_minutes"] == 45
