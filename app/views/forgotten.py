"""A PIN that was forgotten, tried too often, or is the first of somebody: the coordinator answers with eight digits, by
telephone if need be."""

import flet as ft

from app import theme
from app.domain.people import Connector
from app.services.access import Refused, Why
from app.views.parts import buttons, writing
from app.views.parts.dates import pause
from app.views.parts.fields import field
from app.views.scene import Scene, use_scene


@ft.component
def Forgotten(person: Connector, heading: str, back: buttons.Tapped) -> ft.Control:
    """What to read out, and a field for the answer. It works without a network. `heading`: the id of its words."""
    scene = use_scene()
    asked, set_asked = ft.use_state("")
    typed, type_ = ft.use_state("")
    said, say = ft.use_state("")
    access = scene.stage.access

    async def ask() -> None:
        letters = await access.ask(person.id)
        set_asked(letters or "")
        say("" if letters else scene.text("pin.no_centre"))

    async def unlock() -> None:
        refused = await access.unlock(person.id, typed)
        if refused is None:
            back()
        else:
            say(_words(scene, refused))

    ft.use_effect(ask, [])
    tone = scene.palette.review
    error = [ft.Semantics(content=writing.body(scene, said, color=tone.ink, is_bold=True), live_region=True)]
    code = f"{person.id} · {asked[:4]} {asked[4:]}"
    answered = field(
        scene,
        scene.text("unlock.answer"),
        typed,
        type_,
        on_submit=unlock,
        keyboard_type=ft.KeyboardType.NUMBER,
        autocorrect=False,
        enable_suggestions=False,
    )
    answered.text_size = scene.look.size(theme.TITLE)
    form = [
        writing.body(scene, scene.text("unlock.read_out")),
        writing.display(scene, code),
        answered,
        buttons.primary(scene, scene.text("unlock.go"), unlock, icon=ft.Icons.LOCK_OPEN),
    ]
    return ft.Column(
        [
            writing.section(scene, scene.text(heading)),
            *(form if asked else []),
            *(error if said else []),
            buttons.quiet(scene, scene.text("go.back"), back, icon=ft.Icons.ARROW_BACK),
        ],
        spacing=theme.SPACE_M,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _words(scene: Scene, refused: Refused) -> str:
    if refused.why == Why.WRONG:
        return scene.text("unlock.wrong")
    if refused.why == Why.PAUSE:
        return scene.text("pin.pause", time=pause(refused.left))
    return scene.text(f"pin.{refused.why}")
