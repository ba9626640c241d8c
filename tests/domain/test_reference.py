"""A broken reference file is named with its place, in one sentence, so that a person can mend it."""

import pytest

from app.domain.reference import BrokenReference, Place, each_once, read_reference


def broken_words(text: str) -> str:
    with pytest.raises(BrokenReference) as raised:
        read_reference(text, "x.json")
    return str(raised.value)


@pytest.mark.parametrize("text", ["", "   \n\t", "\ufeff", "\ufeff \r\n"])
def test_an_empty_file_is_named(text):
    assert broken_words(text) == "x.json: the file is empty"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"a": 1', 1, 8),
        ('{\n "a": 1,\n "b": \n}', 4, 1),
        ("not json", 1, 1),
        ('{"a": 1}}', 1, 9),
        ('\ufeff{"a" 1}', 1, 6),
    ],
)
def test_broken_json_is_named_with_its_line_and_column(text, line, column):
    assert broken_words(text).startswith(f"x.json: line {line}, column {column} is not valid JSON: ")


def test_a_name_that_stands_twice_is_named_instead_of_losing_the_first():
    assert broken_words('{"a": {"b": 1, "b": 2}}') == 'x.json: the name "b" stands twice in one object'


@pytest.mark.parametrize("text", ["[" * 100_000, "9" * 5_000])
def test_what_cannot_be_read_at_all_is_named(text):
    assert broken_words(text) == "x.json: holds a number too long or lists too deep to read"


def test_a_byte_order_mark_does_no_harm():
    assert read_reference('\ufeff{"a": "b"}', "x.json").field("a").text() == "b"


def test_a_place_knows_the_way_to_it():
    root = read_reference('{"a": [{"b": {"c": "words"}}]}', "x.json")

    place = root.field("a").entries()[0].field("b").field("c")

    assert place == Place("x.json", "a[0].b.c", "words")


@pytest.mark.parametrize("text", ["{}", '{"a": null}'])
def test_an_absent_field_and_a_null_are_both_missing(text):
    root = read_reference(text, "x.json")

    assert root.optional("a") is None
    with pytest.raises(BrokenReference, match=r"^x\.json: a is missing$"):
        root.field("a")


@pytest.mark.parametrize(
    ("value", "read", "cause"),
    [
        (1, Place.text, "is not text"),
        ("", Place.text, "is empty"),
        (" \n", Place.text, "is empty"),
        ("\ud800", Place.text, "holds half a character, which cannot be saved"),
        ("two words", Place.id, "is not an id: use letters, digits, dots and dashes"),
        ("../up", Place.id, "is not an id: use letters, digits, dots and dashes"),
        ("id\n", Place.id, "is not an id: use letters, digits, dots and dashes"),
        ({}, Place.entries, "is not a list"),
        ("abc", Place.entries, "is not a list"),
        ([], Place.names, "is not an object"),
        (1, Place.yes_or_no, "is not true or false"),
        ("9:30", Place.time_of_day, 'is not a time of day like "09:30"'),
        ("24:00", Place.time_of_day, 'is not a time of day like "09:30"'),
        ("09:30:00", Place.time_of_day, 'is not a time of day like "09:30"'),
        ("٠٩:٣٠", Place.time_of_day, 'is not a time of day like "09:30"'),
    ],
)
def test_a_value_of_the_wrong_type_is_named(value, read, cause):
    with pytest.raises(BrokenReference) as raised:
        read(Place("x.json", "a[0].b", value))

    assert str(raised.value) == f"x.json: a[0].b {cause}"


@pytest.mark.parametrize("value", [True, 10.0, "10", None])
def test_only_a_whole_number_is_one(value):
    with pytest.raises(BrokenReference, match="a is not a whole number$"):
        Place("x.json", "a", value).whole_number(1, 600)


@pytest.mark.parametrize("value", [0, -5, 601])
def test_a_number_out_of_range_is_named_with_the_range(value):
    with pytest.raises(BrokenReference, match="a is not between 1 and 600$"):
        Place("x.json", "a", value).whole_number(1, 600)


def test_an_unknown_choice_is_named_with_the_known_ones():
    with pytest.raises(BrokenReference, match='^x.json: a is "c", which is not one of: b, d$'):
        Place("x.json", "a", "c").one_of(("b", "d"))


def test_a_long_wrong_value_does_not_flood_the_message():
    with pytest.raises(BrokenReference) as raised:
        Place("x.json", "a", "c" * 10_000).one_of(("b",))

    assert len(str(raised.value)) < 150


def test_an_id_used_twice_is_named_at_its_second_use():
    places = read_reference('["a", "b", "a"]', "x.json").entries()

    with pytest.raises(BrokenReference, match=r'^x\.json: \[2\] repeats "a", which must be unique$'):
        each_once(places)
