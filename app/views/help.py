"""Help and settings: language, text size, light or dark, what to do when something goes wrong, versions."""

import flet as ft

from app.state import Theme
from app.views.parts import buttons, writing
from app.views.parts.language import language_choices
from app.views.parts.layout import card, screen
from app.views.parts.sync_chip import cause_in_full
from app.views.scene import Scene, use_scene

TEXT_PERCENTS = (100, 125, 150, 200)
CARDS = ("assist", "roll_call", "end", "mistake", "lost")


@ft.component
def Help() -> ft.Control:
    """Everything a tap away; nothing here touches a record."""
    scene = use_scene()
    return screen(
        scene,
        scene.text("nav.help"),
        [
            card(scene, [writing.section(scene, scene.text("help.language")), language_choices(scene)]),
            card(scene, [writing.section(scene, scene.text("help.text")), _text_sizes(scene)]),
            card(scene, [writing.section(scene, scene.text("help.theme")), _themes(scene)]),
            _sending(scene),
            *(_card(scene, each) for each in CARDS),
            _about(scene),
        ],
    )


def _text_sizes(scene: Scene) -> ft.Control:
    def chooser(percent: int) -> buttons.Tapped:
        async def choose() -> None:
            await scene.stage.shifts.prefer(text_percent=percent)

        return choose

    now = scene.now.preferences.text_percent
    return buttons.choices(
        [buttons.choice(scene, f"{each} %", chooser(each), is_chosen=each == now) for each in TEXT_PERCENTS]
    )


def _themes(scene: Scene) -> ft.Control:
    def chooser(wanted: Theme) -> buttons.Tapped:
        async def choose() -> None:
            await scene.stage.shifts.prefer(theme=wanted)

        return choose

    now = scene.now.preferences.theme
    return buttons.choices(
        [
            buttons.choice(scene, scene.words.label("theme", each), chooser(each), is_chosen=each == now)
            for each in Theme
        ]
    )


def _sending(scene: Scene) -> ft.Control:
    """What became of the work, in full words, and a way to try now."""
    sync = scene.now.sync
    said = cause_in_full(scene) or (
        scene.words.count("chip.waiting", sync.waiting) if sync.waiting else scene.text("help.sent")
    )
    again = buttons.secondary(scene, scene.text("help.send_now"), scene.stage.syncing.send_now, icon=ft.Icons.REFRESH)
    return card(scene, [writing.section(scene, scene.text("help.sending")), writing.body(scene, said), again])


def _card(scene: Scene, id: str) -> ft.Control:
    return card(
        scene,
        [writing.section(scene, scene.text(f"card.{id}")), writing.body(scene, scene.text(f"card.{id}.text"))],
    )


def _about(scene: Scene) -> ft.Control:
    catalogue = scene.library.catalogue
    lines = [
        scene.text("help.version", app=scene.stage.version, catalogue=catalogue.version, n=len(catalogue.procedures)),
        scene.text("help.privacy"),
    ]
    if scene.now.recovered:
        lines.append(scene.text("help.recovered", what=scene.now.recovered))
    return card(
        scene, [writing.section(scene, scene.text("help.about")), *(writing.body(scene, each) for each in lines)]
    )
