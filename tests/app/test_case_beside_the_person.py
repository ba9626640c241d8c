"""What the person beside the connector has brought, and what they are shown."""

from pathlib import Path

import flet as ft
import pytest

from app.domain import assisting
from app.domain.assisting import Assist, Ending
from app.domain.fields import unpack
from sync.protocol.records import Kind
from sync.protocol.vocabulary import BlockedReason, Outcome
from tests.app.opened import Connector, opened

pytestmark = pytest.mark.anyio

OMAC, MOBILE = "Demanar cita prèvia a l'OMAC", "El seu telèfon mòbil, amb bateria i cobertura"
TO_RETURN = f"Ha de tornar. Falta: {MOBILE}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tablet"


def record(app: Connector) -> dict[str, object]:
    (one,) = [each for each in app.store.records(kind=Kind.ASSIST) if not each.deleted]
    return dict(one.fields)


# what to bring


async def test_what_was_not_brought_ends_the_case_in_two_taps(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        app.taps = 0

        await app.click(MOBILE)
        await app.wait_text(TO_RETURN)
        await app.click(TO_RETURN)
        await app.wait_text("DESFÉS")

        assert app.taps == 2
        said = record(app)
        assert (said["outcome"], said["blocked_reason"]) == ("must_return", "missing_document")
        assert said["missing_items"] == ("mobile",)
        assert app.route == "/"


async def test_what_turns_up_after_all_is_not_missing(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)

        await app.click(MOBILE)
        await app.wait_text(TO_RETURN)
        await app.click(MOBILE)
        await app.wait_for(lambda: "Falta" not in app.texts())

        assert TO_RETURN not in app.texts()


async def test_a_case_that_was_done_all_the_same_lacked_nothing(tablet):
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.note(case, missing=("dni_nie",))

    await tablet.assisting.finish(case, Ending(Outcome.COMPLETED))

    assert unpack(Assist, tablet.one(Kind.ASSIST).fields).missing_items == ()


async def test_a_case_that_is_corrected_still_knows_what_was_missing(tablet):
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.note(case, missing=("dni_nie",))
    await tablet.assisting.finish(case, Ending(Outcome.MUST_RETURN, BlockedReason.MISSING_DOCUMENT))

    saved = unpack(Assist, tablet.one(Kind.ASSIST).fields)

    assert assisting.reopen(case, saved).missing == ("dni_nie",)
    assert tablet.now.library.catalogue.bring_title("dni_nie").in_("ca") == "DNI, NIE o TIE en vigor"
    assert tablet.now.library.catalogue.bring_title("rent_contract").in_("ca") == "Rent contract"


# what is shown


async def shown(app: Connector) -> None:
    await app.start_shift()
    await app.open_case(OMAC)
    await app.click("Triar el dia i l'hora disponibles")
    await app.wait_text("Passos · 1 de 8")
    app.taps = 0
    await app.click("Mostra-ho a la persona")
    await app.wait_text("Què cal portar")


async def test_the_case_is_shown_to_the_person_and_taken_back_with_one_tap_each(folder):
    async with opened(folder) as app:
        await shown(app)

        await app.click("Torna")
        await app.wait_text("Com ha acabat?")

        assert app.taps == 2


async def test_the_person_is_shown_their_own_language_and_the_tablet_keeps_its_own(folder):
    async with opened(folder) as app:
        await shown(app)

        await app.click("English")
        assert {"What to bring", "The steps", "Where it is done"} <= set(app.texts())
        assert "Their own mobile phone, charged and with coverage" in app.texts()
        await app.click("Castellano")
        assert "Qué hay que traer" in app.texts()
        await app.click("Torna")

        await app.wait_text("Com ha acabat?")


async def test_nothing_but_the_procedure_is_on_what_the_person_is_shown(folder):
    async with opened(folder) as app:
        await shown(app)
        case = app.route
        await app.home()
        await app.open_case("Obtenir el certificat d'empadronament")
        await app.click("Fet")
        await app.wait_text("DESFÉS")
        await app.go_to(case)

        assert not {"C3", "DESFÉS", "Avui", "Registres"} & set(app.words())
        assert not any("enviar" in each or "empadronament" in each for each in app.texts())
        assert app.all(ft.NavigationRail) == []


async def test_what_is_shown_is_larger_than_what_is_worked_with(folder):
    async with opened(folder) as app:
        await shown(app)

        steps = [text for text in app.all(ft.Text) if text.value == "Triar el dia i l'hora disponibles"]
        assert [text.size for text in steps] == [24]


async def test_a_case_that_was_ended_elsewhere_is_not_shown(folder):
    async with opened(folder) as app:
        await app.start_shift()

        await app.go_to("/assist/no-such/show")

        assert any(each.startswith("Això ja no està obert") for each in app.texts())


async def test_the_language_that_was_noted_is_the_one_it_is_shown_in(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click("Més dades")
        await app.click("Castellà")
        await app.wait_for(lambda: app.tablet.board.snapshot.own_cases[0].help_language == "es")

        await app.click("Mostra-ho a la persona")

        await app.wait_text("Qué hay que traer")


async def test_what_was_marked_as_missing_is_not_asked_for_again(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click(MOBILE)
        await app.wait_text(TO_RETURN)

        await app.click("Ha de tornar")
        await app.wait_text("Desat: Demanar cita")

        assert record(app)["blocked_reason"] == BlockedReason.MISSING_DOCUMENT
