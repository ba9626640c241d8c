"""The waiting line on a tablet."""

import pytest

from app.domain.waiting import Topic
from app.services.waiting import NOTE
from app.store import Write
from sync.protocol.records import Kind
from tests.app.opened import opened

pytestmark = pytest.mark.anyio

JOIN, FIRST = "Identificació digital", "1 · Identificació digital · 0 min"


async def test_the_line_outlives_a_kill_and_not_the_night(tablet, time):
    await tablet.with_shift()
    await tablet.line.join(Topic.WORK)

    again = tablet.killed_and_started()
    assert [each.topic for each in again.line.today.waiting] == [Topic.WORK]
    await again.line.wipe()
    assert again.store.note(NOTE) is not None

    await time.pass_by(minutes=24 * 60)
    await again.line.wipe()

    assert (again.store.note(NOTE), again.line.today.waiting, again.now.line) == (None, (), None)


async def test_nothing_of_the_line_is_ever_sent(tablet):
    await tablet.with_shift()
    await tablet.line.join(Topic.WORK)
    await tablet.line.leave(1)

    assert [change.kind for change in tablet.store.seal(500)] == [Kind.SHIFT]


async def test_what_a_newer_app_noted_in_another_way_is_no_line(tablet):
    await tablet.with_shift()

    tablet.store.write(Write(notes={NOTE: {"day": "2026-11-23", "waiting": [[1, "a-new-topic", "09:30"]]}}))

    assert tablet.line.today.waiting == ()


async def test_one_more_waits_with_two_taps_and_is_called_with_one(tmp_path):
    async with opened(tmp_path / "tablet") as app:
        await app.start_shift()

        await app.click("Cua d'espera")
        await app.wait_text("Una persona més")
        await app.click(JOIN)
        await app.wait_text(FIRST)
        assert app.taps == 2
        await app.click("Crida el número 1")
        await app.wait_text("Cerca un tràmit")

        assert (app.taps, app.route) == (3, "/assist")
        await app.go_to("/waiting")
        assert "Avui: 1 cridades · 0 han marxat sense ajuda" in app.texts()


async def test_home_says_how_many_wait_and_who_left_is_counted(tmp_path):
    async with opened(tmp_path / "tablet") as app:
        await app.start_shift()
        await app.go_to("/waiting")
        await app.click(JOIN)
        await app.wait_text(FIRST)
        await app.home()
        assert "Cua d'espera · 1 persona espera · 0 min" in app.texts()

        await app.click("Cua d'espera · 1 persona espera · 0 min")
        await app.click("El número 1 ha marxat sense ajuda")

        await app.wait_text("Avui: 0 cridades · 1 han marxat sense ajuda")
