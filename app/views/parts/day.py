"""A shift as its day looks at the end: in numbers, and what is missing of it, each a tap away from being mended."""

from datetime import datetime
from functools import partial

import flet as ft

from app import theme
from app.domain.assisting import AssistDraft
from app.domain.plan import PlannedSession
from app.domain.sessions import Choice
from app.domain.workshops import SessionDraft
from app.state import Draft
from app.views.parts import buttons, writing
from app.views.parts.cases import called
from app.views.parts.dates import duration, hours
from app.views.parts.lines import draft_rows
from app.views.parts.subjects import request_name, sessions_name
from app.views.parts.tappable import is_hasty
from app.views.scene import Scene, use_scene
from sync.protocol.vocabulary import SessionKind


def totals(scene: Scene) -> ft.Control:
    """9 ajudes (7 fetes) · 1 taller (11 persones) · 3 h 05 min: what there was none of is left out."""
    day, words = scene.now.totals, scene.words
    # Whoever comes to two workshops is counted twice: of several, these are attendances.
    came = "totals.people" if day.sessions == 1 else "totals.attendances"
    parts = [f"{words.count('totals.assists', day.assists)} ({words.count('totals.completed', day.completed)})"]
    if day.sessions:
        parts.append(f"{words.count('totals.sessions', day.sessions)} ({words.count(came, day.attendances)})")
    return writing.body(scene, " · ".join([*parts, duration(scene, day.minutes)]), is_bold=True)


def gaps(scene: Scene) -> list[ft.Control]:
    """Cases and lists that are still open, and sessions of the plan that have begun and that nobody has a list of."""
    return [*_unfinished(scene), *_without_list(scene)]


def _unfinished(scene: Scene) -> list[ft.Control]:
    """They stay on the tablet as drafts and are not sent."""
    drafts = scene.now.unfinished
    ids = "+".join(each.id for each in drafts)  # when others are left, it appears anew
    return [Unfinished(drafts, key=ids)] if drafts else []  # type: ignore[call-arg]  # every component takes a key


@ft.component
def Unfinished(drafts: tuple[Draft, ...]) -> ft.Control:
    """What was begun, each with a way to drop it, but what had been saved before."""
    scene = use_scene()
    since, _ = ft.use_state(scene.stage.clock())
    is_over = scene.now.shift is not None and scene.now.shift.ended_at is not None
    words = scene.words.count("end.left_open" if is_over else "end.unfinished", len(drafts))
    rows: list[ft.Control] = [_warning(scene, words)]
    for each in drafts:
        rows += draft_rows(scene, [each])
        if not is_over and not scene.now.is_saved(each.id) and each.id not in scene.now.corrections:
            rows.append(_discard(scene, each, since))
    return ft.Column(rows, spacing=theme.SPACE_M, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _discard(scene: Scene, draft: Draft, since: datetime) -> ft.Control:
    """Whoever only looked something up has opened what nobody will finish; it can be taken back, like all else. Only
    one thing can be: the next one comes under the finger, and the second of two quick taps does nothing."""
    if isinstance(draft, AssistDraft):
        name, discard = called(scene, draft), scene.stage.assisting.discard
    elif isinstance(draft, SessionDraft):
        name, discard = sessions_name(scene, draft.module_ids), scene.stage.workshops.discard
    else:
        name = request_name(scene, (draft.group_type or "", *draft.module_ids))
        discard = scene.stage.requests.discard

    async def drop() -> None:
        if not is_hasty(scene, since):
            await discard(draft.id)

    return buttons.quiet(scene, scene.text("end.discard", case=name), drop, icon=ft.Icons.DELETE_OUTLINE)


def _without_list(scene: Scene) -> list[ft.Control]:
    missing = _sessions_without_list(scene)
    if not missing:
        return []
    tiles: list[ft.Control] = [
        buttons.tile(
            scene,
            sessions_name(scene, each.module_ids),
            partial(_open_list, scene, each),
            note=f"{hours(each.start, each.end)} · {scene.text('end.take_list')}",
            icon=ft.Icons.CHECKLIST,
            tone=scene.palette.saved,
        )
        for each in missing
    ]
    return [_warning(scene, scene.words.count("end.without_list", len(missing))), *tiles]


def _sessions_without_list(scene: Scene) -> list[PlannedSession]:
    """Of today, here. Once the shift is over nobody can take a list: the next shift can."""
    now, shift = scene.stage.clock(), scene.now.shift
    if shift is None or shift.ended_at:
        return []
    begun = {each.module_ids for each in scene.now.drafts if isinstance(each, SessionDraft)}
    return [
        each
        for each in scene.now.planned
        if (each.day, each.centre_id) == (now.date(), shift.centre_id)
        and each.start <= now.time()
        and each.module_ids not in begun
    ]


async def _open_list(scene: Scene, planned: PlannedSession) -> None:
    choice = Choice(SessionKind.PLAN, planned.module_ids, planned.centre_id)
    if draft_id := await scene.stage.workshops.begin(choice):
        scene.stage.go(f"/roll-call/{draft_id}")


def _warning(scene: Scene, words: str) -> ft.Control:
    row = ft.Row(
        [
            ft.Icon(ft.Icons.ERROR_OUTLINE, color=scene.palette.saved.ink, size=scene.look.size(24)),
            ft.Container(writing.body(scene, words, color=scene.palette.saved.ink), expand=True),
        ],
        spacing=theme.SPACE_M,
    )
    return ft.Container(row, bgcolor=scene.palette.saved.paper, padding=theme.SPACE_M, border_radius=theme.RADIUS)
