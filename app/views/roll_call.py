"""The list of a session: who came, by seat; or only how many. Nobody is present until somebody says so."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial

import flet as ft

from app import theme
from app.domain import aliases, sessions, workshops
from app.domain.workshops import SessionDraft
from app.theme import Tone
from app.views.closing import ClosingPanel, roll_words
from app.views.parts import buttons, writing
from app.views.parts.dates import clock_time
from app.views.parts.fields import field
from app.views.parts.layout import card, grid, screen, together, two_panes
from app.views.parts.stepper import stepper
from app.views.parts.subjects import sessions_name
from app.views.parts.tappable import Face, noticed, tappable
from app.views.refused import refusal
from app.views.scene import Scene, use_scene
from sync.protocol.vocabulary import AttendanceStatus

ICONS = {
    AttendanceStatus.REGISTERED: ft.Icons.HELP_OUTLINE,
    AttendanceStatus.PRESENT: ft.Icons.CHECK_CIRCLE,
    AttendanceStatus.LATE: ft.Icons.WATCH_LATER_OUTLINED,
    AttendanceStatus.LEFT_EARLY: ft.Icons.LOGOUT,
    AttendanceStatus.ABSENT: ft.Icons.CANCEL_OUTLINED,
    AttendanceStatus.EXCUSED: ft.Icons.MARK_EMAIL_READ_OUTLINED,
}


class Way(StrEnum):
    """How attendance is taken."""

    SEATS = "with_seats"
    NAMES = "with_names"
    COUNT = "only_count"


MOST_TYPED = 80
"""More cannot be pasted. Longer than the alias may be, so that a cut is seen and not made in silence."""

Step = Callable[[SessionDraft], SessionDraft]


@ft.component
def RollCall() -> ft.Control:
    """The list of the route, with its own folds: another list starts with them closed."""
    id = ft.use_route_params().get("id", "")
    return OpenList(id, key=id)  # type: ignore[call-arg]  # every component takes a key


@ft.component
def OpenList(id: str) -> ft.Control:
    """One open list."""
    scene = use_scene()
    names_shown, show_names = ft.use_state(False)
    draft = scene.now.draft(id)
    if not isinstance(draft, SessionDraft):
        return screen(
            scene, scene.text("nav.workshops"), [writing.body(scene, scene.text("draft.gone"))], back="/workshops"
        )
    at = clock_time(draft.started_at)
    place = writing.caption(
        scene, " · ".join((scene.words.label("session_kind", draft.kind), scene.centre(draft.centre_id), at))
    )
    way = Way.COUNT if draft.only_count else Way.NAMES if names_shown else Way.SEATS
    marks = _head_count(scene) if draft.only_count else _seats(scene, draft, with_names=names_shown)
    main = [together([*refusal(scene, draft.id), place]), _ways(scene, draft, way, show_names), *marks]
    side = [ClosingPanel(draft)] if draft.only_count else [_numbers(scene, draft), ClosingPanel(draft)]
    return two_panes(scene, sessions_name(scene, draft.module_ids), main, side, back="/workshops")


def _ways(scene: Scene, draft: SessionDraft, way: Way, show_names: Callable[[bool], None]) -> ft.Control:
    """Seats, seats with a short name, or only how many: the same list, and one may go from one to the other."""

    def chooser(wanted: Way) -> buttons.Tapped:
        async def choose() -> None:
            show_names(wanted == Way.NAMES)
            if draft.only_count != (wanted == Way.COUNT):
                await scene.stage.workshops.note(draft.id, only_count=wanted == Way.COUNT)

        return choose

    chips = [buttons.choice(scene, scene.text(f"roll.{each}"), chooser(each), is_chosen=each == way) for each in Way]
    return buttons.choices(chips)


def _head_count(scene: Scene) -> list[ft.Control]:
    return [card(scene, [writing.body(scene, scene.text("roll.only_count.note"))])]


def _seats(scene: Scene, draft: SessionDraft, *, with_names: bool) -> list[ft.Control]:
    roll = workshops.roll(draft)
    numbers, is_begun = roll_words(scene, roll, with_zero=True), bool(roll.present or roll.absent)
    present = scene.text("roll.rest_present") if is_begun else scene.text("roll.all_present")
    marks = [
        (present, AttendanceStatus.PRESENT, ft.Icons.DONE_ALL),
        (scene.text("roll.rest_absent"), AttendanceStatus.ABSENT, ft.Icons.PERSON_OFF_OUTLINED),
    ]
    all_buttons = [
        buttons.secondary(scene, words, _change(scene, draft, partial(workshops.rest, status=status)), icon=icon)
        for words, status, icon in marks
    ]
    rows = _rows(scene, draft, with_names=with_names)
    wide = not scene.look.is_large
    said = ft.Semantics(content=writing.section(scene, numbers), live_region=True)
    return [
        together([said, writing.caption(scene, scene.text("roll.alias.note" if with_names else "roll.seats.note"))]),
        grid(all_buttons, across=2 if wide else 1),
        _step_back(scene, draft),
        grid(rows, across=2 if wide else 1),
    ]


def _rows(scene: Scene, draft: SessionDraft, *, with_names: bool) -> list[ft.Control]:
    called = scene.now.aliases.get(draft.id, {})
    rows: list[ft.Control] = []
    for number, slot in enumerate(workshops.slots(draft), 1):
        seat, alias = sessions.slot_words(slot), called.get(slot, "")
        row = _seat(scene, draft, number, f"{seat} · {alias}" if alias else seat)
        if with_names:
            field = AliasField(draft.id, slot, alias, key=slot)  # type: ignore[call-arg]
            row = ft.Container(ft.Column([row, field], spacing=theme.SPACE_S))
        rows.append(row)
    return rows


def _step_back(scene: Scene, draft: SessionDraft) -> ft.Control:
    """The last change to who came can be taken back as long as the list is open. Always there: rows do not move."""

    async def step_back() -> None:
        await scene.stage.workshops.step_back(draft.id)

    button = buttons.quiet(scene, scene.text("roll.step_back"), step_back, icon=ft.Icons.UNDO)
    button.disabled = not draft.past
    return button


def _numbers(scene: Scene, draft: SessionDraft) -> ft.Control:
    """How many seats there are: of people enrolled, and of people who simply came."""
    sizes = [
        buttons.choice(
            scene,
            str(each),
            _change(scene, draft, partial(workshops.seat_enrolled, count=each)),
            is_chosen=workshops.enrolled(draft) == each,
        )
        for each in workshops.SIZES
    ]
    return card(
        scene,
        [
            stepper(
                scene,
                scene.text("roll.walk_in"),
                draft.walk_ins,
                less=_change(scene, draft, workshops.remove_walk_in),
                more=_change(scene, draft, workshops.add_walk_in),
            ),
            stepper(
                scene,
                scene.text("roll.enrolled"),
                workshops.enrolled(draft),
                less=_change(scene, draft, partial(workshops.more_enrolled, by=-1)),
                more=_change(scene, draft, partial(workshops.more_enrolled, by=1)),
            ),
            buttons.choices(sizes),
        ],
    )


@ft.component
def AliasField(session_id: str, slot: str, alias: str) -> ft.Control:
    """What a person on a seat is called on this tablet; kept when the field is left. What may not be kept is said in
    place, and nothing of it is."""
    scene = use_scene()
    typed, type_ = ft.use_state(alias)
    problem = aliases.problem(typed)

    async def keep() -> None:
        await scene.stage.aliases.name(session_id, slot, typed)

    return field(
        scene,
        scene.text("roll.alias", seat=sessions.slot_words(slot)),
        typed,
        type_,
        max_length=MOST_TYPED,
        on_blur=keep,
        on_submit=keep,
        error=scene.text(f"roll.alias.{problem}", most=aliases.LONGEST) if problem else None,
    )


def _seat(scene: Scene, draft: SessionDraft, number: int, name: str) -> ft.Control:
    status = draft.statuses[number - 1]
    tone = _tone(scene, status)
    words = scene.words.label("attendance_status", status)
    if number > workshops.enrolled(draft):
        words = f"{words} · {scene.text('roll.walk_in.mark')}"
    row = ft.Row(
        [
            ft.Icon(ICONS.get(status, ft.Icons.HELP_OUTLINE), color=tone.ink, size=scene.look.size(28)),
            ft.Container(
                ft.Column(
                    [
                        writing.body(scene, name, color=tone.ink, is_bold=True),
                        writing.caption(scene, words, color=tone.ink),
                    ],
                    spacing=0,
                    tight=True,
                ),
                expand=True,
            ),
        ],
        spacing=theme.SPACE_S,
    )
    face = Face(theme.SPACE_S, 10)
    box = tappable(scene, row, _change(scene, draft, partial(workshops.cycle, number=number)), face)
    box.expand = True
    return ft.Container(
        ft.Row([box, _seat_menu(scene, draft, number, name, tone)], spacing=0),
        bgcolor=tone.paper,
        border_radius=theme.RADIUS,
        border=ft.Border.all(theme.OUTLINE, tone.ink),
    )


def _seat_menu(scene: Scene, draft: SessionDraft, number: int, seat: str, tone: Tone) -> ft.Control:
    items = [
        ft.PopupMenuItem(
            content=writing.body(scene, scene.words.label("attendance_status", status)),
            height=theme.TARGET + 8,
            on_click=noticed(scene, _change(scene, draft, partial(workshops.mark, number=number, status=status))),
        )
        for status in AttendanceStatus
    ]
    name = scene.text("roll.seat_menu", seat=seat)
    menu = ft.PopupMenuButton(
        items=items,
        icon=ft.Icons.MORE_VERT,
        icon_color=tone.ink,
        icon_size=min(scene.look.size(24), 36),
        tooltip=name,
        padding=12,
        on_open=scene.stage.hands.open_menu,
        on_cancel=scene.stage.hands.close_menu,
        on_select=scene.stage.hands.close_menu,
    )
    return ft.MergeSemantics(content=menu)


def _tone(scene: Scene, status: AttendanceStatus) -> Tone:
    if status in workshops.COUNTED_PRESENT:
        return scene.palette.sent
    if status in workshops.COUNTED_ABSENT:
        return scene.palette.review
    return scene.palette.draft


def _change(scene: Scene, draft: SessionDraft, step: Step) -> buttons.Tapped:
    async def change() -> None:
        await scene.stage.workshops.change(draft.id, step)

    return change
