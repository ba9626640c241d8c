"""How long a case took: by the clock, or as it usually takes; corrected with one tap, or typed."""

from dataclasses import replace

import flet as ft

from app.domain.assisting import MINUTES, AssistDraft, active_minutes, entry_mode
from app.domain.catalogue import LONGEST_MINUTES, Procedure
from app.domain.durations import minutes_typed
from app.views.parts import buttons, writing
from app.views.parts.fields import field
from app.views.parts.layout import card
from app.views.scene import Scene, use_scene
from sync.protocol.vocabulary import EntryMode


@ft.component
def Minutes(draft: AssistDraft, procedure: Procedure) -> ft.Control:
    """What will be saved, and the ways to correct it."""
    scene = use_scene()
    is_typing, start_typing = ft.use_state(False)
    procedure = replace(procedure, default_minutes=scene.now.usual.get(procedure.id, procedure.default_minutes))
    now = scene.stage.clock()
    minutes = active_minutes(draft, procedure, now)
    is_usual = draft.minutes is None and entry_mode(draft, now) == EntryMode.QUICK
    chosen = minutes if is_usual else draft.minutes
    saved = saved_minutes(scene, draft)
    words = "assist.minutes.usual" if is_usual else "assist.minutes.clock"
    words = "assist.minutes.corrected" if draft.minutes else words
    said = "assist.minutes.saved" if saved and draft.minutes == saved else words
    chips = [_chip(scene, draft, each, is_chosen=each == chosen) for each in sorted({*MINUTES, chosen or MINUTES[0]})]
    other = buttons.choice(scene, scene.text("assist.minutes.other"), lambda: start_typing(True))
    return card(
        scene,
        [
            writing.section(scene, scene.text("assist.minutes")),
            writing.caption(scene, scene.text(said, n=minutes)),
            buttons.choices(chips if is_typing else [*chips, other]),
            *([TypedMinutes(draft)] if is_typing else []),
        ],
    )


@ft.component
def TypedMinutes(draft: AssistDraft) -> ft.Control:
    """A number of minutes by hand. What is none is said at once, and nothing of it is kept."""
    scene = use_scene()
    typed, keep = ft.use_state("")
    is_wrong = bool(typed.strip()) and minutes_typed(typed) is None

    async def change(words: str) -> None:
        keep(words)
        minutes = minutes_typed(words) or saved_minutes(scene, draft)
        await scene.stage.assisting.note(draft.id, minutes=minutes)

    return field(
        scene,
        scene.text("assist.minutes"),
        typed,
        change,
        keyboard_type=ft.KeyboardType.NUMBER,
        max_length=20,
        autofocus=True,
        error=scene.text("assist.minutes.wrong", most=LONGEST_MINUTES) if is_wrong else None,
    )


def _chip(scene: Scene, draft: AssistDraft, minutes: int, *, is_chosen: bool) -> ft.Control:
    async def choose() -> None:
        otherwise = saved_minutes(scene, draft)
        await scene.stage.assisting.note(draft.id, minutes=otherwise if draft.minutes == minutes else minutes)

    return buttons.choice(scene, str(minutes), choose, is_chosen=is_chosen)


def saved_minutes(scene: Scene, draft: AssistDraft) -> int | None:
    """What a record that is corrected says; None of a new case: its clock says it."""
    correction = scene.now.corrections.get(draft.id)
    return correction.saved.active_minutes if correction else None
