"""What was just saved, and for ten seconds the way to take it back."""

import flet as ft

from app import theme
from app.state import Undoable
from app.theme import Tone
from app.views.parts import writing
from app.views.parts.subjects import sessions_name
from app.views.scene import Scene
from sync.protocol.records import Kind


def undo_bar(scene: Scene, what: Undoable) -> ft.Control:
    """Said aloud by a screen reader when it appears."""

    async def take_back() -> None:
        if route := await scene.stage.take_back():
            scene.stage.go(route)

    palette = scene.palette
    inverse = Tone(palette.text.paper, palette.text.ink)
    words = writing.body(scene, said(scene, what), color=inverse.ink)
    undo = ft.Container(
        ft.Row(
            [
                ft.Icon(ft.Icons.UNDO, color=palette.text.ink, size=20),
                writing.body(scene, scene.text("undo"), color=palette.text.ink, is_bold=True),
            ],
            tight=True,
        ),
        on_click=take_back,
        ink=True,
        bgcolor=palette.text.paper,
        border_radius=theme.RADIUS,
        padding=ft.Padding.symmetric(horizontal=theme.SPACE_M, vertical=14),
    )
    row = ft.Row([ft.Container(ft.Semantics(content=words, live_region=True), expand=True), undo])
    return ft.Container(row, bgcolor=inverse.paper, padding=ft.Padding.symmetric(horizontal=theme.SPACE_L, vertical=8))


def said(scene: Scene, what: Undoable) -> str:
    """Desat: Vida laboral · Fet"""
    is_session = what.kind == Kind.SESSION
    name = sessions_name(scene, what.subject) if is_session else scene.procedure(what.subject[0])
    if what.result == "discarded":
        return scene.text("undo.discarded", what=name)
    group = "session_status" if is_session else "outcome"
    return scene.text("undo.saved", what=name, result=scene.words.label(group, what.result))
