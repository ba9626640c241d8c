"""Who are you? A tile for each person, then six digits. All that is shown while nobody is in."""

from collections.abc import Callable
from functools import partial

import flet as ft

from app.domain.people import Connector
from app.domain.pins import TooEasy
from app.services.access import Refused, Why
from app.views.enrol import Enrol
from app.views.forgotten import Forgotten
from app.views.parts import buttons, writing
from app.views.parts.damage import damage_notice
from app.views.parts.dates import pause
from app.views.parts.language import language_choices
from app.views.parts.layout import across, card, grid, screen, two_panes
from app.views.parts.pin_pad import PinPad
from app.views.scene import Scene, use_scene


@ft.component
def Door() -> ft.Control:
    """Tiles; and beside them, or in their place where there is no room, what the chosen person has to type."""
    scene = use_scene()
    picked, pick = ft.use_state("")
    enrols, let_enrol = ft.use_state(False)
    if enrols:
        return screen(scene, scene.text("door.title"), [language_choices(scene), Enrol(lambda: let_enrol(False))])
    people = scene.stage.access.people
    person = next((each for each in people if each.id == picked), None)
    tiles = [_tile(scene, each, partial(pick, each.id), is_chosen=each == person) for each in people]
    listed = [
        *_before(scene),
        grid(tiles, across=2 if scene.look.is_expanded else across(scene, most=3)),
        *_not_enrolled(scene, partial(let_enrol, True)),  # goes by itself, and must move no tile under a finger
        writing.body(scene, scene.text("door.missing" if people else "start.nobody")),
    ]
    if person is None:
        return screen(scene, scene.text("door.title"), listed)
    leave = partial(pick, "")
    asked: ft.Control = Asked(person, leave, key=person.id)  # type: ignore[call-arg]  # every component takes a key
    if scene.look.is_expanded:
        return two_panes(scene, scene.text("door.title"), listed, [asked])
    others = buttons.quiet(scene, scene.text("door.others"), leave, icon=ft.Icons.ARROW_BACK)
    return screen(scene, scene.text("door.title"), [ft.Row([others]), asked])


def _before(scene: Scene) -> list[ft.Control]:
    """Notices, and what anybody may do without a PIN."""
    words, practice = scene.text("practice.enter"), scene.stage.practice.begin
    way_in = ft.Row([buttons.quiet(scene, words, practice, icon=ft.Icons.SCHOOL_OUTLINED)])
    return [*damage_notice(scene), language_choices(scene), way_in]


def _not_enrolled(scene: Scene, enrol: buttons.Tapped) -> list[ft.Control]:
    """Work goes on without it; only nothing can be sent."""
    if scene.now.is_practice or not scene.stage.enrolling.is_wanted:
        return []
    button = buttons.secondary(scene, scene.text("enrol.open"), enrol, icon=ft.Icons.LINK)
    return [card(scene, [writing.body(scene, scene.text("enrol.notice")), button])]


def _tile(scene: Scene, person: Connector, on_click: buttons.Tapped, *, is_chosen: bool) -> ft.Control:
    now = scene.now
    has_shift = person.id in now.aside or (now.shift is not None and now.shift.connector_id == person.id)
    waits = now.unsent.get(person.id, 0)
    notes = [scene.text("choice.chosen")] if is_chosen else []
    notes += [scene.text("door.shift_open")] if has_shift else []
    notes += [scene.words.count("chip.waiting", waits)] if waits else []
    tone = scene.palette.sending if is_chosen else None
    icon = ft.Icons.CHECK_CIRCLE if is_chosen else ft.Icons.PERSON_OUTLINE
    return buttons.tile(scene, scene.connector(person), on_click, note=" · ".join(notes), tone=tone, icon=icon)


@ft.component
def Asked(person: Connector, leave: Callable[[], None]) -> ft.Control:
    """Their PIN; the first time, one of their own choice, twice."""
    scene = use_scene()
    said, say = ft.use_state("")
    first, keep_first = ft.use_state("")
    forgot, forget = ft.use_state(False)
    times, look_again = ft.use_state(0)
    access = scene.stage.access
    has_pin = access.has_pin(person.id)
    if forgot:
        return card(scene, [Forgotten(person, "pin.forgotten", lambda: forget(False))])
    if not has_pin and not access.may_choose(person.id):
        opened = partial(look_again, times + 1)
        return card(
            scene, [Forgotten(person, "pin.first", lambda: opened() if access.may_choose(person.id) else leave())]
        )

    async def enter(pin: str) -> None:
        say("")
        if refused := await access.enter(person.id, pin):
            say(refusal_words(scene, refused))

    async def choose(pin: str) -> None:
        if first and pin != first:
            keep_first("")
            say(scene.text("pin.differ"))
        elif first:
            keep_first("")
            say(_not_taken(scene, await access.choose(person.id, pin)))
        else:
            easy = _easy(scene, pin)
            say(easy)
            keep_first("" if easy else pin)

    name = scene.connector(person)
    label = "pin.field" if has_pin else "pin.again" if first else "pin.choose"
    pad = PinPad(scene.text(label, who=name), enter if has_pin else choose)
    way_out = buttons.quiet(scene, scene.text("pin.forgotten"), lambda: forget(True), icon=ft.Icons.HELP_OUTLINE)
    asks = scene.text("pin.six" if has_pin else "pin.once_more" if first else "pin.hint")
    return card(scene, [writing.section(scene, name), _told(scene, said, asks), pad, *([way_out] if has_pin else [])])


def _told(scene: Scene, said: str, asks: str) -> ft.Control:
    """What went wrong, in the place of what is asked: the keys below stay where the thumb is."""
    (box,) = writing.went_wrong(scene, said) or [writing.boxed(scene, asks)]
    return box


def _easy(scene: Scene, pin: str) -> str:
    easy = scene.stage.access.too_easy(pin)
    return scene.text(f"pin.easy.{easy}") if easy else ""


def _not_taken(scene: Scene, answer: TooEasy | Refused | None) -> str:
    return refusal_words(scene, answer) if isinstance(answer, Refused) else ""


def refusal_words(scene: Scene, refused: Refused) -> str:
    """Why somebody is not let in, and when again."""
    if refused.why == Why.WRONG:
        return scene.words.count("pin.wrong", refused.left)
    if refused.why == Why.PAUSE:
        return scene.text("pin.pause", time=pause(refused.left))
    return scene.text(f"pin.{refused.why}")
