"""A disk that refuses: nothing is shown as saved, nothing changes, and the next save goes on from there."""

import pytest

from app.domain.assisting import AssistDraft, Ending
from app.domain.catalogue import OTHER_PROCEDURE
from app.state import Theme
from app.store import Write
from sync.protocol.records import Kind
from sync.protocol.vocabulary import AttendanceStatus, Outcome
from tests.app.tablets import DONE, PLANNED, Tablet

pytestmark = pytest.mark.anyio

ROOMS = pytest.mark.parametrize("room", [0, 1, 50], ids=["no room", "room for a byte", "room for half a line"])


def apart_from_trouble(tablet: Tablet) -> dict[str, object]:
    return {name: getattr(tablet.now, name) for name in tablet.now.__dataclass_fields__ if name != "trouble"}


@ROOMS
async def test_x_05_a_case_that_cannot_be_saved_stays_open(tablet, room):
    case = await (await tablet.with_shift()).with_case()
    before = apart_from_trouble(tablet)

    with tablet.full_disk(room=room):
        assert not await tablet.assisting.finish(case, DONE)

    assert tablet.now.trouble.message == "trouble.disk"
    assert "nothing was saved" in tablet.now.trouble.detail
    assert apart_from_trouble(tablet) == before
    assert tablet.standing(Kind.ASSIST) == ()


@ROOMS
async def test_x_05_the_next_save_goes_on_where_the_refusal_left_it(tablet, room):
    case = await (await tablet.with_shift()).with_case()
    with tablet.full_disk(room=room):
        await tablet.assisting.finish(case, DONE)

    assert await tablet.assisting.finish(case, DONE)

    assert tablet.now.trouble is None
    assert tablet.one(Kind.ASSIST).id == case
    assert tablet.killed_and_started().one(Kind.ASSIST).id == case


async def test_a_kill_after_a_refusal_loses_nothing_that_was_saved(tablet):
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.tick(case, "s1")
    with tablet.full_disk(room=10):
        await tablet.assisting.tick(case, "s2")

    again = tablet.killed_and_started()

    assert again.case(case).ticked == ("s1",)
    assert again.store.recovery.is_clean


async def test_x_05_no_intention_gets_past_a_full_disk(tablet):
    await tablet.with_shift()
    case, session = await tablet.with_case(), await tablet.with_list()
    before = apart_from_trouble(tablet)

    with tablet.full_disk():
        assert await tablet.assisting.begin(OTHER_PROCEDURE) is None
        assert await tablet.workshops.begin(PLANNED) == session  # it is open already: nothing to write
        await tablet.assisting.tick(case, "s1")
        await tablet.assisting.pause(case)
        await tablet.assisting.note(case, minutes=5)
        assert not await tablet.assisting.finish(case, Ending(Outcome.LEFT))
        await tablet.assisting.discard(case)
        await tablet.workshops.note(session, counted=3)
        assert not await tablet.workshops.close(session)
        await tablet.workshops.discard(session)
        await tablet.shifts.remember("/records")
        await tablet.shifts.prefer(language="en", theme=Theme.DARK)
        assert not await tablet.shifts.end()
        await tablet.shifts.leave()

    assert apart_from_trouble(tablet) == before
    assert tablet.shifts.route == "/"


async def test_a_shift_does_not_start_on_a_full_disk(tablet):
    with tablet.full_disk():
        assert not await tablet.shifts.start("balafia", "C3")

    assert tablet.now.shift is None
    assert tablet.now.trouble is not None
    assert await tablet.shifts.start("balafia", "C3")


async def test_a_draft_of_a_newer_app_is_kept_and_named_for_as_long_as_it_is_there(tablet):
    """The notice went with the first tap, and the case was simply missing."""
    await tablet.with_shift()
    tablet.store.write(Write(drafts={"from-tomorrow": {"shape": "hologram", "fields": {}}}))
    tablet = tablet.killed_and_started()
    assert tablet.now.trouble.message == "trouble.draft"

    case = await tablet.with_case()

    assert tablet.now.trouble.message == "trouble.draft"
    assert "from-tomorrow" in tablet.now.trouble.detail
    assert [draft.id for draft in tablet.now.drafts] == [case]
    assert tablet.store.draft("from-tomorrow") == {"shape": "hologram", "fields": {}}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"shape": "assist"},
        {"shape": "assist", "fields": {"started_at": "yesterday"}},
        {"shape": "assist", "fields": {"pauses_count": "two"}},
        {"shape": "session", "fields": {"statuses": "present"}},
        {"shape": "session", "fields": {"module_ids": [3]}},
    ],
)
async def test_a_draft_that_cannot_be_read_does_not_stop_the_app(tablet, document):
    tablet.store.write(Write(drafts={"odd": document}))

    again = tablet.killed_and_started()

    assert again.now.drafts == ()
    assert again.now.trouble.message == "trouble.draft"
    assert await again.shifts.start("balafia", "C3")


async def test_a_word_of_a_newer_app_in_a_draft_is_kept(tablet):
    await tablet.with_shift()
    case, session = await tablet.with_case(), await tablet.with_list()
    await tablet.assisting.note(case, autonomy="telepathy")
    await tablet.workshops.change(
        session, lambda draft: type(draft)(**{**_fields(draft), "statuses": ("dreaming", AttendanceStatus.PRESENT)})
    )

    again = tablet.killed_and_started()

    draft = again.now.draft(case)
    assert isinstance(draft, AssistDraft)
    assert draft.autonomy == "telepathy"
    assert again.list_(session).statuses == ("dreaming", AttendanceStatus.PRESENT)
    assert await again.assisting.finish(case, DONE)
    assert again.one(Kind.ASSIST).fields["autonomy"] == "telepathy"


def _fields(draft: object) -> dict[str, object]:
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}  # type: ignore[attr-defined]
