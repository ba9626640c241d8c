"""Help and settings: language, text size, light or dark, short cards for when something is new or goes wrong."""

import flet as ft

from app.state import Theme
from app.views.enrol import Enrol
from app.views.parts import buttons, writing
from app.views.parts.language import language_choices
from app.views.parts.layout import card, grid, screen
from app.views.parts.sync_chip import cause_in_full
from app.views.scene import Scene, use_scene
from sync.protocol.messages import PROTOCOL

TEXT_PERCENTS = (100, 125, 150, 200)
CARDS = ("assist", "roll_call", "end", "mistake", "lost")


@ft.component
def Help() -> ft.Control:
    """Everything a tap away; nothing here touches a record."""
    scene = use_scene()
    enrols, let_enrol = ft.use_state(False)
    if enrols:
        return screen(scene, scene.text("nav.help"), [Enrol(lambda: let_enrol(False))])
    return screen(
        scene,
        scene.text("nav.help"),
        [
            card(scene, [writing.section(scene, scene.text("help.language")), language_choices(scene)]),
            card(scene, [writing.section(scene, scene.text("help.text")), _text_sizes(scene), _example(scene)]),
            card(scene, [writing.section(scene, scene.text("help.theme")), _themes(scene)]),
            _practice(scene),
            *([] if scene.now.is_practice else [_sending(scene, lambda: let_enrol(True))]),
            writing.section(scene, scene.text("help.cards")),
            grid([_card(scene, each) for each in CARDS], across=2 if scene.look.is_expanded else 1),
            _keys(scene),
            _coordination(scene),
            _legal(scene),
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


def _example(scene: Scene) -> ft.Control:
    return writing.body(scene, scene.text("help.example"), color=scene.palette.secondary.ink)


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


def _practice(scene: Scene) -> ft.Control:
    practice = scene.stage.practice
    words, turn = ("leave", practice.end) if scene.now.is_practice else ("enter", practice.begin)
    button = buttons.secondary(scene, scene.text(f"practice.{words}"), turn, icon=ft.Icons.SCHOOL_OUTLINED)
    heading = writing.section(scene, scene.text("practice.title"))
    return card(scene, [heading, writing.body(scene, scene.text("practice.text")), button])


def _sending(scene: Scene, enrol: buttons.Tapped) -> ft.Control:
    """What became of the work, in full words, a way to try now, and to be let in where no centre knows the tablet."""
    sync = scene.now.sync
    said = cause_in_full(scene) or (
        scene.words.count("chip.waiting", sync.waiting) if sync.waiting else scene.text("help.sent")
    )
    again = buttons.secondary(scene, scene.text("help.send_now"), scene.stage.syncing.send_now, icon=ft.Icons.REFRESH)
    ways: list[ft.Control] = [again]
    if scene.stage.enrolling.is_wanted:
        ways.append(buttons.secondary(scene, scene.text("enrol.open"), enrol, icon=ft.Icons.LINK))
    return card(scene, [writing.section(scene, scene.text("help.sending")), writing.body(scene, said), *ways])


def _card(scene: Scene, id: str) -> ft.Control:
    return card(
        scene,
        [writing.section(scene, scene.text(f"card.{id}")), writing.body(scene, scene.text(f"card.{id}.text"))],
    )


def _keys(scene: Scene) -> ft.Control:
    heading = writing.section(scene, scene.text("help.keys"))
    return card(scene, [heading, writing.body(scene, scene.text("help.keys.text"))])


def _coordination(scene: Scene) -> ft.Control:
    """Whom to tell: what the tablet cannot solve, a person can."""
    phone = scene.library.centres.phone
    said = (
        scene.text("help.phone", phone=phone.number, start=f"{phone.start:%H:%M}", end=f"{phone.end:%H:%M}")
        if phone
        else scene.text("help.no_phone")
    )
    lines = (scene.text("help.coordination.text"), said)
    heading = writing.section(scene, scene.text("help.coordination"))
    return card(scene, [heading, *(writing.body(scene, each) for each in lines)])


def _legal(scene: Scene) -> ft.Control:
    draft = writing.body(scene, scene.text("help.legal.draft"), color=scene.palette.review.ink, is_bold=True)
    heading = writing.section(scene, scene.text("help.legal"))
    return card(scene, [heading, draft, writing.body(scene, scene.text("help.legal.text"))])


def _about(scene: Scene) -> ft.Control:
    catalogue, stage = scene.library.catalogue, scene.stage
    lines = [
        scene.text("help.versions", app=stage.version, store=stage.store_schema, protocol=PROTOCOL),
        scene.text("help.catalogue", edition=catalogue.version, n=len(catalogue.procedures)),
    ]
    if scene.now.recovered:
        lines.append(scene.text("help.recovered", what=scene.now.recovered))
    read = buttons.secondary(
        scene,
        scene.text("help.accessibility"),
        lambda: stage.go("/accessibility"),
        icon=ft.Icons.ACCESSIBILITY_NEW_OUTLINED,
    )
    heading = writing.section(scene, scene.text("help.about"))
    return card(scene, [heading, *(writing.body(scene, each) for each in lines), read])
