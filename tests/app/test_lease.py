"""A tablet that has not heard of its centre for too long writes on, and shows what was written in this shift alone."""

from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.domain.archive import Wanted
from app.domain.lease import has_run_out
from sync.client.phase import Cause, Resting, Stopped
from sync.protocol.messages import SyncReply
from tests.app.opened import Connector, opened
from tests.app.tablets import DONE, MONDAY, Tablet
from tests.app.test_records_screen import fill

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)
LAPSED = "Fa massa dies que aquesta tauleta no es comunica amb el servidor"


def listed(tablet: Tablet) -> int:
    return tablet.browsing.page(Wanted(), "ca", lambda topic: topic.kind).found


def hear(tablet: Tablet) -> None:
    """The centre answers now."""
    tablet.store.hear(SyncReply("e.1", False, 0, tablet.time.at))


async def with_old_case(tablet: Tablet) -> str:
    """A case of an earlier shift, two weeks and a day after the centre last answered."""
    await tablet.with_shift()
    case = await tablet.with_case()
    assert await tablet.assisting.finish(case, DONE)
    hear(tablet)
    await tablet.shifts.end()
    await tablet.shifts.leave()
    tablet.time.at += 15 * DAY
    await tablet.with_shift()
    return case


@pytest.mark.parametrize(
    ("passed", "run_out"), [(14 * DAY, False), (15 * DAY, True), (-DAY / 2, False), (-2 * DAY, True)]
)
def test_s_t17_it_lasts_as_many_days_and_a_moment_that_was_never_there_counts_for_nothing(
    passed: timedelta, run_out: bool
) -> None:
    assert has_run_out(MONDAY, MONDAY + passed, 14) is run_out
    assert has_run_out(None, MONDAY, 14) is False


async def test_s_t17_after_two_weeks_without_the_centre_only_this_shift_is_shown(tablet: Tablet) -> None:
    old = await with_old_case(tablet)

    assert listed(tablet) == 0
    assert tablet.browsing.whole(old) is None
    new = await tablet.with_case()
    assert await tablet.assisting.finish(new, DONE)
    assert listed(tablet) == 1
    assert tablet.browsing.whole(new)


async def test_s_t17_a_damaged_note_of_the_last_answer_shows_nothing_again(tablet: Tablet) -> None:
    old = await with_old_case(tablet)
    tablet.store.heard.table.put({"at": None})
    tablet.board.show(sync=replace(tablet.now.sync, last_sent_at=MONDAY))

    assert tablet.store.heard.at is None
    assert listed(tablet) == 0
    assert tablet.browsing.whole(old) is None


async def test_s_t17_the_next_answer_shows_everything_again(tablet: Tablet) -> None:
    old = await with_old_case(tablet)
    assert listed(tablet) == 0

    hear(tablet)

    assert listed(tablet) == 1
    assert tablet.browsing.whole(old)


async def test_s_t17_a_clock_that_is_put_back_shows_nothing_again(tablet: Tablet) -> None:
    old = await with_old_case(tablet)
    new = await tablet.with_case()
    assert await tablet.assisting.finish(new, DONE)

    tablet.time.at -= 10 * DAY

    assert listed(tablet) == 1
    assert tablet.browsing.whole(old) is None


async def test_s_t17_a_shift_that_is_begun_with_the_clock_put_back_shows_nothing_again(tablet: Tablet) -> None:
    old = await with_old_case(tablet)
    new = await tablet.with_case()
    assert await tablet.assisting.finish(new, DONE)
    await tablet.shifts.end()
    await tablet.shifts.leave()

    tablet.time.at -= 1000 * DAY
    await tablet.with_shift()

    assert listed(tablet) == 0
    assert tablet.browsing.whole(old) is None


async def test_s_t17_what_the_centre_says_now_counts_whatever_the_clocks_do(tablet: Tablet) -> None:
    await with_old_case(tablet)
    tablet.board.show(sync=replace(tablet.now.sync, phase=Resting(MONDAY)))
    assert listed(tablet) == 1
    tablet.board.show(sync=replace(tablet.now.sync, phase=Stopped(Cause.APP_TOO_OLD)))
    assert listed(tablet) == 1


async def test_s_t17_the_centre_says_how_many_days(tablet: Tablet) -> None:
    await with_old_case(tablet)
    library = tablet.now.library
    tablet.board.show(library=replace(library, policies=replace(library.policies, lease_days=30)))

    assert listed(tablet) == 1


async def test_s_t17_a_tablet_that_no_centre_ever_knew_shows_everything(tablet: Tablet) -> None:
    await tablet.with_shift()
    case = await tablet.with_case()
    assert await tablet.assisting.finish(case, DONE)
    tablet.time.at += 100 * DAY

    assert listed(tablet) == 1


async def test_s_t17_the_screen_says_why_and_that_the_rest_is_safe(tmp_path):
    fill(tmp_path / "tablet", 3, days_ago=20)
    async with opened(tmp_path) as app:
        await app.start_shift()
        lapse(app)
        await app.go_to("/records")
        await app.wait_text(LAPSED)
        assert not app.all_called("Demanar cita prèvia a l'OMAC")
        await app.go_to("/records/ca5e0000-0000-4000-8000-000000000001")
        await app.wait_text("Fa massa dies que aquesta tauleta no es comunica amb el servidor")
        assert "Aquest registre ja no és en aquesta tauleta." not in app.words()
        assert not app.all_called("Encara no hi ha cap ajuda ni cap taller desat en aquesta tauleta.")


async def test_s_t17_a_filter_that_finds_nothing_says_so_and_leads_back(tmp_path):
    fill(tmp_path / "tablet", 3, days_ago=20)
    async with opened(tmp_path) as app:
        await app.start_shift()
        lapse(app)
        await app.go_to("/records")
        await app.click("Aquesta setmana")

        await app.click("Mostra'ls tots")

        assert app.all_called("Mostra'ls tots") == []


async def test_s_t17_the_note_that_comes_takes_the_focus_from_no_field(tmp_path):
    """A list makes anew what moves to another place in it: the field stays in the one it had."""
    fill(tmp_path / "tablet", 3, days_ago=20)
    async with opened(tmp_path) as app:
        await app.start_shift()
        await app.go_to("/records")
        before = place_of_search(app)
        lapse(app)
        await app.click("Aquesta setmana")
        await app.wait_text(LAPSED)

        assert place_of_search(app) == before


def lapse(app: Connector) -> None:
    """The centre answered twenty days ago, and not since."""
    app.store.hear(SyncReply("e.1", False, 0, app.tablet.recorder.around.clock() - 20 * DAY))


def place_of_search(app: Connector) -> int:
    rows, field = app.one(ft.ListView).controls, app.one(ft.TextField)
    return next(at for at, row in enumerate(rows) if any(each is field for each in app.walk(row)))
