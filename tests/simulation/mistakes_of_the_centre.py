"""Mistakes of the centre's end, to be planted: see `mutants`."""

from dataclasses import replace
from typing import Any

from sync.endpoint import batch, exchange
from sync.endpoint.batch import Outcome, Settled, _Settling
from sync.endpoint.cursor import read_cursor, sealed
from sync.endpoint.exchange import Centre
from sync.endpoint.storage import Page, Shelf
from sync.protocol.messages import SyncReply
from sync.protocol.records import Refused
from tests.simulation.office import CentreDied
from tests.simulation.planting import Places
from tests.simulation.turns import out_of_turn


def no_memory_of_answers() -> Places:
    real = Shelf._write_outcomes

    def write(self: Shelf, settled: Any, at: Any) -> None:
        for op in (op for one in settled for op in one.outcomes):
            self.connection.exec_driver_sql("DELETE FROM change WHERE op = ?", (op,))
        real(self, settled, at)

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

    def write(self: Shelf, settled: Any, at: Any) -> None:
        for op in (op for one in settled for op in one.outcomes):
            self.connection.exec_driver_sql("DELETE FROM change WHERE op = ?", (op,))
        real_write(self, settled, at)

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

    def settle(*given: Any, **named: Any) -> Settled:
        settled = real(*given, **named)
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

    def news(self: Shelf, after: int, **named: Any) -> Page:
        page = real(self, after, **named)
        newest = "SELECT seq, content_hash FROM record ORDER BY seq DESC LIMIT 1"
        row = self.connection.exec_driver_sql(newest).first()
        return replace(page, upto=row.seq, content_hash=row.content_hash) if row else page

    return ((Shelf, "news", news),)


def end_of_a_full_page_is_passed_over() -> Places:
    real = Shelf.news

    def news(self: Shelf, after: int, **named: Any) -> Page:
        page = real(self, after, **named)
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
    def renumber(self: Centre, connection: Any) -> None:
        connection.exec_driver_sql("UPDATE tenant SET epoch = ?", (self._new_epoch(),))

    return ((Centre, "_renumber", renumber),)


def restore_goes_unnoticed() -> Places:
    return ((Centre, "_has_forgotten", lambda *_: False),)


def old_base_is_believed_after_a_late_notice() -> Places:
    real = batch.settle
    return ((exchange, "settle", lambda *given, **named: real(*given, **{**named, "floor": 0})),)


def change_of_view_goes_unnoticed() -> Places:
    real = exchange.place_of

    def place_of(text: str, counter: Any, view: str) -> Any:
        cursor = read_cursor(text, counter.key)
        seen = sealed(replace(cursor, view=view), counter.key) if cursor else text
        return real(seen, counter, view)

    return ((exchange, "place_of", place_of),)


OF_THE_CENTRE = (
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
    restore_goes_unnoticed,
    old_base_is_believed_after_a_late_notice,
    change_of_view_goes_unnoticed,
)
