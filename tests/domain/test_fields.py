"""Between a typed shape and the flat fields on the wire: nothing is lost on the way there and back."""

from dataclasses import dataclass
from dataclasses import fields as shape_fields
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assisting import Assist, AssistDraft
from app.domain.fields import pack, unpack
from app.domain.sessions import Attendance, Session
from app.domain.shifts import OpenShift, Shift
from app.domain.texts import tidy
from app.domain.workshops import SessionDraft
from sync.protocol.records import Kind
from sync.protocol.vocabulary import Outcome, SessionKind

SHAPES = (Assist, AssistDraft, Shift, OpenShift, Session, SessionDraft, Attendance)

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=ZONES).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)


@dataclass(frozen=True, slots=True)
class Note:
    """A shape with one field of each sort."""

    words: str = ""
    number: int = 0
    truth: bool = False
    moment: datetime | None = None
    choice: Outcome | None = None
    names: tuple[str, ...] = ()
    choices: tuple[Outcome, ...] = ()


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    sort = next((each for each in get_args(hint) if each is not type(None)), hint)
    may_be_missing = type(None) in get_args(hint)
    found = _values_of_sort(hint if get_args(hint)[1:] == (...,) else sort)
    return st.none() | found if may_be_missing else found


def _values_of_sort(sort: Any) -> st.SearchStrategy[Any]:
    if get_args(sort)[1:] == (...,):
        return st.lists(_values_of_sort(get_args(sort)[0]), max_size=4).map(tuple)
    if sort is datetime:
        return MOMENTS
    if issubclass(sort, StrEnum):
        return st.sampled_from(sort) | st.just("a_newer_word")
    return {str: st.text(max_size=12).map(tidy), int: st.integers(), bool: st.booleans()}[sort]


def shapes(shape: type) -> st.SearchStrategy[Any]:
    hints = get_type_hints(shape)
    return st.builds(shape, **{each.name: values_of(hints[each.name]) for each in shape_fields(shape)})


@given(st.one_of(*(shapes(each) for each in SHAPES)))
def test_what_is_packed_is_unpacked_the_same(made):
    assert unpack(type(made), pack(made)) == made


@given(st.one_of(*(shapes(each) for each in SHAPES)))
def test_packed_fields_are_plain_values_without_gaps(made):
    plain = (str, int, bool, tuple)

    for name, value in pack(made).items():
        assert type(value) in plain, name
        assert not isinstance(value, tuple) or all(type(each) is str for each in value), name


def test_what_is_not_said_is_left_out():
    assert "outcome" not in pack(Assist())
    assert "ended_at" not in pack(Shift("C1", "ereta", "tablet", datetime(2026, 3, 4, tzinfo=UTC)))


def test_no_and_zero_are_said():
    fields = pack(Note(number=0, truth=False))

    assert (fields["number"], fields["truth"]) == (0, False)


def test_a_moment_is_written_with_its_offset_to_the_second():
    noted = Note(moment=datetime(2026, 3, 4, 9, 30, 15, 999_999, tzinfo=timezone(timedelta(hours=1))))

    assert pack(noted)["moment"] == "2026-03-04T09:30:15+01:00"


def test_a_list_may_come_back_from_json_as_a_list():
    found = unpack(Note, {"names": ["a", "b"], "choices": ["completed"]})

    assert found == Note(names=("a", "b"), choices=(Outcome.COMPLETED,))


def test_a_word_of_a_newer_app_is_kept_as_it_stands():
    found = unpack(Note, {"choice": "sent_to_mars", "choices": ("completed", "sent_to_mars")})

    assert found.choice == "sent_to_mars"
    assert found.choices == (Outcome.COMPLETED, "sent_to_mars")
    assert pack(found)["choice"] == "sent_to_mars"


def test_a_field_of_a_newer_app_is_passed_over():
    assert unpack(Note, {"words": "a", "mood": "good"}) == Note(words="a")


def test_what_is_cleared_takes_the_default():
    assert unpack(Note, {"words": None, "names": None}) == Note()


def test_a_shape_that_must_have_a_field_says_so():
    with pytest.raises(TypeError, match="connector_id"):
        unpack(Shift, {"centre_id": "ereta"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("words", 5),
        ("words", ["a"]),
        ("number", "12"),
        ("number", 1.5),
        ("number", True),
        ("truth", 1),
        ("moment", 5),
        ("moment", "yesterday"),
        ("choice", 5),
        ("choice", ["completed"]),
        ("names", "abc"),
        ("names", 5),
        ("names", [1]),
        ("choices", [None]),
    ],
)
def test_a_value_that_cannot_be_what_the_shape_says_is_refused(name, value):
    with pytest.raises((TypeError, ValueError)):
        unpack(Note, {name: value})


def test_an_enum_that_is_no_choice_of_the_shape_is_still_its_word():
    assert pack(Note(words=Kind.ASSIST)) == {
        "words": "assist",
        "number": 0,
        "truth": False,
        "names": (),
        "choices": (),
    }
    assert type(pack(Note(words=SessionKind.PLAN))["words"]) is str
