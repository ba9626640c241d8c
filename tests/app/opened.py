"""The whole app as `app.shell` makes it, opened without a browser, and a connector who counts their taps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import flet as ft

from app.i18n import words_in
from app.opening import make_main, open_tablet
from app.settings import REFERENCE, Settings
from app.shell import Tablet
from app.store import Store
from app.views.parts import tappable
from tests.app.harness import AppHarness

PIN = "402917"


class Connector(AppHarness):
    """What a connector does on the screens. `taps` counts touches since it was last set to 0."""

    store: Store
    tablet: Tablet
    taps = 0

    async def click(self, target: ft.BaseControl | str) -> None:
        self.taps += 1
        await super().click(target)

    async def enter_as(self, who: str = "C3", pin: str = PIN) -> None:
        """By the door, as whoever it is; the first time with a PIN of their own choice. Not among the taps."""
        words, access = words_in(self.tablet.board.snapshot.preferences.language), self.tablet.access
        await self.wait_text(words.text("door.title"))
        name = next((each.name for each in access.people if each.id == who), "")
        await self.click(name or words.text("connector", number=who.removeprefix("C")))
        await self.type_whole_pin(who, pin)
        self.taps = 0

    async def type_whole_pin(self, who: str, pin: str = PIN) -> None:
        """Of somebody whose tile was tapped; twice when they choose it."""
        words = words_in(self.tablet.board.snapshot.preferences.language)
        await self.wait_for(lambda: bool(self.all(ft.TextField, password=True)), "the field for a PIN")
        if not self.tablet.access.has_pin(who):
            await self.type_pin(pin)
            again = words.text("pin.again", who="")[:12]
            await self.wait_for(lambda: str(self.one(ft.TextField, password=True).label).startswith(again))
        await self.type_pin(pin)
        await self.wait_for(lambda: self.tablet.board.snapshot.entered == who, "the door to open")
        await self.settle()

    async def type_pin(self, pin: str) -> None:
        await self.fire(self.one(ft.TextField, password=True), "change", pin, value=pin)

    async def start_shift(self, centre: str = "Centre Cívic de Balàfia", who: str = "C3") -> None:
        if self.tablet.board.snapshot.entered == "":
            await self.enter_as(who)
        await self.click(centre)
        await self.click("Comença")
        await self.wait_text("Nova ajuda")
        self.taps = 0

    async def open_case(self, words: str = "Demanar cita prèvia a l'OMAC") -> None:
        """By a tile of the home screen: it stands before the list of today, whose rows are called so too."""
        await self.click(self.all_called(words)[0])
        await self.wait_text("Com ha acabat?")

    async def home(self) -> None:
        await self.go_to("/")
        await self.wait_text("Nova ajuda")


@asynccontextmanager
async def opened(
    folder: Path,
    *,
    reference: Path = REFERENCE,
    width: int = 1280,
    height: int = 800,
    route: str = "/",
    centre: tuple[str | None, str | None] = (None, None),
    at_door: bool = False,
) -> AsyncIterator[Connector]:
    """The app on this folder; whoever has a shift open comes in, unless it stays `at_door`. `centre` is the address of
    one and a code for it.

    Its store is closed at the end: the next opening is another process.
    """
    tappable.HASTY = timedelta()  # what taps here is no finger
    tablet = await open_tablet(Settings(folder, *centre, reference=reference))
    app = Connector(make_main(tablet), width=width, height=height, route=route)
    try:
        async with app:
            if isinstance(tablet, Tablet):
                app.store, app.tablet = tablet.store, tablet
                if tablet.board.snapshot.shift and not at_door:
                    await app.enter_as(tablet.board.snapshot.shift.connector_id)
                    if route != "/":
                        await app.go_to(route)
            yield app
    finally:
        if isinstance(tablet, Tablet):
            tablet.store.close()
