"""A number with a button on each side."""

from collections.abc import Callable

import flet as ft

from app import theme
from app.domain.workshops import MOST_PEOPLE
from app.views.parts import buttons, writing
from app.views.scene import Scene


def stepper(scene: Scene, words: str, value: int, changer: Callable[[int], buttons.Tapped]) -> ft.Control:
    """`changer(count)` is what a tap does; counts stay between 0 and 200."""
    less, more = max(value - 1, 0), min(value + 1, MOST_PEOPLE)
    number = ft.Semantics(content=writing.section(scene, str(value)), label=f"{words}: {value}", live_region=True)
    return ft.Container(
        ft.Row(
            [
                ft.Container(writing.body(scene, words), expand=True),
                buttons.icon_button(
                    scene, scene.text("stepper.less", what=words), ft.Icons.REMOVE_CIRCLE_OUTLINE, changer(less)
                ),
                number,
                buttons.icon_button(
                    scene, scene.text("stepper.more", what=words), ft.Icons.ADD_CIRCLE_OUTLINE, changer(more)
                ),
            ],
            spacing=theme.SPACE_S,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        )
    )
