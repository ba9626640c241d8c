"""A record's life as tables of before and after: no disk, no clock."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.workshops import seen_of
from app.store import StoredRecord, Withdrawal, shown_seq
from app.store.transitions import answered, edited, handed_over, offered, reoffered, told, withdrawn
from sync.merge import Held, merge
from sync.protocol.records import Applied, Change, Conflicted, HandedOver, Overruled, Problem, Record, Refused
from tests.store.making import (
    CENTRE_TIME,
    EXAMPLES,
    NOON,
    make_change,
    make_conflict,
    make_edit,
    make_news,
    make_written,
)

TOO_LONG = Problem("/problems/too-large", "This text is too long to store.", "note", 20_000)


def make_sent(seq: int = 7, **fields: Any) -> StoredRecord:
    """A record the centre has taken, and nothing was done since."""
    return answered(offered(make_written(**fields), "op-0"), Applied("op-0", seq), CENTRE_TIME)


def edit(record: StoredRecord | None, **fields: Any) -> StoredRecord:
    after = edited(record, make_edit(**fields))
    assert after is not None
    return after


def delete(record: StoredRecord) -> StoredRecord | None:
    return edited(record, make_edit(delete=True))


def test_what_is_written_waits_for_the_centre() -> None:
    record = make_written(note="a", outcome=None)

    assert (record.fields, record.rev, record.acked_rev, record.seq) == ({"note": "a"}, 1, 0, 0)
    assert record.is_waiting and record.mine and not record.needs_review


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        ({"a": "1"}, {"b": "2"}, {"a": "1", "b": "2"}),
        ({"a": "1"}, {"a": "2"}, {"a": "2"}),
        ({"a": "1", "b": "2"}, {"b": None}, {"a": "1"}),
        ({"a": 1}, {"a": True}, {"a": True}),
        ({"a": ("x",)}, {"a": ()}, {"a": ()}),
    ],
)
def test_an_edit_goes_over_the_present_fields(before: Any, change: Any, after: Any) -> None:
    record = edit(make_sent(**before), **change)

    assert record.fields == after
    assert {name: type(value) for name, value in record.fields.items()} == {n: type(v) for n, v in after.items()}
    assert record.is_waiting


def test_an_edit_that_changes_nothing_leaves_the_very_same_record() -> None:
    record = make_sent(note="a")

    assert edited(record, make_edit(note="a")) is record
    assert edited(record, make_edit()) is record


def test_writing_a_disputed_field_as_it_is_offers_it_again_so_that_the_dispute_is_settled() -> None:
    disputed = told(
        make_sent(room="B1"), replace(make_news(9, room="B1"), conflicts=(make_conflict("room", "C1", 9),)), CENTRE_TIME
    )

    settled = offered(edit(disputed, room="B1"), "op-1")

    assert settled.sealed == replace(make_change(base=9), set={"room": "B1"})


def make_disputed(*conflicts: Overruled, deleted: bool = False) -> StoredRecord:
    """A record written here that was told at 9 with these conflicts."""
    fields = {} if deleted else {"room": "B1", "seats": 8}
    heard = Record("r1", "assist", 9, fields, deleted, conflicts)
    return told(make_sent(room="B1"), heard, CENTRE_TIME)


ROOM, SEATS, DELETION = (make_conflict(field, "C1", 9) for field in ("room", "seats", ""))


@pytest.mark.parametrize(
    ("conflicts", "decision", "open_still"),
    [
        ((ROOM,), make_edit(room="B1"), ()),
        ((ROOM,), make_edit(room="C1"), ()),
        ((ROOM, SEATS), make_edit(room="C1"), (SEATS,)),
        ((ROOM, SEATS), make_edit(delete=True), ()),
        ((ROOM,), make_edit(other="x"), (ROOM,)),
        ((ROOM,), replace(make_edit(room="C1"), seen=8), (ROOM,)),
        ((DELETION,), make_edit(room="B1"), ()),
        ((DELETION,), make_edit(delete=True), ()),
        ((DELETION, ROOM), make_edit(seats=8), (ROOM,)),
    ],
)
def test_what_is_decided_here_needs_no_more_review_while_it_waits(
    conflicts: tuple[Overruled, ...], decision: Any, open_still: tuple[Overruled, ...]
) -> None:
    decided = edited(make_disputed(*conflicts), decision)

    assert decided is not None and decided.is_waiting
    assert decided.open_conflicts == offered(decided, "op-1").open_conflicts == open_still
    assert decided.needs_review is bool(open_still)


def test_what_was_written_late_to_a_deleted_record_is_decided_by_deleting_it_again() -> None:
    late = make_disputed(ROOM, deleted=True)

    again = delete(late)

    assert late.needs_review and again is not None
    assert (again.is_waiting, again.deleted, again.needs_review) == (True, True, False)
    assert offered(again, "op-1").sealed == make_change(base=9, delete=True)


def test_a_conflict_heard_over_what_waits_is_decided_after_that_was_sent() -> None:
    waiting = told(
        edit(make_sent(room="B1"), seats=8), replace(make_news(9, room="B1"), conflicts=(ROOM,)), CENTRE_TIME
    )

    assert (waiting.can_decide, make_disputed(ROOM).can_decide) == (False, True)
    assert edit(waiting, room="C1").open_conflicts == (ROOM,)


def test_an_edit_begun_before_the_last_news_says_so() -> None:
    heard = told(make_sent(room="B1"), make_news(9, room="C1"), CENTRE_TIME)

    after = edited(heard, replace(make_edit(room="B2"), seen=7))

    assert after is not None and after.pending is not None
    assert (after.pending.base, after.fields) == (7, {"room": "B2"})


def test_an_offer_says_only_what_changed_since_the_last_one() -> None:
    record = offered(edit(make_sent(a="1", b="2"), b="3"), "op-1")

    assert record.sealed is not None
    assert (record.sealed.base, record.sealed.set, record.sealed.delete) == (7, {"b": "3"}, False)


def test_a_sealed_change_stays_as_it_is_whatever_is_edited_or_heard() -> None:
    sealed = offered(make_written(a="1"), "op-1")

    later = offered(told(edit(sealed, a="2"), make_news(9, a="9"), CENTRE_TIME), "op-2")

    assert later.sealed == sealed.sealed
    assert later.fields == {"a": "2"}


def test_an_acknowledgement_covers_what_was_sealed_and_not_what_was_edited_meanwhile() -> None:
    record = edit(offered(make_written(a="1", b="1"), "op-1"), b="2")

    acked = answered(record, Applied("op-1", 7), CENTRE_TIME)

    assert (acked.copy, acked.fields, acked.seq) == ({"a": "1", "b": "1"}, {"a": "1", "b": "2"}, 7)
    assert (acked.acked_rev, acked.rev, acked.is_waiting, acked.sent_at) == (1, 2, True, CENTRE_TIME)


def test_an_answer_about_another_op_changes_nothing() -> None:
    record = offered(make_written(a="1"), "op-1")

    assert answered(record, Applied("op-9", 7), CENTRE_TIME) is record
    assert answered(make_sent(a="1"), Applied("op-0", 8), CENTRE_TIME).seq == 7


def test_the_record_in_an_answer_replaces_the_copy_and_brings_its_conflicts() -> None:
    record = offered(edit(make_sent(room="B1"), room="B2"), "op-1")
    held = Record("r1", "assist", 12, {"room": "C1"}, conflicts=(make_conflict("room", "B2", 12),))

    after = answered(record, Conflicted("op-1", 12, held), CENTRE_TIME)

    assert (after.fields, after.seq, after.is_waiting, after.needs_review) == ({"room": "C1"}, 12, False, True)


def test_an_old_answer_does_not_bring_back_an_old_copy() -> None:
    record = told(offered(make_written(a="1"), "op-1"), make_news(20, a="9"), CENTRE_TIME)

    after = answered(record, Applied("op-1", 7, again=True), CENTRE_TIME)

    assert (after.seq, after.fields, after.is_waiting) == (20, {"a": "9"}, False)


def test_a_refused_record_waits_for_a_person_and_an_edit_offers_everything_again() -> None:
    refused = answered(offered(make_written(a="1", note="long"), "op-1"), Refused("op-1", TOO_LONG), CENTRE_TIME)

    assert (refused.is_waiting, refused.needs_review, refused.fields) == (False, True, {"a": "1", "note": "long"})
    again = offered(edit(refused, note="short"), "op-2")
    assert again.is_waiting and again.problem is None
    assert again.sealed is not None and again.sealed.set == {"a": "1", "note": "short"}


def test_saving_a_refused_record_as_it_is_offers_it_again() -> None:
    refused = answered(offered(make_written(a="1"), "op-1"), Refused("op-1", TOO_LONG), CENTRE_TIME)

    assert edit(refused, a="1").is_waiting


def test_a_refusal_of_what_was_corrected_meanwhile_needs_nobody() -> None:
    record = edit(offered(make_written(note="long"), "op-1"), note="short")

    after = answered(record, Refused("op-1", TOO_LONG), CENTRE_TIME)

    assert after.is_waiting and not after.needs_review


def test_news_change_what_nobody_touched_here_and_leave_the_rest() -> None:
    record = told(edit(make_sent(a="1", b="1"), a="2"), make_news(9, a="9", b="9"), CENTRE_TIME)

    assert (record.fields, record.copy) == ({"a": "2", "b": "9"}, {"a": "9", "b": "9"})


def test_an_edit_made_before_the_news_does_not_claim_to_have_seen_them() -> None:
    before_news = told(edit(make_sent(7, room="B1"), room="B2"), make_news(9, room="C1"), CENTRE_TIME)
    after_news = edit(told(make_sent(7, room="B1"), make_news(9, room="C1"), CENTRE_TIME), room="B2")

    assert offered(before_news, "op-1").sealed == make_change(base=7, fields={"room": "B2"})
    assert offered(after_news, "op-1").sealed == make_change(base=9, fields={"room": "B2"})


def test_an_edit_over_a_sealed_change_does_not_claim_to_have_seen_what_it_hid() -> None:
    sealed = offered(edit(make_sent(7, room="B1"), room="B2"), "op-1")

    record = edit(told(sealed, make_news(9, room="C1"), CENTRE_TIME), room="B3")

    assert record.pending is not None and record.pending.base == 7


def test_older_news_and_the_same_news_twice_change_nothing() -> None:
    record = told(None, make_news(9, a="9"), CENTRE_TIME)

    assert told(record, make_news(8, a="8"), CENTRE_TIME) == record
    assert told(record, make_news(9, a="9"), CENTRE_TIME) == record
    assert not record.mine and not record.is_waiting


def test_a_deletion_nobody_else_heard_of_leaves_nothing() -> None:
    assert delete(make_written(a="1")) is None
    assert edited(None, make_edit(delete=True)) is None


@pytest.mark.parametrize(
    "record",
    [
        offered(make_written(a="1"), "op-1"),
        make_sent(a="1"),
        answered(offered(edit(make_sent(a="1"), a="2"), "op-1"), Refused("op-1", TOO_LONG), CENTRE_TIME),
        *(
            answered(
                offered(make_written(a="1"), "op-1"), Refused("op-1", Problem(f"/problems/{type}", "")), CENTRE_TIME
            )
            for type in ("op-reused", "centre-fault")
        ),
    ],
    ids=["being offered", "sent", "refused later", "refused in doubt", "failed at the centre"],
)
def test_a_deletion_of_what_was_offered_is_offered_too(record: StoredRecord) -> None:
    deleted = delete(record)

    assert deleted is not None and deleted.deleted and deleted.is_waiting and deleted.problem is None


def test_a_deletion_of_what_was_only_heard_of_is_offered_also_while_everything_is_heard_again() -> None:
    """It was dropped here, and came back with the news: what a person deleted stood there as before."""
    heard = reoffered(told(None, make_news(9, a="9"), CENTRE_TIME))

    deleted = delete(heard)
    edited_first = delete(edit(heard, b="1"))

    assert deleted is not None and deleted.deleted and deleted.is_waiting
    assert edited_first is not None and edited_first.deleted and edited_first.is_waiting


def test_what_was_on_its_way_at_a_restart_and_is_refused_is_withdrawn_without_a_trace() -> None:
    on_its_way = offered(reoffered(offered(make_written(a="1"), "op-1")), "op-2")
    refused = answered(on_its_way, Refused("op-1", TOO_LONG), CENTRE_TIME)

    assert refused.fields == {"a": "1"}
    assert withdraw(refused) is None


def make_refused(record: StoredRecord | None = None, *, problem: Problem = TOO_LONG, **fields: Any) -> StoredRecord:
    return answered(offered(record or make_written(**fields), "op-1"), Refused("op-1", problem), CENTRE_TIME)


def withdraw(record: StoredRecord) -> StoredRecord | None:
    return withdrawn(record, Withdrawal("r1", "C1", NOON))


def test_what_the_centre_never_took_is_withdrawn_without_a_trace() -> None:
    assert withdraw(make_refused(a="1")) is None


def test_a_refused_correction_is_withdrawn_to_what_the_centre_holds() -> None:
    kept = withdraw(make_refused(edit(make_sent(a="1"), a="2")))

    assert kept is not None
    assert (kept.fields, kept.is_waiting, kept.needs_review, kept.pending) == ({"a": "1"}, False, False, None)


@pytest.mark.parametrize("type", ["op-reused", "centre-fault"])
def test_what_the_centre_may_have_all_the_same_is_withdrawn_by_deleting_it_there(type: str) -> None:
    deleted = withdraw(make_refused(a="1", problem=Problem(f"/problems/{type}", "")))

    assert deleted is not None and deleted.is_waiting and deleted.deleted


def test_only_what_was_refused_is_withdrawn_or_handed_over() -> None:
    record = make_written(a="1")

    assert withdraw(record) is record
    assert handed_over(record) is record


def test_what_is_handed_over_is_offered_whole_and_stays_to_be_read() -> None:
    given = handed_over(make_refused(a="1", note="long"))
    assert given is not None and given.is_waiting and not given.needs_review and not given.is_handed_over
    sealed = offered(given, "op-2")
    assert sealed.sealed == replace(make_change("op-2", fields={"a": "1", "note": "long"}), hand_over=True)

    kept = answered(sealed, HandedOver("op-2"), CENTRE_TIME)

    assert kept.is_handed_over and not kept.is_waiting and not kept.needs_review
    assert kept.fields == {"a": "1", "note": "long"}


def make_handed_over(**fields: Any) -> StoredRecord:
    given = handed_over(make_refused(**fields))
    assert given is not None
    return answered(offered(given, "op-2"), HandedOver("op-2"), CENTRE_TIME)


def test_what_was_handed_over_and_is_written_again_is_an_ordinary_change() -> None:
    again = offered(edit(make_handed_over(a="1", note="long"), note="short"), "op-3")

    assert again.sealed == make_change("op-3", fields={"a": "1", "note": "short"})
    assert again.is_waiting and not again.is_handed_over


def test_saving_what_was_handed_over_as_it_is_leaves_it_there() -> None:
    kept = make_handed_over(a="1")

    assert edited(kept, make_edit(a="1")) is kept


def test_what_is_written_while_it_is_handed_over_is_offered_after_it() -> None:
    given = handed_over(make_refused(a="1", note="long"))
    assert given is not None
    on_its_way = edit(offered(given, "op-2"), note="short")

    after = offered(answered(on_its_way, HandedOver("op-2"), CENTRE_TIME), "op-3")

    assert after.is_waiting and after.sealed == make_change("op-3", fields={"a": "1", "note": "short"})


def test_what_a_restored_centre_may_have_lost_of_it_is_handed_over_again() -> None:
    again = offered(reoffered(make_handed_over(a="1")), "op-3")

    assert again.sealed is not None
    assert (again.sealed.set, again.sealed.hand_over) == ({"a": "1"}, True)


def test_a_hand_over_decides_no_conflict() -> None:
    refused = make_refused(edit(make_disputed(ROOM), room="C1"))

    given = handed_over(refused)

    assert given is not None and given.open_conflicts == (ROOM,)


def test_a_deletion_of_what_the_centre_refused_from_the_first_leaves_nothing() -> None:
    refused = answered(offered(make_written(a="1"), "op-1"), Refused("op-1", TOO_LONG), CENTRE_TIME)

    assert delete(refused) is None
    assert delete(edit(refused, a="2")) is None


def test_an_acknowledged_deletion_keeps_no_fields() -> None:
    deleted = delete(make_sent(a="1"))
    assert deleted is not None

    gone = answered(offered(deleted, "op-1"), Applied("op-1", 9), CENTRE_TIME)

    assert (gone.deleted, gone.fields, gone.is_waiting) == (True, {}, False)
    assert edited(gone, make_edit(delete=True)) is gone


def test_a_deletion_that_was_not_offered_is_taken_back_by_an_edit() -> None:
    deleted = delete(make_sent(a="1"))

    assert deleted is not None and not edit(deleted, a="2").deleted


def test_what_is_written_after_a_deletion_that_the_centre_refused_takes_it_back() -> None:
    """A note written while the deletion was offered was deleted with the record, once the centre refused that."""
    deleting = offered(delete(edit(make_sent(a="1"), a="too long")), "op-1")  # type: ignore[arg-type]

    after = answered(edit(deleting, a="2"), Refused("op-1", TOO_LONG), CENTRE_TIME)

    assert (after.deleted, after.fields, after.is_waiting) == (False, {"a": "2"}, True)


def test_a_refused_deletion_stays_one_when_nothing_was_written_since() -> None:
    deleting = offered(delete(edit(make_sent(a="1"), a="too long")), "op-1")  # type: ignore[arg-type]

    after = answered(deleting, Refused("op-1", TOO_LONG), CENTRE_TIME)

    assert after.deleted and after.needs_review


def test_a_colleagues_deletion_is_seen_and_does_not_erase_what_waits() -> None:
    record = told(edit(make_sent(a="1"), a="2"), make_news(9, deleted=True), CENTRE_TIME)

    assert (record.deleted, record.fields, record.is_waiting) == (True, {"a": "2"}, True)


# a restored centre

values = st.sampled_from(["x", "y", 1, True, None])
field_sets = st.dictionaries(st.sampled_from("abc"), values, max_size=3)
DEVICE, OTHER = "this tablet", "another tablet"


class Centre:
    """As much of it as one record needs: what it holds, and what it has answered already."""

    def __init__(self, held: Held | None = None, seq: int = 0, ops: frozenset[str] = frozenset()) -> None:
        self.held, self.seq, self.ops = held, seq, ops

    def copy(self, *, jump: int = 0) -> "Centre":
        return Centre(self.held, self.seq + jump, self.ops)

    def write(self, change: Change, writer: str) -> None:
        self.seq += 1
        self.held = merge(self.held, change, writer=writer, seq=self.seq).held
        self.ops |= {change.op}

    def take(self, record: StoredRecord) -> StoredRecord:
        """All that waits, one change after the other."""
        while record.is_waiting:
            record = offered(record, f"op-{self.seq + 1}")
            assert record.sealed is not None
            op, is_again = record.sealed.op, record.sealed.op in self.ops
            if not is_again:
                self.write(record.sealed, DEVICE)
            assert self.held is not None
            record = answered(record, Applied(op, self.seq, is_again, self.held.as_record()), CENTRE_TIME)
        return record

    def tell(self, record: StoredRecord) -> StoredRecord:
        assert self.held is not None
        return told(record, self.held.as_record(), CENTRE_TIME)


@EXAMPLES
@given(first=field_sets, theirs=field_sets, second=field_sets, is_deleted=st.booleans())
def test_offering_again_what_the_centre_still_holds_changes_nothing(
    first: Any, theirs: Any, second: Any, is_deleted: bool
) -> None:
    centre = Centre()
    record = centre.take(make_written(**first))
    centre.write(replace(make_change("op-x", fields=theirs), base=0), OTHER)
    record = centre.take(edit(centre.tell(record), always="new", **second))
    if is_deleted:
        deleted = delete(record)
        assert deleted is not None
        record = centre.take(deleted)
    before = centre.held

    heard = centre.take(reoffered(record))

    assert centre.held == before
    assert (heard.fields, heard.deleted, heard.is_waiting) == (record.fields, record.deleted, False)


@EXAMPLES
@given(first=field_sets, second=field_sets, pending=field_sets, is_sealed=st.booleans())
def test_what_the_centre_lost_comes_back_whole(first: Any, second: Any, pending: Any, is_sealed: bool) -> None:
    centre = Centre()
    record = centre.take(make_written(**first))
    record = centre.take(edit(record, always="kept", **second))
    record = edit(record, later="too", **pending)
    record = offered(record, "op-sealed") if is_sealed else record
    restored = Centre(seq=1_000_000)

    after = restored.take(reoffered(reoffered(record)))

    assert restored.held is not None and restored.held.fields == record.fields == after.fields


def test_until_the_centre_tells_its_copy_the_last_one_is_shown_and_then_what_was_written_here_over_it() -> None:
    centre = Centre()
    record = centre.take(make_written(room="B1", seats=8))
    centre.write(make_change("op-x", base=1, fields={"room": "C1"}), OTHER)

    unheard = reoffered(offered(edit(centre.tell(record), seats=9), "op-9"))
    heard = told(unheard, make_news(1, room="A1"), CENTRE_TIME)

    assert unheard.fields == {"room": "C1", "seats": 9}
    assert heard.fields == {"room": "B1", "seats": 9}


def test_what_somebody_wrote_over_ours_meanwhile_stays() -> None:
    centre = Centre()
    record = centre.take(make_written(room="B1"))
    centre.write(make_change("op-x", base=1, fields={"room": "C1"}), OTHER)

    centre.take(reoffered(record))

    assert centre.held is not None and (centre.held.fields, centre.held.conflicts) == ({"room": "C1"}, ())


def test_what_somebody_wrote_after_the_restore_stays_and_ours_is_kept_beside() -> None:
    record = Centre().take(make_written(room="B1"))
    restored = Centre(seq=1_000_000)
    restored.write(make_change("op-x", fields={"room": "C1"}), OTHER)

    restored.take(reoffered(record))

    assert restored.held is not None and restored.held.fields == {"room": "C1"}
    assert [one.value for one in restored.held.conflicts] == ["B1"]


def test_a_lost_overwrite_of_a_value_we_had_seen_comes_back_without_a_dispute() -> None:
    centre = Centre()
    record = centre.take(make_written(room="B1"))
    centre.write(make_change("op-x", base=1, fields={"room": "C1"}), OTHER)
    backup = centre.copy(jump=1_000_000)
    record = centre.take(edit(centre.tell(record), room="B3"))

    backup.take(reoffered(record))

    assert backup.held is not None and (backup.held.fields, backup.held.conflicts) == ({"room": "B3"}, ())


def test_a_value_that_lost_and_was_forgotten_is_kept_beside_again() -> None:
    centre = Centre()
    centre.write(make_change("op-x", fields={"room": "C1"}), OTHER)
    backup = centre.copy(jump=1_000_000)
    record = centre.take(make_written(room="B1"))

    backup.take(reoffered(record))

    assert backup.held is not None and centre.held is not None
    assert backup.held.fields == {"room": "C1"}
    assert [(one.value, one.op) for one in backup.held.conflicts] == [("B1", centre.held.conflicts[0].op)]


def test_what_was_written_to_a_deleted_record_is_not_deleted_with_it() -> None:
    centre = Centre()
    record = centre.take(make_written(note="a"))
    backup = centre.copy(jump=1_000_000)
    deleted = delete(record)
    assert deleted is not None
    record = offered(edit(centre.take(deleted), note="b"), "op-9")

    backup.take(reoffered(record))

    assert backup.held is not None and backup.held.deleted
    assert [one.value for one in backup.held.conflicts] == ["b"]


def test_a_deletion_being_offered_is_offered_after_what_came_before_it() -> None:
    deleted = delete(make_sent(a="1"))
    assert deleted is not None

    first = offered(reoffered(offered(deleted, "op-1")), "op-2")
    second = offered(answered(first, Applied("op-0", 9, True, make_news(9, a="1")), CENTRE_TIME), "op-2")

    assert first.sealed is not None and (first.sealed.op, first.sealed.set, first.deleted) == ("op-0", {"a": "1"}, True)
    assert second.sealed == make_change(base=7, delete=True)


def test_what_was_refused_is_tried_once_more_because_the_centre_may_not_have_kept_it() -> None:
    refused = answered(offered(edit(make_sent(a="1"), note="long"), "op-1"), Refused("op-1", TOO_LONG), CENTRE_TIME)

    again = offered(reoffered(refused), "op-2")
    after = offered(answered(again, Applied("op-0", 9, True, make_news(9, a="1")), CENTRE_TIME), "op-2")

    assert again.problem is None and again.sealed is not None and again.sealed.op == "op-0"
    assert after.sealed is not None and (after.sealed.op, after.sealed.set) == ("op-2", {"note": "long"})


def test_a_record_that_the_tablet_may_not_see_any_more_stays_as_it_was_told() -> None:
    record = offered(reoffered(told(make_sent(a="1"), make_news(9, a="1", b="2"), CENTRE_TIME)), "op-2")

    after = answered(record, Applied("op-0", 7, again=True), CENTRE_TIME)

    assert (after.fields, after.is_waiting) == ({"a": "1", "b": "2"}, False)


def test_what_is_written_to_a_deleted_record_is_all_said_also_where_it_was_the_same() -> None:
    """The deletion may be overruled by what others wrote; what was written after it must then stand beside theirs."""
    deleted = delete(make_sent(room="A1", note="x"))
    assert deleted is not None

    after = edit(offered(deleted, "op-1"), room="A1")

    assert after.pending is not None and after.pending.set == {"room": "A1"}


def test_true_instead_of_one_is_a_change_also_before_it_is_sent() -> None:
    assert edit(edit(make_written(a=1), a=True), a=1).fields["a"] is not True


def test_a_record_only_heard_of_is_not_offered() -> None:
    heard = reoffered(told(None, make_news(9, a="9"), CENTRE_TIME))

    assert (heard.is_waiting, heard.fields, heard.seq) == (False, {"a": "9"}, 0)


def test_what_waits_hides_what_was_heard_since() -> None:
    """A list saved after that had gone out seemed to have seen a colleague's value that it hid, and wrote over it."""
    waiting = told(edit(make_sent(seq=7, note="a"), note="b"), make_news(seq=12, note="c"), CENTRE_TIME)
    sealed = offered(waiting, "op-1")

    assert waiting.fields == {"note": "b"}
    assert (shown_seq(waiting), shown_seq(sealed)) == (7, 7)
    assert shown_seq(make_sent(seq=7, note="a")) == 7
    assert seen_of([make_sent(seq=20, note="a"), waiting]) == 7
    assert seen_of([make_sent(seq=20, note="a"), make_sent(seq=9, note="a"), make_written(note="new")]) == 20
