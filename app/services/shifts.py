"""The shift: who is working where, from "Start" to "Tanca el torn"; and where on the screen they were."""

from dataclasses import asdict, replace
from typing import Any

from app.domain.fields import pack
from app.domain.happenings import Event, Happening, Locking
from app.domain.shifts import OpenShift, Shift
from app.services.recorder import TILES, Recorder
from app.state import Preferences, Theme
from app.store import Edit, Write
from sync.protocol.records import Fields, Kind
from sync.protocol.vocabulary import Custody

ASIDE = "shifts_aside"  # the note that keeps the open shifts of connectors who are not at the tablet now


class Shifts:
    """Start, end, go on, leave. A shift that is open survives a kill, and so does the screen it was on."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    async def start(self, centre_id: str, connector_id: str) -> bool:
        """Open a shift; False when one is open already or the disk refused."""
        recorder = self._recorder
        async with recorder.lock:
            if recorder.board.snapshot.shift is not None:
                return False
            now = recorder.around.clock()
            record = Shift(connector_id, centre_id, recorder.around.device_id, started_at=now)
            opened = OpenShift(recorder.around.new_id(), connector_id, centre_id, now)
            write = Write(
                edits=(Edit(opened.id, Kind.SHIFT, connector_id, now, pack(record)),),
                notes={
                    "shift": dict(pack(opened)),
                    "last_centre": centre_id,
                    "route": "/",
                    TILES: {"shift": opened.id, "ids": list(recorder.most_helped(centre_id))},
                },
                events=(Event(Happening.SHIFT_BEGUN, connector_id, opened.id),),
            )
            is_saved = await recorder.write(write)
            if is_saved:
                recorder.board.show(**recorder.arranged())
            return is_saved

    async def end(self) -> bool:
        """Write down that the shift is over. It stays on screen until `leave`; nothing is taken back behind it."""
        async with self._recorder.lock:
            shift = self._recorder.board.snapshot.shift
            if shift is None or shift.ended_at:
                return shift is not None
            is_ended = await self._amend(replace(shift, ended_at=self._recorder.around.clock()))
            if is_ended:
                self._recorder.withdraw_undo()
            return is_ended

    async def go_on(self) -> bool:
        """Take the end back: the connector goes on working."""
        async with self._recorder.lock:
            shift = self._recorder.board.snapshot.shift
            return shift is not None and await self._amend(replace(shift, ended_at=None))

    async def leave(self, custody: Custody | None = None) -> None:
        """Clear the screen for the next person, and lock it. What is not sent yet stays on the disk and goes on being
        sent; `custody` writes down who has the tablet meanwhile."""
        async with self._recorder.lock:
            shift = self._recorder.board.snapshot.shift
            said = (self._edit(shift, {"custody": custody.value}),) if shift and custody else ()
            notes = {"shift": None, "route": "/", TILES: None}
            entered = self._recorder.board.snapshot.entered
            left = (Event(Happening.LOCKED, entered, result=Locking.LEFT.value),) if entered else ()
            if await self._recorder.write(Write(edits=said, notes=notes, events=left)):
                self._recorder.withdraw_undo()
                locked = {} if self._recorder.board.snapshot.is_practice else self._recorder.nobody()
                self._recorder.board.show(**self._recorder.arranged(), **locked)

    def turned_to(self, connector_id: str) -> dict[str, Any]:
        """The notes that put aside the shift of another connector, and take up the one this connector had open."""
        store, shift = self._recorder.store, self._recorder.board.snapshot.shift
        if shift and shift.connector_id == connector_id:
            return {}
        aside = {**(store.note(ASIDE) or {})}
        if shift:
            aside[shift.connector_id] = dict(pack(shift))
        return {"shift": aside.pop(connector_id, None), ASIDE: aside, "route": "/"}

    async def remember(self, route: str) -> None:
        """Keep which screen is shown, so that a restart shows it again. A correction that was left with nothing changed
        is closed."""
        async with self._recorder.lock:
            corrections = self._recorder.board.snapshot.corrections
            untouched = (id for id, each in corrections.items() if not each.is_changed)
            left = [id for id in untouched if not route.startswith(f"/assist/{id}")]
            if left or self.route != route:
                await self._recorder.write(Write(drafts=dict.fromkeys(left), notes={"route": route}))

    @property
    def route(self) -> str:
        """The screen that was shown last."""
        return str(self._recorder.store.note("route") or "/")

    async def prefer(self, **values: object) -> None:
        """Change how this tablet shows things: language, theme, text_percent."""
        async with self._recorder.lock:
            chosen: Preferences = replace(self._recorder.board.snapshot.preferences, **values)  # type: ignore[arg-type]
            stored = {**asdict(chosen), "theme": Theme(chosen.theme).value}
            by = self._recorder.board.snapshot.entered
            events = tuple(Event(Happening.SETTING, by, name, str(stored[name])) for name in values)
            await self._recorder.write(Write(notes={"preferences": stored}, events=events))

    async def _amend(self, shift: OpenShift) -> bool:
        ended = shift.ended_at.isoformat(timespec="seconds") if shift.ended_at else None
        edit = self._edit(shift, {"ended_at": ended})
        event = Event(Happening.SHIFT_ENDED if ended else Happening.SHIFT_RESUMED, shift.connector_id, shift.id)
        return await self._recorder.write(Write(edits=(edit,), notes={"shift": dict(pack(shift))}, events=(event,)))

    def _edit(self, shift: OpenShift, fields: Fields) -> Edit:
        return Edit(shift.id, Kind.SHIFT, shift.connector_id, self._recorder.around.clock(), fields)
