"""The field for the code of a citizen's card: what it is for, that the person decides, and what is wrong with it."""

from collections.abc import Awaitable, Callable

import flet as ft

from app import theme
from app.views.parts import buttons, writing
from app.views.parts.fields import field
from app.views.scene import Scene, use_scene
from sync.protocol.card_codes import Mistake, lacking, read
from sync.protocol.crockford import grouped

MOST_TYPED = 40
"""More cannot be typed or pasted: a code has eight letters, and people write dashes and spaces."""


@ft.component
def CardCode(kept: str, is_wrong: bool, hear: Callable[[str], Awaitable[None]]) -> ft.Control:
    """`kept` is the code that is noted; `is_wrong`, that what was typed is none, also where a restart has forgotten
    what it was. `hear` is told of each letter."""
    scene = use_scene()
    typed, type_ = ft.use_state(grouped(kept))

    async def change(words: str) -> None:
        type_(words)
        await hear(words)

    async def remove() -> None:
        await change("")

    wrong = _wrong(scene, typed) or (scene.text("card.forgotten") if is_wrong and not typed else None)
    return ft.Column(
        [
            writing.caption(scene, scene.text("card.notice")),
            _field(scene, typed, wrong, change),
            *([_heard(scene, kept)] if kept and not wrong else []),
            *([_remove(scene, remove)] if typed or is_wrong else []),
        ],
        spacing=theme.SPACE_M,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _wrong(scene: Scene, typed: str) -> str | None:
    """What is wrong with it, in words. Who is still typing is told how much is left."""
    found = read(typed)
    if found == Mistake.SHORT:
        return scene.words.count("card.short", lacking(typed))
    return scene.text(f"card.{found}") if isinstance(found, Mistake) else None


def _field(scene: Scene, typed: str, wrong: str | None, change: Callable[[str], Awaitable[None]]) -> ft.Control:
    return field(
        scene,
        scene.text("field.card_code"),
        typed,
        change,
        max_length=MOST_TYPED,
        autocorrect=False,  # what is typed here must not be learned by the keyboard
        enable_suggestions=False,
        capitalization=ft.TextCapitalization.CHARACTERS,
        error=wrong,
    )


def _heard(scene: Scene, code: str) -> ft.Control:
    """That it is right, as it is read back to the person."""
    words = writing.caption(scene, scene.text("card.right", code=grouped(code)), color=scene.palette.sent.ink)
    return ft.Semantics(content=words, live_region=True)


def _remove(scene: Scene, remove: buttons.Tapped) -> ft.Control:
    return buttons.quiet(scene, scene.text("card.remove"), remove, icon=ft.Icons.BACKSPACE_OUTLINED)
