"""Where a page is: a screen is drawn at once, and the browser is told of its route when there is a moment of rest.

Asking the browser to go there and drawing when it answers, as Flet's own `navigate` does, costs a turn there and back.
And when Flutter hears of a route it builds the whole screen once more, and takes the focus from a field: letters that
somebody types then go nowhere. So of a screen with a field it hears with the screen, before anybody can be in the
field, or not at all.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial

import flet as ft

Sleep = Callable[[float], Awaitable[None]]

ANSWERS_WITHIN = 5  # seconds; a page that does not answer for so long keeps nothing else waiting
REST = 0.5  # seconds without another screen, a key or a touch


class Navigation:
    """The route of one page. What the browser says by itself, with its arrows, counts; what it repeats of what it was
    told does not: by then the person may be elsewhere."""

    def __init__(self, page: ft.Page, idle: Callable[[], float], has_field: Callable[[], bool], sleep: Sleep) -> None:
        """`idle` says for how many seconds nobody has touched anything, `has_field` whether one can type there now."""
        self.page = page
        self.route = "/"  # of the screen that is shown, or about to be
        self._idle, self._has_field, self._sleep = idle, has_field, sleep
        self._by_keys = False  # a key was pressed since the last screen
        self._told = ""  # what the browser was told last
        self._repeats: list[set[str | None]] = []  # what it was told, and may say itself until it has answered
        self._router: Callable[..., object] | None = None
        self._telling: asyncio.Task[None] | None = None

    def go(self, route: str) -> None:
        """Draw the screen of `route`."""
        self.route = route
        if self._router is None:
            self.page.navigate(route)  # nothing is drawn yet: it is when the browser comes back with it
        else:
            self._router(ft.RouteChangeEvent("route_change", self.page, route))

    def drawn(self, route: str) -> None:
        """To be called after the screen of `route` was drawn, whoever asked for it."""
        if self.page.on_route_change != self._heard:
            self._router, self.page.on_route_change = self.page.on_route_change, self._heard
        by_keys, self._by_keys = self._by_keys, False
        self.stay_quiet()
        has_field = self._has_field()
        if route != self._told and not (by_keys and has_field):
            self._telling = asyncio.create_task(self._tell(route, at_rest=not has_field))

    def pressed(self) -> None:
        """Whoever goes by keys would lose the focus: this screen is not told of, nor the next if it has a field."""
        self._by_keys = True
        self.stay_quiet()

    def stay_quiet(self) -> None:
        """Tell nothing of the screen that is shown."""
        if self._telling:
            self._telling.cancel()

    async def _tell(self, route: str, at_rest: bool) -> None:
        if at_rest:
            await self._sleep(REST)
            while self._has_field() or self._idle() < REST:
                await self._sleep(REST)
        if route != self._told:
            await asyncio.shield(self.tell(route))

    async def tell(self, route: str, *, instead_of: str | None = None) -> None:
        """Until the browser has answered, or for `ANSWERS_WITHIN`; a page that was closed has nobody to tell."""
        self._told = route
        repeats = {route, instead_of}
        self._repeats.append(repeats)
        try:
            with contextlib.suppress(TimeoutError, RuntimeError):
                await asyncio.wait_for(self.page.push_route(route), ANSWERS_WITHIN)
        finally:
            self._repeats.remove(repeats)

    def reconnected(self) -> None:
        """A page that was loaded again says where it was told to be, and shows what it showed all the same; at another
        address somebody wants to be there."""
        if self.page.route == self._told != self.route:
            self.page.run_task(partial(self.tell, self.route, instead_of=self.page.route))

    def _heard(self, event: ft.RouteChangeEvent) -> None:
        if self._router is not None and not any(event.route in each for each in self._repeats):
            self.route = self._told = event.route
            self._router(event)
