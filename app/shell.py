"""Assembles the app once: settings, clock, ids, store, services, the sync loop, and a root view for each page.

The one place that fetches time, ids and randomness; everything else is given them.
"""

import asyncio
import contextlib
import contextvars
import gc
import random
import secrets
import time
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from uuid import UUID

import flet as ft

from app import theme
from app.device import Device
from app.domain.archive import Wanted
from app.domain.catalogue import Label, parse_catalogue
from app.domain.centres import parse_centres
from app.domain.library import Library
from app.domain.reference import BrokenReference
from app.domain.search import ProcedureSearch
from app.domain.synonyms import parse_synonyms
from app.i18n import LANGUAGES, words_in
from app.services.access import Access, Means
from app.services.leaving import Leaving
from app.services.pairing import Pairing
from app.services.practice import Practice
from app.services.recorder import Surroundings
from app.services.reference import Reference
from app.services.verifiers import Verifier, pepper_of
from app.services.world import World
from app.settings import Settings
from app.state import AppState, Snapshot, Theme
from app.store import CHECKSUM, KeyPlace, Left, Sealed, Store, Write, unacknowledged
from app.views.keys import press
from app.views.parts.lock import lock_when_left
from app.views.root import App
from app.views.scene import Stage, Standing
from sync.client.carrying import parcels_of
from sync.client.engine import Engine
from sync.client.phase import Phase
from sync.client.transport import HttpTransport, usable_address


def clock() -> datetime:
    """Now, with the tablet's own offset."""
    return datetime.now().astimezone()


def unsettable_seconds() -> float:
    """A clock that nobody can set, which goes on while the tablet sleeps where the system has such a one."""
    since_boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if since_boot is None else time.clock_gettime(since_boot)


def new_id() -> str:
    """A UUIDv7 (RFC 9562): random, and later ones sort later."""
    milliseconds = int(clock().timestamp() * 1000)
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return str(UUID(int=value))


def random_bytes(number: int) -> bytes:
    """Of the system's own chance, good enough for keys."""
    return secrets.token_bytes(number)


def read_library(folder: Path) -> Library:
    """The reference data of `folder`. Raises BrokenReference naming the file and the place, OSError if unreadable."""

    def text(name: str) -> str:
        try:
            return (folder / name).read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise BrokenReference(name, "", str(error)) from None

    catalogue = parse_catalogue(text("catalogue.json"), where="catalogue.json")
    centres = parse_centres(text("centres.json"), where="centres.json")
    synonyms = parse_synonyms(text("synonyms.json"), where="synonyms.json")
    return Library(catalogue, centres, synonyms, ProcedureSearch(catalogue, synonyms))


def is_centre_address(url: str) -> bool:
    """Whether a tablet would send anything there at all."""
    return usable_address(url) is not None


def app_version() -> str:
    """The version of the app that is installed."""
    try:
        return version("acompanya")
    except PackageNotFoundError:  # run from the sources without being installed
        return "0"


FIRST_SCREEN_WITHIN = 5  # seconds; a page that does not answer for so long keeps nothing else waiting
COUNTS_EVERY = 30  # seconds: minutes on a screen are never older than this


class Gone:
    """A tablet that was given up for lost before it was turned on."""

    def __init__(self, folder: Path, place: KeyPlace, left: Left) -> None:
        box = HttpTransport(left.url, token=lambda: left.token, clock=clock)
        self._leaving = Leaving(folder, place, box, lambda: left)

    async def run(self) -> None:
        """Until everything that was left is brought."""
        await self._leaving.run(asyncio.sleep)


class Tablet:
    """Everything that lives as long as the process. Pages come and go."""

    def __init__(self, settings: Settings, shipped: Library, key: bytes, place: KeyPlace) -> None:
        """`place` keeps what opens the key. Raises StoreTrouble, with nothing touched."""
        self._folder, self._place = settings.folder, place
        self.store = Store.open(settings.folder, new_id=new_id, codec=Sealed(key), before=CHECKSUM)
        gc.freeze()  # what was read stays for good: collecting over it again and again would stall taps
        device_id = str(self.store.note("device_id") or new_id())
        self.store.write(Write(notes={"device_id": device_id}))
        around = Surroundings(clock, new_id, asyncio.sleep, device_id)
        self.real = World(self.store, shipped, around)
        self.board, self.recorder, self.syncing = self.real.board, self.real.recorder, self.real.syncing
        self.reference = Reference(self.recorder, shipped)
        self.syncing.heard, self.syncing.lost = self.reference.follow, self._leave
        label = Label(*(words_in(each).text("practice.centre") for each in LANGUAGES))
        self.practice = Practice(self.real, settings.folder / "practice", around, label, random_bytes)
        self.pairing = Pairing(
            self.store, url=settings.centre_url, code=settings.code, clock=clock, version=app_version()
        )
        self.real.carrying.use(lambda: self.pairing.sender)
        verifier = Verifier(pepper_of(key), random_bytes)
        means = Means(verifier, unsettable_seconds, random_bytes, token=lambda: self.pairing.token)
        self.access = Access(self.recorder, self.real.shifts, means)
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin sending in the background, and counting minutes; once, on the event loop."""
        if not self._tasks:
            loop = asyncio.get_running_loop()
            works = (self._keep_in_step(), self._keep_counting(), self.real.aliases.run(), self.access.run())
            self._tasks |= {loop.create_task(each) for each in works}

    async def _keep_counting(self) -> None:
        while True:
            await asyncio.sleep(COUNTS_EVERY)
            self.practice.shown.recorder.count_time()
            await self.real.line.wipe()

    async def lock(self) -> None:
        """Nothing of the person who was here stays on any screen."""
        self.access.lock()
        await self.practice.end()

    async def _keep_in_step(self) -> None:
        await self.reference.follow()  # what was heard just before the last end
        await asyncio.to_thread(self._prepare)  # while the first screen is looked at
        transport = HttpTransport(self.pairing.url or "", token=lambda: self.pairing.token, clock=clock)
        chance = random.SystemRandom().random
        engine = Engine(self.store, transport, clock=clock, report=self.syncing.report, chance=chance)
        self.syncing.use(engine, partial(self.pairing.complete, transport))
        await self.syncing.run()

    def _leave(self) -> None:
        """Out of service: from now on nothing is saved, shown or sent but what is sealed for the drop box."""
        self.syncing.lost = lambda: None
        self.store.close()
        box = HttpTransport(self.pairing.url or "", token=lambda: self.pairing.token, clock=clock)
        self.syncing.use(Leaving(self._folder, self._place, box, self._packed), _nothing_before)
        self.syncing.wake()
        self._tasks.add(asyncio.get_running_loop().create_task(self.practice.end()))

    def _packed(self) -> Left:
        """What is read of a closed store is what was last saved in it."""
        url, sender = self.pairing.url or "", self.pairing.sender
        if sender is None:
            return Left(url, self.pairing.token or "", is_kept=True)
        changes = tuple(unacknowledged(self.store.records()))
        heard = self.store.cursor() or self.store.past()
        return Left(url, sender.token, parcels_of(changes, sender, past=heard, at=clock()))

    def _prepare(self) -> None:
        """What later screens would wait for."""
        self.board.snapshot.library.search.prepare()
        self.real.browsing.prepare()

    def stage(self, page: ft.Page, state: AppState, device: Device) -> Stage:
        """What one page's views are given, in the world that is shown."""
        world = self.practice.shown

        def remember(route: str) -> None:
            _run(page, world.shifts.remember, route)

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
            practice=self.practice,
            access=self.access,
            lock=self.lock,
            take_back=world.recorder.take_back,
            device=device,
            go=page.navigate,
            remember=remember,
            clock=clock,
            version=app_version(),
            store_schema=self.store.schema,
        )


async def _nothing_before(_last: Phase) -> None:
    """A round of a tablet that leaves needs no code."""


def show(page: ft.Page, tablet: Tablet) -> None:
    """Draw a new page of the tablet, and keep it up to date."""
    practice = tablet.practice
    state = AppState(practice.shown.board.snapshot, width=int(page.width or 1280))
    standing = Standing(tablet.stage(page, state, Device(page)))
    _dress(page, state)

    def resized(event: ft.PageResizeEvent) -> None:
        state.width = int(event.width)

    def follow(snapshot: Snapshot) -> None:
        if page.session.connection is not None:  # a page that was closed has nobody to show it to
            _run(page, _assign, page, tablet, standing, snapshot)

    def connected(_: ft.Event[ft.Page]) -> None:
        state.width = int(page.width or state.width)  # turned while nobody was connected
        standing.is_hidden = False
        follow(practice.shown.board.snapshot)

    def brightness_changed(event: ft.Event[ft.Page]) -> None:
        page.platform_brightness = ft.Brightness(event.data)
        _dress(page, state)

    async def pressed(event: ft.KeyboardEvent) -> None:
        await press(standing.stage, event, page.route)

    unwatch = practice.watch(follow)
    page.on_keyboard_event = pressed
    page.on_connect = connected
    page.on_close = lambda _: unwatch()
    page.on_resize = resized
    page.on_platform_brightness_change = brightness_changed
    page.services.append(ft.Connectivity(on_change=lambda _: tablet.syncing.wake()))
    page.on_app_lifecycle_state_change = partial(lock_when_left, page, standing, asyncio.sleep)
    route = _route(standing) if page.route in ("", "/") or not state.snapshot.entered else page.route
    page.route = route  # drawn at once, and told to the browser so that "back to Avui" is a change for it too
    page.render_views(App, standing)
    page.run_task(_begin, page, tablet, route)


async def _begin(page: ft.Page, tablet: Tablet, route: str) -> None:
    """Tell the browser the route. What goes on in the background begins when it has answered, so with the first screen
    there: before, the two would wait for each other."""
    try:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(page.push_route(route), FIRST_SCREEN_WITHIN)
    finally:
        tablet.start()


def _route(standing: Standing) -> str:
    """The screen that was shown last; while nobody is in, none: it is theirs who come."""
    return standing.stage.shifts.route if standing.stage.state.snapshot.entered else "/"


async def _assign(page: ft.Page, tablet: Tablet, standing: Standing, snapshot: Snapshot) -> None:
    state = standing.stage.state
    if snapshot.is_practice != tablet.practice.shown.board.snapshot.is_practice:
        return  # of the world that was just left
    was, state.snapshot = state.snapshot, snapshot
    if (snapshot.shift and snapshot.shift.id) != (was.shift and was.shift.id):
        state.wanted = Wanted()  # whoever comes next looks at all of them
    if snapshot.is_practice != was.is_practice:
        device = standing.stage.device
        standing.stage = tablet.stage(page, state, device)  # before the route: each world remembers its own
    if snapshot.entered != was.entered:
        state.wanted = Wanted()  # of the list of records: what one looked for is nobody else's
    if (snapshot.is_practice, snapshot.entered) != (was.is_practice, was.entered):
        page.run_task(page.push_route, _route(standing))
    if snapshot.preferences != was.preferences:
        _dress(page, state)
        page.update()


def _dress(page: ft.Page, state: AppState) -> None:
    """Put the page in the chosen theme, size and language."""
    chosen = state.snapshot.preferences
    dark_outside = page.platform_brightness == ft.Brightness.DARK
    state.is_dark = chosen.theme == Theme.DARK or (chosen.theme == Theme.SYSTEM and dark_outside)
    page.theme = theme.material(theme.LIGHT, chosen.text_percent)
    page.dark_theme = theme.material(theme.DARK, chosen.text_percent)
    page.theme_mode = ft.ThemeMode.DARK if state.is_dark else ft.ThemeMode.LIGHT
    locales = {each: ft.Locale(each, "GB" if each == "en" else "ES") for each in LANGUAGES}
    page.locale_configuration = ft.LocaleConfiguration(list(locales.values()), locales.get(chosen.language))


def _run(page: ft.Page, work: Callable[..., Coroutine[Any, Any, None]], *arguments: object) -> None:
    """Run `work` as this page, from wherever this is called: `run_task` leaves its page in the caller's context."""
    contextvars.copy_context().run(page.run_task, work, *arguments)
