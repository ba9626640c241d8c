"""Letting the tablet in, once, with the coordinator: an address and a code, then who answers there, then yes or no."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.views.parts import buttons, writing
from app.views.parts.fields import field
from app.views.parts.layout import card
from app.views.scene import Scene, use_scene
from sync.client.phase import Cause
from sync.protocol.invitations import Invitation, Wrong, read_invitation, split_link

LONGEST = 400  # what a field takes: a link is shorter

Typed = tuple[str, str]  # an address and a code


@dataclass(frozen=True, slots=True)
class Met:
    """Who was invited to, and the mark of who answers there."""

    invitation: Invitation
    mark: str


@ft.component
def Enrol(back: buttons.Tapped) -> ft.Control:
    """Nothing is asked of an address before it was tapped, and no code is told before the centre there was."""
    scene = use_scene()
    typed, type_ = ft.use_state(("", ""))
    nobody: Met | None = None
    met, keep_met = ft.use_state(nobody)
    said, say = ft.use_state("")

    async def look() -> None:
        say("")
        made = read_invitation(*typed)
        if isinstance(made, Wrong) or not scene.stage.enrolling.is_usable(made.address):
            say(scene.text(f"enrol.wrong.{made if isinstance(made, Wrong) else Wrong.ADDRESS}"))
            return
        if not scene.stage.enrolling.may_go_to(made.address):
            say(scene.text("enrol.elsewhere"))
            return
        answer = await scene.stage.enrolling.meet(made)
        if isinstance(answer, Cause):
            say(scene.text(f"cause.{answer}"))
        else:
            keep_met(Met(made, answer))

    async def enrol(invitation: Invitation) -> None:
        refused = await scene.stage.enrolling.enrol(invitation)
        if refused is None:
            back()
        else:
            keep_met(None)
            say(scene.text("enrol.refused" if refused == Cause.NOT_PAIRED else f"cause.{refused}"))

    form = (
        _answered(scene, met, partial(enrol, met.invitation), partial(keep_met, None))
        if met
        else _asked(scene, typed, type_, look)
    )
    heading = writing.section(scene, scene.text("enrol.title"))
    way_back = buttons.quiet(scene, scene.text("go.back"), back, icon=ft.Icons.ARROW_BACK)
    return card(scene, [heading, *form, *writing.went_wrong(scene, said), ft.Row([way_back])])


def _asked(scene: Scene, typed: Typed, type_: Callable[[Typed], None], look: buttons.Tapped) -> list[ft.Control]:
    """The two fields. A link that is pasted into either fills both."""
    address, code = typed
    plain = {"max_length": LONGEST, "autocorrect": False, "enable_suggestions": False, "on_submit": look}
    made = read_invitation(address, code)
    words = scene.text("enrol.look") if isinstance(made, Wrong) else scene.text("enrol.look_at", host=made.host)

    def keep(text: str, other: Typed) -> None:
        type_(split_link(text) or other)

    return [
        writing.body(scene, scene.text("enrol.how")),
        field(scene, scene.text("enrol.address"), address, lambda text: keep(text, (text, code)), **plain),
        field(scene, scene.text("enrol.code"), code, lambda text: keep(text, (address, text)), **plain),
        buttons.primary(scene, words, look, icon=ft.Icons.SEARCH),
    ]


def _answered(scene: Scene, met: Met, enrol: buttons.Tapped, other: buttons.Tapped) -> list[ft.Control]:
    return [
        writing.body(scene, scene.text("enrol.met", host=met.invitation.host)),
        writing.display(scene, met.mark),
        writing.body(scene, scene.text("enrol.compare")),
        buttons.primary(scene, scene.text("enrol.go"), enrol, icon=ft.Icons.CHECK),
        buttons.secondary(scene, scene.text("enrol.other"), other, icon=ft.Icons.CLOSE),
    ]
