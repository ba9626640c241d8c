"""Six digits, by large keys or by a keyboard; the sixth is the answer, there is no key for "done"."""

from collections.abc import Awaitable, Callable

import flet as ft

from app import theme
from app.domain.pins import DIGITS, digits
from app.views.parts import buttons, writing
from app.views.parts.fields import field
from app.views.parts.tappable import Edge, Face, tappable
from app.views.scene import Scene, use_scene

ROWS = ("123", "456", "789")
KEY = 72  # dp high: typed standing, with a thumb
WIDE = 96

Typed = Callable[[str], Awaitable[None]]


@ft.component
def PinPad(label: str, on_sixth: Typed) -> ft.Control:
    """`on_sixth` gets the six digits; the field is empty again when it comes back. What is typed is kept nowhere."""
    scene = use_scene()
    typed = ft.use_ref("")  # the truth: two quick taps come before the screen is drawn again
    shown, show = ft.use_state("")
    busy = ft.use_ref(False)

    async def become(pin: str) -> None:
        if busy.current:
            return
        typed.current = pin
        show(pin)
        if len(pin) == DIGITS:
            busy.current = True
            try:
                await on_sixth(pin)
            finally:
                busy.current, typed.current = False, ""
                show("")

    def key(digit: str) -> ft.Control:
        async def tap() -> None:
            await become(digits((typed.current or "") + digit))

        return _key(scene, digit, tap)

    async def back() -> None:
        await become((typed.current or "")[:-1])

    async def clear() -> None:
        await become("")

    rows = [[key(each) for each in row] for row in ROWS]
    last = [_sign(scene, "pin.clear", ft.Icons.CLEAR, clear), key("0")]
    rows.append([*last, _sign(scene, "pin.back", ft.Icons.BACKSPACE_OUTLINED, back)])
    keys = [ft.Row([*row], spacing=theme.SPACE_S, alignment=ft.MainAxisAlignment.CENTER) for row in rows]
    lines: list[ft.Control] = [_field(scene, label, shown, become), *keys]
    return ft.Column(lines, spacing=theme.SPACE_S, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _field(scene: Scene, label: str, shown: str, become: Typed) -> ft.Control:
    async def change(typed: str) -> None:
        await become(digits(typed))

    made = field(
        scene,
        label,
        shown,
        change,
        password=True,
        input_filter=ft.NumbersOnlyInputFilter(),  # a letter would stand there as a dot, and be no part of the answer
        keyboard_type=ft.KeyboardType.NONE,  # the keys below are larger; one that is plugged in works
        autocorrect=False,
        enable_suggestions=False,
        autofocus=True,
        text_align=ft.TextAlign.CENTER,
    )
    made.text_size = scene.look.size(theme.TITLE)
    return made


def _key(scene: Scene, digit: str, tap: buttons.Tapped) -> ft.Control:
    text = writing.large(scene, digit)
    text.weight = ft.FontWeight.BOLD
    return _box(scene, text, tap)


def _sign(scene: Scene, name: str, icon: ft.IconData, tap: buttons.Tapped) -> ft.Control:
    size = min(scene.look.size(28), 44)
    return _box(scene, ft.Icon(icon, color=scene.palette.text.ink, size=size, semantics_label=scene.text(name)), tap)


def _box(scene: Scene, content: ft.Control, tap: buttons.Tapped) -> ft.Control:
    face = Face(tone=scene.palette.raised, edge=Edge(scene.palette.outline.ink), is_centred=True)
    box = tappable(scene, content, tap, face)
    box.width, box.height = WIDE, KEY
    return box
