"""Flet draws sooner and the same: nothing that may hold a control is passed by, and one tap is drawn once."""

import dataclasses
import inspect
from itertools import chain

import flet as ft
import pytest
from flet.controls.object_patch import DiffBuilder
from flet.messaging.protocol import MessageAction

from app.drawing import WALKS, _fields_to_walk
from tests.app.opened import opened

pytestmark = pytest.mark.anyio

SCREENS = ("/", "/assist", "/workshops", "/plan", "/requests", "/records", "/end-of-shift", "/help", "/accessibility")


def holding(item: object) -> set[str]:
    """The fields of a dataclass that Flet's own walk would go into."""
    walked = (each for each in dataclasses.fields(item) if not each.metadata.get("skip"))  # type: ignore[arg-type]
    return {each.name for each in walked if holds(getattr(item, each.name, None))}


def holds(value: object) -> bool:
    return isinstance(value, list | dict) or dataclasses.is_dataclass(value)


def passed_by(item: object) -> set[str]:
    return holding(item) - {each.name for each in _fields_to_walk(item)}


async def test_no_field_that_may_hold_a_control_is_passed_by_on_any_screen(tmp_path):
    seen: set[type] = set()
    async with opened(tmp_path) as app:
        await app.start_shift()
        for route in SCREENS:
            await app.go_to(route)
            drawn = list(app.walk())
            values = chain.from_iterable(getattr(each, "_values", {}).values() for each in drawn)
            for each in chain(drawn, (value for value in values if dataclasses.is_dataclass(value))):
                seen.add(type(each))
                assert not passed_by(each), type(each)
    assert {ft.TextButton, ft.Row, ft.ButtonStyle, ft.NavigationRail} <= seen


def test_nor_in_any_control_of_flet_as_it_is_made_with_nothing_set():
    kinds = {each for name in ft.__all__ if inspect.isclass(each := getattr(ft, name)) and issubclass(each, ft.Control)}
    made = list(filter(None, map(made_of_nothing, kinds)))
    assert len(made) > 50
    assert not [type(each) for each in made if passed_by(each)]


def made_of_nothing(kind: type[ft.Control]) -> ft.Control | None:
    try:
        return kind()
    except (TypeError, ValueError):  # it is never drawn without something set, or only what comes of it is
        return None


async def test_the_walks_are_those_of_flet_with_another_idea_of_fields(tmp_path):
    async with opened(tmp_path):
        for name in WALKS:
            assert getattr(DiffBuilder, name).__globals__["dataclasses"].fields is _fields_to_walk


async def test_what_comes_of_one_tap_is_drawn_once(tmp_path):
    async with opened(tmp_path) as app:
        await app.start_shift()
        for words, until in (("Demanar cita prèvia a l'OMAC", "Com ha acabat?"), ("Fet", "Nova ajuda")):
            sent = len(app.client.sent)
            await app.click(app.all_called(words)[0])
            await app.wait_text(until)
            await app.settle()
            drawn = [each for each in app.client.sent[sent:] if each.action == MessageAction.PATCH_CONTROL]
            assert len(drawn) == 1, words


async def test_a_letter_counts_though_its_field_was_drawn_anew_before_it_was_heard(tmp_path):
    async with opened(tmp_path) as app:
        await app.start_shift()
        await app.go_to("/assist")
        field = app.one(ft.TextField, label="Cerca un tràmit")
        await app.fire(field, "change", "padro", value="zzz")
        await app.wait_text("4 tràmits trobats")


async def test_whoever_types_on_keeps_the_letters_that_were_not_heard_yet(tmp_path):
    async with opened(tmp_path) as app:
        await app.start_shift()
        await app.go_to("/assist")
        await app.fire(app.one(ft.TextField), "focus")
        await app.fire(app.one(ft.TextField), "change", "padr", value="padr")
        app.session.apply_patch(app.one(ft.TextField)._i, {"value": "padro"})  # the letter came, its event did not yet
        await app.resize(1270, 800)
        assert app.one(ft.TextField).value == "padro"
        await app.fire(app.one(ft.TextField), "change", "padro")
        await app.wait_text("4 tràmits trobats")
        assert app.one(ft.TextField).value == "padro"


async def test_what_the_app_empties_is_empty_though_somebody_is_in_it(tmp_path):
    async with opened(tmp_path) as app:
        await app.start_shift()
        await app.go_to("/records")
        await app.fire(app.one(ft.TextField), "focus")
        await app.fire(app.one(ft.TextField), "change", "zzz", value="zzz")
        await app.click("Mostra'ls tots")
        assert app.one(ft.TextField).value == ""


async def test_nothing_fades_to_what_it_already_is(tmp_path):
    """Each message to the page gave it a theme that was not the same object, and half a second of frames."""
    async with opened(tmp_path) as app:
        how, theme = app.page.theme_animation_style, app.page.theme
        assert how and (how.duration, how.reverse_duration) == (0, 0)
        for each in (theme.text_button_theme, theme.icon_button_theme):
            assert each.style.animation_duration == 0
