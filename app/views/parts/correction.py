"""A saved case that is open again: a band that says so, the way back to its record, a card at home while it waits."""

import flet as ft

from app import theme
from app.domain.assisting import AssistDraft
from app.state import Snapshot
from app.views.parts import buttons, writing
from app.views.parts.dates import clock_time, short_date
from app.views.parts.layout import grid
from app.views.parts.subjects import result_words
from app.views.parts.tappable import Face, tappable
from app.views.scene import Scene
from sync.protocol.records import Kind


def corrected_record(now: Snapshot, route: str) -> str | None:
    """Where the record is that is corrected on the screen of this route; None on any other screen."""
    return next((f"/records/{id}" for id in now.corrections if route == f"/assist/{id}"), None)


def left_for(now: Snapshot, draft: AssistDraft) -> str:
    """Where one is when a case is over or left: at its record if that is corrected, else at home."""
    return corrected_record(now, f"/assist/{draft.id}") or "/"


def correction_band(scene: Scene, draft: AssistDraft) -> list[ft.Control]:
    """What is corrected and what it says now, so that nobody takes it for a new help; nothing on a new one."""
    correction = scene.now.corrections.get(draft.id)
    if correction is None:
        return []
    at = correction.saved.created_at or draft.started_at
    when = f"{short_date(scene, at)} {clock_time(at)}" if at else ""
    result = result_words(scene, Kind.ASSIST, str(correction.saved.outcome))
    said = scene.text("correction.what", when=when, result=result)
    said += f" · {scene.words.label('revision', draft.reason)}" if draft.reason else ""
    tone = scene.palette.saved
    sign = ft.Icon(ft.Icons.EDIT_NOTE, color=tone.ink, size=scene.look.size(28))
    words = ft.Container(writing.body(scene, said, color=tone.ink, is_bold=True), expand=True)
    what = ft.Row([sign, words], spacing=theme.SPACE_M)
    stacked = scene.look.is_large or not scene.look.is_expanded
    band = ft.Container(
        grid([what, _leave(scene, draft)], across=1 if stacked else 2),
        bgcolor=tone.paper,
        border_radius=theme.RADIUS,
        padding=theme.SPACE_S + 4,
    )
    return [ft.Semantics(content=band, live_region=True)]


def correction_cards(scene: Scene) -> list[ft.Control]:
    """At home: what was changed in a form and not saved yet, to go on with or to leave."""
    return [_card(scene, each) for each in scene.now.open_corrections]


def _card(scene: Scene, draft: AssistDraft) -> ft.Control:
    tone = scene.palette.draft
    said = scene.text("correction.unfinished")
    words = [
        writing.body(scene, scene.procedure(draft.procedure_id), color=tone.ink, is_bold=True),
        writing.caption(scene, f"{said} · {clock_time(draft.started_at)}", color=tone.ink),
        writing.body(scene, scene.text("draft.go_on"), color=tone.ink, is_bold=True),
    ]
    go_on = Face(theme.SPACE_S, 12, tone, ring=tone.ink)
    face = tappable(scene, ft.Column(list(words), spacing=2), lambda: scene.stage.go(f"/assist/{draft.id}"), go_on)
    across = 1 if scene.look.is_large or scene.look.is_compact else 2
    return ft.Container(
        grid([face, _leave(scene, draft)], across=across),
        bgcolor=tone.paper,
        border_radius=theme.RADIUS,
        padding=theme.SPACE_S,
    )


def _leave(scene: Scene, draft: AssistDraft) -> ft.Control:
    async def leave() -> None:
        await scene.stage.correcting.leave(draft.id)
        scene.stage.go(f"/records/{draft.id}")

    return buttons.secondary(scene, scene.text("correction.leave"), leave, icon=ft.Icons.ARROW_BACK)
