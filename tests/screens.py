"""Takes a picture of every screen: `make screenshots` fills .shots/ with them, to be looked at by a person.

Each screen in both orientations, light and dark, and in Catalan; the languages differ only in words, so of the others
one orientation is enough.
"""

import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, ViewportSize

from tests.journeys.driver import LANDSCAPE, PORTRAIT, FletUI, chromium_browser
from tests.journeys.processes import ROOT, App

SHOTS = ROOT / ".shots"
VIEWPORTS = {"landscape": LANDSCAPE, "portrait": PORTRAIT}


@dataclass(frozen=True, slots=True)
class Screen:
    """A place in the app that can be gone to by its route."""

    name: str
    route: str
    ready: str | None = None  # words that show that it is drawn


SCREENS = (Screen("today", "/"),)


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture is taken."""

    orientation: str
    dark: bool = False
    locale: str = "ca-ES"

    @property
    def name(self) -> str:
        return "-".join([self.orientation, "dark" if self.dark else "light", self.locale[:2]])

    @property
    def viewport(self) -> ViewportSize:
        return VIEWPORTS[self.orientation]


LOOKS = (
    *(Look(orientation, dark) for orientation, dark in product(VIEWPORTS, (False, True))),
    Look("portrait", locale="es-ES"),
    Look("portrait", locale="en-GB"),
)


def take(browser: Browser, app: App, screen: Screen, look: Look) -> Path:
    ui = FletUI(browser, app.url, viewport=look.viewport, locale=look.locale, dark=look.dark)
    try:
        ui.open(screen.route, ready=screen.ready)
        return ui.shot(SHOTS / f"{screen.name}-{look.name}.png")
    finally:
        ui.close()


def main() -> int:
    with (
        TemporaryDirectory() as folder,
        App(Path(folder) / "tablet", renderer="canvaskit") as app,
        chromium_browser() as browser,
    ):
        for screen, look in product(SCREENS, LOOKS):
            print(take(browser, app, screen, look).relative_to(ROOT), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
