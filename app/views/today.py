"""Home: two big actions, the procedures most helped with, the day's list, the end of the shift."""

import flet as ft

from app import theme
from app.domain.assisting import AssistDraft
from app.domain.open_cases import is_full
from app.views.parts import buttons, writing
from app.views.parts.agenda import roll_call_tile
from app.views.parts.cases import case_cards, full_notice, pause_questions
from app.views.parts.clock import clock_notice
from app.views.parts.correction import correction_cards
from app.views.parts.damage import damage_notice
from app.views.parts.dates import duration, long_date
from app.views.parts.layout import across, grid, screen, together
from app.views.parts.lines import draft_rows, line_rows
from app.views.scene import Scene, use_scene
from app.views.waiting import waiting_button
from sync.protocol.records import Kind

NEWEST = 8
"""Of what was saved in this shift, as many of the newest are drawn after each tap; for the rest somebody asks."""


@ft.component
def Today() -> ft.Control:
    """The screen a connector sees between one citizen and the next."""
    scene = use_scene()
    shows_all, show_all = ft.use_state(False)
    heading = f"{scene.text('nav.today')} · {long_date(scene, scene.stage.clock())}"
    return screen(
        scene,
        heading,
        [
            together([*damage_notice(scene), *clock_notice(scene), *pause_questions(scene), _actions(scene)]),
            *_quick(scene),
            *waiting_button(scene),
            writing.section(scene, _summary(scene)),
            *_done(scene, most=None if shows_all else NEWEST, show_all=lambda: show_all(True)),
            ft.Container(
                buttons.secondary(
                    scene, scene.text("today.end"), lambda: scene.stage.go("/end-of-shift"), icon=ft.Icons.LOGOUT
                ),
                padding=ft.Padding.only(top=theme.SPACE_S),
            ),
        ],
    )


def _actions(scene: Scene) -> ft.Control:
    actions: list[ft.Control] = [
        buttons.tile(
            scene,
            scene.text("today.new_assist"),
            lambda: scene.stage.go("/assist"),
            note=scene.text("today.new_assist.note"),
            icon=ft.Icons.ADD_CIRCLE_OUTLINE,
            tone=scene.palette.primary,
        ),
        roll_call_tile(scene),
    ]
    return grid(actions, across=2 if scene.look.is_expanded else 1)


def _quick(scene: Scene) -> list[ft.Control]:
    """The procedures most helped with here, one tap from their case, unless no other case may be opened."""
    heading = writing.section(scene, scene.text("today.pinned"))
    if is_full(scene.now.own_cases):
        return [heading, full_notice(scene)]
    return [
        heading,
        grid([_pinned(scene, each) for each in scene.now.pinned], across=across(scene, most=4)),
        *_again(scene),
    ]


def _pinned(scene: Scene, procedure_id: str) -> ft.Control:
    async def begin() -> None:
        if draft_id := await scene.stage.assisting.begin(procedure_id):
            scene.stage.go(f"/assist/{draft_id}")

    return buttons.tile(scene, scene.procedure(procedure_id), begin)


def _again(scene: Scene) -> list[ft.Control]:
    """The last help once more, for the next of several people who come for the same."""
    helps = (each for each in scene.now.shift_lines if each.kind == Kind.ASSIST)
    last = next((each for each in helps if scene.library.catalogue.procedure(each.subject[0])), None)
    if last is None:
        return []

    async def begin() -> None:
        if draft_id := await scene.stage.assisting.begin_again(last.id):
            scene.stage.go(f"/assist/{draft_id}")

    words = scene.text("today.again", what=scene.procedure(last.subject[0]))
    return [buttons.secondary(scene, words, begin, icon=ft.Icons.REPLAY)]


def _summary(scene: Scene) -> str:
    totals = scene.now.totals
    parts = [scene.words.count("totals.assists", totals.assists)]
    if totals.sessions:
        parts.append(scene.words.count("totals.sessions", totals.sessions))
    if totals.minutes:
        parts.append(duration(scene, totals.minutes))
    return " · ".join(parts)


def _done(scene: Scene, *, most: int | None, show_all: buttons.Tapped) -> list[ft.Control]:
    others = (each for each in scene.now.own_drafts if not isinstance(each, AssistDraft))
    open_cases = [*case_cards(scene), *correction_cards(scene)]
    lines = scene.now.shift_lines
    rows = [*open_cases, *draft_rows(scene, others), *line_rows(scene, lines[:most])]
    if more := len(lines) - len(lines[:most]):
        rows.append(buttons.quiet(scene, scene.words.count("today.more", more), show_all, icon=ft.Icons.EXPAND_MORE))
    return rows or [writing.body(scene, scene.text("today.empty"), color=scene.palette.secondary.ink)]
