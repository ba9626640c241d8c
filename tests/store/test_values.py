"""What may be stored, what is refused with its path, and that a record reads back as it was."""

from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store import Edit, NotStorable
from app.store.documents import document_of, is_waiting, needs_review, record_of, seen, storable
from app.store.records import StoredRecord
from app.store.transitions import answered, edited, offered, reoffered, told
from app.store.values import plain, plain_document
from sync.protocol.records import Applied, Problem, Refused
from tests.store.making import CENTRE_TIME, EXAMPLES, NOON, make_conflict, make_edit, make_news


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (("a", ["b", ("c",)]), ["a", ["b", ["c"]]]),
        (Colour.RED, "red"),
        ({"é": {"l·l": "\x00\n\u2028🙂"}}, {"é": {"l·l": "\x00\n\u2028🙂"}}),
        ([True, 1, 1.5, None, 2**53 - 1], [True, 1, 1.5, None, 2**53 - 1]),
    ],
)
def test_a_value_becomes_plain_json(given: object, kept: object) -> None:
    assert plain(given) == kept
    assert repr(plain(given)) == repr(kept)


def endless() -> dict[str, Any]:
    loop: dict[str, Any] = {}
    loop["again"] = loop
    return loop


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (float("nan"), "a.b.0"),
        (float("-inf"), "a.b.0"),
        (b"bytes", "a.b.0"),
        ("half \ud800", "a.b.0"),
        ({1: "x"}, "a.b.0.1"),
        ({"half \udfff": "x"}, "a.b.0"),
        ({"x"}, "a.b.0"),
        (NOON, "a.b.0"),
        (2**53, "a.b.0"),
        (endless(), "a.b.0.again"),
    ],
    ids=["nan", "infinity", "bytes", "half a pair", "number as a name", "half a name", "set", "moment", "huge", "loop"],
)
def test_what_json_cannot_hold_is_refused_where_it_is(value: object, path: str) -> None:
    with pytest.raises(NotStorable) as refused:
        plain_document({"a": {"b": [value]}})

    assert str(refused.value).startswith(path)
    assert "half \\ud800" not in str(refused.value)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"fields": {"note": 1.5}}, "fields.note"),
        ({"fields": {"note": {"deep": 1}}}, "fields.note"),
        ({"fields": {"tags": ("a", 1)}}, "fields.tags"),
        ({"fields": {"note": "\ud800"}}, "fields.note"),
        ({"fields": {7: "x"}}, "fields"),
        ({"id": ""}, "id"),
        ({"kind": "a\nb"}, "kind"),
        ({"by": "C" * 129}, "by"),
        ({"at": NOON.replace(tzinfo=None)}, "at"),
        ({"at": datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))}, "at"),
    ],
)
def test_an_edit_that_could_not_be_kept_or_sent_is_refused(change: Any, path: str) -> None:
    whole: Any = {"id": "r1", "kind": "assist", "by": "C1", "at": NOON, **change}

    with pytest.raises(NotStorable, match=rf"^{path}\b"):
        storable(Edit(**whole))


def test_lists_and_enums_in_fields_become_tuples_and_text() -> None:
    fields = storable(make_edit(tags=["a", "b"], colour=Colour.RED)).fields

    assert fields == {"tags": ("a", "b"), "colour": "red"} and type(fields["colour"]) is str


fields = st.dictionaries(
    st.text(max_size=5),
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=5) | st.tuples(st.text(max_size=3)),
    max_size=4,
)
moments = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(timezone(timedelta(hours=1))))  # noqa: DTZ001


@st.composite
def lives(draw: st.DrawFn) -> StoredRecord:
    """A record after a random life."""
    record = edited(None, make_edit(first="x"))
    for number in range(draw(st.integers(0, 6))):
        before = record or edited(None, make_edit(first="x"))
        assert before is not None
        op = before.sealed.op if before.sealed else ""
        held = make_news(number + 1, held=number)
        match draw(st.sampled_from(["edit", "delete", "offer", "apply", "refuse", "hear", "restore"])):
            case "edit":
                record = edited(before, Edit("r1", "assist", "C2", draw(moments), draw(fields)))
            case "delete":
                record = edited(before, make_edit(delete=True))
            case "offer":
                record = offered(before, f"op-{number}")
            case "apply":
                record = answered(before, Applied(op, number, record=held), CENTRE_TIME)
            case "refuse":
                record = answered(before, Refused(op, Problem("/problems/x", "Not so.", "f", 3)), CENTRE_TIME)
            case "restore":
                record = reoffered(before)
            case _:
                news = make_news(number, deleted=draw(st.booleans()), heard=("a",))
                record = told(before, news, CENTRE_TIME)
    if record is not None:
        is_left = bool(record.sealed or record.pending or record.again)
        assert record.is_waiting == (is_left and not record.problem)
    return record or told(None, make_news(1, x="y"), CENTRE_TIME)


def as_kept(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def cleared_in(record: StoredRecord) -> set[str]:
    said = {
        *record.copy,
        *(record.pending.set if record.pending else ()),
        *(record.sealed.set if record.sealed else ()),
    }
    return said - set(record.fields)


@EXAMPLES
@given(lives())
def test_a_record_reads_back_from_its_document_as_it_was(record: StoredRecord) -> None:
    document = plain_document(document_of(record))

    assert record_of("r1", document) == record
    assert (is_waiting(document), needs_review(document)) == (record.is_waiting, record.needs_review)
    assert {name: as_kept(seen(document, name)) for name in record.fields} == record.fields
    assert {seen(document, name) for name in cleared_in(record)} <= {None}


def test_a_record_in_dispute_reads_back_as_it_was() -> None:
    record = told(None, make_news(9, a=("x", "y")), CENTRE_TIME)
    beside = (make_conflict("a", "z", 3),)
    record = StoredRecord("r1", "assist", record.fields, False, "", NOON, copy=record.copy, conflicts=beside, mine=True)

    assert record_of("r1", plain_document(document_of(record))) == record
    assert needs_review(document_of(record))
