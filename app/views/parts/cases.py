"""The open cases: a card each at home, a tab each on the case, by number and procedure."""

import flet as ft

from app import theme
from app.domain import open_cases
from app.domain.assisting import AssistDraft, Ending, clock_minutes
from app.theme import Tone
from app.views.parts import buttons, writing
from app.views.parts.dates import clock_time, duration
from app.views.parts.layout import card, grid
from app.views.parts.tappable import Face, tappable
from app.views.scene import Scene
from sync.protocol.vocabulary import Outcome


def case_cards(scene: Scene) -> list[ft.Control]:
    """What the connector has begun and not ended: a tap goes on with it, another stops its clock or starts it."""
    return [_card(scene, each) for each in scene.now.own_cases]


def case_tabs(scene: Scene, current: AssistDraft) -> list[ft.Control]:
    """The way from one open case to another; none while there is only this one."""
    cases = scene.now.own_cases
    if not any(each.id != current.id for each in cases):
        return []
    tabs = [
        buttons.choice(
            scene, called(scene, each), _opener(scene, each), is_chosen=each.id == current.id, icon=_icon(each)
        )
        for each in cases
    ]
    return [buttons.choices(tabs)]


def pause_questions(scene: Scene) -> list[ft.Control]:
    """What to do with a case that has been paused for very long."""
    now = scene.stage.clock()
    return [_question(scene, each) for each in scene.now.own_cases if open_cases.asks_about(each, now)]


def full_notice(scene: Scene) -> ft.Control:
    """Why no other case can be opened now, and what to do about it."""
    words = scene.text("cases.full", n=open_cases.MOST_OPEN)
    return ft.Semantics(content=card(scene, [writing.body(scene, words, is_bold=True)]), live_region=True)


def called(scene: Scene, draft: AssistDraft) -> str:
    """2 · Cita prèvia"""
    title = scene.procedure(draft.procedure_id)
    return f"{draft.number} · {title}" if draft.number else title


def pause_button(scene: Scene, draft: AssistDraft) -> ft.Control:
    """Stops the clock of the case on the screen, or starts it again."""
    if draft.paused_at:
        words = scene.text("assist.resume", at=clock_time(draft.paused_at))
        return buttons.quiet(scene, words, _pauser(scene, draft), icon=ft.Icons.PLAY_ARROW)
    return buttons.quiet(scene, scene.text("assist.pause"), _pauser(scene, draft), icon=ft.Icons.PAUSE)


def _card(scene: Scene, draft: AssistDraft) -> ft.Control:
    tone = _tone(scene, draft)
    words = ft.Column(
        [
            writing.body(scene, called(scene, draft), color=tone.ink, is_bold=True),
            writing.caption(scene, _how_long(scene, draft), color=tone.ink),
        ],
        spacing=2,
        expand=True,
    )
    go_on = writing.body(scene, scene.text("draft.go_on"), color=tone.ink, is_bold=True)
    content: list[ft.Control] = [words] if scene.look.is_large or scene.look.is_compact else [words, go_on]
    if content == [words]:
        words.controls.append(go_on)
    row = ft.Row(content, spacing=theme.SPACE_M)
    face = tappable(scene, row, _opener(scene, draft), Face(theme.SPACE_M, 12))
    face.expand = True
    name = scene.text("cases.resume" if draft.paused_at else "cases.pause", case=called(scene, draft))
    icon = ft.Icons.PLAY_ARROW if draft.paused_at else ft.Icons.PAUSE
    clock = buttons.icon_button(scene, name, icon, _pauser(scene, draft), color=tone.ink)
    return ft.Container(ft.Row([face, clock], spacing=theme.SPACE_S), bgcolor=tone.paper, border_radius=theme.RADIUS)


def _how_long(scene: Scene, draft: AssistDraft) -> str:
    """Sense acabar · 09:30 · 12 min · En pausa"""
    state = scene.text("cases.paused" if draft.paused_at else "cases.running")
    minutes = duration(scene, clock_minutes(draft, scene.stage.clock()))
    return " · ".join((scene.text("draft.unfinished"), clock_time(draft.started_at), minutes, state))


def _question(scene: Scene, draft: AssistDraft) -> ft.Control:
    assisting = scene.stage.assisting

    async def stays() -> None:
        await assisting.note(draft.id, pause_asked=True)

    async def returns() -> None:
        await assisting.finish(draft.id, Ending(Outcome.MUST_RETURN))
        scene.stage.go(f"/assist/{draft.id}")

    minutes = duration(scene, open_cases.paused_minutes(draft, scene.stage.clock()))
    answers = [
        buttons.secondary(scene, scene.text("cases.ask.resume"), _pauser(scene, draft), icon=ft.Icons.PLAY_ARROW),
        buttons.secondary(scene, scene.text("cases.ask.stay"), stays, icon=ft.Icons.PAUSE),
        buttons.secondary(
            scene, scene.words.label("outcome", Outcome.MUST_RETURN), returns, icon=ft.Icons.HOURGLASS_BOTTOM
        ),
    ]
    asked = writing.body(scene, scene.text("cases.ask", case=called(scene, draft), time=minutes), is_bold=True)
    across = 1 if scene.look.is_large or scene.look.is_compact else 3
    return ft.Semantics(content=card(scene, [asked, grid(answers, across=across)]), live_region=True)


def _tone(scene: Scene, draft: AssistDraft) -> Tone:
    return scene.palette.saved if draft.paused_at else scene.palette.sending


def _icon(draft: AssistDraft) -> ft.IconData | None:
    return ft.Icons.PAUSE if draft.paused_at else None


def _opener(scene: Scene, draft: AssistDraft) -> buttons.Tapped:
    return lambda: scene.stage.go(f"/assist/{draft.id}")


def _pauser(scene: Scene, draft: AssistDraft) -> buttons.Tapped:
    async def pause() -> None:
        await scene.stage.assisting.pause(draft.id)

    return pause
