"""What hands do to a case that nobody meant: tap twice, with two fingers, in the second something else happens."""

from pathlib import Path

import flet as ft
import pytest

from app.domain.assisting import Ending
from app.domain.durations import minutes_typed
from sync.protocol.records import Kind
from sync.protocol.vocabulary import Outcome, ReferredTo
from tests.app.opened import Connector, opened
from tests.app.tablets import DONE, together

pytestmark = pytest.mark.anyio

OMAC, FIELD = "Demanar cita prèvia a l'OMAC", "Durada (minuts)"
WRONG = [
    "0",
    "-5",
    "601",
    "1441",
    "٣٠",
    "1_000",
    "30,5",
    "30.5",
    "1e3",
    "½",
    "thirty",
    "0x1e",
    "3 0",
    "+30",
    "9" * 4000,
]
REFERRED = Ending(Outcome.REFERRED, referred_to=ReferredTo.OMAC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tablet"


@pytest.mark.parametrize("typed", WRONG)
def test_t_13_what_is_no_duration_is_none(typed):
    assert minutes_typed(typed) is None


@pytest.mark.parametrize(("typed", "minutes"), [("1", 1), ("600", 600), (" 30 ", 30), ("007", 7)])
def test_t_13_a_duration_is_one_to_six_hundred_minutes_in_plain_digits(typed, minutes):
    assert minutes_typed(typed) == minutes


async def typing(app: Connector) -> None:
    await app.start_shift()
    await app.open_case(OMAC)
    await app.click("Una altra")


async def test_t_13_a_duration_that_is_none_is_said_in_place_and_not_kept(folder):
    async with opened(folder) as app:
        await typing(app)

        await app.enter(FIELD, "144")
        await app.wait_text("144 min, corregits")
        await app.enter(FIELD, "1441")
        await app.wait_text("10 min, el que sol durar aquí")

        assert app.one(ft.TextField, label=FIELD).error == "Escriu un nombre de minuts, de l'1 al 600."
        await app.click("Fet")
        await app.wait_text("DESFÉS")
        (record,) = app.store.records(kind=Kind.ASSIST)
        assert record.fields["active_minutes"] == 10


async def test_t_13_a_duration_that_is_typed_is_kept(folder):
    async with opened(folder) as app:
        await typing(app)

        await app.enter(FIELD, "25")
        await app.wait_text("25 min, corregits")

        assert app.one(ft.TextField, label=FIELD).error is None
        assert "25" in app.texts()


async def test_t_15_three_taps_on_done_make_one_record(tablet):
    case = await (await tablet.with_shift()).with_case()

    saved = await together(*(tablet.assisting.finish(case, DONE) for _ in range(3)))

    assert saved == [True, False, False]
    assert tablet.one(Kind.ASSIST).rev == 1


@pytest.mark.parametrize(("first", "second"), [(DONE, REFERRED), (REFERRED, DONE)], ids=["done", "referred"])
async def test_t_16_of_two_fingers_on_two_outcomes_the_first_wins(tablet, first, second):
    case = await (await tablet.with_shift()).with_case()

    saved = await together(tablet.assisting.finish(case, first), tablet.assisting.finish(case, second))

    assert saved == [True, False]
    assert tablet.one(Kind.ASSIST).fields["outcome"] == first.outcome
    assert tablet.now.drafts == ()


async def test_t_16_a_referral_that_still_asks_where_to_gives_way_to_done(tablet):
    """Two fingers on "Derivat" and "Fet": the one that only asks saves nothing, so the other one counts."""
    case = await (await tablet.with_shift()).with_case()

    saved = await together(tablet.assisting.finish(case, Ending(Outcome.REFERRED)), tablet.assisting.finish(case, DONE))

    assert saved == [False, True]
    assert tablet.one(Kind.ASSIST).fields["outcome"] == "completed"


async def test_t_17_an_outcome_and_another_language_and_a_turn_in_one_moment_save_once(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        shifts = app.tablet.real.shifts

        await together(app.click("Fet"), shifts.prefer(language="es"), app.resize(800, 1280))
        await app.wait_for(lambda: app.tablet.board.snapshot.preferences.language == "es")
        await app.wait_text("DESHACER")

        assert len(app.store.records(kind=Kind.ASSIST)) == 1
        assert app.store.drafts() == {}


@pytest.mark.parametrize("turns", range(6))
async def test_t_17_a_kill_in_the_second_of_the_outcome_leaves_the_record_or_the_case(tablet, turns):
    """The write is one line of the journal; wherever the kill falls, never both and never neither."""
    case = await (await tablet.with_shift()).with_case()
    size = len((tablet.folder / "store.journal").read_bytes().rstrip(b"\0"))

    with tablet.full_disk(room=turns * 150):
        await tablet.assisting.finish(case, DONE)
    again = tablet.killed_and_started()

    records, drafts = again.standing(Kind.ASSIST), again.now.drafts
    assert len(records) + len(drafts) == 1, size
