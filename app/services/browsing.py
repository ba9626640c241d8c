"""The records of this tablet, to be looked through: a page of the list, and one record whole.

Follows what the store writes, so that a list of thousands is never made again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock

from app.domain.archive import Archive, Entry, Shown, Topic, Wanted, about, since
from app.domain.board import Board
from app.domain.fields import unpack
from app.domain.lease import has_run_out
from app.domain.requests import is_open
from app.domain.revisions import Closed, Version, noted_at, versions
from app.domain.sessions import Attendance
from app.domain.workshops import Roll, roll_of
from app.services import picture
from app.services.planning import plan_board
from app.services.recorder import Recorder
from app.state import Line
from app.store import StoredRecord
from sync.client.phase import Cause, Resting, Stopped
from sync.protocol.records import Fields, Kind


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list."""

    lines: tuple[Line, ...]
    start: int
    found: int  # in all, with what is asked for

    @property
    def end(self) -> int:
        return self.start + len(self.lines)


@dataclass(frozen=True, slots=True)
class Whole:
    """One record with all that the tablet knows of it."""

    line: Line
    fields: Fields
    versions: tuple[Version, ...]
    closed: Closed | None  # why it cannot be corrected here; None: it can
    roll: Roll | None = None  # of a session with seats


class Browsing:
    """What a connector can find again. Only reads."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._archive = Archive()
        self._lock = Lock()  # the store writes in threads
        self._following = Lock()  # held while the archive takes in what was written: `prepare` does so in a thread
        self._written: set[str] = {each.id for each in recorder.store.records()}
        recorder.store.changed = self._note

    @property
    def is_lapsed(self) -> bool:
        """Whether no more is shown than this shift made, because the tablet has not heard of its centre for too long.
        What the centre says now counts, whatever the clocks do."""
        recorder = self._recorder
        phase = recorder.board.snapshot.sync.phase
        if phase == Stopped(Cause.APP_TOO_OLD) or (isinstance(phase, Resting) and phase.since):
            return False
        newest = next(recorder.store.newest(), None)
        now = max(recorder.around.clock(), newest.at) if newest else recorder.around.clock()
        heard = recorder.store.heard.at or recorder.board.snapshot.sync.last_sent_at  # the one note may be damaged
        return has_run_out(heard, now, recorder.library.policies.lease_days)

    def prepare(self) -> None:
        """Take in what there is already, so that the first look at the list does not wait for it; in any thread."""
        self._follow()

    def page(self, wanted: Wanted, language: str, words: Callable[[Topic], str]) -> Listed:
        """What is asked for, the newest first. `words` says a topic as the person reads it."""
        self._follow()
        now, library = self._recorder.around.clock(), self._recorder.library
        topics = about(
            wanted.query,
            self._archive.topics,
            words=words,
            procedures=lambda: {each.id for each in library.search.find(wanted.query, language)},
        )
        page = self._archive.page(
            wanted.start, since=since(wanted.shown, now), ids=self._ids(wanted.shown), topics=topics
        )
        found = (self._record(each.id) for each in page.entries)
        return Listed(tuple(self._line(each) for each in found if each), wanted.start, page.found)

    def whole(self, id: str) -> Whole | None:
        """The record with this id; None when it is not one to be looked at."""
        record = self._record(id)
        if record is None or not _is_listed(record) or not self._is_shown(record):
            return None
        seats = self._seats(record)
        closed = picture.closed([record, *seats], self._recorder.around.clock())
        return Whole(self._line(record), record.fields, versions(record.kind, record.fields), closed, _roll(seats))

    def requests(self) -> tuple[Line, ...]:
        """The training requests of this tablet, those that wait for somebody first, the newest first."""
        stored = self._recorder.store.records(kind=Kind.TRAINING_REQUEST)
        found = [each for each in stored if _is_listed(each) and self._is_shown(each)]
        lines = ((not is_open(each.fields), -noted_at(each.fields, each.at).timestamp(), each) for each in found)
        return tuple(self._line(each) for _, _, each in sorted(lines, key=lambda one: one[:2]))

    def board(self) -> Board:
        """The plan, module by centre, from what this tablet holds and remembers."""
        return plan_board(self._recorder.store)

    def _note(self, ids: Iterable[str]) -> None:
        with self._lock:
            self._written.update(ids)

    def _follow(self) -> None:
        with self._following:
            with self._lock:
                written, self._written = self._written, set()
            for id in written:
                record = self._record(id)
                self._archive.put(id, _entry(record) if record and _is_listed(record) else None)

    def _ids(self, shown: Shown) -> set[str] | None:
        """What the filter and the lease leave; of a seat, its session. None where both leave everything."""
        store = self._recorder.store
        own = {each.id for each in store.records(shift_id=self._shift)} if self.is_lapsed else None
        if shown not in (Shown.WAITING, Shown.REVIEW):
            return own
        ids = store.waiting() if shown == Shown.WAITING else store.in_review()
        records = (record for id in ids if (record := self._record(id)))
        asked = {str(each.fields.get("session_id", each.id)) for each in records}
        return asked if own is None else asked & own

    def _is_shown(self, record: StoredRecord) -> bool:
        return not self.is_lapsed or record.fields.get("shift_id") == self._shift

    @property
    def _shift(self) -> str:
        shift = self._recorder.board.snapshot.shift
        return shift.id if shift else "none"

    def _line(self, record: StoredRecord) -> Line:
        return picture.line(record, self._seats(record), self._recorder.board.snapshot.sync.phase)

    def _seats(self, record: StoredRecord) -> tuple[StoredRecord, ...]:
        return picture.seats(self._recorder.store, record)

    def _record(self, id: str) -> StoredRecord | None:
        return self._recorder.store.record(id)


def _roll(seats: Iterable[StoredRecord]) -> Roll | None:
    """None also where a newer app has written a seat in another way."""
    try:
        return roll_of(unpack(Attendance, each.fields) for each in seats)
    except (ValueError, TypeError):
        return None


def _is_listed(record: StoredRecord) -> bool:
    return record.mine and not record.deleted and record.kind in picture.LISTED


def _entry(record: StoredRecord) -> Entry:
    return Entry(noted_at(record.fields, record.at), record.id, picture.topic(record))
