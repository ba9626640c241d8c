"""The whole app as `app.shell` makes it, opened without a browser, and a connector who counts their taps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import flet as ft

from app.opening import make_main, open_tablet
from app.settings import REFERENCE, Settings
from app.shell import Tablet
from app.store import Store
from tests.app.harness import AppHarness


class Connector(AppHarness):
    """What a connector does on the screens. `taps` counts touches since it was last set to 0."""

    store: Store
    tablet: Tablet
    taps = 0

    async def click(self, target: ft.BaseControl | str) -> None:
        self.taps += 1
        await super().click(target)

    async def start_shift(self, centre: str = "Centre Cívic de Balàfia") -> None:
        await self.click("Connector 3")
        await self.click(centre)
        await self.click("Comença")
        await self.wait_text("Nova ajuda")
        self.taps = 0

    async def open_case(self, words: str = "Demanar cita prèvia a l'OMAC") -> None:
        """By a tile of the home screen."""
        await self.click(words)
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
) -> AsyncIterator[Connector]:
    """The app on this folder; `centre` is the address of one and a code for it. Its store is closed at the end: the
    next opening is another process."""
    tablet = await open_tablet(Settings(folder, *centre, reference=reference))
    app = Connector(make_main(tablet), width=width, height=height, route=route)
    try:
        async with app:
            if isinstance(tablet, Tablet):
                app.store, app.tablet = tablet.store, tablet
            yield app
    finally:
        if isinstance(tablet, Tablet):
            tablet.store.close()
