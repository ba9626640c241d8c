"""An assisted procedure: choose it, tick its steps, say how it ended. The outcome is the save button."""

from collections.abc import Sequence
from functools import partial

import flet as ft

from app import theme
from app.domain.assisting import AssistDraft, goes_by
from app.domain.catalogue import OTHER_PROCEDURE, Procedure
from app.domain.open_cases import is_full
from app.views.bring import bring
from app.views.details import own_words
from app.views.outcome import Endings, Extras, Reason
from app.views.parts import buttons, writing
from app.views.parts.cases import case_cards, case_tabs, full_notice, pause_button
from app.views.parts.correction import correction_band, left_for
from app.views.parts.fields import focus_search, search_field
from app.views.parts.layout import across, card, grid, screen, together, two_panes
from app.views.parts.tappable import Face, Sign, tappable
from app.views.refused import refusal
from app.views.scene import Scene, use_scene
from app.views.showing import SHOWN

HITS = 30
LISTED = 100  # procedures in a catalogue that is listed whole
OF_MANY = 24  # tiles of one that is not: a row of each module. Each tile costs time, and who has many searches


@ft.component
def PickProcedure() -> ft.Control:
    """Search as you type; with nothing typed, the procedures under their modules."""
    scene = use_scene()
    query, set_query = ft.use_state("")
    ft.use_effect(partial(focus_search, scene), [])
    if is_full(scene.now.own_cases):
        scene.stage.hands.search = None
        return screen(scene, scene.text("today.new_assist"), [full_notice(scene), *case_cards(scene)], back="/")
    wide = search_field(scene, scene.text("assist.search"), query, set_query)
    found = _hits(scene, query) if query.strip() else _by_module(scene)
    return screen(scene, scene.text("today.new_assist"), [wide, *found], back="/")


def _hits(scene: Scene, query: str) -> list[ft.Control]:
    hits = scene.library.search.find(query, scene.words.language)[:HITS]
    other = scene.library.catalogue.procedure(OTHER_PROCEDURE)
    tiles = [_tile(scene, each) for each in hits if each != other]
    said = scene.words.count("assist.hits", len(tiles)) if tiles else scene.text("assist.no_hits")
    rest = [_tile(scene, other)] if other else []
    return [
        ft.Semantics(content=writing.caption(scene, said), live_region=True),
        grid([*tiles, *rest], across=across(scene, most=2)),
    ]


def _by_module(scene: Scene) -> list[ft.Control]:
    """All of them; of a catalogue that has grown large how many more can be searched, and the first of each module."""
    catalogue = scene.library.catalogue
    is_large = len(catalogue.procedures) > LISTED
    most = OF_MANY // max(1, len(catalogue.modules)) if is_large else len(catalogue.procedures)
    shown: list[ft.Control] = []
    others = 0
    for module in catalogue.modules:
        procedures = [each for each in catalogue.procedures if each.module == module.id]
        if procedures:
            shown.append(writing.section(scene, module.title.in_(scene.words.language)))
            shown.append(grid([_tile(scene, each) for each in procedures[:most]], across=across(scene, most=3)))
        others += len(procedures[most:])
    return [*([writing.caption(scene, scene.words.count("assist.others", others))] if others else []), *shown]


def _tile(scene: Scene, procedure: Procedure) -> ft.Control:
    async def begin() -> None:
        if draft_id := await scene.stage.assisting.begin(procedure.id):
            scene.stage.go(f"/assist/{draft_id}")

    return buttons.tile(scene, procedure.title.in_(scene.words.language), begin)


@ft.component
def Case() -> ft.Control:
    """The case of the route, with its own folds: another case starts with them closed."""
    id = ft.use_route_params().get("id", "")
    return OpenCase(id, key=id)  # type: ignore[call-arg]  # every component takes a key


@ft.component
def OpenCase(id: str) -> ft.Control:
    """One open case."""
    scene = use_scene()
    draft = scene.now.draft(id)
    if not isinstance(draft, AssistDraft):
        gone = writing.body(scene, scene.text("draft.gone"))
        return screen(scene, scene.text("nav.today"), [gone], back="/")
    procedure, _ = goes_by(draft, scene.library.catalogue)
    return _wide(scene, draft, procedure) if scene.look.is_expanded else _narrow(scene, draft, procedure)


def _wide(scene: Scene, draft: AssistDraft, procedure: Procedure) -> ft.Control:
    """The steps beside the ending."""
    ending = Reason(draft, procedure) if draft.ending else Endings(draft)
    main = _main(scene, draft, procedure)
    side = [ending, Extras(draft, procedure)]
    band = correction_band(scene, draft)
    return two_panes(scene, _name(scene, procedure), main, side, back=left_for(scene.now, draft), above=band)


def _narrow(scene: Scene, draft: AssistDraft, procedure: Procedure) -> ft.Control:
    """The endings always in reach at the foot, unless large text would leave no room for the rest; a reason that is
    asked for comes first."""
    first = [*correction_band(scene, draft), *([Reason(draft, procedure)] if draft.ending else [])]
    main, extras = _main(scene, draft, procedure, first), Extras(draft, procedure)
    name, back = _name(scene, procedure), left_for(scene.now, draft)
    if draft.ending:
        return screen(scene, name, [*main, extras], back=back, asked=draft.ending)
    if scene.look.is_large:
        return screen(scene, name, [*main, Endings(draft), extras], back=back)
    foot = ft.Container(Endings(draft), padding=ft.Padding.only(bottom=theme.SPACE_S))
    return screen(scene, name, [*main, extras], back=back, foot=foot)


def _main(scene: Scene, draft: AssistDraft, procedure: Procedure, above: Sequence[ft.Control] = ()) -> list[ft.Control]:
    words = own_words(scene, draft)
    top = [
        *above,
        *([] if draft.id in scene.now.corrections else case_tabs(scene, draft)),
        *refusal(scene, draft.id),
        _module(scene, procedure),
        *([card(scene, words)] if words else []),
        *_beside_the_person(scene, draft),
    ]
    return [
        together(top),
        *bring(scene, draft, procedure),
        _steps(scene, draft, procedure),
    ]


def _beside_the_person(scene: Scene, draft: AssistDraft) -> list[ft.Control]:
    """Nobody is being helped while a case is corrected."""
    if draft.id in scene.now.corrections:
        return []
    return [grid([pause_button(scene, draft), _show(scene, draft)], across=across(scene, most=2))]


def _show(scene: Scene, draft: AssistDraft) -> ft.Control:
    words = scene.text("assist.show")
    return buttons.quiet(
        scene, words, lambda: scene.stage.go(f"/assist/{draft.id}{SHOWN}"), icon=ft.Icons.SCREEN_ROTATION_OUTLINED
    )


def _name(scene: Scene, procedure: Procedure) -> str:
    return procedure.title.in_(scene.words.language)


def _module(scene: Scene, procedure: Procedure) -> ft.Control:
    words = " · ".join(each for each in (scene.module(procedure.module), procedure.site.name) if each not in ("", "—"))
    return writing.caption(scene, words)


def _steps(scene: Scene, draft: AssistDraft, procedure: Procedure) -> ft.Control:
    done = sum(step.id in draft.ticked for step in procedure.steps)
    heading = scene.text("assist.steps", done=done, total=len(procedure.steps))
    rows = [
        _step(
            scene,
            step.label.in_(scene.words.language),
            step.id in draft.ticked,
            _ticker(scene, draft.id, step.id),
        )
        for step in procedure.steps
    ]
    return card(scene, [writing.section(scene, heading), *rows])


def _ticker(scene: Scene, draft_id: str, step_id: str) -> buttons.Tapped:
    async def tick() -> None:
        await scene.stage.assisting.tick(draft_id, step_id)

    return tick


def _step(scene: Scene, words: str, is_done: bool, on_click: buttons.Tapped) -> ft.Control:
    palette = scene.palette
    done, open_ = ft.Icons.CHECK_BOX, ft.Icons.CHECK_BOX_OUTLINE_BLANK
    sign = Sign(done, 28, palette.sent.ink) if is_done else Sign(open_, 28, palette.outline.ink)
    said = ft.Semantics(content=writing.body(scene, words), checked=is_done)
    return tappable(scene, said, on_click, Face(8, 14), sign=sign)
