"""Practice mode: everything can be tried, nothing of it is real, and the real shift waits untouched."""

import asyncio
from pathlib import Path

import pytest

from app.domain.happenings import Locking
from sync.protocol.records import Kind
from tests.app.opened import Connector, opened

pytestmark = pytest.mark.anyio

OMAC = "Demanar cita prèvia a l'OMAC"
BAND, CHIP = "PRÀCTIQUES: no s'envia res", "Pràctiques: no s'envia res"
ENTER, LEAVE = "Prova-ho en pràctiques", "Surt de pràctiques"


async def with_work(app: Connector) -> str:
    """A shift with one saved help and one open case, at help; the route of the case."""
    await app.start_shift()
    await app.open_case(OMAC)
    await app.click("Fet")
    await app.wait_text("DESFÉS")
    await app.open_case(OMAC)
    await app.click("Triar el dia i l'hora disponibles")
    await app.wait_text("Passos · 1 de 8")
    case = app.route
    await app.go_to("/help")
    await app.wait_for(lambda: app.store.note("route") == "/help")
    app.taps = 0
    return case


async def practise(app: Connector) -> None:
    await app.click(ENTER)
    await app.wait_text(BAND)
    await app.wait_text("Nova ajuda")


async def practised_help(app: Connector) -> None:
    await app.open_case(OMAC)
    await app.click("Fet")
    await app.wait_text("DESFÉS")


def practised(app: Connector) -> list[str]:
    return [each.kind for each in app.tablet.practice.shown.store.records()]


def journal(folder: Path) -> bytes:
    return (folder / "store.journal").read_bytes()


async def test_practice_is_one_tap_in_and_one_tap_out_and_leaves_every_byte_as_it_was(tmp_path):
    async with opened(tmp_path) as app:
        case = await with_work(app)
        app.tablet.recorder.withdraw_undo()  # its ten seconds may or may not have passed by the end
        await app.settle()
        before, shown = journal(tmp_path), app.texts()

        await practise(app)
        await practised_help(app)
        assert practised(app) == [Kind.ASSIST, Kind.SHIFT]
        await app.click(LEAVE)
        await app.wait_for(lambda: app.route == "/help" and BAND not in app.texts())

        assert app.taps == 2 + 2  # in, out, and the two of the help between
        assert journal(tmp_path) == before
        assert app.texts() == shown
        await app.go_to(case)
        await app.wait_text("Passos · 1 de 8")


async def test_the_band_and_the_chip_say_so_on_every_screen(tmp_path):
    async with opened(tmp_path) as app:
        await with_work(app)
        await practise(app)

        for route in ("/", "/assist", "/workshops", "/records", "/help", "/accessibility", "/end-of-shift"):
            await app.go_to(route)
            assert BAND in app.texts(), route
            assert CHIP in app.texts(), route
            assert "Envia ara" not in app.texts(), route


@pytest.mark.parametrize("leaves_first", [True, False], ids=["left", "killed in practice"])
async def test_x_16_what_was_practised_is_never_in_the_outbox(tmp_path, leaves_first):
    async with opened(tmp_path) as app:
        await with_work(app)
        before, counts = journal(tmp_path), app.store.counts()
        await practise(app)
        await practised_help(app)
        inside = {each.id for each in app.tablet.practice.shown.store.records()}
        if leaves_first:
            await app.click(LEAVE)
            await app.wait_for(lambda: BAND not in app.texts())
        assert journal(tmp_path) == before

    async with opened(tmp_path) as app:
        await app.wait_text("Protecció de dades")
        assert BAND not in app.texts()
        assert app.store.counts() == counts
        assert inside.isdisjoint(each.id for each in app.store.records())
        assert inside.isdisjoint(each.id for each in app.store.seal(100))


async def test_practice_begins_anew_each_time_also_after_a_kill(tmp_path):
    async with opened(tmp_path) as app:
        await with_work(app)
        await practise(app)
        await practised_help(app)

    async with opened(tmp_path) as app:
        await app.wait_text("Protecció de dades")
        await practise(app)
        assert practised(app) == [Kind.SHIFT]


async def test_nothing_is_sent_at_the_end_of_a_practice_shift(tmp_path):
    async with opened(tmp_path) as app:
        await with_work(app)
        await practise(app)
        await app.go_to("/end-of-shift")
        await app.click("Envia i tanca el torn")
        await app.wait_text("Torn de pràctiques tancat.")

        assert await app.tablet.practice.shown.syncing.send_now() is None
        await app.click(app.all_called(LEAVE)[-1])
        await app.wait_for(lambda: BAND not in app.texts())
        assert app.tablet.board.snapshot.shift.ended_at is None


async def test_who_has_just_come_can_practise_before_any_shift(tmp_path):
    async with opened(tmp_path) as app:
        await practise(app)
        await app.click(LEAVE)
        await app.wait_text("Qui ets?")

        assert app.store.records() == ()


async def test_two_quick_taps_begin_it_once(tmp_path):
    async with opened(tmp_path) as app:
        await with_work(app)
        practice = app.tablet.practice
        await asyncio.gather(practice.begin(), practice.begin())
        await app.wait_text(BAND)

        assert practised(app) == [Kind.SHIFT]


async def test_a_folder_that_cannot_be_used_is_said_and_the_real_shift_goes_on(tmp_path):
    (tmp_path / "practice").write_text("not a folder")
    async with opened(tmp_path) as app:
        await with_work(app)
        await app.click(ENTER)
        await app.wait_text("No s'ha pogut obrir el mode pràctiques")

        assert BAND not in app.texts()
        await app.home()


async def test_what_happens_in_the_real_world_meanwhile_is_shown_after_it(tmp_path):
    async with opened(tmp_path) as app:
        await with_work(app)
        await practise(app)
        app.tablet.syncing.report(app.tablet.board.snapshot.sync.phase)
        await app.settle()

        assert CHIP in app.texts()


async def test_s_t15_what_is_practised_goes_from_the_screen_when_nobody_is_there(tmp_path):
    async with opened(tmp_path / "tablet") as app:
        await with_work(app)
        await practise(app)

        app.tablet.access.lock(Locking.BY_HAND)  # as it does by itself

        await app.wait_text("Qui ets?")
        assert not app.tablet.board.snapshot.entered
        assert app.tablet.practice.shown is app.tablet.real
