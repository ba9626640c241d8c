"""The striped band over every screen while somebody practises: a word, and the way out. One tap, nothing is asked."""

import flet as ft

from app import theme
from app.theme import Tone
from app.views.parts import writing
from app.views.parts.tappable import Face, tappable
from app.views.scene import Scene

STRIPES = 10  # dp high
STRIPE = 24  # dp wide


def practice_band(scene: Scene) -> ft.Control:
    """The same in light and dark: it should look like nothing else."""
    tone = scene.palette.practice
    words = writing.body(scene, scene.text("practice.band"), color=tone.ink, is_bold=True)
    said = ft.Container(ft.Semantics(content=words, live_region=True), expand=True)
    head: list[ft.Control] = [ft.Icon(ft.Icons.SCHOOL_OUTLINED, color=tone.ink, size=24), said]
    leave = _leave(scene)
    is_stacked = scene.look.is_compact and scene.look.is_large
    row = ft.Row(head if is_stacked else [*head, leave], spacing=theme.SPACE_M)
    band = ft.Column([row, leave], spacing=theme.SPACE_XS) if is_stacked else row
    padding = ft.Padding.symmetric(horizontal=theme.SPACE_M, vertical=theme.SPACE_XS)
    return ft.Column([_stripes(scene), ft.Container(band, bgcolor=tone.paper, padding=padding)], spacing=0, tight=True)


def _stripes(scene: Scene) -> ft.Control:
    tone, width = scene.palette.practice, scene.look.width
    turn = 2 * STRIPE / width  # of the whole width, which goes from -1 to 1
    slanted = ft.LinearGradient(
        begin=ft.Alignment(-1, -1),
        end=ft.Alignment(-1 + 2 * turn, 1),
        colors=[tone.ink, tone.ink, tone.paper, tone.paper],
        stops=[0, 0.5, 0.5, 1],
        tile_mode=ft.GradientTileMode.REPEATED,
    )
    return ft.Container(height=STRIPES, gradient=slanted)


def _leave(scene: Scene) -> ft.Control:
    tone = scene.palette.practice
    icon = ft.Icon(ft.Icons.LOGOUT, color=tone.paper, size=20)
    words = writing.body(scene, scene.text("practice.leave"), color=tone.paper, is_bold=True)
    row = ft.Row([icon, ft.Container(words, expand=True, expand_loose=True)], spacing=theme.SPACE_S, tight=True)
    face = Face(theme.SPACE_M, 14, Tone(tone.paper, tone.ink), ring=tone.ink)
    return tappable(scene, row, scene.stage.practice.end, face)
