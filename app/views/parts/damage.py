"""That something on this tablet could not be read: where it is, and whom to tell."""

import flet as ft

from app.views.parts import buttons, writing
from app.views.parts.layout import card
from app.views.scene import Scene


def damage_notice(scene: Scene) -> list[ft.Control]:
    """Nothing where nothing was damaged. Whoever is in can say that they know; at the door it stays."""
    if not scene.now.damaged:
        return []
    said = writing.boxed(scene, scene.words.count("damaged", scene.now.damaged), scene.palette.review)
    if not scene.now.entered:
        return [said]
    words = scene.text("damaged.seen")
    return [card(scene, [said, buttons.secondary(scene, words, scene.stage.damage.seen, icon=ft.Icons.CHECK)])]
