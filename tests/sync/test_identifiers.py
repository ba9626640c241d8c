"""What names a person is found in free text, in every form in which it is written; other numbers are left alone."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.identifiers import Identifier, find, kinds_in, without
from tests.identifiers.writing import IDENTIFIERS, ORDINARY, as_csv, identifiers, ordinary

FOUND_AT_LEAST = 0.95
FALSE_ALARMS_AT_MOST = 0.02


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_lists_are_what_the_rule_writes() -> None:
    assert IDENTIFIERS.read_text(encoding="utf-8") == as_csv(identifiers())
    assert ORDINARY.read_text(encoding="utf-8") == as_csv(ordinary())


def test_s_t07_valid_identifiers_are_found_in_all_their_forms() -> None:
    listed = rows(IDENTIFIERS)
    missed = Counter(kind for kind, note in listed if kind not in kinds_in(note))

    assert {kind for kind, _ in listed} == {kind.value for kind in Identifier}
    assert 1 - missed.total() / len(listed) >= FOUND_AT_LEAST, missed


@pytest.mark.parametrize("kind", Identifier)
def test_s_t07_no_kind_of_identifier_is_found_worse_than_the_others(kind: Identifier) -> None:
    listed = [note for each, note in rows(IDENTIFIERS) if each == kind]

    missed = [note for note in listed if kind not in kinds_in(note)]

    assert len(missed) <= (1 - FOUND_AT_LEAST) * len(listed), missed


def test_s_t07_ordinary_notes_raise_few_alarms() -> None:
    listed = rows(ORDINARY)
    alarms = [note for _, note in listed if find(note)]

    assert len(listed) == 500
    assert len(alarms) <= FALSE_ALARMS_AT_MOST * len(listed), alarms


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("12345678Z", ["dni"]),
        ("12.345.678-z", ["dni"]),
        ("X1234567L", ["nie"]),
        ("ES91 2100 0418 4502 0005 1332", ["bank_account"]),
        ("DE89 3704 0044 0532 0130 00", ["bank_account"]),
        ("+34 612 34 56 78", ["phone"]),
        ("+33 6 12 34 56 78", ["phone"]),
        ("６１２ ３４ ５６ ７８", ["phone"]),
        ("algu@example.cat", ["email"]),
        ("4111 1111 1111 1111", ["card"]),
        ("el PIN és 4321 i el mòbil 612345678", ["code", "phone"]),
    ],
)
def test_t_01_t_02_what_names_a_person_is_found(text: str, kinds: list[str]) -> None:
    assert list(kinds_in(text)) == kinds


@pytest.mark.parametrize(
    "text",
    ["12345678A", "X1234567A", "comanda 12345678", "23/11/2026", "4111 1111 1111 1112", "900 400 012", "2026-11-23"],
)
def test_t_03_a_number_with_a_wrong_check_an_order_or_a_date_is_no_alarm(text: str) -> None:
    assert find(text) == ()


def test_what_was_found_can_be_taken_out() -> None:
    note = "Ha vingut amb el 12.345.678-Z i tornarà"

    assert without(note, find(note)) == "Ha vingut amb el i tornarà"
    assert without("res", ()) == "res"


@given(st.text())
def test_any_text_can_be_looked_at_and_places_are_places_of_it(text: str) -> None:
    for one in find(text):
        assert 0 <= one.start < one.end <= len(text)
