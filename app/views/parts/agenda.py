"""The sessions of the plan as things to tap: the one of now, those of today, those still without a list."""

import flet as ft

from app.domain.plan import Agenda, PlannedSession, agenda
from app.domain.sessions import Choice
from app.views.parts import buttons, writing
from app.views.parts.dates import hours, long_date
from app.views.parts.layout import across, grid
from app.views.parts.subjects import sessions_name
from app.views.scene import Scene
from sync.protocol.vocabulary import SessionKind


def agenda_of(scene: Scene, centre_id: str) -> Agenda:
    """The plan of a centre as it stands to this moment."""
    return agenda(scene.now.planned, centre_id, scene.stage.clock())


def roll_call_way(scene: Scene) -> buttons.Tapped:
    """Straight to the list of the workshop of now, else to where one is chosen."""
    now = _agenda_here(scene).now
    return opener(scene, now) if now else lambda: scene.stage.go("/workshops/choose")


def _agenda_here(scene: Scene) -> Agenda:
    return agenda_of(scene, scene.now.shift.centre_id if scene.now.shift else "")


def roll_call_tile(scene: Scene) -> ft.Control:
    """Home's second action."""
    here = _agenda_here(scene)
    note = scene.text("today.roll_call.note")
    if here.now:
        what = sessions_name(scene, here.now.module_ids)
        note = scene.text("today.roll_call.now", what=what, at=f"{here.now.start:%H:%M}")
    elif here.today:
        note = scene.words.count("today.roll_call.today", len(here.today))
    return buttons.tile(
        scene,
        scene.text("today.roll_call"),
        roll_call_way(scene),
        note=note,
        icon=ft.Icons.CHECKLIST,
        tone=scene.palette.primary,
    )


def planned_parts(scene: Scene, centre_id: str) -> tuple[list[ft.Control], list[ft.Control]]:
    """What comes first, and what comes last: without a list, in amber, and of today; and of the days to come."""
    here = agenda_of(scene, centre_id)
    late = [_tile(scene, each, is_late=True) for each in here.late]
    today = [_tile(scene, each) for each in here.today]
    coming = [_line(scene, each) for each in here.coming[:MOST_COMING]]
    return (
        [*_part(scene, "workshops.late", late), *_part(scene, "workshops.planned", today)],
        _part(scene, "workshops.coming", coming, wide=True),
    )


MOST_COMING = 8


def opener(scene: Scene, planned: PlannedSession) -> buttons.Tapped:
    """Opens the list of a planned session."""

    async def open_list() -> None:
        choice = Choice(SessionKind.PLAN, planned.module_ids, planned.centre_id)
        if draft_id := await scene.stage.workshops.begin(choice, planned):
            scene.stage.go(f"/roll-call/{draft_id}")

    return open_list


def _part(scene: Scene, words: str, controls: list[ft.Control], *, wide: bool = False) -> list[ft.Control]:
    if not controls:
        return []
    return [
        writing.section(scene, scene.text(words)),
        grid(controls, across=1 if wide else across(scene, most=2)),
    ]


def _tile(scene: Scene, planned: PlannedSession, *, is_late: bool = False) -> ft.Control:
    at = hours(planned.start, planned.end)
    return buttons.tile(
        scene,
        sessions_name(scene, planned.module_ids),
        opener(scene, planned),
        note=f"{long_date(scene, planned.starts_at)} · {at}" if is_late else at,
        icon=ft.Icons.WARNING_AMBER_OUTLINED if is_late else None,
        tone=scene.palette.saved if is_late else None,
    )


def _line(scene: Scene, planned: PlannedSession) -> ft.Control:
    when = f"{long_date(scene, planned.starts_at)} · {hours(planned.start, planned.end)}"
    return ft.Column(
        [writing.body(scene, sessions_name(scene, planned.module_ids)), writing.caption(scene, when)], spacing=2
    )
