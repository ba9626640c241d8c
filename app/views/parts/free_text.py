"""A field for a few words of one's own: how long they are, what in them names somebody, and a tap that takes it out."""

from collections.abc import Awaitable, Callable

import flet as ft

from app import theme
from app.domain.free_text import LONGEST, Written, look
from app.views.parts import buttons, writing
from app.views.parts.fields import field
from app.views.scene import Scene, use_scene

Keep = Callable[[str], Awaitable[None]]


@ft.component
def FreeText(label: str, kept: str, keep: Keep) -> ft.Control:
    """`kept` is what is there at first. What names a person is said at once, and is not given to `keep`'s record."""
    scene = use_scene()
    typed, type_ = ft.use_state(kept)
    written = look(typed)

    async def change(words: str) -> None:
        type_(words)
        await keep(words)

    async def remove() -> None:
        type_(written.kept)
        await keep(written.kept)

    return ft.Column(
        [
            _field(scene, label, typed, written, change),
            writing.caption(scene, scene.text("free_text.hint")),
            *([_found(scene, written, remove)] if written.kinds else []),
        ],
        spacing=theme.SPACE_S,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _field(scene: Scene, label: str, typed: str, written: Written, change: Keep) -> ft.Control:
    too_long = scene.words.count("free_text.surplus", written.surplus) if written.surplus else None
    return field(
        scene,
        label,
        typed,
        change,
        multiline=True,
        min_lines=2,
        max_lines=5,
        autocorrect=False,  # what is typed here must not be learned by the keyboard
        enable_suggestions=False,
        counter=f"{written.length}/{LONGEST}",
        counter_style=ft.TextStyle(size=scene.look.size(theme.CAPTION + 1), color=scene.palette.secondary.ink),
        error=too_long,
    )


def _found(scene: Scene, written: Written, remove: buttons.Tapped) -> ft.Control:
    tone = scene.palette.review
    kinds = ", ".join(scene.words.label("identifier", each) for each in written.kinds)
    words = writing.body(scene, scene.text("free_text.found", kinds=kinds), color=tone.ink, is_bold=True)
    note = writing.caption(scene, scene.text("free_text.not_saved"), color=tone.ink)
    take_out = buttons.secondary(scene, scene.text("free_text.remove"), remove, icon=ft.Icons.BACKSPACE_OUTLINED)
    content = ft.Column(
        [words, note, take_out], spacing=theme.SPACE_S, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    box = ft.Container(content, bgcolor=tone.paper, border_radius=theme.RADIUS, padding=theme.SPACE_M)
    return ft.Semantics(content=box, live_region=True)
