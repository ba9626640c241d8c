"""A screen is there at once, and the browser hears of it when there is a moment of rest."""

import asyncio
from typing import Any

import flet as ft
import pytest

from app import navigation
from tests.app.harness import WritingClient
from tests.app.opened import Connector, opened

pytestmark = pytest.mark.anyio

HOME, WORKSHOPS, RECORDS = "Nova ajuda", "Pla de formació", "Cerca un registre"
TODAY_TAB, WORKSHOPS_TAB, RECORDS_TAB, HELP_TAB = 0, 1, 2, 3
SOON = 0.02


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "REST", SOON)


def told(app: Connector) -> list[str]:
    """The routes the browser was told, but for home, where it begins."""
    routes = [arguments["route"] for name, arguments in app.client.calls if name == "push_route"]
    return [each for each in routes if each != "/"]


def hold_answers(app: Connector) -> list[Any]:
    """From now on the browser answers nothing; what it was asked is kept here."""
    held: list[Any] = []
    app.client._answer = held.append  # type: ignore[method-assign]
    return held


async def answer(app: Connector, asked: Any) -> None:
    WritingClient._answer(app.client, asked)
    await app.settle()
    await app.settle()


async def load_again(app: Connector, route: str) -> None:
    """As a page that is loaded again says where it is."""
    app.session.apply_page_patch({"route": route})
    await app.session.dispatch_event(app.page._i, "connect", None)
    await app.session.dispatch_event(app.page._i, "route_change", {"route": route})
    await app.settle()


async def press(app: Connector, key: str) -> None:
    await app.fire(app.page, "keyboard_event", {"key": key, "shift": 0, "ctrl": 0, "alt": 0, "meta": 0})


async def to(app: Connector, tab: int) -> None:
    await app.fire(app.one(ft.NavigationRail), "change", tab, selected_index=tab)


async def test_a_screen_is_drawn_before_the_browser_hears_of_it(tmp_path):
    async with opened(tmp_path) as app:
        await app.start_shift()
        await to(app, WORKSHOPS_TAB)
        assert WORKSHOPS in app.words()
        assert told(app) == []


async def test_at_rest_the_browser_hears_of_the_screen_that_is_shown(tmp_path, rests):
    async with opened(tmp_path) as app:
        await app.start_shift()
        await to(app, HELP_TAB)
        await to(app, WORKSHOPS_TAB)
        await app.wait_for(lambda: bool(told(app)))
        assert told(app) == ["/workshops"]


async def test_nobody_who_goes_on_tapping_is_disturbed(tmp_path, monkeypatch):
    monkeypatch.setattr(navigation, "REST", 10 * SOON)
    async with opened(tmp_path) as app:
        await app.start_shift()
        await to(app, HELP_TAB)
        for _ in range(20):
            await app.click("Fosca")
            await asyncio.sleep(SOON)
        assert told(app) == []
        await app.wait_for(lambda: told(app) == ["/help"])


async def test_of_a_screen_with_a_field_the_browser_hears_before_anybody_can_be_in_it(tmp_path):
    async with opened(tmp_path) as app:
        await app.start_shift()
        await to(app, RECORDS_TAB)
        assert told(app) == ["/records"]
        await to(app, TODAY_TAB)
        await app.click("Nova ajuda")
        assert told(app) == ["/records", "/assist"]


async def test_nobody_who_may_be_about_to_type_is_disturbed(tmp_path, monkeypatch):
    monkeypatch.setattr(navigation, "REST", 10 * SOON)
    async with opened(tmp_path) as app:
        await app.start_shift()
        await app.open_case()
        await app.click("Una altra")
        assert app.all(ft.TextField)
        await asyncio.sleep(20 * SOON)
        assert told(app) == []


async def test_whoever_goes_by_keys_keeps_the_focus(tmp_path, rests):
    async with opened(tmp_path) as app:
        await app.start_shift()
        await to(app, HELP_TAB)
        await press(app, "Tab")
        await asyncio.sleep(5 * SOON)
        assert told(app) == []
        await to(app, WORKSHOPS_TAB)
        await app.wait_for(lambda: told(app) == ["/workshops"])


async def test_whoever_goes_to_a_field_by_keys_keeps_the_focus(tmp_path, rests):
    async with opened(tmp_path) as app:
        await app.start_shift()
        await press(app, "N")
        await app.wait_for(lambda: bool(app.all(ft.TextField)))
        await asyncio.sleep(5 * SOON)
        assert told(app) == []


async def test_a_page_that_is_closed_at_a_field_leaves_nothing_behind(tmp_path, rests):
    async with opened(tmp_path) as app:
        await app.start_shift()
        await app.open_case()
        await app.click("Una altra")
        await app.session.dispatch_event(app.page._i, "close", None)
        await asyncio.sleep(5 * SOON)
        assert not [each for each in asyncio.all_tasks() if "Navigation._tell" in str(each.get_coro())]


async def test_what_the_browser_repeats_late_does_not_bring_a_left_screen_back(tmp_path, rests):
    async with opened(tmp_path) as app:
        await app.start_shift()
        held = hold_answers(app)
        await to(app, WORKSHOPS_TAB)
        await app.wait_for(lambda: len(held) == 1)
        await to(app, RECORDS_TAB)
        await answer(app, held[0])
        assert RECORDS in app.words()


async def test_the_arrows_of_the_browser_count(tmp_path, rests):
    async with opened(tmp_path) as app:
        await app.start_shift()
        await to(app, WORKSHOPS_TAB)
        await app.wait_for(lambda: told(app) == ["/workshops"])
        await app.go_to("/")
        assert HOME in app.words()
        await to(app, WORKSHOPS_TAB)
        assert WORKSHOPS in app.words()
        await app.wait_for(lambda: told(app) == ["/workshops", "/workshops"])


async def test_a_browser_that_never_answers_is_heard_again(tmp_path, rests, monkeypatch):
    monkeypatch.setattr(navigation, "ANSWERS_WITHIN", SOON)
    async with opened(tmp_path) as app:
        await app.start_shift()
        held = hold_answers(app)
        await to(app, WORKSHOPS_TAB)
        await app.wait_for(lambda: len(held) == 1)
        await to(app, TODAY_TAB)
        await asyncio.sleep(5 * SOON)
        await app.go_to("/workshops")
        assert WORKSHOPS in app.words()


async def test_a_page_that_is_loaded_again_before_it_was_told_shows_what_it_showed(tmp_path, rests):
    async with opened(tmp_path) as app:
        await app.start_shift()
        await to(app, WORKSHOPS_TAB)
        await load_again(app, "/")
        assert WORKSHOPS in app.words()
        await app.wait_for(lambda: told(app)[-1:] == ["/workshops"])


async def test_an_address_that_somebody_typed_is_where_they_want_to_be(tmp_path, rests):
    async with opened(tmp_path) as app:
        await app.start_shift()
        await to(app, WORKSHOPS_TAB)
        await load_again(app, "/records")
        assert RECORDS in app.words()
