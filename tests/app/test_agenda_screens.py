"""The plan on the screens: the workshop of now one tap from home, and what still has no list."""

from datetime import datetime, timedelta
from pathlib import Path

import flet as ft
import pytest

from app.store import Edit, Write
from sync.protocol.records import Kind
from tests.app.opened import Connector, opened
from tests.app.test_reference_screens import hear
from tests.app.test_screens import records, until_saved

pytestmark = pytest.mark.anyio

NOW = datetime.now().astimezone()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tablet"


async def with_plan(app: Connector, *sessions: tuple[str, datetime]) -> None:
    await app.start_shift()
    entries = [
        {"module_ids": [module], "centre_id": "balafia", "day": f"{at:%Y-%m-%d}", "start": f"{at:%H:%M}"}
        for module, at in sessions
    ]
    await hear(app, {"plan_version": "1", "sessions": entries})


async def test_twelve_with_two_absent_take_five_taps_from_home_in_the_workshop_of_now(folder):
    async with opened(folder) as app:
        await with_plan(app, ("3", NOW - MINUTE))
        await app.wait_text("Ara: ")

        await app.click("Passar llista")
        await app.wait_text("12 per marcar")
        await app.click("Tots presents")
        await app.wait_text("12 presents")
        await app.click("P04")
        await app.wait_text("11 presents · 1 absent")
        await app.click("P09")
        await app.wait_text("10 presents · 2 absents · 0 per marcar")
        await app.click("Desa la llista (10 presents · 2 absents)")
        await until_saved(app)

        assert app.taps == 5
        (session,) = (each for each in records(app, Kind.SESSION) if "status" in each)
        assert (session["status"], session["headcount"]) == ("held", 10)


async def the_last_time(app: Connector, people: int) -> None:
    """A list of the same module here, with as many enrolled."""
    await app.go_to("/workshops")
    await app.click("Extra")
    await app.click(app.all_called("Mòdul 3")[-1])
    await app.wait_text("12 per marcar")
    await app.click(f"{people}")
    await app.wait_text(f"{people} per marcar")
    await app.click("Tots presents")
    await app.click(f"Desa la llista ({people} presents · 0 absents)")
    await until_saved(app)
    await app.home()


@pytest.mark.parametrize("absent", [0, 1, 4])
async def test_thirty_people_take_three_taps_and_one_more_for_each_absent(folder, absent):
    async with opened(folder) as app:
        await with_plan(app, ("3", NOW - MINUTE))
        await app.wait_text("Ara: ")
        await the_last_time(app, 30)
        app.taps = 0

        await app.click("Passar llista")
        await app.wait_text("30 per marcar")
        await app.click("Tots presents")
        await app.wait_text("30 presents")
        for number in range(1, absent + 1):
            await app.click(f"P{number:02d}")
        await app.wait_text(f"{30 - absent} presents")
        await app.click(f"Desa la llista ({30 - absent} presents · {absent} absent{'' if absent == 1 else 's'})")
        await until_saved(app)

        assert app.taps == absent + 3
        assert (30, 30 - absent) in {
            (each.get("registered_count"), each.get("headcount")) for each in records(app, Kind.SESSION)
        }


async def test_the_record_of_a_list_says_who_came_and_who_did_not_in_numbers(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/workshops")
        await app.click(app.all_called("Mòdul 3")[-1])
        await app.wait_text("12 per marcar")
        await app.click("P04")
        await app.click("P04")
        assert "Tots presents" not in app.words()  # what is marked stays as it is
        await app.click("La resta, presents")
        (more,) = [
            each
            for each in app.all(ft.IconButton)
            if getattr(each.icon, "semantics_label", "") == "Un més: Sense inscripció"
        ]
        await app.click(more)
        await app.wait_text("12 presents · 1 absent")
        await app.click("Desa la llista (12 presents · 1 absent)")
        await until_saved(app)
        (stored,) = app.store.records(kind=Kind.SESSION)

        await app.go_to(f"/records/{stored.id}")
        await app.wait_text("12 presents · 1 absent · Sense inscripció: 1")

        (seat, *_) = app.store.records(kind=Kind.ATTENDANCE)
        newer = Edit(seat.id, Kind.ATTENDANCE, "C3", datetime.now().astimezone(), {"status": ("late", "left_early")})
        app.store.write(Write(edits=(newer,)))
        await app.go_to("/")
        await app.go_to(f"/records/{stored.id}")
        await app.wait_text("Historial")
        assert [each for each in app.texts() if "1 absent" in each] == []


async def test_a_saved_list_that_was_opened_again_is_left_as_it_was(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await the_last_time(app, 20)
        (session,) = records(app, Kind.SESSION)
        (stored,) = app.store.records(kind=Kind.SESSION)
        await app.tablet.real.workshops.reopen(stored.id)
        await app.go_to(f"/roll-call/{stored.id}")
        await app.wait_text("20 presents")
        assert "Descarta-la: s'ha obert per error" not in app.words()

        await app.click("Deixa la llista com estava")
        await app.wait_text("Es queda com estava:")
        assert records(app, Kind.SESSION) == [session] and not app.tablet.board.snapshot.drafts


async def test_a_list_has_as_many_seats_as_the_last_one_and_not_those_of_one_taken_back(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await the_last_time(app, 20)
        await app.click("DESFÉS")
        await app.wait_text("20 presents")
        await app.click("Descarta-la: s'ha obert per error")
        await app.home()
        await app.go_to("/workshops")
        await app.click(app.all_called("Mòdul 3")[-1])

        await app.wait_text("12 per marcar")


async def test_a_workshop_that_was_not_held_takes_two_taps_in_its_list(folder):
    async with opened(folder) as app:
        await with_plan(app, ("3", NOW - MINUTE))
        await app.wait_text("Ara: ")
        await app.click("Passar llista")
        await app.wait_text("12 per marcar")
        app.taps = 0

        await app.click("No s'ha fet")
        await app.click("Festiu")
        await until_saved(app)

        assert app.taps == 2
        (session,) = (each for each in records(app, Kind.SESSION) if "status" in each)
        assert (session["status"], session["cancel_reason"]) == ("cancelled", "holiday")


async def test_a_session_of_this_week_without_a_list_stands_first_and_one_to_come_cannot_be_opened(folder):
    async with opened(folder) as app:
        await with_plan(app, ("6", NOW - timedelta(days=3)), ("7", NOW + timedelta(days=2)))
        await app.go_to("/workshops")

        texts = app.texts()
        assert (
            texts.index("Encara sense llista") < texts.index("Quin tipus de sessió?") < texts.index("Els propers dies")
        )
        late = app.all_called("Treu profit del teu mòbil")
        assert len(late) == 2  # without a list, and as a module to choose
        await app.click(late[0])
        await app.wait_text("12 per marcar")
