"""The screens as a connector meets them: what is shown, what a tap does, how many taps a thing takes."""

import asyncio
import json
import re
import shutil
from datetime import timedelta
from itertools import product
from pathlib import Path

import flet as ft
import pytest

from app.i18n import LANGUAGES
from app.settings import REFERENCE
from app.views.parts import tappable
from sync.protocol.records import Kind
from tests.app.opened import Connector, opened
from tests.grown import grown_reference

pytestmark = pytest.mark.anyio

OMAC = "Demanar cita prèvia a l'OMAC"
LABOUR = "Obtenir l'informe de vida laboral"
FET, UNDO = "Fet", "DESFÉS"
HASTY = timedelta(seconds=2)  # long enough for a slow machine
MISSING_ID = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tablet"


def records(app: Connector, kind: Kind) -> list[dict[str, object]]:
    return [dict(each.fields) for each in app.store.records(kind=kind) if not each.deleted]


async def until_saved(app: Connector) -> None:
    await app.wait_text(UNDO)


# a case


async def test_a_quick_help_takes_two_taps_from_home(folder):
    async with opened(folder) as app:
        await app.start_shift()

        await app.open_case(OMAC)
        await app.click(FET)
        await until_saved(app)

        assert app.taps == 2
        assert [each["outcome"] for each in records(app, Kind.ASSIST)] == ["completed"]
        assert app.route == "/"
        assert f"Desat: {OMAC} · Fet" in app.texts()


async def test_home_shows_the_newest_of_a_long_shift_and_the_rest_when_asked(folder):
    """Each thing saved made the next tap slower: all of them were drawn anew after it."""
    async with opened(folder) as app:
        await app.start_shift()
        for done in range(1, 11):
            await app.open_case(OMAC)
            await app.click(FET)
            await app.wait_for(lambda done=done: len(records(app, Kind.ASSIST)) == done and app.route == "/", str(done))

        assert len(app.all_called("Desat a la tauleta")) == 8
        await app.click("Mostra'n 2 més")
        assert len(app.all_called("Desat a la tauleta")) == 10
        assert not app.all_called("Mostra'n 2 més")


async def test_the_same_again_takes_two_taps(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click(FET)
        await until_saved(app)
        app.taps = 0

        await app.click(f"El mateix un altre cop: {OMAC}")
        await app.wait_text("Com ha acabat?")
        await app.click(FET)
        await app.wait_for(lambda: len(records(app, Kind.ASSIST)) == 2)

        assert app.taps == 2
        assert [each["procedure_id"] for each in records(app, Kind.ASSIST)] == ["sp-cita-omac"] * 2


async def test_the_usual_minutes_are_shown_chosen_before_a_clock_has_run(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)

        assert "10 min, el que sol durar aquí. Toca una xifra per corregir-ho." in app.texts()
        (chosen,) = app.all_called("10")
        assert [icon.semantics_label for icon in app.walk(chosen) if isinstance(icon, ft.Icon)] == ["Triat"]


async def test_a_case_that_is_taken_back_is_open_again(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click(FET)
        await until_saved(app)

        await app.click(UNDO)
        await app.wait_text("Com ha acabat?")

        assert records(app, Kind.ASSIST) == []
        assert app.route.startswith("/assist/")
        assert UNDO not in app.texts()


@pytest.mark.parametrize("typed", ["empadronament", "EMPADRONAMENT", "certificat padro", "padró certifícat", "empadr"])
async def test_a_procedure_is_found_however_it_is_typed(folder, typed):
    async with opened(folder) as app:
        await app.start_shift()
        await app.click("Nova ajuda")
        await app.wait_text("Punt de suport digital")

        await app.enter("Cerca un tràmit", typed)

        await app.open_case("Obtenir el certificat d'empadronament")


async def test_what_is_not_found_can_still_be_written_down(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.click("Nova ajuda")
        await app.wait_text("Punt de suport digital")

        await app.enter("Cerca un tràmit", "'; DROP TABLE <b>{0}")

        assert any(each.startswith("No s'ha trobat cap tràmit") for each in app.texts())
        await app.open_case("Un altre tràmit o consulta")


@pytest.mark.parametrize("typed", ["padro", "vidalaboral", "(a+)+$", "xyzzy" * 1_000, "%", "'"])
async def test_t_11_whatever_is_typed_something_else_can_be_written_down(folder, typed):
    async with opened(folder) as app:
        await app.start_shift()
        await app.click("Nova ajuda")
        await app.wait_text("Punt de suport digital")

        await app.enter("Cerca un tràmit", typed)

        await app.open_case("Un altre tràmit o consulta")


async def test_t_24_a_catalogue_that_has_grown_large_is_listed_in_part_and_found_whole(folder, tmp_path):
    async with opened(folder, reference=grown_reference(tmp_path / "reference", 1_800)) as app:
        await app.start_shift()
        await app.click("Nova ajuda")
        await app.wait_text("Punt de suport digital")

        assert sum(getattr(each, "on_click", None) is not None for each in app.walk()) < 150
        said = [each for each in app.texts() if "escriu-ne el nom a dalt" in each]
        assert len(said) == 1, "once, above what is listed"
        assert app.texts().index(said[0]) < app.texts().index("Punt de suport digital")
        await app.enter("Cerca un tràmit", "ref1717")
        await app.wait_text("1 tràmit trobat")


async def test_a_referral_asks_where_to_and_saves_with_the_answer(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)

        await app.click("Derivat a un altre servei")
        await app.wait_text("On s'ha derivat?")
        assert records(app, Kind.ASSIST) == []
        await app.click("OGAT")
        await until_saved(app)

        (record,) = records(app, Kind.ASSIST)
        assert (record["outcome"], record["referred_to"]) == ("referred", "ogat")


async def test_a_case_to_come_back_for_asks_why_and_saves_with_the_answer(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)

        await app.click("Ha de tornar")
        await app.wait_text(": per què?")
        assert records(app, Kind.ASSIST) == []
        await app.click("Falta un document")
        await until_saved(app)

        (record,) = records(app, Kind.ASSIST)
        assert (record["outcome"], record["blocked_reason"]) == ("must_return", "missing_document")


async def test_a_change_of_mind_brings_the_outcomes_back(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click("Ha de tornar")
        await app.wait_text("Ha de tornar: per què?")

        texts = app.texts()
        assert texts.index("Ha de tornar: per què?") < texts.index("Falta un document")
        await app.click("Canvia el final")
        await app.wait_text("Com ha acabat?")
        await app.click(FET)
        await until_saved(app)

        assert [each["outcome"] for each in records(app, Kind.ASSIST)] == ["completed"]


@pytest.mark.parametrize("first", ["Ha de tornar", "Derivat a un altre servei", "Un altre final"])
async def test_the_second_of_two_quick_taps_saves_nothing_that_came_under_the_finger(folder, monkeypatch, first):
    """Somebody who taps twice saved an outcome that they had not read."""
    under = {
        "Ha de tornar": "Falta un document",
        "Derivat a un altre servei": "Assistència telefònica (OAC)",
        "Un altre final": "Ho acabarà pel seu compte",
    }[first]
    async with opened(folder) as app:
        await app.start_shift()
        monkeypatch.setattr(tappable, "HASTY", HASTY)
        await asyncio.sleep(HASTY.total_seconds())
        await app.open_case(OMAC)
        await app.click("Fet")
        assert not records(app, Kind.ASSIST), "the case had just opened"

        await asyncio.sleep(HASTY.total_seconds())
        await app.click(first)
        await app.wait_for(lambda: bool(app.all_called(under)), under)
        await app.click(under)
        assert not records(app, Kind.ASSIST)

        await asyncio.sleep(HASTY.total_seconds())
        await app.click(under)
        await until_saved(app)
        assert len(records(app, Kind.ASSIST)) == 1


async def test_the_second_of_two_quick_taps_does_nothing_on_the_screen_that_came(folder, monkeypatch):
    async with opened(folder) as app:
        await app.start_shift()
        await app.home()
        monkeypatch.setattr(tappable, "HASTY", HASTY)
        await asyncio.sleep(HASTY.total_seconds())
        await app.open_case(OMAC)
        await app.click("DNI, NIE o TIE en vigor")
        assert "Falta" not in app.texts()

        await asyncio.sleep(HASTY.total_seconds())
        await app.click("DNI, NIE o TIE en vigor")
        await app.wait_text("Falta")


async def test_where_nothing_has_to_be_brought_nothing_can_be_missing(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case("Trobar un tràmit en línia de l'Ajuntament")
        assert "No cal portar res" in app.texts()
        assert not app.all_called("No cal portar res")
        assert not any("Toca el que no porta" in each for each in app.texts())


async def test_the_rarer_endings_are_one_tap_away(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)

        await app.click("Un altre final")
        await app.click("Només informació")
        await until_saved(app)

        assert [each["outcome"] for each in records(app, Kind.ASSIST)] == ["info_only"]


async def test_more_may_be_said_of_a_case_and_taken_back(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click("Més dades")
        await app.wait_text("Autonomia")

        await app.click("Pas a pas")
        await app.click("Per telèfon")
        await app.wait_for(lambda: len(app.all(ft.Icon, semantics_label="Triat")) == 4)  # "No consta", usual minutes
        await app.click("Per telèfon")
        await app.wait_for(lambda: len(app.all(ft.Icon, semantics_label="Triat")) == 3)
        await app.click(FET)
        await until_saved(app)

        (record,) = records(app, Kind.ASSIST)
        assert record["autonomy"] == "guided"
        assert "channel" not in record


async def test_a_step_is_ticked_with_one_tap(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)

        await app.click("Triar el dia i l'hora disponibles")
        await app.wait_text("Passos · 1 de 8")
        await app.click(FET)
        await until_saved(app)

        (record,) = records(app, Kind.ASSIST)
        assert (record["steps_done"], record["entry_mode"]) == (("s4",), "live")


async def test_the_minutes_are_corrected_with_one_tap(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)

        await app.click("45")
        await app.wait_text("45 min, corregits")
        await app.click(FET)
        await until_saved(app)

        assert records(app, Kind.ASSIST)[0]["active_minutes"] == 45


async def test_a_case_is_paused_and_gone_on_with_from_home(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click("Posa en pausa")
        await app.wait_text("En pausa des de les")
        await app.home()
        assert any(each.startswith("Sense acabar · ") for each in app.texts())

        await app.click("Continua")
        await app.wait_text("En pausa des de les")


async def test_a_case_opened_by_mistake_is_dropped_and_can_be_taken_back(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)

        await app.click("Descarta-ho: s'ha obert per error")
        await app.wait_text(f"Descartat: {OMAC}")
        await app.click(UNDO)

        await app.wait_text("Com ha acabat?")


async def test_an_address_that_is_gone_says_so_and_leads_home(folder):
    async with opened(folder) as app:
        await app.start_shift()

        await app.go_to("/assist/no-such")
        assert any(each.startswith("Això ja no està obert") for each in app.texts())
        await app.go_to("/roll-call/no-such")

        assert any(each.startswith("Això ja no està obert") for each in app.texts())


async def test_another_language_keeps_the_case_and_its_ticks(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click("Triar el dia i l'hora disponibles")
        await app.wait_text("Passos · 1 de 8")
        case = app.route

        await app.go_to("/help")
        await app.click("Castellano")
        await app.wait_text("Ayuda")
        await app.go_to(case)

        await app.wait_text("Pasos · 1 de 8")
        assert "¿Cómo ha acabado?" in app.texts()


async def test_t_23_a_case_whose_procedure_was_retired_can_still_be_ended(folder, tmp_path):
    """The case was said to be gone, and stood among the unfinished ones for good."""
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click("Triar el dia i l'hora disponibles")
        await app.wait_text("Passos · 1 de 8")
        await app.wait_for(lambda: app.store.note("route") == app.route)
    newer = Path(shutil.copytree(REFERENCE, tmp_path / "newer"))
    catalogue = json.loads((newer / "catalogue.json").read_text())
    catalogue["procedures"] = [each for each in catalogue["procedures"] if each["id"] != "sp-cita-omac"]
    (newer / "catalogue.json").write_text(json.dumps(catalogue))

    async with opened(folder, reference=newer) as app:
        await app.wait_text("Passos · 1 de 1")
        await app.click(FET)
        await until_saved(app)

        assert [each["procedure_id"] for each in records(app, Kind.ASSIST)] == ["sp-cita-omac"]


# a list


async def test_a_roll_call_of_twelve_with_two_absent_takes_six_taps(folder):
    async with opened(folder) as app:
        await app.start_shift()

        await app.click("Passar llista")
        await app.wait_text("Quin mòdul?")
        assert "Passar llista: tria el taller" in app.texts()
        await app.click("Mòdul 3")
        await app.wait_text("12 per marcar")
        await app.click("Tots presents")
        await app.wait_text("12 presents")
        await app.click("P04")
        await app.wait_text("11 presents · 1 absent")
        await app.click("P09")
        await app.wait_text("10 presents · 2 absents · 0 per marcar")
        await app.click("Desa la llista (10 presents · 2 absents)")
        await until_saved(app)

        assert app.taps == 6
        (session,) = records(app, Kind.SESSION)
        assert (session["status"], session["headcount"], session["registered_count"]) == ("held", 10, 12)
        assert sorted(str(each["slot"]) for each in records(app, Kind.ATTENDANCE) if each["status"] == "absent") == [
            "P04",
            "P09",
        ]


async def test_the_last_change_to_a_list_is_taken_back_with_one_tap(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/workshops")
        await app.click("Mòdul 3")
        await app.wait_text("12 per marcar")
        await app.click("P04")
        await app.wait_text("1 present ·")
        await app.click("La resta, presents")
        await app.wait_text("12 presents")

        await app.click("Desfés el darrer canvi")
        await app.wait_text("1 present · 0 absents · 11 per marcar")
        await app.click("Desfés el darrer canvi")
        await app.wait_text("0 presents · 0 absents · 12 per marcar")


async def test_a_person_who_came_without_being_enrolled_is_one_tap(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/workshops")
        await app.click("Mòdul 3")
        await app.wait_text("12 per marcar")
        app.taps = 0

        await app.click("Un més: Sense inscripció")
        await app.wait_text("1 present ·")

        assert app.taps == 1
        assert "+1" in app.texts()


async def test_a_saved_list_is_opened_from_home_to_correct_it(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/workshops")
        await app.click("Mòdul 3")
        await app.wait_text("12 per marcar")
        await app.click("La resta no ha vingut")
        await app.wait_text("12 absents")
        await app.click("Desa la llista (0 presents · 12 absents)")
        await until_saved(app)

        await app.click("Plataformes de participació")
        await app.wait_text("0 presents · 12 absents")
        await app.click("Un més: Sense inscripció")
        await app.wait_text("1 present · 12 absents")


async def test_a_session_that_was_not_held_asks_why(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/workshops")
        await app.click("Mòdul 3")
        await app.wait_text("12 per marcar")

        await app.click("No s'ha fet")
        await app.click("Sala no disponible")
        await until_saved(app)

        (session,) = records(app, Kind.SESSION)
        assert (session["status"], session["cancel_reason"]) == ("cancelled", "room")


async def test_a_group_that_asks_is_named_before_its_list_opens(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/workshops")

        await app.click("A petició d'un col·lectiu")
        assert "Tria primer el col·lectiu." in app.texts()
        await app.click("Gent gran")
        await app.click("Sense mòdul concret")
        await app.wait_text("12 per marcar")

        assert app.route.startswith("/roll-call/")


async def test_heads_are_counted_without_seats(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/workshops")
        await app.click("Mòdul 3")
        await app.wait_text("12 per marcar")

        await app.click("Només el recompte")
        await app.wait_text("Desa el recompte (0)")
        (more,) = (
            button
            for button in app.all(ft.IconButton)
            if getattr(button.icon, "semantics_label", "") == "Un més: Persones a la sala"
        )
        await app.click(more)
        await app.wait_text("Desa el recompte (1)")
        await app.click("Desa el recompte (1)")
        await until_saved(app)

        (session,) = records(app, Kind.SESSION)
        assert (session["headcount"], records(app, Kind.ATTENDANCE)) == (1, [])


# the shift


async def test_a_tablet_that_was_killed_shows_the_same_case(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click("Triar el dia i l'hora disponibles")
        await app.wait_text("Passos · 1 de 8")
        route = app.route
        await app.wait_for(lambda: app.store.note("route") == route)

    async with opened(folder) as app:
        await app.wait_text("Passos · 1 de 8")
        assert app.route == route


async def test_a_shift_ends_with_what_it_was_and_whether_one_may_leave(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click(FET)
        await until_saved(app)

        await app.click("Tanca el torn")
        await app.wait_text("Envia i tanca el torn")
        assert "1 ajuda (1 feta) · 10 min" in app.texts()
        await app.click("Envia i tanca el torn")
        await app.wait_text("Encara no: 2 registres només són en aquesta tauleta")
        await app.click("Tanca igualment: la tauleta es queda al centre")
        await app.wait_text("Qui ets?")

        assert app.store.counts().waiting == 2


async def test_a_shift_cannot_start_without_saying_who_and_where(folder):
    async with opened(folder) as app:
        assert "Comença" not in app.texts()
        await app.enter_as("C1")
        assert "Comença" not in app.texts()

        await app.click("Centre Cívic de Balàfia")

        assert "Comença" in app.texts()


# every screen, in every language and size


async def all_routes(app: Connector) -> list[str]:
    """Where one can go in a shift that has a saved help, an open case and an open list."""
    await app.start_shift()
    await app.open_case(OMAC)
    await app.click(FET)
    await until_saved(app)
    await app.open_case(OMAC)
    case = app.route
    await app.go_to("/workshops")
    await app.click("Mòdul 3")
    await app.wait_text("12 per marcar")
    roll = app.route
    await app.go_to("/requests")
    await app.click("Nova petició")
    await app.wait_text("Qui ho demana?")
    return [
        "/",
        "/assist",
        case,
        f"{case}/show",
        "/workshops",
        roll,
        "/plan",
        "/requests",
        app.route,
        "/records",
        "/help",
        "/accessibility",
        "/end-of-shift",
        "/nowhere",
    ]


async def prefer(app: Connector, language: str, percent: int) -> None:
    await app.go_to("/help")
    await app.click({"ca": "Català", "es": "Castellano", "en": "English"}[language])
    await app.click(f"{percent} %")
    await app.wait_for(lambda: _preferred(app) == (language, percent), f"{language} at {percent} %")


def _preferred(app: Connector) -> tuple[object, object]:
    kept = app.store.note("preferences") or {}
    return kept.get("language"), kept.get("text_percent")


@pytest.mark.parametrize("width", [1280, 800, 400], ids=["landscape", "portrait", "phone"])
async def test_every_screen_is_drawn_in_every_language_and_size(folder, width):
    async with opened(folder, width=width) as app:
        routes = await all_routes(app)

        for language, percent in product(LANGUAGES, (100, 200)):
            await prefer(app, language, percent)
            for route in routes:
                await app.go_to(route)

                words = app.words()
                assert [each for each in words if MISSING_ID.fullmatch(each)] == [], (language, percent, route)
                assert len(words) > 8, (language, percent, route)


@pytest.mark.parametrize("percent", [100, 200])
async def test_no_text_is_smaller_than_the_least_one_can_read(folder, percent):
    async with opened(folder) as app:
        routes = await all_routes(app)
        await prefer(app, "ca", percent)

        for route in routes:
            await app.go_to(route)

            small = [text.value for text in app.all(ft.Text) if not text.size or text.size < 14 * percent / 100]
            assert small == [], route


async def test_nothing_that_expands_stands_in_a_row_that_wraps(folder):
    """Flutter draws nothing of such a row: the pause of a case was there for these tests and for nobody else."""
    async with opened(folder) as app:
        routes = await all_routes(app)

        for route in routes:
            await app.go_to(route)

            wrapping = [row for row in app.all(ft.Row) if row.wrap]
            assert [each for row in wrapping for each in row.controls if each.expand] == [], route


async def test_a_connector_who_starts_may_choose_the_language_first(folder):
    async with opened(folder) as app:
        await app.click("English")

        await app.wait_text("Who are you?")
        assert [each for each in app.words() if MISSING_ID.fullmatch(each)] == []


async def test_a_turned_tablet_keeps_the_case_and_what_was_unfolded(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click("Triar el dia i l'hora disponibles")
        await app.wait_text("Passos · 1 de 8")

        await app.resize(800, 1280)

        assert "Passos · 1 de 8" in app.texts()
        await app.click(FET)
        await until_saved(app)
