"""The end of a shift: what the day was, sending with real numbers, and a plain answer: one may leave, or not yet."""

import flet as ft

from app import theme
from app.services.carrying import Carried
from app.theme import Tone
from app.views.carrying import Codes, Ways, ways_to_carry
from app.views.parts import buttons, day, writing
from app.views.parts.dates import clock_time
from app.views.parts.layout import card, screen
from app.views.parts.lines import line_rows
from app.views.parts.sync_chip import cause_in_full
from app.views.scene import Scene, use_scene
from sync.client.phase import Fetching, Resting, Sending
from sync.protocol.vocabulary import Custody

NOTHING: Carried | None = None


@ft.component
def EndOfShift() -> ft.Control:
    """Before: the day and a button. After: what became of it. Codes stay on the screen while they are needed."""
    scene = use_scene()
    carried, show = ft.use_state(NOTHING)
    ways = Ways(show, *ft.use_state(""))
    shift = scene.now.shift
    if shift is None:
        return ft.Container()
    if carried and shift.ended_at and not _is_done(scene):
        return Codes(carried, ways)
    gaps = day.gaps(scene)  # before what sends, so that nobody goes without having read them
    content = [_outcome(scene, ways), *gaps] if shift.ended_at else [*gaps, _end(scene), *_to_review(scene)]
    content += [
        writing.section(scene, scene.text("end.day")),
        day.totals(scene),
        *line_rows(scene, scene.now.shift_lines),
    ]
    return screen(scene, scene.text("end.title", who=shift.connector_id), content, back=None if shift.ended_at else "/")


def _end(scene: Scene) -> ft.Control:
    async def end() -> None:
        if await scene.stage.shifts.end():
            await scene.stage.device.awake_during(scene.stage.syncing.send_now())

    words = scene.text("end.go")
    note = writing.body(scene, scene.text("end.note"), color=scene.palette.secondary.ink)
    return card(scene, [note, buttons.primary(scene, words, end, icon=ft.Icons.SEND_OUTLINED)])


def _is_done(scene: Scene) -> bool:
    """Both ends hold the same, and nothing is left for anybody."""
    sync = scene.now.sync
    return not sync.waiting and not sync.review and sync.is_compared(scene.now.shift)


def _outcome(scene: Scene, ways: Ways) -> ft.Control:
    sync = scene.now.sync
    if scene.now.is_practice:
        return _practised(scene)
    if isinstance(sync.phase, Sending):
        return _sending(scene, sync.phase)
    if isinstance(sync.phase, Fetching):
        return _verdict(scene, scene.palette.sending, ft.Icons.SYNC, scene.text("end.checking"), "", [])
    if not _is_done(scene):
        return _not_yet(scene, ways)
    leave = buttons.primary(scene, scene.text("end.leave"), _leaver(scene), icon=ft.Icons.LOGOUT)
    words = scene.text("end.saved_sent" if scene.now.unfinished else "end.all_sent")
    return _verdict(scene, scene.palette.sent, ft.Icons.CLOUD_DONE_OUTLINED, words, _receipt(scene), [leave])


def _practised(scene: Scene) -> ft.Control:
    stage = scene.stage
    actions = [
        buttons.primary(scene, scene.text("practice.leave"), stage.practice.end, icon=ft.Icons.LOGOUT),
        buttons.secondary(scene, scene.text("end.go_on"), stage.shifts.go_on, icon=ft.Icons.ARROW_BACK),
    ]
    note = scene.text("end.practised.note")
    return _verdict(scene, scene.palette.practice, ft.Icons.SCHOOL_OUTLINED, scene.text("end.practised"), note, actions)


def _receipt(scene: Scene) -> str:
    """How many records both ends hold, by the centre's clock, and the beginning of what they agreed on: the coordinator
    can ask for it."""
    phase = scene.now.sync.phase
    assert isinstance(phase, Resting) and phase.receipt, "nothing is compared without a receipt"
    count, digest, at = phase.receipt.count, phase.receipt.digest[:8].upper(), clock_time(phase.receipt.at)
    return scene.words.count("end.receipt", count, at=at, digest=f"{digest[:4]} {digest[4:]}")


def _sending(scene: Scene, phase: Sending) -> ft.Control:
    numbers = scene.text("chip.sending", done=phase.done, total=phase.total)
    share = phase.done / phase.total if phase.total else None
    bar = ft.ProgressBar(
        value=share,
        bar_height=12,
        color=scene.palette.sending.ink,
        bgcolor=scene.palette.raised.paper,
        semantics_label=numbers,
        semantics_value=round(share * 100) if share is not None else None,
    )
    go_on = buttons.quiet(scene, scene.text("end.go_on"), scene.stage.shifts.go_on, icon=ft.Icons.ARROW_BACK)
    return _verdict(scene, scene.palette.sending, ft.Icons.SYNC, numbers, scene.text("end.keep_open"), [bar, go_on])


def _not_yet(scene: Scene, ways: Ways) -> ft.Control:
    sync, stage = scene.now.sync, scene.stage

    async def again() -> None:
        await stage.device.awake_during(stage.syncing.send_now())

    if sync.waiting:
        words = scene.words.count("end.not_yet", sync.waiting)
    elif sync.review:
        words = scene.words.count("chip.review", sync.review)
    else:
        words = scene.text("end.not_compared")
    why = cause_in_full(scene) or scene.text("end.safe")
    actions = [
        *_to_review(scene),
        buttons.primary(scene, scene.text("end.again"), again, icon=ft.Icons.REFRESH),
        *ways_to_carry(scene, ways),
        *(_leave_anyway(scene, each) for each in Custody),
        buttons.quiet(scene, scene.text("end.go_on"), stage.shifts.go_on, icon=ft.Icons.ARROW_BACK),
    ]
    return _verdict(scene, scene.palette.saved, ft.Icons.SCHEDULE, words, why, actions)


def _leave_anyway(scene: Scene, custody: Custody) -> ft.Control:
    """What is only on the tablet is safe as long as somebody knows where the tablet is."""
    words = scene.text("end.leave_anyway", custody=scene.words.label("custody", custody))
    icon = ft.Icons.HOME_OUTLINED if custody == Custody.CENTRE else ft.Icons.LOGOUT
    return buttons.secondary(scene, words, _leaver(scene, custody), icon=icon)


def _leaver(scene: Scene, custody: Custody | None = None) -> buttons.Tapped:
    """Whoever starts next begins at home, not at the end of a shift."""

    async def leave() -> None:
        await scene.stage.shifts.leave(custody)
        scene.stage.go("/")

    return leave


def _to_review(scene: Scene) -> list[ft.Control]:
    """What waits for a person is a tap away: sending alone does not get rid of it."""
    if not scene.now.sync.review:
        return []
    words = scene.words.count("chip.review", scene.now.sync.review)
    return [buttons.secondary(scene, words, lambda: scene.stage.go("/review"), icon=ft.Icons.ERROR_OUTLINE)]


def _verdict(
    scene: Scene, tone: Tone, icon: ft.IconData, words: str, note: str, actions: list[ft.Control]
) -> ft.Control:
    heading = ft.Row(
        [
            ft.Icon(icon, color=tone.ink, size=40),
            ft.Container(writing.display(scene, words, color=tone.ink), expand=True),
        ],
        spacing=theme.SPACE_M,
    )
    lines = [writing.body(scene, note, color=tone.ink)] if note else []
    if tone == scene.palette.practice:  # the one paper on which the frame of the focus would not show
        actions = [card(scene, actions)]
    column = ft.Column(
        [ft.Semantics(content=heading, live_region=True), *lines, *actions],
        spacing=theme.SPACE_M,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.Container(column, bgcolor=tone.paper, border_radius=theme.RADIUS, padding=theme.SPACE_L)
