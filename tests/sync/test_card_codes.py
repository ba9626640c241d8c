"""The code of a card: read however it is written, and a slip of one letter is always found."""

from collections.abc import Callable
from hashlib import sha256
from itertools import combinations, count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.card_codes import LETTERS, Mistake, fresh, is_code, kept, lacking, read
from sync.protocol.crockford import ALPHABET, grouped

CODE = "K7QF2M9J"


def _one(drawn: list[int]) -> str:
    """A code as chance makes it, from numbers that are at hand again and again."""
    turns = iter(range(10**6))
    return next(fresh(1, lambda bound: (drawn[(turn := next(turns)) % len(drawn)] + turn // len(drawn)) % bound))


codes = st.lists(st.integers(0, 31), min_size=40, max_size=40).map(_one)


@pytest.mark.parametrize(
    "typed", [CODE, "k7qf-2m9j", " K7QF 2M9J ", "k 7 q f 2 m 9 j", "K7QF\u20132M9J\n", "K7QF\u20112M9J"]
)
def test_a_code_is_read_however_it_is_written(typed: str) -> None:
    assert read(typed) == CODE


def test_what_can_be_misread_is_read_as_it_was_meant() -> None:
    code = next(each for each in fresh(10_000, _counting()) if {"0", "1"} <= set(each))

    assert read(code.replace("0", "o").replace("1", "l")) == code
    assert read(code.replace("0", "O").replace("1", "I")) == code


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        ("K7QF", Mistake.SHORT),
        ("K7QF-2M9J5", Mistake.LONG),
        ("K7QF-2M9U", Mistake.LETTER),
        ("K7QF-2M9ñ", Mistake.LETTER),
        ("K7QF/2M9J", Mistake.LETTER),
        ("K7QF-2M9K", Mistake.CHECK),
        ("7KQF-2M9J", Mistake.CHECK),
        ("x" * 1_000_000, Mistake.LONG),
    ],
)
def test_what_is_no_code_is_told_apart(typed: str, mistake: Mistake) -> None:
    assert read(typed) == mistake


@pytest.mark.parametrize("typed", ["", "   ", "-", "\n"])
def test_nothing_is_no_mistake(typed: str) -> None:
    assert read(typed) is None
    assert lacking(typed) == LETTERS


def test_how_much_is_still_to_be_typed_is_counted() -> None:
    assert [lacking(typed) for typed in ("k", "k7q-f", CODE, CODE + "1")] == [7, 4, 0, 0]


@given(codes)
def test_one_letter_that_is_another_is_always_found(code: str) -> None:
    assert is_code(code)
    slips = {code[:at] + other + code[at + 1 :] for at in range(LETTERS) for other in ALPHABET} - {code}

    assert not any(map(is_code, slips))


@given(codes)
def test_two_letters_that_changed_places_are_always_found(code: str) -> None:
    for one, other in combinations(range(LETTERS), 2):
        letters = list(code)
        letters[one], letters[other] = letters[other], letters[one]
        assert "".join(letters) == code or not is_code("".join(letters))


@given(st.integers(0, 10**8 - 1), st.sampled_from("TRWAGMYFPDXBNJZSQVHLCKE"))
def test_s_t07_no_number_of_a_document_is_a_code(number: int, letter: str) -> None:
    """A DNI without and with its letter, an old one of seven digits, a NIE without its last letter."""
    for document in (f"{number:08}", f"{number:08}"[1:] + letter, f"X{number:08}"[:8], f"Y{number:08}"[:8]):
        assert not is_code(document)
        assert isinstance(read(document), Mistake)


@given(st.integers(0, 10**7 - 1), st.text("ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=3))
def test_s_t07_no_number_of_a_foreign_document_is_a_code(number: int, letters: str) -> None:
    """One to three letters and then digits, as many identity cards and passports have it."""
    assert not is_code(letters + f"{number:07}"[: LETTERS - len(letters)])


@pytest.mark.parametrize("other", [None, "", 7, True, CODE.lower(), grouped(CODE), CODE + "\n", (CODE,), "0" * 8])
def test_a_record_holds_a_code_in_its_one_form_alone(other: object) -> None:
    assert not is_code(other)
    assert kept(CODE) == CODE and kept("K7QF2M9K") is None and kept(None) is None


def test_fresh_codes_are_codes_and_no_two_alike() -> None:
    made = list(fresh(500, _counting()))

    assert len(set(made)) == 500
    assert all(map(is_code, made))


def test_a_code_that_was_drawn_twice_is_drawn_again() -> None:
    first = [ALPHABET.index(letter) for letter in CODE[:7]]
    second = [*first[:6], (first[6] + 1) % 32]
    drawn = iter([*first, *first, *second])

    made = list(fresh(2, lambda _: next(drawn)))

    assert len(set(made)) == 2 and made[0] == CODE


def _counting() -> Callable[[int], int]:
    """Numbers that look like chance and are the same each time."""
    numbers = count()
    return lambda bound: int.from_bytes(sha256(str(next(numbers)).encode()).digest()[:4]) % bound
