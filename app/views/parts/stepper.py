"""A number with a button on each side."""

import flet as ft

from app import theme
from app.views.parts import buttons, writing
from app.views.scene import Scene


def stepper(scene: Scene, words: str, value: int, *, less: buttons.Tapped, more: buttons.Tapped) -> ft.Control:
    """`less` and `more` change what is stored by one, whatever it is by then: taps may come faster than redraws."""
    number = ft.Semantics(content=writing.section(scene, str(value)), label=f"{words}: {value}", live_region=True)
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
