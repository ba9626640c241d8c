"""Who is at the tablet: in by a PIN, out by a tap, by two minutes without a touch, or with the screen.

Being in is written down nowhere: every start begins at the door. A wrong try is on the disk before the PIN is looked
at, and pauses are counted by a clock that nobody can set: neither a kill nor another date shortens them.
"""

import asyncio
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.domain import pins
from app.domain.happenings import Event, Happening, Locking
from app.domain.people import Connector
from app.domain.pins import TooEasy
from app.services.recorder import Recorder
from app.services.shifts import Shifts
from app.services.verifiers import Verifier
from app.store import Write
from sync.protocol.crockford import ALPHABET
from sync.protocol.unlocking import ASKED, answer

PINS, WRONG, ASKING = "pins", "wrong_pins", "unlock_asked"  # notes
BEGUN = "pins_begun"  # when the first one was chosen on this tablet; False once its first day is over
WARNED = timedelta(seconds=20)
"""So long before it locks by itself, the screen says so."""


class Why(StrEnum):
    """Why somebody is not let in."""

    WRONG = "wrong"
    PAUSE = "pause"
    SHUT = "shut"  # until the coordinator opens
    GONE = "gone"  # may not work here any more
    NO_CENTRE = "no_centre"  # nobody can answer for a tablet that no centre knows
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class Refused:
    """Not let in: why, and how many tries or seconds are left."""

    why: Why
    left: int = 0


@dataclass(frozen=True, slots=True)
class Means:
    """What the door may not fetch for itself."""

    verifier: Verifier
    monotonic: Callable[[], float]  # seconds, of a clock that nobody can set
    random: Callable[[int], bytes]
    secret: Callable[[], bytes | None]  # what this tablet and whoever has the centre's private key know
    was_known: Callable[[], bool]  # whether one ever did


class Access:
    """The door. Of one tablet, for all its pages."""

    def __init__(self, recorder: Recorder, shifts: Shifts, means: Means) -> None:
        self._recorder, self._shifts, self.means = recorder, shifts, means
        self._until: dict[str, float] = {}  # by what is tried: when the next try may come
        self._touched = means.monotonic()
        self._last = ""
        self.locked: Callable[[], None] = _nobody_is_told
        self._opened: set[str] = set()  # whom the coordinator opened for, until they chose a new PIN or the app ends
        for name, wrong in self._note(WRONG).items():  # a kill shortens no pause: it begins again
            self._pause(name, wrong)

    @property
    def people(self) -> tuple[Connector, ...]:
        """Who may come in today."""
        return tuple(each for each in self._recorder.library.connectors if self._recorder.works_today(each.id))

    def has_pin(self, person: str) -> bool:
        return person in self._note(PINS)

    def too_easy(self, pin: str) -> TooEasy | None:
        """Why nobody may choose this one."""
        return pins.too_easy(pin)

    def may_choose(self, person: str) -> bool:
        """Whether somebody who has no PIN chooses one by themselves. On the day a tablet is set up everybody does;
        later, when it may be in strange hands, the coordinator opens. Where no centre ever knew it there is nobody to
        ask."""
        return person in self._opened or not self.means.was_known() or self._is_first_day()

    def obstacle(self, person: str) -> Refused | None:
        """Why nobody may try now; None: they may."""
        if self._wrong(person) >= pins.SHUT_AT:
            return Refused(Why.SHUT)
        return self._waits(person)

    async def choose(self, person: str, pin: str) -> TooEasy | Refused | None:
        """Give somebody who has none a PIN, and let them in. None: they are in."""
        if easy := pins.too_easy(pin):
            return easy
        async with self._recorder.lock:
            if self.has_pin(person) or not self._recorder.works_today(person):
                return Refused(Why.GONE)
            if not self.may_choose(person):
                return Refused(Why.SHUT)
            kept = await asyncio.to_thread(self.means.verifier.keep, pin)
            begun = {} if self._is_set_up else {BEGUN: self._recorder.around.clock().isoformat()}
            chosen = Event(Happening.PIN_CHOSEN, person)
            return await self._let_in(person, {PINS: {**self._note(PINS), person: kept}, **begun}, chosen)

    async def enter(self, person: str, pin: str) -> Refused | None:
        """None: they are in. The try counts before it is looked at."""
        async with self._recorder.lock:
            if obstacle := self.obstacle(person):
                return obstacle
            kept = self._note(PINS).get(person)
            if kept is None or not self._recorder.works_today(person):
                return Refused(Why.GONE)
            if not await self._count(person, Event(Happening.PIN_TRIED, person)):
                return Refused(Why.DISK)
            if await asyncio.to_thread(self.means.verifier.matches, pin, kept):
                return await self._let_in(person, {})
            self._pause(person, self._wrong(person))
            self._tell(Event(Happening.PIN_WRONG, person))
            return self.obstacle(person) or Refused(Why.WRONG, pins.left(self._wrong(person)))

    async def ask(self, person: str) -> str | None:
        """What the coordinator is to be read out for somebody who has forgotten their PIN, or is shut out; the same
        until it is answered. None when no centre could answer, or the disk refused."""
        async with self._recorder.lock:
            if self.means.secret() is None:
                return None
            asked = self._note(ASKING)
            if person not in asked:
                letters = "".join(ALPHABET[each % len(ALPHABET)] for each in self.means.random(ASKED))
                asked = {**asked, person: letters}
                if not await self._recorder.write(Write(notes={ASKING: asked})):
                    return None
            return str(asked[person])

    async def unlock(self, person: str, code: str) -> Refused | None:
        """None: the answer was right, and the person chooses a new PIN. It is good once."""
        async with self._recorder.lock:
            secret, asked, name = self.means.secret(), self._note(ASKING).get(person), f"unlock {person}"
            if secret is None or asked is None:
                return Refused(Why.NO_CENTRE)
            if obstacle := self._waits(name):
                return obstacle
            if not await self._count(name, Event(Happening.UNLOCK_TRIED, person)):
                return Refused(Why.DISK)
            if not hmac.compare_digest(answer(secret, person=person, asked=asked), _digits(code)):
                self._pause(name, self._wrong(name))
                self._tell(Event(Happening.UNLOCK_WRONG, person))
                return self._waits(name) or Refused(Why.WRONG, pins.left(self._wrong(name)))
            notes = {each: self._without(each, person, name) for each in (PINS, WRONG, ASKING)} | self._day_over()
            self._until = {each: until for each, until in self._until.items() if each not in (person, name)}
            if not await self._recorder.write(Write(notes=notes, events=(Event(Happening.UNLOCKED, person),))):
                return Refused(Why.DISK)
            self._opened.add(person)
            return None

    def lock(self, how: Locking) -> None:
        """Nothing of what was on the screen stays on it; what is open stays on the disk."""
        if entered := self._recorder.board.snapshot.entered:
            self._tell(Event(Happening.LOCKED, entered, result=how.value))
        self._recorder.board.show(**self._recorder.nobody())
        self.locked()

    def touched(self) -> bool:
        """Somebody is there. After too long it may be somebody else: a machine that slept woke up to this touch, which
        then locks and does nothing else. Whether it may do what it was for."""
        now, is_late = self.means.monotonic(), False
        if self._recorder.board.snapshot.entered and now - self._touched >= self._limit:
            self.lock(Locking.BY_ITSELF)
            is_late = True
        self._touched = now
        if self._recorder.board.snapshot.locks_soon:
            self._recorder.board.show(locks_soon=False)
        return not is_late

    @property
    def idle(self) -> float:
        """Seconds without a touch."""
        return self.means.monotonic() - self._touched

    async def run(self) -> None:
        """Lock by itself, until cancelled."""
        while True:
            await self._recorder.around.sleep(self.look())

    def look(self) -> float:
        """Lock, or say that it will; in how many seconds to look again."""
        now, limit = self._recorder.board.snapshot, self._limit
        idle = self.idle
        if not now.entered:
            if idle >= limit:
                self.locked()  # what is open without anybody's PIN, to practise, is left alone as well
            return limit - WARNED.total_seconds()
        is_out = not self._recorder.works_today(now.entered) and not now.own_drafts
        if is_out or idle >= limit:
            self.lock(Locking.BY_ITSELF)
            return limit - WARNED.total_seconds()
        warned_at = limit - WARNED.total_seconds()
        if idle >= warned_at and not now.locks_soon:
            self._recorder.board.show(locks_soon=True)
        return max((limit if idle >= warned_at else warned_at) - idle, 0.1)

    # inside

    @property
    def _is_set_up(self) -> bool:
        return bool(self._note(PINS)) or self._recorder.store.note(BEGUN) is not None

    def _is_first_day(self) -> bool:
        """Before the first PIN, and a day after. A clock that is put back does not bring the day again: what was
        written or heard since counts as well, and who comes in later ends it for good. Where something was written
        there was a first PIN, whatever became of the note of it."""
        recorder = self._recorder
        begun = recorder.store.note(BEGUN)
        if not isinstance(begun, str):
            return not self._is_set_up and not any(each.mine for each in recorder.store.records())
        newest = next(recorder.store.newest(), None)
        known = (recorder.board.snapshot.sync.last_sent_at, newest.at if newest else None)
        now = max([recorder.around.clock(), *filter(None, known)])
        return abs(now - datetime.fromisoformat(begun)) < pins.SET_UP_WITHIN

    @property
    def _limit(self) -> float:
        return self._recorder.library.policies.lock_after_minutes * 60.0

    def _day_over(self) -> dict[str, Any]:
        return {} if self._is_first_day() else {BEGUN: False}

    async def _let_in(self, person: str, notes: dict[str, Any], *events: Event) -> Refused | None:
        """Their shift is there again if they had one; nothing of whoever was there before is."""
        changes = {**self._day_over(), **notes, WRONG: self._without(WRONG, person), **self._shifts.turned_to(person)}
        happened = (*events, Event(Happening.ENTERED, person))
        if not await self._recorder.write(Write(notes=changes, events=happened)):
            return Refused(Why.DISK)
        self._until.pop(person, None)
        self._opened.discard(person)
        if person != self._last:
            self._recorder.withdraw_undo()
        self._last, self._touched = person, self.means.monotonic()
        self._recorder.board.show(**self._recorder.arranged(), entered=person, locks_soon=False)
        return None

    async def _count(self, name: str, tried: Event) -> bool:
        times = self._wrong(name) + 1
        wrong = {**self._note(WRONG), name: times}
        return await self._recorder.write(Write(notes={WRONG: wrong}, events=(replace(tried, result=str(times)),)))

    def _wrong(self, name: str) -> int:
        return int(self._note(WRONG).get(name, 0))

    def _pause(self, name: str, wrong: int) -> None:
        if pause := pins.pause_after(wrong):
            self._until[name] = self.means.monotonic() + pause.total_seconds()

    def _waits(self, name: str) -> Refused | None:
        left = self._until.get(name, 0) - self.means.monotonic()
        return Refused(Why.PAUSE, -int(-left // 1)) if left > 0 else None

    def _tell(self, event: Event) -> None:
        self._recorder.store.witness.tell(event)

    def _note(self, key: str) -> dict[str, Any]:
        kept = self._recorder.store.note(key)
        return kept if isinstance(kept, dict) else {}

    def _without(self, key: str, *names: str) -> dict[str, Any]:
        return {name: value for name, value in self._note(key).items() if name not in names}


def _nobody_is_told() -> None:
    """Until somebody wants to know that nobody is in."""


def _digits(code: str) -> str:
    """However it was grouped."""
    return "".join(each for each in code if each in "0123456789")
