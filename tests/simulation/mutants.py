"""Mistakes, each planted for a while: what others have done wrong in such systems, and what a tired hand might do here.

A mistake is what stands in the place of a real function. The product knows nothing of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.store import store, transitions
from app.store.file import JournalFile
from app.store.records import Pending, StoredRecord
from app.store.store import CURSOR, Store
from app.store.transitions import _seen
from sync import merge
from sync.client import engine
from sync.client.engine import Engine
from sync.endpoint import batch, exchange
from sync.endpoint.batch import Outcome, Settled, _Settling
from sync.endpoint.exchange import Centre
from sync.endpoint.storage import Page, Shelf
from sync.merge import Held, Mark, Merged
from sync.protocol.messages import SyncReply, SyncRequest
from sync.protocol.records import DELETION, Applied, Change, Conflicted, Record, Refused, without_cleared
from tests.simulation import people
from tests.simulation.history import history
from tests.simulation.making import new_id
from tests.simulation.office import CentreDied
from tests.simulation.planting import Place, planted
from tests.simulation.turns import out_of_turn

Places = tuple[Place, ...]


# the merge


def last_writer_wins() -> Places:
    return ((merge, "_is_theirs", lambda *_: False),)


def delete_beats_edits() -> Places:
    def deletion(held: Held, change: Change, mark: Mark) -> Merged:
        return Merged(Held(held.id, held.kind, mark.seq, marks={DELETION: mark}, deleted=True))

    return ((merge, "_deletion", deletion),)


def deletion_overlooks_disputes() -> Places:
    real = merge._deletion

    def deletion(held: Held, change: Change, mark: Mark) -> Merged:
        return real(replace(held, conflicts=()), change, mark)

    return ((merge, "_deletion", deletion),)


def agreement_belongs_to_the_last_hand() -> Places:
    real = merge._edit

    def edit(held: Held, change: Change, mark: Mark) -> Merged:
        merged = real(held, change, mark)
        marks = {
            name: replace(each, writer=mark.writer) if each.writer == merge.SEVERAL_HANDS else each
            for name, each in merged.held.marks.items()
        }
        return replace(merged, held=replace(merged.held, marks=marks))

    return ((merge, "_edit", edit),)


def edit_revives_what_is_deleted() -> Places:
    real = merge._onto_tombstone

    def onto_tombstone(held: Held, change: Change, mark: Mark) -> Merged:
        if change.delete:
            return real(held, change, mark)
        marks = {**held.marks, **dict.fromkeys(change.set, mark)}
        fields = without_cleared(change.set)
        return Merged(replace(held, seq=mark.seq, fields=fields, marks=marks, deleted=False))

    return ((merge, "_onto_tombstone", onto_tombstone),)


def what_lost_is_forgotten() -> Places:
    return ((merge, "_keeping", lambda held, overruled: Merged(held, tuple(overruled))),)


def any_write_settles_a_dispute() -> Places:
    real = merge._unsettled
    return ((merge, "_unsettled", lambda conflicts, accepted, seen: real(conflicts, accepted, seen=2**60)),)


# the centre


def no_memory_of_answers() -> Places:
    real = Shelf._write_outcomes

    def write(self: Shelf, outcomes: Any, at: Any) -> None:
        outcomes = list(outcomes)
        for outcome in outcomes:
            self.connection.exec_driver_sql("DELETE FROM change WHERE op = ?", (outcome.op,))
        real(self, outcomes, at)

    return ((_Settling, "_answered_before", lambda *_: False), (Shelf, "_write_outcomes", write))


def number_used_again_is_a_repetition() -> Places:
    def answered_before(self: _Settling, op: str, hashed: str, text: str) -> bool:
        first = self.known.outcomes.get(op) or self.settled.outcomes.get(op)
        if first is not None:
            self._answer(first, again=True, created=False)
        return first is not None

    return ((_Settling, "_answered_before", answered_before),)


def other_content_under_a_number_is_merged() -> Places:
    real, real_write = _Settling._answered_before, Shelf._write_outcomes

    def answered_before(self: _Settling, op: str, hashed: str, text: str) -> bool:
        first = self.known.outcomes.get(op)
        return False if first is not None and first.content_hash != hashed else real(self, op, hashed, text)

    def write(self: Shelf, outcomes: Any, at: Any) -> None:
        outcomes = list(outcomes)
        for outcome in outcomes:
            self.connection.exec_driver_sql("DELETE FROM change WHERE op = ?", (outcome.op,))
        real_write(self, outcomes, at)

    return ((_Settling, "_answered_before", answered_before), (Shelf, "_write_outcomes", write))


def repetition_is_answered_without_the_record() -> Places:
    real = _Settling._answer

    def answer(self: _Settling, outcome: Outcome, *, again: bool, created: bool) -> None:
        real(self, outcome, again=again, created=created or again)

    return ((_Settling, "_answer", answer),)


def answer_without_the_record() -> Places:
    real = _Settling._answer

    def answer(self: _Settling, outcome: Outcome, *, again: bool, created: bool) -> None:
        real(self, outcome, again=again, created=created or not again)

    return ((_Settling, "_answer", answer),)


def refused_is_not_kept_at_the_centre() -> Places:
    return ((Shelf, "_write_refused", lambda *_: None),)


def one_refused_stops_the_batch() -> Places:
    real = batch.settle

    def settle(changes: tuple[Change, ...], *given: Any, **named: Any) -> Settled:
        settled = real(changes, *given, **named)
        if any(isinstance(result, Refused) for result in settled.results):
            raise RuntimeError("one of them is refused")
        return settled

    return ((exchange, "settle", settle),)


def answer_before_the_commit() -> Places:
    real_answer, real = Centre._answer, Centre.exchange
    said: list[SyncReply] = []

    def answer(self: Centre, *given: Any) -> SyncReply:
        said[:] = [real_answer(self, *given)]
        return said[0]

    def exchanged(self: Centre, *given: Any) -> SyncReply:
        try:
            return real(self, *given)
        except CentreDied:
            return said[0]

    return ((Centre, "_answer", answer), (Centre, "exchange", exchanged))


def counter_as_cursor() -> Places:
    real = Shelf.news

    def news(self: Shelf, after: int, *, but: set[str]) -> Page:
        page = real(self, after, but=but)
        newest = "SELECT seq, content_hash FROM record ORDER BY seq DESC LIMIT 1"
        row = self.connection.exec_driver_sql(newest).first()
        return replace(page, upto=row.seq, content_hash=row.content_hash) if row else page

    return ((Shelf, "news", news),)


def end_of_a_full_page_is_passed_over() -> Places:
    real = Shelf.news

    def news(self: Shelf, after: int, *, but: set[str]) -> Page:
        page = real(self, after, but=but)
        return replace(page, records=page.records[:-1]) if page.more else page

    return ((Shelf, "news", news),)


def sequence_instead_of_commit_order() -> Places:
    return out_of_turn()


def no_epoch_after_a_restore() -> Places:
    return (
        (Centre, "_new_epoch", lambda self: "5f3a9c1e2b77"),
        (Centre, "_has_forgotten", lambda *_: False),
    )


def no_jump_after_a_restore() -> Places:
    return ((exchange, "RESTORE_JUMP", 0),)


def jump_is_always_the_same() -> Places:
    """Enough for one restore; one backup restored twice gives the same numbers twice."""
    return ((exchange, "RESTORE_JUMPS", 1),)


def restore_goes_unnoticed() -> Places:
    return ((Centre, "_has_forgotten", lambda *_: False),)


def old_base_is_believed_after_a_late_notice() -> Places:
    real = batch.settle
    return ((exchange, "settle", lambda *given, **named: real(*given, **{**named, "floor": 0})),)


def change_of_view_goes_unnoticed() -> Places:
    real = exchange.place_of

    def place_of(text: str, counter: Any, view: str) -> Any:
        parts = text.split(".")
        return real(".".join((parts[0], view, *parts[2:])) if text else text, counter, view)

    return ((exchange, "place_of", place_of),)


# the engine


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
        self._save({}, heard={CURSOR: None})

    return ((Store, "restart", restart),)


# the tablet's disk


def cursor_before_the_news() -> Places:
    real = Store.hear

    def hear(self: Store, reply: SyncReply) -> None:
        self._save({}, heard={CURSOR: {"value": reply.cursor}})
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


MUTANTS: Mapping[str, Callable[[], Places]] = {
    each.__name__: each
    for each in (
        last_writer_wins,
        delete_beats_edits,
        deletion_overlooks_disputes,
        agreement_belongs_to_the_last_hand,
        edit_revives_what_is_deleted,
        what_lost_is_forgotten,
        any_write_settles_a_dispute,
        no_memory_of_answers,
        number_used_again_is_a_repetition,
        other_content_under_a_number_is_merged,
        repetition_is_answered_without_the_record,
        answer_without_the_record,
        refused_is_not_kept_at_the_centre,
        one_refused_stops_the_batch,
        answer_before_the_commit,
        counter_as_cursor,
        end_of_a_full_page_is_passed_over,
        sequence_instead_of_commit_order,
        no_epoch_after_a_restore,
        no_jump_after_a_restore,
        jump_is_always_the_same,
        restore_goes_unnoticed,
        old_base_is_believed_after_a_late_notice,
        change_of_view_goes_unnoticed,
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
}

MOST_HISTORIES = 400  # for one mistake: what is not noticed by then is missed


def caught_after(name: str, seed: int, most: int = MOST_HISTORIES) -> int:
    """How many histories it takes to notice this mistake; 0 when it is not noticed."""
    with planted(*MUTANTS[name]()):
        for number in range(1, most + 1):
            if history(seed + number - 1).violations:
                return number
    return 0
