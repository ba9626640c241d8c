"""A field to type in, the same everywhere. While somebody types in it, the keys of the desk rest."""

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app import theme
from app.views.scene import Scene

Typed = Callable[[str], Awaitable[None]] | Callable[[str], None]


def field(scene: Scene, label: str, value: str, on_typed: Typed, **more: Any) -> ft.TextField:
    """`on_typed` gets what is in the field after each key; `more` is what `ft.TextField` takes besides."""
    hands, leave = scene.stage.hands, more.pop("on_blur", None)

    async def left() -> None:
        hands.leave(label)
        if leave:
            await leave()

    def typed(event: ft.Event[ft.TextField]) -> Awaitable[None] | None:
        typed = str(event.data or "")  # the field itself may have been drawn anew from what was typed before
        hands.hear(label, typed)
        return on_typed(typed) if scene.stage.access.touched() else None

    made = ft.TextField(
        label=label,
        value=hands.newest(label, value),
        on_change=_asynchronous(typed),
        on_focus=lambda: hands.enter(label),
        on_blur=left,
        text_size=scene.look.size(theme.BODY),
        label_style=ft.TextStyle(size=scene.look.size(theme.LABEL), color=scene.palette.secondary.ink),
        error_style=ft.TextStyle(size=scene.look.size(theme.CAPTION + 1), color=scene.palette.review.ink),
        error_max_lines=3,
        border={
            ft.ControlState.DEFAULT: _frame(scene.palette.outline.ink),
            ft.ControlState.FOCUSED: _frame(scene.palette.focus.ink),  # Flet's own looks like an error
        },
        cursor_color=scene.palette.focus.ink,
        **{"counter": "", **more},
    )
    hands.fields[label] = made, made.value
    return made


def _frame(color: str) -> ft.OutlineInputBorder:
    return ft.OutlineInputBorder(side=ft.BorderSide(theme.OUTLINE, color))


def search_field(scene: Scene, label: str, value: str, on_typed: Typed, **more: Any) -> ft.Control:
    """The one field of its screen that the key for searching goes to, as wide as there is room."""
    icon = ft.Icon(ft.Icons.SEARCH, size=min(scene.look.size(24), 40), color=scene.palette.secondary.ink)
    more = {"prefix_icon": icon, "max_length": LONGEST_SEARCH, "autocorrect": False, "expand": True, **more}
    scene.stage.hands.search = field(scene, label, value, on_typed, **more)
    return ft.Row([scene.stage.hands.search])


LONGEST_SEARCH = 80


async def focus_search(scene: Scene) -> None:
    """Where a key led here; a finger that did would only get a keyboard over what it wants to touch."""
    hands = scene.stage.hands
    if hands.wants_search:
        hands.wants_search = False
        if hands.search:
            await hands.search.focus()


def _asynchronous(
    typed: Callable[[ft.Event[ft.TextField]], Awaitable[None] | None],
) -> Callable[[ft.Event[ft.TextField]], Awaitable[None]]:
    async def change(event: ft.Event[ft.TextField]) -> None:
        if (work := typed(event)) is not None:
            await work

    return change
