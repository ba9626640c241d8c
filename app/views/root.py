"""The frame around every screen: routes, navigation, notices, and what comes before a shift."""

import flet as ft

from app import theme
from app.domain.archive import Shown, Wanted
from app.domain.happenings import Locking
from app.state import Trouble
from app.views.accessibility import Accessibility
from app.views.assist import Case, PickProcedure
from app.views.door import Door
from app.views.end_of_shift import EndOfShift
from app.views.help import Help
from app.views.out_of_service import out_of_service
from app.views.parts import writing
from app.views.parts.correction import corrected_record
from app.views.parts.lock import lock_row, lock_tile, lock_warning, watched
from app.views.parts.practice_band import practice_band
from app.views.parts.undo_bar import undo_bar
from app.views.plan import PlanBoard
from app.views.record import NoRecord
from app.views.records import Records
from app.views.requests import RequestForm, RequestList
from app.views.review import ReviewScreen
from app.views.roll_call import RollCall
from app.views.scene import Scene, StageContext, Standing, use_scene
from app.views.showing import SHOWN, Showing
from app.views.start_shift import StartShift
from app.views.today import Today
from app.views.waiting import WaitingScreen
from app.views.workshops import PickSession
from sync.client.phase import Cause, Stopped

DESTINATIONS = (
    ("/", "nav.today", ft.Icons.TODAY_OUTLINED, ft.Icons.TODAY),
    ("/workshops", "nav.workshops", ft.Icons.GROUPS_OUTLINED, ft.Icons.GROUPS),
    ("/records", "nav.records", ft.Icons.LIST_ALT_OUTLINED, ft.Icons.LIST_ALT),
    ("/help", "nav.help", ft.Icons.HELP_OUTLINE, ft.Icons.HELP),
)

UNDER = {
    "accessibility": "/help",
    "assist": "/",
    "waiting": "/",
    "end-of-shift": "/",
    "review": "/records",
    "plan": "/workshops",
    "request": "/workshops",
    "requests": "/workshops",
    "roll-call": "/workshops",
}


@ft.component
def App(standing: Standing) -> ft.Control:
    """The whole page."""
    routes = [
        ft.Route(index=True, component=Today),
        ft.Route(path="assist", component=PickProcedure),
        ft.Route(path="assist/:id", component=Case),
        ft.Route(path=f"assist/:id{SHOWN}", component=Showing),
        ft.Route(path="waiting", component=WaitingScreen),
        ft.Route(path="workshops", component=PickSession),
        ft.Route(path="workshops/choose", component=PickSession),
        ft.Route(path="plan", component=PlanBoard),
        ft.Route(path="requests", component=RequestList),
        ft.Route(path="request/:id", component=RequestForm),
        ft.Route(path="roll-call/:id", component=RollCall),
        ft.Route(
            path="records",
            component=Records,
            outlet=True,
            children=[ft.Route(index=True, component=NoRecord), ft.Route(path=":id", component=NoRecord)],
        ),
        ft.Route(path="review", component=ReviewScreen),
        ft.Route(path="end-of-shift", component=EndOfShift),
        ft.Route(path="help", component=Help),
        ft.Route(path="accessibility", component=Accessibility),
        ft.Route(path=":elsewhere*", component=Today),  # within the frame: outside of it there is no door
    ]
    frame = [ft.Route(component=Frame, outlet=True, children=routes)]
    return StageContext(standing, lambda: ft.Router(frame, manage_views=True))


@ft.component
def Frame() -> ft.View:
    """Navigation beside (or below) the screen; the start of a shift when none is open."""
    scene = use_scene()
    location = ft.use_route_location()
    outlet = Kept(ft.use_route_outlet())
    entered = bool(scene.now.entered)
    ft.use_effect(lambda: scene.stage.hands.move_on(scene.stage.clock()), [location, entered])
    ft.use_effect(lambda: scene.stage.drawn(location), [location])
    ft.use_effect(lambda: scene.stage.remember(location) if entered else None, [location])
    if scene.now.sync.phase == Stopped(Cause.DEVICE_LOST):
        return out_of_service()
    content = _content(scene, location, outlet) if entered else [_column(scene, Door())]
    return ft.View(
        route="/",
        can_pop=False,
        padding=0,
        bgcolor=scene.palette.text.paper,
        controls=[ft.SafeArea(watched(scene, [*_practice(scene), *lock_warning(scene), *content]), expand=True)],
    )


@ft.memo
@ft.component
def Kept(screen: ft.Control) -> ft.Control:
    """A screen that is moved into a new frame stays on the page: only something memoized is told its new place there,
    and what does not know its place cannot take the focus."""
    return screen


def _content(scene: Scene, location: str, outlet: ft.Control) -> list[ft.Control]:
    shift = scene.now.shift
    if shift is None:
        return [_column(scene, StartShift()), lock_row(scene)]
    if shift.ended_at:
        return [_column(scene, outlet if location == "/review" else EndOfShift()), lock_row(scene)]
    if location.endswith(SHOWN):
        return [outlet, lock_row(scene)]
    return [_navigated(scene, location, outlet)]


def _practice(scene: Scene) -> list[ft.Control]:
    """Above everything, so that nobody takes it for real."""
    return [practice_band(scene)] if scene.now.is_practice else []


def _navigated(scene: Scene, location: str, outlet: ft.Control) -> ft.Control:
    first = location.strip("/").split("/")[0]
    is_correction = corrected_record(scene.now, location) is not None
    here = "/records" if is_correction else UNDER.get(first, f"/{first}")
    index = next((index for index, each in enumerate(DESTINATIONS) if each[0] == here), 0)
    column = _today(scene, outlet) if location == "/" else _column(scene, outlet)
    if scene.look.is_compact:
        return ft.Column([column, _bar(scene, index)], expand=True, spacing=0)
    return ft.Row(
        [_rail(scene, index), column], expand=True, spacing=0, vertical_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _column(scene: Scene, screen: ft.Control) -> ft.Control:
    return _stacked(scene, [ft.Container(screen, expand=True), *_undo(scene)])


def _today(scene: Scene, screen: ft.Control) -> ft.Control:
    """The bar lies over the end of the list: if it took its room, the rows would move when it goes, and whoever aims at
    one would hit another."""
    whole = ft.Container(screen, left=0, top=0, right=0, bottom=0)
    over = [ft.Container(each, left=0, right=0, bottom=0) for each in _undo(scene)]
    return _stacked(scene, [ft.Stack([whole, *over], expand=True)])


def _undo(scene: Scene) -> list[ft.Control]:
    return [undo_bar(scene, scene.now.undo)] if scene.now.undo and scene.now.entered else []


def _stacked(scene: Scene, parts: list[ft.Control]) -> ft.Control:
    notices = [_banner(scene, scene.now.trouble)] if scene.now.trouble else []
    return ft.Column(
        [*notices, *parts],
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _banner(scene: Scene, trouble: Trouble) -> ft.Control:
    tone = scene.palette.review
    lines: list[ft.Control] = [writing.body(scene, scene.text(trouble.message), color=tone.ink, is_bold=True)]
    if trouble.detail:
        lines.append(writing.caption(scene, trouble.detail, color=tone.ink))
    row = ft.Row([ft.Icon(ft.Icons.REPORT_OUTLINED, color=tone.ink), ft.Column(lines, expand=True, spacing=2)])
    return ft.Semantics(content=ft.Container(row, bgcolor=tone.paper, padding=theme.SPACE_M), live_region=True)


def _rail(scene: Scene, index: int) -> ft.Control:
    look, palette = scene.look, scene.palette
    label = ft.TextStyle(size=min(look.size(theme.CAPTION), 20), color=palette.text.ink)
    size = min(look.size(24), 30)  # what lies around the chosen one is 32 high
    return ft.NavigationRail(
        [
            ft.NavigationRailDestination(
                icon=ft.Icon(icon, color=palette.text.ink, size=size),
                selected_icon=ft.Icon(chosen, color=palette.text.ink, size=size),
                label=scene.text(words),
                padding=ft.Padding.symmetric(vertical=theme.SPACE_S),
            )
            for _, words, icon, chosen in DESTINATIONS
        ],
        selected_index=index,
        label_type=ft.NavigationRailLabelType.ALL,
        min_width=128 if look.is_large else 96,
        bgcolor=palette.raised.paper,
        indicator_color=palette.sending.paper,
        selected_label_text_style=ft.TextStyle(size=label.size, color=palette.text.ink, weight=ft.FontWeight.BOLD),
        unselected_label_text_style=label,
        trailing=lock_tile(scene),
        pin_trailing_to_bottom=True,
        on_change=lambda event: _visit(scene, event.control.selected_index),
    )


def _visit(scene: Scene, index: int) -> None:
    if scene.stage.access.touched():
        state = scene.stage.state
        if state.wanted.shown == Shown.WAITING and not state.snapshot.sync.waiting:
            state.wanted = Wanted()  # what the chip had asked for is sent
        scene.stage.go(DESTINATIONS[index][0])


def _bar(scene: Scene, index: int) -> ft.Control:
    async def go(event: ft.Event[ft.NavigationBar]) -> None:
        chosen = event.control.selected_index
        if chosen == len(DESTINATIONS):
            await scene.stage.lock(Locking.BY_HAND)
        else:
            _visit(scene, chosen)

    return ft.NavigationBar(
        [
            *(
                ft.NavigationBarDestination(icon=icon, selected_icon=chosen, label=scene.text(words))
                for _, words, icon, chosen in DESTINATIONS
            ),
            ft.NavigationBarDestination(icon=ft.Icons.LOCK_OUTLINE, label=scene.text("lock")),
        ],
        selected_index=index,
        bgcolor=scene.palette.raised.paper,
        indicator_color=scene.palette.sending.paper,
        on_change=go,
    )
