"""The plan as a board: the modules at one centre, or at all of them. Each square says in words how it stands."""

from functools import partial

import flet as ft

from app import theme
from app.domain.board import NOTHING, Board, Square, State, held
from app.domain.catalogue import Module
from app.theme import Tone
from app.views.parts import buttons, writing
from app.views.parts.dates import day_month
from app.views.parts.layout import across, card, grid, screen
from app.views.scene import Scene, use_scene

EVERYWHERE = ""

ICONS = {
    State.HELD: ft.Icons.CHECK_CIRCLE,
    State.PARTLY_HELD: ft.Icons.TIMELAPSE,
    State.PLANNED: ft.Icons.EVENT_OUTLINED,
    State.CANCELLED: ft.Icons.EVENT_BUSY_OUTLINED,
    State.NOT_YET: ft.Icons.RADIO_BUTTON_UNCHECKED,
}


@ft.component
def PlanBoard() -> ft.Control:
    """This centre's modules; the other centres are a tap away, and all of them another."""
    scene = use_scene()
    here = scene.now.shift.centre_id if scene.now.shift else EVERYWHERE
    centre, choose = ft.use_state(here)
    board = scene.stage.browsing.board()
    places = [*((each.id, each.name.in_(scene.words.language)) for each in scene.library.centres.centres)]
    chips = [
        buttons.choice(scene, name, partial(choose, id), is_chosen=id == centre)
        for id, name in [*places, (EVERYWHERE, scene.text("plan.everywhere"))]
    ]
    shown = [centre] if centre else [id for id, _ in places]
    modules = scene.library.catalogue.training_modules
    done = held(board, ((module.id, place) for module in modules for place in shown))
    total = scene.text("plan.held", n=done, total=len(modules) * len(shown))
    squares = _one_centre(scene, board, centre) if centre else _all_centres(scene, board, places)
    return screen(
        scene,
        scene.text("plan"),
        [
            buttons.choices(chips),
            writing.section(scene, total),
            squares,
            writing.caption(scene, scene.text("plan.note")),
        ],
        back="/workshops",
    )


def plan_note(scene: Scene) -> str:
    """How far the plan has come at this centre, for the way there."""
    modules = scene.library.catalogue.training_modules
    here = scene.now.shift.centre_id if scene.now.shift else ""
    done = held(scene.stage.browsing.board(), ((each.id, here) for each in modules))
    return scene.text("plan.held", n=done, total=len(modules))


def _one_centre(scene: Scene, board: Board, centre: str) -> ft.Control:
    modules = scene.library.catalogue.training_modules
    cells = [_cell(scene, _title(scene, each), board.get((each.id, centre), NOTHING)) for each in modules]
    return grid(cells, across=across(scene, most=2))


def _all_centres(scene: Scene, board: Board, places: list[tuple[str, str]]) -> ft.Control:
    """A card for each module, with a square for each centre: as many beside each other as there is room for."""
    cards: list[ft.Control] = []
    for module in scene.library.catalogue.training_modules:
        cells = [_cell(scene, name, board.get((module.id, id), NOTHING)) for id, name in places]
        row = grid(cells, across=len(cells) if _is_roomy(scene) else across(scene, most=2))
        cards.append(card(scene, [writing.body(scene, _title(scene, module), is_bold=True), row]))
    return ft.Column(cards, spacing=theme.SPACE_M, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _is_roomy(scene: Scene) -> bool:
    return scene.look.width >= theme.LARGE and not scene.look.is_large


def _title(scene: Scene, module: Module) -> str:
    return f"{module.id}. {module.title.in_(scene.words.language)}"


def _cell(scene: Scene, words: str, square: Square) -> ft.Control:
    """What, and how it stands: a word and a sign besides the colour."""
    tone = _tone(scene, square.state)
    state = scene.text(f"square.{square.state}")
    said = " · ".join(each for each in (state, day_month(square.day)) if each)
    sign = ft.Icon(ICONS[square.state], color=tone.ink, size=scene.look.size(24))
    lines: list[ft.Control] = [writing.body(scene, words, color=tone.ink), writing.caption(scene, said, color=tone.ink)]
    return ft.MergeSemantics(
        content=ft.Container(
            ft.Row([sign, ft.Column(lines, spacing=2, expand=True)], spacing=theme.SPACE_S),
            bgcolor=tone.paper,
            border=ft.Border.all(theme.OUTLINE, tone.ink),
            border_radius=theme.RADIUS,
            padding=theme.SPACE_S + 4,
            expand=True,
        )
    )


def _tone(scene: Scene, state: State) -> Tone:
    match state:
        case State.HELD:
            return scene.palette.sent
        case State.PARTLY_HELD:
            return scene.palette.saved
        case State.PLANNED:
            return scene.palette.sending
        case State.CANCELLED:
            return scene.palette.review
    return scene.palette.draft
