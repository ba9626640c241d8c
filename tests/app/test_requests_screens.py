"""What groups ask for, on the screens: written down, found again, moved on; and the board of the plan."""

from datetime import date, datetime, timedelta
from pathlib import Path

import flet as ft
import pytest

from app.domain.requests import weeks
from app.domain.workshops import SessionDraft
from app.store import Edit, Write
from sync.protocol.records import Fields, Kind
from tests.app.opened import Connector, opened
from tests.app.test_reference_screens import hear
from tests.app.test_screens import records, until_saved

pytestmark = pytest.mark.anyio

TODAY = datetime.now().astimezone()
MOBILE = "Treu profit del teu mòbil"
REQUEST = f"Petició: Gent gran · {MOBILE}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tablet"


async def with_request(app: Connector) -> None:
    await app.start_shift()
    await app.go_to("/workshops")
    await app.click("Peticions de grups")
    await app.click("Nova petició")
    await app.wait_text("Qui ho demana?")
    await app.click("Gent gran")
    await app.wait_text("Desa la petició")
    await app.click(MOBILE)
    await app.click("15")
    await app.wait_for(lambda: app.tablet.board.snapshot.drafts[0].group_size == 15)
    await app.click("Desa la petició")
    await until_saved(app)


async def test_a_request_takes_six_taps_from_the_workshops_and_no_keyboard(folder):
    async with opened(folder) as app:
        await with_request(app)

        assert app.taps == 6
        assert f"Desat: {REQUEST} · Demanada" in app.texts()
        assert app.route == "/requests"
        assert app.all(ft.TextField) == []
        (saved,) = records(app, Kind.TRAINING_REQUEST)
        assert (saved["group_type"], saved["module_ids"], saved["group_size"]) == ("older_people", ("6",), 15)
        assert saved["centre_id"] == "balafia"


async def test_without_a_group_there_is_nothing_to_save_with(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/requests")
        assert "Encara no hi ha cap petició en aquesta tauleta." in app.texts()

        await app.click("Nova petició")
        await app.wait_text("Tria primer el col·lectiu.")

        assert app.all_called("Desa la petició") == []


async def test_when_it_would_suit_the_group_is_said_with_taps(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/requests")
        await app.click("Nova petició")
        await app.wait_text("Quines setmanes els va bé?")
        (week,) = [each for each in app.texts() if each.startswith("Setmana: ")][1:2]

        await app.click(week)
        await app.click("Dijous")
        await app.click("Matí")
        await app.wait_for(lambda: app.tablet.board.snapshot.drafts[0].day_parts == ("morning",))

        draft = app.tablet.board.snapshot.drafts[0]
        assert draft.wished_weeks == weeks(TODAY.date())[1:2]
        assert draft.wished_days == ("thu",)


async def test_a_request_is_found_among_the_records_told_in_words_and_moved_on(folder):
    async with opened(folder) as app:
        await with_request(app)
        await app.go_to("/records")
        await app.enter("Cerca un registre", "gent gran mobil demanada")
        await app.click(REQUEST)
        await app.wait_text("Historial")
        assert {"15", MOBILE, "Connector 3"} <= set(app.texts())

        await app.click("Acordada")
        await until_saved(app)

        assert records(app, Kind.TRAINING_REQUEST)[0]["status"] == "agreed"
        await app.wait_text("Ha canviat l'estat")
        assert "Com està la petició: abans Demanada" in app.texts()
        assert any(each.endswith("Ha canviat l'estat") for each in app.texts())


async def test_a_request_is_corrected_with_a_reason_and_made_void(folder):
    async with opened(folder) as app:
        await with_request(app)
        await app.click(REQUEST)
        await app.wait_text("Historial")
        await app.click("Corregeix")
        await app.click("Faltava informació")
        await app.wait_text("Desa la petició")
        await app.click("20")
        await app.wait_for(lambda: app.tablet.board.snapshot.drafts[0].group_size == 20)
        await app.click("Desa la petició")
        await until_saved(app)
        assert records(app, Kind.TRAINING_REQUEST)[0]["group_size"] == 20

        await app.go_to("/records")
        await app.click(REQUEST)
        await app.wait_text("Quantes persones són?: abans 15")
        await app.click("Anul·la el registre")
        await app.wait_text(f"Anul·lat: {REQUEST}")

        assert app.all_called("Acordada") == []
        await app.go_to("/workshops")
        assert "0 peticions obertes" in app.texts()


async def test_the_list_of_the_session_a_group_asked_for_opens_with_its_modules(folder):
    async with opened(folder) as app:
        await with_request(app)
        await app.click(REQUEST)
        await app.wait_text("Historial")

        await app.click("Obre la llista per a aquest grup")
        await app.wait_text("15 per marcar")

        (draft,) = app.tablet.board.snapshot.drafts
        assert isinstance(draft, SessionDraft)
        assert (draft.kind, draft.group_type, draft.module_ids) == ("on_request", "older_people", ("6",))


async def test_a_request_is_done_when_its_session_was_held_and_leads_to_it(folder):
    async with opened(folder) as app:
        await with_request(app)
        await app.click(REQUEST)
        await app.wait_text("Historial")
        await app.click("Obre la llista per a aquest grup")
        await app.wait_text("15 per marcar")
        await app.click("Tots presents")
        await app.click("Desa la llista (15 presents · 0 absents)")
        await until_saved(app)
        (request,) = records(app, Kind.TRAINING_REQUEST)
        assert request["status"] == "held"

        await app.go_to("/requests")
        await app.click(REQUEST)
        await app.wait_text("Sessió feta")
        assert app.all_called("Obre la llista per a aquest grup") == []
        assert any(f"{TODAY.day} " in each and ":" in each for each in app.texts())
        await app.click("Mira la sessió")
        await app.wait_text("Fet · 15 persones")
        (session,) = records(app, Kind.SESSION)
        assert session["started_at"] == request["held_on"]


async def test_a_request_waits_again_when_its_session_is_taken_back_or_was_not_held(folder):
    async with opened(folder) as app:
        await with_request(app)
        before = records(app, Kind.TRAINING_REQUEST)
        await app.click(REQUEST)
        await app.click("Obre la llista per a aquest grup")
        await app.wait_text("15 per marcar")
        await app.click("Tots presents")
        await app.click("Desa la llista (15 presents · 0 absents)")
        await until_saved(app)

        await app.click("DESFÉS")
        await app.wait_text("15 presents · 0 absents · 0 per marcar")
        assert records(app, Kind.TRAINING_REQUEST) == before

        await app.click("No s'ha fet")
        await app.click("Festiu")
        await until_saved(app)
        assert records(app, Kind.TRAINING_REQUEST) == before


async def test_a_request_that_is_said_to_wait_again_has_no_session_any_more(folder):
    async with opened(folder) as app:
        await with_request(app)
        await app.click(REQUEST)
        await app.click("Obre la llista per a aquest grup")
        await app.wait_text("15 per marcar")
        await app.click("Tots presents")
        await app.click("Desa la llista (15 presents · 0 absents)")
        await until_saved(app)
        await app.go_to("/requests")
        await app.click(REQUEST)
        await app.wait_text("Sessió feta")

        await app.click("Acordada")
        await app.wait_for(lambda: records(app, Kind.TRAINING_REQUEST)[0]["status"] == "agreed")

        assert records(app, Kind.TRAINING_REQUEST)[0].get("held_on") is None
        assert app.all_called("Mira la sessió") == []


async def test_an_unfinished_request_stands_among_what_is_to_be_gone_on_with(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/requests")
        await app.click("Nova petició")
        await app.wait_text("Qui ho demana?")
        await app.click("Joves")
        await app.wait_text("Desa la petició")

        await app.home()
        await app.click("Petició: Joves")

        await app.wait_text("Desa la petició")


# the board of the plan


def held(number: int, module: str, status: str, *, days_ago: int, centre: str = "balafia") -> Edit:
    begun = TODAY - timedelta(days=days_ago)
    fields: Fields = {
        "kind": "plan",
        "module_ids": (module,),
        "centre_id": centre,
        "status": status,
        "started_at": begun.isoformat(timespec="seconds"),
    }
    return Edit(f"5e550000-0000-4000-8000-{number:012d}", Kind.SESSION, "C1", TODAY, fields)


def day(of: date) -> str:
    return f"{of:%d/%m}"


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (800, 1280), (600, 960)])
async def test_the_board_says_in_words_how_each_module_stands_at_this_centre(folder, width, height):
    async with opened(folder, width=width, height=height) as app:
        await app.start_shift()
        soon = TODAY.date() + timedelta(days=3)
        plan = {"module_ids": ["4"], "centre_id": "balafia", "day": soon.isoformat(), "start": "10:00"}
        await hear(app, {"plan_version": "1", "sessions": [plan]})
        app.store.write(
            Write(
                edits=(
                    held(1, "1", "held", days_ago=2),
                    held(2, "2", "partly_held", days_ago=2),
                    held(3, "3", "cancelled", days_ago=2),
                    held(4, "8", "held", days_ago=2, centre="ereta"),
                )
            )
        )
        await app.go_to("/workshops")
        assert "Fets: 1 de 8" in app.texts()

        await app.click("Pla de formació")
        await app.wait_text("Tots els centres")

        texts, then = app.texts(), day(TODAY.date() - timedelta(days=2))
        states = {each for each in texts if each.startswith(("Fet ·", "Fet en part", "Previst", "Anul·lat"))}
        assert states == {f"Fet · {then}", f"Fet en part · {then}", f"Anul·lat · {then}", f"Previst · {day(soon)}"}
        assert texts.count("Encara no") == 4
        icons = {str(each.icon) for each in app.all(ft.Icon)}
        assert len({str(ft.Icons.CHECK_CIRCLE), str(ft.Icons.EVENT_OUTLINED), str(ft.Icons.TIMELAPSE)} & icons) == 3

        await app.click("Centre Cívic de l'Ereta")
        assert "Fets: 1 de 8" in app.texts() and app.texts().count("Encara no") == 7
        await app.click("Tots els centres")
        assert "Fets: 2 de 40" in app.texts() and app.texts().count("Encara no") == 35


async def test_a_session_closed_here_is_on_the_board_at_once(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/workshops")
        await app.click("Mòdul 3")
        await app.wait_text("12 per marcar")
        await app.click("Només s'ha fet en part")
        await app.wait_for(lambda: app.tablet.board.snapshot.drafts[0].is_partly_held)
        await app.click("Desa la llista (0 presents · 0 absents · 12 per marcar)")
        await until_saved(app)
        assert any(each.endswith("· Fet en part") for each in app.texts())

        await app.go_to("/plan")

        await app.wait_text(f"Fet en part · {day(TODAY.date())}")
