"""The end of a session, and the optional fields that are off until the coordinator asks for them."""

from pathlib import Path

import flet as ft
import pytest

from sync.protocol.records import Kind
from tests.app.opened import Connector, opened
from tests.app.test_reference_screens import hear
from tests.app.test_screens import FET, OMAC, records, until_saved

pytestmark = pytest.mark.anyio

OFF = ["note", "age_band", "gender", "age_counts", "gender_counts", "room", "card_code"]
ASKED = {"policies_version": "1", "policies": [{"id": "fields_asked", "value": OFF}]}


AGES = "Edats, si es veuen o les diuen"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tablet"


async def with_list(app: Connector) -> None:
    await app.go_to("/workshops")
    await app.click("Mòdul 3")
    await app.wait_text("12 per marcar")
    await app.click("Més dades")
    await app.wait_text("Incidències")


async def more(app: Connector, what: str) -> None:
    """Tap the plus of a counter."""
    named = f"Un més: {what}"
    (plus,) = [each for each in app.all(ft.IconButton) if getattr(each.icon, "semantics_label", "") == named]
    await app.click(plus)


async def until(app: Connector, field: str, value: object) -> None:
    await app.wait_for(lambda: getattr(app.tablet.board.snapshot.drafts[0], field) == value, f"{field} {value}")


async def test_a_number_is_no_heading_and_its_buttons_stand_below_those_of_the_others(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await with_list(app)
        numbers = [each for each in app.all(ft.Text) if str(each.value).isdigit() and each.width]
        assert {"0", "12"} <= {each.value for each in numbers}
        assert len({each.width for each in numbers}) == 1
        headings = [each.content for each in app.all(ft.Semantics, header=True)]
        assert not [each for each in headings if isinstance(each, ft.Text) and str(each.value).isdigit()]


async def test_what_a_session_was_is_said_with_taps(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await with_list(app)
        await app.click("Tots presents")
        await app.wait_text("12 presents")

        await app.click("Inici amb retard")
        await until(app, "incidents", ("late_start",))
        await more(app, "Valoració: bé")
        await until(app, "satisfaction_good", 1)
        await more(app, "Places de la sala")
        await until(app, "capacity", 12)
        await app.click("Recollit")
        await until(app, "paper_sheet", "collected")
        await more(app, "Signatures al full")
        await until(app, "signatures_count", 12)
        await app.click("Desa la llista (12 presents · 0 absents)")
        await until_saved(app)

        (saved,) = records(app, Kind.SESSION)
        said = {name: saved[name] for name in ("status", "headcount", "capacity", "paper_sheet", "signatures_count")}
        assert said == {
            "status": "held",
            "headcount": 12,
            "capacity": 12,
            "paper_sheet": "collected",
            "signatures_count": 12,
        }
        assert "room" not in saved and "note" not in saved
        await app.go_to("/records")
        await app.click("Plataformes de participació")
        await app.wait_text("Signatures al full")
        assert {"Recollit", "Inici amb retard"} <= set(app.texts())


async def test_who_signed_no_sheet_is_not_counted(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await with_list(app)
        await app.click("Recollit")
        await until(app, "paper_sheet", "collected")
        await app.click("No n'hi ha")
        await until(app, "paper_sheet", "none")

        assert "Signatures al full" not in app.texts()


async def test_a_session_for_a_group_may_be_about_several_modules(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/workshops")
        await app.click("A petició d'un col·lectiu")
        await app.click("Gent gran")
        await app.click("Mòdul 3")
        await app.wait_text("12 per marcar")
        await app.click("Més dades")
        await app.click("Treu profit del teu mòbil")
        await until(app, "module_ids", ("3", "6"))

        await app.wait_text("Plataformes de participació + Treu profit del teu mòbil")
        await app.click("La resta no ha vingut")
        await app.wait_text("12 absents")
        await app.click("Desa la llista (0 presents · 12 absents)")
        await until_saved(app)

        assert records(app, Kind.SESSION)[0]["module_ids"] == ("3", "6")


async def test_a_session_of_the_plan_keeps_its_one_module(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await with_list(app)

        assert app.all_called("Treu profit del teu mòbil") == []


# off until they are asked for


async def test_what_comes_near_a_person_is_off_until_the_coordinator_asks_for_it(folder):
    words = (
        "Nota",
        "Franja d'edat, si es veu o ho diu",
        "Gènere, si es veu o ho diu",
        "Edats, si es veuen o les diuen",
        "Codi de la targeta",
    )
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        case = app.route
        await app.click("Més dades")
        await app.wait_text("Autonomia")
        assert not set(words) & set(app.words()) and app.all(ft.TextField) == []
        await with_list(app)
        assert not set(words) & set(app.words()) and app.all(ft.TextField) == []
        list_ = app.route

        await hear(app, ASKED)

        assert {"Nota", "Sala"} <= {each.label for each in app.all(ft.TextField)}
        assert words[3] in app.texts()
        await app.go_to(case)
        await app.click("Més dades")
        assert {*words[:3], words[4]} <= set(app.words())
        assert len(app.all_called("No indicat")) == 2
        await app.go_to(list_)


async def test_what_is_asked_for_is_not_said_until_somebody_says_it(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await hear(app, ASKED)
        await app.open_case(OMAC)
        await app.click("Més dades")
        assert all(_is_chosen(app, each) for each in app.all_called("No indicat"))

        await app.click("De 65 a 74")
        await until(app, "age_band", "65_74")
        age, gender = app.all_called("No indicat")
        assert (_is_chosen(app, age), _is_chosen(app, gender)) == (False, True)
        await app.click(age)
        await until(app, "age_band", None)
        await app.click(FET)
        await until_saved(app)

        (saved,) = records(app, Kind.ASSIST)
        assert not {"age_band", "gender", "note"} & set(saved)


async def test_a_note_is_kept_at_each_letter_and_told_with_the_record(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await hear(app, ASKED)
        await app.open_case(OMAC)
        await app.click("Més dades")
        assert "No hi posis noms, documents, telèfons, contrasenyes ni dades de salut." in app.texts()

        await app.enter("Nota", "El web anava lent")
        await until(app, "note", "El web anava lent")
        await app.click(FET)
        await until_saved(app)

        assert records(app, Kind.ASSIST)[0]["note"] == "El web anava lent"
        await app.go_to("/records")
        await app.click(app.all_called(OMAC)[0])
        await app.wait_text("El web anava lent")


async def test_t_04_a_note_that_is_too_long_says_so_at_the_field(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await hear(app, ASKED)
        await app.open_case(OMAC)
        await app.click("Més dades")

        await app.enter("Nota", "a" * 141)
        await until(app, "note", "a" * 141)
        assert app.one(ft.TextField, label="Nota").error == "Sobra 1 caràcter"

        await app.enter("Nota", "a" * 140)
        await until(app, "note", "a" * 140)
        assert app.one(ft.TextField, label="Nota").error is None
        assert app.one(ft.TextField, label="Nota").counter == "140/140"


async def test_ages_in_a_session_leave_the_rest_not_said(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await hear(app, ASKED)
        await with_list(app)
        await app.click("Tots presents")
        await app.wait_text("12 presents")

        await more(app, "De 65 a 74")
        await until(app, "age_65_74", 1)

        assert app.texts().count("No indicat: 11") == 1
        assert app.texts().count("No indicat: 12") == 1
        await app.click("Desa la llista (12 presents · 0 absents)")
        await until_saved(app)
        await app.go_to("/records")
        await app.click("Plataformes de participació")
        await app.wait_text(f"{AGES}: De 65 a 74")


def _is_chosen(app: Connector, chip: ft.BaseControl) -> bool:
    return any(isinstance(each, ft.Icon) and each.semantics_label == "Triat" for each in app.walk(chip))
