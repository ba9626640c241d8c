"""Where a page is: a screen is drawn at once, and the browser hears of its route with the picture.

Asking the browser to go there and drawing when it answers, as Flet's own `navigate` does, costs a turn there and back
in which the whole of the old screen is built once more.
"""

import asyncio
import contextlib
from collections.abc import Callable

import flet as ft

ANSWERS_WITHIN = 5  # seconds; a page that does not answer for so long keeps nothing else waiting


class Navigation:
    """The route of one page. What the browser says by itself (its arrows, its line of address) counts; what it repeats
    of what it was told does not: by then the person may be elsewhere."""

    def __init__(self, page: ft.Page) -> None:
        self.page = page
        self.route = "/"
        self._told = ""  # what the browser was told last
        self._asked: list[str] = []  # what it was told and has not answered yet
        self._router: Callable[..., object] | None = None

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
        if route != self._told:
            self.page.run_task(self.tell, route)

    async def tell(self, route: str) -> None:
        """Until the browser has answered, or for `ANSWERS_WITHIN`; a page that was closed has nobody to tell."""
        self._told = route
        self._asked.append(route)
        try:
            with contextlib.suppress(TimeoutError, RuntimeError):
                await asyncio.wait_for(self.page.push_route(route), ANSWERS_WITHIN)
        finally:
            self._asked.remove(route)

    def _heard(self, event: ft.RouteChangeEvent) -> None:
        if self._router is not None and event.route not in self._asked:
            self.route = self._told = event.route
            self._router(event)
