"""The field for own words on the screen: it says what was found, offers to take it out, and never saves it."""

from pathlib import Path

import flet as ft
import pytest

from tests.app.opened import Connector, opened
from tests.app.test_reference_screens import hear

WORDS = "Quin tràmit era?"
NOTES_ON = {"policies_version": "1", "policies": [{"id": "fields_asked", "value": ["note"]}]}

pytestmark = pytest.mark.anyio


async def other_case(app: Connector) -> None:
    await app.start_shift()
    await app.click("Un altre tràmit o consulta")
    await app.wait_text("Com ha acabat?")


def kept(app: Connector) -> object:
    (draft,) = app.tablet.board.snapshot.own_cases
    return draft.procedure_words


async def test_t_01_a_dni_in_what_is_written_is_said_in_words_and_taken_out_with_one_tap(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        await other_case(app)
        await app.enter(WORDS, "ajut de lloguer 12345678z")
        await app.wait_text("Sembla que hi ha: un DNI")

        await app.click("Treu-ho")

        await app.wait_for(lambda: "Sembla que hi ha: un DNI" not in app.texts())
        assert app.one(ft.TextField, label=WORDS).value == "ajut de lloguer"
        await app.wait_for(lambda: kept(app) == "ajut de lloguer")


async def test_t_01_whoever_passes_over_the_warning_saves_without_the_dni(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        await other_case(app)
        await app.enter(WORDS, "ajut de lloguer 12345678z")
        await app.wait_text("Sembla que hi ha: un DNI")

        await app.click("Fet")

        await app.wait_text("Desat")
        (record,) = app.store.records(kind="assist")
        assert record.fields["procedure_words"] == "ajut de lloguer"
        assert b"12345678" not in (tmp_path / "store.journal").read_bytes()


async def test_t_04_a_text_that_is_too_long_is_counted_and_holds_up_the_end_until_it_is_shorter(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        await other_case(app)
        await app.enter(WORDS, "a" * 141)
        await app.wait_text("Per desar, escurça")
        field = app.one(ft.TextField, label=WORDS)
        assert (field.counter, field.error) == ("141/140", "Sobra 1 caràcter")

        await app.click("Fet")
        assert app.store.records(kind="assist") == ()
        await app.enter(WORDS, "a" * 140)
        await app.wait_for(lambda: not any("Per desar" in each for each in app.texts()))
        await app.click("Fet")

        await app.wait_text("Desat")


async def test_s_t07_notes_are_asked_for_only_where_the_coordinator_wants_them(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        await app.start_shift()
        await app.open_case()
        await app.click("Més dades")
        assert not app.all(ft.TextField, label="Nota")

        await hear(app, NOTES_ON)

        await app.wait_for(lambda: bool(app.all(ft.TextField, label="Nota")))


async def test_s_t09_the_keyboard_learns_nothing_of_what_is_written(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        await other_case(app)

        field = app.one(ft.TextField, label=WORDS)

        assert (field.autocorrect, field.enable_suggestions) == (False, False)
