"""Assembles the app once: settings, clock, ids, store, services and the sync loop.

The one place that fetches time, ids and randomness; everything else is given them.
"""

import asyncio
import gc
import logging
import random
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from uuid import UUID

from app.domain.catalogue import Label, parse_catalogue
from app.domain.centres import parse_centres
from app.domain.happenings import Event, Happening, Locking
from app.domain.library import Library
from app.domain.reference import BrokenReference
from app.domain.search import ProcedureSearch
from app.domain.synonyms import parse_synonyms
from app.i18n import LANGUAGES, words_in
from app.services.access import Access, Means
from app.services.enrolling import Enrolling
from app.services.leaving import Leaving
from app.services.pairing import Pairing
from app.services.practice import Practice
from app.services.recorder import Surroundings
from app.services.reference import Reference
from app.services.syncing import Prepare
from app.services.verifiers import Verifier, pepper_of
from app.services.world import World
from app.settings import Settings
from app.store import (
    CHECKSUM,
    Codec,
    DiskRefused,
    KeyPlace,
    Left,
    Sealed,
    Store,
    Times,
    Write,
    close_for_centre,
    unacknowledged,
)
from sync.client.carrying import parcels_of
from sync.client.engine import Engine
from sync.client.phase import Phase
from sync.client.transport import HttpTransport, usable_address

_log = logging.getLogger(__name__)


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


COUNTS_EVERY = 30  # seconds: minutes on a screen are never older than this


def look_for_garbage_less() -> None:
    """What was read so far stays for good, and a tap makes thousands of things that go by themselves: to look through
    all of them for rings, again and again, took a tenth of each tap, and 0.1 s of one in ten."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _transport(url: str, token: Callable[[], str | None]) -> HttpTransport:
    return HttpTransport(url, token=token, clock=clock, version=app_version())


class Gone:
    """A tablet that was given up for lost before it was turned on."""

    def __init__(self, folder: Path, place: KeyPlace, left: Left, codec: Codec) -> None:
        """`codec` signs what is left, as long as there is a key."""
        box = _transport(left.url, lambda: left.token)
        self._leaving = Leaving(folder, place, box, lambda: left, codec)

    async def run(self) -> None:
        """Until everything that was left is brought."""
        await self._leaving.run(asyncio.sleep)


class Tablet:
    """Everything that lives as long as the process. Pages come and go."""

    def __init__(self, settings: Settings, shipped: Library, key: bytes, place: KeyPlace) -> None:
        """`place` keeps what opens the key. Raises StoreTrouble, with nothing touched."""
        self._folder, self._place, self._key, self._codec = settings.folder, place, key, Sealed(key)
        self._closed_for = b""  # the centre that could open a copy of the key
        self.store = Store.open(settings.folder, new_id=new_id, codec=self._codec, before=CHECKSUM)
        look_for_garbage_less()
        device_id, is_new = str(self.store.note("device_id") or new_id()), self.store.note("device_id") is None
        begun = unsettable_seconds()
        self.store.witness.begin(lambda: Times(clock(), int(unsettable_seconds() - begun)))
        started = Event(Happening.STARTED, result="whole" if self.store.recovery.is_clean else "damaged")
        self.store.witness.tell(started)
        if is_new:  # else nothing is written: a full disk keeps nobody from looking, and from carrying what is here
            self.store.write(Write(notes={"device_id": device_id}))
        around = Surroundings(clock, new_id, asyncio.sleep, device_id)
        self.real = World(self.store, shipped, around)
        self.board, self.recorder, self.syncing = self.real.board, self.real.recorder, self.real.syncing
        self.reference = Reference(self.recorder, shipped)
        self.syncing.heard, self.syncing.lost = self.reference.follow, self._leave
        label = Label(*(words_in(each).text("practice.centre") for each in LANGUAGES))
        self.practice = Practice(self.real, settings.folder / "practice", around, label, random_bytes)
        self.pairing = Pairing(
            self.store,
            url=settings.centre_url,
            code=settings.code,
            clock=clock,
            random=random_bytes,
            version=app_version(),
        )
        self.enrolling = Enrolling(
            self.pairing, self.syncing, self._connect, is_centre_address, lambda: bool(self.board.snapshot.entered)
        )
        self.real.carrying.use(lambda: self.pairing.sender)
        verifier = Verifier(pepper_of(key), random_bytes)
        means = Means(
            verifier,
            unsettable_seconds,
            random_bytes,
            secret=lambda: self.pairing.secret,
            was_known=lambda: self.pairing.was_known,
        )
        self.access = Access(self.recorder, self.real.shifts, means)
        self.access.locked = self._leave_practice
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

    async def lock(self, how: Locking) -> None:
        """Nothing of the person who was here stays on any screen."""
        self.access.lock(how)
        await self.practice.end()

    def _leave_practice(self) -> None:
        """What is practised stands on the screen like anything else."""
        if self.practice.shown is not self.real:
            self._tasks.add(asyncio.get_running_loop().create_task(self.practice.end()))

    async def _keep_in_step(self) -> None:
        await self.reference.follow()  # what was heard just before the last end
        await asyncio.to_thread(self._prepare)  # while the first screen is looked at
        self.enrolling.send_to(self.pairing.url or "")
        await self.syncing.run()

    def _connect(self, url: str) -> tuple[HttpTransport, Engine, Prepare]:
        transport = _transport(url, lambda: self.pairing.token)
        chance = random.SystemRandom().random
        engine = Engine(self.store, transport, clock=clock, report=self.syncing.report, chance=chance)
        return transport, engine, partial(self._before_a_round, transport)

    async def _before_a_round(self, transport: HttpTransport, last: Phase) -> Phase | None:
        """Let in, where somebody brought a code; and the key closed for the centre that it is let in at."""
        stuck = await self.pairing.complete(transport, last)
        await asyncio.to_thread(self._close_key_for_centre)
        return stuck

    def _close_key_for_centre(self) -> None:
        """Tried again before each round, until the disk takes it."""
        sender = self.pairing.sender
        if sender is None or sender.public == self._closed_for:
            return
        try:
            close_for_centre(self._folder, self._key, sender.public)
        except DiskRefused as error:
            _log.warning("the key is not closed for the centre yet: %s", type(error).__name__)
        else:
            self._closed_for = sender.public

    def _leave(self) -> None:
        """Out of service: from now on nothing is saved, shown or sent but what is sealed for the drop box."""
        self.syncing.lost = lambda: None
        self.store.close()
        box = _transport(self.pairing.url or "", lambda: self.pairing.token)
        self.syncing.use(Leaving(self._folder, self._place, box, self._packed, self._codec), _nothing_before)
        self.syncing.wake()
        self._tasks.add(asyncio.get_running_loop().create_task(self.practice.end()))

    def _packed(self) -> Left:
        """What is read of a closed store is what was last saved in it."""
        url, sender = self.pairing.url or "", self.pairing.sender
        if sender is None:
            return Left(url, "", is_kept=True)
        changes = tuple(unacknowledged(self.store.records()))
        heard = self.store.cursor() or self.store.past()
        parcels = parcels_of(changes, sender, past=heard, at=clock())
        return Left(url, (self.pairing.token or "") if parcels else "", parcels)

    def _prepare(self) -> None:
        """What later screens would wait for."""
        self.board.snapshot.library.search.prepare()
        self.real.browsing.prepare()
        look_for_garbage_less()


async def _nothing_before(_last: Phase) -> None:
    """A round of a tablet that leaves needs no code."""
