"""Things to tap. All at least 48 dp high; the main ones 64."""

from collections.abc import Sequence

import flet as ft

from app import theme
from app.theme import Tone
from app.views.parts import writing
from app.views.parts.tappable import Edge, Face, Sign, noticed, tappable, worded
from app.views.parts.tappable import Tapped as Tapped
from app.views.scene import Scene


def primary(scene: Scene, words: str, on_click: Tapped, *, icon: ft.IconData | None = None) -> ft.Control:
    """The one thing to do here, as wide as its pane."""
    return _button(scene, words, on_click, icon, tone=scene.palette.primary, height=theme.PRIMARY_TARGET)


def secondary(scene: Scene, words: str, on_click: Tapped, *, icon: ft.IconData | None = None) -> ft.Control:
    """Something else one may do."""
    tone = Tone(scene.palette.text.ink, scene.palette.raised.paper)
    return _button(scene, words, on_click, icon, tone=tone, height=theme.PRIMARY_TARGET - 8, is_outlined=True)


def quiet(scene: Scene, words: str, on_click: Tapped, *, icon: ft.IconData | None = None) -> ft.Control:
    """A way out or aside, drawn as plain as text."""
    style = ft.ButtonStyle(
        color=scene.palette.focus.ink,
        icon_color=scene.palette.focus.ink,
        padding=ft.Padding.symmetric(horizontal=theme.SPACE_M, vertical=theme.SPACE_M),
        icon_size=scene.look.size(20),
        text_style=ft.TextStyle(size=scene.look.size(theme.BODY), weight=ft.FontWeight.W_600),
    )
    return ft.TextButton(
        words, icon=icon, on_click=noticed(scene, on_click), style=style, expand=True, expand_loose=True
    )


def tile(
    scene: Scene,
    words: str,
    on_click: Tapped,
    *,
    note: str = "",
    icon: ft.IconData | None = None,
    tone: Tone | None = None,
) -> ft.TextButton:
    """A large choice with a line of explanation."""
    tone = tone or scene.palette.raised
    face = Face(theme.SPACE_M, theme.SPACE_M + 4, tone, Edge(scene.palette.outline.ink))
    if not note:
        return worded(scene, words, on_click, face, sign=_sign(icon, 32), weight=ft.FontWeight.BOLD)
    name = writing.body(scene, words, color=tone.ink, is_bold=True)
    explained: list[ft.Control] = [name, writing.caption(scene, note, color=tone.ink)]
    return tappable(scene, ft.Column(explained, spacing=2, tight=True), on_click, face, sign=_sign(icon, 32))


def choice(
    scene: Scene, words: str, on_click: Tapped, *, is_chosen: bool = False, icon: ft.IconData | None = None
) -> ft.TextButton:
    """One of several; the chosen one has a tick besides its colour."""
    tone = scene.palette.sending if is_chosen else scene.palette.raised
    edge = Edge(tone.ink, 2 * theme.OUTLINE) if is_chosen else Edge(scene.palette.outline.ink)
    face = Face(20, 12, tone, edge, radius=theme.TARGET, is_centred=True)  # a digit alone is as wide as a finger
    if not is_chosen:
        return worded(scene, words, on_click, face, sign=_sign(icon, 20))
    mark = scene.text("choice.chosen")
    content: list[ft.Control] = [
        ft.Icon(ft.Icons.CHECK, color=tone.ink, size=scene.look.size(20), semantics_label=mark),
        *([ft.Icon(icon, color=tone.ink, size=scene.look.size(20))] if icon else []),
        writing.filling(writing.body(scene, words, color=tone.ink, is_bold=True), loose=True),
    ]
    return tappable(scene, ft.Row(content, spacing=theme.SPACE_XS, tight=True, wrap=False), on_click, face)


def choices(controls: Sequence[ft.Control]) -> ft.Row:
    """Choices one beside the other, on as many lines as they need."""
    return ft.Row(list(controls), wrap=True, spacing=theme.SPACE_S, run_spacing=theme.SPACE_S)


def icon_button(
    scene: Scene, name: str, icon: ft.IconData, on_click: Tapped, *, color: str | None = None
) -> ft.IconButton:
    """A button that is only an icon; `name` is what a screen reader says."""
    return ft.IconButton(
        ft.Icon(icon, color=color or scene.palette.text.ink, size=min(scene.look.size(28), 40), semantics_label=name),
        on_click=noticed(scene, on_click),
        width=theme.TARGET + 8,
        height=theme.TARGET + 8,
    )


def _button(
    scene: Scene,
    words: str,
    on_click: Tapped,
    icon: ft.IconData | None,
    *,
    tone: Tone,
    height: int,
    is_outlined: bool = False,
) -> ft.Control:
    edge = Edge(scene.palette.outline.ink) if is_outlined else None
    face = Face(theme.SPACE_M, (height - 26) // 2, tone, edge, is_centred=True)
    return worded(scene, words, on_click, face, sign=_sign(icon, 24), weight=ft.FontWeight.W_600)


def _sign(icon: ft.IconData | None, size: int) -> Sign | None:
    return Sign(icon, size) if icon else None
