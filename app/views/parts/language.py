"""The three languages, each called by its own name."""

import flet as ft

from app.i18n import LANGUAGES
from app.views.parts import buttons
from app.views.scene import Scene


def language_choices(scene: Scene) -> ft.Control:
    """One tap changes every screen; what is open stays open."""

    def chooser(language: str) -> buttons.Tapped:
        async def choose() -> None:
            await scene.stage.shifts.prefer(language=language)

        return choose

    return buttons.choices(
        [
            buttons.choice(scene, scene.text(f"language.{each}"), chooser(each), is_chosen=each == scene.words.language)
            for each in LANGUAGES
        ]
    )
