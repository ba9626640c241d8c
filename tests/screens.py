"""Takes a picture of every screen: `make screenshots` fills .shots/ with them, to be looked at by a person.

Each screen in both orientations, light and dark, in Catalan; then at 200 % text, and with every word two fifths longer,
at 600, 800 and 1280 dp; and once in Spanish and English. What the browser says is cut off or covered is printed beside.
The screens are reached as a person would reach them, in a real app on a folder of its own.
"""

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, ViewportSize

from app.store import Store, Write
from app.store.key_file import codec_of
from sync.protocol.sealed_box import new_private_key, public_key_of
from tests.in_review import fill
from tests.journeys.driver import FOCUS_SETTLES_MS, LANDSCAPE, PORTRAIT, FletUI, chromium_browser
from tests.journeys.layout import boxes, covered, outside
from tests.journeys.processes import ROOT, App
from tests.journeys.pseudo import accented, pseudo_sources

SHOTS = ROOT / ".shots"
VIEWPORTS = {"landscape": LANDSCAPE, "portrait": PORTRAIT}
LARGE = {**VIEWPORTS, "narrow": ViewportSize(width=600, height=960)}
NOBODY = "http://127.0.0.1:9"  # a centre that never answers

Reach = Callable[[FletUI], object]


@dataclass(frozen=True, slots=True)
class Screen:
    """A place in the app: its route, and what to do there before the picture is taken."""

    name: str
    route: str
    reach: Reach = lambda ui: None


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture is taken."""

    orientation: str
    dark: bool = False
    note: str = "ca"

    @property
    def name(self) -> str:
        return "-".join([self.orientation, "dark" if self.dark else "light", self.note])

    @property
    def viewport(self) -> ViewportSize:
        return LARGE[self.orientation]


FOUR = [Look(orientation, dark) for orientation, dark in product(VIEWPORTS, (False, True))]


def shift_screens(case: str, asked: str, roll: str) -> list[Screen]:
    """The screens of an open shift, given the routes of a case, of one that is asked why it ended, and of a list."""
    return [
        Screen("today", "/help", go_home),
        Screen("pick-procedure", "/assist"),
        Screen("search", "/assist", search),
        Screen("case", case),
        Screen("case-why", asked),
        Screen("show", f"{case}/show"),
        Screen("waiting", "/waiting"),
        Screen("workshops", "/workshops"),
        Screen("roll-call", roll),
        Screen("records", "/records"),
        Screen("end-of-shift", "/end-of-shift"),
        Screen("help", "/help"),
    ]


def go_home(ui: FletUI) -> None:
    """By the rail: the bare address shows the screen that was shown last."""
    ui.tap(ui.page.locator("[aria-current],[aria-selected]").first)


def search(ui: FletUI) -> None:
    """Type into the one field of the screen, whatever it is called in the language of the moment."""
    field = ui.page.locator("input").first
    field.focus()
    ui.page.wait_for_timeout(FOCUS_SETTLES_MS)
    ui.page.keyboard.type("padro", delay=15)


def prepare(ui: FletUI) -> list[Screen]:
    """Live a small shift, and say where its screens are."""
    start(ui)
    for procedure in ("Trobar un tràmit en línia de l'Ajuntament", "Demanar cita prèvia a l'OGAT"):
        ui.click(procedure)
        ui.click("Fet")
        ui.wait_text(f"Desat: {procedure}")
    case = opened(ui, "Demanar cita prèvia a l'OMAC", "Passos · 0 de 8")
    ui.click("Obrir el web de cita prèvia i triar l'oficina OMAC")
    ui.wait_text("Passos · 1 de 8")
    ui.nav("Avui")
    asked = opened(ui, "Obtenir el certificat d'empadronament", "Passos · 0 de 7")
    ui.click("Ha de tornar")
    ui.wait_text(": per què?")
    ui.nav("Tallers")
    roll = opened(ui, "Treu profit del teu mòbil Mòdul 6", "12 per marcar", under="/roll-call/")
    ui.click("Tots presents")
    ui.wait_text("12 presents")
    ui.click("P04", exact=False)
    ui.wait_text("1 absent ·")
    return shift_screens(case, asked, roll)


def start(ui: FletUI) -> None:
    ui.enter_as("Connector 1")
    ui.click("Centre Cívic de Balàfia")
    ui.click("Comença")
    ui.wait_text("Els més fets aquí")


def opened(ui: FletUI, name: str, ready: str, *, under: str = "/assist/") -> str:
    """The route that a tap leads to, of which the browser hears a moment after it is shown."""
    before = ui.page.evaluate("location.pathname")
    ui.click(name)
    ui.wait_text(ready)
    is_there = "([under, before]) => location.pathname.startsWith(under) && location.pathname !== before"
    ui.page.wait_for_function(is_there, arg=[under, before])
    return ui.page.evaluate("location.pathname")


def prefer(ui: FletUI, choice: str) -> None:
    """Choose on the help screen; a choice is called the same in every language."""
    ui.open("/help")
    ui.click(choice)
    ui.page.get_by_role("button", name=re.compile(rf"\S+\s+{re.escape(choice)}")).first.wait_for()


def take(browser: Browser, app: App, screen: Screen, looks: Sequence[Look]) -> None:
    """One page, turned and darkened as a tablet is: a screen has to survive that too."""
    ui = FletUI(browser, app.url)
    try:
        ui.open(screen.route)
        ui.page.mouse.move(300, 300)
        ui.page.mouse.wheel(0, -1)  # somebody is there: only to look would not keep it from locking
        screen.reach(ui)
        for look in looks:
            ui.page.set_viewport_size(look.viewport)
            ui.page.emulate_media(color_scheme="dark" if look.dark else "light")
            path = ui.shot(SHOTS / f"{screen.name}-{look.name}.png")
            print(path.relative_to(ROOT), flush=True)
            for each in outside_or_covered(ui) if look.note in ("200", "pseudo") else ():
                print(f"{screen.name}-{look.name}: {each}", flush=True)
    finally:
        ui.close()


def outside_or_covered(ui: FletUI) -> list[str]:
    """Of what is in the window now; what is further down is in no window."""
    found = boxes(ui.page)
    return [*outside(found, (ui.page.viewport_size or LANDSCAPE)["width"]), *covered(found)]


def take_longer(browser: Browser, folder: Path, screens: Sequence[Screen]) -> None:
    """The same tablet, with words as long as those of other languages may be."""
    with App(folder / "shift", renderer="canvaskit", sources=pseudo_sources(folder / "longer")) as app:
        ui = FletUI(browser, app.url).open()
        ui.enter_again("Connector 1", said=accented)
        for screen in screens:
            take(browser, app, screen, [Look(orientation, note="pseudo") for orientation in LARGE])
        ui.close()


def take_all(browser: Browser, app: App) -> list[Screen]:
    """The screens of a shift, which are there again for who opens the folder after this."""
    ui = FletUI(browser, app.url)
    ui.open(ready="Qui ets?")
    take(browser, app, Screen("door", "/"), FOUR)
    screens = prepare(ui)
    for screen in screens:
        take(browser, app, screen, FOUR)
    prefer(ui, "200 %")
    for screen in screens:
        take(browser, app, screen, [Look(orientation, note="200") for orientation in LARGE])
    prefer(ui, "100 %")
    for language, note in (("Castellano", "es"), ("English", "en"), ("Català", "ca")):
        prefer(ui, language)
        for screen in screens if note != "ca" else []:
            take(browser, app, screen, [Look("portrait", note=note)])
    ui.close()
    return screens


def end(browser: Browser, app: App) -> None:
    """The end of a shift whose work could not be sent yet."""
    ui = FletUI(browser, app.url)
    ui.open(ready="Qui ets?")
    prepare(ui)
    end_shift(ui)
    ui.close()
    take(browser, app, Screen("not-yet", "/"), FOUR)


def end_shift(ui: FletUI) -> None:
    """In vain: there is no centre."""
    ui.open("/end-of-shift")
    ui.click("Envia i tanca el torn")
    ui.wait_text("Encara no")


def with_key(folder: Path) -> None:
    """A tablet that was enrolled at a centre with a key."""
    store = Store.open(folder, new_id=lambda: "", codec=codec_of(folder))
    key = public_key_of(new_private_key()).hex()
    notes = {"token": "nobody's", "centre_device": "nobody", "parcel_key": key, "key_seed": "5e" * 32}
    store.write(Write(notes=notes))
    store.close()


def carry(browser: Browser, app: App) -> None:
    """The same end with a key: what there is to do, and the codes."""
    screens = [Screen("not-yet-with-key", "/"), Screen("codes", "/", show_codes)]
    ui = FletUI(browser, app.url)
    ui.open(ready="Qui ets?")
    prepare(ui)
    end_shift(ui)
    for screen in screens:
        take(browser, app, screen, FOUR)
    ui.click("Continua el torn")
    prefer(ui, "200 %")
    end_shift(ui)
    for screen in screens:
        take(browser, app, screen, [Look(orientation, note="200") for orientation in VIEWPORTS])
    ui.close()


def show_codes(ui: FletUI) -> None:
    ui.scroll_to("Mostra un codi QR")
    ui.click("Mostra un codi QR")
    ui.wait_text("Codi 1 de")


def review(browser: Browser, app: App) -> None:
    """Everything that can wait for a person, from the top and further down; and when nothing does any more."""
    ui = FletUI(browser, app.url)
    ui.open(ready="Qui ets?")
    start(ui)
    screens = [
        Screen("review", "/review"),
        Screen("review-refused", "/review", further_down),
        Screen("review-last", "/review", lambda ui: further_down(ui, 40)),
    ]
    take(browser, app, Screen("review-records", "/records"), FOUR)
    for screen in screens:
        take(browser, app, screen, FOUR)
    prefer(ui, "200 %")
    for screen in screens:
        take(browser, app, screen, [Look(orientation, note="200") for orientation in VIEWPORTS])
    prefer(ui, "100 %")
    for language, note in (("Castellano", "es"), ("English", "en"), ("Català", "ca")):
        prefer(ui, language)
        for screen in screens if note != "ca" else []:
            take(browser, app, screen, [Look("portrait", note=note)])
    take(browser, app, Screen("review-correct", "/review", correct), FOUR)
    ui.close()


def further_down(ui: FletUI, turns: int = 8) -> None:
    size = ui.page.viewport_size or LANDSCAPE
    ui.page.mouse.move(size["width"] // 2, size["height"] // 2)
    for _ in range(turns):
        ui.page.mouse.wheel(0, 150)
        ui.page.wait_for_timeout(50)


def correct(ui: FletUI) -> None:
    """The form of a refused case, which says what was refused."""
    ui.scroll_to("Corregeix-ho")
    ui.click("Corregeix-ho")
    ui.wait_text("Com ha acabat?")


def cannot_start(browser: Browser, folder: Path) -> None:
    """What a person sees when the data folder cannot be used."""
    blocked = folder / "a-file"
    blocked.write_text("not a folder")
    with App(blocked, renderer="canvaskit") as app:
        take(browser, app, Screen("cannot-start", "/"), FOUR)


def main() -> int:
    with TemporaryDirectory() as name, chromium_browser() as browser:
        folder = Path(name)
        fill(folder / "review", now=datetime.now().astimezone())
        with_key(folder / "carry")
        with App(folder / "shift", centre_url=NOBODY, renderer="canvaskit") as app:
            screens = take_all(browser, app)
        take_longer(browser, folder, screens)
        for part, work in (("end", end), ("carry", carry), ("review", review)):
            with App(folder / part, centre_url=NOBODY, renderer="canvaskit") as app:
                work(browser, app)
        cannot_start(browser, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
