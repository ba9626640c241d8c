"""What was just saved, and for ten seconds the way to take it back."""

import flet as ft

from app import theme
from app.state import Undoable
from app.theme import Tone
from app.views.parts import writing
from app.views.parts.subjects import name, result_words
from app.views.parts.tappable import Face, tappable
from app.views.scene import Scene

DONE = ("discarded", "settled", "withdrawn", "handed_over", "again", "voided", "as_it_was")
"""What can be taken back besides saving."""


def undo_bar(scene: Scene, what: Undoable) -> ft.Control:
    """Said aloud by a screen reader when it appears."""

    async def take_back() -> None:
        if route := await scene.stage.take_back():
            scene.stage.go(route)

    palette = scene.palette
    inverse = Tone(palette.text.paper, palette.text.ink)
    words = writing.body(scene, said(scene, what), color=inverse.ink)
    icon = ft.Icon(ft.Icons.UNDO, color=palette.text.ink, size=20)
    called = writing.body(scene, scene.text("undo"), color=palette.text.ink, is_bold=True)
    face = Face(theme.SPACE_M, 14, palette.text, ring=inverse.ink)
    undo = tappable(scene, ft.Row([icon, called], tight=True), take_back, face)
    row = ft.Row([ft.Container(ft.Semantics(content=words, live_region=True), expand=True), undo])
    return ft.Container(row, bgcolor=inverse.paper, padding=ft.Padding.symmetric(horizontal=theme.SPACE_L, vertical=8))


def said(scene: Scene, what: Undoable) -> str:
    """Desat: Vida laboral · Fet"""
    about = name(scene, what.kind, what.subject, what.slot)
    if what.result in DONE:
        return scene.text(f"undo.{what.result}", what=about)
    words = "undo.corrected" if what.is_correction else "undo.saved"
    return scene.text(words, what=about, result=result_words(scene, what.kind, what.result))
