"""What to do where no network comes: the work as codes for a camera, or as a file. It is sealed, and it stays here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.services.carrying import Carried
from app.views.parts import buttons, writing
from app.views.parts.code import code, drawn
from app.views.parts.layout import beside
from app.views.scene import Scene, use_scene

MANY = 12  # codes: a file is quicker then


@dataclass(frozen=True, slots=True)
class Ways:
    """What the whole screen keeps of it: a round that comes between takes the buttons away and must swallow no word."""

    show: Callable[[Carried | None], None]  # the codes, or none of them
    told: str  # what became of the file
    tell: Callable[[str], None]


def ways_to_carry(scene: Scene, ways: Ways) -> list[ft.Control]:
    """Two buttons and what they mean; where there is no key, words that say so."""
    if not scene.now.sync.waiting:
        return []
    if not scene.stage.carrying.is_possible:
        return [writing.body(scene, scene.text("carry.no_key"), color=scene.palette.saved.ink)]

    async def show_codes() -> None:
        carried = await scene.stage.carrying.pack()
        if carried:
            await drawn(carried.lines[0])
            ways.show(carried)

    return [
        writing.body(scene, scene.text("carry.note"), color=scene.palette.saved.ink),
        buttons.secondary(scene, scene.text("carry.codes"), show_codes, icon=ft.Icons.QR_CODE_2),
        _saving(scene, ways),
    ]


def _saving(scene: Scene, ways: Ways, carried: Carried | None = None) -> ft.Control:
    """A button that puts it in a file (what was made before, or what waits now), and what became of that."""

    async def save() -> None:
        made = carried or await scene.stage.carrying.pack()
        if made is None:
            return
        name = scene.text("carry.file_name", at=f"{made.made_at:%Y-%m-%d-%H%M}")
        is_saved = await scene.stage.device.save(name, made.file)
        ways.tell(scene.text("carry.saved", name=name) if is_saved else scene.text("carry.not_saved"))

    lines = [ft.Semantics(content=writing.body(scene, ways.told, is_bold=True), live_region=True)] if ways.told else []
    button = buttons.secondary(scene, scene.text("carry.file"), save, icon=ft.Icons.SAVE_ALT)
    return ft.Column([button, *lines], horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


@ft.component
def Codes(carried: Carried, ways: Ways) -> ft.Control:
    """One code at a time, in order, as large as fits."""
    scene = use_scene()
    number, turn = ft.use_state(1)
    of = len(carried.lines)

    async def show(wanted: int) -> None:
        await drawn(carried.lines[wanted - 1])
        turn(wanted)

    name = scene.text("carry.code", number=number, of=of)
    side = [
        *_turns(scene, number, of, show),
        writing.body(scene, scene.words.count("carry.show", of)),
        *([writing.body(scene, scene.text("carry.many"))] if of > MANY else []),
        writing.body(scene, scene.text("carry.sealed")),
        _saving(scene, ways, carried),
        buttons.quiet(scene, scene.text("go.back"), lambda: ways.show(None), icon=ft.Icons.ARROW_BACK),
    ]
    return beside(scene, name, code(carried.lines[number - 1], name), side)


def _turns(scene: Scene, number: int, of: int, show: Callable[[int], Awaitable[None]]) -> list[ft.Control]:
    """The next one first: it is what one wants all the time."""
    after = buttons.primary(scene, scene.text("carry.next"), partial(show, number + 1), icon=ft.Icons.NAVIGATE_NEXT)
    before = buttons.secondary(
        scene, scene.text("carry.previous"), partial(show, number - 1), icon=ft.Icons.NAVIGATE_BEFORE
    )
    return [*([after] if number < of else []), *([before] if number > 1 else [])]
