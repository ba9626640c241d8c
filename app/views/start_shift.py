"""The start of a shift: where, "Start". The centre is proposed; nothing is invented where hours are not known."""

from functools import partial

import flet as ft

from app import theme
from app.domain.centres import remark_on_start
from app.domain.people import Connector
from app.views.parts import buttons, writing
from app.views.parts.clock import clock_notice
from app.views.parts.dates import long_date
from app.views.parts.language import language_choices
from app.views.parts.layout import across, grid, screen
from app.views.scene import Scene, use_scene


@ft.component
def StartShift() -> ft.Control:
    """One choice and a button; the connector's own choice is kept while the screen is open."""
    scene = use_scene()
    proposal = scene.now.proposal
    chosen, choose_centre = ft.use_state("")
    connector = next((each for each in scene.library.connectors if each.id == scene.now.entered), None)
    usual = connector.usual_centre if connector else None
    wanted = chosen or usual or (proposal.centre_id if proposal else None)
    centre = wanted if wanted and scene.library.centres.centre(wanted) else None

    async def start() -> None:
        if centre:
            await scene.stage.shifts.start(centre, scene.now.entered)

    foot = (
        buttons.primary(scene, scene.text("start.go"), start, icon=ft.Icons.PLAY_ARROW)
        if centre
        else _hint(scene, scene.text("start.missing_centre"))
    )
    return screen(
        scene,
        scene.text("start.title"),
        [
            *clock_notice(scene),
            writing.body(scene, long_date(scene, scene.stage.clock())),
            *_entered(scene, connector),
            language_choices(scene),
            *_practice(scene),
            writing.section(scene, scene.text("start.where")),
            *_basis(scene, centre),
            *_remark(scene, centre),
            grid(
                [
                    _tile(
                        scene,
                        each.name.in_(scene.words.language),
                        each.id == centre,
                        partial(choose_centre, each.id),
                    )
                    for each in scene.library.centres.centres
                ],
                across=across(scene, most=3),
            ),
        ],
        foot=ft.Container(foot, padding=ft.Padding.only(bottom=theme.SPACE_M)),
    )


def _practice(scene: Scene) -> list[ft.Control]:
    """For who has just come: nothing has to be set up for it."""
    if scene.now.is_practice:
        return []
    words = scene.text("practice.enter")
    return [ft.Row([buttons.quiet(scene, words, scene.stage.practice.begin, icon=ft.Icons.SCHOOL_OUTLINED)])]


def _entered(scene: Scene, connector: Connector | None) -> list[ft.Control]:
    """Who is in, and what they are asked to keep in mind."""
    name = scene.connector(connector) if connector else scene.now.entered
    return [writing.body(scene, scene.text("start.entered", who=name))]


def _tile(scene: Scene, words: str, is_chosen: bool, on_click: buttons.Tapped) -> ft.Control:
    tone = scene.palette.sending if is_chosen else None
    mark = scene.text("choice.chosen") if is_chosen else ""
    return buttons.tile(scene, words, on_click, note=mark, tone=tone, icon=ft.Icons.CHECK_CIRCLE if is_chosen else None)


def _basis(scene: Scene, centre_id: str | None) -> list[ft.Control]:
    """Why this centre is proposed, when it is."""
    proposal = scene.now.proposal
    if proposal is None or proposal.centre_id is None or proposal.centre_id != centre_id:
        return []
    words = scene.text(f"start.basis.{proposal.basis}")
    if proposal.is_inferred:
        words += " " + scene.text("start.inferred")
    return [writing.caption(scene, words)]


def _remark(scene: Scene, centre_id: str | None) -> list[ft.Control]:
    """A quiet word when the support point is closed by the published hours; the shift starts all the same."""
    centres = scene.library.centres
    centre = centres.centre(centre_id) if centre_id else None
    remark = remark_on_start(centres, centre, scene.stage.clock()) if centre else None
    return [writing.caption(scene, scene.text(f"start.remark.{remark}"))] if remark else []


def _hint(scene: Scene, words: str) -> ft.Control:
    return ft.Container(
        writing.body(scene, words, color=scene.palette.secondary.ink),
        padding=ft.Padding.symmetric(vertical=20),
        alignment=ft.Alignment.CENTER,
    )
