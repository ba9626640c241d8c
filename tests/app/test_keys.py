"""The keys of a desk: what each does where, and that none does anything while somebody types."""

import gc
from collections.abc import Iterator
from pathlib import Path

import flet as ft
import pytest

from app.views.keys import back
from sync.protocol.records import Kind
from tests.app.opened import PIN, Connector, opened
from tests.app.test_screens import all_routes, records

pytestmark = pytest.mark.anyio


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "tablet"


async def press(app: Connector, key: str, *, ctrl: bool = False) -> None:
    held = {"shift": False, "ctrl": ctrl, "alt": False, "meta": False}
    await app.fire(app.page, "keyboard_event", {"key": key, **held})


@pytest.mark.parametrize(("key", "route"), [("N", "/assist"), ("/", "/assist"), ("L", "/workshops/choose")])
async def test_a_key_goes_where_it_says(folder, key, route):
    async with opened(folder) as app:
        await app.start_shift()

        await press(app, key)

        await app.wait_for(lambda: app.route == route, route)


async def test_a_help_is_taken_back_with_control_and_z(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case()
        await app.click("Fet")
        await app.wait_text("DESFÉS")

        await press(app, "Z", ctrl=True)

        await app.wait_text("Com ha acabat?")
        assert records(app, Kind.ASSIST) == []


async def test_the_last_change_of_a_list_is_taken_back_with_control_and_z(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/workshops")
        await app.click("Mòdul 3")
        await app.wait_text("12 per marcar")
        await app.click("Tots presents")
        await app.wait_text("12 presents")

        await press(app, "Z", ctrl=True)

        await app.wait_text("12 per marcar")


async def test_escape_leads_where_the_arrow_does_from_every_screen(folder):
    async with opened(folder) as app:
        for route in await all_routes(app):
            await app.go_to(route)
            arrows = [
                each
                for each in app.all(ft.IconButton)
                if isinstance(each.icon, ft.Icon) and each.icon.icon == ft.Icons.ARROW_BACK
            ]
            if not arrows:
                continue
            await app.click(arrows[0])
            await app.wait_for(lambda left=route: app.route != left, f"away from {route}")
            by_arrow = app.route
            await app.go_to(route)

            await press(app, "Escape")

            await app.wait_for(lambda wanted=by_arrow: app.route == wanted, f"{by_arrow} from {route}")


@pytest.mark.parametrize(
    ("route", "there"),
    [("/", None), ("/help", "/"), ("/records/a", "/records"), ("/assist/a/show", "/assist/a"), ("/nowhere", "/")],
)
def test_escape_leads_one_step_up(route, there):
    assert back(route) == there


async def test_a_letter_typed_in_a_field_is_no_command(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/records")
        search = app.one(ft.TextField)

        await app.fire(search, "focus")
        for key in ("N", "L", "/"):
            await press(app, key)
        assert app.route == "/records"

        await app.fire(app.one(ft.TextField), "blur")
        await press(app, "N")
        await app.wait_for(lambda: app.route == "/assist", "a new help")


async def test_escape_leaves_a_search_and_not_what_else_is_typed(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/assist")
        await app.fire(app.one(ft.TextField), "focus")
        await press(app, "Escape")
        await app.wait_for(lambda: app.route == "/", "home")
        await app.open_case()
        await app.click("Una altra")
        await app.fire(app.one(ft.TextField), "focus")
        case = app.route

        await press(app, "Escape")

        assert app.route == case


async def test_escape_that_closes_a_menu_stays_on_the_list(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/workshops")
        await app.click("Mòdul 3")
        await app.wait_text("12 per marcar")
        there = app.route

        await app.fire(app.all(ft.PopupMenuButton)[0], "open")
        await press(app, "Escape")
        assert app.route == there

        await app.fire(app.all(ft.PopupMenuButton)[0], "cancel")
        await press(app, "Escape")
        await app.wait_for(lambda: app.route == "/workshops", "away from the list")


async def test_a_field_that_went_away_with_its_screen_no_longer_holds_the_keys(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/records")
        await app.fire(app.one(ft.TextField), "focus")
        await app.go_to("/help")

        await press(app, "N")

        await app.wait_for(lambda: app.route == "/assist", "a new help")


@pytest.mark.parametrize("key", ["N", "/"])
async def test_a_key_leads_into_the_search_for_a_procedure_and_back_into_it(folder, key):
    async with opened(folder) as app:
        await app.start_shift()
        for times in (1, 2):
            await press(app, key)
            await app.wait_for(lambda times=times: focused(app) == times, "the focus in the field")
        await app.go_to("/")
        await app.click("Nova ajuda")
        await app.settle()
        assert focused(app) == 2  # a finger gets no keyboard over what it wants to touch


def focused(app):
    return [name for name, _ in app.client.calls].count("focus")


async def test_the_search_of_the_records_gets_the_focus(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/records")
        await app.resize(1270, 800)  # a new frame around the same screen
        gc.collect()  # and the old frame is gone

        await press(app, "/")

        assert app.route == "/records"
        await app.wait_for(lambda: any(name == "focus" for name, _ in app.client.calls), "the focus in the field")


async def test_no_key_does_anything_before_a_shift(folder):
    async with opened(folder) as app:
        for key in ("N", "L", "/", "Escape"):
            await press(app, key)

        assert app.route == "/"
        assert "Qui ets?" in app.texts()


async def test_s_t15_control_and_l_lock_also_while_somebody_types(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/assist")
        field = app.one(ft.TextField, label="Cerca un tràmit")
        await app.fire(field, "focus")

        await press(app, "L", ctrl=True)

        await app.wait_text("Qui ets?")


async def test_the_keys_of_a_desk_work_after_a_pin_was_typed(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await press(app, "L", ctrl=True)
        await app.wait_text("Qui ets?")
        await app.click("Connector 3")
        await app.wait_for(lambda: bool(app.all(ft.TextField, password=True)), "the field for a PIN")
        await app.fire(app.one(ft.TextField, password=True), "focus")
        await app.type_pin(PIN)
        await app.wait_text("Nova ajuda")

        await press(app, "N")

        await app.wait_for(lambda: app.route == "/assist", "/assist")
