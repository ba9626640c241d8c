"""The lock, on every screen; the warning before it locks by itself; and what counts as somebody being there."""

from collections.abc import Awaitable, Callable
from functools import partial

import flet as ft

from app import theme
from app.domain.happenings import Locking
from app.theme import Tone
from app.views.parts import writing
from app.views.parts.tappable import Face, tappable
from app.views.scene import Scene, Standing

BEING_LOADED = 1.0  # seconds: by then a page that was loaded again is there, and one that was closed is known to be
Sleep = Callable[[float], Awaitable[None]]

HIDDEN = (ft.AppLifecycleState.HIDE, ft.AppLifecycleState.PAUSE)


async def lock_when_left(
    page: ft.Page, standing: Standing, sleep: Sleep, event: ft.AppLifecycleStateChangeEvent
) -> None:
    """At once when the screen is hidden: what is not looked at is open to whoever looks next. A browser says the same
    of a page that is closed or loaded again, so there it has to be hidden for a moment."""
    standing.is_hidden = event.state in HIDDEN
    if page.web and standing.is_hidden:
        await sleep(BEING_LOADED)
    if standing.is_hidden and page.session.connection is not None:
        await standing.stage.lock(Locking.HIDDEN)


def watched(scene: Scene, content: list[ft.Control]) -> ft.Control:
    """Every touch anywhere puts off the lock. A finger that comes down is told before anybody decides whose tap or
    scroll it is, so this takes none away; screen readers are told nothing of it."""
    touched = scene.stage.access.touched
    return ft.GestureDetector(
        ft.Column(content, expand=True, spacing=0),
        on_vertical_drag_down=touched,
        on_scroll=touched,
        exclude_from_semantics=True,
        expand=True,
    )


def lock_tile(scene: Scene) -> ft.Control:
    """At the foot of the rail: who is in, and a tap that locks."""
    palette, size = scene.palette, scene.look.size(theme.CAPTION)
    words = [scene.text("lock"), scene.now.entered]
    texts = [ft.Text(each, size=size, color=palette.raised.ink, text_align=ft.TextAlign.CENTER) for each in words]
    icon = ft.Icon(ft.Icons.LOCK_OUTLINE, color=palette.raised.ink, size=min(scene.look.size(24), 36))
    column = ft.Column([icon, *texts], spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.CENTER)
    tap = tappable(scene, column, partial(scene.stage.lock, Locking.BY_HAND), Face(down=theme.SPACE_S, is_centred=True))
    tap.width = 128 if scene.look.is_large else 96
    return ft.Container(tap, padding=ft.Padding.only(bottom=theme.SPACE_S))


def lock_row(scene: Scene) -> ft.Control:
    """Where there is no rail."""
    icon = ft.Icon(ft.Icons.LOCK_OUTLINE, color=scene.palette.text.ink, size=min(scene.look.size(24), 36))
    words = writing.body(scene, scene.text("lock"))
    row = ft.Row([icon, words], spacing=theme.SPACE_S, tight=True)
    tap = tappable(scene, row, partial(scene.stage.lock, Locking.BY_HAND), Face(theme.SPACE_M, 12))
    return ft.Row([tap], alignment=ft.MainAxisAlignment.END)


def lock_warning(scene: Scene) -> list[ft.Control]:
    """Any touch keeps it open; the button is there for those who look for one."""
    if not scene.now.locks_soon:
        return []
    tone = scene.palette.saved
    words = ft.Container(writing.body(scene, scene.text("lock.soon"), color=tone.ink, is_bold=True), expand=True)
    called = writing.body(scene, scene.text("lock.stay"), color=tone.paper, is_bold=True)
    # To be tapped is all it is for.
    stay = tappable(scene, called, lambda: None, Face(theme.SPACE_M, 14, Tone(tone.paper, tone.ink), ring=tone.ink))
    icon = ft.Icon(ft.Icons.LOCK_CLOCK_OUTLINED, color=tone.ink, size=24)
    row = ft.Row([icon, words, stay], spacing=theme.SPACE_M)
    padding = ft.Padding.symmetric(horizontal=theme.SPACE_M, vertical=theme.SPACE_XS)
    return [ft.Semantics(content=ft.Container(row, bgcolor=tone.paper, padding=padding), live_region=True)]
