"""What names a person is found in free text, in every form in which it is written; other numbers are left alone."""

import csv
import re
from collections import Counter
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.card_codes import fresh
from sync.protocol.crockford import grouped
from sync.protocol.identifiers import Identifier, find, kinds_in, without
from tests.identifiers.writing import IDENTIFIERS, ORDINARY, as_csv, identifiers, ordinary

FOUND_AT_LEAST = 0.95
FALSE_ALARMS_AT_MOST = 0.02
MONTH_OF_A_CARD = len("1227")  # may stay


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


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # The label glued to the number
        ("DNI12345678Z", "dni"),
        ("NIEX1234567L", "nie"),
        ("tel612345678", "phone"),
        ("tlf612345678", "phone"),
        ("mòbil612345678", "phone"),
        ("Maria612345678", "phone"),
        ("tel+34612345678", "phone"),
        ("tel+33612345678", "phone"),
        ("CIPGARC0840512001", "health_card"),
        ("NUSS251234567888", "social_security"),
        ("SS251234567888", "social_security"),
        ("IBANES9121000418450200051332", "bank_account"),
        ("IBANDE89370400440532013000", "bank_account"),
        ("CCC21000418450200051332", "bank_account"),
        ("visa4111111111111111", "card"),
        # With something behind or in front that reads as part of it
        ("4111 1111 1111 1111 12/27", "card"),
        ("4111 1111 1111 1111 12 27", "card"),
        ("4111 1111 1111 1111 1227", "card"),
        ("27 4111 1111 1111 1111", "card"),
        ("DE89370400440532013000 de la Maria", "bank_account"),
        ("DE89 3704 0044 0532 0130 00 de la Maria Antonia", "bank_account"),
        ("RO49AAAA1B31007593840000 de la Maria", "bank_account"),
        ("FR14 2004 1010 0505 0001 3M02 606 a nom seu", "bank_account"),
        # Without its letter, where it is said to be one; with its letter apart
        ("DNI 12345678", "dni"),
        ("dni: 12.345.678", "dni"),
        ("el DNI és el 12345678", "dni"),
        ("D.N.I. núm. 12345678", "dni"),
        ("DNI nº 12345678", "dni"),
        ("DNI 12345678A", "dni"),
        ("NIE X1234567", "nie"),
        ("NIE: X-1234567", "nie"),
        ("12345678 lletra Z", "dni"),
        ("12345678, letra Z", "dni"),
        ("12345678 (letra Z)", "dni"),
        ("12345678 (Z)", "dni"),
        ("12345678(Z)", "dni"),
        ("12345678,Z", "dni"),
        ("12345678, Z", "dni"),
        ("X1234567 lletra L", "nie"),
        ("X1234567 (L)", "nie"),
        # Telephones
        ("34612345678", "phone"),
        ("34 612 345 678", "phone"),
        ("(34) 612345678", "phone"),
        ("0612345678", "phone"),
        ("0712 345 678", "phone"),
        ("06 12 34 56 78", "phone"),
        ("973/123456", "phone"),
        ("973 / 12 34 56", "phone"),
        ("93/1234567", "phone"),
        ("612 - 345 - 678", "phone"),
        ("612  345  678", "phone"),
        # Wide between the parts
        ("25 / 12345678 / 88", "social_security"),
        ("25  12345678  88", "social_security"),
        ("25 - 12345678 - 88", "social_security"),
        ("2100 - 0418 - 45 - 0200051332", "bank_account"),
        ("2100  0418  45  0200051332", "bank_account"),
        ("ES91  2100  0418  4502  0005  1332", "bank_account"),
        ("DE89  3704  0044  0532  0130  00", "bank_account"),
        ("4111  1111  1111  1111", "card"),
        ("4111 - 1111 - 1111 - 1111", "card"),
        ("4111\t1111\t1111\t1111", "card"),
        # Addresses, as they are typed in a hurry
        ("joan@gmail. com", "email"),
        ("joan@gmail .com", "email"),
        ("joan@gmail,com", "email"),
        ("joan@hotmail,es", "email"),
        ("joan(a)gmail.com", "email"),
        ("joan (a) gmail.com", "email"),
        ("joan(a)gmail,com", "email"),
        # Pasted, with what is not seen or looks like something else
        ("1234\u00ad5678Z", "dni"),
        ("1234\u200b5678Z", "dni"),
        ("612\u2060345\u2060678", "phone"),
        ("612\u2212345\u2212678", "phone"),
        ("4111\u200d1111\ufeff1111\u00ad1111", "card"),
        ("6\u03081\u03082345678", "phone"),
        ("joan@\u200bgmail.com", "email"),
    ],
)
def test_s_t07_what_ordinary_hands_write_and_paste_is_found_and_nothing_of_it_is_left(text: str, kind: str) -> None:
    for note in (text, f"li cal {text}.", f"té ({text}), torna"):
        found = find(note)

        assert [one.kind for one in found] == [kind]
        assert sum(map(str.isdigit, without(note, found))) <= MONTH_OF_A_CARD
    assert "li cal" in without(f"li cal {text}", find(f"li cal {text}"))


@pytest.mark.parametrize("written", ["K7QF2M9J", "k7qf-2m9j", "K7QF 2M9J", "k7qf2m9j"])
@pytest.mark.parametrize("note", ["{}", "porta la {}.", "targeta: {}", "codi de la targeta {} i torna", "({})"])
def test_s_t07_the_code_of_a_card_is_found_in_a_note_and_taken_out(note: str, written: str) -> None:
    text = note.format(written)

    assert list(kinds_in(text)) == ["code"]
    assert without(text, find(text)) == re.sub(" {2,}", " ", note.format("")).strip()


@given(st.integers(0, 10**9))
def test_s_t07_every_code_that_is_handed_out_is_found_in_a_note(seed: int) -> None:
    numbers = iter(range(seed, seed + 10**6))
    (code,) = fresh(1, lambda bound: next(numbers) ** 2 // 7 % bound)

    assert list(kinds_in(f"ve amb la {code}")) == ["code"]
    assert list(kinds_in(f"amb la {grouped(code).lower()}, dimarts")) == ["code"]
    assert list(kinds_in(f"targeta {grouped(code).replace('-', ' ')}")) == ["code"]


@pytest.mark.parametrize("text", ["K7QF2M9K", "TARJTA9Q", "comanda A1234567", "setmanes 2 i 3", "casa nova 2026 2027"])
def test_s_t07_what_is_no_code_of_a_card_is_no_alarm(text: str) -> None:
    assert find(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "9-11-2026 1030",
        "9 - 11 - 2026 10",
        "05-11-2026 10",
        "23-11-2026 - 30-11-2026",
        "2026-11-23 - 2026-11-30",
        "del 23/11/2026 al 30/11/2026, de 10 a 12",
        "el DNI caduca el 12.11.2026",
        "DNI 12-11-2026",
        "DNI, 2 còpies; NIE, 1 còpia; tràmit 12345678",
        "el codi postal 08001 i el 25001",
        "061 o 112, i el 900 400 012",
        "La Cl@ve. És fàcil",
        "tod@s, es lo que hay; tod@s. Es así",
        "usuari(a) nou. Torna",
        "LLEIDA25 1 2 3 4",
        "AB12 de novembre a les deu i mitja del mati",
        "12345678, a les 10; 87654321, y vuelve",
    ],
)
def test_s_t07_dates_ranges_and_words_are_no_alarm(text: str) -> None:
    assert find(text) == ()


def test_s_t07_places_are_those_of_the_text_whatever_is_not_seen_in_it() -> None:
    note = "\u200bve\u0301 amb 1234\u00ad5678Z\u200b i\u2060 torna"

    (one,) = find(note)

    assert note[one.start : one.end] == "1234\u00ad5678Z\u200b"
    assert without(note, (one,)) == "\u200bve\u0301 amb i\u2060 torna"


@pytest.mark.parametrize(
    "part",
    [
        "1",
        "1 ",
        "1  ",
        "1 - ",
        "2 ",
        "6 ",
        "6 ( - ",
        "9/",
        "AB11 A ",
        "ES91 ",
        "DE89 1 ",
        "A",
        "A.",
        "a@",
        "a@a.",
        "a@a. ",
    ]
    + [
        "4111 ",
        "4 1 ",
        "DNI ",
        "DNI el ",
        "DNI 1 ",
        "X1 ",
        "(",
        "+",
        "+1",
        "00",
        "34 ",
        "06 ",
        "codi ",
        "codi a ",
        "PIN  ",
    ]
    + ["K7QF", "K7QF-", "K7QF ", "K7Q", "targeta ", "targeta a ", "targeta: "]
    + ["contrasenya ", " ", "\n", "12345678 ", "12345678, ", "1\u200b", "\u0301", "9 9 2026 ", "AAAA1", "Tel6"],
)
def test_s_t07_no_text_takes_long_to_be_looked_at(part: str) -> None:
    """A hundredth of the bound is usual; a pattern that tries every way to read a row of digits would not end."""
    before = process_time()

    for tail in ("", "X", "!"):
        find((part * 500)[:500] + tail)

    assert process_time() - before < 5  # of this process alone, whatever else the machine does


def test_what_was_found_can_be_taken_out() -> None:
    note = "Ha vingut amb el 12.345.678-Z i tornarà"

    assert without(note, find(note)) == "Ha vingut amb el i tornarà"
    assert without("res", ()) == "res"


@given(st.text())
def test_any_text_can_be_looked_at_and_places_are_places_of_it(text: str) -> None:
    for one in find(text):
        assert 0 <= one.start < one.end <= len(text)
