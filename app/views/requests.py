"""Training requests of groups: those this tablet took, the form of one, and what can be said of one that was saved."""

from functools import partial

import flet as ft

from app import theme
from app.domain import requests
from app.domain.requests import RequestDraft, is_open
from app.domain.revisions import Closed, moment
from app.domain.sessions import Choice, held_for
from app.services.browsing import Whole
from app.views.parts import buttons, writing
from app.views.parts.dates import week
from app.views.parts.layout import card, screen, together
from app.views.parts.lease import lease_note
from app.views.parts.lines import draft_rows, line_rows
from app.views.parts.stepper import stepper
from app.views.refused import refusal
from app.views.scene import Scene, use_scene
from sync.protocol.records import Kind
from sync.protocol.vocabulary import DayPart, GroupType, RequestStatus, SessionKind, Weekday

BACK = "/requests"
MOST = 40


@ft.component
def RequestList() -> ft.Control:
    """Those that wait for somebody first."""
    scene = use_scene()
    drafts = [each for each in scene.now.own_drafts if isinstance(each, RequestDraft)]
    rows = [
        *draft_rows(scene, drafts),
        *line_rows(scene, scene.stage.browsing.requests()[:MOST], with_date=True),
    ]
    nothing = [writing.body(scene, scene.text("requests.empty"), color=scene.palette.secondary.ink)]

    async def begin() -> None:
        if draft_id := await scene.stage.requests.begin():
            scene.stage.go(f"/request/{draft_id}")

    new = buttons.primary(scene, scene.text("requests.new"), begin, icon=ft.Icons.ADD)
    note = writing.caption(scene, scene.text("requests.note"))
    return screen(
        scene,
        scene.text("requests"),
        [together([*lease_note(scene), new]), *(rows or ([] if scene.stage.browsing.is_lapsed else nothing)), note],
        back="/workshops",
    )


@ft.component
def RequestForm() -> ft.Control:
    """The form of the route. Who asks is all that has to be said."""
    scene = use_scene()
    draft = scene.now.draft(ft.use_route_params().get("id", ""))
    if not isinstance(draft, RequestDraft):
        return screen(scene, scene.text("requests"), [writing.body(scene, scene.text("draft.gone"))], back=BACK)
    return screen(
        scene,
        scene.text("request"),
        [
            together([*refusal(scene, draft.id), *_part(scene, "request.who", _groups(scene, draft))]),
            *_part(scene, "request.modules", _modules(scene, draft)),
            *_part(scene, "field.wished_weeks", _weeks(scene, draft)),
            *_part(
                scene, "field.wished_days", [_several(scene, draft, "wished_days", "weekday", each) for each in Weekday]
            ),
            *_part(
                scene, "field.day_parts", [_several(scene, draft, "day_parts", "day_part", each) for each in DayPart]
            ),
            *_size(scene, draft),
            *_part(scene, "workshops.centre", _centres(scene, draft)),
            _discard(scene, draft),
        ],
        back=BACK,
        foot=ft.Container(_save(scene, draft), padding=ft.Padding.only(bottom=theme.SPACE_S)),
    )


def request_actions(scene: Scene, whole: Whole) -> list[ft.Control]:
    """What became of a saved request, and the list of its session; for as long as it takes."""
    shift = scene.now.shift
    can_move = whole.closed in (None, Closed.TOO_OLD) and shift is not None and shift.ended_at is None
    if whole.line.kind != Kind.TRAINING_REQUEST or not can_move:
        return []
    chips = [
        buttons.choice(
            scene,
            scene.words.label("request_status", each),
            partial(scene.stage.requests.move, whole.line.id, each),
            is_chosen=whole.line.result == each,
        )
        for each in RequestStatus
    ]
    parts: list[ft.Control] = [writing.section(scene, scene.text("field.request_status")), buttons.choices(chips)]
    if is_open(whole.fields):
        words = scene.text("request.open_list")
        parts.append(buttons.secondary(scene, words, _opener(scene, whole), icon=ft.Icons.CHECKLIST))
    return [card(scene, [*parts, *_session(scene, whole)])]


def _session(scene: Scene, whole: Whole) -> list[ft.Control]:
    """The way to the session that was held for it, as long as that is on the tablet."""
    said = whole.fields.get("held_on")
    at = moment(said)
    id = held_for(whole.line.id, at.date()) if at else ""
    if not id or scene.stage.browsing.whole(id) is None:
        return []
    words = scene.text("request.session")
    return [buttons.secondary(scene, words, lambda: scene.stage.go(f"/records/{id}"), icon=ft.Icons.EVENT_AVAILABLE)]


def _opener(scene: Scene, whole: Whole) -> buttons.Tapped:
    """The list of the session that the group asked for, with its modules."""
    group, *modules = whole.line.subject
    kind = next((each for each in GroupType if each == group), GroupType.OTHER)
    size = whole.fields.get("group_size")
    choice = Choice(
        SessionKind.ON_REQUEST,
        tuple(modules),
        str(whole.fields.get("centre_id")),
        kind,
        request_id=whole.line.id,
        seats=size if isinstance(size, int) else None,
    )

    async def open_list() -> None:
        if draft_id := await scene.stage.workshops.begin(choice):
            scene.stage.go(f"/roll-call/{draft_id}")

    return open_list


def _part(scene: Scene, words: str, choices: list[ft.Control]) -> list[ft.Control]:
    return [writing.section(scene, scene.text(words)), buttons.choices(choices)]


def _groups(scene: Scene, draft: RequestDraft) -> list[ft.Control]:
    return [_group(scene, draft, each) for each in GroupType]


def _group(scene: Scene, draft: RequestDraft, group: GroupType) -> ft.Control:
    words, is_chosen = scene.words.label("group_type", group), draft.group_type == group
    return buttons.choice(scene, words, _noter(scene, draft, group_type=group), is_chosen=is_chosen)


def _modules(scene: Scene, draft: RequestDraft) -> list[ft.Control]:
    offered = [each.id for each in scene.library.catalogue.training_modules]
    ids = [*offered, *(each for each in draft.module_ids if each not in offered)]
    return [_choice(scene, draft, "module_ids", (each, scene.module(each))) for each in ids]


def _weeks(scene: Scene, draft: RequestDraft) -> list[ft.Control]:
    offered = requests.weeks(scene.stage.clock().date(), draft.wished_weeks)
    return [_choice(scene, draft, "wished_weeks", (each, week(scene, each))) for each in offered]


def _several(scene: Scene, draft: RequestDraft, field: str, group: str, value: str) -> ft.Control:
    return _choice(scene, draft, field, (value, scene.words.label(group, value)))


def _choice(scene: Scene, draft: RequestDraft, field: str, said: tuple[str, str]) -> ft.Control:
    """One of several that may be chosen: its value, and its words."""
    value, words = said
    choose = _changer(scene, draft, partial(requests.chosen, field=field, value=value))
    return buttons.choice(scene, words, choose, is_chosen=value in getattr(draft, field))


def _size(scene: Scene, draft: RequestDraft) -> list[ft.Control]:
    """Roughly with one tap, exactly with a few more."""
    chips: list[ft.Control] = []
    for each in requests.SIZES:
        is_chosen = draft.group_size == each
        choose = _noter(scene, draft, group_size=None if is_chosen else each)
        chips.append(buttons.choice(scene, str(each), choose, is_chosen=is_chosen))
    less, more = (_changer(scene, draft, partial(requests.sized, by=by)) for by in (-1, 1))
    exact = stepper(scene, scene.text("request.people"), draft.group_size or 0, less=less, more=more)
    return [*_part(scene, "field.group_size", chips), exact]


def _centres(scene: Scene, draft: RequestDraft) -> list[ft.Control]:
    return [
        buttons.choice(
            scene,
            each.name.in_(scene.words.language),
            _noter(scene, draft, centre_id=each.id),
            is_chosen=each.id == draft.centre_id,
        )
        for each in scene.library.centres.centres
    ]


def _save(scene: Scene, draft: RequestDraft) -> ft.Control:
    if draft.lacks:
        words = writing.body(scene, scene.text("workshops.group_first"), color=scene.palette.secondary.ink)
        return ft.Semantics(content=words, live_region=True)

    async def save() -> None:
        if await scene.stage.requests.save(draft.id):
            scene.stage.go(BACK)

    return buttons.primary(scene, scene.text("request.save"), save, icon=ft.Icons.SAVE_OUTLINED)


def _discard(scene: Scene, draft: RequestDraft) -> ft.Control:
    async def discard() -> None:
        await scene.stage.requests.discard(draft.id)
        scene.stage.go(BACK)

    return buttons.quiet(scene, scene.text("assist.discard"), discard, icon=ft.Icons.DELETE_OUTLINE)


def _noter(scene: Scene, draft: RequestDraft, **values: object) -> buttons.Tapped:
    async def note() -> None:
        await scene.stage.requests.note(draft.id, **values)

    return note


def _changer(scene: Scene, draft: RequestDraft, step: partial[RequestDraft]) -> buttons.Tapped:
    async def change() -> None:
        await scene.stage.requests.change(draft.id, step)

    return change
