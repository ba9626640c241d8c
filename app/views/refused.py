"""A record the centre would not take: why, whether the work is safe, and three ways out."""

from functools import partial

import flet as ft

from app import theme
from app.domain.review import Remedy, Review
from app.theme import Tone
from app.views.parts import buttons, writing
from app.views.parts.layout import grid
from app.views.parts.values import KNOWN, field_words, result_words
from app.views.scene import Scene, use_scene

PROBLEMS = frozenset(
    {"bad-card-code", "bad-field", "bad-id", "centre-fault", "not-text", "not-yours", "op-reused", "other-kind"}
    | {"too-large", "unreadable"}
)


@ft.component
def Refused(review: Review) -> ft.Control:
    """What became of it and what to do now; forgetting it is asked about once more."""
    scene = use_scene()
    asks, ask = ft.use_state(False)
    result = result_words(scene, review)
    return ft.Column(
        [
            *([writing.body(scene, result, is_bold=True)] if result else []),
            _notice(scene, review, "review.refused"),
            *(_sure(scene, review, lambda: ask(False)) if asks else _ways_out(scene, review, lambda: ask(True))),
        ],
        spacing=theme.SPACE_S + 4,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def refusal(scene: Scene, id: str) -> list[ft.Control]:
    """On the form of a refused record: what the centre would not take, with the field by its name."""
    review = scene.now.refusal(id)
    return [_notice(scene, review, "review.mend_here")] if review else []


def _ways_out(scene: Scene, review: Review, ask: buttons.Tapped) -> list[ft.Control]:
    hand_over = partial(scene.stage.reviewing.hand_over, review)
    words, icon = scene.text("review.hand_over"), ft.Icons.FORWARD_TO_INBOX_OUTLINED
    if review.remedy == Remedy.NONE:
        ways = [buttons.primary(scene, words, hand_over, icon=icon)]
    else:
        ways = [_mend(scene, review), buttons.secondary(scene, words, hand_over, icon=icon)]
    stacked = scene.look.is_compact or scene.look.is_large
    quiet = buttons.quiet(scene, _forget(scene, review), ask, icon=ft.Icons.DELETE_OUTLINE)
    return [grid(ways, across=1 if stacked else len(ways)), quiet]


def _mend(scene: Scene, review: Review) -> ft.Control:
    async def mend() -> None:
        shift = scene.now.shift
        if shift and shift.ended_at and review.remedy == Remedy.FORM and not await scene.stage.shifts.go_on():
            return
        if route := await scene.stage.reviewing.mend(review):
            scene.stage.go(route)

    if review.remedy == Remedy.AGAIN:
        return buttons.primary(scene, scene.text("review.again"), mend, icon=ft.Icons.REFRESH)
    is_over = scene.now.shift is not None and scene.now.shift.ended_at is not None
    words = scene.text("review.go_on_and_mend" if is_over else "review.mend")
    return buttons.primary(scene, words, mend, icon=ft.Icons.EDIT_OUTLINED)


def _sure(scene: Scene, review: Review, back: buttons.Tapped) -> list[ft.Control]:
    sure = scene.text("review.sure" if review.seq == 0 else "review.sure_change")
    forget = partial(scene.stage.reviewing.withdraw, review)
    return [
        ft.Semantics(content=writing.body(scene, sure, is_bold=True), live_region=True),
        buttons.primary(scene, scene.text("review.yes"), forget, icon=ft.Icons.DELETE_OUTLINE),
        buttons.quiet(scene, scene.text("value.no"), back, icon=ft.Icons.ARROW_BACK),
    ]


def _forget(scene: Scene, review: Review) -> str:
    return scene.text("review.forget" if review.seq == 0 else "review.forget_change")


def _notice(scene: Scene, review: Review, title: str) -> ft.Control:
    tone = scene.palette.review
    lines: list[ft.Control] = [writing.body(scene, scene.text(title), color=tone.ink, is_bold=True)]
    if review.problem and review.problem.field in KNOWN and review.remedy == Remedy.FORM:
        named = field_words(scene, review.kind, review.problem.field)
        lines.append(writing.body(scene, scene.text("review.field", field=named), color=tone.ink, is_bold=True))
    lines.append(writing.body(scene, _why(scene, review), color=tone.ink))
    row = ft.Row(
        [ft.Icon(ft.Icons.ERROR_OUTLINE, color=tone.ink, size=scene.look.size(28)), _column(lines)],
        spacing=theme.SPACE_M,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return _on(tone, row)


def _why(scene: Scene, review: Review) -> str:
    type = review.problem.type.rpartition("/")[2] if review.problem else ""
    return scene.text(f"problem.{type}" if type in PROBLEMS else "problem.other")


def _column(lines: list[ft.Control]) -> ft.Control:
    return ft.Column(lines, spacing=theme.SPACE_XS, expand=True)


def _on(tone: Tone, content: ft.Control) -> ft.Control:
    return ft.Container(content, bgcolor=tone.paper, border_radius=theme.RADIUS, padding=theme.SPACE_M)
