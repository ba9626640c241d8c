"""A page of the tablet: what its views are given, how it looks, and how it is kept up to date."""

import contextvars
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import flet as ft
from flet.controls.context import _context_page

from app import theme
from app.device import Device
from app.domain.archive import Wanted
from app.drawing import draw_outermost_first
from app.i18n import LANGUAGES
from app.navigation import Navigation
from app.shell import Tablet, app_version
from app.state import AppState, Snapshot, Theme
from app.views.keys import press
from app.views.parts.lock import lock_when_left
from app.views.root import App
from app.views.scene import Stage, Standing


def show(page: ft.Page, tablet: Tablet) -> None:
    """Draw a new page of the tablet, and keep it up to date."""
    practice = tablet.practice
    state = AppState(practice.shown.board.snapshot, width=int(page.width or 1280))

    def has_field() -> bool:
        return any(isinstance(each, ft.TextField) for each in page.session.index.values())

    navigation = Navigation(page, lambda: tablet.access.idle, has_field, tablet.recorder.around.sleep)
    standing = Standing(_stage(tablet, navigation, state, Device(page)))
    _dress(page, state)

    def resized(event: ft.PageResizeEvent) -> None:
        state.width = int(event.width)

    def follow(snapshot: Snapshot) -> None:
        if page.session.connection is not None:  # a page that was closed has nobody to show it to
            _as_page(page, _assign, navigation, tablet, standing, snapshot)

    def connected(_: ft.Event[ft.Page]) -> None:
        state.width = int(page.width or state.width)  # turned while nobody was connected
        standing.is_hidden = False
        navigation.reconnected()
        follow(practice.shown.board.snapshot)

    def brightness_changed(event: ft.Event[ft.Page]) -> None:
        page.platform_brightness = ft.Brightness(event.data)
        _dress(page, state)

    async def pressed(event: ft.KeyboardEvent) -> None:
        navigation.pressed()
        await press(standing.stage, event, navigation.route)

    def closed(_: ft.Event[ft.Page]) -> None:
        unwatch()
        navigation.stay_quiet()

    unwatch = practice.watch(follow)
    page.on_keyboard_event = pressed
    page.on_connect = connected
    page.on_close = closed
    page.on_resize = resized
    page.on_platform_brightness_change = brightness_changed
    page.services.append(ft.Connectivity(on_change=lambda _: tablet.syncing.wake()))
    page.on_app_lifecycle_state_change = partial(lock_when_left, page, standing, tablet.recorder.around.sleep)
    route = _route(standing) if page.route in ("", "/") or not state.snapshot.entered else page.route
    page.route = navigation.route = (
        route  # drawn at once, and told to the browser so that "back to Avui" is a change for it too
    )
    draw_outermost_first(page)
    page.render_views(App, standing)
    page.run_task(_begin, navigation, tablet, route)


async def _begin(navigation: Navigation, tablet: Tablet, route: str) -> None:
    """Tell the browser the route. What goes on in the background begins when it has answered, so with the first screen
    there: before, the two would wait for each other."""
    try:
        await navigation.tell(route)
    finally:
        tablet.start()


def _route(standing: Standing) -> str:
    """The screen that was shown last; while nobody is in, none: it is theirs who come."""
    return standing.stage.shifts.route if standing.stage.state.snapshot.entered else "/"


def _assign(navigation: Navigation, tablet: Tablet, standing: Standing, snapshot: Snapshot) -> None:
    state = standing.stage.state
    if snapshot.is_practice != tablet.practice.shown.board.snapshot.is_practice:
        return  # of the world that was just left
    was, state.snapshot = state.snapshot, snapshot
    if snapshot.is_practice != was.is_practice:
        device = standing.stage.device
        standing.stage = _stage(tablet, navigation, state, device)  # before the route: each world remembers its own
    if (snapshot.entered, _shift(snapshot)) != (was.entered, _shift(was)):
        state.wanted = Wanted()  # what one looked for is nobody else's, and nothing of tomorrow's
    if (snapshot.is_practice, snapshot.entered) != (was.is_practice, was.entered):
        navigation.go(_route(standing))
    if snapshot.preferences != was.preferences:
        _dress(navigation.page, state)
        navigation.page.update()


def _shift(snapshot: Snapshot) -> str | None:
    return snapshot.shift.id if snapshot.shift else None


def _dress(page: ft.Page, state: AppState) -> None:
    """Put the page in the chosen theme, size and language."""
    chosen = state.snapshot.preferences
    dark_outside = page.platform_brightness == ft.Brightness.DARK
    state.is_dark = chosen.theme == Theme.DARK or (chosen.theme == Theme.SYSTEM and dark_outside)
    page.theme = theme.material(theme.LIGHT, chosen.text_percent)
    page.dark_theme = theme.material(theme.DARK, chosen.text_percent)
    page.theme_animation_style = ft.AnimationStyle(
        duration=0, reverse_duration=0
    )  # or each route is half a second of it
    page.theme_mode = ft.ThemeMode.DARK if state.is_dark else ft.ThemeMode.LIGHT
    locales = {each: ft.Locale(each, "GB" if each == "en" else "ES") for each in LANGUAGES}
    page.locale_configuration = ft.LocaleConfiguration(list(locales.values()), locales.get(chosen.language))


def _as_page(page: ft.Page, work: Callable[..., None], *arguments: object) -> None:
    """Do `work` at once as this page, whosever tap it was, so that what comes of one tap is drawn together."""

    def done_here() -> None:
        _context_page.set(page)  # type: ignore[arg-type]  # made for what is None at first
        work(*arguments)

    contextvars.copy_context().run(done_here)


def _run(page: ft.Page, work: Callable[..., Coroutine[Any, Any, None]], *arguments: object) -> None:
    """Run `work` as this page, from wherever this is called: `run_task` leaves its page in the caller's context."""
    contextvars.copy_context().run(page.run_task, work, *arguments)


def _stage(tablet: Tablet, navigation: Navigation, state: AppState, device: Device) -> Stage:
    """What one page's views are given, in the world that is shown."""
    world = tablet.practice.shown

    def remember(route: str) -> None:
        _run(navigation.page, world.shifts.remember, route)

    return Stage(
        state=state,
        assisting=world.assisting,
        workshops=world.workshops,
        requests=world.requests,
        aliases=world.aliases,
        shifts=world.shifts,
        line=world.line,
        reviewing=world.reviewing,
        browsing=world.browsing,
        correcting=world.correcting,
        syncing=world.syncing,
        carrying=world.carrying,
        damage=world.damage,
        practice=tablet.practice,
        access=tablet.access,
        enrolling=tablet.enrolling,
        lock=tablet.lock,
        take_back=world.recorder.take_back,
        device=device,
        go=navigation.go,
        drawn=navigation.drawn,
        remember=remember,
        clock=tablet.recorder.around.clock,
        version=app_version(),
        store_schema=tablet.store.schema,
    )
