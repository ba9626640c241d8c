"""Which workshop: of the plan, on request of a group, or extra; which module; which centre."""

from functools import partial

import flet as ft

from app.domain.requests import is_still_open
from app.domain.sessions import Choice
from app.domain.workshops import SessionDraft
from app.views.parts import buttons, writing
from app.views.parts.agenda import planned_parts
from app.views.parts.layout import across, grid, screen
from app.views.parts.lines import draft_rows, line_rows
from app.views.plan import plan_note
from app.views.scene import Scene, use_scene
from sync.protocol.records import Kind
from sync.protocol.vocabulary import GroupType, SessionKind

NO_GROUP: GroupType | None = None


@ft.component
def PickSession() -> ft.Control:
    """A tap on the module opens the list: everything else has a default."""
    scene = use_scene()
    kind, choose_kind = ft.use_state(SessionKind.PLAN)
    centre, choose_centre = ft.use_state(scene.now.shift.centre_id if scene.now.shift else "")
    group, choose_group = ft.use_state(NO_GROUP)
    kinds = [
        buttons.choice(
            scene, scene.words.label("session_kind", each), partial(choose_kind, each), is_chosen=each == kind
        )
        for each in SessionKind
    ]
    groups = [
        buttons.choice(
            scene, scene.words.label("group_type", each), partial(choose_group, each), is_chosen=each == group
        )
        for each in GroupType
    ]
    centres = [
        buttons.choice(
            scene,
            each.name.in_(scene.words.language),
            partial(choose_centre, each.id),
            is_chosen=each.id == centre,
        )
        for each in scene.library.centres.centres
    ]
    first, last = planned_parts(scene, centre)
    heading = "workshops.choose" if ft.use_route_location().endswith("/choose") else "nav.workshops"
    asks_group = kind == SessionKind.ON_REQUEST
    return screen(
        scene,
        scene.text(heading),
        [
            *first,
            *_open_lists(scene),
            _elsewhere(scene),
            writing.section(scene, scene.text("workshops.kind")),
            buttons.choices(kinds),
            *([writing.section(scene, scene.text("workshops.group")), buttons.choices(groups)] if asks_group else []),
            writing.section(scene, scene.text("workshops.module")),
            _modules(scene, Choice(kind, (), centre, group if asks_group else None)),
            writing.section(scene, scene.text("workshops.centre")),
            buttons.choices(centres),
            *last,
        ],
    )


def _open_lists(scene: Scene) -> list[ft.Control]:
    """Lists that are open, and this shift's saved ones: a tap opens them again."""
    drafts = [each for each in scene.now.drafts if isinstance(each, SessionDraft)]
    saved = [each for each in scene.now.shift_lines if each.kind == Kind.SESSION]
    rows = [*draft_rows(scene, drafts), *line_rows(scene, saved)]
    return [writing.section(scene, scene.text("workshops.today")), *rows] if rows else []


def _elsewhere(scene: Scene) -> ft.Control:
    """The plan as a whole, and what groups ask for."""
    open_requests = sum(is_still_open(each.result) and not each.is_void for each in scene.stage.browsing.requests())
    plan = buttons.tile(
        scene, scene.text("plan"), lambda: scene.stage.go("/plan"), note=plan_note(scene), icon=ft.Icons.GRID_VIEW
    )
    asked = buttons.tile(
        scene,
        scene.text("requests"),
        lambda: scene.stage.go("/requests"),
        note=scene.words.count("requests.open", open_requests),
        icon=ft.Icons.RECORD_VOICE_OVER_OUTLINED,
    )
    return grid([plan, asked], across=across(scene, most=2))


def _modules(scene: Scene, choice: Choice) -> ft.Control:
    if choice.kind == SessionKind.ON_REQUEST and choice.group_type is None:
        return writing.body(scene, scene.text("workshops.group_first"), color=scene.palette.secondary.ink)
    tiles = [
        buttons.tile(
            scene,
            each.title.in_(scene.words.language),
            _opener(scene, choice, (each.id,)),
            note=scene.text("module", id=each.id),
        )
        for each in scene.library.catalogue.training_modules
    ]
    if choice.kind == SessionKind.ON_REQUEST:
        tiles.append(buttons.tile(scene, scene.text("workshops.no_module"), _opener(scene, choice, ())))
    return grid(list(tiles), across=across(scene, most=2))


def _opener(scene: Scene, choice: Choice, module_ids: tuple[str, ...]) -> buttons.Tapped:
    async def open_list() -> None:
        wanted = Choice(choice.kind, module_ids, choice.centre_id, choice.group_type)
        if draft_id := await scene.stage.workshops.begin(wanted):
            scene.stage.go(f"/roll-call/{draft_id}")

    return open_list
