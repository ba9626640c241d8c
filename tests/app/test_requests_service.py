"""Training requests of groups on a real disk and before a real centre: saved, moved on, corrected, taken back."""

from functools import partial

import pytest

from app.domain import requests
from app.domain.fields import unpack
from app.domain.requests import RequestDraft, TrainingRequest
from app.domain.revisions import number
from app.services.planning import NOTE, remember_board
from app.store import Edit, StoredRecord, Write
from sync.client.phase import Resting
from sync.protocol.records import Kind, Value
from sync.protocol.vocabulary import GroupType, RequestStatus, Revision
from tests.app.connected import at_centre, of_kind, paired, standing
from tests.app.tablets import Tablet

pytestmark = pytest.mark.anyio

WEEK = 7 * 24 * 60


def form(tablet: Tablet, id: str) -> RequestDraft:
    draft = tablet.now.draft(id)
    assert isinstance(draft, RequestDraft)
    return draft


async def with_form(tablet: Tablet) -> str:
    await tablet.with_shift()
    id = await tablet.requests.begin()
    assert id is not None
    await tablet.requests.note(id, group_type=GroupType.OLDER_PEOPLE)
    await tablet.requests.change(id, partial(requests.chosen, field="module_ids", value="6"))
    await tablet.requests.change(id, partial(requests.sized, by=12))
    return id


async def with_request(tablet: Tablet) -> str:
    id = await with_form(tablet)
    assert await tablet.requests.save(id)
    return id


def saved(tablet: Tablet) -> TrainingRequest:
    return unpack(TrainingRequest, tablet.one(Kind.TRAINING_REQUEST).fields)


async def test_without_a_shift_there_is_no_form(tablet):
    assert await tablet.requests.begin() is None


async def test_a_form_outlives_a_kill_and_without_a_group_nothing_is_saved(tablet):
    await tablet.with_shift()
    id = await tablet.requests.begin()
    await tablet.requests.change(id, partial(requests.chosen, field="module_ids", value="6"))

    again = tablet.killed_and_started()

    assert form(again, id).module_ids == ("6",)
    assert not await again.requests.save(id)
    assert again.standing(Kind.TRAINING_REQUEST) == ()


async def test_a_saved_request_has_a_line_and_its_form_is_closed(tablet):
    id = await with_request(tablet)

    assert tablet.now.drafts == ()
    (line,) = tablet.now.lines
    assert (line.id, line.subject, line.result) == (id, ("older_people", "6"), "asked")
    assert [each.id for each in tablet.browsing.requests()] == [id]
    assert saved(tablet).group_size == 12


async def test_a_request_that_is_taken_back_is_gone_and_its_form_open_again(tablet):
    await with_request(tablet)

    route = await tablet.recorder.take_back()

    assert tablet.standing(Kind.TRAINING_REQUEST) == ()
    (draft,) = tablet.now.drafts
    assert route == f"/request/{draft.id}"
    assert form(tablet, draft.id).group_type == GroupType.OLDER_PEOPLE


async def test_what_became_of_a_request_is_a_version_and_can_be_taken_back(tablet):
    id = await with_request(tablet)

    assert await tablet.requests.move(id, RequestStatus.AGREED)
    assert not await tablet.requests.move(id, RequestStatus.AGREED)  # the second of two taps

    record = tablet.one(Kind.TRAINING_REQUEST)
    assert (record.fields["status"], number(record.fields)) == ("agreed", 2)
    await tablet.recorder.take_back()
    record = tablet.one(Kind.TRAINING_REQUEST)
    assert (record.fields["status"], number(record.fields)) == ("asked", 1)


async def test_a_request_moves_on_after_the_days_in_which_it_may_be_corrected(tablet):
    id = await with_request(tablet)
    await tablet.time.pass_by(minutes=3 * WEEK)

    assert await tablet.correcting.correct(id, Revision.MISTAKE) is None
    assert await tablet.requests.move(id, RequestStatus.HELD)

    assert saved(tablet).status == RequestStatus.HELD


async def test_a_void_request_moves_nowhere(tablet):
    id = await with_request(tablet)
    assert await tablet.correcting.void(id)

    assert not await tablet.requests.move(id, RequestStatus.HELD)


async def test_a_correction_keeps_where_the_request_stands(tablet):
    id = await with_request(tablet)
    await tablet.requests.move(id, RequestStatus.AGREED)

    assert await tablet.correcting.correct(id, Revision.MISSING) == f"/request/{id}"
    await tablet.requests.change(id, partial(requests.sized, by=8))
    assert await tablet.requests.save(id)

    assert (saved(tablet).group_size, saved(tablet).status) == (20, RequestStatus.AGREED)
    assert number(tablet.one(Kind.TRAINING_REQUEST).fields) == 3
    assert await tablet.recorder.take_back() == f"/request/{id}"
    assert saved(tablet).group_size == 12


async def test_a_form_dropped_by_mistake_is_a_tap_away(tablet):
    id = await with_form(tablet)
    await tablet.requests.discard(id)
    assert tablet.now.drafts == ()

    assert await tablet.recorder.take_back() == f"/request/{id}"
    assert form(tablet, id).group_size == 12


async def test_t_15_two_taps_on_save_make_one_request(tablet):
    id = await with_form(tablet)

    assert [await tablet.requests.save(id), await tablet.requests.save(id)] == [True, False]
    assert len(tablet.standing(Kind.TRAINING_REQUEST)) == 1


async def test_a_request_the_disk_refuses_stays_a_form(tablet):
    id = await with_form(tablet)

    with tablet.full_disk():
        assert not await tablet.requests.save(id)

    assert form(tablet, id).group_size == 12
    assert tablet.now.trouble is not None


async def test_t_26_a_choice_of_a_newer_app_in_a_request_outlives_a_correction(tablet):
    id = await with_request(tablet)
    record = tablet.one(Kind.TRAINING_REQUEST)
    tablet.store.write(Write(edits=(_edit(record, day_parts=("siesta",), told_by_a_newer_app="x"),)))

    await tablet.correcting.correct(id, Revision.OTHER)
    await tablet.requests.save(id)

    kept = tablet.one(Kind.TRAINING_REQUEST).fields
    assert (kept["day_parts"], kept["told_by_a_newer_app"]) == (("siesta",), "x")


def _edit(record: StoredRecord, **said: Value) -> Edit:
    return Edit(record.id, record.kind, record.by, record.at, said)


# at the centre


async def test_a_request_arrives_whole_and_no_other_tablet_hears_of_it(office, connect):
    one, other = await paired(connect), await paired(connect)
    id = await with_request(one.tablet)
    await one.tablet.requests.move(id, RequestStatus.AGREED)

    assert isinstance(await one.send(), Resting)
    assert isinstance(await other.send(), Resting)

    (record,) = of_kind(office, Kind.TRAINING_REQUEST)
    assert (record.id, record.fields["status"], record.fields["group_type"]) == (id, "agreed", "older_people")
    assert at_centre(office)[id] == standing(one.tablet)[id]
    assert other.tablet.standing(Kind.TRAINING_REQUEST) == ()


async def test_an_open_request_stays_on_the_tablet_until_it_is_known_what_became_of_it(office, connect):
    desk = await paired(connect)
    id = await with_request(desk.tablet)
    await desk.tablet.shifts.end()
    await desk.send()
    await desk.tablet.shifts.leave()
    await desk.tablet.time.pass_by(minutes=2 * WEEK)

    desk.tablet.store.forget_sent(desk.tablet.time(), safe=10**9)
    assert [each.id for each in desk.tablet.browsing.requests()] == [id]

    await desk.tablet.with_shift()
    await desk.tablet.requests.move(id, RequestStatus.DECLINED)
    await desk.send()
    await desk.tablet.time.pass_by(minutes=2 * WEEK)
    desk.tablet.store.forget_sent(desk.tablet.time(), safe=10**9)
    assert desk.tablet.browsing.requests() == ()


async def test_the_board_remembers_what_was_held_when_its_records_leave_the_tablet(office, connect):
    desk = await paired(connect)
    tablet = await desk.tablet.with_shift()
    session = await tablet.with_list()
    await tablet.workshops.close(session)
    before = tablet.browsing.board()
    assert {place: each.state for place, each in before.items()} == {("3", "balafia"): "held"}
    await tablet.shifts.end()
    await desk.send()
    await tablet.shifts.leave()
    await tablet.time.pass_by(minutes=2 * WEEK)

    remember_board(tablet.store)
    tablet.store.forget_sent(tablet.time(), safe=10**9)

    assert tablet.standing(Kind.SESSION) == ()
    assert tablet.browsing.board() == before
    assert list(tablet.store.note(NOTE)) == [session]
    assert tablet.killed_and_started().browsing.board() == before
