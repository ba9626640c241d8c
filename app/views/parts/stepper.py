"""A number with a button on each side."""

import flet as ft

from app import theme
from app.views.parts import buttons, writing
from app.views.scene import Scene

THREE_DIGITS = 34
"""How wide every number is, in dp at 100 %, so that the buttons of steppers stand below one another."""


def stepper(scene: Scene, words: str, value: int, *, less: buttons.Tapped, more: buttons.Tapped) -> ft.Control:
    """`less` and `more` change what is stored by one, whatever it is by then: taps may come faster than redraws."""
    shown = writing.body(scene, str(value), is_bold=True)
    shown.width, shown.text_align = scene.look.size(THREE_DIGITS), ft.TextAlign.CENTER
    number = ft.Semantics(content=shown, label=f"{words}: {value}", live_region=True)
    remove, add = ft.Icons.REMOVE_CIRCLE_OUTLINE, ft.Icons.ADD_CIRCLE_OUTLINE
    return ft.Row(
        [
            ft.Container(writing.body(scene, words), expand=True),
            buttons.icon_button(scene, scene.text("stepper.less", what=words), remove, less),
            number,
            buttons.icon_button(scene, scene.text("stepper.more", what=words), add, more),
        ],
        spacing=theme.SPACE_S,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
