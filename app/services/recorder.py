"""What all services stand on: one write to disk at a time, then the picture of it on the board.

Nothing is shown as saved before the disk has it. When the disk refuses, the board says so and nothing changed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain import aliases, habits
from app.domain.assisting import Assist, AssistDraft, goes_by
from app.domain.centres import propose_centre
from app.domain.corrections import Correction, correction
from app.domain.fields import unpack
from app.domain.library import Library
from app.domain.shifts import OpenShift, Totals
from app.services import habits as noted
from app.services import picture
from app.services.drafts import draft_from
from app.state import Board, Draft, Preferences, Theme, Trouble, Undoable
from app.store import DiskRefused, Store, Write

UNDO_SECONDS = 10
ALIASES = "aliases"  # the note that keeps short names of seats
TILES = "tiles"  # the note that keeps which tiles a shift began with


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a service may not fetch for itself."""

    clock: Callable[[], datetime]  # aware, local time
    new_id: Callable[[], str]  # UUIDv7
    sleep: Callable[[float], Awaitable[None]]
    device_id: str


class Recorder:
    """Writes, shows, and remembers for a few seconds how to take the last thing back."""

    def __init__(self, store: Store, board: Board, around: Surroundings) -> None:
        self.store, self.board, self.around = store, board, around
        self.lock = asyncio.Lock()  # held from reading the snapshot to showing the next: two quick taps take turns
        self.saved: Callable[[], None] = lambda: None  # told after each write that added something to send
        self._undo: Callable[[], tuple[Write, str]] | None = None
        self._timers: set[asyncio.Task[None]] = set()

    @property
    def library(self) -> Library:
        """The reference data of now."""
        return self.board.snapshot.library

    @property
    def made_with(self) -> tuple[str, str]:
        """(device id, catalogue version), for the records made now."""
        return self.around.device_id, self.library.catalogue.version

    async def write(self, write: Write) -> bool:
        """Save, then show; False when the disk refused, which the board then says. Hold `lock`."""
        try:
            await asyncio.to_thread(self.store.write, write)
        except DiskRefused as error:
            self.board.show(trouble=Trouble("trouble.disk", str(error)))
            return False
        self.board.show(**{"trouble": None, **self._pictured_after(write)})
        if write.edits:
            self.saved()
        return True

    def _pictured_after(self, write: Write) -> dict[str, Any]:
        """What a write may have changed. Most taps change a draft or the route, and need not look at every record."""
        said = self._said()
        is_of_records = write.edits or write.reversals or said["shift"] != self.board.snapshot.shift
        return self.pictured(after=write) if is_of_records else said

    def pictured(self, *, after: Write | None = None) -> dict[str, Any]:
        """The parts of the snapshot that come from the disk; what this write left as it was is not looked for."""
        said, counts = self._said(), self.store.counts()
        shift, sync = said["shift"], self.board.snapshot.sync
        return {
            **picture.of_records(self.store, self.store.newest(), sync.phase),
            "totals": picture.shift_totals(self.store.records(shift_id=shift.id), shift.id) if shift else Totals(),
            "sync": replace(sync, waiting=counts.waiting, review=counts.review, **self._sent(after)),
            **said,
            **({} if self.board.snapshot.entered else {"unsent": picture.unsent(self.store)}),
        }

    def _sent(self, after: Write | None) -> dict[str, Any]:
        """When the centre last acknowledged something; asked of all records, unless what was written was never sent."""
        if after and not any(self._was_sent(each) for each in _named(after)):
            return {}
        records = self.store.records()
        return {"last_sent_at": picture.last_sent(records), "last_written_at": picture.last_written(records)}

    def _was_sent(self, record_id: str) -> bool:
        record = self.store.record(record_id)
        return record is not None and record.sent_at is not None

    def nobody(self) -> dict[str, Any]:
        """What is shown while nobody is in: of each person how much waits, which nobody else has to count."""
        return {"entered": "", "locks_soon": False, "unsent": picture.unsent(self.store)}

    def _said(self) -> dict[str, Any]:
        """The parts that come from notes and drafts."""
        drafts, trouble = self._drafts()
        return {
            "preferences": self._preferences(),
            "shift": self._shift(),
            "aside": frozenset(self.store.note("shifts_aside") or ()),
            "drafts": drafts,
            "corrections": self._corrections(drafts),
            "usual": self._usual(drafts),
            "aliases": aliases.names(self.aliases, self.around.clock()),
            **({"trouble": trouble} if trouble else {}),
        }

    @property
    def aliases(self) -> aliases.Note:
        """The short names of seats, as they are on the disk."""
        kept = self.store.note(ALIASES)
        return kept if isinstance(kept, dict) else {}

    def arranged(self) -> dict[str, Any]:
        """What is laid out when a shift starts and then stays put, so that tiles do not move under a finger."""
        shift, last = self._shift(), self.store.note("last_centre")
        if shift is None:
            now = self.around.clock()
            return {"proposal": propose_centre(self.library.centres, now, last if isinstance(last, str) else None)}
        return {"pinned": self._laid_out(shift.id) or self.most_helped(shift.centre_id)}

    def most_helped(self, centre_id: str) -> tuple[str, ...]:
        """The procedures to lay out as tiles at this centre."""
        return habits.pinned(noted.helped(self.store, centre_id), self.library.catalogue)

    def _laid_out(self, shift_id: str) -> tuple[str, ...]:
        """As they were when this shift began, whatever was helped with since: a restart moves no tile either."""
        kept = self.store.note(TILES)
        ids = kept.get("ids", ()) if isinstance(kept, dict) and kept.get("shift") == shift_id else ()
        return tuple(each for each in ids if self.library.catalogue.procedure(each))

    def works_today(self, connector_id: str) -> bool:
        """Whether the centre lets them work: by the tablet's date, or by the centre's last one when that is later."""
        connector = next((each for each in self.library.connectors if each.id == connector_id), None)
        today, heard = self.around.clock().date(), self.board.snapshot.sync.last_sent_at
        return connector is not None and connector.works_on(max(today, heard.astimezone().date()) if heard else today)

    def count_time(self) -> None:
        """Have the screens say again for how long a case has been open or somebody has waited, while there is one."""
        now = self.board.snapshot
        if now.own_cases or (now.line and now.line.waiting):
            self.board.show(minute=self.around.clock())

    def offer_undo(self, what: Undoable, reverse: Callable[[], tuple[Write, str]]) -> None:
        """For ten seconds, `take_back` will do what `reverse` says: a write, and the route to show after it."""
        self._undo = reverse
        self.board.show(undo=what)
        timer = asyncio.get_running_loop().create_task(self._withdraw(reverse))
        self._timers.add(timer)
        timer.add_done_callback(self._timers.discard)

    async def take_back(self) -> str | None:
        """Undo the last thing, once; the route to show, or None when there is nothing to take back any more."""
        async with self.lock:
            reverse = self._undo
            if reverse is None:
                return None
            write, route = reverse()
            if not await self.write(write):
                return None
            self.withdraw_undo()
            return route

    def withdraw_undo(self) -> None:
        """Nothing can be taken back any more."""
        self._undo = None
        self.board.show(undo=None)

    async def _withdraw(self, reverse: Callable[[], tuple[Write, str]]) -> None:
        await self.around.sleep(UNDO_SECONDS)
        if self._undo is reverse:
            self.withdraw_undo()

    def _usual(self, drafts: Iterable[Draft]) -> dict[str, int]:
        """How long the procedures of the open cases take here."""
        opened = (goes_by(each, self.library.catalogue)[0] for each in drafts if isinstance(each, AssistDraft))
        return {each.id: noted.as_done_here(self.store, each).default_minutes for each in opened}

    def _corrections(self, drafts: Iterable[Draft]) -> dict[str, Correction]:
        """Of the open cases, those that were saved before and can be read."""
        found: dict[str, Correction] = {}
        for draft in drafts:
            record = self.store.record(draft.id) if isinstance(draft, AssistDraft) else None
            if isinstance(draft, AssistDraft) and record and not record.deleted:
                with suppress(TypeError, ValueError):  # a newer app wrote it: there is nothing to compare with
                    found[draft.id] = correction(draft, unpack(Assist, record.fields))
        return found

    def _preferences(self) -> Preferences:
        stored = self.store.note("preferences") or {}
        assert isinstance(stored, dict)
        theme = stored.get("theme")
        known = Theme(theme) if theme in set(Theme) else Theme.SYSTEM
        return Preferences(stored.get("language", "ca"), known, stored.get("text_percent", 100))

    def _shift(self) -> OpenShift | None:
        """The open shift; none when a newer app wrote it in a way that this one cannot read."""
        stored = self.store.note("shift")
        try:
            return unpack(OpenShift, stored) if isinstance(stored, dict) else None
        except (TypeError, ValueError):
            return None

    def _drafts(self) -> tuple[tuple[Draft, ...], Trouble | None]:
        """The open drafts, oldest first, and what to say of one that a newer app wrote: it stays on the disk."""
        read: list[Draft] = []
        trouble = None
        for id, document in sorted(self.store.drafts().items()):
            try:
                read.append(draft_from(document))
            except (KeyError, TypeError, ValueError) as error:
                trouble = Trouble("trouble.draft", f"{id}: {error}")
        return tuple(read), trouble


def _named(write: Write) -> Iterator[str]:
    """The records of a write."""
    yield from (each.id for each in write.edits)
    yield from (each.was.id for each in write.reversals)
