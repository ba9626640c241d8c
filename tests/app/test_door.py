"""The door on the screen: what is shown while nobody is in, how it shuts, and what of one person another one finds."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import flet as ft
import pytest

from app.domain.happenings import Locking
from app.store import Write
from sync.protocol.records import Kind
from sync.protocol.sealed_box import new_private_key, public_key_of
from sync.protocol.unlocking import answer
from tests.app.opened import PIN, Connector, opened
from tests.app.test_screens import all_routes, records
from tests.sync.making import device_keys

pytestmark = pytest.mark.anyio

CANARY = "canarytext"
KEYS, CENTRE = device_keys(5), public_key_of(new_private_key())
KNOWN = {
    "token": "a-token",
    "centre_device": "a-device",
    "key_seed": KEYS.seed.hex(),
    "parcel_key": CENTRE.hex(),
}
OMAC = "Demanar cita prèvia a l'OMAC"
DOOR = {"Qui ets?", "Connector 1", "Connector 2", "Connector 3", "Connector 4"}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "tablet"


async def at_the_door(app: Connector) -> None:
    await app.wait_text("Qui ets?")
    await app.wait_for(lambda: app.route == "/", "no screen of anybody's")


def at(app: Connector, seconds: Callable[[], float]) -> None:
    """Have the door count by these seconds."""
    app.tablet.access.means = replace(app.tablet.access.means, monotonic=seconds)
    app.tablet.access.touched()


async def test_s_t16_without_a_pin_every_route_shows_the_door_and_nothing_else(folder):
    async with opened(folder) as app:
        routes = await all_routes(app)
        await app.tablet.lock(Locking.BY_HAND)
        await at_the_door(app)
        shown = app.words()

        for route in routes:
            await app.go_to(route)
            assert app.words() == shown, route
        assert set(app.texts()) >= DOOR
        assert not app.all(ft.NavigationRail)


async def test_s_t16_a_page_that_is_opened_at_a_screen_while_nobody_is_in_shows_the_door(folder):
    async with opened(folder) as app:
        routes = await all_routes(app)
    for route in (routes[2], "/records"):
        async with opened(folder, route=route, at_door=True) as app:
            await at_the_door(app)
            assert "Com ha acabat?" not in app.texts()


async def test_who_comes_for_the_first_time_chooses_six_digits_and_says_them_again(folder):
    async with opened(folder) as app:
        await app.click("Connector 1")
        await app.wait_text("tria sis xifres que només sàpigues tu")
        await app.type_pin(PIN)
        await app.wait_text("Torna a escriure el PIN")
        await app.type_pin("583026")
        await app.wait_text("No és el mateix PIN. Tria'l de nou.")
        assert not app.tablet.access.has_pin("C1")

        await app.type_pin(PIN)
        await app.wait_text("Torna a escriure el PIN")
        for digit in PIN:
            await app.click(digit)

        await app.wait_text("Has entrat com a Connector 1.")


async def test_s_t13_whoever_comes_first_to_a_tablet_in_use_is_let_in_by_the_coordinator(folder, monkeypatch):
    monkeypatch.setattr("app.domain.pins.SET_UP_WITHIN", timedelta())
    async with opened(folder) as app:
        await app.start_shift()
        app.tablet.store.write(Write(notes=KNOWN))
        await app.tablet.lock(Locking.BY_HAND)
        await at_the_door(app)
        await app.click("Connector 1")
        await app.wait_text("El teu primer PIN en aquesta tauleta")
        await app.wait_text("C1 · ")
        assert not app.all(ft.TextField, password=True)

        asked = app.tablet.store.note("unlock_asked")["C1"]
        await app.enter("Les vuit xifres", answer(KEYS.secret_with(CENTRE), person="C1", asked=asked))
        await app.click("Obre")

        await app.type_whole_pin("C1")
        await app.wait_text("Has entrat com a Connector 1.")


async def test_coming_in_is_a_tile_and_six_digits(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.tablet.lock(Locking.BY_HAND)
        await at_the_door(app)
        app.taps = 0

        await app.click("Connector 3")
        for digit in PIN:
            await app.click(digit)
        await app.wait_text("Nova ajuda")

        assert app.taps == 7


async def test_s_t15_a_tap_on_the_lock_shows_the_door_and_the_case_is_there_again(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case()
        await app.click("Triar el dia i l'hora disponibles")
        await app.wait_text("Passos · 1 de 8")

        await app.click("Bloqueja")
        await at_the_door(app)
        assert OMAC not in app.texts()

        await app.enter_as("C3")
        await app.wait_text("Passos · 1 de 8")


@pytest.mark.parametrize("state", [ft.AppLifecycleState.HIDE, ft.AppLifecycleState.PAUSE])
async def test_s_t15_a_screen_that_is_hidden_locks_at_once(folder, state):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case()

        await app.fire(app.page, "app_lifecycle_state_change", {"state": state.value})

        await at_the_door(app)


async def test_s_t15_it_warns_on_the_screen_and_a_touch_keeps_it_open(folder):
    async with opened(folder) as app:
        await app.start_shift()
        passed = 0.0
        at(app, lambda: passed)
        passed = 101.0
        app.tablet.access.look()
        await app.wait_text("Es bloquejarà d'aquí a 20 segons. El que has fet queda desat.")

        await app.click("Encara hi soc")

        await app.wait_for(lambda: "Encara hi soc" not in app.words(), "no warning any more")
        passed = 200.0
        app.tablet.access.look()
        assert app.tablet.board.snapshot.entered == "C3"


@pytest.mark.parametrize(
    ("route", "act"),
    [
        ("/", lambda app: app.click("Cua d'espera")),
        ("/", lambda app: app.click(OMAC)),
        ("/assist", lambda app: app.enter("Cerca un tràmit", "padro")),
        ("/", lambda app: app.fire(app.one(ft.NavigationRail), "change", 1, selected_index=1)),
    ],
    ids=["button", "tile", "letters", "rail"],
)
async def test_s_t15_what_a_screen_reader_taps_is_somebody_there(folder, route, act):
    """No finger comes down then: whoever worked with a screen reader was locked out in the middle of it."""
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to(route)
        passed = 0.0
        at(app, lambda: passed)
        passed = 100.0

        await act(app)

        passed = 130.0
        app.tablet.access.look()
        assert app.tablet.board.snapshot.entered == "C3"


async def test_s_t18_another_person_finds_no_words_no_search_no_undo_and_no_screen_of_the_one_before(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/assist")
        await app.enter("Cerca un tràmit", f"{CANARY} search")
        await app.go_to("/records")
        await app.enter("Cerca un registre", f"{CANARY} records")
        await app.home()
        await app.click("Un altre tràmit o consulta")
        await app.wait_text("Com ha acabat?")
        await app.enter("Quin tràmit era?", f"{CANARY} words")
        case = app.route
        await app.home()
        await app.open_case()
        await app.click("Fet")
        await app.wait_text("DESFÉS")
        await app.go_to(case)

        await app.click("Bloqueja")
        await at_the_door(app)
        assert said(app) == []
        await app.enter_as("C1")
        await app.wait_text("Comença el torn")
        assert said(app) == []
        await app.start_shift(who="C1")

        for route in ("/", "/assist", case, f"{case}/show", "/records", "/help", "/end-of-shift"):
            await app.go_to(route)
            assert said(app) == [], route


def said(app: Connector) -> list[str]:
    """What is on the screen of the one before; a field's content too."""
    typed = [str(each.value) for each in app.all(ft.TextField)]
    return [each for each in (*app.words(), *typed) if CANARY in each or each == "DESFÉS"]


async def test_t_17_an_outcome_and_the_lock_in_one_moment_save_once(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case()

        await asyncio.gather(app.click("Fet"), app.tablet.lock(Locking.BY_HAND))

        await at_the_door(app)
        await app.wait_for(
            lambda: len(records(app, Kind.ASSIST)) + len(app.store.drafts()) == 1, "the one or the other"
        )
        await app.enter_as("C3")
        assert len(records(app, Kind.ASSIST)) + len(app.store.drafts()) == 1


async def test_x_16_the_lock_ends_practice_and_shows_the_door_of_the_real_tablet(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/help")
        await app.click("Prova-ho en pràctiques")
        await app.wait_text("Nova ajuda")

        await app.tablet.lock(Locking.BY_HAND)

        await at_the_door(app)
        assert not app.tablet.practice.shown.board.snapshot.is_practice
