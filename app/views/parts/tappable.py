"""Whatever can be tapped and holds more than a word: a button, so that the keyboard's focus is a frame around it."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import flet as ft

from app import theme
from app.theme import Tone
from app.views.scene import Scene

Tapped = Callable[[], Awaitable[object]] | Callable[[], None]

STYLES = 256
"""So many are kept: one language and size of text in two themes need about a hundred."""

PRESSED = 0.12
"""How much of its ink shows over its paper while a finger is on it."""


class Edge(NamedTuple):
    """A line around it; its width in dp."""

    color: str
    width: float = theme.OUTLINE


class Sign(NamedTuple):
    """An icon before what a button holds; its size in sp, at 100 %."""

    icon: ft.IconData
    size: int = 20
    color: str | None = None  # where it is not the ink of the face


class Letters(NamedTuple):
    """Those of a button that writes by itself; their size in sp, as chosen."""

    size: int
    weight: ft.FontWeight = ft.FontWeight.NORMAL


BESIDE_A_SIGN = Letters(14)
"""What stands beside a sign has a size of its own. Of these letters Flutter makes the room between: 8 dp, less for
larger ones."""


HASTY = timedelta(milliseconds=450)
"""A tap so soon after a screen or a choice appeared was meant for what had been there: it is the second of two."""


@dataclass(frozen=True, slots=True)
class Face:
    """How it looks while it has not the focus; without a tone it has no paper of its own. Lengths in dp."""

    across: int = 0  # the room beside what it holds
    down: int = 0  # and above and below it
    tone: Tone | None = None
    edge: Edge | None = None
    radius: int = theme.RADIUS
    is_centred: bool = False
    ring: str | None = None  # the colour of the focus, where it stands on neither the page nor a card


def is_hasty(scene: Scene, since: datetime) -> bool:
    """Whether what is being tapped appeared a moment ago, at `since`."""
    return timedelta() <= scene.stage.clock() - since < HASTY


def noticed(scene: Scene, on_click: Tapped) -> Callable[[], Awaitable[None]]:
    """With the sign that somebody is there: what a screen reader taps is no finger that comes down."""

    async def tap() -> None:
        if not scene.stage.access.touched() or is_hasty(scene, scene.stage.hands.moved):
            return
        done = on_click()
        if inspect.isawaitable(done):
            await done

    return tap


def tappable(
    scene: Scene, content: ft.Control, on_click: Tapped, face: Face, *, sign: Sign | None = None
) -> ft.TextButton:
    """`content` on its face. The frame and the letters are those of the theme, and the sign the button draws by itself,
    which costs less than a row with both."""
    return _button(scene, content, on_click, face, sign, BESIDE_A_SIGN if sign else None)


def worded(
    scene: Scene,
    words: str,
    on_click: Tapped,
    face: Face,
    *,
    sign: Sign | None = None,
    weight: ft.FontWeight = ft.FontWeight.NORMAL,
) -> ft.TextButton:
    """The same for a word or two, which the button writes by itself as well."""
    return _button(scene, words, on_click, face, sign, Letters(scene.look.size(theme.BODY), weight))


def _button(
    scene: Scene,
    content: ft.Control | str,
    on_click: Tapped,
    face: Face,
    sign: Sign | None,
    letters: Letters | None,
) -> ft.TextButton:
    ink = face.tone.ink if face.tone else scene.palette.text.ink
    drawn = (scene.look.size(sign.size), sign.color or ink) if sign else None
    style = _style(face, ink, face.ring or scene.palette.focus.ink, letters, drawn)
    return ft.TextButton(content, icon=sign and sign.icon, on_click=noticed(scene, on_click), style=style)


@lru_cache(maxsize=STYLES)
def _style(face: Face, ink: str, ring: str, letters: Letters | None, sign: tuple[int, str] | None) -> ft.ButtonStyle:
    """One for all that look the same: of what Flet made, compared and packed for a tap, half were styles."""
    style = ft.ButtonStyle(
        bgcolor=face.tone.paper if face.tone else None,
        overlay_color=ft.Colors.with_opacity(PRESSED, ink),
        padding=_padding(face, around=face.edge.width if face.edge else 0),
        alignment=ft.Alignment.CENTER if face.is_centred else ft.Alignment.CENTER_LEFT,
        shape=ft.RoundedRectangleBorder(radius=face.radius),
        side={ft.ControlState.FOCUSED: theme.ring(ring), ft.ControlState.DEFAULT: _side(face.edge)},
    )
    if sign:
        style.icon_size, style.icon_color = sign
    if letters:
        style.color = ink
        style.text_style = ft.TextStyle(size=letters.size, weight=letters.weight, height=theme.LINE_HEIGHT)
    return style


def _padding(face: Face, *, around: float = 0) -> ft.Padding:
    return ft.Padding.symmetric(horizontal=face.across + around, vertical=face.down + around)


def _side(edge: Edge | None) -> ft.BorderSide:
    return ft.BorderSide(edge.width, edge.color) if edge else ft.BorderSide.none()


def still(content: ft.Control, face: Face) -> ft.Container:
    """The same where a tap would lead nowhere."""
    return ft.Container(
        content,
        bgcolor=face.tone.paper if face.tone else None,
        border=ft.Border.all(face.edge.width, face.edge.color) if face.edge else None,
        border_radius=face.radius,
        padding=_padding(face),
    )
