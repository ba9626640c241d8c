"""Text in its sizes. Every text takes its colour from the palette: Flet draws black on black otherwise."""

import flet as ft

from app import theme
from app.theme import Tone
from app.views.scene import Scene

STRUCK = ft.TextStyle(decoration=ft.TextDecoration.LINE_THROUGH)
"""Always with a word beside it that says why."""


def title(scene: Scene, words: str, *, level: int = 1) -> ft.Control:
    """The name of a screen, a heading for screen readers; of another level where the screen has a larger one."""
    size = theme.SECTION if scene.look.is_cramped else theme.TITLE
    text = _text(scene, words, size, weight=ft.FontWeight.BOLD)
    return ft.Semantics(header=True, heading_level=level, content=text)


def section(scene: Scene, words: str, *, is_struck: bool = False) -> ft.Control:
    """The name of a part of a screen; struck through when it counts for nothing any more."""
    text = _text(scene, words, theme.SECTION, weight=ft.FontWeight.BOLD)
    text.style = STRUCK if is_struck else None
    return ft.Semantics(header=True, heading_level=2, content=text)


def body(scene: Scene, words: str, *, color: str | None = None, is_bold: bool = False) -> ft.Text:
    """Ordinary text."""
    return _text(scene, words, theme.BODY, color=color, weight=ft.FontWeight.BOLD if is_bold else None)


def large(scene: Scene, words: str) -> ft.Text:
    """A line that somebody reads over the counter."""
    return _text(scene, words, theme.TITLE)


def caption(scene: Scene, words: str, *, color: str | None = None) -> ft.Text:
    """Small text beside something: 14 sp at 100 %, never less."""
    return _text(scene, words, theme.CAPTION + 1, color=color or scene.palette.secondary.ink)


def display(scene: Scene, words: str, *, color: str | None = None) -> ft.Text:
    """The one thing a person should read from afar."""
    return _text(scene, words, theme.DISPLAY, color=color, weight=ft.FontWeight.BOLD)


def went_wrong(scene: Scene, words: str) -> list[ft.Control]:
    """Why the last tap did not do it, said at once by a screen reader too; nothing for no words."""
    if not words:
        return []
    return [boxed(scene, words, scene.palette.review)]


def boxed(scene: Scene, words: str, tone: Tone | None = None) -> ft.Control:
    """A line with room around it, on a paper of its own where it has a `tone`; said when it changes."""
    said = body(scene, words, color=tone.ink if tone else None, is_bold=tone is not None)
    box = ft.Container(said, bgcolor=tone.paper if tone else None, border_radius=theme.RADIUS, padding=theme.SPACE_M)
    return ft.Semantics(content=box, live_region=True)


def filling(text: ft.Text, *, loose: bool = False) -> ft.Text:
    """As wide as its row leaves room, or `loose`, at most so wide."""
    text.expand, text.expand_loose = True, loose
    return text


def _text(
    scene: Scene, words: str, size: int, *, color: str | None = None, weight: ft.FontWeight | None = None
) -> ft.Text:
    return ft.Text(words, size=scene.look.size(size), color=color or scene.palette.text.ink, weight=weight)
