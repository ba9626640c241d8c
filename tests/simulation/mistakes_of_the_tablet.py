"""Mistakes of the tablet's end, engine and disk, to be planted: see `mutants`."""

from dataclasses import replace
from typing import Any

from app.store import store, transitions
from app.store.file import JournalFile
from app.store.heard import CURSOR
from app.store.records import Pending, StoredRecord
from app.store.store import HEARD, Store
from app.store.transitions import _seen
from sync.client import engine
from sync.client.engine import Engine
from sync.protocol.messages import SyncReply, SyncRequest
from sync.protocol.records import Applied, Change, Conflicted, Record
from tests.simulation import people
from tests.simulation.making import new_id
from tests.simulation.planting import Places


def results_by_position() -> Places:
    def about(request: SyncRequest, reply: SyncReply) -> SyncReply:
        both = zip(request.changes, reply.results, strict=False)
        return replace(reply, results=tuple(replace(result, op=change.op) for change, result in both))

    return ((engine, "_about", about),)


def bad_change_blocks_the_others() -> Places:
    async def narrow(self: Engine, request: SyncRequest) -> bool:
        return False

    return ((Engine, "_narrow", narrow),)


def resync_only_hears() -> Places:
    def restart(self: Store) -> None:
        self._save({}, {HEARD: {CURSOR: None}})

    return ((Store, "restart", restart),)


def cursor_before_the_news() -> Places:
    real = Store.hear

    def hear(self: Store, reply: SyncReply) -> None:
        self._save({}, {HEARD: {CURSOR: {"value": reply.cursor}}})
        real(self, reply)

    return ((Store, "hear", hear),)


def outbox_cleared_before_the_answer() -> Places:
    real = Store.seal

    def seal(self: Store, limit: int) -> tuple[Change, ...]:
        changes = real(self, limit)
        found = (self.record(change.id) for change in changes)
        sealed = [record for record in found if record is not None and record.sealed]
        cleared = {each.id: replace(each, acked_rev=each.sealed_rev, copy=each.fields) for each in sealed}
        self._save({name: replace(each, sealed=None) for name, each in cleared.items()})
        return changes

    return ((Store, "seal", seal),)


def saved_before_it_is_on_disk() -> Places:
    real = JournalFile.append

    def append(self: JournalFile, patch: Any) -> None:
        kept = _unwritten.pop(id(self), None)
        if kept is not None:
            real(self, kept)
        _unwritten[id(self)] = patch

    _unwritten: dict[int, Any] = {}
    return ((JournalFile, "append", append),)


def forgets_what_was_sent() -> Places:
    real = transitions.answered

    def answered(record: StoredRecord, result: Any, now: Any) -> StoredRecord:
        return replace(real(record, result, now), sent=())

    return ((store, "answered", answered),)


def offers_again_what_is_seen() -> Places:
    """Not what was sent: what lost then is lost, and what others wrote becomes one's own."""

    def reoffered(record: StoredRecord) -> StoredRecord:
        if not record.mine:
            return replace(record, seq=0)
        whole = Pending(record.seq, record.fields, record.deleted)
        unheard = replace(record, seq=0, acked_rev=0, rev=record.rev + 1, sealed=None, sent=(), again=())
        return _seen(replace(unheard, pending=whole))

    return ((store, "reoffered", reoffered),)


def sealed_is_sealed_anew() -> Places:
    """What was written since goes into the change that is being offered, under its number."""
    real = transitions.offered

    def offered(record: StoredRecord, op: str) -> StoredRecord:
        sealed, pending = record.sealed, record.pending
        if sealed is None or pending is None or record.again:
            return real(record, op)
        whole = replace(sealed, set={**sealed.set, **pending.set}, delete=pending.delete)
        return replace(record, sealed=whole, sealed_rev=record.rev, pending=None)

    def seal(self: Store, limit: int) -> tuple[Change, ...]:
        records = list(self._waiting_records())[:limit]
        after = {record.id: offered(record, self._new_id()) for record in records}
        self._save(after)
        return tuple(record.sealed for record in after.values() if record.sealed is not None)

    return ((Store, "seal", seal),)


def edited_during_flight_counts_as_sent() -> Places:
    real = transitions.answered

    def answered(record: StoredRecord, result: Any, now: Any) -> StoredRecord:
        after = real(record, result, now)
        is_sent = record.sealed is not None and isinstance(result, Applied | Conflicted) and not after.again
        return _seen(replace(after, pending=None, acked_rev=after.rev)) if is_sent else after

    return ((store, "answered", answered),)


def news_overwrite_what_waits() -> Places:
    real = transitions.told

    def told(record: StoredRecord | None, news: Record, now: Any) -> StoredRecord:
        after = real(record, news, now)
        return _seen(replace(after, pending=None, sealed=None, acked_rev=after.rev))

    return ((store, "told", told),)


def base_is_that_of_sending() -> Places:
    real = transitions.offered

    def offered(record: StoredRecord, op: str) -> StoredRecord:
        pending = record.pending
        return real(replace(record, pending=pending and replace(pending, base=record.seq)), op)

    return ((store, "offered", offered),)


def what_was_on_the_screen_does_not_matter() -> Places:
    return ((transitions, "_begun", lambda pending, edit: pending),)


def lets_go_of_what_is_in_no_backup() -> Places:
    real = transitions.may_be_forgotten
    return ((store, "may_be_forgotten", lambda record, before, safe: real(record, before=before, safe=2**60)),)


def lets_go_of_what_still_waits() -> Places:
    def may_be_forgotten(record: StoredRecord, *, before: Any, safe: int) -> bool:
        return record.mine and record.sent_at is not None and record.sent_at <= before and record.seq <= safe

    return ((store, "may_be_forgotten", may_be_forgotten),)


def refused_is_dropped_at_the_tablet() -> Places:
    def refused(record: StoredRecord, change: Change, answer: Any) -> StoredRecord:
        return _seen(replace(record, sealed=None, pending=None, acked_rev=record.rev, problem=answer))

    return ((transitions, "_refused", refused),)


def several_in_one_save_are_several_saves() -> Places:
    real = Store.write

    def write(self: Store, given: Any) -> None:
        for edit in given.edits:
            real(self, replace(given, edits=(edit,)))

    return ((Store, "write", write),)


def only_heard_of_stays_after_a_restore() -> Places:
    return ((Store, "_never_came_back", lambda *_: {}),)


def seat_has_a_name_of_its_own_at_each_tablet() -> Places:
    real = people._seat

    def seat(hand: people.Hand, session: str, number: int) -> Any:
        return replace(real(hand, session, number), id=new_id(hand.chance))

    return ((people, "_seat", seat),)


OF_THE_TABLET = (
    results_by_position,
    bad_change_blocks_the_others,
    resync_only_hears,
    cursor_before_the_news,
    outbox_cleared_before_the_answer,
    saved_before_it_is_on_disk,
    forgets_what_was_sent,
    offers_again_what_is_seen,
    sealed_is_sealed_anew,
    edited_during_flight_counts_as_sent,
    news_overwrite_what_waits,
    base_is_that_of_sending,
    what_was_on_the_screen_does_not_matter,
    lets_go_of_what_is_in_no_backup,
    lets_go_of_what_still_waits,
    refused_is_dropped_at_the_tablet,
    several_in_one_save_are_several_saves,
    only_heard_of_stays_after_a_restore,
    seat_has_a_name_of_its_own_at_each_tablet,
)
