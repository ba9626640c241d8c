"""The one line that says what became of the work, on every screen in the same place. It reads the disk's counts."""

from collections.abc import Callable

import flet as ft

from app.domain.archive import Shown, Wanted
from app.theme import Tone
from app.views.parts.chips import chip
from app.views.parts.dates import clock_time
from app.views.scene import Scene
from sync.client.phase import Cause, Fetching, Sending, Stopped, Waiting


def sync_chip(scene: Scene) -> ft.Control:
    """Review first, and a tap leads there; then what waits; green only when the centre has acknowledged everything. A
    tap shows the records it speaks of."""
    words, icon, tone = _said(scene)
    on_click = _leads_to(scene)
    shown = chip(scene, words, icon, tone, on_click)
    return ft.Semantics(content=shown, identifier="sync-chip", live_region=True, button=on_click is not None)


def _leads_to(scene: Scene) -> Callable[[], None] | None:
    """Nowhere before a shift, and after it only to what is to be reviewed: there is no other screen then."""
    now, stage = scene.now, scene.stage
    if now.sync.review and now.shift and not (now.trouble or now.is_practice):
        return lambda: stage.go("/review")
    if now.shift is None or now.shift.ended_at:
        return None

    def show_records() -> None:
        stage.state.wanted = Wanted(shown=Shown.WAITING if now.sync.waiting else Shown.ALL)
        stage.go("/records")

    return show_records


def _said(scene: Scene) -> tuple[str, ft.IconData, Tone]:
    sync, palette, words = scene.now.sync, scene.palette, scene.words
    if scene.now.is_practice:
        return scene.text("chip.practice"), ft.Icons.SCHOOL_OUTLINED, palette.practice
    if scene.now.trouble:
        return scene.text("chip.trouble"), ft.Icons.REPORT_OUTLINED, palette.review
    if sync.review:
        return words.count("chip.review", sync.review), ft.Icons.ERROR_OUTLINE, palette.review
    if sync.waiting:
        if isinstance(sync.phase, Sending):
            numbers = scene.text("chip.sending", done=sync.phase.done, total=sync.phase.total)
            return numbers, ft.Icons.SYNC, palette.sending
        return words.count("chip.waiting", sync.waiting) + _why(scene), ft.Icons.SCHEDULE, palette.saved
    if sync.last_sent_at is None:
        return scene.text("chip.nothing"), ft.Icons.CHECK, palette.draft
    return scene.text("chip.sent", at=clock_time(sync.last_sent_at)), ft.Icons.CLOUD_DONE_OUTLINED, palette.sent


def _why(scene: Scene) -> str:
    """Why it is still waiting, when there is more to say than "not yet"."""
    sync = scene.now.sync
    match sync.phase:
        case Waiting(cause=Cause.NO_CONNECTION) if sync.offline_since:
            return " · " + scene.text("chip.offline", at=clock_time(sync.offline_since))
        case Waiting(cause=cause) | Stopped(cause=cause):
            return " · " + scene.text(f"cause.short.{cause}")
        case Fetching():
            return ""
    return ""


def cause_in_full(scene: Scene) -> str | None:
    """What happened, whether the work is safe, and what to do: one message per cause; None when there is no trouble."""
    match scene.now.sync.phase:
        case Waiting(cause=cause) | Stopped(cause=cause):
            return scene.text(f"cause.{cause}")
    return None
