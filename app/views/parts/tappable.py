"""Whatever can be tapped and holds more than a word: a button, so that the keyboard's focus is a frame around it."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import flet as ft

from app import theme
from app.theme import Tone
from app.views.scene import Scene

Tapped = Callable[[], Awaitable[object]] | Callable[[], None]

PRESSED = 0.12
"""How much of its ink shows over its paper while a finger is on it."""


@dataclass(frozen=True, slots=True)
class Face:
    """How it looks while it has not the focus; without a tone it has no paper of its own."""

    padding: ft.Padding
    tone: Tone | None = None
    edge: ft.BorderSide | None = None
    radius: int = theme.RADIUS
    is_centred: bool = False
    ring: str | None = None  # the colour of the focus, where it stands on neither the page nor a card


def noticed(scene: Scene, on_click: Tapped) -> Callable[[], Awaitable[None]]:
    """With the sign that somebody is there: what a screen reader taps is no finger that comes down."""

    async def tap() -> None:
        if not scene.stage.access.touched():
            return
        done = on_click()
        if inspect.isawaitable(done):
            await done

    return tap


def tappable(scene: Scene, content: ft.Control, on_click: Tapped, face: Face) -> ft.TextButton:
    """`content` on its face. The frame and the letters are those of the theme."""
    return ft.TextButton(content, on_click=noticed(scene, on_click), style=_style(scene, face))


def worded(
    scene: Scene,
    words: str,
    on_click: Tapped,
    face: Face,
    *,
    icon: ft.IconData | ft.Icon | None = None,
    icon_size: int = 20,
    weight: ft.FontWeight = ft.FontWeight.NORMAL,
) -> ft.TextButton:
    """The same for a word or two: the button writes them by itself, which costs a third of a row with texts."""
    ink = face.tone.ink if face.tone else scene.palette.text.ink
    style = _style(scene, face)
    style.color, style.icon_color, style.icon_size = ink, ink, scene.look.size(icon_size)
    style.text_style = ft.TextStyle(size=scene.look.size(theme.BODY), weight=weight, height=theme.LINE_HEIGHT)
    return ft.TextButton(words, icon=icon, on_click=noticed(scene, on_click), style=style)


def _style(scene: Scene, face: Face) -> ft.ButtonStyle:
    ink = face.tone.ink if face.tone else scene.palette.text.ink
    ring = theme.ring(face.ring or scene.palette.focus.ink)
    around = face.edge.width if face.edge else 0
    pad = face.padding
    return ft.ButtonStyle(
        bgcolor=face.tone.paper if face.tone else None,
        overlay_color=ft.Colors.with_opacity(PRESSED, ink),
        padding=ft.Padding(pad.left + around, pad.top + around, pad.right + around, pad.bottom + around),
        alignment=ft.Alignment.CENTER if face.is_centred else ft.Alignment.CENTER_LEFT,
        shape=ft.RoundedRectangleBorder(radius=face.radius),
        side={ft.ControlState.FOCUSED: ring, ft.ControlState.DEFAULT: face.edge or ft.BorderSide.none()},
    )


def still(content: ft.Control, face: Face) -> ft.Container:
    """The same where a tap would lead nowhere."""
    return ft.Container(
        content,
        bgcolor=face.tone.paper if face.tone else None,
        border=ft.Border.all(face.edge.width, face.edge.color) if face.edge else None,
        border_radius=face.radius,
        padding=face.padding,
    )
