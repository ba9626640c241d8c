"""Lists of what was done, one row a thing: when, what, how it ended, and what became of it."""

from collections.abc import Iterable

import flet as ft

from app import theme
from app.domain.assisting import AssistDraft
from app.domain.requests import RequestDraft
from app.state import Draft, Line, LineState
from app.views.parts import buttons, writing
from app.views.parts.chips import draft_chip, line_chips
from app.views.parts.dates import clock_time
from app.views.parts.subjects import line_result, name, request_name, sessions_name
from app.views.parts.tappable import Face, still, tappable
from app.views.scene import Scene
from sync.protocol.records import Kind


def draft_rows(scene: Scene, drafts: Iterable[Draft]) -> list[ft.Control]:
    """What was begun and not ended; a tap goes on with it, while the shift is open."""
    return [_draft_row(scene, each) for each in drafts]


def line_rows(scene: Scene, lines: Iterable[Line], *, with_date: bool = False) -> list[ft.Control]:
    """What was saved; a tap on a session opens its list to correct it, and one on a case or a request shows it whole,
    while the shift is open. What waits for a person leads to where it is decided."""
    return [_line_row(scene, each, with_date=with_date) for each in lines]


def _is_working(scene: Scene) -> bool:
    return scene.now.shift is not None and scene.now.shift.ended_at is None


def _draft_row(scene: Scene, draft: Draft) -> ft.Control:
    about, route = _opened(scene, draft)
    at = clock_time(draft.started_at)
    state = scene.text("correction.unfinished" if draft.id in scene.now.corrections else "draft.unfinished")
    chips: list[ft.Control] = [draft_chip(scene)]
    if not _is_working(scene):
        return _row(scene, at, about, state, chips, None)
    chips.append(writing.body(scene, scene.text("draft.go_on"), color=scene.palette.focus.ink, is_bold=True))
    return _row(scene, at, about, state, chips, lambda: scene.stage.go(route))


def _opened(scene: Scene, draft: Draft) -> tuple[str, str]:
    """What it is about, and where it is gone on with."""
    match draft:
        case AssistDraft():
            return scene.procedure(draft.procedure_id), f"/assist/{draft.id}"
        case RequestDraft():
            return request_name(scene, (draft.group_type or "", *draft.module_ids)), f"/request/{draft.id}"
    return sessions_name(scene, draft.module_ids), f"/roll-call/{draft.id}"


def _line_row(scene: Scene, line: Line, *, with_date: bool) -> ft.Control:
    at = f"{line.at.astimezone():%d/%m} {clock_time(line.at)}" if with_date else clock_time(line.at)
    about = name(scene, line.kind, line.subject)
    return _row(scene, at, about, line_result(scene, line), line_chips(scene, line), _leads_to(scene, line))


def _leads_to(scene: Scene, line: Line) -> buttons.Tapped | None:
    async def reopen() -> None:
        if await scene.stage.workshops.reopen(line.id):
            scene.stage.go(f"/roll-call/{line.id}")

    if line.state == LineState.REVIEW and scene.now.shift:
        return lambda: scene.stage.go("/review")
    if line.kind in (Kind.ASSIST, Kind.TRAINING_REQUEST) and _is_working(scene):
        return lambda: scene.stage.go(f"/records/{line.id}")
    return reopen if line.kind == Kind.SESSION and _is_working(scene) else None


def _row(
    scene: Scene, at: str, about: str, result: str, chips: list[ft.Control], on_click: buttons.Tapped | None
) -> ft.Control:
    head = [writing.caption(scene, at)] if at else []
    said = ft.Row([*head, writing.caption(scene, result)], spacing=theme.SPACE_S, wrap=True)
    words = ft.Column([writing.body(scene, about, is_bold=True), said], spacing=2)
    is_stacked = scene.look.is_large or scene.look.is_compact
    content = _stacked(words, chips) if is_stacked else _side_by_side(words, chips)
    face = Face(theme.SPACE_M, 12, scene.palette.raised)
    return tappable(scene, _leading_on(scene, content), on_click, face) if on_click else still(content, face)


def _leading_on(scene: Scene, content: ft.Row | ft.Column) -> ft.Control:
    """With the sign of what can be opened."""
    sign = ft.Icon(ft.Icons.CHEVRON_RIGHT, color=scene.palette.secondary.ink, size=scene.look.size(24))
    content.expand = True
    return ft.Row([content, sign], spacing=theme.SPACE_S)


def _side_by_side(words: ft.Column, chips: list[ft.Control]) -> ft.Row:
    end = ft.MainAxisAlignment.END
    aside = ft.Row(chips, spacing=theme.SPACE_M, wrap=True, alignment=end, expand=2)
    words.expand = 3
    return ft.Row([words, aside], spacing=theme.SPACE_M)


def _stacked(words: ft.Column, chips: list[ft.Control]) -> ft.Column:
    return ft.Column([words, ft.Row(chips, spacing=theme.SPACE_M, wrap=True)], spacing=theme.SPACE_S)
