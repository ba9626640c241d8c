"""The accessibility statement: what was tested, what was not, what is known to be amiss, and where to complain."""

import flet as ft

from app.views.parts import writing
from app.views.parts.layout import card, screen
from app.views.scene import use_scene

PARTS = ("status", "tested", "untested", "faults", "complain")


@ft.component
def Accessibility() -> ft.Control:
    """The same as docs/accessibility.md, shorter, in the language of the screen."""
    scene = use_scene()
    parts: list[ft.Control] = [
        card(
            scene,
            [
                writing.section(scene, scene.text(f"accessibility.{each}")),
                writing.body(scene, scene.text(f"accessibility.{each}.text")),
            ],
        )
        for each in PARTS
    ]
    return screen(scene, scene.text("help.accessibility"), parts, back="/help")
