"""The merge rule as a table, and what holds for any history whatever."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.merge import SEVERAL_HANDS, Held, Mark, merge
from sync.protocol.records import Author, Change, Fields, Value
from tests.sync.making import START, apply, make_change, make_held, make_id

A, B, C = "tablet-a", "tablet-b", "tablet-c"
MADE = (A, make_change(1, room="B2", topic="e-mail"))  # number 1


def beside(held: Held) -> list[tuple[str, Value, int]]:
    return [(one.field, one.value, one.seq) for one in held.conflicts]


# what the centre holds (changes by writer) | the change | its writer | fields, conflicts, deleted afterwards
TABLE: dict[str, tuple[tuple[tuple[str, Change], ...], Change, str, Fields, list[tuple[str, Value, int]], bool]] = {
    "a field nobody else touched is stored": (
        (MADE,), make_change(2, base=0, room="C1"), A, {"room": "C1", "topic": "e-mail"}, [], False,
    ),
    "a field whose value the author had seen is stored": (
        (MADE,), make_change(2, base=1, room="C1"), B, {"room": "C1", "topic": "e-mail"}, [], False,
    ),
    "a field nobody ever wrote is stored, unseen or not": (
        (MADE,), make_change(2, base=0, seats=8), B, {"room": "B2", "topic": "e-mail", "seats": 8}, [], False,
    ),
    "an unseen other value stands and the new one is kept beside": (
        (MADE,), make_change(2, base=0, room="C1"), B, {"room": "B2", "topic": "e-mail"}, [("room", "C1", 2)], False,
    ),
    "an unseen equal value is no conflict": (
        (MADE,), make_change(2, base=0, room="B2"), B, {"room": "B2", "topic": "e-mail"}, [], False,
    ),
    "one field may be overruled and another stored": (
        (MADE,), make_change(2, base=0, room="C1", seats=8), B,
        {"room": "B2", "topic": "e-mail", "seats": 8}, [("room", "C1", 2)], False,
    ),
    "true is not one": (
        ((A, make_change(1, done=1)),), make_change(2, base=0, done=True), B, {"done": 1}, [("done", True, 2)], False,
    ),
    "a field that was seen may be cleared": (
        (MADE,), make_change(2, base=1, room=None), B, {"topic": "e-mail"}, [], False,
    ),
    "clearing an unseen value is kept beside": (
        (MADE,), make_change(2, base=0, room=None), B, {"room": "B2", "topic": "e-mail"}, [("room", None, 2)], False,
    ),
    "setting what somebody else has cleared unseen is kept beside": (
        (MADE, (B, make_change(2, base=1, room=None))), make_change(3, base=0, room="C1"), C,
        {"topic": "e-mail"}, [("room", "C1", 3)], False,
    ),
    "the first writer too meets the value two others agreed on": (
        (MADE, (B, make_change(2, base=0, room="B2"))), make_change(3, base=1, room="C1"), A,
        {"room": "B2", "topic": "e-mail"}, [("room", "C1", 3)], False,
    ),
    "a write by one who saw the conflict settles it": (
        (MADE, (B, make_change(2, base=0, room="C1"))), make_change(3, base=2, room="D1"), A,
        {"room": "D1", "topic": "e-mail"}, [], False,
    ),
    "a write by one who did not see the conflict leaves it open": (
        (MADE, (B, make_change(2, base=0, room="C1"))), make_change(3, base=1, room="D1"), A,
        {"room": "D1", "topic": "e-mail"}, [("room", "C1", 2)], False,
    ),
    "a write to another field leaves the conflict open": (
        (MADE, (B, make_change(2, base=0, room="C1"))), make_change(3, base=2, topic="photos"), A,
        {"room": "B2", "topic": "photos"}, [("room", "C1", 2)], False,
    ),
    "a record whose every field was seen is deleted": (
        (MADE,), make_change(2, base=1, delete=True), B, {}, [], True,
    ),
    "one's own record is deleted": (
        (MADE,), make_change(2, base=0, delete=True), A, {}, [], True,
    ),
    "a deletion that did not see an edit is kept beside": (
        (MADE, (B, make_change(2, base=1, room="C1"))), make_change(3, base=1, delete=True), A,
        {"room": "C1", "topic": "e-mail"}, [("", True, 3)], False,
    ),
    "a deletion that did not see an open conflict is kept beside": (
        (MADE, (B, make_change(2, base=0, room="C1"))), make_change(3, base=1, delete=True), A,
        {"room": "B2", "topic": "e-mail"}, [("room", "C1", 2), ("", True, 3)], False,
    ),
    "a deletion that saw the open conflict goes through": (
        (MADE, (B, make_change(2, base=0, room="C1"))), make_change(3, base=2, delete=True), A, {}, [], True,
    ),
    "what came with an overruled deletion is not lost": (
        (MADE, (B, make_change(2, base=1, room="C1"))), make_change(3, base=1, delete=True, room="D1", seats=8), A,
        {"room": "C1", "topic": "e-mail", "seats": 8}, [("room", "D1", 3), ("", True, 3)], False,
    ),
    "an edit by one who saw the wish to delete settles it": (
        (MADE, (B, make_change(2, base=1, room="C1")), (A, make_change(3, base=1, delete=True))),
        make_change(4, base=3, topic="photos"), B, {"room": "C1", "topic": "photos"}, [], False,
    ),
    "an edit that did not see the deletion is kept beside and nothing comes back": (
        (MADE, (A, make_change(2, delete=True))), make_change(3, base=1, room="C1"), B, {}, [("room", "C1", 3)], True,
    ),
    "an edit of what one has seen deleted does not bring it back either": (
        (MADE, (A, make_change(2, delete=True))), make_change(3, base=2, room="C1"), B, {}, [("room", "C1", 3)], True,
    ),
    "a second deletion agrees": (
        (MADE, (A, make_change(2, delete=True))), make_change(3, base=1, delete=True), B, {}, [], True,
    ),
    "a deletion by one who saw what was kept beside a tombstone settles it": (
        (MADE, (A, make_change(2, delete=True)), (B, make_change(3, base=1, room="C1"))),
        make_change(4, base=3, delete=True), A, {}, [], True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE.values(), ids=TABLE.keys())
def test_the_rule(case: tuple[tuple[tuple[str, Change], ...], Change, str, Fields, list[object], bool]) -> None:
    history, change, writer, fields, conflicts, deleted = case

    merged = apply(make_held(*history), change, writer=writer)

    assert (merged.held.fields, beside(merged.held), merged.held.deleted) == (fields, conflicts, deleted)


def test_a_record_nobody_knew_is_made() -> None:
    merged = merge(None, make_change(1, room="B2", note=None), writer=A, seq=7)

    assert merged.overruled == ()
    assert merged.held.as_record().fields == {"room": "B2"}
    assert merged.held.seq == 7
    mark = Mark(7, A, "C1", START.isoformat())
    assert merged.held.marks == {"": mark, "room": mark, "note": mark}


def test_a_deletion_of_a_record_nobody_knew_is_remembered() -> None:
    held = merge(None, make_change(1, delete=True), writer=A, seq=7).held

    assert (held.deleted, held.fields) == (True, {})


def test_a_value_two_tablets_agree_on_belongs_to_neither() -> None:
    held = make_held(MADE, (B, make_change(2, base=0, room="B2")))

    assert (held.marks["room"].seq, held.marks["room"].writer) == (2, SEVERAL_HANDS)


def test_an_overruled_value_says_who_wrote_it_and_when() -> None:
    change = replace(make_change(2, base=0, room="C1"), by="C3")

    (overruled,) = apply(make_held(MADE), change, writer=B).held.conflicts

    assert (overruled.by, overruled.at, overruled.op) == ("C3", change.at, make_id(2, series=1))


def test_a_conflict_says_who_wrote_what_stands_also_when_that_changes() -> None:
    disputed = make_held(MADE, (B, replace(make_change(2, base=0, room="C1"), by="C3")))

    later = apply(disputed, replace(make_change(3, base=1, room="D1"), by="C2"), writer=A).held

    assert [each.stands for each in disputed.conflicts] == [Author("C1", START)]
    assert (later.fields["room"], [each.stands for each in later.conflicts]) == ("D1", [Author("C2", START)])


def test_a_value_written_to_what_is_deleted_says_who_deleted_it() -> None:
    deleted = make_held(MADE, (A, replace(make_change(2, base=1, delete=True), by="C4")))

    (late,) = apply(deleted, make_change(3, base=1, room="C1"), writer=B).held.conflicts

    assert late.stands == Author("C4", START)


def test_what_was_kept_before_authors_were_noted_names_nobody() -> None:
    held = make_held(MADE)
    old = replace(held, marks={name: Mark(mark.seq, mark.writer) for name, mark in held.marks.items()})

    (beside_it,) = apply(old, make_change(2, base=0, room="C1"), writer=B).held.conflicts

    assert beside_it.stands is None


values = st.sampled_from(["x", "y", 1, True, None, ("a",)])
field_sets = st.dictionaries(st.sampled_from(["room", "topic", "seats"]), values, max_size=3)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, Change]]:
    """Changes by three tablets, each having seen some earlier number."""
    length = draw(st.integers(1, 8))
    steps = []
    for number in range(1, length + 1):
        writer = draw(st.sampled_from([A, B, C]))
        deletes = draw(st.integers(0, 5)) == 0
        seen = draw(st.integers(0, number - 1))
        fields = draw(field_sets)
        steps.append((writer, replace(make_change(number, base=seen, delete=deletes), set=fields)))
    return steps


@given(histories())
def test_the_same_change_again_changes_nothing_more(steps: list[tuple[str, Change]]) -> None:
    held = make_held(*steps)
    writer, last = steps[-1]

    again = apply(held, last, writer=writer).held

    assert (again.fields, again.deleted) == (held.fields, held.deleted)
    assert {(one.op, one.field) for one in again.conflicts} <= {(one.op, one.field) for one in held.conflicts}
    assert again.as_record().conflicts == held.conflicts or last.delete


@given(histories())
def test_a_value_is_current_kept_beside_or_was_overruled_by_one_who_saw_it(steps: list[tuple[str, Change]]) -> None:
    """After every change: what it set is there, or beside, or it asked for the whole record to go."""
    held: Held | None = None
    for seq, (writer, change) in enumerate(steps, start=1):
        before = held
        held = merge(held, change, writer=writer, seq=seq).held
        kept = {(one.field, one.value, one.op) for one in held.conflicts}
        if not (change.delete and held.deleted):
            for name, value in change.set.items():
                current = not held.deleted and held.fields.get(name) == value
                assert current or (name, value, change.op) in kept
        if before is not None:
            assert_nothing_unseen_is_lost(before, held, change, writer)


def assert_nothing_unseen_is_lost(before: Held, after: Held, change: Change, writer: str) -> None:
    for name, value in before.fields.items():
        mark = before.marks[name]
        if mark.seq > change.base and mark.writer != writer:
            assert after.fields.get(name) == value
    for conflict in before.conflicts:
        if conflict.seq > change.base:
            assert conflict in [replace(each, stands=conflict.stands) for each in after.conflicts]


@given(histories())
def test_what_is_deleted_stays_deleted(steps: list[tuple[str, Change]]) -> None:
    held: Held | None = None
    for seq, (writer, change) in enumerate(steps, start=1):
        was_deleted = held is not None and held.deleted
        held = merge(held, change, writer=writer, seq=seq).held
        assert held.deleted or not was_deleted


@given(histories())
def test_a_record_written_by_one_tablet_alone_has_no_conflict(steps: list[tuple[str, Change]]) -> None:
    held: Held | None = None
    for seq, (_, change) in enumerate(steps, start=1):
        if held is not None and held.deleted:
            break
        held = merge(held, change, writer=A, seq=seq).held

    assert held is not None
    assert held.conflicts == ()


@given(field_sets, field_sets)
def test_changes_of_different_fields_commute(one: Fields, other: Fields) -> None:
    other = {f"other.{name}": value for name, value in other.items()}
    first, second = (replace(make_change(2), set=one), replace(make_change(3), set=other))

    forward = make_held(MADE, (B, first), (C, second))
    backward = make_held(MADE, (C, second), (B, first))

    assert forward.fields == backward.fields


@pytest.mark.parametrize("delete", [False, True])
def test_the_order_of_the_fields_in_a_change_decides_nothing(delete: bool) -> None:
    """The centre keeps changes in canonical order, and its doctor merges them again."""
    held = make_held(("A", make_change(1, room="B1", topic="x")), ("A", make_change(2, base=1, delete=delete)))
    said = {"topic": "y", "room": "B2", "seats": 8}

    forth = apply(held, make_change(3, **said), writer="B")
    back = apply(held, make_change(3, **dict(reversed(said.items()))), writer="B")

    assert forth == back
