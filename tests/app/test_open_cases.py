"""Several cases at a time, as a connector meets them."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.assisting import Assist
from app.domain.fields import unpack
from app.domain.open_cases import MOST_OPEN
from sync.protocol.records import Kind
from tests.app.opened import Connector, opened
from tests.app.tablets import DONE, LABOUR, MONDAY

pytestmark = pytest.mark.anyio

OMAC, OGAT = "Demanar cita prèvia a l'OMAC", "Demanar cita prèvia a l'OGAT"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tablet"


async def begin_all(tablet, time):
    cases = []
    for _ in range(MOST_OPEN):
        cases.append(await tablet.with_case())
        await time.pass_by(minutes=1)
    return cases


async def test_no_more_than_six_cases_are_open(tablet, time):
    await tablet.with_shift()
    first, *_ = await begin_all(tablet, time)

    assert await tablet.assisting.begin(LABOUR) is None
    assert [each.number for each in tablet.now.own_cases] == [1, 2, 3, 4, 5, 6]
    await tablet.assisting.finish(first, DONE)

    assert tablet.case(await tablet.with_case()).number == 1


async def test_a_seventh_case_that_is_taken_back_is_not_lost(tablet, time):
    await tablet.with_shift()
    first, *_ = await begin_all(tablet, time)
    await tablet.assisting.finish(first, DONE)
    await tablet.with_case()

    await tablet.recorder.take_back()

    assert sorted(each.number for each in tablet.now.own_cases) == [1, 2, 3, 4, 5, 6, 7]


async def test_minutes_of_cases_side_by_side_are_without_their_pauses(tablet, time):
    await tablet.with_shift()
    first = await tablet.with_case()
    await time.pass_by(minutes=10)
    await tablet.assisting.pause(first)
    second = await tablet.with_case("sp-altres")
    await time.pass_by(minutes=7)
    await tablet.assisting.finish(second, DONE)
    await tablet.assisting.pause(first)
    await time.pass_by(minutes=5)
    await tablet.assisting.finish(first, DONE)

    took = {each.id: unpack(Assist, each.fields) for each in tablet.standing(Kind.ASSIST)}
    assert (took[first].active_minutes, took[first].pauses_count, took[first].pauses_minutes) == (15, 1, 7)
    assert took[second].active_minutes == 7


async def test_minutes_on_the_screen_are_counted_anew_only_while_a_case_is_open(tablet, time):
    await tablet.with_shift()
    tablet.recorder.count_time()
    assert tablet.now.minute is None

    await tablet.with_case()
    await time.pass_by(minutes=1)
    tablet.recorder.count_time()

    assert tablet.now.minute == MONDAY + timedelta(minutes=1)


async def two_cases(app: Connector) -> str:
    """The route of the second one, which is on the screen."""
    await app.start_shift()
    await app.open_case(OMAC)
    await app.home()
    await app.open_case(OGAT)
    app.taps = 0
    return app.route


async def test_a_tap_leads_from_one_open_case_to_the_other(folder):
    async with opened(folder) as app:
        second = await two_cases(app)

        await app.click(f"1 · {OMAC}")
        await app.wait_text("Passos · 0 de 8")

        assert (app.taps, app.route != second) == (1, True)
        await app.click(f"2 · {OGAT}")
        assert app.route == second


async def test_a_case_is_paused_and_resumed_with_one_tap_each_from_home(folder):
    async with opened(folder) as app:
        await two_cases(app)
        await app.home()

        await app.click(f"Posa en pausa: 1 · {OMAC}")
        await app.wait_text("0 min · En pausa")
        await app.click(f"Reprèn: 1 · {OMAC}")
        await app.wait_for(lambda: not any("En pausa" in each for each in app.texts()))

        assert app.taps == 2
        assert app.route == "/"


async def test_a_case_is_paused_with_one_tap_where_it_is_worked_on(folder):
    async with opened(folder) as app:
        await two_cases(app)

        await app.click("Posa en pausa")
        await app.wait_text("En pausa des de les")

        assert app.taps == 1


async def test_with_six_open_cases_the_screens_say_what_to_do(folder):
    async with opened(folder) as app:
        await app.start_shift()
        tiles = ["Trobar un tràmit en línia de l'Ajuntament", OMAC, OGAT, "Obtenir el certificat d'empadronament"]
        for tile in (*tiles, "Un altre tràmit o consulta"):
            await app.open_case(tile)
            await app.home()
        assert OMAC in app.texts()
        await app.open_case("Donar d'alta l'idCAT Mòbil per videoidentificació")
        await app.home()

        assert any(each.startswith("Hi ha 6 casos oberts.") for each in app.texts())
        assert OMAC not in app.texts()
        await app.click("Nova ajuda")
        assert any(each.startswith("Hi ha 6 casos oberts.") for each in app.texts())
        await app.click(f"2 · {OMAC}")

        await app.wait_text("Com ha acabat?")


async def test_a_case_paused_for_long_is_asked_about_once(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        case = app.route.removeprefix("/assist/")
        await app.click("Posa en pausa")
        await app.wait_text("En pausa des de les")
        paused_at = app.tablet.board.snapshot.own_cases[0].paused_at
        await app.tablet.real.assisting.note(case, paused_at=paused_at - timedelta(minutes=50))
        await app.home()

        assert f"1 · {OMAC}: fa 50 min que és en pausa. Què en fem?" in app.texts()
        await app.click("Segueix en pausa")
        await app.wait_for(lambda: not any("Què en fem?" in each for each in app.texts()))

        assert app.tablet.board.snapshot.own_cases[0].paused_at is not None
