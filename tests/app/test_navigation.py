"""A screen is there at once, whatever the browser does meanwhile, and the browser is told."""

from typing import Any

import flet as ft
import pytest

from app.navigation import Navigation
from tests.app.harness import WritingClient
from tests.app.opened import Connector, opened

pytestmark = pytest.mark.anyio

HOME, WORKSHOPS, RECORDS = "Nova ajuda", "Pla de formació", "Cerca un registre"


def told(app: Connector) -> list[str]:
    """The routes the browser was told."""
    return [arguments["route"] for name, arguments in app.client.calls if name == "push_route"]


def hold_answers(app: Connector) -> list[Any]:
    """From now on the browser answers nothing; what it was asked is kept here."""
    held: list[Any] = []
    app.client._answer = held.append  # type: ignore[method-assign]
    return held


async def answer(app: Connector, asked: Any) -> None:
    WritingClient._answer(app.client, asked)
    await app.settle()
    await app.settle()


def to(app: Connector, tab: int) -> Any:
    return app.fire(app.one(ft.NavigationRail), "change", tab, selected_index=tab)


async def test_a_screen_is_drawn_before_the_browser_answers(tmp_path):
    async with opened(tmp_path) as app:
        await app.start_shift()
        held = hold_answers(app)
        await to(app, 1)
        assert WORKSHOPS in app.words()
        assert [each.args["route"] for each in held] == ["/workshops"]


async def test_a_late_echo_of_the_browser_does_not_bring_a_left_screen_back(tmp_path):
    async with opened(tmp_path) as app:
        await app.start_shift()
        held = hold_answers(app)
        await to(app, 1)
        await to(app, 2)
        for each in held:
            await answer(app, each)
            assert RECORDS in app.words()
        assert told(app)[-2:] == ["/workshops", "/records"]


async def test_the_arrows_of_the_browser_count(tmp_path):
    async with opened(tmp_path) as app:
        await app.start_shift()
        await to(app, 1)
        await app.go_to("/")
        assert HOME in app.words()
        await to(app, 1)
        assert WORKSHOPS in app.words()
        assert told(app)[-2:] == ["/workshops", "/workshops"]


async def test_a_browser_that_never_answers_is_heard_again(tmp_path, monkeypatch):
    monkeypatch.setattr("app.navigation.ANSWERS_WITHIN", 0.01)
    async with opened(tmp_path) as app:
        await app.start_shift()
        hold_answers(app)
        await to(app, 1)
        await to(app, 0)
        await app.wait_for(lambda: not asked_of(app))
        await app.go_to("/workshops")
        assert WORKSHOPS in app.words()


def asked_of(app: Connector) -> list[str]:
    heard = app.page.on_route_change
    navigation = getattr(heard, "__self__", None)
    assert isinstance(navigation, Navigation)
    return navigation._asked
